package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"
)

// What is written down is what the phone's clock showed, and stays so. Beside it the phone keeps which of its writes were made
// while nobody set that clock (ledger.Span), and how far it was off then, once the server says so: the clock of this start of
// the phone, which nobody sets, tells the one from the other. So the office learns of each write by which clock it was made,
// also when that was put right before it was sent. This phone shows all by the clock as it is now: while nobody sets that,
// nothing is to be put right.

// clockTolerance is how far a clock may be off, in milliseconds, before its times are put right; the office's too.
const clockTolerance = 2 * 60_000

// sameClock is how far apart two clocks may be, in milliseconds, to be one that nobody set: clocks drift.
const sameClock = 30_000

// maxSpans is how many spans are kept, the latest.
const maxSpans = wire.MaxClocks

func within(ms, tolerance int64) bool { return ms >= -tolerance && ms <= tolerance }

// right reports whether the clock of a span is known not to have been off.
func right(w ledger.Span) bool { return w.Known && within(w.AheadMS, clockTolerance) }

// mindClock keeps track of the clock: now is what it shows. It is called before each write, and when something new is known
// of the clock. What the typed tables say of earlier writes is left to putRight: on a full disk there may be room for the write
// alone.
func (s *Store) mindClock(ctx context.Context, tx *sql.Tx, now time.Time, boot Boot) error {
	was, is, err := spansNow(ctx, tx, now, boot)
	if err != nil {
		return err
	}
	for i, w := range is {
		is[i].OffMS = 0
		if n := len(was); n > 0 && w.Lam <= was[n-1].Lam {
			is[i].OffMS = was.At(w.Lam).OffMS
		}
	}
	if slices.Equal(was, is) {
		return nil
	}
	s.learnt.Add(1)
	return ledger.KeepSpans(ctx, tx, is)
}

