package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"storewalk/shared/field"

	"github.com/google/uuid"
)

// A Change is one write: who set which field to what, and when the server got it.
type Change struct {
	Record     uuid.UUID
	Type       string // of the record
	Field      string
	Product    string // its name, when the field is a line of a count
	Author     Person // zero for what the server or an import wrote
	Wall       Stamp  // by the writer's clock; corrected: that clock was in the future, this is the arrival
	ReceivedMS int64
	Old        json.RawMessage // the value shown before; nil for the first
	New        json.RawMessage
}

// bookkeeping are fields that tie records together. They never change and tell a person nothing.
var bookkeeping = map[string][]string{
	field.TypeVisit: {"store", "manager"},
	field.TypeCount: {"store", "visit"},
	field.TypeNote:  {"store", "visit", "corrects"},
}

// history lists the writes to some records in the order they are preferred, the oldest first.
func history(ctx context.Context, q queryer, records []uuid.UUID) ([]Change, error) {
	args := make([]any, len(records))
	for i, r := range records {
		args[i] = r.String()
	}
	all, err := query(ctx, q, func(rows *sql.Rows) (c Change, err error) {
		var wall int64
		var value string
		err = rows.Scan(id(&c.Record), &c.Type, &c.Field, id(&c.Author.ID), &c.Author.Name, &wall, &c.ReceivedMS, &value)
		c.New = json.RawMessage(value)
		c.Wall = Stamp{AtMS: wall}
		if wall > c.ReceivedMS+clockTolerance {
			c.Wall = Stamp{AtMS: c.ReceivedMS, Corrected: true}
		}
		return c, err
	}, `SELECT w.record, r.type, w.field, w.author, COALESCE(p.name, ''), w.wall_ms, w.received_ms, w.value
		FROM write_log w JOIN record r ON r.id = w.record LEFT JOIN person p ON p.id = w.author
		WHERE w.record IN (`+marks(1, len(args))+`) ORDER BY w.lam, w.rid, w.n`, args...)
	if err != nil {
		return nil, err
	}
	type key struct {
		record uuid.UUID
		field  string
	}
	last := map[key]json.RawMessage{}
	products := map[uuid.UUID]string{}
	out := all[:0]
	for _, c := range all {
		if slices.Contains(bookkeeping[c.Type], c.Field) {
			continue
		}
		k := key{c.Record, c.Field}
		c.Old = last[k]
		last[k] = c.New
		if c.Product, err = productOf(ctx, q, products, c.Field); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// productOf names the product of a count's field, remembering what it looked up.
func productOf(ctx context.Context, q queryer, known map[uuid.UUID]string, name string) (string, error) {
	product, ok := field.LineProduct(name)
	if !ok {
		return "", nil
	}
	if text, ok := known[product]; ok {
		return text, nil
	}
	names, err := query(ctx, q, func(rows *sql.Rows) (text string, err error) {
		return text, rows.Scan(&text)
	}, `SELECT name FROM product WHERE id = $1`, product.String())
	if err != nil {
		return "", err
	}
	for _, text := range names {
		known[product] = text
	}
	return known[product], nil
}
