// Package ledger keeps records in SQL: it loads, writes and joins them, and keeps the typed tables that
// screens and pages read in step with them. Phone and server use the same code.
//
// Every function works inside the caller's transaction on a database that has the tables record,
// replica and meta (see migrations).
package ledger

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"storewalk/shared/fault"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// NewReplica returns an id nobody has used.
func NewReplica() record.Replica {
	var r record.Replica
	rand.Read(r[:]) // never fails, see crypto/rand
	return r
}

// Load returns the record with the id for showing it; ok is false when this database holds none. Bytes that cannot be read are a
// fault "record.damaged". Load does not check that the bytes are those that were written; Get does.
func Load(ctx context.Context, tx *sql.Tx, id uuid.UUID) (r record.Record, ok bool, err error) {
	var body []byte
	err = tx.QueryRowContext(ctx, `SELECT body FROM record WHERE id = $1`, id.String()).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return r, false, nil
	}
	if err == nil {
		if r, err = record.Decode(body); err != nil {
			err = fault.New(fault.Conflict, "record.damaged", err)
		}
	}
	if err != nil {
		return record.Record{}, false, fmt.Errorf("ledger: load %s: %w", id, err)
	}
	return r, true, nil
}

// A Copy is this database's copy of a record, or the lack of one: what Batch.Join goes on from.
type Copy struct {
	rec     record.Record
	held    bool   // there is a row of it
	damaged bool   // but its bytes are not those that were written; rec is zero
	typ     string // of the row
	body    []byte // as stored: the canonical encoding
	ownN    uint64 // number of this replica's last write to the record
}

// Get returns this database's copy of the record with the id. A damaged copy counts as absent: nothing is joined with it.
func Get(ctx context.Context, tx *sql.Tx, id uuid.UUID) (c Copy, err error) {
	row := Stored{ID: id.String()}
	err = tx.QueryRowContext(ctx, `SELECT type, territory, version, body, own_n FROM record WHERE id = $1`, id.String()).
		Scan(&row.Type, &row.Territory, &row.Version, &row.Body, &c.ownN)
	if errors.Is(err, sql.ErrNoRows) {
		return Copy{}, nil
	}
	if err != nil {
		return Copy{}, fmt.Errorf("ledger: load %s: %w", id, err)
	}
	c.read(row)
	return c, nil
}

// Record returns the record; held is false when this database holds none.
func (c Copy) Record() (r record.Record, held bool) { return c.rec, c.held && !c.damaged }

// Damaged reports whether the bytes that this database holds of the record are not those that were written.
func (c Copy) Damaged() bool { return c.damaged }

// read decodes the bytes of a row, if they are those that were written.
func (c *Copy) read(row Stored) {
	c.held, c.typ, c.body, c.damaged = true, row.Type, row.Body, true
	if !row.Sound() {
		return
	}
	if r, err := record.Decode(row.Body); err == nil {
		c.rec, c.damaged = r, false
	}
}

// An Edit is one field that a person, or the office, sets. The record is made when it does not exist.
type Edit struct {
	ID        uuid.UUID
	Type      string    // of a new record
	Territory uuid.UUID // of a new record; nil when the record must exist
	Field     string
	Value     any
	Seen      []record.Dot // what the writer saw in the field and therefore replaces
	SeenAll   bool         // replaces whatever the field holds now; for imports, and for what only one person writes
}

// A Writer says who makes edits and what their clock shows.
type Writer struct {
	Author uuid.UUID
	WallMS int64
}

