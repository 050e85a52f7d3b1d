package store

import (
	"testing"

	"storewalk/shared/field"

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

func attendanceSeen(t *testing.T, s *Store, visit, store uuid.UUID) Seen {
	t.Helper()
	return loadRecord(t, s.db, field.ChecklistID(visit)).Seen(field.AttendeePrefix + store.String())
}
