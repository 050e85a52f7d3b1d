package ui

import (
	"slices"
	"time"

	"storewalk/shared/field"
)

// A passing keeps true what a page says of the time while the page is open: it is read again when the first of its texts reads
// otherwise. Until then nothing is done, and nothing while the app is not seen. All methods are called on the UI goroutine.
type passing struct {
	app  *App
	next time.Time   // when the page in front says something else; zero when it never does
	stop func() bool // the timer until then; nil when none was set
	away bool        // the app is not seen
}

// begin forgets what the page said until now: it is shown anew, or left.
func (p *passing) begin() {
	p.next = time.Time{}
	p.wait()
}

// until has the page in front read again at a time, if it is still open then.
func (a *App) until(at time.Time) {
	if p := &a.passing; p.next.IsZero() || at.Before(p.next) {
		p.next = at
		p.wait()
	}
}

// timed is a text as it reads now. The page in front is read again when it reads otherwise, which must be some minutes, hours
// or days before or after ms, or at the end of the day.
func (a *App) timed(ms int64, text func(now time.Time) string) string {
	now := a.deps.Now()
	said, next := text(now), a.passing.next
	for _, at := range turns(now, ms) {
		if !next.IsZero() && !at.Before(next) {
			break
		}
		if text(at) != said {
			a.until(at)
			break
		}
	}
	return said
}

// turns are the next times at which a text may read otherwise that counts minutes, hours or days from ms.
func turns(now time.Time, ms int64) []time.Time {
	at := []time.Time{nextMidnight(now)}
	since := now.Sub(time.UnixMilli(ms))
	for _, unit := range []time.Duration{time.Minute, time.Hour, 24 * time.Hour} {
		left := unit - (since%unit+unit)%unit + time.Millisecond // what counts down does so after the whole minute
		at = append(at, now.Add(left), now.Add(left+unit))       // less than a minute may read as one
	}
	slices.SortFunc(at, time.Time.Compare)
	return at
}

// nextMidnight is when the day of a time ends.
func nextMidnight(now time.Time) time.Time {
	y, m, d := now.In(field.Zone).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, field.Zone)
}

// ago says how long ago something was.
func (a *App) ago(ms int64) string {
	if ms == 0 {
		return ""
	}
	return a.timed(ms, func(now time.Time) string { return a.Ago(now, ms) })
}

// wait sets the timer.
func (p *passing) wait() {
	if p.stop != nil {
		p.stop()
		p.stop = nil
	}
	if p.away || p.next.IsZero() {
		return
	}
	const least = time.Second // whatever the clock does, this is seldom
	p.stop = p.app.deps.After(max(least, p.next.Sub(p.app.deps.Now())), func() { p.app.deps.Do(p.passed) })
}

// passed reads the page in front again if it says something else by now.
func (p *passing) passed() {
	switch {
	case p.away || p.next.IsZero():
	case p.app.deps.Now().Before(p.next): // the clock was put back
		p.wait()
	default:
		p.app.refresh()
	}
}

// seen is told whether the app is seen.
func (p *passing) seen(yes bool) {
	if p.away = !yes; p.away {
		p.wait()
		return
	}
	p.passed()
}
