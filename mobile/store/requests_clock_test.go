package store

import (
	"fmt"
	"testing"
	"time"

	"storewalk/shared/field"

	"github.com/google/uuid"
)

// A complaint was written down while the phone's clock was a year ahead, and the clock is right by now: it is not forgotten
// at the end of the list for a year, but stands on top, and counts as one that is late.
func TestARequestWhoseClockWasAheadIsNotForgottenForAYear(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s, other := newPhone(t, o, li), newPhone(t, o, wang)
	ahead, soon := asked(t, s, "明年说的"), asked(t, s, "刚说的")
	late := asked(t, s, "早上说的")
	spoken := func(q Asking, after time.Duration) {
		t.Helper()
		must(t, s.SetRequest(t.Context(), q, "spoke", time.Now().Add(after).UnixMilli(), requestPage(t, s, q.ID).Parts["spoke"].Seen))
	}
	spoken(ahead, 365*24*time.Hour)
	spoken(late, -3*time.Hour)
	o.settled(t, s, other)
	for _, phone := range []*Store{s, other} {
		l, err := phone.Requests(t.Context(), uuid.Nil, RequestsAll)
		must(t, err)
		equal(t, []uuid.UUID{l.Rows[0].ID, l.Rows[1].ID, l.Rows[2].ID}, []uuid.UUID{ahead.ID, late.ID, soon.ID})
		equal(t, field.DueByAWrongClock(l.Rows[0].DueMS, time.Now().UnixMilli()), true)
		equal(t, field.DueByAWrongClock(l.Rows[2].DueMS, time.Now().UnixMilli()), false)
		rows := page(t, phone, shop).Requests
		equal(t, rows[0].ID, ahead.ID)
		d := today(t, phone, time.Now(), "", field.Position{})
		equal(t, fmt.Sprint(d.Requests.Late, d.Requests.DueMS == l.Rows[0].DueMS), "2 true")
	}
}
