package store

import (
	"fmt"
	"testing"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

func TestAStoreThatOnlyCameToAGroupVisitElsewhereShowsItWithItsOwnOutcome(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s, other := newPhone(t, o, li), newPhone(t, o, wang)
	visit := checkIn(t, s, shop)
	must(t, s.SetMode(t.Context(), visit, "group", true, nil))
	must(t, s.SetAttendance(t.Context(), visit, grocer, &field.Attendance{Came: true, Outcome: "愿意上柜"}, nil))
	must(t, s.SetAttendance(t.Context(), visit, shop, &field.Attendance{Came: true}, nil)) // itself
	p := page(t, s, grocer)
	if len(p.Visits) != 1 || p.Visits[0].ID != visit || p.Visits[0].Attendance == nil || *p.Visits[0].Attendance != (field.Attendance{Came: true, Outcome: "愿意上柜"}) {
		t.Fatalf("%+v", p.Visits)
	}
	equal(t, p.OpenVisit, uuid.Nil) // nobody is here
	equal(t, p.Visits[0].StoreName, "重庆长乐便利店")
	host := page(t, s, shop)
	if len(host.Visits) != 1 || host.Visits[0].Attendance != nil || host.OpenVisit != visit {
		t.Errorf("%+v", host.Visits)
	}

	own := checkIn(t, s, grocer)
	o.exchange(t, s)
	o.exchange(t, other)
	for _, phone := range []*Store{reopen(t, s), other} {
		p = page(t, phone, grocer)
		equal(t, []uuid.UUID{p.Visits[0].ID, p.Visits[1].ID}, []uuid.UUID{own, visit})
	}
}

func TestAStoreThatWasTakenOffAGroupVisitDoesNotShowIt(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	visit := checkIn(t, s, shop)
	must(t, s.SetMode(t.Context(), visit, "group", true, nil))
	must(t, s.SetAttendance(t.Context(), visit, grocer, &field.Attendance{Came: true}, nil))
	must(t, s.SetAttendance(t.Context(), visit, grocer, nil, attendanceSeen(t, s, visit, grocer)))
	equal(t, len(page(t, s, grocer).Visits), 0)
	must(t, s.SetAttendance(t.Context(), visit, grocer, &field.Attendance{}, attendanceSeen(t, s, visit, grocer))) // invited, and did not come
	equal(t, page(t, s, grocer).Visits[0].Attendance, &field.Attendance{})
	must(t, s.SetMode(t.Context(), visit, "group", false, loadRecord(t, s.db, visit).Seen("group"))) // it is no group visit after all
	equal(t, len(page(t, s, grocer).Visits), 0)
}

// group makes a finished group visit at a store, to which others came and others did not.
func group(t *testing.T, s *Store, at uuid.UUID, came, absent []uuid.UUID) uuid.UUID {
	t.Helper()
	visit := checkIn(t, s, at)
	must(t, s.SetMode(t.Context(), visit, "group", true, nil))
	for _, store := range came {
		must(t, s.SetAttendance(t.Context(), visit, store, &field.Attendance{Came: true}, nil))
	}
	for _, store := range absent {
		must(t, s.SetAttendance(t.Context(), visit, store, &field.Attendance{}, nil))
	}
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	return visit
}

func TestAStoreThatCameToAGroupVisitElsewhereWasVisitedAndOneThatStayedAwayWasNot(t *testing.T) {
	t.Parallel()
	now := time.Now()
	day := field.DayOf(now)
	o := plannedOffice(t, day, village(0), village(1), village(2))
	task := uuid.NewSHA1(uuid.Nil, []byte("sent"))
	o.write(t, wholly(task, field.TypeTask, field.Task{Kind: field.TaskInstant, Manager: li, Stores: []uuid.UUID{village(1), village(2)}, Title: "送标价签"}.Fields())...)
	o.write(t, ledger.Edit{ID: inspected, Type: field.TypeTemplate, Territory: town, Field: "template", SeenAll: true,
		Value: field.Template{Format: 1, Kind: field.VisitInspection, Name: field.Text{ZH: "季度检查"}}})
	s := newPhone(t, o, li)
	visit := group(t, s, village(0), []uuid.UUID{village(0), village(1)}, []uuid.UUID{village(2)})

	d := today(t, s, "", field.Position{})
	equal(t, fmt.Sprint(d.Route[0].State, d.Route[1].State, d.Route[2].State), fmt.Sprint(StopDone, StopDone, StopLeft))
	equal(t, []uuid.UUID{d.Route[0].Visit, d.Route[1].Visit, d.Route[2].Visit}, []uuid.UUID{visit, visit, uuid.Nil})
	equal(t, fmt.Sprint(d.Route[1].LastMS > 0, d.Route[2].LastMS), "true 0")
	equal(t, d.Route[1].Inspect, true)           // nobody saw the shop
	equal(t, d.Jobs[0].Stops[0].State, StopLeft) // the visit was not made for this task

	stores, err := s.Stores(t.Context(), "")
	must(t, err)
	visited := map[uuid.UUID]int64{}
	for _, r := range stores {
		visited[r.ID] = r.LastVisitMS
	}
	equal(t, visited[village(1)], visited[village(0)])
	equal(t, fmt.Sprint(visited[village(1)] > 0, visited[village(2)]), "true 0")

	// Another person's visit is no work of mine, but it was one.
	other := newPhone(t, o, wang)
	group(t, other, village(3), []uuid.UUID{village(2)}, nil)
	o.exchange(t, other)
	o.exchange(t, s)
	d = today(t, s, "", field.Position{})
	equal(t, fmt.Sprint(d.Route[2].State, d.Route[2].LastMS > 0), fmt.Sprint(StopLeft, true))
}

func TestAStoreThatCameElsewhereIsNotAmongThoseWhereNobodyWasForLong(t *testing.T) {
	t.Parallel()
	s := newPhone(t, plannedOffice(t, ""), li)
	long := func() []uuid.UUID { return names(today(t, s, "", field.Position{}).Long) }
	equal(t, long()[:2], []uuid.UUID{shop, grocer})
	group(t, s, village(5), []uuid.UUID{shop}, []uuid.UUID{grocer})
	equal(t, long()[:2], []uuid.UUID{grocer, village(0)})
}

func TestTheRatingOfAStoreIsFoundBelowManyGroupVisitsElsewhere(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	asks := routine
	asks.Survey = []field.Question{{ID: "content", Kind: field.AskRating}}
	o.decide(t, field.TemplateID(field.VisitRoutine), field.Common, field.TypeTemplate, asks.Fields()...)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	must(t, s.SetAnswer(t.Context(), visit, "content", 4, nil))
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	for range 11 {
		must(t, s.SetAnswer(t.Context(), group(t, s, grocer, []uuid.UUID{shop}, nil), "content", 1, nil))
	}
	p := page(t, s, shop)
	equal(t, p.Rating.Score, 4) // its own, and not what the other store said
	equal(t, len(p.Visits), 10)
}

func attendanceSeen(t *testing.T, s *Store, visit, store uuid.UUID) Seen {
	t.Helper()
	return loadRecord(t, s.db, field.ChecklistID(visit)).Seen(field.AttendeePrefix + store.String())
}