// Write mints a dot for each edit that changes something, in order, and stores and projects the records.
// It returns the changed records, each once, in the order of their first edit. Writing the value that the
// field already shows, with nothing beside it, is no write.
//
// A replica never writes over a copy of a record that misses its own last write to it (the copy left and
// an older one came back): the ledger then takes a new replica id first. A write that would make the record
// unreadable is record.ErrMalformed.
func Write(ctx context.Context, tx *sql.Tx, w Writer, edits ...Edit) ([]record.Record, error) {
	var ids []uuid.UUID
	drafts := map[uuid.UUID]*draft{}
	for _, e := range edits {
		if drafts[e.ID] == nil {
			ids, drafts[e.ID] = append(ids, e.ID), &draft{}
		}
	}
	b, err := NewBatch(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	b.Add = addRow
	var order []*draft
	for _, e := range edits {
		d := drafts[e.ID]
		if d.rec.ID == uuid.Nil {
			if *d, err = open(ctx, b, e); err != nil {
				return nil, err
			}
			order = append(order, d)
		}
		if d.rec.Context().N(b.self.rid) < d.ownN {
			if err := b.renew(ctx); err != nil {
				return nil, err
			}
			for _, o := range order {
				o.ownN = o.rec.Context().N(b.self.rid)
			}
		}
		if err := d.set(b.self, w, e); err != nil {
			return nil, err
		}
	}
	var out []record.Record
	for _, d := range order {
		if !d.dirty {
			continue
		}
		body := d.rec.Encode()
		if err := d.rec.Check(body); err != nil {
			return nil, fmt.Errorf("ledger: %s %s: %w", d.rec.Type, d.rec.ID, err)
		}
		j := Joined{Before: d.was, After: d.rec, Body: body, Version: record.VersionOf(body), Changed: true}
		if err := b.put(ctx, Row{Joined: j, OwnN: d.ownN, Held: d.held}); err != nil {
			return nil, err
		}
		out = append(out, d.rec)
	}
	b.stale = true // the counter
	return out, b.Close(ctx)
}

// A draft is a record that is being written.
type draft struct {
	was   record.Record
	held  bool
	rec   record.Record
	ownN  uint64
	dirty bool
}

// open returns what an edit's record goes on from.
func open(ctx context.Context, b *Batch, e Edit) (draft, error) {
	c, err := b.Get(ctx, e.ID)
	if err != nil {
		return draft{}, err
	}
	was, held := c.Record()
	if c.damaged && e.Territory == uuid.Nil { // the other side has it
		return draft{}, fault.New(fault.Conflict, "record.damaged", fmt.Errorf("%s %s", e.Type, e.ID))
	}
	if !held && e.Territory == uuid.Nil || held && IsHusk(was) {
		return draft{}, fault.New(fault.NotFound, "record.not_found", fmt.Errorf("%s %s", e.Type, e.ID))
	}
	d := draft{was: was, held: c.held, rec: was, ownN: c.ownN}
	if !held {
		d.rec = record.Record{ID: e.ID, Type: e.Type, Territory: e.Territory, Place: record.Place{N: 1}}
	}
	return d, nil
}

// set mints a dot for an edit, unless it changes nothing.
func (d *draft) set(self *replica, w Writer, e Edit) error {
	value, err := record.Value(e.Value)
	if err != nil {
		return fmt.Errorf("ledger: %s.%s: %w", e.Type, e.Field, err)
	}
	seen := slices.Clone(e.Seen)
	for _, dot := range d.rec.Seen(e.Field) {
		if e.SeenAll || dot.Replica == self.rid { // whoever writes here has seen what they wrote here
			seen = append(seen, dot)
		}
	}
	if now := d.rec.Siblings(e.Field); len(now) == 1 && bytes.Equal(now[0].Value, value) {
		return nil
	}
	self.lam = max(self.lam, d.rec.MaxLam()) + 1
	self.counter++
	dot := record.Dot{Replica: self.rid, N: self.counter}
	d.rec = d.rec.Set(e.Field, record.Entry{Dot: dot, Lam: self.lam, Author: author(w.Author), Wall: w.WallMS, Value: value}, seen)
	d.ownN, d.dirty = self.counter, true
	return nil
}

func author(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}

// A Joined is what a join did.
type Joined struct {
	Before  record.Record // zero when the record is new here
	After   record.Record
	Body    []byte         // the canonical encoding of After
	Version record.Version // of After
	Changed bool           // After differs from Before
}

// Join is Batch.Join for a single record.
func Join(ctx context.Context, tx *sql.Tx, in record.Record) (Joined, error) {
	b, err := NewBatch(ctx, tx, []uuid.UUID{in.ID})
	if err != nil {
		return Joined{}, err
	}
	have, err := b.Get(ctx, in.ID)
	if err != nil {
		return Joined{}, err
	}
	j, err := b.Join(ctx, have, in)
	if err != nil {
		return Joined{}, err
	}
	return j, b.Close(ctx)
}

// put stores what becomes of a copy, and its rows in the typed tables.
func (c *Copy) put(ctx context.Context, tx *sql.Tx, r record.Record) error {
	if c.damaged {
		if _, err := KeepDamaged(ctx, tx, r.ID.String()); err != nil {
			return err
		}
	}
	return put(ctx, tx, c.before(r.ID), r, c.ownN)
}

// before is the copy as far as its rows in the typed tables go: of a damaged one nothing but its name is known.
func (c *Copy) before(id uuid.UUID) record.Record {
	if c.damaged {
		return record.Record{ID: id, Type: c.typ}
	}
	return c.rec
}

// put stores a record and its rows in the typed tables. before is the copy that was held, or zero.
func put(ctx context.Context, tx *sql.Tx, before, r record.Record, ownN uint64) error {
	body := r.Encode()
	row := Row{Joined: Joined{After: r, Body: body, Version: record.VersionOf(body)}, OwnN: ownN, Held: before.ID != uuid.Nil}
	if err := keepRow(ctx, tx, row); err != nil {
		return fmt.Errorf("ledger: put %s: %w", r.ID, err)
	}
	times, err := LoadTimes(ctx, tx)
	if err != nil {
		return err
	}
	return project(ctx, tx, before, r, times)
}

// A replica is the one row of table replica.
type replica struct {
	rid     record.Replica
	counter uint64
	lam     uint64
}

func loadReplica(ctx context.Context, tx *sql.Tx) (*replica, error) {
	var r replica
	var rid string
	err := tx.QueryRowContext(ctx, `SELECT rid, counter, lam FROM replica WHERE one = 1`).Scan(&rid, &r.counter, &r.lam)
	if err == nil {
		r.rid, err = record.ParseReplica(rid)
	}
	if err != nil {
		return nil, fmt.Errorf("ledger: replica: %w", err)
	}
	return &r, nil
}

func (r *replica) save(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `UPDATE replica SET rid = $1, counter = $2, lam = $3 WHERE one = 1`, r.rid.String(), r.counter, r.lam)
	return err
}

