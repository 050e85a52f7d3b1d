package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// A Map is the territories of this phone as a map shows them.
type Map struct {
	Clock    Clock
	Outlines [][][2]float64 // rings of longitude and latitude; what lies within an even number of them is outside
	Borders  [][][2]float64 // lines between townships, each once
	Towns    []Town         // townships that have a store or an outline
	Dots     []Dot          // stores whose place is known
	Unplaced int            // stores whose place is not
}

// A Place is a name on a map.
type Place struct {
	Name     string
	Lat, Lon float64 // degrees
}

// A Town is a township on a map. Without rings its place is the middle of its stores.
type Town struct {
	Place
	Rings []field.Ring // what lies in an odd number of them is the township's; neighbours have the same points
}

// A Dot is a store on a map.
type Dot struct {
	Place
	Store uuid.UUID
	State DotState
}

// A DotState is the most important thing to know of a store on the way.
type DotState int

// The states of a dot; a later one comes before an earlier one.
const (
	DotOther   DotState = iota
	DotRequest          // somebody asked for something that is not solved
	DotDone             // the person signed in was there today
	DotDue              // has to be visited today, or for an instant task
)

// Map reads the map of today.
func (s *Store) Map(ctx context.Context) (m Map, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		l, err := s.land(ctx, tx)
		if err != nil {
			return err
		}
		m.Outlines, m.Borders = l.outlines, l.borders
		m.Clock = s.clock(ctx, tx)
		states, err := dotStates(ctx, tx, m.Clock)
		if err != nil {
			return err
		}
		return m.stores(ctx, tx, l.towns, states)
	})
	if err != nil {
		return Map{}, fmt.Errorf("store: map: %w", err)
	}
	return m, nil
}

// A land is what a map shows that changes only when the office imports it anew: to read and join its lines takes longer than
// all else. It is kept, and not to be changed.
type land struct {
	of                string // the versions of the records it was made from
	outlines, borders [][][2]float64
	towns             map[string]Town // by code
}

// land is that of the territories which this phone holds. It knows of more: their names are in the feed of all phones.
func (s *Store) land(ctx context.Context, tx *sql.Tx) (*land, error) {
	l := &land{towns: map[string]Town{}}
	var ids []uuid.UUID
	err := eachRow(ctx, tx, func(rows *sql.Rows) error {
		var id uuid.UUID
		var version []byte
		err := rows.Scan(&id, &version)
		ids, l.of = append(ids, id), l.of+string(id[:])+string(version)
		return err
	}, `SELECT t.id, r.version FROM territory t JOIN record r ON r.id = t.id WHERE t.id IN (SELECT territory FROM cursor) ORDER BY t.id`)
	if err != nil {
		return nil, err
	}
	if known := s.lastLand.Load(); known != nil && known.of == l.of {
		return known, nil
	}
	var rings, bare []field.Ring
	for _, id := range ids {
		r, _, err := ledger.Load(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		t := field.TerritoryOf(r)
		for _, ring := range t.Outline {
			if !slices.ContainsFunc(l.outlines, func(known [][2]float64) bool { return slices.Equal(known, ring) }) {
				l.outlines = append(l.outlines, ring) // two territories of one county have the same
			}
		}
		for code, name := range t.Townships {
			town := l.towns[code]
			town.Name = name
			l.towns[code] = town
		}
		for code, own := range t.Outlines {
			town := l.towns[code]
			if town.Rings != nil { // a township in two territories
				continue
			}
			town.Rings = own
			l.towns[code] = town
			if rings = append(rings, own...); len(t.Outline) == 0 {
				bare = append(bare, own...)
			}
		}
	}
	l.join(rings, bare)
	s.lastLand.Store(l)
	return l, nil
}

// dotStates finds the stores that are not like the others.
func dotStates(ctx context.Context, tx *sql.Tx, clock Clock) (map[uuid.UUID]DotState, error) {
	var a Account
	if _, err := getMeta(ctx, tx, metaAccount, &a); err != nil {
		return nil, err
	}
	me, day := a.User.String(), clock.Day()
	today, err := visitsOn(ctx, tx, me, day, clock)
	if err != nil {
		return nil, err
	}
	states := map[uuid.UUID]DotState{}
	for _, q := range []struct {
		state DotState
		sql   string
		args  []any
	}{
		{DotRequest, `SELECT DISTINCT store FROM request WHERE state NOT IN ($1, $2)`, []any{field.RequestSolved, field.RequestClosed}},
		{DotDone, `SELECT v.store FROM visit v WHERE ` + ofBegun + ` AND v.check_out_ms <> 0`, []any{today.list()}},
		// The plus keeps SQLite from reading all visits of the person for each store.
		{DotDue, `SELECT s.store FROM task t JOIN task_store s ON s.task = t.id
			WHERE t.manager = $2 AND t.closed = 0 AND (t.kind = $3 OR t.kind = $4 AND t.day = $5) AND NOT EXISTS (
			  SELECT 1 FROM visit v WHERE v.store = s.store AND +v.manager = $2 AND v.check_out_ms <> 0
			    AND (v.task = t.id OR t.kind = $4 AND ` + ofBegun + `))`, []any{today.list(), me, field.TaskInstant, field.TaskRoute, day}},
	} {
		ids, err := queryIDs(ctx, tx, q.sql, q.args...)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			states[id] = q.state
		}
	}
	return states, nil
}

// stores reads the dots, and puts the townships in the middle of theirs.
func (m *Map) stores(ctx context.Context, tx *sql.Tx, known map[string]Town, states map[uuid.UUID]DotState) error {
	rows, err := tx.QueryContext(ctx, `SELECT id, name, township, lat, lon FROM store`)
	if err != nil {
		return err
	}
	defer rows.Close()
	towns, stores := map[string]*Town{}, map[*Town]float64{}
	for code, t := range known {
		towns[code] = &t
	}
	for rows.Next() {
		var d Dot
		var township string
		if err := rows.Scan(&d.Store, &d.Name, &township, &d.Lat, &d.Lon); err != nil {
			return err
		}
		if d.Lat == 0 && d.Lon == 0 {
			m.Unplaced++
			continue
		}
		d.State = states[d.Store]
		m.Dots = append(m.Dots, d)
		if t := towns[township]; t != nil {
			stores[t]++
			t.Lat += (d.Lat - t.Lat) / stores[t]
			t.Lon += (d.Lon - t.Lon) / stores[t]
		}
	}
	for _, t := range towns {
		if stores[t] > 0 || len(t.Rings) > 0 {
			m.Towns = append(m.Towns, *t)
		}
	}
	slices.SortFunc(m.Towns, func(a, b Town) int { return strings.Compare(a.Name, b.Name) })
	return rows.Err()
}
