package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"storewalk/shared/durable"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
)

// epochFile lies beside the database and is in no backup. It tells, when the database is opened, that an older
// copy of it has come back by some other way than Restore.
const epochFile = "epoch.json"

// An epochState is what the epoch file and the database each say of themselves.
type epochState struct {
	Epoch      record.Replica `json:"epoch"`      // names one history of this server
	Generation uint64         `json:"generation"` // of this history: higher than that of any before
	Opens      uint64         `json:"opens"`      // how often the database was opened
	Changes    int64          `json:"changes"`    // changes in all feeds, and exchanges; the file is up to noteEvery behind

	copied bool // the database is a backup's copy
}

// noteEvery is how often the epoch file learns how far the feeds have come.
const noteEvery = time.Minute

// lost reports whether db, as opened, may have lost commits that somebody has seen.
func (file epochState) lost(db epochState) bool {
	switch {
	case db.copied:
		return true
	case file.Epoch == record.Replica{}: // no file: a database from before there was one, or brought from elsewhere
		return db.Opens > 0
	}
	return file.Epoch != db.Epoch ||
		db.Opens+1 < file.Opens || // this copy missed an opening
		db.Changes < file.Changes
}

// settleEpoch compares the database with the epoch file in dir, at each opening. A database that may have lost
// commits begins a new history: phones then send back what they hold. The file is written first: a crash
// before the commit is one opening, which is allowed for, or leads to one more new history.
func settleEpoch(ctx context.Context, tx *sql.Tx, dir string) (now epochState, began bool, err error) {
	var file epochState
	if err := durable.ReadJSON(filepath.Join(dir, epochFile), &file); err != nil {
		return now, false, fmt.Errorf("epoch file: %w", err)
	}
	if now, err = loadEpoch(ctx, tx); err != nil {
		return now, false, err
	}
	if began = file.lost(now); began {
		now.Generation = nextGeneration(now.Generation, file.Generation)
		now.Opens = max(now.Opens, file.Opens)
		if now.Epoch, err = beginEpoch(ctx, tx, now.Generation); err != nil {
			return now, false, err
		}
	}
	now.Opens++
	if err := durable.WriteJSON(filepath.Join(dir, epochFile), now); err != nil {
		return now, false, fmt.Errorf("epoch file: %w", err)
	}
	_, err = tx.ExecContext(ctx, `UPDATE replica SET opens = $1 WHERE one = 1`, now.Opens)
	return now, began, err
}

// epochOf returns the name of the history that this database is in.
func epochOf(ctx context.Context, tx *sql.Tx) (epoch record.Replica, err error) {
	var text string
	if err = tx.QueryRowContext(ctx, `SELECT epoch FROM replica WHERE one = 1`).Scan(&text); err == nil {
		epoch, err = record.ParseReplica(text)
	}
	if err != nil {
		return epoch, fmt.Errorf("epoch: %w", err)
	}
	return epoch, nil
}

// nextGeneration returns a number above those of all histories that may be known to phones. A restore into an empty
// folder knows only what the backup does, and two restores of one backup must not count the same: hence the seconds of
// the server's clock, which order nothing but restores.
func nextGeneration(known ...uint64) uint64 {
	return max(slices.Max(known)+1, uint64(max(0, time.Now().Unix())))
}

// beginEpoch gives the database a new epoch and a new name to write under. Browsers sign in again: who signed
// out, or got a new password, since the copy was made must not be signed in by it. The chains of exchanges begin
// anew: the phones are ahead of the ones here, and that says nothing against them.
func beginEpoch(ctx context.Context, tx *sql.Tx, generation uint64) (record.Replica, error) {
	epoch := ledger.NewReplica()
	if _, err := tx.ExecContext(ctx, `INSERT INTO former (epoch, rid, counter) SELECT epoch, rid, counter FROM replica WHERE one = 1`); err != nil {
		return epoch, fmt.Errorf("former epoch: %w", err)
	}
	if _, err := ledger.Renew(ctx, tx); err != nil {
		return epoch, err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE replica SET epoch = $1, generation = $2, copied = 0 WHERE one = 1`,
		epoch.String(), generation); err != nil {
		return epoch, fmt.Errorf("epoch: %w", err)
	}
	for _, query := range []string{`DELETE FROM session`, `DELETE FROM chain`} {
		if _, err := tx.ExecContext(ctx, query); err != nil {
			return epoch, err
		}
	}
	return epoch, outrank(ctx, tx, generation-1)
}

func loadEpoch(ctx context.Context, tx *sql.Tx) (h epochState, err error) {
	var epoch string
	err = tx.QueryRowContext(ctx, `SELECT epoch, generation, opens, copied, exchanges + (SELECT COALESCE(SUM(seq), 0) FROM head)
		FROM replica WHERE one = 1`).Scan(&epoch, &h.Generation, &h.Opens, &h.copied, &h.Changes)
	if err == nil {
		h.Epoch, err = record.ParseReplica(epoch)
	}
	if err != nil {
		return h, fmt.Errorf("history: %w", err)
	}
	return h, nil
}

// noteProgress tells the epoch file, once in noteEvery, how far the feeds have come. It is called after a commit; a failure is only
// logged.
func (s *Store) noteProgress(ctx context.Context) {
	last, now := s.noted.Load(), time.Now().UnixMilli()
	if now-last >= 0 && now-last < noteEvery.Milliseconds() || !s.noted.CompareAndSwap(last, now) {
		return
	}
	if err := s.writeProgress(context.WithoutCancel(ctx)); err != nil {
		s.log.WarnContext(ctx, "Epoch file is behind", "error", err)
	}
}

// writeProgress writes inside a transaction so that no other process writes the file meanwhile.
func (s *Store) writeProgress(ctx context.Context) error {
	return s.db.Tx(ctx, func(tx *sql.Tx) error {
		now, err := loadEpoch(ctx, tx)
		if err != nil {
			return err
		}
		return durable.WriteJSON(filepath.Join(s.dir, epochFile), now)
	})
}
