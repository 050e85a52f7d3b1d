package ui_test

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/demo/guyuan"
	"storewalk/mobile/store"
	"storewalk/mobile/ui"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
)

// here is where the phone is in these tests: at the second store of the territory.
func (w *world) here() field.Position {
	s := w.shops()[1]
	return field.Position{Lat: s.Lat, Lon: s.Lon, Acc: 12}
}

// furnishDay is furnish with what the office planned: a route for the day, two instant tasks, a new store, and
// inspections that are due.
func (w *world) furnishDay(day time.Time) {
	w.t.Helper()
	w.furnish()
	week := now.AddDate(0, 0, -7)
	for i, s := range w.shops() {
		values := []field.Value{{Field: "position", Value: field.Position{Lat: s.Lat, Lon: s.Lon}}, {Field: "township", Value: s.TownshipCode}}
		if i%4 == 2 {
			values = append(values, field.Value{Field: "window_from", Value: "15:00"}, field.Value{Field: "window_to", Value: "17:00"})
		}
		w.office(uuid.Nil, week, id("store", i), field.TypeStore, values...)
	}
	w.office(uuid.Nil, week, id("store", 20), field.TypeStore, field.Value{Field: "opened", Value: field.DayOf(now.AddDate(0, 0, -12))})
	w.office(uuid.Nil, week, field.TemplateID("inspection"), field.TypeTemplate,
		field.Template{Format: 1, Kind: field.VisitInspection, Name: field.Text{ZH: "季度检查", EN: "Quarterly inspection"}}.Fields()...)
	var route []uuid.UUID
	for i := range 12 {
		route = append(route, id("store", i))
	}
	date := field.DayOf(day)
	w.office(uuid.Nil, week, field.RouteID(liMing, date), field.TypeTask,
		field.Task{Kind: field.TaskRoute, Manager: liMing, Day: date, Stores: route, Title: "三营镇线"}.Fields()...)
	for n, job := range []field.Task{
		{Title: "核对新品价签", Text: "新品到货第一周：拍价签，核对是否与指导价一致。", Stores: []uuid.UUID{id("store", 10)}, DueMS: evening(now)},
		{Title: "断货核实", Text: "店主反映货源与公告不一致，到店盘点核实。", Stores: []uuid.UUID{id("store", 30)}, DueMS: now.Add(-26 * time.Hour).UnixMilli()},
	} {
		job.Kind, job.Manager = field.TaskInstant, liMing
		w.office(uuid.Nil, week, id("job", n), field.TypeTask, job.Fields()...)
	}
	w.office(uuid.Nil, week, id("request", 0), field.TypeRequest, field.Value{Field: "store", Value: id("store", 3)},
		field.Value{Field: "kind", Value: field.RequestSupply}, field.Value{Field: "text", Value: "想多订两条中支"}, field.Value{Field: "spoke", Value: week.UnixMilli()})
	w.arrive()
}

// evening is the last minute of the day of t.
func evening(t time.Time) int64 {
	y, m, d := t.In(field.Zone).Date()
	return time.Date(y, m, d, 23, 59, 0, 0, field.Zone).UnixMilli()
}

func (w *world) onTheWay() ui.Deps {
	deps := w.furnished()
	deps.Where = func() field.Moment { return field.Moment{Position: w.here()} }
	return deps
}

