package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"storewalk/mobile/identity"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
)

// identify compares the database with the identity file beside it, and with the mark in the lock file, and gives the database a new
// replica id when they disagree. The files are written first: a crash in between is one opening, which is allowed for.
func (s *Store) identify(ctx context.Context) error {
	file, err := identity.Read(s.identity)
	if err != nil {
		return err
	}
	db, fresh, err := s.self(ctx)
	if err != nil {
		return err
	}
	renew := !fresh && (file.InDoubt(db, s.print) || s.lock.Marked().Passed(db))
	opens := db.Opens + 1 // crashes before the commit do not add up: the database still says the same, so many count as one
	if renew || fresh {
		db.Replica, db.Counter = ledger.NewReplica(), 0
		opens = max(file.Opens, db.Opens) + 1
		file = identity.State{Replica: db.Replica, Fingerprint: s.print}
	}
	file.Opens, file.High = opens, max(file.High, db.Counter)
	write := func() error {
		if err := file.Write(s.identity); err != nil {
			return err
		}
		s.marked.put(s.lock, identity.Mark{Replica: file.Replica, Counter: db.Counter}, 0)
		return nil
	}
	if !renew {
		if err := write(); err != nil {
			return err
		}
	}
	return s.db.Tx(ctx, func(tx *sql.Tx) error {
		if fresh {
			_, err := tx.ExecContext(ctx, `INSERT INTO replica (one, rid, counter, lam, opens) VALUES (1, $1, 0, 0, $2)`,
				db.Replica.String(), file.Opens)
			return err
		}
		if renew {
			if file.Replica, err = ledger.Renew(ctx, tx); err != nil {
				return err
			}
			// The new id is in the files before it can be in a committed write.
			if err := write(); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `UPDATE replica SET opens = $1 WHERE one = 1`, file.Opens)
		return err
	})
}

// marked is what the mark in the lock file was last set to.
type marked struct {
	turns atomic.Uint64 // of transactions

	mu   sync.Mutex
	turn uint64
	is   identity.Mark
}

// put marks what the transaction with this turn has committed, unless a later one was quicker. Its failure changes nothing: a mark
// that stays behind raises no doubt.
func (m *marked) put(lock *identity.Lock, is identity.Mark, turn uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if turn < m.turn {
		return
	}
	m.turn = turn
	if is != m.is && lock.Mark(is) == nil {
		m.is = is
	}
}

// commit runs fn in one transaction, in which this database may write under its name or take another, and then marks how far it
// has come.
func (s *Store) commit(ctx context.Context, fn func(*sql.Tx) error) error {
	var is identity.Mark
	var turn uint64
	err := s.db.Tx(ctx, func(tx *sql.Tx) (err error) {
		if err := fn(tx); err != nil {
			return err
		}
		turn = s.marked.turns.Add(1) // no other transaction writes meanwhile
		is.Replica, is.Counter, err = ledger.Self(ctx, tx)
		return err
	})
	if err == nil {
		s.marked.put(s.lock, is, turn)
	}
	return err
}

func (s *Store) self(ctx context.Context) (db identity.Database, fresh bool, err error) {
	var rid string
	err = s.db.Read.QueryRowContext(ctx, `SELECT rid, counter, opens FROM replica WHERE one = 1`).Scan(&rid, &db.Counter, &db.Opens)
	if errors.Is(err, sql.ErrNoRows) {
		return db, true, nil
	}
	if err == nil {
		db.Replica, err = record.ParseReplica(rid)
	}
	return db, false, err
}

// Barrier is called before anything leaves the phone: it notes in the identity file how many writes may be
// known elsewhere from now on, so that a database which has lost some of them is recognised.
func (s *Store) Barrier(ctx context.Context) (record.Replica, error) {
	db, _, err := s.self(ctx)
	if err != nil {
		return record.Replica{}, fmt.Errorf("store: barrier: %w", err)
	}
	file, err := identity.Read(s.identity)
	if err != nil {
		return record.Replica{}, err
	}
	if file.Replica == db.Replica && file.High >= db.Counter {
		return db.Replica, nil
	}
	return db.Replica, identity.State{Replica: db.Replica, Fingerprint: s.print, Opens: db.Opens, High: db.Counter}.Write(s.identity)
}
