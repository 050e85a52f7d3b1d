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
		list, err := s.Requests(t.Context(), RequestFilter{})
		if err != nil || len(list.Rows) != 1 {
			t.Fatal(list, err)
		}
		rows := list.Rows
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
	list, err := s.Requests(t.Context(), RequestFilter{})
	rows := list.Rows
	if err != nil || len(rows) != 12 {
		t.Fatal(len(rows), err)
	}
	late := 0
	for _, q := range rows {
		if q.Late(now) {
			late++
		}
	}
	if n, err := s.LateRequests(t.Context(), time.UnixMilli(now)); err != nil || n != late || n != list.Late || n != 6 {
		t.Errorf("the menu says %d, the list %d, %v", n, late, err)
	}
}

// A request whose clock has run out stands on the first page, however many others there are and whatever its phone's clock
// said; and paging shows each request once, in one order, also when one is closed meanwhile.
func TestNoRequestThatIsLateIsCutOffTheList(t *testing.T) {
	t.Parallel()
	const hour, year = int64(3600 * 1000), int64(365 * 24 * 3600 * 1000)
	s := openStore(t)
	shop := newStore(t, s, "1", "三营便利店", "640402100")
	now := time.Now().UnixMilli()
	ma, fast := newFieldDevice(t, addAccount(t, s, "ma", field.RoleManager)), newFieldDevice(t, addAccount(t, s, "li", field.RoleManager))
	const many = 320
	for i := range int64(many) {
		ma.ask(shop, field.RequestComplaint, now-i*1000)
	}
	ma.send(s, now, 0)
	late := fast.ask(shop, field.RequestComplaint, now-3*hour+year) // by a clock that is a year ahead
	fast.send(s, now, year)

	seen := map[uuid.UUID]bool{}
	var last int64
	for f := (RequestFilter{Limit: 50}); ; {
		page, err := s.Requests(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		if f.After == "" && (page.Rows[0].ID != late || page.Late != 1 || page.All != many+1) {
			t.Errorf("on top %+v of %d, %d late", page.Rows[0], page.All, page.Late)
		}
		if f.After == "" { // the last of this page is closed before the next is asked for
			q := page.Rows[len(page.Rows)-1].ID
			for _, kind := range []string{field.EventStart, field.EventArrive, field.EventSolve, field.EventFollowUp} {
				ma.happens(q, kind, now)
			}
			ma.send(s, now, 0)
		}
		for _, q := range page.Rows {
			if seen[q.ID] || q.DueMS < last {
				t.Fatal("twice, or out of order:", q)
			}
			seen[q.ID], last = true, q.DueMS
		}
		if f.After = page.Next; f.After == "" {
			break
		}
	}
	if len(seen) != many+1 {
		t.Errorf("%d of %d are shown", len(seen), many+1)
	}
	if _, err := s.Requests(t.Context(), RequestFilter{After: "no such"}); err == nil {
		t.Error("nonsense is a page")
	}
}
