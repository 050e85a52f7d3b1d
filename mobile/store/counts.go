package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A CountRow is one product on a visit's count sheet.
type CountRow struct {
	Product    uuid.UUID
	Name       string
	Code       string
	Search     string // what a person may type to find it, see field.Fold
	PriceClass int
	Status     string
	Line       field.CountLine
	Counted    bool // the line has been entered in this visit
	Seen       Seen
	Siblings   []Sibling // two or more: a conflict, the shown value first
	Basis      field.Basis
	LastMS     int64  // when Basis.Last was counted
	Section    string // name of the shelf, see field.Section; "" before the first
}

// CountSheet returns a row for every product that is sold or was counted here: in the order this store is walked,
// then those that were never met there by price class and name.
func (s *Store) CountSheet(ctx context.Context, visit uuid.UUID) (out []CountRow, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		v, _, err := loadVisit(ctx, tx, visit)
		if err != nil {
			return err
		}
		out, err = s.countRows(ctx, tx, visit, v.Store)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: count sheet: %w", err)
	}
	return out, nil
}

func (s *Store) countRows(ctx context.Context, tx *sql.Tx, visit, store uuid.UUID) ([]CountRow, error) {
	who, err := s.loadPeople(ctx, tx)
	if err != nil {
		return nil, err
	}
	sheet, _, err := loadPart(ctx, tx, field.CountID(visit))
	if err != nil {
		return nil, err
	}
	// SQLite takes the bare columns of a row with max() from the row that has the maximum.
	rows, err := tx.QueryContext(ctx, `
		WITH this AS (SELECT lam FROM visit WHERE id = $1),
		last AS (
		  SELECT l.product, l.cartons, l.packs, l.on_display, l.out_of_stock, l.facings, l.price_fen, l.counted_ms,
		    max(v.lam), avg(l.cartons * $3 + l.packs) AS usual
		  FROM count_line l JOIN visit v ON v.id = l.visit, this
		  WHERE l.store = $2 AND l.visit <> $1 AND v.lam < this.lam AND l.skipped = 0 GROUP BY l.product)
		SELECT p.id, p.name, p.code, p.search, p.price_class, p.status, p.guide_price_fen,
		  coalesce(last.cartons, 0), coalesce(last.packs, 0), coalesce(last.on_display, 0), coalesce(last.out_of_stock, 0),
		  coalesce(last.facings, 0), coalesce(last.price_fen, 0), coalesce(last.counted_ms, 0),
		  CAST(coalesce(round(last.usual), 0) AS INTEGER), last.product IS NOT NULL
		FROM product p LEFT JOIN last ON last.product = p.id
		WHERE p.status <> 'retiring' OR last.product IS NOT NULL
		  OR EXISTS (SELECT 1 FROM count_line l WHERE l.visit = $1 AND l.product = p.id)
		ORDER BY last.product IS NULL, p.price_class, p.name`, visit.String(), store.String(), field.PacksPerCarton)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []CountRow
	for rows.Next() {
		var r CountRow
		var last field.CountLine
		var hasLast bool
		if err := rows.Scan(&r.Product, &r.Name, &r.Code, &r.Search, &r.PriceClass, &r.Status, &r.Basis.GuideFen, &last.Cartons, &last.Packs,
			&last.OnDisplay, &last.OutOfStock, &last.Facings, &last.PriceFen, &r.LastMS, &r.Basis.Usual, &hasLast); err != nil {
			return nil, err
		}
		if hasLast {
			r.Basis.Last = &last
		}
		r.fill(sheet, who)
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	walk, _, err := loadWalk(ctx, tx, store)
	if err != nil {
		return nil, err
	}
	return walked(out, walk), nil
}

func (r *CountRow) fill(sheet record.Record, who people) {
	name := field.LineField(r.Product)
	r.Seen = sheet.Seen(name)
	r.Siblings = siblings(sheet, name, who)
	if len(r.Siblings) > 0 {
		if l, err := field.DecodeLine(r.Siblings[0].Value); err == nil {
			r.Line, r.Counted = l, true
		}
	}
}

// A CountHead is a visit's count sheet without its lines.
type CountHead struct {
	Store      uuid.UUID
	StoreName  string
	NotCounted string // one of field.NotCountedReasons, or ""
	Seen       Seen   // of NotCounted
}

// CountHead reads the head of a visit's count sheet, or returns a fault "visit.not_found".
func (s *Store) CountHead(ctx context.Context, visit uuid.UUID) (h CountHead, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		v, _, err := loadVisit(ctx, tx, visit)
		if err != nil {
			return err
		}
		sheet, _, err := loadPart(ctx, tx, field.CountID(visit))
		if err != nil {
			return err
		}
		store, _, err := ledger.Load(ctx, tx, v.Store)
		h = CountHead{Store: v.Store, StoreName: field.StoreOf(store).Name, NotCounted: field.CountOf(sheet).NotCounted, Seen: sheet.Seen("not_counted")}
		return err
	})
	return h, err
}

// SetNotCounted keeps why a store could not be counted, one of field.NotCountedReasons; "" takes it back. Lines that were
// counted stay.
func (s *Store) SetNotCounted(ctx context.Context, visit uuid.UUID, reason string, seen Seen) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		v, territory, err := loadVisit(ctx, tx, visit)
		if err != nil {
			return err
		}
		e := ledger.Edit{ID: field.CountID(visit), Type: field.TypeCount, Territory: territory}
		return s.write(ctx, tx, with(e, "visit", visit), with(e, "store", v.Store),
			ledger.Edit{ID: e.ID, Type: e.Type, Territory: territory, Field: "not_counted", Value: reason, Seen: seen})
	})
}

