package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// The times in a request are what the phone's clock showed, and stay so: the office puts them right by what it measured of
// that clock. This phone does the same with what it wrote itself, so that both show one time left when the clock has been
// put right since. All is shown by the clock as it is now: while nobody sets it nothing is to be put right.

// clockTolerance is how far a clock may be off, in milliseconds, before its times are put right; the office's too.
const clockTolerance = 2 * 60_000

// maxTimings is how many times written by a clock that was off are remembered, the latest: two years of a request a day.
const maxTimings = 700

// A timing is how the clock stood when this phone wrote a time into a request. It is kept while that clock is not known to
// have been right.
type timing struct {
	Request uuid.UUID `json:"request"`
	Field   string    `json:"field"`
	AtMS    int64     `json:"at"`    // the time, as it was written: one that was written over it is another
	Boot    string    `json:"boot"`  // the start of the phone
	StartMS int64     `json:"start"` // when that was by the clock
	AheadMS int64     `json:"ahead"` // how far the clock was ahead of the server's
	Known   bool      `json:"known"` // AheadMS is known
}

// learn finds out how far the clock was off, by what the server said in the same start of the phone.
func (w *timing) learn(h heardTime) {
	if !w.Known && h.ServerMS != 0 && h.Boot == w.Boot {
		w.AheadMS, w.Known = w.StartMS-(h.ServerMS-h.BootMS), true
	}
}

// right reports whether the clock is known not to have been off.
func (w timing) right() bool {
	return w.Known && w.AheadMS >= -clockTolerance && w.AheadMS <= clockTolerance
}

// noteTime remembers how the clock stands if a time that is written into a request now may have to be put right.
func (s *Store) noteTime(ctx context.Context, tx *sql.Tx, request uuid.UUID, name string, atMS int64) error {
	boot := s.boot()
	if boot.ID == "" || atMS == 0 {
		return nil
	}
	w := timing{Request: request, Field: name, AtMS: atMS, Boot: boot.ID, StartMS: s.wall().UnixMilli() - boot.MS}
	var h heardTime
	if _, err := getMeta(ctx, tx, metaHeard, &h); err != nil {
		return err
	}
	if w.learn(h); w.right() {
		return nil
	}
	var all []timing
	if _, err := getMeta(ctx, tx, metaTimings, &all); err != nil {
		return err
	}
	all = append(all, w)
	return setMetaJSON(ctx, tx, metaTimings, all[max(0, len(all)-maxTimings):])
}

// learnTimes settles how far the clock was off, now that the server has said what time it is. What was written before the
// phone was started anew was written by a clock that is as far off as now: the office knows no better.
func learnTimes(ctx context.Context, tx *sql.Tx, h heardTime) error {
	var all, keep []timing
	if _, err := getMeta(ctx, tx, metaTimings, &all); err != nil {
		return err
	}
	learnt := false
	for _, w := range all {
		if !w.Known {
			learnt = true
			if w.learn(h); !w.Known {
				w.AheadMS, w.Known = h.WallMS-h.ServerMS, true
			}
		}
		if !w.right() {
			keep = append(keep, w)
		}
	}
	if !learnt {
		return nil
	}
	return setMetaJSON(ctx, tx, metaTimings, keep)
}

// ahead is how far the phone's clock is ahead of the server's now. Since the phone was started anew nobody knows; then it
// was either put right or left as it was, and what can not be is that it is earlier than when the server last answered.
func (h heardTime) ahead(now time.Time, boot Boot) int64 {
	if boot.ID != "" && boot.ID == h.Boot {
		return now.UnixMilli() - boot.MS - (h.ServerMS - h.BootMS)
	}
	was := h.WallMS - h.ServerMS
	late, early := min(0, was), max(0, was)
	if now.UnixMilli()-early >= h.ServerMS-clockTolerance {
		return early
	}
	return late
}

// A wrongClock puts times right that this phone wrote by a clock that was set since.
type wrongClock struct {
	timings []timing
	aheadMS int64
	boot    string
	startMS int64
}

func loadWrongClock(ctx context.Context, tx *sql.Tx, now time.Time, boot Boot) (c wrongClock, err error) {
	if _, err = getMeta(ctx, tx, metaTimings, &c.timings); err != nil || len(c.timings) == 0 {
		return c, err
	}
	var h heardTime
	_, err = getMeta(ctx, tx, metaHeard, &h)
	c.aheadMS, c.boot, c.startMS = h.ahead(now, boot), boot.ID, now.UnixMilli()-boot.MS
	return c, err
}

// since is how far the clock was set ahead since a time was written. In one start of the phone its boot clock says so,
// whether or not the server was heard.
func (c wrongClock) since(w timing) (ms int64) {
	switch {
	case w.Boot == c.boot:
		ms = c.startMS - w.StartMS
	case w.Known:
		ms = c.aheadMS - w.AheadMS
	}
	if ms >= -clockTolerance && ms <= clockTolerance {
		return 0
	}
	return ms
}

// by returns a request with its times by the clock as it is now.
func (c wrongClock) by(id uuid.UUID, q field.Request) field.Request {
	return q.By(func(name string, ms int64) int64 {
		for _, w := range c.timings {
			if w.Request == id && w.Field == name && w.AtMS == ms {
				return ms + c.since(w)
			}
		}
		return ms
	})
}

// rightTimes is table request, as SQL, with the times of what this phone wrote put right. Hardly ever is there anything.
func rightTimes(ctx context.Context, tx *sql.Tx) (table string, err error) {
	c, err := loadWrongClock(ctx, tx, time.Now(), bootClock())
	if err != nil {
		return "", err
	}
	var fixed [][4]any
	seen := map[uuid.UUID]bool{}
	for _, w := range c.timings {
		if seen[w.Request] || c.since(w) == 0 {
			continue
		}
		seen[w.Request] = true
		r, ok, err := ledger.Load(ctx, tx, w.Request)
		if err != nil {
			return "", err
		}
		if q := c.by(w.Request, field.RequestOf(r)); ok {
			_, due := q.Due()
			fixed = append(fixed, [4]any{w.Request, q.SpokeMS, due, q.EndedMS})
		}
	}
	if len(fixed) == 0 {
		return `request`, nil
	}
	list, err := json.Marshal(fixed) // ids and numbers: no quotation mark of SQL
	return `(SELECT o.id, o.store, o.visit, o.kind, o.urgent, o.text, o.owner, o.state, o.rating, coalesce(f.value ->> 1, o.spoke_ms) AS spoke_ms,
		coalesce(f.value ->> 2, o.due_ms) AS due_ms, coalesce(f.value ->> 3, o.ended_ms) AS ended_ms
		FROM request o LEFT JOIN json_each('` + string(list) + `') f ON f.value ->> 0 = o.id)`, err
}
