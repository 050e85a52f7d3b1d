package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Conflict is a field with two or more different values, for a person to settle.
type Conflict struct {
	Record    uuid.UUID
	Type      string
	Field     string
	Store     uuid.UUID
	StoreName string
	Visit     uuid.UUID // zero when it is about the store itself
	field.Subject
	Values []ConflictValue // the one shown until then first
	Seen   []record.Dot    // what Settle must be given
}

// A ConflictValue is one of the values, and who entered it.
type ConflictValue struct {
	Value      json.RawMessage
	Author     Person
	Wrote      Stamp
	ReceivedMS int64
}

const maxConflicts = 200 // of one page

// Conflicts lists what waits for a decision, the latest change first.
func (s *Store) Conflicts(ctx context.Context) (out []Conflict, err error) {
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		out, err = conflicts(ctx, tx, `c.record <> $1`, "")
		return err
	})
	return out, err
}

// conflicts lists the conflicts c that fit a condition.
func conflicts(ctx context.Context, tx *sql.Tx, condition string, arg any) ([]Conflict, error) {
	out, err := query(ctx, tx, func(rows *sql.Rows) (c Conflict, err error) {
		err = rows.Scan(id(&c.Record), &c.Type, &c.Field, id(&c.Store), &c.StoreName, id(&c.Visit))
		return c, err
	}, `SELECT c.record, c.type, c.field, c.store, COALESCE(s.name, ''), c.visit
		FROM conflict c JOIN record r ON r.id = c.record LEFT JOIN store s ON s.id = c.store
		WHERE `+condition+` ORDER BY r.changed_ms DESC, c.record, c.field LIMIT $2`, arg, maxConflicts)
	if err != nil {
		return nil, err
	}
	for i := range out {
		c := &out[i]
		rec, _, err := ledger.Load(ctx, tx, c.Record)
		if err != nil {
			return nil, err
		}
		c.Seen = rec.Seen(c.Field)
		var values []json.RawMessage
		for _, e := range rec.Siblings(c.Field) {
			v, err := conflictValue(ctx, tx, c.Record, e)
			if err != nil {
				return nil, err
			}
			c.Values, values = append(c.Values, v), append(values, e.Value)
		}
		if c.Subject, err = ledger.Subject(ctx, tx, rec, c.Field, values...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func conflictValue(ctx context.Context, tx *sql.Tx, rec uuid.UUID, e record.Entry) (ConflictValue, error) {
	v := ConflictValue{Value: e.Value}
	var offset int64
	v.Author.ID, _ = uuid.Parse(e.Author) // "" is the server
	err := tx.QueryRowContext(ctx, `SELECT COALESCE(p.name, ''), COALESCE(w.received_ms, 0), COALESCE(w.offset_ms, 0)
		FROM (SELECT 1) one LEFT JOIN person p ON p.id = $1
		LEFT JOIN (SELECT received_ms, offset_ms FROM write_log WHERE record = $2 AND rid = $3 AND n = $4 ORDER BY received_ms DESC LIMIT 1) w ON TRUE`,
		e.Author, rec.String(), e.Dot.Replica.String(), e.Dot.N).Scan(&v.Author.Name, &v.ReceivedMS, &offset)
	v.Wrote = stamp(e.Wall, offset, v.ReceivedMS)
	if err != nil {
		return v, fmt.Errorf("store: conflict: %w", err)
	}
	return v, nil
}

// Settle sets a field to the value that a person chose or typed. seen is what the page showed: when the
// field holds something else by now, nothing is written and the answer is a fault "conflict.changed", so
// that nobody's value goes unseen. Other faults: "record.not_found", "conflict.not_a_choice" for a value
// that is neither one of those there nor one that the office may enter, "conflict.out_with_stock" for a typed count that is out
// of stock and has stock, and those of the field's rules.
func (s *Store) Settle(ctx context.Context, by, rec uuid.UUID, name string, value json.RawMessage, seen []record.Dot) error {
	return s.change(ctx, func(tx *sql.Tx) error { return s.settle(ctx, tx, by, rec, name, value, seen) })
}

func (s *Store) settle(ctx context.Context, tx *sql.Tx, by, recID uuid.UUID, name string, value json.RawMessage, seen []record.Dot) error {
	rec, ok, err := ledger.Load(ctx, tx, recID)
	if err != nil {
		return err
	}
	if !ok {
		return notFound("record")
	}
	if err := checkValue(rec, name, value); err != nil {
		return err
	}
	var typed any = value
	if text := ""; json.Unmarshal(value, &text) == nil {
		typed = text // spelt as records spell it, whatever the form escaped
	}
	for _, d := range rec.Seen(name) {
		if !slices.Contains(seen, d) {
			return fault.New(fault.Conflict, "conflict.changed", nil)
		}
	}
	_, err = s.write(ctx, tx, by, ledger.Edit{ID: rec.ID, Type: rec.Type, Territory: rec.Territory, Field: name, Value: typed, Seen: seen})
	return err
}

// MayType reports whether the office may type a value of its own for a field, beside choosing one that is there.
func MayType(typ, name string) bool {
	_, line := field.LineProduct(name)
	return typ == field.TypeCount && line || typ == field.TypeStore && slices.Contains(field.EditableStoreFields, name)
}

// checkValue says whether the office may set the field to the value.
func checkValue(rec record.Record, name string, value json.RawMessage) error {
	if slices.ContainsFunc(rec.Siblings(name), func(e record.Entry) bool { return bytes.Equal(e.Value, value) }) {
		return nil
	}
	switch {
	case !MayType(rec.Type, name):
		return fault.New(fault.Invalid, "conflict.not_a_choice", nil)
	case rec.Type == field.TypeStore:
		var text string
		if err := json.Unmarshal(value, &text); err != nil {
			return fault.New(fault.Invalid, "request.malformed", err)
		}
		return field.ValidateStoreText(name, text)
	}
	l, err := field.DecodeLine(value)
	if err != nil {
		return fault.New(fault.Invalid, "request.malformed", err)
	}
	if l.OutOfStock && l.Total() > 0 {
		return fault.New(fault.Invalid, "conflict.out_with_stock", nil)
	}
	return l.Validate()
}