func TestTheDayFitsThePhoneInBothLanguages(t *testing.T) {
	everyView(t, func(t *testing.T, v view, snap func(*uitest.Phone, string)) {
		w := newWorld(t)
		w.signIn()
		first := "today.route.3.go" // the two before were visited this morning
		if v.long {
			first = "today.route.1.go"
			w.longDay()
		} else {
			w.furnishDay(now)
		}
		p := uitest.Open(t, w.onTheWay())
		p.Tap(first)
		p.Back()
		p.ScrollBy(-1e6)
		snap(p, "today")
		w.differ()
		p.App.Changed()
		p.Settle()
		snap(p, "today-conflicts")
		p.ScrollBy(560)
		snap(p, "today-route")
		p.ScrollBy(1e6)
		snap(p, "today-below")
		w.astray(p, -365*24*time.Hour)
		p.ScrollBy(-1e6)
		snap(p, "today-clock")
		p.Tap("tab.sync")
		snap(p, "sync-clock")

		w = newWorld(t)
		w.signIn()
		if v.long {
			w.fill()
		} else {
			w.furnishDay(now.AddDate(0, 0, 1))
		}
		p = uitest.Open(t, w.onTheWay())
		p.ScrollBy(-1e6)
		snap(p, "today-none")
		p.ScrollBy(1e6)
		snap(p, "today-none-below")
		if v.long {
			return
		}
		p.Tap("today.nearest")
		snap(p, "today-other-day")
	})
}

// differ makes two people write the phone number and the note of a store without knowing of each other.
func (w *world) differ() {
	w.t.Helper()
	s, err := w.store.StorePage(w.t.Context(), id("store", 0))
	must(w.t, err)
	for name, was := range map[string]store.Text{"phone": s.Phone, "note": s.Note} {
		must(w.t, w.store.SetStoreText(w.t.Context(), id("store", 0), name, "13995401000", was.Seen))
		w.office(wangFang, now.Add(-40*time.Minute), id("store", 0), field.TypeStore, field.Value{Field: name, Value: "13709541888"})
	}
	w.arrive()
}

// longDay is a day on which everything to read is too long.
func (w *world) longDay() {
	w.fill()
	date := field.DayOf(now)
	w.office(uuid.Nil, now, field.RouteID(liMing, date), field.TypeTask,
		field.Task{Kind: field.TaskRoute, Manager: liMing, Day: date, Stores: []uuid.UUID{id("store", 1), id("store", 3)}, Title: nameLong}.Fields()...)
	w.office(uuid.Nil, now, id("job", 0), field.TypeTask,
		field.Task{Kind: field.TaskInstant, Manager: liMing, Stores: []uuid.UUID{id("store", 3)}, Title: nameLong, Text: nameLong, DueMS: evening(now)}.Fields()...)
	w.arrive()
}

func TestOneTapOnTheListStartsTheVisitAndTheListCountsIt(t *testing.T) {
	w := newWorld(t)
	w.signIn()
	w.furnishDay(now.AddDate(0, 0, -1))
	// Today is yesterday: nothing that furnish did this morning counts as done.
	w.later = now.AddDate(1, 0, 0).Sub(now)
	p := uitest.Open(t, w.onTheWay())
	if !p.Has("today.none") {
		t.Fatal(p.Texts())
	}
	p.Tap("today.nearest")
	if got, want := p.Text("title"), p.App.Date(now.AddDate(0, 0, -1).UnixMilli()); got != want {
		t.Errorf("%q is shown, not the nearest planned day %q", got, want)
	}
	p.Tap("today.route.12.go")
	visits, err := w.store.Visits(t.Context(), 1)
	must(t, err)
	if visits[0].Store != id("store", 11) {
		t.Fatal("the visit is at another store")
	}
	p.Back()
	if !p.Has("today.left") || p.Text("today.left") == "" {
		t.Error(p.Texts())
	}
	if p.Has("today.route.12.go") {
		t.Error("a store where a visit is in progress can be entered a second time")
	}
	p.Tap("today.route.12")
	if !p.Has("visit.checkout") {
		t.Error("the store where a visit is in progress does not lead to it")
	}
	p.Tap("visit.checkout")
	p.Tap("visit.checkout.confirm")
	p.Back()
	p.Tap("today.back")
	if !p.Has("today.none") {
		t.Error(p.Texts())
	}
}

