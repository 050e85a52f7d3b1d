package ledger

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"
)

func join(t *testing.T, db *sqldb.DB, in record.Record) error {
	t.Helper()
	return db.Tx(t.Context(), func(tx *sql.Tx) error {
		_, err := Join(t.Context(), tx, in)
		return err
	})
}

// TestADatabaseThatMeetsWritesOfItsOwnThatItNeverMadeTakesANewID restores a whole folder, identity file and
// all: only what comes back from elsewhere can tell.
func TestADatabaseThatMeetsWritesOfItsOwnThatItNeverMadeTakesANewID(t *testing.T) {
	t.Parallel()
	db, server := openDB(t), openDB(t)
	early := write(t, db, line(1))[0]
	write(t, db, line(2))
	write(t, db, line(3))
	if err := join(t, server, write(t, db, line(4))[0]); err != nil {
		t.Fatal(err)
	}
	old := self(t, db)
	do(t, db, func(tx *sql.Tx) error { // back to the first write
		version := early.Version()
		if _, err := tx.Exec(`UPDATE record SET body = $1, version = $2, own_n = 1`, string(early.Encode()), version[:]); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE replica SET counter = 1`)
		return err
	})
	back := get(t, server)
	if err := join(t, db, back); err != nil {
		t.Fatal(err)
	}
	if self(t, db) == old {
		t.Fatal("its next write would have a dot that the server knows as another write, and be dropped there")
	}
	mine := write(t, db, line(5))[0]
	if err := join(t, server, mine); err != nil {
		t.Fatal(err)
	}
	if e, _ := get(t, server).Winner(field.LineField(product)); !strings.Contains(string(e.Value), `"cartons":5`) {
		t.Fatalf("the server shows %s", e.Value)
	}
	if renewed := self(t, db); join(t, db, get(t, server)) != nil || self(t, db) != renewed {
		t.Fatal("a second new id for nothing")
	}
}

func get(t *testing.T, db *sqldb.DB) (r record.Record) {
	t.Helper()
	do(t, db, func(tx *sql.Tx) (err error) {
		r, _, err = Load(t.Context(), tx, field.CountID(visitID))
		return err
	})
	return r
}

func TestValuesThatTogetherBreakALimitDoNotMakeARecordUnreadable(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	note := func(i int) Edit {
		return Edit{ID: storeID, Type: field.TypeNote, Territory: terr, Field: "text", Value: fmt.Sprint(i, strings.Repeat("货", 9_990))}
	}
	kept := 0
	for i := range 12 { // one person with twelve phones
		other := openDB(t)
		switch err := join(t, db, write(t, other, note(i))[0]); {
		case err == nil:
			kept++
		case !errors.Is(err, record.ErrMalformed):
			t.Fatal(err)
		}
	}
	if kept == 12 || kept < 5 {
		t.Fatalf("%d notes of 30 kB fit", kept)
	}
	err := db.Tx(t.Context(), func(tx *sql.Tx) error {
		_, err := Write(t.Context(), tx, Writer{Author: li}, note(99))
		return err
	})
	if !errors.Is(err, record.ErrMalformed) {
		t.Fatal(err)
	}
	settle := note(99)
	settle.SeenAll = true
	if r := write(t, db, settle)[0]; len(r.Entries("text")) != 1 {
		t.Fatal("a full record can not be settled")
	}
}

func TestARecordThatCannotBeReadStopsNeitherRebuildNorItsNeighbours(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	const n = 501 // more than a page
	for i := range n {
		write(t, db, Edit{ID: field.StoreID(fmt.Sprint(i)), Type: field.TypeStore, Territory: terr, Field: "name", Value: fmt.Sprint("店", i)})
	}
	do(t, db, func(tx *sql.Tx) error { // at both ends of a page, and one in between
		_, err := tx.Exec(`UPDATE record SET body = 'broken' WHERE id IN (SELECT id FROM record ORDER BY id LIMIT 1)
			OR id IN (SELECT id FROM record ORDER BY id LIMIT 1 OFFSET 250) OR id IN (SELECT id FROM record ORDER BY id LIMIT 1 OFFSET 499)`)
		return err
	})
	do(t, db, func(tx *sql.Tx) error { return Rebuild(t.Context(), tx) })
	for query, want := range map[string]int{`SELECT count(*) FROM store`: n - 3, `SELECT count(*) FROM record`: n} {
		var got int
		if err := db.Read.QueryRow(query).Scan(&got); err != nil || got != want {
			t.Fatal(query, got, want, err)
		}
	}
}
