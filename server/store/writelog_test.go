package store

import (
	"database/sql"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"storewalk/migrations"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"
)

// odd is a note whose parts JSON may spell in several ways.
func odd(t *testing.T, ma *caller) record.Record {
	t.Helper()
	r := ma.note(t, "a\u2028b <&> \"quoted\" \\ 😀\x01")
	r = ma.set(t, r, "a \"name\"\n长", map[string]any{"z": 1, "a": []int{}})
	return r.Set("number", record.Entry{Dot: record.Dot{Replica: ma.rid, N: record.MaxLamport}, Lam: 9, Author: "nobody \"\\", Value: []byte(`1.0e+2`)}, nil)
}

func hashes(all []ledger.NewEntry) (out []string) {
	for _, n := range all {
		out = append(out, n.ContentHash())
	}
	slices.Sort(out)
	return out
}

func known(t *testing.T, s *Store, rid record.Replica, above uint64) (out []ledger.NewEntry) {
	t.Helper()
	if err := s.db.View(t.Context(), func(tx *sql.Tx) error {
		return knownWrites(t.Context(), tx, rid, above, func(n ledger.NewEntry) { out = append(out, n) })
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWhatCameIsLoggedByteForByte(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	r := odd(t, ma)
	ma.push(t, s, r.Encode())
	if got, want := hashes(known(t, s, ma.rid, 0)), hashes(ledger.News(record.Record{}, r)); !slices.Equal(got, want) || len(got) != 3 {
		t.Fatal(got, want)
	}
	if got := known(t, s, ma.rid, 2); len(got) != 1 || got[0].Entry.Dot.N != record.MaxLamport || string(got[0].Entry.Value) != `1.0e+2` {
		t.Fatal("writes up to a number are left out", got)
	}
	for _, n := range ledger.News(record.Record{}, r) {
		if count(t, s, `SELECT count(*) FROM write_log WHERE record = $1 AND rid = $2 AND field = $3 AND n = $4 AND lam = $5 AND author = $6 AND value = $7`,
			r.ID.String(), ma.rid.String(), n.Field, n.Entry.Dot.N, n.Entry.Lam, n.Entry.Author, string(n.Entry.Value)) != 1 {
			t.Error("the log's view says something else of", n.Field)
		}
	}
}

// TestOlderDatabasesKeepTheirLogAndFeeds opens one from before records had numbers.
func TestOlderDatabasesKeepTheirLogAndFeeds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	before := fstest.MapFS{}
	names, err := fs.Glob(migrations.Server(), "00[1-7]_*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		script, err := fs.ReadFile(migrations.Server(), name)
		if err != nil {
			t.Fatal(err)
		}
		before[name] = &fstest.MapFile{Data: script}
	}
	old, err := sqldb.Open(t.Context(), filepath.Join(dir, "storewalk.db"), before)
	if err != nil {
		t.Fatal(err)
	}
	r := odd(t, &caller{rid: record.Replica{7}})
	if err := old.Tx(t.Context(), func(tx *sql.Tx) error {
		version := r.Version()
		if _, err := tx.Exec(`INSERT INTO record (id, type, territory, version, own_n, body, received_ms) VALUES ($1, $2, $3, $4, 0, $5, 4)`,
			r.ID.String(), r.Type, r.Territory.String(), version[:], string(r.Encode())); err != nil {
			return err
		}
		for i, n := range ledger.News(record.Record{}, r) {
			if _, err := tx.Exec(`INSERT INTO write_log (rid, n, hash, record, field, lam, author, wall_ms, received_ms, value)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, n.Entry.Dot.Replica.String(), n.Entry.Dot.N, n.ContentHash(), r.ID.String(),
				n.Field, n.Entry.Lam, n.Entry.Author, n.Entry.Wall, 4+i/2, string(n.Entry.Value)); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO feed (territory, record, seq, out) VALUES ($1, $2, 5, 0), ($3, $2, 6, 1)`, r.Territory.String(), r.ID.String(), south.String())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	s := reopened(t, dir)
	if got, want := hashes(known(t, s, record.Replica{7}, 0)), hashes(ledger.News(record.Record{}, r)); !slices.Equal(got, want) {
		t.Fatal(got, want)
	}
	if n := count(t, s, `SELECT count(*) FROM feed WHERE territory = $1 AND record = $2 AND seq = 5 AND out = 0`, r.Territory.String(), r.ID.String()); n != 1 {
		t.Fatal("the record is in no feed")
	}
	if n := count(t, s, `SELECT count(*) FROM feed WHERE territory = $1 AND record = $2 AND seq = 6 AND out = 1`, south.String(), r.ID.String()); n != 1 {
		t.Fatal("it has not left the other")
	}
	if n := count(t, s, `SELECT max(received_ms) - min(received_ms) FROM write_log WHERE record = $1`, r.ID.String()); n != 1 {
		t.Fatal("two arrivals are one", n)
	}
	if n := count(t, s, `SELECT count(*) FROM record WHERE type = $1`, field.TypeNote); n != 1 {
		t.Fatal(n)
	}
}