// renew takes a new id. Writes made under the old one keep their dots; the counter starts again.
func (r *replica) renew(ctx context.Context, tx *sql.Tx) error {
	r.rid, r.counter = NewReplica(), 0
	if err := r.save(ctx, tx); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE record SET own_n = 0 WHERE own_n > 0`)
	return err
}

// Renew gives this database a new replica id, as when its identity is in doubt.
func Renew(ctx context.Context, tx *sql.Tx) (record.Replica, error) {
	r, err := loadReplica(ctx, tx)
	if err != nil {
		return record.Replica{}, err
	}
	err = r.renew(ctx, tx)
	return r.rid, err
}

// Self returns this database's replica id and how many writes it has made under it.
func Self(ctx context.Context, tx *sql.Tx) (rid record.Replica, counter uint64, err error) {
	r, err := loadReplica(ctx, tx)
	if err != nil {
		return rid, 0, err
	}
	return r.rid, r.counter, nil
}

// Now returns this database's replica id and the highest Lamport time that it has seen.
func Now(ctx context.Context, tx *sql.Tx) (rid record.Replica, lam uint64, err error) {
	r, err := loadReplica(ctx, tx)
	if err != nil {
		return rid, 0, err
	}
	return r.rid, r.lam, nil
}

// News returns the entries of after that before did not have, by field name, oldest first.
func News(before, after record.Record) []NewEntry {
	out := make([]NewEntry, 0, 4)
	for name, e := range after.All() {
		if !before.Holds(name, e) {
			out = append(out, NewEntry{name, e})
		}
	}
	slices.SortFunc(out, func(a, b NewEntry) int { return cmp.Or(a.Entry.Compare(b.Entry), cmp.Compare(a.Field, b.Field)) })
	return out
}

// A NewEntry is a value that came with a join or a write.
type NewEntry struct {
	Field string
	Entry record.Entry
}
