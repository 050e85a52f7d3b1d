package store

import (
	"fmt"
	"testing"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

var inspected = field.TemplateID("inspection")

// wholly makes edits of a whole record in the territory.
func wholly(id uuid.UUID, typ string, values []field.Value) (out []ledger.Edit) {
	for _, v := range values {
		out = append(out, ledger.Edit{ID: id, Type: typ, Territory: town, Field: v.Field, Value: v.Value, SeenAll: true})
	}
	return out
}

// village is a store n kilometres north of the first.
func village(n int) uuid.UUID { return field.StoreID(fmt.Sprint("64040230", n)) }

// plannedOffice is an office with six villages, and a route through some of them.
func plannedOffice(t testing.TB, day string, route ...uuid.UUID) *office {
	o := newOffice(t)
	for n := range 6 {
		o.write(t, wholly(village(n), field.TypeStore, field.Store{LicenceNo: fmt.Sprint("64040230", n), Name: fmt.Sprint("村口食杂店", n), Address: "街 1 号",
			Township: "640402200", Position: field.Position{Lat: 36 + float64(n)/111.195, Lon: 106.2}, WindowFrom: "15:00", WindowTo: "17:00"}.Fields())...)
	}
	if day != "" {
		o.write(t, wholly(field.RouteID(li, day), field.TypeTask, field.Task{Kind: field.TaskRoute, Manager: li, Day: day, Stores: route, Title: "三营线"}.Fields())...)
	}
	return o
}

func today(t testing.TB, s *Store, day string, at field.Position) Day {
	t.Helper()
	d, err := s.Today(t.Context(), day, at)
	must(t, err)
	return d
}

func names(stops []Stop) (out []uuid.UUID) {
	for _, s := range stops {
		out = append(out, s.Store)
	}
	return out
}

func TestTheDayIsTheRouteInItsOrderWithWhatIsDoneOfIt(t *testing.T) {
	t.Parallel()
	now := time.Now()
	day := field.DayOf(now)
	o := plannedOffice(t, day, village(3), village(1), village(4))
	s := newPhone(t, o, li)
	must(t, s.CheckOut(t.Context(), checkIn(t, s, village(1)), nowhere))
	open := checkIn(t, s, village(4))

	d := today(t, s, "", field.Position{})
	equal(t, fmt.Sprint(names(d.Route)), fmt.Sprint([]uuid.UUID{village(3), village(1), village(4)}))
	equal(t, fmt.Sprint(d.Route[0].State, d.Route[1].State, d.Route[2].State), fmt.Sprint(StopLeft, StopDone, StopOpen))
	equal(t, fmt.Sprint(d.Count(StopDone), d.Count(StopOpen), d.Count(StopLeft)), "1 1 1")
	equal(t, d.Route[2].Visit, open)
	equal(t, d.Route[0].Task, field.RouteID(li, day))
	equal(t, d.Title+d.Route[0].WindowFrom+d.Route[0].WindowTo, "三营线15:0017:00")
	equal(t, fmt.Sprintf("%.0f %.0f %.0f", d.Route[0].Metres, d.Route[1].Metres, d.Route[2].Metres), "-1 2000 3000")
	equal(t, len(d.Other)+len(d.Near)+len(d.Long), 0)
	equal(t, d.Nearest, "")

	d = today(t, s, "", field.Position{Lat: 36, Lon: 106.2})
	equal(t, fmt.Sprintf("%.0f %.0f %.0f", d.Route[0].Metres, d.Route[1].Metres, d.Route[2].Metres), "3000 1000 4000")
	equal(t, d.Route[0].FromHere, true)
}

func TestAnotherManagersRouteAndAClosedOneAreNotMine(t *testing.T) {
	t.Parallel()
	now := time.Now()
	day := field.DayOf(now)
	o := plannedOffice(t, day, village(3))
	s := newPhone(t, o, wang)
	equal(t, len(today(t, s, "", field.Position{}).Route), 0)
	o.write(t, wholly(field.RouteID(li, day), field.TypeTask, []field.Value{{Field: "closed", Value: true}})...)
	equal(t, len(today(t, newPhone(t, o, li), "", field.Position{}).Route), 0)
}

func TestAnInstantTaskIsOnTopUntilItIsDoneEverywhere(t *testing.T) {
	t.Parallel()
	now := time.Now()
	o := plannedOffice(t, field.DayOf(now), village(1))
	job := func(n string, due int64, stores ...uuid.UUID) uuid.UUID {
		id := uuid.NewSHA1(uuid.Nil, []byte(n))
		o.write(t, wholly(id, field.TypeTask, field.Task{Kind: field.TaskInstant, Manager: li, Stores: stores, Title: n, DueMS: due}.Fields())...)
		return id
	}
	job("不急", 0, village(2))
	job("今晚", now.Add(6*time.Hour).UnixMilli(), village(1), village(5))
	urgent := job("逾期", now.Add(-time.Hour).UnixMilli(), village(4))
	s := newPhone(t, o, li)

	d := today(t, s, "", field.Position{})
	equal(t, len(d.Jobs), 3)
	equal(t, d.Jobs[0].Title+d.Jobs[1].Title+d.Jobs[2].Title, "逾期今晚不急")
	equal(t, d.Jobs[0].Stops[0].Task, urgent)

	// A visit for the route does not do the task at the same store.
	must(t, s.CheckOut(t.Context(), checkIn(t, s, village(1)), nowhere))
	d = today(t, s, "", field.Position{})
	equal(t, d.Route[0].State, StopDone)
	equal(t, d.Jobs[1].Stops[0].State, StopLeft)
	equal(t, d.Jobs[1].Done(), false)

	doJob := func(task, store uuid.UUID) {
		visit, err := s.CheckIn(t.Context(), store, nowhere, Purpose{Task: task})
		must(t, err)
		must(t, s.CheckOut(t.Context(), visit, nowhere))
	}
	doJob(urgent, village(4))
	d = today(t, s, "", field.Position{})
	equal(t, d.Jobs[0].Done(), true)
	comes(s, now.AddDate(0, 0, 2))
	equal(t, len(today(t, s, "", field.Position{}).Jobs), 2)
}

func TestAVisitWithoutAPlanIsOnTheListOfTheDay(t *testing.T) {
	t.Parallel()
	now := time.Now()
	o := plannedOffice(t, field.DayOf(now), village(1))
	s := newPhone(t, o, li)
	must(t, s.CheckOut(t.Context(), checkIn(t, s, village(2)), nowhere))
	checkIn(t, s, village(5))
	d := today(t, s, "", field.Position{})
	equal(t, len(d.Other), 2)
	equal(t, fmt.Sprint(d.Other[0].State, d.Other[1].State), fmt.Sprint(StopOpen, StopDone))
	comes(s, now.AddDate(0, 0, 3))
	later := today(t, s, "", field.Position{})
	equal(t, fmt.Sprint(names(later.Other)), fmt.Sprint([]uuid.UUID{village(5)})) // still in progress
}

func TestWithoutAPlanTheNearestAndTheLongestNotVisitedAreSuggested(t *testing.T) {
	t.Parallel()
	s := newPhone(t, plannedOffice(t, ""), li)
	must(t, s.CheckOut(t.Context(), checkIn(t, s, village(0)), nowhere))
	d := today(t, s, "", field.Position{Lat: 36, Lon: 106.2})
	equal(t, fmt.Sprint(names(d.Near)), fmt.Sprint([]uuid.UUID{village(1), village(2), village(3), village(4), village(5)}))
	equal(t, len(d.Long), suggestions)
	equal(t, fmt.Sprint(names(d.Long)[:2]), fmt.Sprint([]uuid.UUID{shop, grocer})) // of the first townships
	equal(t, len(today(t, s, "", field.Position{}).Near), 0)
}

func TestAClockThatIsAYearOffLeadsToTheNearestPlannedDay(t *testing.T) {
	t.Parallel()
	now := time.Now()
	day := field.DayOf(now)
	s := newPhone(t, plannedOffice(t, day, village(1), village(2)), li)
	for _, off := range []int{-1, 1} {
		s.wall = func() time.Time { return now.AddDate(off, 0, 0) }
		d := today(t, s, "", field.Position{})
		equal(t, len(d.Route), 0)
		equal(t, d.Nearest, day)
		d = today(t, s, d.Nearest, field.Position{})
		equal(t, d.Day, day)
		equal(t, len(d.Route), 2)
	}
}

func TestNewStoresAndInspectionsThatAreDueAreFlagged(t *testing.T) {
	t.Parallel()
	now := time.Now()
	o := plannedOffice(t, field.DayOf(now), village(1), village(2))
	s := newPhone(t, o, li)
	equal(t, today(t, s, "", field.Position{}).Inspects, 0) // there is no such template

	o.write(t, ledger.Edit{ID: inspected, Type: field.TypeTemplate, Territory: town, Field: "template", SeenAll: true,
		Value: field.Template{Format: 1, Kind: field.VisitInspection, Name: field.Text{ZH: "季度检查"}}})
	o.write(t, wholly(village(2), field.TypeStore, []field.Value{{Field: "opened", Value: field.DayOf(now.AddDate(0, 0, -59))}})...)
	o.write(t, wholly(village(3), field.TypeStore, []field.Value{{Field: "opened", Value: field.DayOf(now.AddDate(0, 0, -3))}})...)
	o.write(t, wholly(village(4), field.TypeStore, []field.Value{{Field: "opened", Value: field.DayOf(now.AddDate(0, 0, -61))}})...)
	o.exchange(t, s)
	d := today(t, s, "", field.Position{})
	equal(t, d.Inspects, 8)
	equal(t, len(d.Inspect), suggestions)
	equal(t, fmt.Sprint(d.Route[0].New, d.Route[1].New, d.Route[0].Inspect), "false true true")
	equal(t, d.NewAll, 2)
	equal(t, fmt.Sprint(names(d.New)), fmt.Sprint([]uuid.UUID{village(3)})) // the other has its place on the route

	visit, err := s.CheckIn(t.Context(), village(1), nowhere, Purpose{Template: inspected})
	must(t, err)
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	must(t, s.CheckOut(t.Context(), checkIn(t, s, village(3)), nowhere))
	d = today(t, s, "", field.Position{})
	equal(t, fmt.Sprint(d.Route[0].Inspect, d.Route[1].Inspect, d.Inspects, d.NewAll), "false true 7 1")
	comes(s, now.AddDate(0, 4, 0))
	equal(t, today(t, s, "", field.Position{}).Inspects, 8)
}

func TestWhatIsNotInspectedStandsOutInTheLastWeeksOfAQuarterAlone(t *testing.T) {
	t.Parallel()
	s := newPhone(t, plannedOffice(t, "2026-11-30", village(1)), li)
	for day, want := range map[string]bool{
		"2026-10-01": false, "2026-11-30": false, "2026-12-10": false, "2026-12-12": true, "2026-12-31": true, "2027-01-01": false,
		"2026-02-28": false, "2026-03-31": true, "2026-06-30": true, "2026-07-01": false,
	} {
		now, err := time.ParseInLocation(time.DateOnly, day, field.Zone)
		must(t, err)
		comes(s, now.Add(9*time.Hour))
		if got := today(t, s, "", field.Position{}).QuarterEnds; got != want {
			t.Errorf("%s: %v", day, got)
		}
	}
}
