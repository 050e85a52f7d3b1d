package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// Day is the day that it is, as in field.DayOf.
func (c Clock) Day() string { return field.DayOf(c.Now()) }

// DayEnds is what the phone's clock shows when that day ends.
func (c Clock) DayEnds() time.Time {
	return midnight(c.Now()).AddDate(0, 0, 1).Add(-c.off())
}

// off is by how much what the phone's clock shows is put right.
func (c Clock) off() time.Duration { return c.Now().Sub(c.Shows) }

// midnight is when the day of a moment began.
func midnight(t time.Time) time.Time {
	year, month, day := t.In(field.Zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, field.Zone)
}

// Visits that a person began on a day, with when that was by the clock that says which day it is.
type begun map[uuid.UUID]int64

// ofBegun says of a visit v that it is one of those listed in $1.
const ofBegun = `v.id IN (SELECT value FROM json_each($1))`

// list is an array of their ids.
func (b begun) list() string {
	ids := slices.SortedFunc(maps.Keys(b), func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	text, err := json.Marshal(ids)
	if err != nil { // cannot be: these are ids
		return "[]"
	}
	return string(text)
}

// has reports whether a visit is one of them.
func (b begun) has(visit uuid.UUID) bool {
	_, ok := b[visit]
	return ok
}

// visitsOn finds the visits that a person began on a day. What is shown of the visits of this phone, and what its clock shows,
// go by one clock, unless that is known to be off: then those that were begun while a clock was right are shown as they were,
// and those that were begun by one that was off as if the clock of now had timed them.
func visitsOn(ctx context.Context, tx *sql.Tx, person, day string, clock Clock) (begun, error) {
	from, to, ok := field.DaySpan(day)
	if !ok {
		return nil, nil
	}
	out := begun{}
	between := func(from, to int64) error {
		return eachRow(ctx, tx, func(rows *sql.Rows) error {
			var id uuid.UUID
			var ms int64
			err := rows.Scan(&id, &ms)
			out[id] = ms
			return err
		}, `SELECT id, check_in_ms FROM visit WHERE manager = $1 AND check_in_ms >= $2 AND check_in_ms < $3`, person, from, to)
	}
	if err := between(from, to); err != nil || clock.off() == 0 {
		return out, err
	}
	// What was put right as shown may be a little different from what it is put right to here.
	off, drift := clock.off().Milliseconds(), tellOff.Milliseconds()
	if err := between(from-off-drift, to-off+drift); err != nil {
		return nil, err
	}
	times, err := ledger.LoadTimes(ctx, tx)
	if err != nil {
		return nil, err
	}
	for id := range out {
		r, ok, err := ledger.Load(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if ok {
			out[id] = beganMS(times, r)
		}
		if out[id] < from || out[id] >= to {
			delete(out, id)
		}
	}
	return out, nil
}

// beganMS is when a visit began: by the server's clock, if that of its writer is known to have been off.
func beganMS(times ledger.Times, visit record.Record) int64 {
	e, _ := visit.Winner("check_in")
	ms := field.VisitOf(visit).CheckIn.AtMS
	if ahead, known := times.Ahead(e); known && !within(ahead, tellOff.Milliseconds()) {
		ms -= ahead
	}
	return ms
}

// A DayVisits is what the person signed in began today, however many a list of visits shows.
type DayVisits struct {
	Clock          Clock
	Visits, Photos int
	begun          begun
}

// Has reports whether a visit is one of them.
func (d DayVisits) Has(visit uuid.UUID) bool { return d.begun.has(visit) }

// DayVisits returns the visits of today.
func (s *Store) DayVisits(ctx context.Context) (d DayVisits, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		var a Account
		if _, err := getMeta(ctx, tx, metaAccount, &a); err != nil {
			return err
		}
		d.Clock = s.clock(ctx, tx)
		if d.begun, err = visitsOn(ctx, tx, a.User.String(), d.Clock.Day(), d.Clock); err != nil {
			return err
		}
		d.Visits = len(d.begun)
		return tx.QueryRowContext(ctx, `SELECT count(*) FROM visit v JOIN photo p ON p.visit = v.id AND p.gone = 0 WHERE `+ofBegun, d.begun.list()).Scan(&d.Photos)
	})
	if err != nil {
		return DayVisits{}, fmt.Errorf("store: visits of the day: %w", err)
	}
	return d, nil
}
