package store

import (
	"context"
	"database/sql"
	"fmt"

	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// An Unfinished counts the work on this phone that the server does not hold, or not as it should.
type Unfinished struct {
	wire.Waiting     // not yet sent
	Refused      int // records that the server put aside
	Damaged      int // records that the disk damaged before they were sent: only their writer can tell them again
	Typed        int // texts that could not be saved, as on a full disk; who is typing just now has one for a moment
	Drafts       int // texts that can not be saved as they are
	Awaited      int // photos that the camera has not brought yet, or that could not be kept
}

// Any reports whether there is anything.
func (u Unfinished) Any() bool { return u != Unfinished{} }

// KeepsOthersOut reports whether there is anything for the person signed in to finish before another may sign in.
func (u Unfinished) KeepsOthersOut() bool {
	u.Damaged = 0 // nobody can send that
	return u.Any()
}

// Unfinished counts what is not done.
func (s *Store) Unfinished(ctx context.Context) (Unfinished, error) {
	u, err := unfinished(ctx, s.db.Read)
	if err != nil {
		return u, fmt.Errorf("store: unfinished: %w", err)
	}
	u.Typed = len(s.typed())
	return u, nil
}

func unfinished(ctx context.Context, q querier) (u Unfinished, err error) {
	if u.Waiting, err = waiting(ctx, q); err != nil {
		return u, err
	}
	err = q.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM record WHERE refused <> '' AND refused <> $1 AND version IS acked),
		(SELECT count(*) FROM damaged WHERE unsent = 1),
		(SELECT count(*) FROM draft), (SELECT count(*) FROM awaited WHERE `+stillAwaited+` AND (visit <> $2 OR application <> $2))`,
		codeDamaged, uuid.Nil.String()).Scan(&u.Refused, &u.Damaged, &u.Drafts, &u.Awaited)
	return u, err
}

// RetryRefused lets what the server put aside, and photos it could not take, be sent once more, as when a
// person asks for it.
func (s *Store) RetryRefused(ctx context.Context) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE upload SET refused = '' WHERE refused <> ''`); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE record SET acked = NULL, refused = '' WHERE refused <> ''`)
		return err
	})
}

// A Draft says where a text lies that can not be saved as it is.
type Draft struct {
	Store     uuid.UUID
	StoreName string
	Visit     uuid.UUID // whose note it is; nil when it is of the store itself
	Request   uuid.UUID // whose next step it is, or nil
	Field     string    // of the store, or "text" of a note
}

func drafts(ctx context.Context, tx *sql.Tx) ([]Draft, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT coalesce(v.store, a.store, d.record), coalesce(s.name, ''), d.visit, coalesce(a.record, ''), d.field
		FROM draft d LEFT JOIN visit v ON v.id = d.visit LEFT JOIN about a ON a.record = d.record AND d.field = '`+draftEvent+`'
		LEFT JOIN store s ON s.id = coalesce(v.store, a.store, d.record)
		ORDER BY d.visit = '', s.name, d.field`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Draft
	for rows.Next() {
		var d Draft
		var visit, request string
		if err := rows.Scan(&d.Store, &d.StoreName, &visit, &request, &d.Field); err != nil {
			return nil, err
		}
		d.Visit, _ = uuid.Parse(visit) // "" is no visit
		d.Request, _ = uuid.Parse(request)
		out = append(out, d)
	}
	return out, rows.Err()
}