// SetCount keeps one line of a visit's count sheet, or returns a fault "count.out_of_range". What was counted joins the
// store's walk, and takes back that the store could not be counted.
func (s *Store) SetCount(ctx context.Context, visit, product uuid.UUID, line field.CountLine, seen Seen) error {
	if err := line.Validate(); err != nil {
		return err
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		v, territory, err := loadVisit(ctx, tx, visit)
		if err != nil {
			return err
		}
		e := ledger.Edit{ID: field.CountID(visit), Type: field.TypeCount, Territory: territory}
		edits := []ledger.Edit{with(e, "visit", visit), with(e, "store", v.Store),
			{ID: e.ID, Type: e.Type, Territory: territory, Field: field.LineField(product), Value: line, Seen: seen}}
		if line.Skipped() {
			return s.write(ctx, tx, edits...)
		}
		sheet, _, err := loadPart(ctx, tx, e.ID)
		if err != nil {
			return err
		}
		if field.CountOf(sheet).NotCounted != "" {
			edits = append(edits, with(e, "not_counted", ""))
		}
		walk, err := joinWalk(ctx, tx, territory, v.Store, product, sheet)
		if err != nil {
			return err
		}
		return s.write(ctx, tx, append(edits, walk...)...)
	})
}

// A Conflict is a field that holds two or more values.
type Conflict struct {
	Record    uuid.UUID
	Type      string // of the record
	Field     string
	Store     uuid.UUID
	StoreName string
	Visit     uuid.UUID // nil when it is not about one visit
	VisitMS   int64     // its check-in
	field.Subject
	Values []Sibling // the shown value first
	Seen   Seen
}

// raw are its values as they are written.
func (c Conflict) raw() (out []json.RawMessage) {
	for _, v := range c.Values {
		out = append(out, v.Value)
	}
	return out
}

// Conflicts lists everything a person may settle, by store.
func (s *Store) Conflicts(ctx context.Context) ([]Conflict, error) {
	var out []Conflict
	err := s.view(ctx, func(tx *sql.Tx) (err error) {
		out, err = s.conflicts(ctx, tx, `ORDER BY s.name, c.visit, c.field`)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: conflicts: %w", err)
	}
	return out, nil
}

// OpenConflicts counts what Conflicts lists.
func (s *Store) OpenConflicts(ctx context.Context) (n int, err error) {
	err = s.view(ctx, func(tx *sql.Tx) (err error) {
		n, err = countConflicts(ctx, tx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("store: open conflicts: %w", err)
	}
	return n, nil
}

func countConflicts(ctx context.Context, tx *sql.Tx) (n int, err error) {
	err = tx.QueryRowContext(ctx, `SELECT count(*) FROM conflict`).Scan(&n)
	return n, err
}

// Conflict returns one. When it is settled, the field has one value at most, and only that and its Seen are told.
func (s *Store) Conflict(ctx context.Context, id uuid.UUID, name string) (c Conflict, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		all, err := s.conflicts(ctx, tx, `WHERE c.record = $1 AND c.field = $2`, id.String(), name)
		if err != nil {
			return err
		}
		if len(all) > 0 {
			c = all[0]
			return nil
		}
		who, err := s.loadPeople(ctx, tx)
		if err != nil {
			return err
		}
		r, _, err := ledger.Load(ctx, tx, id)
		if values := siblings(r, name, who); len(values) == 1 {
			c = Conflict{Record: id, Type: r.Type, Field: name, Values: values, Seen: r.Seen(name)}
		}
		return err
	})
	return c, err
}

func (s *Store) conflicts(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]Conflict, error) {
	who, err := s.loadPeople(ctx, tx)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `
		SELECT c.record, c.type, c.field, c.store, coalesce(s.name, ''), c.visit, coalesce(v.check_in_ms, 0)
		FROM conflict c LEFT JOIN store s ON s.id = c.store LEFT JOIN visit v ON v.id = c.visit `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Conflict
	for rows.Next() {
		var c Conflict
		if err := rows.Scan(&c.Record, &c.Type, &c.Field, &c.Store, &c.StoreName, &c.Visit, &c.VisitMS); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for i := range out {
		c := &out[i]
		r, _, err := ledger.Load(ctx, tx, c.Record)
		if err != nil {
			return nil, err
		}
		c.Values, c.Seen = siblings(r, c.Field, who), r.Seen(c.Field)
		if c.Subject, err = ledger.Subject(ctx, tx, r, c.Field, c.raw()...); err != nil {
			return nil, err
		}
		if c.Visit == uuid.Nil {
			if err := during(ctx, tx, who.times, c.Store, r.Siblings(c.Field), c.Values); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// Settle writes the value a person chose in place of those they saw, which may be one that they chose before. A value that
// arrived since stays beside it, and the conflict with it.
func (s *Store) Settle(ctx context.Context, id uuid.UUID, name string, value json.RawMessage, seen Seen) error {
	return s.edit(ctx, ledger.Edit{ID: id, Field: name, Value: value, Seen: seen})
}
