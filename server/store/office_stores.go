package store

import (
	"context"
	"database/sql"
	"slices"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A StoreRow is what the list of stores shows.
type StoreRow struct {
	ID        uuid.UUID
	Name      string
	Owner     string
	Phone     string
	LicenceNo string
	Township  string // division code
	Address   string
	Grade     int
	Visits    int
	Last      Stamp // check-in of the visit that arrived last; zero when there is none
	LastVisit uuid.UUID
	Conflicts int
}

// A StoreFilter narrows the list of stores.
type StoreFilter struct {
	Text     string // part of the name, owner, licence number, phone or their pinyin
	Township string // division code
	After    string // StorePage.Next of the page before
	Limit    int    // rows of one page; 0 is 30
}

// A StorePage is one page of stores by licence number.
type StorePage struct {
	Rows []StoreRow
	Next string // what to ask for next; "" at the end
}

// Stores lists stores by licence number.
func (s *Store) Stores(ctx context.Context, f StoreFilter) (StorePage, error) {
	if f.Limit <= 0 {
		f.Limit = defaultPage
	}
	rows, err := query(ctx, s.db.Read, func(rows *sql.Rows) (r StoreRow, err error) {
		var at, offset, arrived int64
		err = rows.Scan(id(&r.ID), &r.Name, &r.Owner, &r.Phone, &r.LicenceNo, &r.Township, &r.Address, &r.Grade, &r.Visits,
			&at, &offset, &arrived, id(&r.LastVisit), &r.Conflicts)
		r.Last = stamp(at, offset, arrived)
		return r, err
	}, `SELECT s.id, s.name, s.owner, s.phone, s.licence_no, s.township, s.address, s.grade,
		(SELECT count(*) FROM visit x WHERE x.store = s.id),
		COALESCE(v.check_in_ms, 0), COALESCE(r.offset_ms, 0), COALESCE(r.received_ms, 0), COALESCE(v.id, ''),
		(SELECT count(*) FROM conflict c WHERE c.store = s.id)
		FROM store s
		LEFT JOIN visit v ON v.id = (SELECT x.id FROM visit x WHERE x.store = s.id ORDER BY x.lam DESC, x.id DESC LIMIT 1)
		LEFT JOIN record r ON r.id = v.id
		WHERE s.search LIKE $1 ESCAPE '\' AND ($2 = '' OR s.township = $2) AND s.licence_no > $3
		ORDER BY s.licence_no LIMIT $4`, contains(f.Text), f.Township, f.After, f.Limit+1)
	if err != nil {
		return StorePage{}, err
	}
	page := StorePage{Rows: rows}
	if len(rows) > f.Limit {
		page.Rows = rows[:f.Limit]
		page.Next = page.Rows[f.Limit-1].LicenceNo
	}
	return page, nil
}

// A StoreDetail is all there is about one store.
type StoreDetail struct {
	field.Store
	ID        uuid.UUID
	Territory string                  // its name
	Seen      map[string][]record.Dot // of each field that the office may edit, for EditStore
	Last      []Counted               // each product's latest count
	Open      []Conflict              // of the store and its visits
	History   []Change                // of the store's own fields, oldest first
}

// StoreByID returns a store, or a fault "store.not_found".
func (s *Store) StoreByID(ctx context.Context, store uuid.UUID) (StoreDetail, error) {
	d := StoreDetail{ID: store, Seen: map[string][]record.Dot{}}
	err := s.db.View(ctx, func(tx *sql.Tx) error {
		rec, ok, err := ledger.Load(ctx, tx, store)
		if err != nil {
			return err
		}
		if !ok || rec.Type != field.TypeStore {
			return notFound("store")
		}
		d.Store = field.StoreOf(rec)
		territory, _, err := ledger.Load(ctx, tx, rec.Territory)
		if err != nil {
			return err
		}
		d.Territory = field.TerritoryOf(territory).Name
		for _, name := range field.EditableStoreFields {
			d.Seen[name] = rec.Seen(name)
		}
		all, err := query(ctx, tx, scanCounted, selectCounted+` WHERE l.store = $1 ORDER BY v.lam DESC, v.id, p.name`, store.String())
		if err != nil {
			return err
		}
		for _, c := range all {
			if !slices.ContainsFunc(d.Last, func(o Counted) bool { return o.Product == c.Product }) {
				d.Last = append(d.Last, c)
			}
		}
		if d.Open, err = conflicts(ctx, tx, `c.store = $1`, store.String()); err != nil {
			return err
		}
		d.History, err = history(ctx, tx, []uuid.UUID{store})
		return err
	})
	return d, err
}

// A StoreEdit is one of field.EditableStoreFields as a person typed it, with what the page had shown.
type StoreEdit struct {
	Field string
	Text  string
	Seen  []record.Dot
}

// EditStore corrects a store: all edits or, when one can not be, none. A field that has changed since the
// page was made is a fault "conflict.changed", one the office may not edit "conflict.not_a_choice".
func (s *Store) EditStore(ctx context.Context, by, store uuid.UUID, edits ...StoreEdit) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		rec, ok, err := ledger.Load(ctx, tx, store)
		if err != nil {
			return err
		}
		if !ok || rec.Type != field.TypeStore {
			return notFound("store")
		}
		for _, e := range edits {
			if !slices.Contains(field.EditableStoreFields, e.Field) {
				return fault.New(fault.Invalid, "conflict.not_a_choice", nil)
			}
			value, err := record.Value(e.Text)
			if err != nil {
				return err
			}
			if _, set := rec.Winner(e.Field); !set && e.Text == "" {
				continue // it was empty and still is
			}
			if err := s.settle(ctx, tx, by, store, e.Field, value, e.Seen); err != nil {
				return err
			}
		}
		return nil
	})
}
