package store

import (
	"fmt"
	"testing"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/wire"

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
		d := today(t, phone, "", field.Position{})
		equal(t, fmt.Sprint(d.Requests.Late, d.Requests.DueMS == l.Rows[0].DueMS), "2 true")
	}
}

// A complaint was written down, and answered, while the phone's clock was a year back; then the clock was put right. All that
// this phone shows is by the right time: nobody is told that it is a year late. What was recorded is what the clock said.
func TestARequestWrittenWhileTheClockWasBackIsNotAYearLateOnceItIsPutRight(t *testing.T) {
	t.Parallel()
	if bootClock().ID == "" {
		t.Skip("this system has no boot clock")
	}
	for _, heard := range []string{"before", "since", "never"} { // when the server was, in this start of the phone
		for _, off := range []time.Duration{-365 * 24 * time.Hour, 365 * 24 * time.Hour} {
			o := newOffice(t)
			s, other := newPhone(t, o, li), newPhone(t, o, wang)
			if heard == "before" {
				o.hears(t, s)
			}
			right := asked(t, s, "之前说的")
			visit := checkIn(t, s, shop)
			s.wall = func() time.Time { return time.Now().Add(off) }
			q := complaint(visit)
			q.SpokeMS = s.wall().Add(-5 * time.Minute).UnixMilli()
			must(t, s.SetRequest(t.Context(), q, "text", "送货晚了", nil))
			done := complaint(visit)
			done.SpokeMS = s.wall().Add(-9 * time.Minute).UnixMilli()
			must(t, s.SetRequest(t.Context(), done, "text", "少了一条", nil))
			happens(t, s, done.ID, field.EventSolve, field.EventFollowUp)
			if got := requestPage(t, s, q.ID).Request.SpokeMS; got != q.SpokeMS {
				t.Errorf("%s, %v: nobody has set the clock, and the time is %d", heard, off, got-q.SpokeMS)
			}
			if heard == "since" {
				o.hears(t, s)
			}
			s.wall = time.Now
			for range 2 {
				near := func(what string, got int64, want time.Duration) {
					t.Helper()
					if d := time.Until(time.UnixMilli(got)) - want; d.Abs() > time.Minute {
						t.Errorf("%s, %v: %s is %v off", heard, off, what, d)
					}
				}
				p := requestPage(t, s, q.ID)
				near("what is due", p.Request.Clocks()[0].DueMS, 115*time.Minute)
				near("when it spoke", p.Request.SpokeMS, -5*time.Minute)
				end := requestPage(t, s, done.ID)
				near("the end", end.Request.EndedMS, 0)
				equal(t, []bool{end.Story[0].OffClock, end.Story[1].OffClock, end.Story[1].MayUndo}, []bool{false, false, true})
				l, err := s.Requests(t.Context(), uuid.Nil, RequestsAll)
				must(t, err)
				equal(t, []uuid.UUID{l.Rows[0].ID, l.Rows[1].ID}, []uuid.UUID{q.ID, right.ID})
				near("the list's", l.Rows[0].DueMS, 115*time.Minute)
				l, err = s.Requests(t.Context(), uuid.Nil, RequestsClosed)
				must(t, err)
				near("the list's end", l.Rows[0].EndedMS, 0)
				near("the store's", page(t, s, shop).Requests[0].DueMS, 115*time.Minute)
				near("the visit's", visitPage(t, s, visit).Requests[0].DueMS, 115*time.Minute)
				d := today(t, s, "", field.Position{})
				equal(t, d.Requests.Late, 0)
				near("today's", d.Requests.DueMS, 115*time.Minute)
				o.settled(t, s, other)
				s = reopen(t, s) // the same for good
			}
			equal(t, requestPage(t, other, q.ID).Request.SpokeMS, q.SpokeMS)
			must(t, s.SetRequest(t.Context(), q, "spoke", time.Now().Add(-time.Hour).UnixMilli(), requestPage(t, s, q.ID).Parts["spoke"].Seen))
			if left := time.Until(time.UnixMilli(requestPage(t, s, q.ID).Request.Clocks()[0].DueMS)); (left - time.Hour).Abs() > time.Minute {
				t.Errorf("a time by the right clock leaves %v", left)
			}
		}
	}
}

// hears lets a phone hear what time it is.
func (o *office) hears(t *testing.T, s *Store) {
	t.Helper()
	o.says(t, s, time.Now())
}

// says is hears of an answer that tells another time.
func (o *office) says(t testing.TB, s *Store, at time.Time) {
	t.Helper()
	must(t, s.Apply(t.Context(), nil, wire.SyncResponse{ServerMS: at.UnixMilli()}))
}

func TestHowFarAClockIsOffIsKnownByTheStartOfThePhone(t *testing.T) {
	t.Parallel()
	const day = int64(24 * 3600_000)
	now, year := int64(1_800_000_000_000), 365*day
	h := heardTime{ServerMS: now, WallMS: now - year, Boot: "one", BootMS: day}
	ahead := h
	ahead.WallMS = now + year
	for name, c := range map[string]struct {
		h    heardTime
		wall int64
		boot Boot
		want int64
	}{
		"as it was":                   {h, now - year + 10, Boot{"one", day + 10}, -year},
		"put right":                   {h, now + 10, Boot{"one", day + 10}, 0},
		"started anew, as it was":     {h, now - year + day, Boot{"two", 10}, -year},
		"started anew, put right":     {h, now + day, Boot{"two", 10}, 0},
		"ahead, started anew, as was": {ahead, now + year + day, Boot{"two", 10}, year},
		"ahead, started anew, right":  {ahead, now + day, Boot{"two", 10}, 0},
		"an hour back, started anew":  {heardTime{ServerMS: now, WallMS: now - 3600_000, Boot: "one", BootMS: day}, now + day, Boot{"two", 10}, -3600_000},
		"an hour ahead, set since":    {heardTime{ServerMS: now, WallMS: now + 3600_000, Boot: "one", BootMS: day}, now + 600_000, Boot{"two", 10}, 0},
		"no boot clock":               {h, now + day, Boot{}, 0},
		"never heard":                 {heardTime{}, now, Boot{"one", 1}, 0},
	} {
		if got := c.h.ahead(time.UnixMilli(c.wall), c.boot); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// A phone that was started with a wrong clock, far from any network, learns at its next exchange how far that was off; the
// clock was as wrong then, says the office too. Of a clock that was right nothing is remembered.
func TestWhatWasWrittenBeforeTheServerWasHeardIsSettledByItsNextAnswer(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	year := 365 * 24 * time.Hour
	s.wall = func() time.Time { return time.Now().Add(-year) }
	s.boot = func() Boot { return Boot{"monday", 1_000} }
	q := complaint(uuid.Nil)
	q.SpokeMS = s.wall().UnixMilli()
	must(t, s.SetRequest(t.Context(), q, "text", "送货晚了", nil))
	s.boot = func() Boot { return Boot{"tuesday", 1_000} }
	o.hears(t, s)
	s.wall = time.Now
	s.boot = bootClock
	if late := time.Until(time.UnixMilli(requestPage(t, s, q.ID).Request.SpokeMS)); late.Abs() > time.Minute {
		t.Errorf("it spoke %v from now", late)
	}
	o.hears(t, s)
	asked(t, s, "刚说的")
	equal(t, len(spansOf(t, s)), 2) // the wrong one, and that of now
}
