package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"

	"github.com/google/uuid"
)

// take joins records from the server. If a join is exactly what came, the server holds all this phone knows of the
// record and nothing of it is waiting. What cannot be read, or not together with what is here, is kept for a later
// start. seq is a number by which the feed has them. Those whose copy counts are noted as here.
func (s *Store) take(ctx context.Context, tx *sql.Tx, raws []json.RawMessage, seq, now int64, here map[uuid.UUID]bool) error {
	parts, stop := decodeAhead(ctx, raws)
	defer stop()
	for part := range parts {
		if err := s.takePart(ctx, tx, part, seq, now, here); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// A put is a record in a feed.
type put struct {
	raw json.RawMessage
	in  record.Record
	err error // it can not be read
}

// partLen is how many records are taken together: enough to be written several with a statement.
const partLen = 256

// decodeAhead decodes records in parts, each on another core while the one before is being taken. The parts end early
// when ctx does. Call stop when done with them: it waits for the goroutine that decodes.
func decodeAhead(ctx context.Context, raws []json.RawMessage) (parts <-chan []put, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	out := make(chan []put, 1)
	var done sync.WaitGroup
	done.Go(func() {
		defer close(out)
		for some := range slices.Chunk(raws, partLen) {
			part := make([]put, len(some))
			for i, raw := range some {
				part[i].raw = raw
				part[i].in, part[i].err = record.Decode(raw)
			}
			select {
			case out <- part:
			case <-ctx.Done():
				return
			}
		}
	})
	return out, func() { cancel(); done.Wait() }
}

func (s *Store) takePart(ctx context.Context, tx *sql.Tx, part []put, seq, now int64, here map[uuid.UUID]bool) error {
	var ids []uuid.UUID
	for _, p := range part {
		if p.err == nil {
			ids = append(ids, p.in.ID)
		}
	}
	b, err := ledger.NewBatch(ctx, tx, ids)
	if err != nil {
		return err
	}
	b.Add = func(rows *sqldb.Rows, row ledger.Row) {
		r := row.After
		rows.Add(`INSERT INTO record (id, type, territory, version, own_n, body, acked, acked_ms, feed_seq) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			r.ID.String(), r.Type, r.Territory.String(), row.Version[:], row.OwnN, string(row.Body), row.Version[:], now, seq)
	}
	for _, p := range part {
		if p.err != nil {
			if err := keepUnread(ctx, tx, p.raw); err != nil {
				return err
			}
			continue
		}
		counts, err := s.takeOne(ctx, tx, b, p, seq, now)
		if err != nil {
			return err
		}
		here[p.in.ID] = here[p.in.ID] || counts
	}
	return b.Close(ctx)
}

// takeOne reports whether the copy counts: one from before the record moved does not, nor one that is kept aside.
func (s *Store) takeOne(ctx context.Context, tx *sql.Tx, b *ledger.Batch, p put, seq, now int64) (counts bool, err error) {
	have, err := b.Get(ctx, p.in.ID)
	if err == nil && have.LiesLater(p.in) {
		return false, nil // it had left this territory when the server wrote this, and comes again from there
	}
	var j ledger.Joined
	if err == nil {
		j, err = b.Join(ctx, have, p.in)
	}
	if errors.Is(err, record.ErrMalformed) {
		return false, keepUnread(ctx, tx, p.raw)
	}
	if err != nil {
		return false, err
	}
	if _, held := have.Record(); (held || have.Damaged()) && j.Version == p.in.Version() {
		_, err = tx.ExecContext(ctx, `UPDATE record SET acked_ms = $1, refused = '', acked = $2, feed_seq = $4 WHERE id = $3 AND (acked IS NOT $2 OR refused <> '')`,
			now, j.Version[:], p.in.ID.String(), seq)
		if err != nil {
			return false, err
		}
	}
	return true, s.adopt(ctx, tx, p.in)
}

func keepUnread(ctx context.Context, tx *sql.Tx, raw json.RawMessage) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO unread (raw) SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM unread WHERE raw = $1)`, string(raw))
	return err
}

// adopt queues the bytes of a photo that was taken here and whose record the server gave back, as after this
// phone was restored from a backup: nobody else has them.
func (s *Store) adopt(ctx context.Context, tx *sql.Tx, r record.Record) error {
	if r.Type != field.TypePhoto {
		return nil
	}
	p := field.PhotoOf(r)
	if _, here := s.Blobs.Has(p.Ref); !here {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO upload (sha256, size) VALUES ($1, $2) ON CONFLICT (sha256) DO UPDATE SET kept = 0`, p.Ref.String(), p.Size)
	return err
}

// rereadUnread tries again, with this version, what an earlier one could not read.
func (s *Store) rereadUnread(ctx context.Context, tx *sql.Tx) error {
	rows, err := tx.QueryContext(ctx, `DELETE FROM unread RETURNING raw`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var raws []json.RawMessage
	for rows.Next() {
		var raw json.RawMessage
		if err := rows.Scan((*[]byte)(&raw)); err != nil {
			return err
		}
		raws = append(raws, raw)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	return s.take(ctx, tx, raws, 0, s.wall().UnixMilli(), map[uuid.UUID]bool{})
}
