package sqldb

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"

	"storewalk/shared/fault"
)

var schema = fstest.MapFS{
	"001_init.sql": {Data: []byte(`CREATE TABLE a (id TEXT PRIMARY KEY) STRICT; CREATE TABLE b (a TEXT NOT NULL REFERENCES a(id)) STRICT;`)},
}

func open(t *testing.T, path string, fsys fstest.MapFS) *DB {
	t.Helper()
	db, err := Open(t.Context(), path, fsys)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func exec(query string, args ...any) func(*sql.Tx) error {
	return func(tx *sql.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	}
}

func TestWritersAndReadersDoNotDisturbEachOther(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "x y?.db"), schema)
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 20 {
				if err := db.Tx(t.Context(), exec(`INSERT INTO a VALUES ($1)`, fmt.Sprint(w*100+i))); err != nil {
					t.Error(err)
				}
				var n int
				if err := db.Read.QueryRow(`SELECT count(*) FROM a`).Scan(&n); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for range 3 {
		if err := db.Tx(t.Context(), exec(`INSERT INTO b VALUES ('nobody')`)); err == nil {
			t.Fatal("foreign key not enforced")
		}
	}
	if _, err := db.Read.Exec(`DELETE FROM a`); err == nil {
		t.Fatal("reader wrote")
	}
}

func TestAFailedMigrationLeavesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	open(t, path, schema).Close()
	bad := fstest.MapFS{"001_init.sql": schema["001_init.sql"], "002_c.sql": {Data: []byte(`CREATE TABLE c (id TEXT); SYNTAX ERROR;`)}}
	if _, err := Open(t.Context(), path, bad); err == nil {
		t.Fatal("want error")
	}
	good := fstest.MapFS{"001_init.sql": schema["001_init.sql"], "002_c.sql": {Data: []byte(`CREATE TABLE c (id TEXT);`)}}
	open(t, path, good).Close()
}

func TestAFileFromANewerVersionIsRefusedUntouched(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	newer := fstest.MapFS{"001_init.sql": schema["001_init.sql"], "002_c.sql": {Data: []byte(`CREATE TABLE c (id TEXT);`)}}
	open(t, path, newer).Close()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path, schema); !fault.Is(err, "db.newer") {
		t.Fatal(err)
	}
	after, err := os.ReadFile(path)
	if err != nil || string(after) != string(before) {
		t.Fatal("the file was touched", err)
	}
}

func TestAFullDiskHasACodeAndLeavesTheFileWhole(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "x.db"), schema)
	if err := db.Tx(t.Context(), exec(`PRAGMA max_page_count = 20`)); err != nil {
		t.Fatal(err)
	}
	big := string(make([]byte, 200_000))
	if err := db.Tx(t.Context(), exec(`INSERT INTO a VALUES ($1)`, big)); !fault.Is(err, "disk.full") {
		t.Fatal(err)
	}
	if err := db.Tx(t.Context(), exec(`INSERT INTO a VALUES ('small')`)); err != nil {
		t.Fatal(err)
	}
}

// A database is made with a rollback journal, before it has a log of its own. A crash in that moment leaves the journal,
// which only a connection that may write can play back.
func TestADatabaseWhoseMakingWasCutOpens(t *testing.T) {
	t.Parallel()
	cut, path := filepath.Join(t.TempDir(), "x.db"), filepath.Join(t.TempDir(), "x.db")
	db, err := sql.Open("sqlite", dsn(cut, "_pragma=cache_size(2)"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`CREATE TABLE was (x BLOB)`); err != nil {
		t.Fatal(err)
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	for range 20 { // more than is held in memory
		if _, err := tx.Exec(`INSERT INTO was VALUES (randomblob(9000))`); err != nil {
			t.Fatal(err)
		}
	}
	for _, suffix := range []string{"", "-journal"} {
		b, err := os.ReadFile(cut + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path+suffix, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var n int
	if err := open(t, path, schema).Read.QueryRow(`SELECT count(*) FROM was`).Scan(&n); err != nil || n != 0 {
		t.Fatal(n, err)
	}
}
