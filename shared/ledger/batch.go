package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Batch joins many records in one transaction: it reads the copies that are here at once and the replica once.
// Between NewBatch and Close nothing else in the transaction writes records or the replica.
type Batch struct {
	// Keep writes a record that a join changed, where a database keeps more of it than every ledger does; nil does
	// what Join does. Its rows in the typed tables are written after it, by the batch.
	Keep func(ctx context.Context, tx *sql.Tx, row Row) error

	tx     *sql.Tx
	self   *replica // nil: not read yet
	stale  bool     // the replica's row is behind self
	copies map[uuid.UUID]found
}

// A Row is a record to be kept, and what a database keeps with it.
type Row struct {
	Joined
	Body []byte // the canonical encoding of After
	OwnN uint64 // number of this replica's last write to it
	Held bool   // the database held it before
}

type found struct {
	copy Copy
	err  error // of a copy that can not be read
}

// NewBatch begins a batch and reads the copies that are here of the records with these ids.
func NewBatch(ctx context.Context, tx *sql.Tx, ids []uuid.UUID) (*Batch, error) {
	b := &Batch{tx: tx, copies: make(map[uuid.UUID]found, len(ids))}
	var err error
	if b.self, err = loadReplica(ctx, tx); err != nil || len(ids) == 0 {
		return b, err
	}
	for _, id := range ids {
		b.copies[id] = found{}
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("ledger: batch: %w", err)
	}
	rows, err := tx.QueryContext(ctx, `SELECT id, body, own_n FROM record WHERE id IN (SELECT value FROM json_each($1))`, string(list))
	if err != nil {
		return nil, fmt.Errorf("ledger: batch: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id uuid.UUID
		var c copyOf
		if err := rows.Scan(&id, &c.body, &c.ownN); err != nil {
			return nil, fmt.Errorf("ledger: batch: %w", err)
		}
		err := c.read(id)
		b.copies[id] = found{Copy{c}, err}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("ledger: batch: %w", err)
	}
	return b, nil
}

// Get returns this database's copy of the record with the id, as Get does, with what the batch has joined so far.
func (b *Batch) Get(ctx context.Context, id uuid.UUID) (Copy, error) {
	f, known := b.copies[id]
	if !known {
		f.copy, f.err = Get(ctx, b.tx, id)
		b.copies[id] = f
	}
	return f.copy, f.err
}

// Lam returns the highest Lamport time that this database has seen.
func (b *Batch) Lam() uint64 { return b.self.lam }

// Join is JoinTo, by the batch's Keep. have is what Get returned.
func (b *Batch) Join(ctx context.Context, have Copy, in record.Record) (j Joined, err error) {
	j = Joined{Before: have.rec, After: in}
	if have.held {
		j.After = record.Join(have.rec, in)
	}
	body := j.After.Encode()
	j.Version = record.VersionOf(body)
	if j.Changed = !bytes.Equal(have.body, body); !j.Changed {
		return j, nil
	}
	if err := j.After.Check(body); err != nil {
		return Joined{}, fmt.Errorf("ledger: %s %s: %w", in.Type, in.ID, err)
	}
	if b.self == nil {
		if b.self, err = loadReplica(ctx, b.tx); err != nil {
			return Joined{}, err
		}
	}
	if lam := j.After.MaxLam(); lam > b.self.lam {
		b.self.lam, b.stale = lam, true
	}
	if j.After.Context().N(b.self.rid) > b.self.counter { // writes of ours that we have not made
		if err := b.self.renew(ctx, b.tx); err != nil {
			return Joined{}, err
		}
		b.stale = false
		for id, f := range b.copies {
			f.copy.ownN = 0
			b.copies[id] = f
		}
		have.ownN = 0
	}
	keep := b.Keep
	if keep == nil {
		keep = keepRow
	}
	if err := keep(ctx, b.tx, Row{Joined: j, Body: body, OwnN: have.ownN, Held: have.held}); err != nil {
		return Joined{}, fmt.Errorf("ledger: put %s: %w", in.ID, err)
	}
	if err := project(ctx, b.tx, j.After, have.held); err != nil {
		return Joined{}, err
	}
	b.copies[in.ID] = found{copy: Copy{copyOf{rec: j.After, held: true, body: body, ownN: have.ownN}}}
	return j, nil
}

// Close keeps what the batch has seen of Lamport times.
func (b *Batch) Close(ctx context.Context) error {
	if !b.stale {
		return nil
	}
	b.stale = false
	return b.self.save(ctx, b.tx)
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
