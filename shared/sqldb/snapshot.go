package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Snapshot writes the database as it is at one moment to a new file at path, while others read and write it.
// The caller makes the file durable.
func (db *DB) Snapshot(ctx context.Context, path string) error {
	var source string
	if err := db.Read.QueryRowContext(ctx, `SELECT file FROM pragma_database_list WHERE name = 'main'`).Scan(&source); err != nil {
		return fmt.Errorf("sqldb: snapshot: %w", err)
	}
	// The readers' connections may write nothing, not even another file.
	own, err := sql.Open("sqlite", dsn(source, "_pragma=busy_timeout(5000)"))
	if err != nil {
		return fmt.Errorf("sqldb: snapshot: %w", err)
	}
	defer own.Close()
	if _, err := own.ExecContext(ctx, `VACUUM INTO $1`, path); err != nil {
		return fmt.Errorf("sqldb: snapshot: %w", diskFull(err))
	}
	return nil
}

// Check reads the whole file at path, which nobody else has open, and returns an error that names the first
// damage SQLite finds in it.
func Check(ctx context.Context, path string) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("sqldb: check: %w", err) // SQLite would make it
	}
	db, err := sql.Open("sqlite", dsn(path, "mode=ro"))
	if err != nil {
		return fmt.Errorf("sqldb: check: %w", err)
	}
	defer db.Close()
	var found string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&found); err != nil {
		return fmt.Errorf("sqldb: check: %w", err)
	}
	if found != "ok" {
		return fmt.Errorf("sqldb: check: %s", found)
	}
	return nil
}

// ErrLocked says that another process holds a lock.
var ErrLocked = errors.New("sqldb: locked by another process")

// Lock takes the lock that the file at path stands for, or returns ErrLocked. unlock lets go of it, and so does
// the end of the process, however it ends.
func Lock(ctx context.Context, path string) (unlock func() error, err error) {
	db, err := sql.Open("sqlite", dsn(path, "_pragma=busy_timeout(0)"))
	if err != nil {
		return nil, fmt.Errorf("sqldb: lock: %w", err)
	}
	// One connection, which stays in the pool with its transaction open.
	db.SetMaxOpenConns(1)
	if _, err = db.ExecContext(ctx, `BEGIN EXCLUSIVE`); err != nil {
		if code(err)&0xff == sqliteBusy {
			err = ErrLocked
		}
		return nil, errors.Join(fmt.Errorf("sqldb: lock %s: %w", path, diskFull(err)), db.Close())
	}
	return db.Close, nil
}
