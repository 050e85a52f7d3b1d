package store

import (
	"context"
	"database/sql"
	"time"
)

// tellOff is how far the phone's clock may seem to be off before a person is told: an answer was under way for a while, and
// clocks drift.
const tellOff = 5 * time.Minute

// leftSo is how far off, in milliseconds, a clock may be to be taken for one that is always so, when the phone is started.
const leftSo = 24 * 3600_000

// A Clock is what the phone's clock shows, and how far that is off, as far as it is known here.
//
// The server's clock was heard with each answer, and the clock of this start of the phone, which nobody sets, was read with it.
// While the phone runs on, the two say what time it is, whatever was set since. After another start, or where there is no
// such clock, nobody knows how long ago the answer was; but it was not in the future, so a clock that stands before it is behind,
// by that much at least. Of one that is ahead nothing can be said then.
type Clock struct {
	Shows   time.Time
	Off     time.Duration // what it lacks, negative when it is ahead; 0 when it is right or nobody knows
	AtLeast bool          // it may lack more
}

// Now is what time it is: by the server where that is known, else by the phone.
func (c Clock) Now() time.Time {
	if c.AtLeast {
		return c.Shows
	}
	return c.Shows.Add(c.Off)
}

// clock compares what the phone's clock shows now with what was heard.
func (h heardTime) clock(now time.Time, boot Boot) Clock {
	c := Clock{Shows: now}
	if h.ServerMS == 0 {
		return c
	}
	running := h.running(boot)
	off := time.UnixMilli(h.ServerMS).Sub(now)
	if running {
		off = -time.Duration(h.ahead(now, boot)) * time.Millisecond
	}
	if off.Abs() > tellOff && (running || off > 0) {
		c.Off, c.AtLeast = off, !running
	}
	return c
}

// clock reads what the phone's clock shows, and how far that is off.
func (s *Store) clock(ctx context.Context, tx *sql.Tx) Clock {
	return loadHeard(ctx, tx).clock(s.wall(), s.boot())
}

// running reports whether the phone has run on since the server was heard.
func (h heardTime) running(boot Boot) bool { return boot.ID != "" && boot.ID == h.Boot }

// ahead is how far the phone's clock is ahead of the server's now. Since the phone was started anew nobody knows; then it
// was either put right or left as it was, and what can not be is that it is earlier than when the server last answered. One that is
// hours off is left so; one that is years off is that of a battery that died.
func (h heardTime) ahead(now time.Time, boot Boot) int64 {
	if h.running(boot) {
		return now.UnixMilli() - boot.MS - (h.ServerMS - h.BootMS)
	}
	was := h.WallMS - h.ServerMS
	if within(was, leftSo) && now.UnixMilli()-was >= h.ServerMS-clockTolerance {
		return was
	}
	late, early := min(0, was), max(0, was)
	if now.UnixMilli()-early >= h.ServerMS-clockTolerance {
		return early
	}
	return late
}
