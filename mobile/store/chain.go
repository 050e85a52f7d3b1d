package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"
)

// A Link is a request's place in the chain of this replica's exchanges.
type Link struct {
	Cur       string   // token of the last request that was answered; "" for the first
	Was       []string // of those sent since, of which no answer came, before this replica wrote on
	Next      string   // of this one
	Confirmed uint64   // all writes of the replica up to this number have receipts

	made uint64 // the counter when Next was
}

// maxWas bounds Link.Was. A server that took an older one asks for a new replica id, which costs a round trip.
const maxWas = wire.MaxWas

// Link returns the place of the next request of replica rid. Until an answer has been applied, or the replica has
// written on, it is the same one: a request that was cut, by the line or by the battery, is sent again as the same.
// With new writes it gets a token of its own, which no other life of this database that waits for the same answer
// has.
func (s *Store) Link(ctx context.Context, rid record.Replica) (l Link, err error) {
	err = s.db.Tx(ctx, func(tx *sql.Tx) error {
		_, counter, err := ledger.Self(ctx, tx)
		if err == nil {
			l, err = link(ctx, tx, rid)
		}
		unanswered := l.Next != l.Cur
		if err != nil || unanswered && l.made == counter {
			return err
		}
		if unanswered {
			l.Was = append(l.Was, l.Next)
			l.Was = l.Was[max(0, len(l.Was)-maxWas):]
		}
		l.Next, l.made = newToken(), counter
		_, err = tx.ExecContext(ctx, `INSERT INTO chain (rid, cur, next, confirmed, made, was) VALUES ($1, '', $2, 0, $3, $4)
			ON CONFLICT (rid) DO UPDATE SET next = excluded.next, made = excluded.made, was = excluded.was`,
			rid.String(), l.Next, l.made, strings.Join(l.Was, " "))
		return err
	})
	if err != nil {
		return Link{}, fmt.Errorf("store: link: %w", err)
	}
	return l, nil
}

// newToken returns a token in the form of a replica's name, which crosses the wire as 16 bytes.
func newToken() string {
	var token record.Replica
	rand.Read(token[:]) // never fails, see crypto/rand
	return token.String()
}

func link(ctx context.Context, tx *sql.Tx, rid record.Replica) (l Link, err error) {
	var was string
	err = tx.QueryRowContext(ctx, `SELECT cur, next, confirmed, made, was FROM chain WHERE rid = $1`, rid.String()).
		Scan(&l.Cur, &l.Next, &l.Confirmed, &l.made, &was)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	l.Was = strings.Fields(was)
	return l, err
}

// answered notes that the request on its way has its answer.
func answered(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `UPDATE chain SET cur = next, was = '' WHERE rid = (SELECT rid FROM replica)`)
	return err
}

// confirm notes, when nothing is waiting, that all of this replica's writes have receipts.
func confirm(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `UPDATE chain SET confirmed = (SELECT counter FROM replica) WHERE rid = (SELECT rid FROM replica)
		AND NOT EXISTS (SELECT 1 FROM record WHERE version IS NOT acked)`)
	return err
}

// Reincarnate takes a new replica id because the server has found that another life of this database, a clone
// or a restored backup, has used the present one. known is what the server holds of its writes
// above since, up to which its receipts hold. Nothing is lost: what is not on the server keeps waiting, under new names
// where the old ones are or may be taken.
func (s *Store) Reincarnate(ctx context.Context, since uint64, known []wire.KnownDot) error {
	hashes := map[uint64][]string{}
	for _, k := range known {
		hashes[k.N] = append(hashes[k.N], k.Hash)
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := ledger.Reincarnate(ctx, tx, since, hashes)
		return err
	})
}
