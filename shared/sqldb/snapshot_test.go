package sqldb

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestASnapshotIsOneMomentOfADatabaseInUse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := open(t, filepath.Join(dir, "x y?.db"), schema)
	for i := range 50 {
		if err := db.Tx(t.Context(), exec(`INSERT INTO a VALUES ($1)`, fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	copied := filepath.Join(dir, "it's a copy.db")
	if err := db.Snapshot(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	if err := db.Tx(t.Context(), exec(`DELETE FROM a`)); err != nil {
		t.Fatal(err)
	}
	if err := Check(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := open(t, copied, schema).Read.QueryRow(`SELECT count(*) FROM a`).Scan(&n); err != nil || n != 50 {
		t.Fatal(n, err)
	}
	if err := db.Snapshot(t.Context(), copied); err == nil {
		t.Fatal("a file was written over")
	}
}

func TestCheckFindsDamage(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	db := open(t, path, schema)
	for i := range 2000 {
		if err := db.Tx(t.Context(), exec(`INSERT INTO a VALUES ($1)`, fmt.Sprintf("%050d", i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Check(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(b[len(b)/2:][:4096])
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Check(t.Context(), path); err == nil {
		t.Fatal("no damage found")
	}
	if err := Check(t.Context(), path+".none"); err == nil {
		t.Fatal("no file is no database")
	}
}

func TestALockHasOneHolder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := Lock(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(t.Context(), path); !errors.Is(err, ErrLocked) {
		t.Fatal(err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	again, err := Lock(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := again(); err != nil {
		t.Fatal(err)
	}
}
