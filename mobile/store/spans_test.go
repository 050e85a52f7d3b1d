package store

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"
)

func spansOf(t testing.TB, s *Store) (all ledger.Spans) {
	t.Helper()
	must(t, s.db.View(t.Context(), func(tx *sql.Tx) (err error) {
		all, err = ledger.LoadSpans(t.Context(), tx)
		return err
	}))
	return all
}

var spanOwn, spanLater = record.Replica{1}, record.Replica{2}

func TestAClockThatWasSetOrAnotherStartOfThePhoneBeginsASpan(t *testing.T) {
	t.Parallel()
	last := ledger.Span{Replica: spanOwn, Lam: 5, Boot: "one", StartMS: 1_000_000}
	for name, tt := range map[string]struct {
		next ledger.Span
		want string // the Lamport times of all
	}{
		"nothing happened":            {ledger.Span{Replica: spanOwn, Lam: 9, Boot: "one", StartMS: 1_000_000}, "5"},
		"it drifted":                  {ledger.Span{Replica: spanOwn, Lam: 9, Boot: "one", StartMS: 1_000_000 - sameClock}, "5"},
		"it was set":                  {ledger.Span{Replica: spanOwn, Lam: 9, Boot: "one", StartMS: 1_000_001 + sameClock}, "5 9"},
		"the phone was started":       {ledger.Span{Replica: spanOwn, Lam: 9, Boot: "two", StartMS: 1_000_000}, "5 9"},
		"it has another name":         {ledger.Span{Replica: spanLater, Lam: 9, Boot: "one", StartMS: 1_000_000}, "5 9"},
		"it was set with no write":    {ledger.Span{Replica: spanOwn, Lam: 5, Boot: "one", StartMS: 9_000_000}, "5"},
		"it was set before any write": {ledger.Span{Replica: spanOwn, Lam: 5, Boot: "two", StartMS: 0}, "5"},
	} {
		var lams []uint64
		all := goOn(ledger.Spans{last}, tt.next)
		for _, w := range all {
			lams = append(lams, w.Lam)
		}
		if got := fmt.Sprint(lams); got != "["+tt.want+"]" {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
		if end := all[len(all)-1]; end.Boot != tt.next.Boot || end.Replica != tt.next.Replica {
			t.Errorf("%s: the last is %+v", name, end)
		}
	}
}

func TestWhatIsKnownOfAClockFollowsFromTheAnswers(t *testing.T) {
	t.Parallel()
	const now, day = int64(1_800_000_000_000), int64(24 * 3600_000)
	year := 365 * day
	span := func(lam uint64, boot string, start int64) ledger.Span {
		return ledger.Span{Replica: spanOwn, Lam: lam, Boot: boot, StartMS: start}
	}
	known := func(w ledger.Span, ahead, off int64) ledger.Span {
		w.AheadMS, w.Known, w.OffMS = ahead, true, off
		return w
	}
	heard := heardTime{ServerMS: now, WallMS: now, Boot: "two", BootMS: day} // the phone was started a day ago, and the clock is right
	wrong := heardTime{ServerMS: now, WallMS: now - year, Boot: "two", BootMS: day}
	renamed := known(span(7, "two", now-day), 0, 0)
	renamed.Replica = spanLater
	for name, tt := range map[string]struct {
		spans ledger.Spans
		h     heardTime
		ahead int64
		want  ledger.Spans
	}{
		"right": {ledger.Spans{span(1, "two", now-day)}, heard, 0, ledger.Spans{known(span(1, "two", now-day), 0, 0)}},
		"never heard": {ledger.Spans{span(1, "two", now-day-year), span(5, "two", now-day)}, heardTime{}, 0,
			ledger.Spans{{Replica: spanOwn, Lam: 1, Boot: "two", StartMS: now - day - year, OffMS: year}, span(5, "two", now-day)}},
		"it was a year back": {ledger.Spans{span(1, "two", now-day-year), span(5, "two", now-day)}, heard, 0,
			ledger.Spans{known(span(1, "two", now-day-year), -year, year), known(span(5, "two", now-day), 0, 0)}},
		"it is a year back still": {ledger.Spans{span(1, "two", now-day-year)}, wrong, -year,
			ledger.Spans{known(span(1, "two", now-day-year), -year, 0)}},
		"started anew: as far off as now": {ledger.Spans{span(1, "one", now-3*day-year), span(5, "two", now-day-year)}, wrong, -year,
			ledger.Spans{known(span(1, "two", now-day-year), -year, 0)}}, // which is one clock
		"started anew, not heard yet": {ledger.Spans{span(1, "one", now-3*day-year), span(5, "three", now)}, heard, 0,
			ledger.Spans{span(1, "one", now-3*day-year), span(5, "three", now)}},
		"known of an earlier start": {ledger.Spans{known(span(1, "one", now-3*day-year), -year, 0), span(5, "three", now)}, heard, 0,
			ledger.Spans{known(span(1, "one", now-3*day-year), -year, year), span(5, "three", now)}},
		"right ones are one": {ledger.Spans{known(span(1, "one", now-3*day), 9, 0), known(span(5, "one", now-3*day+60_000), 60_009, 0), span(9, "two", now-day)}, heard, 0,
			ledger.Spans{known(span(1, "two", now-day), 9, 0)}},
		"right, wrong, right": {ledger.Spans{known(span(1, "one", now-3*day), 0, 0), known(span(5, "one", now-3*day+year), year, 0), span(9, "two", now-day)}, heard, 0,
			ledger.Spans{known(span(1, "one", now-3*day), 0, 0), known(span(5, "one", now-3*day+year), year, -year), known(span(9, "two", now-day), 0, 0)}},
		"under two names": {ledger.Spans{known(span(1, "one", now-3*day), 0, 0), renamed}, heard, 0,
			ledger.Spans{known(span(1, "one", now-3*day), 0, 0), renamed}},
		"measured again": {ledger.Spans{known(span(1, "one", now-3*day-year), -year, year+500), span(5, "three", now)}, heard, 0,
			ledger.Spans{known(span(1, "one", now-3*day-year), -year, year+500), span(5, "three", now)}},
	} {
		if got := settle(tt.spans, tt.h, tt.ahead); fmt.Sprint(got) != fmt.Sprint(tt.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, tt.want)
		}
	}
}