// spansNow returns the spans as they are kept, and as they are.
func spansNow(ctx context.Context, tx *sql.Tx, now time.Time, boot Boot) (was, is ledger.Spans, err error) {
	was, err = ledger.LoadSpans(ctx, tx)
	if err != nil || boot.ID == "" && len(was) == 0 { // without a boot clock nothing is claimed
		return nil, nil, err
	}
	next := ledger.Span{Boot: boot.ID}
	if boot.ID != "" {
		next.StartMS = now.UnixMilli() - boot.MS
	}
	if next.Replica, next.Lam, err = ledger.Now(ctx, tx); err != nil {
		return nil, nil, err
	}
	next.Lam++
	is = goOn(was, next)
	h := loadHeard(ctx, tx)
	is = settle(is, h, h.ahead(now, boot))
	if len(is) > 1 && right(is[0]) {
		var waits bool
		if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM record WHERE version IS NOT acked)`).Scan(&waits); err != nil {
			return nil, nil, err
		}
		for len(is) > 1 && right(is[0]) && !waits { // nobody will ask
			is = is[1:]
		}
	}
	return was, is[max(0, len(is)-maxSpans):], nil
}

// goOn returns the spans with that of the next write, which is the last unless the clock was set since or the phone started anew.
func goOn(spans ledger.Spans, next ledger.Span) ledger.Spans {
	spans = slices.Clone(spans)
	if len(spans) > 0 {
		last := spans[len(spans)-1]
		if last.Replica == next.Replica && last.Boot == next.Boot && within(last.StartMS-next.StartMS, sameClock) {
			return spans
		}
		if last.Lam >= next.Lam { // nothing was written in it
			spans = spans[:len(spans)-1]
		}
	}
	return append(spans, next)
}

// settle works out how far each clock was off, by when the server was heard, and how far it was set since; aheadMS is how far it
// is ahead now, as it seems. What was written before the phone was started anew, and before the server was heard then, was
// written by a clock that is as far off as the one that heard it, unless that start would be later than this one: the office
// knows no better. A clock is measured with each answer, as one may have been under way for long.
func settle(spans ledger.Spans, h heardTime, aheadMS int64) (out ledger.Spans) {
	now := spans[len(spans)-1]
	for i, w := range spans {
		switch {
		case h.ServerMS == 0 || h.Boot == "" || w.Boot == "":
		case w.Boot == h.Boot:
			if ahead := w.StartMS - (h.ServerMS - h.BootMS); !w.Known || !within(ahead-w.AheadMS, sameClock) {
				w.AheadMS, w.Known = ahead, true
			}
		case !w.Known && h.Boot == now.Boot:
			if ahead := h.WallMS - h.ServerMS; w.StartMS-ahead <= h.ServerMS-h.BootMS {
				w.AheadMS, w.Known = ahead, true
			}
		}
		off := int64(0)
		switch {
		case right(w):
		case w.Boot == now.Boot:
			off = now.StartMS - w.StartMS
		case w.Known:
			off = aheadMS - w.AheadMS
		}
		if within(off, clockTolerance) {
			off = 0
		}
		if !within(off-w.OffMS, sameClock) || off == 0 { // else it is the same, measured again
			w.OffMS = off
		}
		if last := len(out) - 1; i > 0 && alike(out[last], w) {
			w.Lam, w.AheadMS, w.OffMS = out[last].Lam, out[last].AheadMS, out[last].OffMS // so that no mistake adds up
			out = out[:last]
		}
		out = append(out, w)
	}
	return out
}

// alike reports whether a span may be told as part of the one before.
func alike(before, w ledger.Span) bool {
	return before.Replica == w.Replica && (right(before) && right(w) || before.Known && w.Known && within(before.AheadMS-w.AheadMS, sameClock))
}

// view reads what a page shows.
func (s *Store) view(ctx context.Context, fn func(*sql.Tx) error) error {
	s.putRight(ctx)
	return s.db.View(ctx, fn)
}

// A look is what a page went by: the start of the phone, when that was by the clock, and what else was known, see Store.known.
type look struct {
	boot    string
	startMS int64
	known   uint64
}

// putRight puts right what the typed tables say, if the clock was set since the last time, or more is known of it. That costs a
// write, for which a full disk leaves no room: it is left for the next answer or start.
func (s *Store) putRight(ctx context.Context) {
	now, boot := s.wall(), s.boot()
	by := look{boot.ID, now.UnixMilli() - boot.MS, s.known.Load()}
	if last := s.looked.Load(); last != nil && last.boot == by.boot && last.known == by.known && (boot.ID == "" || within(last.startMS-by.startMS, sameClock)) {
		return
	}
	stale := false
	read := func(tx *sql.Tx) (was, is ledger.Spans, err error) {
		was, is, err = spansNow(ctx, tx, now, boot)
		stale = slices.ContainsFunc(was, func(w ledger.Span) bool { return w.OffMS != is.At(w.Lam).OffMS })
		return was, is, err
	}
	err := s.db.View(ctx, func(tx *sql.Tx) error {
		_, _, err := read(tx)
		return err
	})
	if err == nil && stale {
		err = s.db.Tx(ctx, func(tx *sql.Tx) error {
			was, is, err := read(tx)
			if err != nil || !stale {
				return err
			}
			if err := ledger.KeepSpans(ctx, tx, is); err != nil {
				return err
			}
			return ledger.Redate(ctx, tx, was, is)
		})
		if err == nil {
			s.changed.Beat()
		}
	}
	if err == nil || fault.Is(err, "disk.full") {
		s.looked.Store(&by)
	}
}

// loadHeard reads what was heard. What cannot be read says nothing: it stops no write and no exchange.
func loadHeard(ctx context.Context, tx *sql.Tx) (h heardTime) {
	if _, err := getMeta(ctx, tx, metaHeard, &h); err != nil {
		return heardTime{}
	}
	return h
}

// Clocks returns what this phone's clock shows, and by which clocks its writes in what is to be sent were made where one of
// them told another time.
func (s *Store) Clocks(ctx context.Context, sent []Outgoing) (nowMS int64, clocks []wire.Clock, err error) {
	now, boot := s.wall(), s.boot()
	nowMS = now.UnixMilli()
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		spans, err := ledger.LoadSpans(ctx, tx)
		if err != nil || len(spans) == 0 {
			return err
		}
		h := loadHeard(ctx, tx)
		self, _, err := ledger.Self(ctx, tx)
		if err != nil {
			return err
		}
		clocks, err = writers(spans, self, sent, func(w ledger.Span) bool { return another(w, h, now, boot) }, boot)
		return err
	})
	return nowMS, clocks, err
}

// another reports whether the clock of a span told another time than the phone's does now. Of a clock of another start of the
// phone that is not known before the server was heard.
func another(w ledger.Span, h heardTime, now time.Time, boot Boot) bool {
	switch {
	case w.Boot == "":
		return false
	case w.Boot == boot.ID:
		return !within(now.UnixMilli()-boot.MS-w.StartMS, sameClock)
	case h.running(boot):
		return w.Known && !within(h.ahead(now, boot)-w.AheadMS, sameClock)
	}
	return w.Known
}

// writers says by which clocks the writes in what is to be sent were made, unless by none that is another.
func writers(spans ledger.Spans, self record.Replica, sent []Outgoing, another func(ledger.Span) bool, boot Boot) (out []wire.Clock, err error) {
	if !slices.ContainsFunc(spans, another) {
		return nil, nil
	}
	type use struct {
		rid  record.Replica
		span int
	}
	used, tell := map[use]bool{}, false
	for _, o := range sent {
		r, err := record.Decode(o.Body)
		if err != nil {
			return nil, err
		}
		for _, e := range r.All() {
			if i := spans.Of(e, self); i >= 0 {
				used[use{e.Dot.Replica, i}] = true
				tell = tell || another(spans[i])
			}
		}
	}
	if !tell {
		return nil, nil
	}
	for u := range used {
		w := spans[u.span]
		t := wire.Clock{Replica: u.rid, Lam: w.Lam}
		switch {
		case w.Boot == boot.ID && w.Boot != "":
			shows := w.StartMS + boot.MS
			t.ClockMS = &shows
		case w.Known:
			t.AheadMS = &w.AheadMS
		}
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b wire.Clock) int { return cmp.Or(cmp.Compare(a.Lam, b.Lam), a.Replica.Compare(b.Replica)) })
	return out[max(0, len(out)-wire.MaxClocks):], nil
}
