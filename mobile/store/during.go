package store

import (
	"context"
	"database/sql"
	"errors"

	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// during finds the visit of each author to a store in which they wrote a value, by their own clock. The plus keeps SQLite
// from looking through all visits of the author.
func during(ctx context.Context, tx *sql.Tx, times ledger.Times, store uuid.UUID, entries []record.Entry, values []Sibling) error {
	for i, e := range entries {
		err := tx.QueryRowContext(ctx, `SELECT check_in_ms FROM visit WHERE store = $1 AND +manager = $2 AND check_in_ms <= $3
			AND (check_out_ms = 0 OR check_out_ms >= $3) ORDER BY check_in_ms DESC LIMIT 1`, store.String(), e.Author, times.Right(e, e.Wall)).Scan(&values[i].VisitMS)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	return nil
}
