package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"maps"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Move is what a tap changed of where a store is.
type Move struct {
	From field.Position `json:"from"` // the zero Position: it had none
	To   field.Position `json:"to"`
	// What the server had of the store then: when it has something else, the move may have been sent.
	Acked []byte `json:"acked,omitempty"`
}

// metaMoves holds what SetPlace changed, map[uuid.UUID][]Move as JSON, the last tap last. A record keeps no value that was
// replaced, and a store that was moved by mistake must find back after a restart too.
const metaMoves = "moves"

// noteMove notes that a store is about to be placed. Those that are on the server since are left out.
func noteMove(ctx context.Context, tx *sql.Tx, store uuid.UUID, to field.Position) error {
	r, _, err := ledger.Load(ctx, tx, store)
	if err != nil {
		return err
	}
	from := field.StoreOf(r).Position
	if from == to {
		return nil
	}
	all := map[uuid.UUID][]Move{}
	if _, err := getMeta(ctx, tx, metaMoves, &all); err != nil {
		return err
	}
	acked := map[uuid.UUID][]byte{}
	for id := range all {
		if acked[id], err = ackedOf(ctx, tx, id); err != nil {
			return err
		}
	}
	maps.DeleteFunc(all, func(id uuid.UUID, moves []Move) bool {
		return len(moves) == 0 || !bytes.Equal(moves[len(moves)-1].Acked, acked[id])
	})
	m := Move{From: from, To: to}
	if m.Acked, err = ackedOf(ctx, tx, store); err != nil {
		return err
	}
	all[store] = append(all[store], m)
	return setMetaJSON(ctx, tx, metaMoves, all)
}

// forgetMove takes the last move of a store off, when it began at from.
func forgetMove(ctx context.Context, tx *sql.Tx, store uuid.UUID, from field.Position) error {
	var all map[uuid.UUID][]Move
	if _, err := getMeta(ctx, tx, metaMoves, &all); err != nil {
		return err
	}
	n := len(all[store])
	if n == 0 || all[store][n-1].From != from {
		return nil
	}
	all[store] = all[store][:n-1]
	return setMetaJSON(ctx, tx, metaMoves, all)
}

// lastMove is the last move of a store that can be taken back: it is not on the server, and what it made is what the store
// shows. nil when there is none.
func lastMove(ctx context.Context, tx *sql.Tx, r record.Record) (*Move, error) {
	var all map[uuid.UUID][]Move
	if _, err := getMeta(ctx, tx, metaMoves, &all); err != nil {
		return nil, err
	}
	n := len(all[r.ID])
	if n == 0 || len(r.Siblings("position")) > 1 {
		return nil, nil
	}
	m := all[r.ID][n-1]
	acked, err := ackedOf(ctx, tx, r.ID)
	if err != nil || m.To != field.StoreOf(r).Position || !bytes.Equal(m.Acked, acked) {
		return nil, err
	}
	return &m, nil
}

// ackedOf is the version of a record that the server confirmed last; nil for none.
func ackedOf(ctx context.Context, tx *sql.Tx, id uuid.UUID) (acked []byte, err error) {
	err = tx.QueryRowContext(ctx, `SELECT acked FROM record WHERE id = $1`, id.String()).Scan(&acked)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return acked, err
}
