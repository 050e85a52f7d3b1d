package store

import (
	"database/sql"
	"slices"
	"testing"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/receipt"

	"github.com/google/uuid"
)

// clocked writes edits as a phone whose clock shows at.
func clocked(t *testing.T, s *Store, at time.Time, edits ...ledger.Edit) {
	t.Helper()
	must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error {
		_, err := ledger.Write(t.Context(), tx, ledger.Writer{Author: li, WallMS: at.UnixMilli()}, edits...)
		return err
	}))
}

// A visit is of the day on which it began, on every list and in every sum, whenever it ends.
func TestAVisitOverMidnightIsOfTheDayOnWhichItBegan(t *testing.T) {
	t.Parallel()
	const day, next = "2026-12-01", "2026-12-02"
	clock := func(day, of string) time.Time {
		at, err := time.ParseInLocation(time.DateTime, day+" "+of+":00", field.Zone)
		must(t, err)
		return at
	}
	o := plannedOffice(t, day, village(1))
	o.write(t, wholly(field.RouteID(li, next), field.TypeTask, field.Task{Kind: field.TaskRoute, Manager: li, Day: next, Stores: []uuid.UUID{village(1)}, Title: "三营线"}.Fields())...)
	s := newPhone(t, o, li)
	visit := uuid.New()
	e := ledger.Edit{ID: visit, Type: field.TypeVisit, Territory: town}
	begin, end := clock(day, "23:50"), clock(next, "00:10")
	clocked(t, s, begin, with(e, "store", village(1)), with(e, "manager", li), with(e, "task", field.RouteID(li, day)), with(e, "check_in", field.Moment{AtMS: begin.UnixMilli()}))
	route := func(now time.Time, day string) (states []StopState) {
		comes(s, now)
		for _, stop := range today(t, s, day, field.Position{}).Route {
			states = append(states, stop.State)
		}
		return states
	}
	visits := func(now time.Time) int {
		comes(s, now)
		return dayEnd(t, s).Visits
	}
	receipted := func(last receipt.Receipt, now time.Time) (days []string) {
		must(t, s.db.View(t.Context(), func(tx *sql.Tx) (err error) {
			days, err = daysSince(t.Context(), tx, li, last, now)
			return err
		}))
		return days
	}
	dot := func(now time.Time) DotState {
		comes(s, now)
		m, err := s.Map(t.Context())
		must(t, err)
		at := slices.IndexFunc(m.Dots, func(d Dot) bool { return d.Store == village(1) })
		return m.Dots[at].State
	}

	before, after := clock(day, "23:59"), clock(next, "00:05")
	equal(t, [][]StopState{route(before, ""), route(after, "")}, [][]StopState{{StopOpen}, {StopOpen}}) // the person is there
	equal(t, []int{visits(before), visits(after)}, []int{1, 0})
	equal(t, today(t, s, "", field.Position{}).Day, next)

	clocked(t, s, end, with(e, "check_out", field.Moment{AtMS: end.UnixMilli()}))
	equal(t, [][]StopState{route(end, day), route(end, "")}, [][]StopState{{StopDone}, {StopLeft}}) // today's visit there is still to be made
	equal(t, len(today(t, s, "", field.Position{}).Other), 0)
	equal(t, []int{visits(before), visits(end)}, []int{1, 0})
	equal(t, dot(end), DotDue)
	last := receipt.Receipt{Days: []receipt.Day{{Date: day}}} // given at midnight, when the visit was not over
	equal(t, receipted(last, clock(next, "00:15")), []string{day})

	second := ledger.Edit{ID: uuid.New(), Type: field.TypeVisit, Territory: town}
	at := clock(next, "09:00")
	clocked(t, s, at, with(second, "store", village(1)), with(second, "manager", li), with(second, "check_in", field.Moment{AtMS: at.UnixMilli()}),
		with(second, "check_out", field.Moment{AtMS: at.UnixMilli() + 1}))
	equal(t, [][]StopState{route(at, day), route(at, "")}, [][]StopState{{StopDone}, {StopDone}})
	equal(t, []int{visits(before), visits(at)}, []int{1, 1})
	equal(t, dot(at), DotDone)
	equal(t, receipted(last, at), []string{next, day})
}
