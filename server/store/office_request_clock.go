package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
)

// byOtherClocks says of a request q in a record r that something was written to it by a clock that was off, or that must
// have been. The times of table request are those that the clocks showed.
var byOtherClocks = fmt.Sprintf(`(q.spoke_ms > r.received_ms + %[1]d OR q.due_ms > r.changed_ms + %[2]d OR q.ended_ms > r.changed_ms + %[1]d
	OR EXISTS (SELECT 1 FROM arrival a WHERE a.record = r.no AND a.offset_ms NOT BETWEEN -%[1]d AND %[1]d))`,
	clockTolerance, field.SolveComplaint.Milliseconds()+clockTolerance)

// correct puts the times of a request right by the server's clock, as far as that is known, and returns all of it so. Each
// write has been made by a clock of its own.
func (q *RequestRow) correct(ctx context.Context, tx *sql.Tx) (field.Request, error) {
	r, _, err := ledger.Load(ctx, tx, q.ID)
	if err != nil {
		return field.Request{}, err
	}
	when, err := writtenAt(ctx, tx, r)
	if err != nil {
		return field.Request{}, err
	}
	all := field.RequestOf(r)
	q.Spoke = when("spoke", all.SpokeMS)
	all = all.By(func(name string, ms int64) int64 { return when(name, ms).AtMS })
	_, q.DueMS = all.Due()
	q.EndedMS = all.EndedMS
	return all, nil
}

// writtenAt returns what says of a time in a field of a request, as its writer's clock showed it, when that was.
func writtenAt(ctx context.Context, tx *sql.Tx, r record.Record) (func(name string, ms int64) Stamp, error) {
	type write struct {
		dot              record.Dot
		offset, received int64
	}
	all, err := query(ctx, tx, func(rows *sql.Rows) (w write, err error) {
		var rid string
		if err = rows.Scan(&rid, &w.dot.N, &w.offset, &w.received); err == nil {
			w.dot.Replica, err = record.ParseReplica(rid)
		}
		return w, err
	}, `SELECT rid, n, offset_ms, received_ms FROM write_log WHERE record = $1 AND (field = 'spoke' OR substr(field, 1, $2) = $3)`,
		r.ID.String(), len(field.EventPrefix), field.EventPrefix)
	if err != nil {
		return nil, err
	}
	known := map[record.Dot]write{}
	for _, w := range all {
		known[w.dot] = w
	}
	return func(name string, ms int64) Stamp {
		e, _ := r.Winner(name)
		w := known[e.Dot]
		return stamp(ms, w.offset, w.received)
	}, nil
}

// LateRequests counts the requests whose clock has run out by now.
func (s *Store) LateRequests(ctx context.Context, now time.Time) (n int, err error) {
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		const running = `WHERE q.state IN ('` + field.RequestOpen + `', '` + field.RequestStarted + `', '` + field.RequestOnSite + `') AND `
		err := tx.QueryRowContext(ctx, `SELECT count(*) FROM request q JOIN record r ON r.id = q.id `+running+`q.due_ms < $1 AND NOT `+byOtherClocks,
			now.UnixMilli()).Scan(&n)
		if err != nil {
			return err
		}
		others, err := readRequests(ctx, tx, running+byOtherClocks)
		for _, q := range others {
			if q.Late(now.UnixMilli()) {
				n++
			}
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("store: late requests: %w", err)
	}
	return n, nil
}
