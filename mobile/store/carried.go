package store

import (
	"bytes"
	"context"
	"database/sql"
	"maps"
	"slices"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
)

// carried finds what was approved and does not stand in the store. A server that is older than the app that asked approves a
// field that it does not know and writes nothing, so an approval alone says nothing of the store. r is the application's record.
//
// Nothing is held against the server that may only be under way, or that somebody has changed since: the order of writes says
// so, for the server counts on from what it wrote.
func (a *Application) carried(ctx context.Context, tx *sql.Tx, r record.Record) error {
	if a.Decision.State != field.DecisionApproved {
		return nil
	}
	id := a.Store
	if a.Kind == field.ApplyNewStore {
		id = field.StoreID(a.Change["licence_no"])
	}
	store, held, err := ledger.Load(ctx, tx, id)
	if err != nil || held && ledger.IsHusk(store) { // it is another territory's by now
		return err
	}
	var whole bool // all that the server had to say when it was asked last
	if err := tx.QueryRowContext(ctx, `SELECT coalesce(min(whole), 0) FROM cursor WHERE territory IN ($1, $2)`, r.Territory.String(), store.Territory.String()).Scan(&whole); err != nil {
		return err
	}
	decision, _ := r.Winner("decision")
	for _, name := range slices.Sorted(maps.Keys(a.Change)) {
		switch {
		case held && a.stands(store, name, decision.Lam):
		case !held, slices.Contains(a.Decision.Wrote, name), a.Decision.Wrote == nil && !whole:
			a.Coming = append(a.Coming, name)
		default:
			a.Undone = append(a.Undone, name)
		}
	}
	return nil
}

// stands reports whether a field of the store holds what is wanted, or something that was written after the decision. A value
// that only a newer app knows is taken for the one that was wanted.
func (a *Application) stands(store record.Record, name string, decided uint64) bool {
	entries := store.Entries(name)
	if slices.Contains(a.Unknown(), name) {
		return len(entries) > 0
	}
	if field.StoreOf(store).Text(name) == a.Change[name] {
		return true
	}
	wanted, err := field.AppliedValue(name, a.Change[name])
	if err != nil {
		return false
	}
	value, err := record.Value(wanted)
	return slices.ContainsFunc(entries, func(e record.Entry) bool {
		return e.Lam >= decided || err == nil && bytes.Equal(e.Value, value)
	})
}
