package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// An Outgoing is one record on its way to the server.
type Outgoing struct {
	ID      uuid.UUID
	Version record.Version
	Body    json.RawMessage
	Lacks   uint64 // number of this replica's last write to it, where Body is without that; else 0
}

// pushOrder is what record_waiting sorts by: thumbnails are 2, photos 1, all else 0. A condition on type alone would be
// looked up in the index of all types, and read every photo that was ever taken.
const pushOrder = `CASE type WHEN 'thumbnail' THEN 2 WHEN 'photo' THEN 1 ELSE 0 END`

// NextPush returns records the server has not confirmed, as many as fit into budget bytes but at least one: requests, whose
// clocks run, the one due first on top; the count of the latest visit; then visits, other counts and notes, then photo
// records, then thumbnails, each in the order made. What is damaged is never sent: its bytes are kept, and it waits no more.
func (s *Store) NextPush(ctx context.Context, budget int) ([]Outgoing, error) {
	for {
		out, damaged, err := s.nextPush(ctx, budget)
		if err != nil {
			return nil, fmt.Errorf("store: next push: %w", err)
		}
		if len(damaged) == 0 {
			return out, nil
		}
		if err := s.markDamaged(ctx, damaged); err != nil {
			return nil, err
		}
	}
}

func (s *Store) nextPush(ctx context.Context, budget int) (out []Outgoing, damaged []string, err error) {
	b := load{budget: budget, has: map[string]bool{}}
	const columns = `SELECT r.id, r.type, r.territory, r.version, r.body, r.own_n FROM `
	err = s.db.View(ctx, func(tx *sql.Tx) (err error) {
		if b.self, _, err = ledger.Self(ctx, tx); err != nil {
			return err
		}
		var latest uuid.UUID
		err = tx.QueryRowContext(ctx, `SELECT v.id FROM visit v JOIN meta me ON me.key = $1 AND me.value = v.manager
			ORDER BY v.check_out_ms = 0 DESC, v.lam DESC LIMIT 1`, metaUser).Scan(&latest)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err := b.add(ctx, tx, columns+`request q CROSS JOIN waits w ON w.id = q.id CROSS JOIN record r ON r.id = q.id WHERE r.version IS NOT r.acked `+dueFirst+` LIMIT $1`, wire.MaxPush); err != nil {
			return err
		}
		if err := b.add(ctx, tx, columns+`record r WHERE r.id = $1 AND r.version IS NOT r.acked`, field.CountID(latest).String()); err != nil {
			return err
		}
		return b.add(ctx, tx, columns+`record r WHERE r.version IS NOT r.acked ORDER BY `+pushOrder+`, r.rowid LIMIT $1`, wire.MaxPush)
	})
	return b.out, b.damaged, err
}

// A load is what goes with one request.
type load struct {
	self         record.Replica
	budget, size int
	full         bool
	has          map[string]bool
	out          []Outgoing
	damaged      []string
}

// add puts rows in that are not in it yet, until it is full.
func (l *load) add(ctx context.Context, tx *sql.Tx, query string, args ...any) error {
	if l.full {
		return nil
	}
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var r ledger.Stored
		var ownN uint64
		if err := rows.Scan(&r.ID, &r.Type, &r.Territory, &r.Version, &r.Body, &ownN); err != nil {
			return err
		}
		if l.has[r.ID] {
			continue
		}
		l.has[r.ID] = true
		id, err := uuid.Parse(r.ID)
		if err != nil || !r.Sound() {
			l.damaged = append(l.damaged, r.ID)
			continue
		}
		if l.full = len(l.out) == wire.MaxPush || l.size+len(r.Body) > l.budget && len(l.out) > 0; l.full {
			break
		}
		l.size += len(r.Body)
		lacks, err := l.lacks(r.Body, ownN)
		if err != nil {
			return err
		}
		l.out = append(l.out, Outgoing{ID: id, Version: record.Version(r.Version), Body: r.Body, Lacks: lacks})
	}
	return rows.Err()
}

