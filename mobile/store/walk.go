package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Walk is the order in which a store's products are met along its shelves, as a person may change it.
type Walk struct {
	field.Walk
	Seen Seen // of the order and of the sections together
}

// Walk reads the walk of the store that a visit is made to, or returns a fault "visit.not_found".
func (s *Store) Walk(ctx context.Context, visit uuid.UUID) (w Walk, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		v, _, err := loadVisit(ctx, tx, visit)
		if err != nil {
			return err
		}
		var r record.Record
		w.Walk, r, err = loadWalk(ctx, tx, v.Store)
		w.Seen = append(slices.Clip(Seen(r.Seen("order"))), r.Seen("sections")...)
		return err
	})
	if err != nil {
		return Walk{}, fmt.Errorf("store: walk: %w", err)
	}
	return w, nil
}

// SetWalk keeps the order of a store's products and its shelves as a person arranged them in a visit; products that they
// did not see keep their place after what they follow. An order that arrived since they saw theirs stays beside it, and is
// merged into it by whoever reads them.
func (s *Store) SetWalk(ctx context.Context, visit uuid.UUID, w Walk) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		v, territory, err := loadVisit(ctx, tx, visit)
		if err != nil {
			return err
		}
		now, _, err := loadWalk(ctx, tx, v.Store)
		if err != nil {
			return err
		}
		e := ledger.Edit{ID: field.WalkID(v.Store), Type: field.TypeWalk, Territory: territory, Seen: w.Seen}
		order, sections := e, e
		order.Field, order.Value = "order", mergeOrder(w.Order, now.Order)
		sections.Field, sections.Value = "sections", w.Sections
		e.Seen = nil
		return s.write(ctx, tx, with(e, "store", v.Store), order, sections)
	})
}

// loadWalk reads a store's walk. Orders that stand beside each other are merged: what only another one has comes after
// what it follows there.
func loadWalk(ctx context.Context, tx *sql.Tx, store uuid.UUID) (field.Walk, record.Record, error) {
	r, _, err := ledger.Load(ctx, tx, field.WalkID(store))
	if err != nil {
		return field.Walk{}, r, err
	}
	w := field.WalkOf(r)
	for _, e := range r.Siblings("order") {
		var other []uuid.UUID
		if json.Unmarshal(e.Value, &other) == nil {
			w.Order = mergeOrder(w.Order, other)
		}
	}
	for _, e := range r.Siblings("sections") {
		var other []field.Section
		if json.Unmarshal(e.Value, &other) != nil {
			continue
		}
		for _, section := range other {
			if !slices.ContainsFunc(w.Sections, func(s field.Section) bool { return s.First == section.First }) {
				w.Sections = append(w.Sections, section)
			}
		}
	}
	return w, r, nil
}

// mergeOrder is order with what only other has: after what it follows there, or at the end.
func mergeOrder(order, other []uuid.UUID) []uuid.UUID {
	at := len(order) - 1
	for _, p := range other {
		if i := slices.Index(order, p); i >= 0 {
			at = i
			continue
		}
		at++
		order = slices.Insert(slices.Clip(order), at, p)
	}
	return order
}

// joinWalk makes a product that is counted part of the store's walk: after the one that was counted before it.
func joinWalk(ctx context.Context, tx *sql.Tx, territory, store, product uuid.UUID, sheet record.Record) ([]ledger.Edit, error) {
	w, _, err := loadWalk(ctx, tx, store)
	if err != nil || slices.Contains(w.Order, product) {
		return nil, err
	}
	at := len(w.Order)
	var latest uint64
	for _, name := range sheet.Names() {
		p, ok := field.LineProduct(name)
		if !ok {
			continue
		}
		i := slices.Index(w.Order, p)
		if e, ok := sheet.Winner(name); ok && i >= 0 && e.Lam >= latest {
			latest, at = e.Lam, i+1
		}
	}
	e := ledger.Edit{ID: field.WalkID(store), Type: field.TypeWalk, Territory: territory}
	return []ledger.Edit{with(e, "store", store), with(e, "order", slices.Insert(slices.Clip(w.Order), at, product))}, nil
}

// walked puts the rows in the order of a walk and says which shelf each stands on. What the walk does not know follows in
// the order it has, on no shelf.
func walked(rows []CountRow, w field.Walk) []CountRow {
	place := make(map[uuid.UUID]int, len(w.Order))
	for i, p := range w.Order {
		place[p] = i
	}
	at := func(r CountRow) int {
		if i, ok := place[r.Product]; ok {
			return i
		}
		return len(w.Order)
	}
	slices.SortStableFunc(rows, func(a, b CountRow) int { return cmp.Compare(at(a), at(b)) })
	begins := map[int]string{} // by place: a shelf begins there, though its first product may not be sold any more
	for _, s := range w.Sections {
		if i, ok := place[s.First]; ok {
			begins[i] = s.Name
		}
	}
	section, next := "", 0
	for i := range rows {
		p := at(rows[i])
		if p == len(w.Order) {
			break
		}
		for ; next <= p; next++ {
			if name, ok := begins[next]; ok {
				section = name
			}
		}
		rows[i].Section = section
	}
	return rows
}
