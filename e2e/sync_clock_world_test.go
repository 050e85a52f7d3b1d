package e2e

import (
	"context"
	"log/slog"
	"testing"
	"time"

	phonestore "storewalk/mobile/store"
	"storewalk/mobile/syncer"
	serverstore "storewalk/server/store"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

// A syncClock is what a phone knows of the time. It really is ago earlier than now, so that hours may pass before the phone
// calls.
type syncClock struct {
	ago   time.Duration
	off   time.Duration // how far the phone's clock is ahead
	boot  string
	since time.Time // when the phone was started
}

func (c *syncClock) now() time.Time  { return time.Now().Add(-c.ago) }
func (c *syncClock) wall() time.Time { return c.now().Add(c.off) }
func (c *syncClock) sinceBoot() phonestore.Boot {
	return phonestore.Boot{ID: c.boot, MS: c.now().Sub(c.since).Milliseconds()}
}

// starts is a start of the phone, after which its clock is ahead by off.
func (c *syncClock) starts(boot string, off time.Duration) {
	c.boot, c.since, c.off = boot, c.now().Add(-time.Minute), off
}

// goesOut is a start of the phone five hours before it calls.
func (c *syncClock) goesOut(boot string, off time.Duration) {
	c.ago = 5 * time.Hour
	c.starts(boot, off)
}

func (c *syncClock) passes(d time.Duration) { c.ago = max(0, c.ago-d) }

// A clockPhone is a real phone whose clocks a test sets, and when each of its visits really began.
type clockPhone struct {
	*syncPhone
	*syncClock
	began, ended map[uuid.UUID]time.Time
	showed       map[uuid.UUID]time.Time // what its clock showed then
}

const clockYear = 365 * 24 * time.Hour

// clockPhone signs a phone in and brings it up to date.
func (w *syncWorld) clockPhone(login string) *clockPhone {
	w.t.Helper()
	p := &clockPhone{syncClock: new(syncClock), began: map[uuid.UUID]time.Time{}, ended: map[uuid.UUID]time.Time{}, showed: map[uuid.UUID]time.Time{}}
	p.starts("monday", 0)
	p.openIn(w.t, w.t.TempDir())
	if err := p.Enrol(w.t.Context(), w.line.url(), login, syncPassword, login+"'s phone"); err != nil {
		w.t.Fatal(err)
	}
	p.round()
	p.calls()
	p.round()
	return p
}

// round is a Round, now.
func (p *clockPhone) round() {
	p.t.Helper()
	p.ago = 0
	p.syncPhone.round()
}

func (p *clockPhone) openIn(t testing.TB, dir string) {
	t.Helper()
	st, err := phonestore.OpenBy(context.WithoutCancel(t.Context()), dir, p.wall, p.sinceBoot)
	if err != nil {
		t.Fatal(err)
	}
	p.syncPhone = &syncPhone{st, syncer.New(st, "storewalk test", slog.New(slog.DiscardHandler)), t, dir}
	t.Cleanup(func() { st.Close() })
}

// calls makes a visit of three minutes, after ten others.
func (p *clockPhone) calls() uuid.UUID {
	p.t.Helper()
	visit := p.arrives()
	p.passes(3 * time.Minute)
	p.leaves(visit)
	return visit
}

func (p *clockPhone) arrives() uuid.UUID {
	p.t.Helper()
	p.passes(10 * time.Minute)
	visit, err := p.CheckIn(p.t.Context(), syncCorner, field.Moment{}, phonestore.Purpose{})
	p.try(err)
	p.began[visit], p.showed[visit] = p.now(), p.wall()
	p.try(p.SetCount(p.t.Context(), visit, syncProduct, field.CountLine{Packs: len(p.began)}, nil))
	return visit
}

func (p *clockPhone) leaves(visit uuid.UUID) {
	p.t.Helper()
	p.try(p.SetNote(p.t.Context(), visit, uuid.Nil, "生意一般", nil))
	p.try(p.CheckOut(p.t.Context(), visit, field.Moment{}))
	p.ended[visit] = p.now()
}

// inOffice fails unless the office shows each visit when it was, without a doubt.
func (p *clockPhone) inOffice(w *syncWorld) {
	p.t.Helper()
	near := func(what string, got serverstore.Stamp, want time.Time) {
		p.t.Helper()
		if d := time.UnixMilli(got.AtMS).Sub(want); d.Abs() > time.Minute || got.Doubtful {
			p.t.Errorf("%s is %v off, doubtful %v", what, d, got.Doubtful)
		}
	}
	page, err := w.store.Visits(p.t.Context(), serverstore.VisitFilter{Limit: 100})
	p.try(err)
	seen := 0
	for _, row := range page.Rows {
		if p.began[row.ID].IsZero() {
			continue
		}
		seen++
		near("the check-in", row.CheckIn, p.began[row.ID])
		near("the check-out", row.CheckOut, p.ended[row.ID])
		d, err := w.store.VisitByID(p.t.Context(), row.ID)
		p.try(err)
		near("the note", d.Notes[0].Written, p.ended[row.ID])
		for _, c := range d.History {
			want := p.began[row.ID]
			if c.Field == "check_out" || c.Field == "text" {
				want = p.ended[row.ID]
			}
			near("the history's "+c.Field, c.Wall, want)
		}
	}
	if seen != len(p.began) {
		p.t.Errorf("the office shows %d of %d visits", seen, len(p.began))
	}
}

// dates fails unless the phone shows each visit when it was.
func (p *clockPhone) dates() {
	p.t.Helper()
	rows, err := p.Visits(p.t.Context(), 100)
	p.try(err)
	for _, row := range rows {
		began, mine := p.began[row.ID]
		if !mine {
			p.t.Fatal("a visit of somebody else")
		}
		if d := time.UnixMilli(row.CheckInMS).Sub(began); d.Abs() > time.Minute {
			p.t.Errorf("the phone's check-in is %v off", d)
		}
		if d := time.UnixMilli(row.CheckOutMS).Sub(p.ended[row.ID]); d.Abs() > time.Minute && !p.showed[row.ID].IsZero() {
			p.t.Errorf("the phone's check-out is %v off", d)
		}
	}
}

// counts fails unless the phone counts as today's what was made today, also while its clock is known to be off.
func (p *clockPhone) counts() {
	p.t.Helper()
	today := 0
	for _, began := range p.began {
		if field.DayOf(began) == field.DayOf(p.now()) {
			today++
		}
	}
	day, err := p.DayVisits(p.t.Context())
	p.try(err)
	end, err := p.DayEnd(p.t.Context())
	p.try(err)
	if day.Visits != today || end.Visits != today || end.Date != field.DayOf(p.now()) {
		p.t.Errorf("the phone counts %d and %d visits of %s, want %d", day.Visits, end.Visits, end.Date, today)
	}
}

// onPhone fails unless the phone shows and counts each visit on its day.
func (p *clockPhone) onPhone() {
	p.t.Helper()
	p.dates()
	p.counts()
}