// lacks returns ownN, the number of this replica's last write to a record, where the copy is without it: the record had gone
// from here, and a server that was restored to before that write brought it back.
func (l *load) lacks(body []byte, ownN uint64) (uint64, error) {
	if ownN == 0 {
		return 0, nil
	}
	r, err := record.Decode(body)
	if err != nil || r.Context().N(l.self) >= ownN {
		return 0, err
	}
	return ownN, nil
}

// HasPush reports whether more than so many records wait to be sent.
func (s *Store) HasPush(ctx context.Context, beyond int) (has bool, err error) {
	err = s.db.Read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM record WHERE version IS NOT acked LIMIT 1 OFFSET $1)`, beyond).Scan(&has)
	if err != nil {
		return false, fmt.Errorf("store: has push: %w", err)
	}
	return has, nil
}

// Cursors returns how far each territory's feed has been read.
func (s *Store) Cursors(ctx context.Context) ([]wire.Cursor, error) {
	return readCursors(ctx, s.db.Read)
}

func readCursors(ctx context.Context, q querier) ([]wire.Cursor, error) {
	rows, err := q.QueryContext(ctx, `SELECT territory, epoch, seq FROM cursor ORDER BY territory`)
	if err != nil {
		return nil, fmt.Errorf("store: cursors: %w", err)
	}
	defer rows.Close()
	out := []wire.Cursor{}
	for rows.Next() {
		var c wire.Cursor
		var epoch string
		if err := rows.Scan(&c.Territory, &epoch, &c.Seq); err != nil {
			return nil, fmt.Errorf("store: cursors: %w", err)
		}
		if c.Epoch, err = record.ParseReplica(epoch); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// Apply takes an answer to a request that pushed sent, in one transaction: receipts, records, cursors and
// the state of photos. Applying it twice changes nothing more.
func (s *Store) Apply(ctx context.Context, sent []Outgoing, r wire.SyncResponse) error {
	if len(r.Receipts) != len(sent) {
		return fmt.Errorf("store: %d receipts for %d records", len(r.Receipts), len(sent))
	}
	err := s.change(ctx, func(tx *sql.Tx) error {
		now := s.wall().UnixMilli()
		if err := answered(ctx, tx); err != nil {
			return err
		}
		if err := s.hear(ctx, tx, r.ServerMS); err != nil {
			return err
		}
		if err := forgetLost(ctx, tx, r); err != nil {
			return err
		}
		for _, f := range r.Feeds {
			if err := moveCursor(ctx, tx, f); err != nil {
				return err
			}
		}
		here, err := receipts(ctx, tx, sent, r.Receipts, now)
		if err != nil {
			return err
		}
		for _, f := range r.Feeds {
			for _, o := range f.Outs {
				if err := leave(ctx, tx, o.ID, f.Territory, o.Place.Record()); err != nil {
					return err
				}
			}
			if err := s.take(ctx, tx, f.Puts, f.Seq, now, here); err != nil {
				return err
			}
		}
		if err := stay(ctx, tx, here); err != nil {
			return err
		}
		for _, b := range r.Blobs {
			if err := held(ctx, tx, b.Ref, b.Offset, now); err != nil {
				return err
			}
		}
		for _, territory := range r.Revoked {
			if err := leaveTerritory(ctx, tx, territory); err != nil {
				return err
			}
		}
		if err := dropLeft(ctx, tx); err != nil {
			return err
		}
		return confirm(ctx, tx)
	})
	if err == nil {
		s.putRight(ctx)
	}
	return err
}

// receipts notes what the server said of what was sent, and returns what it said to lie in a territory of this phone. Most
// are plain: those are written together.
func receipts(ctx context.Context, tx *sql.Tx, sent []Outgoing, got []wire.Receipt, now int64) (here map[uuid.UUID]bool, err error) {
	here = map[uuid.UUID]bool{}
	var plain [][2]string // id, version in hex
	for i, o := range sent {
		r := got[i]
		if !onDisk(r.Status) {
			continue
		}
		here[o.ID] = r.Status == wire.Applied || r.Status == wire.Same
		if r.Code == "" && r.Status != wire.Elsewhere {
			plain = append(plain, [2]string{o.ID.String(), hex.EncodeToString(o.Version[:])})
			continue
		}
		_, err := tx.ExecContext(ctx, `UPDATE record SET acked = $1, acked_ms = $2, refused = $3, feed_seq = CASE WHEN $5 THEN -1 ELSE `+inFeed+` END WHERE id = $4`,
			o.Version[:], now, r.Code, o.ID.String(), r.Status == wire.Elsewhere)
		if err != nil {
			return nil, err
		}
		if r.Status == wire.Elsewhere {
			if err := leave(ctx, tx, o.ID, uuid.Nil, r.Place.Record()); err != nil {
				return nil, err
			}
		}
	}
	if len(plain) == 0 {
		return here, nil
	}
	list, err := json.Marshal(plain)
	if err != nil {
		return nil, err
	}
	// The version that was sent, not the one held now: an edit made since is still waiting.
	_, err = tx.ExecContext(ctx, `UPDATE record SET acked = unhex(j.value ->> 1), acked_ms = $2, refused = '', feed_seq = `+inFeed+`
		FROM json_each($1) j WHERE record.id = j.value ->> 0`, string(list), now)
	return here, err
}

// onDisk reports whether the server said that it has what was pushed on its disk. An answer this version
// does not know is no such promise.
func onDisk(status wire.Status) bool {
	switch status {
	case wire.Applied, wire.Same, wire.Merged, wire.Quarantined, wire.Elsewhere:
		return true
	}
	return false
}

// An Upload is the bytes of one photo on their way.
type Upload struct {
	Ref  blob.Ref
	Size int64
	Sent int64 // bytes the server is known to hold
}

// nextUploads lists the photos whose bytes are not all on the server though their records are, in the order of their index.
const nextUploads = `SELECT u.sha256, u.size, u.sent FROM upload u INDEXED BY upload_order
	WHERE u.done_ms = 0 AND u.refused = '' AND EXISTS (
	  SELECT 1 FROM photo p JOIN record r ON r.id = p.id WHERE p.sha256 = u.sha256 AND p.gone = 0 AND r.version IS r.acked)
	ORDER BY u.sent = 0, u.rowid`

// NextUploads returns photos whose bytes are not all on the server though their records are, oldest
// first. Refused ones are left out until RetryRefused, removed ones until that is undone.
func (s *Store) NextUploads(ctx context.Context, limit int) ([]Upload, error) {
	rows, err := s.db.Read.QueryContext(ctx, nextUploads+` LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("store: uploads: %w", err)
	}
	out, err := readUploads(rows)
	if err != nil {
		return nil, fmt.Errorf("store: uploads: %w", err)
	}
	return out, nil
}

// Uploaded notes how many bytes of a photo the server holds on its disk.
func (s *Store) Uploaded(ctx context.Context, ref blob.Ref, offset int64) error {
	return s.change(ctx, func(tx *sql.Tx) error { return held(ctx, tx, ref, offset, s.wall().UnixMilli()) })
}

func held(ctx context.Context, tx *sql.Tx, ref blob.Ref, offset, now int64) error {
	_, err := tx.ExecContext(ctx, `UPDATE upload SET sent = $1, done_ms = CASE WHEN $1 >= size THEN $2 ELSE 0 END
		WHERE sha256 = $3 AND done_ms = 0`, offset, now, ref.String())
	return err
}

// RefuseUpload notes why a photo's bytes can not be sent. They stay on the phone.
func (s *Store) RefuseUpload(ctx context.Context, ref blob.Ref, code string) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE upload SET refused = $1, sent = 0 WHERE sha256 = $2`, code, ref.String())
		return err
	})
}

// Waiting counts the records and the photos that are not on the server yet.
func (s *Store) Waiting(ctx context.Context) (wire.Waiting, error) {
	w, err := waiting(ctx, s.db.Read)
	if err != nil {
		return w, fmt.Errorf("store: waiting: %w", err)
	}
	return w, nil
}
