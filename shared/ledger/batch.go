package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"storewalk/shared/record"
	"storewalk/shared/sqldb"

	"github.com/google/uuid"
)

// A Batch joins many records in one transaction: it reads the copies that are here at once and the replica once.
// Between NewBatch and Close nothing else in the transaction writes records or the replica.
type Batch struct {
	// Add makes the row of a record that is new here. It is written with others, and with their rows in the typed
	// tables, by Flush or Close: until then no query sees them. nil writes a new record at once, by Keep.
	Add func(rows *sqldb.Rows, row Row)

	// Keep writes a record that a join changed, where a database keeps more of it than its row in table record; nil
	// writes that row. The rows in the typed tables are written after it, by the batch.
	Keep func(ctx context.Context, tx *sql.Tx, row Row) error

	tx     *sql.Tx
	self   *replica
	spans  Spans
	stale  bool // the replica's row is behind self
	copies map[uuid.UUID]Copy
	rows   sqldb.Rows         // not written yet
	queued map[uuid.UUID]bool // records whose rows these are
}

// A Row is a record to be kept, and what a database keeps with it.
type Row struct {
	Joined
	OwnN uint64 // number of this replica's last write to it
	Held bool   // the database held it before
}

// maxQueued bounds the memory that records take which wait to be written.
const maxQueued = 256

