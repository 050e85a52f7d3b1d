// Package sqldb opens SQLite the one way we use it: one writer, many readers, durable at every commit.
package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"

	"storewalk/shared/fault"

	_ "modernc.org/sqlite" // the driver
)

// A DB is one SQLite file.
type DB struct {
	Read  *sql.DB // query-only connections; they never wait for the writer
	write *sql.DB
}

// Options go in the DSN, because a PRAGMA statement reaches only one connection of a pool.
// synchronous=FULL: what Tx has committed survives a power cut.
const pragmas = "_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"

// Open opens or creates the file at path and applies the migrations in fsys (*.sql, in name order) that
// it lacks. A file from a newer version is a fault "db.newer" and is not touched.
func Open(ctx context.Context, path string, migrations fs.FS) (*DB, error) {
	names, err := fs.Glob(migrations, "*.sql") // sorted
	if err != nil {
		return nil, fmt.Errorf("sqldb: %w", err)
	}
	if err := refuseNewer(ctx, path, len(names)); err != nil {
		return nil, fmt.Errorf("sqldb: %s: %w", path, diskFull(err))
	}
	write, err := openPool(dsn(path, pragmas+"&_txlock=immediate"))
	if err != nil {
		return nil, fmt.Errorf("sqldb: %w", err)
	}
	write.SetMaxOpenConns(1)
	read, err := openPool(dsn(path, pragmas+"&_pragma=query_only(1)"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sqldb: %w", err), write.Close())
	}
	read.SetMaxOpenConns(4)
	db := &DB{Read: read, write: write}
	if err := db.migrate(ctx, migrations, names); err != nil {
		return nil, errors.Join(fmt.Errorf("sqldb: %s: %w", path, err), db.Close())
	}
	return db, nil
}

func dsn(path, options string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + options
}

// Close waits for running statements and closes the file.
func (db *DB) Close() error { return errors.Join(db.Read.Close(), db.write.Close()) }

// Tx runs fn in the only write transaction there is. It commits if fn returns nil; a nil result means
// that the change is on the disk.
func (db *DB) Tx(ctx context.Context, fn func(*sql.Tx) error) error {
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", diskFull(err))
	}
	defer tx.Rollback() // after Commit this does nothing
	if err := fn(tx); err != nil {
		return diskFull(err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", diskFull(err))
	}
	return nil
}

// View runs fn on one consistent snapshot.
func (db *DB) View(ctx context.Context, fn func(*sql.Tx) error) error {
	tx, err := db.Read.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", diskFull(err))
	}
	defer tx.Rollback()
	return diskFull(fn(tx))
}

// Codes of https://www.sqlite.org/rescode.html. There is no room for the database and its log, or for the index of
// the log, which is made when the file is opened; another connection has a lock; a journal has to be played back.
const (
	sqliteFull             = 13
	sqliteIOErrSHMSize     = 4874
	sqliteBusy             = 5
	sqliteReadonlyRollback = 776
)

// code returns SQLite's extended code for an error, or 0.
func code(err error) int {
	var coded interface{ Code() int }
	if errors.As(err, &coded) {
		return coded.Code()
	}
	return 0
}

func diskFull(err error) error {
	if c := code(err); c&0xff == sqliteFull || c == sqliteIOErrSHMSize {
		return fault.New(fault.Unavailable, "disk.full", err)
	}
	return err
}

// refuseNewer looks at the file without opening it for writing, unless a crash while it was being made left a
// journal, which has to be played back first.
func refuseNewer(ctx context.Context, path string, known int) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	have, err := schemaOf(ctx, path, "ro")
	if code(err) == sqliteReadonlyRollback {
		have, err = schemaOf(ctx, path, "rw")
	}
	if err != nil {
		return err
	}
	if have > known {
		return fault.New(fault.Invalid, "db.newer", fmt.Errorf("schema %d, this version knows %d", have, known))
	}
	return nil
}

func schemaOf(ctx context.Context, path, mode string) (have int, err error) {
	db, err := sql.Open("sqlite", dsn(path, "mode="+mode+"&_pragma=busy_timeout(5000)"))
	if err != nil {
		return 0, err
	}
	defer db.Close()
	err = db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&have)
	return have, err
}

// migrate runs each file not yet run in one transaction together with its bookkeeping.
func (db *DB) migrate(ctx context.Context, fsys fs.FS, names []string) error {
	return db.Tx(ctx, func(tx *sql.Tx) error {
		var done int
		if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&done); err != nil {
			return err
		}
		for i := done; i < len(names); i++ {
			script, err := fs.ReadFile(fsys, names[i])
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, string(script)); err != nil {
				return fmt.Errorf("%s: %w", names[i], err)
			}
			if _, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, i+1)); err != nil {
				return err
			}
		}
		return nil
	})
}
