package store

import (
	"context"
	"database/sql"
	"fmt"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// admitLost admits a record that only the office writes when it brings nothing but writes that this server made
// itself, in a history that ended, and does not have any more. Anything else is a fault
// "record.office_owned". The proof is the name of the writer and the number, not a signature; it counts only
// after a restore and only for numbers that were lost by it.
func admitLost(ctx context.Context, tx *sql.Tx, in, have record.Record) error {
	refused := fault.New(fault.Forbidden, "record.office_owned", nil)
	if in.Territory != field.Common {
		return refused
	}
	if have.Context().Len() == 0 {
		if logged, err := admitLogged(ctx, tx, in); err != nil || logged {
			return err
		}
	}
	joined := record.Join(have, in)
	lost, err := lostDots(ctx, tx, joined.Context())
	if err != nil {
		return err
	}
	known := have.Context()
	for _, d := range lost {
		known = known.With(d)
	}
	if !known.Covers(joined.Context()) {
		return refused
	}
	for _, n := range ledger.News(have, joined) {
		if have.Context().Has(n.Entry.Dot) { // another content under a dot that is here
			return refused
		}
	}
	return nil
}

// hadMoved reports whether a record that lies in a territory which is not the phone's lay in one that is or was, in a
// history that ended: a move that the server has lost with it. What was entered there is taken; then the phone hears that
// the record is elsewhere.
func (u *push) hadMoved(ctx context.Context, in, have record.Record) (was bool, err error) {
	generation, err := generation(ctx, u.tx)
	if err != nil || in.Place.Epoch >= generation-1 {
		return false, err
	}
	was, err = wasGranted(ctx, u.tx, u.phone.Account, in.Territory)
	if err == nil && was {
		err = u.leave(ctx, in.Territory, have)
	}
	return was, err
}

// wasGranted reports whether an account has a territory or once had it.
func wasGranted(ctx context.Context, tx *sql.Tx, account, territory uuid.UUID) (was bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM territory_grant WHERE account = $1 AND territory = $2)`,
		account.String(), territory.String()).Scan(&was)
	if err != nil {
		return false, fmt.Errorf("grant of %s: %w", territory, err)
	}
	return was, nil
}

// takenAway reports whether an account once had a territory and has it no more.
func takenAway(ctx context.Context, tx *sql.Tx, account, territory uuid.UUID) (taken bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM territory_grant WHERE account = $1 AND territory = $2 AND revoked_ms > 0)`,
		account.String(), territory.String()).Scan(&taken)
	if err != nil {
		return false, fmt.Errorf("grant of %s: %w", territory, err)
	}
	return taken, nil
}

// lostDots returns, for each name this server wrote under before, the last write in v that it lost.
func lostDots(ctx context.Context, tx *sql.Tx, v record.Vector) (lost []record.Dot, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT rid, counter FROM former`)
	if err != nil {
		return nil, fmt.Errorf("former names: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		var counter uint64
		if err := rows.Scan(&text, &counter); err != nil {
			return nil, fmt.Errorf("former names: %w", err)
		}
		rid, err := record.ParseReplica(text)
		if err != nil {
			return nil, fmt.Errorf("former names: %w", err)
		}
		if n := v.N(rid); n > counter {
			lost = append(lost, record.Dot{Replica: rid, N: n})
		}
	}
	return lost, rows.Err()
}
