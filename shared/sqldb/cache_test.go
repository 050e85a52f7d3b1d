package sqldb

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
)

func TestAStatementMayRunAgainWhileItsRowsAreOpen(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "x.db"), schema)
	err := db.Tx(t.Context(), func(tx *sql.Tx) error {
		for i := range 5 {
			if _, err := tx.Exec(`INSERT INTO a VALUES ($1)`, fmt.Sprint(i)); err != nil {
				return err
			}
		}
		const query = `SELECT id FROM a WHERE id >= $1 ORDER BY id`
		var got string
		var visit func(from string, depth int) error
		visit = func(from string, depth int) error {
			rows, err := tx.Query(query, from)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var id string
				if err := rows.Scan(&id); err != nil {
					return err
				}
				got += id
				if depth < 2 {
					if err := visit("3", depth+1); err != nil {
						return err
					}
				}
			}
			return rows.Err()
		}
		if err := visit("2", 1); err != nil {
			return err
		}
		if got != "234334434" {
			return fmt.Errorf("got %s", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestKeptStatementsFollowAChangedSchemaAndManyTexts(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "x.db"), schema)
	for i := range maxKept + 50 { // more texts than are kept
		if err := db.Tx(t.Context(), exec(fmt.Sprintf(`INSERT INTO a VALUES ('%d')`, i))); err != nil {
			t.Fatal(err)
		}
	}
	count := func() (n int) {
		t.Helper()
		if err := db.Tx(t.Context(), func(tx *sql.Tx) error { return tx.QueryRow(`SELECT count(*) FROM a`).Scan(&n) }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := count(); n != maxKept+50 {
		t.Fatal(n)
	}
	if err := db.Tx(t.Context(), exec(`DROP TABLE b; DROP TABLE a; CREATE TABLE a (id TEXT, more TEXT)`)); err != nil {
		t.Fatal(err)
	}
	if n := count(); n != 0 {
		t.Fatal(n)
	}
}

func TestAFailedStatementCanBeRunAgain(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "x.db"), schema)
	for range 3 {
		if err := db.Tx(t.Context(), exec(`INSERT INTO b VALUES ($1)`, "one")); err == nil {
			t.Fatal("a foreign key was not enforced")
		}
	}
	if err := db.Tx(t.Context(), exec(`INSERT INTO a VALUES ($1)`, "one")); err != nil {
		t.Fatal(err)
	}
	if err := db.Tx(t.Context(), exec(`INSERT INTO b VALUES ($1)`, "one")); err != nil {
		t.Fatal(err)
	}
}

// What it is for: the same short statement in a transaction.
func BenchmarkInsertInTransaction(b *testing.B) {
	db, err := Open(b.Context(), filepath.Join(b.TempDir(), "x.db"), schema)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	err = db.Tx(b.Context(), func(tx *sql.Tx) error {
		for i := 0; b.Loop(); i++ {
			if _, err := tx.ExecContext(b.Context(), `INSERT INTO a (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET id = excluded.id`, fmt.Sprint(i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