// A phone that is started each day, and whose clock is a year back on every second, does not remember more and more for ever.
func TestSpansAreNoMoreThanOneRequestCanName(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	now := int64(1_800_000_000_000)
	for day := range int64(maxSpans + 20) {
		boot := Boot{ID: fmt.Sprint("day ", day), MS: 1000}
		must(t, s.change(t.Context(), func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(t.Context(), `UPDATE replica SET lam = lam + 1`); err != nil {
				return err
			}
			wall := now + day*86_400_000 - day%2*31_536_000_000
			return s.mindClock(t.Context(), tx, time.UnixMilli(wall), boot)
		}))
	}
	if n := len(spansOf(t, s)); n != maxSpans {
		t.Errorf("%d spans are kept", n)
	}
}

// Of clocks that were right nothing stays once all is sent; a phone without a boot clock claims nothing.
func TestARightClockLeavesOneSpanHoweverOftenThePhoneIsStarted(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	for day := range 5 {
		s.boot = func() Boot { return Boot{ID: fmt.Sprint("day ", day), MS: 1000} }
		asked(t, s, "刚说的")
		o.settled(t, s)
		o.hears(t, s)
		equal(t, len(spansOf(t, s)), 1)
	}
	s.boot = func() Boot { return Boot{} }
	asked(t, s, "又说的")
	asked(t, s, "再说的")
	all := spansOf(t, s)
	equal(t, len(all), 1)
	equal(t, all[0].Known || all[0].Boot != "", false)
	sent, err := s.NextPush(t.Context(), wire.MaxBudget)
	must(t, err)
	_, clocks, err := s.Clocks(t.Context(), sent)
	must(t, err)
	equal(t, len(clocks), 0)
}
