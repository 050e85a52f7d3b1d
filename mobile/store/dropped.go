package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// DropNoteDraft throws the draft of a visit away. What was typed is kept aside: RestoreNoteDraft takes it back.
func (s *Store) DropNoteDraft(ctx context.Context, visit uuid.UUID) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		v, err := s.noteVisit(ctx, tx, visit)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO dropped (record, field, text, code, visit, at_ms)
			SELECT record, field, text, code, $1, $2 FROM draft WHERE visit = $1 OR record = $3`, visit.String(), s.wall().UnixMilli(), v.mine.String())
		if err != nil {
			return fmt.Errorf("keep draft: %w", err)
		}
		return v.dropDraft(ctx, tx)
	})
}

// RestoreNoteDraft takes back what was thrown away last of a visit. While there is another draft it changes nothing.
func (s *Store) RestoreNoteDraft(ctx context.Context, visit uuid.UUID) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		id, err := droppedDraft(ctx, tx, visit)
		if err != nil || id == 0 {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO draft (record, field, text, code, visit) SELECT record, field, text, code, visit FROM dropped WHERE id = $1`, id); err != nil {
			return fmt.Errorf("take draft back: %w", err)
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM dropped WHERE id = $1`, id)
		return err
	})
}

// droppedDraft returns the number of what was thrown away last of a visit, 0 when there is none or another draft.
func droppedDraft(ctx context.Context, tx *sql.Tx, visit uuid.UUID) (id int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT id FROM dropped WHERE visit = $1 AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.visit = $1 OR d.record = dropped.record)
		ORDER BY id DESC LIMIT 1`, visit.String()).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}