// NewBatch begins a batch and reads the copies that are here of the records with these ids.
func NewBatch(ctx context.Context, tx *sql.Tx, ids []uuid.UUID) (*Batch, error) {
	b := &Batch{tx: tx, copies: make(map[uuid.UUID]Copy, len(ids)), queued: map[uuid.UUID]bool{}}
	var err error
	if b.self, err = loadReplica(ctx, tx); err != nil {
		return b, err
	}
	if b.spans, err = LoadSpans(ctx, tx); err != nil || len(ids) == 0 {
		return b, err
	}
	for _, id := range ids {
		b.copies[id] = Copy{}
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("ledger: batch: %w", err)
	}
	rows, err := tx.QueryContext(ctx, `SELECT r.id, r.type, r.territory, r.version, r.body, r.own_n FROM json_each($1) j CROSS JOIN record r ON r.id = j.value`, string(list))
	if err != nil {
		return nil, fmt.Errorf("ledger: batch: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var row Stored
		var c Copy
		if err := rows.Scan(&row.ID, &row.Type, &row.Territory, &row.Version, &row.Body, &c.ownN); err != nil {
			return nil, fmt.Errorf("ledger: batch: %w", err)
		}
		id, err := uuid.Parse(row.ID)
		if err != nil {
			return nil, fmt.Errorf("ledger: batch: %w", err)
		}
		c.read(row)
		b.copies[id] = c
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("ledger: batch: %w", err)
	}
	return b, nil
}

// Get returns this database's copy of the record with the id, as Get does, with what the batch has joined so far.
func (b *Batch) Get(ctx context.Context, id uuid.UUID) (Copy, error) {
	c, known := b.copies[id]
	if known {
		return c, nil
	}
	c, err := Get(ctx, b.tx, id)
	if err == nil {
		b.copies[id] = c
	}
	return c, err
}

// Lam returns the highest Lamport time that this database has seen.
func (b *Batch) Lam() uint64 { return b.self.lam }

// Join merges a copy that came from elsewhere into this database's copy, which is have, as Get returned it, and projects the
// result. It mints nothing. The caller has validated in. When the two copies together break a limit, nothing changes and the
// error is record.ErrMalformed: keep in aside.
//
// A damaged copy is joined with nothing: its bytes are kept in table damaged, and what came takes its place.
//
// A copy that knows more writes of this replica than this replica has made says that the database is an older one come back:
// it takes a new replica id, lest its next write have a dot that names another.
func (b *Batch) Join(ctx context.Context, have Copy, in record.Record) (j Joined, err error) {
	j = Joined{Before: have.rec, After: in}
	if _, held := have.Record(); held {
		j.After = record.Join(have.rec, in)
	}
	body := j.After.Encode()
	j.Body, j.Version = body, record.VersionOf(body)
	if j.Changed = have.damaged || !bytes.Equal(have.body, body); !j.Changed {
		return j, nil
	}
	if err := j.After.Check(body); err != nil {
		return Joined{}, fmt.Errorf("ledger: %s %s: %w", in.Type, in.ID, err)
	}
	if lam := j.After.MaxLam(); lam > b.self.lam {
		b.self.lam, b.stale = lam, true
	}
	if j.After.Context().N(b.self.rid) > b.self.counter { // writes of ours that we have not made
		if err := b.renew(ctx); err != nil {
			return Joined{}, err
		}
		have.ownN = 0
	}
	return j, b.put(ctx, Row{Joined: j, OwnN: have.ownN, Held: have.held})
}

// renew takes a new replica id, of which no copy has a write.
func (b *Batch) renew(ctx context.Context) error {
	if err := b.self.renew(ctx, b.tx); err != nil {
		return err
	}
	b.stale = false
	for id, c := range b.copies {
		c.ownN = 0
		b.copies[id] = c
	}
	return nil
}

// put writes a record and its rows in the typed tables, or keeps those of a new one to be written with others.
func (b *Batch) put(ctx context.Context, row Row) error {
	was := b.copies[row.After.ID]
	if was.damaged {
		if _, err := KeepDamaged(ctx, b.tx, row.After.ID.String()); err != nil {
			return err
		}
	}
	b.copies[row.After.ID] = Copy{rec: row.After, held: true, typ: row.After.Type, body: row.Body, ownN: row.OwnN}
	if !row.Held && b.Add != nil {
		b.Add(&b.rows, row)
		projectNew(&b.rows, row.After, b.times())
		b.queued[row.After.ID] = true
		if len(b.queued) >= maxQueued {
			return b.Flush(ctx)
		}
		return nil
	}
	if b.queued[row.After.ID] { // it came twice
		if err := b.Flush(ctx); err != nil {
			return err
		}
	}
	keep := b.Keep
	if keep == nil {
		keep = keepRow
	}
	if err := keep(ctx, b.tx, row); err != nil {
		return fmt.Errorf("ledger: put %s: %w", row.After.ID, err)
	}
	before := row.Before
	if was.damaged {
		before = was.before(row.After.ID)
	}
	return project(ctx, b.tx, before, row.After, b.times())
}

func (b *Batch) times() Times { return Times{b.spans, b.self.rid} }

// Flush writes the records that are new here.
func (b *Batch) Flush(ctx context.Context) error {
	if err := b.rows.Write(ctx, b.tx); err != nil {
		return fmt.Errorf("ledger: new records: %w", err)
	}
	clear(b.queued)
	return nil
}

// Close does what Flush does, and keeps what the batch has seen of Lamport times.
func (b *Batch) Close(ctx context.Context) error {
	if err := b.Flush(ctx); err != nil {
		return err
	}
	if !b.stale {
		return nil
	}
	b.stale = false
	return b.self.save(ctx, b.tx)
}

// addRow is Add where a database keeps nothing else of a record.
func addRow(rows *sqldb.Rows, row Row) {
	rows.Add(`INSERT INTO record (id, type, territory, version, own_n, body) VALUES ($1, $2, $3, $4, $5, $6)`,
		row.After.ID.String(), row.After.Type, row.After.Territory.String(), row.Version[:], row.OwnN, string(row.Body))
}

// keepRow writes a record's row where a database keeps nothing else of it.
func keepRow(ctx context.Context, tx *sql.Tx, row Row) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO record (id, type, territory, version, own_n, body) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET type = excluded.type, territory = excluded.territory,
		  version = excluded.version, own_n = excluded.own_n, body = excluded.body`,
		row.After.ID.String(), row.After.Type, row.After.Territory.String(), row.Version[:], row.OwnN, string(row.Body))
	return err
}
