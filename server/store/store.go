// Package store is the server's database: records, the feed phones read, accounts, devices and what
// pages show. One method is one intent and one transaction.
package store

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"storewalk/migrations"
	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/ledger"
	"storewalk/shared/pulse"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"

	"github.com/google/uuid"
)

// A Store is one server's database and photo directory. Its methods may be called from any goroutine.
type Store struct {
	Blobs *blob.Dir
	id    uuid.UUID          // names this server, see ID
	key   ed25519.PrivateKey // signs receipts
	db    *sqldb.DB
	log   *slog.Logger

	pulse pulse.Pulse // beats after each change this process commits

	dir   string       // of the database, the photos and the epoch file
	noted atomic.Int64 // when the epoch file was last written, Unix milliseconds
}

// Open opens or creates the database and the photo directory in dir. Close the store when done. A folder whose
// Restore was cut is a fault "restore.unfinished": what is there is not all.
func Open(ctx context.Context, dir string, log *slog.Logger) (*Store, error) {
	if _, err := os.Stat(filepath.Join(dir, restoringFile)); err == nil {
		return nil, fault.New(fault.Conflict, "restore.unfinished", nil)
	}
	blobs, err := blob.OpenDir(filepath.Join(dir, "photos"))
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	db, err := sqldb.Open(ctx, filepath.Join(dir, "storewalk.db"), migrations.Server())
	if err != nil {
		blobs.Close()
		return nil, fmt.Errorf("store: %w", err)
	}
	s := &Store{Blobs: blobs, db: db, log: log, dir: dir}
	began := false
	if err := s.db.Tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO replica (one, rid, counter, lam, epoch) VALUES (1, $1, 0, 0, $2)
			ON CONFLICT (one) DO NOTHING`, ledger.NewReplica().String(), ledger.NewReplica().String())
		if err != nil {
			return err
		}
		if _, began, err = settleEpoch(ctx, tx, dir); err != nil {
			return err
		}
		if s.id, err = serverID(ctx, tx); err != nil {
			return err
		}
		if s.key, err = receiptKey(ctx, tx); err != nil {
			return err
		}
		return ledger.Prepare(ctx, tx)
	}); err != nil {
		s.Close()
		return nil, fmt.Errorf("store: %w", err)
	}
	if began {
		log.WarnContext(ctx, "Database is an older copy come back: a new history begins and phones send what they hold")
	}
	return s, nil
}

// Close waits for running statements and closes the files.
func (s *Store) Close() error {
	if s.noted.Load() != 0 {
		if err := s.writeProgress(context.Background()); err != nil {
			s.log.Warn("Epoch file is behind", "error", err)
		}
	}
	if err := s.db.Close(); err != nil {
		return err
	}
	return s.Blobs.Close()
}

// ID names this server for ever, also after a restore from its backup.
func (s *Store) ID() uuid.UUID { return s.id }

func serverID(ctx context.Context, tx *sql.Tx) (id uuid.UUID, err error) {
	_, err = tx.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES ('server', $1) ON CONFLICT (key) DO NOTHING`, uuid.NewString())
	if err == nil {
		err = tx.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = 'server'`).Scan(&id)
	}
	return id, err
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return s.db.Read.QueryRowContext(ctx, `SELECT 1`).Scan(&one)
}

// Watch returns a channel that gets a value soon after each change that this process commits, and the
// function that ends it.
func (s *Store) Watch() (changes <-chan struct{}, stop func()) { return s.pulse.Watch() }

// change runs fn in one transaction and, when it has committed, tells the watchers.
func (s *Store) change(ctx context.Context, fn func(*sql.Tx) error) error {
	if err := s.db.Tx(ctx, fn); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	s.pulse.Beat()
	s.noteProgress(ctx)
	return nil
}

// write is the office's way to change records: it mints dots of the server's replica, logs each write and
// puts the records into their territories' feeds. author is the user who decided, or nil for the server.
func (s *Store) write(ctx context.Context, tx *sql.Tx, author uuid.UUID, edits ...ledger.Edit) ([]record.Record, error) {
	now := time.Now().UnixMilli()
	before := map[uuid.UUID]record.Record{}
	for _, e := range edits {
		if _, seen := before[e.ID]; seen {
			continue
		}
		r, _, err := ledger.Load(ctx, tx, e.ID)
		if err != nil {
			return nil, err
		}
		before[e.ID] = r
	}
	changed, err := ledger.Write(ctx, tx, ledger.Writer{Author: author, WallMS: now}, edits...)
	if err != nil {
		return nil, err
	}
	for _, r := range changed {
		if err := publish(ctx, tx, before[r.ID], r, arrival{atMS: now}); err != nil {
			return nil, err
		}
	}
	return changed, nil
}

// publish logs the entries that are new in after and gives the record the next number of its feed.
func publish(ctx context.Context, tx *sql.Tx, before, after record.Record, a arrival) error {
	seq, err := nextSeq(ctx, tx, after.Territory)
	if err != nil {
		return err
	}
	var no int64
	news := ledger.News(before, after)
	err = tx.QueryRowContext(ctx, `UPDATE record SET changed_ms = $1, seq = $2,
		  offset_ms = CASE received_ms WHEN 0 THEN $3 ELSE offset_ms END,
		  received_ms = CASE received_ms WHEN 0 THEN $1 ELSE received_ms END
		WHERE id = $4 RETURNING no`, a.atMS, seq, a.first(news), after.ID.String()).Scan(&no)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return logMore(ctx, tx, no, news, a)
}

// notFound is the answer for what does not exist or is not the caller's.
func notFound(what string) error { return fault.New(fault.NotFound, what+".not_found", nil) }
