package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"storewalk/shared/record"

	"github.com/google/uuid"
)

// Reincarnate gives the database a new replica id because another life of it (a clone, a restored backup) has
// been writing under the old one, as the server found. known maps numbers of the old replica's writes above
// confirmed, up to which all are known to be ours, to the hashes of what the server holds under them.
//
// From the first number on that may name another write elsewhere than here, our own writes get dots of the new replica,
// and no record claims any more to have seen the old one's writes from there on: they are, or will be, the other
// life's. Writes before that keep their names.
func Reincarnate(ctx context.Context, tx *sql.Tx, confirmed uint64, known map[uint64][]string) (record.Replica, error) {
	self, err := loadReplica(ctx, tx)
	if err != nil {
		return record.Replica{}, err
	}
	old := self.rid
	recs, err := writtenAfter(ctx, tx, confirmed)
	if err != nil {
		return record.Replica{}, err
	}
	counter := self.counter
	if err := self.renew(ctx, tx); err != nil {
		return record.Replica{}, err
	}
	fork, forked := forkPoint(recs, old, counter, confirmed, known)
	if !forked {
		return self.rid, nil
	}
	if err := forkSpans(ctx, tx, recs, record.Dot{Replica: old, N: fork}, self.rid); err != nil {
		return record.Replica{}, err
	}
	for _, r := range recs {
		if r.Context().N(old) < fork {
			continue
		}
		before := self.counter
		renamed := r.Rename(old, fork, func() record.Dot {
			self.counter++
			return record.Dot{Replica: self.rid, N: self.counter}
		})
		ownN := uint64(0)
		if self.counter > before {
			ownN = self.counter
		}
		if err := put(ctx, tx, r, renamed, ownN); err != nil {
			return record.Replica{}, err
		}
	}
	return self.rid, self.save(ctx, tx)
}

// writtenAfter returns the records that hold a write of this replica numbered above n.
func writtenAfter(ctx context.Context, tx *sql.Tx, n uint64) ([]record.Record, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM record WHERE own_n > $1 ORDER BY own_n`, n)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer rows.Close()
	var ids []uuid.UUID
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	var out []record.Record
	for _, id := range ids {
		c, err := Get(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if r, sound := c.Record(); sound { // what is damaged goes nowhere
			out = append(out, r)
		}
	}
	return out, nil
}

// forkPoint returns the lowest number that may stand for something else in the other life than here. Up to the highest
// one that names the same write on both sides they were one life. What follows is in doubt also where nobody knows it,
// because it was replaced before it was sent: the other life has used the number too, or will.
func forkPoint(recs []record.Record, old record.Replica, counter, confirmed uint64, known map[uint64][]string) (fork uint64, forked bool) {
	mine := map[uint64]string{}
	for _, r := range recs {
		for _, e := range News(record.Record{}, r) {
			if e.Entry.Dot.Replica == old {
				mine[e.Entry.Dot.N] = e.ContentHash()
			}
		}
	}
	shared, last := confirmed, counter
	for n, hashes := range known {
		if last = max(last, n); len(hashes) == 1 && hashes[0] == mine[n] {
			shared = max(shared, n)
		}
	}
	for n, hashes := range known {
		if own, ok := mine[n]; n > confirmed && n <= shared && ok && (len(hashes) > 1 || hashes[0] != own) {
			shared = n - 1
		}
	}
	return shared + 1, shared < last
}
