package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"storewalk/shared/digest"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// beginnings are the feeds of a new history, for a phone that knows only an older one. They bring nothing yet. First the server
// must know that the phone's database is not a copy of another's: else a record that the other sent could take the place of
// one that this phone has not sent.
func beginnings(ctx context.Context, tx *sql.Tx, scope []uuid.UUID) (out []wire.Feed, err error) {
	epoch, err := epochOf(ctx, tx)
	for _, territory := range scope {
		out = append(out, wire.Feed{Territory: territory, Epoch: epoch, More: true})
	}
	return out, err
}

// answerFeeds says what changed in each territory after the phone's cursors, as far as the phone's budget goes, what came of
// their sums, and which territories were taken away. It returns the ids of records that it met damaged.
func (x *exchange) answerFeeds(ctx context.Context, tx *sql.Tx) (damaged []string, err error) {
	epoch, err := epochOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	left := min(max(x.req.Budget, wire.MinBudget), wire.MaxBudget)
	for _, territory := range x.scope {
		bad, err := x.answerFeed(ctx, tx, wire.Feed{Territory: territory, Epoch: epoch}, &left)
		if err != nil {
			return nil, fmt.Errorf("feed of %s: %w", territory, err)
		}
		damaged = append(damaged, bad...)
	}
	for _, c := range x.req.Cursors {
		if slices.Contains(x.scope, c.Territory) {
			continue
		}
		// No grant at all may be one that a restored server lost: the phone keeps what only it may still have.
		taken, err := takenAway(ctx, tx, x.phone.Account, c.Territory)
		if err != nil {
			return nil, err
		}
		if taken {
			x.resp.Revoked = append(x.resp.Revoked, c.Territory)
		}
	}
	return damaged, nil
}

// answerFeed adds f, which is the feed of one territory, to the answer. left is what remains of the budget.
func (x *exchange) answerFeed(ctx context.Context, tx *sql.Tx, f wire.Feed, left *int) (damaged []string, err error) {
	var head int64
	err = tx.QueryRowContext(ctx, `SELECT seq FROM head WHERE territory = $1`, f.Territory.String()).Scan(&head)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("head: %w", err)
	}
	fresh := !slices.ContainsFunc(x.req.Cursors, func(c wire.Cursor) bool { return c.Territory == f.Territory })
	if fresh && err != nil && f.Territory == field.Personal(x.phone.Account) {
		return nil, nil // most people have nothing of their own: their phones need not ask for it each time
	}
	var sum *digest.Sum
	for _, c := range x.req.Cursors {
		// A cursor beyond the head is from before this database was restored: what it counted is not here.
		if c.Territory == f.Territory && c.Epoch == f.Epoch && c.Seq <= head {
			f.Seq, sum = c.Seq, c.Sum
		}
	}
	if f.BackedUp, err = backedUp(ctx, tx, f.Territory); err != nil {
		return nil, err
	}
	if sum != nil && f.Seq == head {
		if damaged, err = compare(ctx, tx, &f, *sum, x.req.Except); err != nil {
			return nil, err
		}
	}
	for x.own[f.Territory][f.Seq+1] {
		f.Seq++ // the phone holds exactly this: it need not be read
	}
	bad, err := readFeed(ctx, tx, &f, left, x.sent, fresh)
	x.resp.Feeds = append(x.resp.Feeds, f)
	return append(damaged, bad...), err
}

// outBytes is about what one Out costs in an answer.
const outBytes = 70

// readFeed reads on from f.Seq until the feed or the budget ends. One record always fits. fresh says that the phone
// has never read this feed. Damaged records are passed over and returned: they come when they are whole again.
func readFeed(ctx context.Context, tx *sql.Tx, f *wire.Feed, left *int, sent map[uuid.UUID]record.Version, fresh bool) (damaged []string, err error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT seq, id, type, version, body, 0 AS out, 0, 0 FROM record WHERE territory = $1 AND seq > $2
		UNION ALL SELECT seq, record, '', '', '', 1, place_epoch, place_n FROM feed_out WHERE territory = $1 AND seq > $2
		ORDER BY seq`, f.Territory.String(), f.Seq)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		r := ledger.Stored{Territory: f.Territory.String()}
		var out bool
		var place wire.Place
		if err := rows.Scan(&seq, &r.ID, &r.Type, &r.Version, &r.Body, &out, &place[0], &place[1]); err != nil {
			return nil, err
		}
		id, err := uuid.Parse(r.ID)
		if err != nil {
			return nil, fmt.Errorf("record %.40q: %w", r.ID, err)
		}
		if out && fresh {
			f.Seq = seq // who holds nothing has nothing to let go of
			continue
		}
		if out && *left > 0 {
			*left -= outBytes
			f.Outs, f.Seq = append(f.Outs, wire.Out{ID: id, Place: place}), seq
			continue
		}
		if !out && !r.Sound() {
			damaged, f.Seq = append(damaged, r.ID), seq
			continue
		}
		if v, ok := sent[id]; ok && !out && v == record.Version(r.Version) {
			f.Seq = seq // the phone holds exactly this
			continue
		}
		if *left <= 0 { // for an out as for a record
			f.More = true
			return damaged, nil
		}
		*left -= len(r.Body)
		f.Puts, f.Seq = append(f.Puts, r.Body), seq
	}
	return damaged, rows.Err()
}
