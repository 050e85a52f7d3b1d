package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Sibling is one of the values that a field holds at once.
type Sibling struct {
	Value  json.RawMessage
	Author string // name of the person, or their login id when unknown here
	WallMS int64  // by the clock of their phone
	Mine   bool   // written by the person signed in
	Device Device // on which it was written
	// VisitMS is the check-in of the visit in which it was written, of a Conflict that is not about one visit; 0 when it was
	// written in none.
	VisitMS int64
}

// A Device says where something was written.
type Device int

// The devices as far as this phone can tell them apart. An id that it gave up may be another's too, to which its data was
// copied.
const (
	AnotherDevice Device = iota
	ThisDevice
	UnknownDevice
)

// A Seen is what a person was shown of one field. It goes back with their change, which replaces exactly
// that: a value which arrived in between stays beside the new one.
type Seen []record.Dot

// A Text is an editable field of text.
type Text struct {
	Value    string
	Seen     Seen
	Siblings []Sibling // two or more: a conflict, the shown value first
	Draft    string    // what was typed last and could not be kept as the value
	Code     string    // why, or ""
}

// Shown returns what to put into the entry: the draft when there is one.
func (t Text) Shown() string {
	if t.Code != "" {
		return t.Draft
	}
	return t.Value
}

func siblings(r record.Record, name string, p people) []Sibling {
	var out []Sibling
	for _, e := range r.Siblings(name) {
		who := p.names[e.Author]
		if who == "" {
			who = e.Author
		}
		out = append(out, Sibling{Value: e.Value, Author: who, WallMS: e.Wall, Mine: e.Author == p.me.String(), Device: p.devices[e.Dot.Replica]})
	}
	return out
}

// text reads a text field of a record with its draft.
func text(ctx context.Context, tx *sql.Tx, r record.Record, id uuid.UUID, name string, p people) (Text, error) {
	t := Text{Seen: r.Seen(name), Siblings: siblings(r, name, p)}
	if len(t.Siblings) > 0 {
		if err := json.Unmarshal(t.Siblings[0].Value, &t.Value); err != nil {
			t.Value = string(t.Siblings[0].Value) // a shape from a newer app: show it rather than nothing
		}
	}
	rows, err := tx.QueryContext(ctx, `SELECT text, code FROM draft WHERE record = $1 AND field = $2`, id.String(), name)
	if err != nil {
		return t, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&t.Draft, &t.Code); err != nil {
			return t, err
		}
	}
	return t, rows.Err()
}

// setText writes a text that has been checked: invalid is what the check said. An invalid text is kept as
// a draft, so that it is there after a restart, and the fault is returned. visit is the one it belongs to, or nil.
func (s *Store) setText(ctx context.Context, invalid error, value string, visit uuid.UUID, edits func(tx *sql.Tx) ([]ledger.Edit, error)) error {
	err := s.change(ctx, func(tx *sql.Tx) error {
		es, err := edits(tx)
		if err != nil {
			return err
		}
		last := es[len(es)-1] // the text itself; the others make its record whole
		if invalid != nil {
			_, code := fault.Of(invalid)
			_, err := tx.ExecContext(ctx, `INSERT INTO draft (record, field, text, code, visit) VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (record, field) DO UPDATE SET text = excluded.text, code = excluded.code, visit = excluded.visit`,
				last.ID.String(), last.Field, value, code, orEmpty(visit))
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM draft WHERE record = $1 AND field = $2`, last.ID.String(), last.Field); err != nil {
			return err
		}
		return s.write(ctx, tx, es...)
	})
	if err != nil {
		return err
	}
	return invalid
}

// orEmpty is an id as a column holds it: "" for the nil id.
func orEmpty(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}

// people holds the names that a screen may show, who is signed in, and what time it is at least by the clock of this phone.
type people struct {
	names   map[string]string // by user id
	devices map[record.Replica]Device
	me      uuid.UUID
	now     time.Time
	times   ledger.Times
}

func (s *Store) loadPeople(ctx context.Context, tx *sql.Tx) (people, error) {
	p := people{names: map[string]string{}, devices: map[record.Replica]Device{}}
	var a Account
	if _, err := getMeta(ctx, tx, metaAccount, &a); err != nil {
		return p, err
	}
	p.me, p.now = a.User, loadHeard(ctx, tx).latest(s.wall(), s.boot())
	var err error
	if p.times, err = ledger.LoadTimes(ctx, tx); err != nil {
		return p, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT id, name FROM person`)
	if err != nil {
		return p, err
	}
	defer rows.Close()
	for rows.Next() {
		var id, name string
		if err := rows.Scan(&id, &name); err != nil {
			return p, err
		}
		p.names[id] = name
	}
	p.names[a.User.String()] = a.Name
	if err := rows.Err(); err != nil {
		return p, err
	}
	return p, loadDevices(ctx, tx, p.devices)
}

// loadDevices notes the ids of this phone: what it writes as, and what it once did.
func loadDevices(ctx context.Context, tx *sql.Tx, devices map[record.Replica]Device) error {
	rows, err := tx.QueryContext(ctx, `SELECT rid, $1 FROM chain UNION ALL SELECT rid, $2 FROM replica`, UnknownDevice, ThisDevice)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var d Device
		if err := rows.Scan(&id, &d); err != nil {
			return err
		}
		r, err := record.ParseReplica(id)
		if err != nil {
			return err
		}
		devices[r] = d
	}
	return rows.Err()
}
