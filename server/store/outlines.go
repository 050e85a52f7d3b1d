package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// An Outlined says what an import did to the outlines of one territory.
type Outlined struct {
	Name                 string
	Added, Changed, Same int // townships whose outline is in the file
	Renamed              int
	Without              []string // codes of its townships that have no outline now
	Townships            map[string]string
	Points, Bytes        int // of all its outlines, and as a value in the record
}

// ImportOutlines gives each territory the outlines and names of its townships: those it names already, and those in which
// its stores stand. Outlines that are not in the file stay. It returns what became of each territory that has a township,
// and the codes of the file that are in none. All or nothing is written; the fault is "outlines.too_large".
func (s *Store) ImportOutlines(ctx context.Context, outlines field.Outlines, names map[string]string) (done []Outlined, unknown []string, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		done, unknown = nil, nil
		known := map[string]bool{}
		areas, err := areasOf(ctx, tx)
		if err != nil {
			return err
		}
		var edits []ledger.Edit
		for _, a := range areas {
			for code := range a.has {
				known[code] = true
			}
			o, values, err := a.outlined(outlines, names)
			if err != nil {
				return err
			}
			for _, v := range values {
				edits = append(edits, ledger.Edit{ID: a.rec.ID, Type: field.TypeTerritory, Territory: a.rec.Territory, Field: v.Field, Value: v.Value, SeenAll: true})
			}
			if len(a.has) > 0 {
				done = append(done, o)
			}
		}
		for _, code := range slices.Sorted(maps.Keys(outlines)) {
			if !known[code] {
				unknown = append(unknown, code)
			}
		}
		_, err = s.write(ctx, tx, uuid.Nil, edits...)
		return err
	})
	return done, unknown, err
}

// An area is a territory with the townships it has.
type area struct {
	rec record.Record
	has map[string]bool // by code
}

func areasOf(ctx context.Context, tx *sql.Tx) (areas []area, err error) {
	ids, err := query(ctx, tx, func(rows *sql.Rows) (t uuid.UUID, err error) {
		err = rows.Scan(id(&t))
		return t, err
	}, `SELECT id FROM territory ORDER BY name, id`)
	if err != nil {
		return nil, err
	}
	for _, t := range ids {
		a := area{has: map[string]bool{}}
		if a.rec, _, err = ledger.Load(ctx, tx, t); err != nil {
			return nil, err
		}
		for code := range field.TerritoryOf(a.rec).Townships {
			a.has[code] = true
		}
		codes, err := query(ctx, tx, func(rows *sql.Rows) (code string, err error) {
			err = rows.Scan(&code)
			return code, err
		}, `SELECT DISTINCT township FROM store WHERE territory = $1 AND township <> ''`, t.String())
		if err != nil {
			return nil, err
		}
		for _, code := range codes {
			a.has[code] = true
		}
		areas = append(areas, a)
	}
	return areas, nil
}

// outlined returns what the territory's record has to say from now on that it does not say yet.
func (a area) outlined(outlines field.Outlines, names map[string]string) (o Outlined, values []field.Value, err error) {
	t := field.TerritoryOf(a.rec)
	o = Outlined{Name: t.Name, Townships: map[string]string{}}
	after := field.Outlines{}
	maps.Copy(after, t.Outlines)
	maps.Copy(o.Townships, t.Townships)
	for code := range a.has {
		if name := names[code]; name != "" && o.Townships[code] != name {
			if o.Townships[code] != "" {
				o.Renamed++
			}
			o.Townships[code] = name
		}
		switch rings, there := outlines[code]; {
		case !there:
			if len(t.Outlines[code]) == 0 {
				o.Without = append(o.Without, code)
			}
		case len(t.Outlines[code]) == 0:
			o.Added++
			after[code] = rings
		case sameValue(t.Outlines[code], rings):
			o.Same++
		default:
			o.Changed++
			after[code] = rings
		}
	}
	slices.Sort(o.Without)
	if err := after.Validate(); err != nil {
		if fault.Is(err, "outlines.too_large") {
			return o, nil, fmt.Errorf("%s: %w", t.Name, err)
		}
		return o, nil, fault.New(fault.Invalid, "record.bad_value", fmt.Errorf("%s: %w", t.Name, err))
	}
	if o.Added+o.Changed > 0 {
		values = append(values, field.Value{Field: "outlines", Value: after})
	}
	if !maps.Equal(o.Townships, t.Townships) {
		values = append(values, field.Value{Field: "townships", Value: o.Townships})
	}
	value, err := record.Value(after)
	o.Points, o.Bytes = after.Points(), len(value)
	return o, values, err
}

// sameValue reports whether two values are the same in a record.
func sameValue(a, b any) bool {
	x, errX := record.Value(a)
	y, errY := record.Value(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
