package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// slugForm is what a territory's short name looks like: it is typed on command lines.
var slugForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// EnsureTerritory makes the territory with a short name, or gives an existing one a name and county where
// these are not empty. County is a six-digit division code. Faults: "territory.slug_invalid", and
// "territory.not_found" when it does not exist and name is empty.
func (s *Store) EnsureTerritory(ctx context.Context, slug, name, county string) error {
	return s.SetTerritory(ctx, slug, field.Territory{Name: name, County: county})
}

// SetTerritory makes the territory with a short name, or gives an existing one what of t is not empty; the faults
// are those of EnsureTerritory.
func (s *Store) SetTerritory(ctx context.Context, slug string, t field.Territory) error {
	if !slugForm.MatchString(slug) {
		return fault.New(fault.Invalid, "territory.slug_invalid", fmt.Errorf("%.50q", slug))
	}
	id := field.TerritoryID(slug)
	return s.change(ctx, func(tx *sql.Tx) error {
		if t.Name == "" {
			if err := territoryExists(ctx, tx, id); err != nil {
				return err
			}
		}
		var edits []ledger.Edit
		for _, v := range t.Fields() {
			if !reflect.ValueOf(v.Value).IsZero() {
				edits = append(edits, ledger.Edit{ID: id, Type: field.TypeTerritory, Territory: field.Common, Field: v.Field, Value: v.Value, SeenAll: true})
			}
		}
		_, err := s.write(ctx, tx, uuid.Nil, edits...)
		return err
	})
}

func territoryExists(ctx context.Context, tx *sql.Tx, id uuid.UUID) error {
	_, ok, err := ledger.Load(ctx, tx, id)
	if err == nil && !ok {
		err = notFound("territory")
	}
	return err
}

// ImportStores writes the office's list of stores into a territory, in one transaction, and says how many
// stores it added, changed and found the same. A store that the list does not name stays as it is, and so
// does a field that is zero in the list.
//
// A field is written only when the list says something else of it than the last import said: what a manager
// corrected since is not undone by a list that is behind, while a new value in the list is the office's
// decision. A store is known by the licence number that it has now. Faults: "territory.not_found", "import.other_territory"
// when a store lies in another territory.
func (s *Store) ImportStores(ctx context.Context, territory uuid.UUID, stores []field.Store) (added, changed, same int, err error) {
	storeOf, err := s.StoresByLicence(ctx)
	if err != nil {
		return 0, 0, 0, err
	}
	rows := make([]importRow, len(stores))
	for i, st := range stores {
		rows[i] = importRow{Planned{storeOf(st.LicenceNo), field.TypeStore, territory, st.LicenceNo, st.Fields()}, false}
	}
	return s.importRows(ctx, rows, territory)
}

// StoresByLicence returns what says which store has a licence number now: it got another when an application was approved, and
// remains the same store. Of a number that no store has it returns the id of the one that will.
func (s *Store) StoresByLicence(ctx context.Context) (storeOf func(licence string) uuid.UUID, err error) {
	now := map[string]uuid.UUID{}
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		_, err := query(ctx, tx, func(rows *sql.Rows) (_ struct{}, err error) {
			var licence string
			var store uuid.UUID
			err = rows.Scan(&licence, id(&store))
			if has, taken := now[licence]; !taken || has != field.StoreID(licence) { // of two with one number, the one made by it
				now[licence] = store
			}
			return struct{}{}, err
		}, `SELECT licence_no, id FROM store WHERE licence_no <> '' ORDER BY id`)
		return err
	})
	return func(licence string) uuid.UUID {
		if store, has := now[licence]; has {
			return store
		}
		return field.StoreID(licence)
	}, err
}

// ImportProducts writes the office's catalogue, by the rules of ImportStores. Every phone gets it.
func (s *Store) ImportProducts(ctx context.Context, products []field.Product) (added, changed, same int, err error) {
	rows := make([]importRow, len(products))
	for i, p := range products {
		rows[i] = importRow{Planned{field.ProductID(p.Code), field.TypeProduct, field.Common, p.Code, p.Fields()}, false}
	}
	return s.importRows(ctx, rows)
}

// A Planned is a record that the office decides, as a list has it.
type Planned struct {
	ID        uuid.UUID
	Type      string // one of the office's, see field.OfficeOwned
	Territory uuid.UUID
	Key       string // what a person knows it by
	Values    []field.Value
}

// ImportPlan writes tasks, templates and announcements by the rules of ImportStores, but that a zero value counts: a
// plan says all there is.
func (s *Store) ImportPlan(ctx context.Context, plan []Planned) (added, changed, same int, err error) {
	rows := make([]importRow, len(plan))
	for i, p := range plan {
		rows[i] = importRow{p, true}
	}
	return s.importRows(ctx, rows)
}

type importRow struct {
	Planned
	zeros bool // a zero value says something
}

// importRows writes the rows, which lie in these territories or in those that they name.
func (s *Store) importRows(ctx context.Context, rows []importRow, territories ...uuid.UUID) (added, changed, same int, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		added, changed, same = 0, 0, 0
		checked := map[uuid.UUID]bool{field.Common: true}
		for _, row := range rows {
			territories = append(territories, row.Territory)
		}
		for _, t := range territories {
			if checked[t] {
				continue
			}
			if err := territoryExists(ctx, tx, t); err != nil {
				return err
			}
			checked[t] = true
		}
		fresh := map[uuid.UUID]bool{}
		var edits []ledger.Edit
		for _, row := range rows {
			old, ok, err := ledger.Load(ctx, tx, row.ID)
			if err != nil {
				return err
			}
			if ok && old.Territory != row.Territory {
				return fault.New(fault.Conflict, "import.other_territory", errors.New(row.Key))
			}
			fresh[row.ID] = !ok
			news, err := decided(ctx, tx, row)
			if err != nil {
				return err
			}
			for _, v := range news {
				edits = append(edits, ledger.Edit{ID: row.ID, Type: row.Type, Territory: row.Territory, Field: v.Field, Value: v.Value, SeenAll: true})
			}
		}
		written, err := s.write(ctx, tx, uuid.Nil, edits...)
		for _, r := range written {
			if fresh[r.ID] {
				added++
			} else {
				changed++
			}
		}
		same = len(fresh) - added - changed
		return err
	})
	return added, changed, same, err
}

// decided returns the values of a row that the last import did not say, and remembers what this one says.
func decided(ctx context.Context, tx *sql.Tx, row importRow) ([]field.Value, error) {
	last := map[string]string{} // values as JSON text
	var text []byte
	err := tx.QueryRowContext(ctx, `SELECT fields FROM imported WHERE record = $1`, row.ID.String()).Scan(&text)
	if err == nil {
		err = json.Unmarshal(text, &last)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("last import of %s: %w", row.Key, err)
	}
	var out []field.Value
	for _, v := range row.Values {
		if !row.zeros && reflect.ValueOf(v.Value).IsZero() { // the list says nothing
			continue
		}
		value, err := record.Value(v.Value)
		if err != nil {
			return nil, fmt.Errorf("import of %s: %w", row.Key, err)
		}
		if last[v.Field] != string(value) {
			last[v.Field] = string(value)
			out = append(out, v)
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	if text, err = json.Marshal(last); err != nil {
		return nil, fmt.Errorf("import of %s: %w", row.Key, err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO imported (record, fields) VALUES ($1, $2)
		ON CONFLICT (record) DO UPDATE SET fields = excluded.fields`, row.ID.String(), string(text))
	if err != nil {
		return nil, fmt.Errorf("import of %s: %w", row.Key, err)
	}
	return out, nil
}
