package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Change is one write: who set which field to what, and when the server got it.
type Change struct {
	Record uuid.UUID
	Type   string // of the record
	Field  string
	field.Subject
	Author     Person // zero for what the server or an import wrote
	Wall       Stamp
	ReceivedMS int64
	Old        json.RawMessage // the value shown before; nil for the first
	New        json.RawMessage
	Disputed   bool // another value was written without knowledge of this one, and nobody has settled it yet
	dot        record.Dot
}

// bookkeeping are fields that tie records together. They never change and tell a person nothing.
var bookkeeping = map[string][]string{
	field.TypeVisit: {"store", "manager"},
	field.TypeCount: {"store", "visit"},
	field.TypeNote:  {"store", "visit", "corrects", "kind"},

	field.TypeChecklist:   {"store", "visit", "template"},
	field.TypeRequest:     {"store", "visit", "owner"},
	field.TypeApplication: {"store", "visit"},
	field.TypeWalk:        {"store"},
}

// history lists the writes to some records in the order they are preferred, the oldest first.
func history(ctx context.Context, tx *sql.Tx, records []uuid.UUID) ([]Change, error) {
	args := make([]any, len(records))
	for i, r := range records {
		args[i] = r.String()
	}
	all, err := query(ctx, tx, func(rows *sql.Rows) (c Change, err error) {
		var wall, offset int64
		var value, rid string
		err = rows.Scan(id(&c.Record), &c.Type, &c.Field, id(&c.Author.ID), &c.Author.Name, &wall, &offset, &c.ReceivedMS, &value, &rid, &c.dot.N)
		if err == nil {
			c.dot.Replica, err = record.ParseReplica(rid)
		}
		c.New, c.Wall = json.RawMessage(value), stamp(wall, offset, c.ReceivedMS)
		return c, err
	}, `SELECT w.record, r.type, w.field, w.author, COALESCE(p.name, ''), w.wall_ms, w.offset_ms, w.received_ms, w.value, w.rid, w.n
		FROM write_log w JOIN record r ON r.id = w.record LEFT JOIN person p ON p.id = w.author
		WHERE w.record IN (`+marks(1, len(args))+`) ORDER BY w.lam, w.rid, w.n`, args...)
	if err != nil {
		return nil, err
	}
	open, err := disputed(ctx, tx, records)
	if err != nil {
		return nil, err
	}
	last := map[place]json.RawMessage{}
	known := map[uuid.UUID]record.Record{}
	out := all[:0]
	for _, c := range all {
		if slices.Contains(bookkeeping[c.Type], c.Field) {
			continue
		}
		k := place{c.Record, c.Field}
		c.Old, c.Disputed = last[k], slices.Contains(open[k], c.dot)
		if !c.Disputed {
			last[k] = c.New
		}
		if c.Subject, err = subject(ctx, tx, known, &c); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// A place is one field of one record.
type place struct {
	record uuid.UUID
	field  string
}

// disputed returns the values of those of the records' fields that wait for a decision.
func disputed(ctx context.Context, tx *sql.Tx, records []uuid.UUID) (map[place][]record.Dot, error) {
	args := make([]any, len(records))
	for i, r := range records {
		args[i] = r.String()
	}
	places, err := query(ctx, tx, func(rows *sql.Rows) (p place, err error) {
		err = rows.Scan(id(&p.record), &p.field)
		return p, err
	}, `SELECT record, field FROM conflict WHERE record IN (`+marks(1, len(args))+`)`, args...)
	if err != nil {
		return nil, err
	}
	out := map[place][]record.Dot{}
	for _, p := range places {
		rec, _, err := ledger.Load(ctx, tx, p.record)
		if err != nil {
			return nil, err
		}
		out[p] = rec.Seen(p.field)
	}
	return out, nil
}

// subject finds out what a change is about, remembering the records that it loaded. What came new is counted and not read: it
// needs none.
func subject(ctx context.Context, tx *sql.Tx, known map[uuid.UUID]record.Record, c *Change) (s field.Subject, err error) {
	if c.Old == nil && !c.Disputed {
		return s, nil
	}
	r, ok := known[c.Record]
	if !ok {
		if r, _, err = ledger.Load(ctx, tx, c.Record); err != nil {
			return s, err
		}
		known[c.Record] = r
	}
	return ledger.Subject(ctx, tx, r, c.Field, c.Old, c.New)
}
