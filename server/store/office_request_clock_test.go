package store

import (
	"testing"
	"time"

	"storewalk/shared/field"

	"github.com/google/uuid"
)

// ask writes a request down, as the store spoke at a time by the phone's clock.
func (d *fieldDevice) ask(store uuid.UUID, kind string, spokeMS int64) uuid.UUID {
	d.t.Helper()
	q := uuid.New()
	for _, v := range []field.Value{{Field: "kind", Value: kind}, {Field: "store", Value: store}, {Field: "owner", Value: d.owner},
		{Field: "spoke", Value: spokeMS}, {Field: "text", Value: "货不对板"}} {
		d.set(q, field.TypeRequest, v.Field, v.Value, spokeMS)
	}
	return q
}

func (d *fieldDevice) happens(q uuid.UUID, kind string, atMS int64) {
	d.t.Helper()
	d.set(q, field.TypeRequest, field.EventPrefix+uuid.NewString(), field.RequestEvent{Kind: kind, AtMS: atMS}, atMS)
}

// Two people work on one request, one of them with a clock that is a year off, and the office opens it again: each step is
// as late as it was, whatever any clock said.
func TestEachStepOfARequestIsAsLateAsItWasWhateverTheClocksOfItsPeopleSaid(t *testing.T) {
	t.Parallel()
	const hour, year = int64(3600 * 1000), int64(365 * 24 * 3600 * 1000)
	for _, wrong := range []int64{year, -year, 3 * hour} {
		s := openStore(t)
		ma, li := newFieldDevice(t, addAccount(t, s, "ma", field.RoleManager)), newFieldDevice(t, addAccount(t, s, "li", field.RoleManager))
		desk := addAccount(t, s, "desk", field.RoleSupervisor)
		spoke := time.Now().UnixMilli() - 5*hour
		q := ma.ask(newStore(t, s, "1", "三营便利店", "640402100"), field.RequestComplaint, spoke+wrong)
		ma.happens(q, field.EventStart, spoke+hour+wrong)
		ma.send(s, spoke+hour, wrong)
		li.pull(s, q)
		li.happens(q, field.EventArrive, spoke+2*hour)
		li.happens(q, field.EventSolve, spoke+3*hour)
		li.send(s, spoke+3*hour, 0)
		ma.pull(s, q)
		ma.happens(q, field.EventComment, spoke+4*hour+wrong)
		ma.send(s, spoke+4*hour, wrong)

		d, err := s.RequestByID(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		want := []field.Clock{{Event: field.EventStart, DueMS: spoke + 2*hour, DoneMS: spoke + hour},
			{Event: field.EventArrive, DueMS: spoke + 24*hour, DoneMS: spoke + 2*hour}, {Event: field.EventSolve, DueMS: spoke + 48*hour, DoneMS: spoke + 3*hour}}
		for i, c := range d.Clocks {
			if c != want[i] {
				t.Errorf("%d ms ahead: %+v, want %+v", wrong, c, want[i])
			}
		}
		for i, at := range []int64{spoke + hour, spoke + 2*hour, spoke + 3*hour, spoke + 4*hour} {
			if d.Story[i].AtMS != at {
				t.Errorf("%d ms ahead: step %d is %d ms off", wrong, i, d.Story[i].AtMS-at)
			}
		}

		if err := s.AddRequestEvent(t.Context(), desk, q, field.EventReopen, "又来电话"); err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		rows, err := s.Requests(t.Context(), RequestFilter{})
		if err != nil || len(rows) != 1 {
			t.Fatal(rows, err)
		}
		if left := rows[0].DueMS - now.UnixMilli(); left < hour || left > 2*hour {
			t.Errorf("%d ms ahead: reopened just now, and %d ms are left", wrong, left)
		}
		if n, err := s.LateRequests(t.Context(), now); err != nil || n != 0 {
			t.Errorf("%d ms ahead: %d late, %v", wrong, n, err)
		}
		if n, err := s.LateRequests(t.Context(), now.Add(3*time.Hour)); err != nil || n != 1 {
			t.Errorf("%d ms ahead: in three hours %d late, %v", wrong, n, err)
		}
	}
}

func TestTheFigureInTheMenuCountsWhatTheListCallsLate(t *testing.T) {
	t.Parallel()
	const hour, year = int64(3600 * 1000), int64(365 * 24 * 3600 * 1000)
	s := openStore(t)
	store := newStore(t, s, "1", "三营便利店", "640402100")
	now := time.Now().UnixMilli()
	for i, spoke := range []int64{now - 3*hour, now - hour, now + 24*hour, 1} { // late; not yet; tomorrow: when it came; 1970
		for k, ahead := range []int64{0, year, -year} {
			d := newFieldDevice(t, addAccount(t, s, string(rune('a'+i))+string(rune('a'+k)), field.RoleManager))
			d.ask(store, field.RequestComplaint, max(1, spoke+ahead))
			d.send(s, now, ahead)
		}
	}
	rows, err := s.Requests(t.Context(), RequestFilter{})
	if err != nil || len(rows) != 12 {
		t.Fatal(len(rows), err)
	}
	late := 0
	for _, q := range rows {
		if q.Late(now) {
			late++
		}
	}
	if n, err := s.LateRequests(t.Context(), time.UnixMilli(now)); err != nil || n != late || n != 6 {
		t.Errorf("the menu says %d, the list %d, %v", n, late, err)
	}
}
