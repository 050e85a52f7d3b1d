package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"storewalk/shared/field"

	"github.com/google/uuid"
)

// Haul sums up what a visit brought besides its checklist. Phone and server ask the same tables, so that both find
// the same things missing.
func Haul(ctx context.Context, tx *sql.Tx, visit uuid.UUID) (field.Haul, error) {
	h, err := photosOf(ctx, tx, visit)
	if err == nil {
		err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM count_line WHERE visit = $1)`, visit.String()).Scan(&h.Counted)
	}
	if err == nil && !h.Counted {
		sheet, _, loadErr := Load(ctx, tx, field.CountID(visit))
		h.Counted, err = field.CountOf(sheet).NotCounted != "", loadErr
	}
	if err != nil {
		return h, fmt.Errorf("ledger: what visit %s brought: %w", visit, err)
	}
	return h, nil
}

func photosOf(ctx context.Context, tx *sql.Tx, visit uuid.UUID) (h field.Haul, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT kind, item, count(*) FROM photo WHERE visit = $1 AND gone = 0 GROUP BY kind, item`, visit.String())
	if err != nil {
		return h, err
	}
	defer rows.Close()
	for rows.Next() {
		var kind, item string
		var n int
		if err := rows.Scan(&kind, &item, &n); err != nil {
			return h, err
		}
		h.Add(kind, item, n)
	}
	return h, rows.Err()
}