func TestAVisitFromTheListOfInspectionsIsAnInspection(t *testing.T) {
	w := newWorld(t)
	w.signIn()
	w.furnishDay(now)
	w.planned() // there is a list for usual visits too
	p := uitest.Open(t, w.onTheWay())
	name := p.Text("today.inspect.1.name")
	p.Tap("today.inspect.1.go")
	c, err := w.store.Checklist(t.Context(), w.newest())
	must(t, err)
	if c.Template.Kind != field.VisitInspection {
		t.Errorf("the list is that of a visit of kind %q", c.Template.Kind)
	}
	p.Tap("visit.checkout")
	p.Tap("visit.checkout.confirm")
	p.Back()
	if p.Shows("本季度还没检查") && p.Text("today.inspect.1.name") == name {
		t.Error("the inspection is still due:", name)
	}
}

func TestWhatIsDoneOfTheRouteIsCountedAtTheTop(t *testing.T) {
	w := newWorld(t)
	w.signIn()
	w.furnishDay(now)
	p := uitest.Open(t, w.onTheWay())
	before := p.Text("today.done")
	p.Tap("today.route.1.go")
	p.Back()
	if got := p.Text("today.left"); !p.Shows("拜访中 1") {
		t.Error(got)
	}
	p.Tap("today.route.1")
	p.Tap("visit.checkout")
	p.Tap("visit.checkout.confirm")
	p.Back()
	var was, done, all int
	if _, err := fmt.Sscanf(before, "已访 %d / %d", &was, &all); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscanf(p.Text("today.done"), "已访 %d / %d", &done, &all); err != nil || done != was+1 || all != 12 {
		t.Errorf("%q, then %q", before, p.Text("today.done"))
	}
}

func TestTheMapFitsThePhoneAndLeadsToItsStores(t *testing.T) {
	everyView(t, func(t *testing.T, v view, snap func(*uitest.Phone, string)) {
		w := newWorld(t)
		w.signIn()
		w.furnishDay(now)
		w.office(uuid.Nil, now, territory, field.TypeTerritory, countyOf()...)
		w.arrive()
		p := uitest.Open(t, w.onTheWay())
		p.Tap("map.open")
		snap(p, "map")
		tap := func(store int) {
			s := w.shops()[store]
			at := p.Find("map").(interface {
				At(field.Position) fyne.Position
				Tapped(*fyne.PointEvent)
			})
			at.Tapped(&fyne.PointEvent{Position: at.At(field.Position{Lat: s.Lat, Lon: s.Lon})})
			p.Settle()
		}
		tap(5)
		snap(p, "map-several")
		if !p.Has("map.store.1.go") || !p.Has("map.store.2") {
			t.Fatal(p.IDs())
		}
		p.Tap("map.here")
		if p.Has("map.store.1") {
			t.Error("the list stays when the map shows something else")
		}
		p.Tap("map.in")
		snap(p, "map-near")
		for range 3 {
			p.Tap("map.out")
		}
		snap(p, "map-borders")
		p.Tap("map.here")
		p.Tap("map.in")
		for range 5 {
			p.Tap("map.in")
		}
		tap(1) // where the phone is
		if !p.Has("visit.checkin") || p.Text("title") != w.shops()[1].Name {
			t.Errorf("a tap on a store that is alone does not open it: %v", p.Texts())
		}
		p.Back()
		p.Tap("map.out")

		empty := newWorld(t)
		empty.signIn()
		empty.fill()
		p = empty.phone()
		p.Tap("map.open")
		snap(p, "map-none")
	})
}

// countyOf is the map of the demonstration's county.
func countyOf() []field.Value {
	t := guyuan.TerritoryPlace()
	t.Name = "原州一片区"
	return t.Fields()
}

func TestAStoreThatWasSearchedForIsEnteredWithOneTap(t *testing.T) {
	w := filled(t)
	p := w.phone()
	p.Tap("tab.stores")
	p.Type("stores.search", "pinganyan")
	p.Tap("store." + id("store", 2).String() + ".go")
	visits, err := w.store.Visits(t.Context(), 1)
	must(t, err)
	if len(visits) != 1 || visits[0].Store != id("store", 2) || p.Text("title") != visits[0].StoreName {
		t.Errorf("%v, on the screen %q", visits, p.Text("title"))
	}
}
