package store

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"storewalk/shared/durable"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// again is the caller's phone as the restored server knows it: with its token, without cursors.
func again(t *testing.T, s *Store, c *caller) *caller {
	t.Helper()
	token, _, err := s.EnrolDevice(t.Context(), c.Account, "key", "again")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.DeviceByToken(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return &caller{Principal: p, rid: c.rid, n: c.n}
}

func loadRecord(t *testing.T, s *Store, id uuid.UUID) (r record.Record) {
	t.Helper()
	err := s.db.View(t.Context(), func(tx *sql.Tx) (err error) {
		r, _, err = ledger.Load(t.Context(), tx, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhatTheOfficeDecidedAfterTheBackupComesBackFromAPhone(t *testing.T) {
	t.Parallel()
	s, dir := openStore(t), t.TempDir()
	ma := newCaller(t, s, "ma")
	products := func(s *Store, price int64, codes ...string) {
		t.Helper()
		var list []field.Product
		for _, code := range codes {
			list = append(list, field.Product{Code: code, Name: "烟" + code, PriceClass: 2, GuidePriceFen: price, Status: "normal"})
		}
		if _, _, _, err := s.ImportProducts(t.Context(), list); err != nil {
			t.Fatal(err)
		}
	}
	old, fresh := "6901028000001", "6901028000002"
	products(s, 1000, old)
	backup(t, s, dir)
	products(s, 1200, old, fresh)
	newcomer := addAccount(t, s, "newcomer", field.RoleManager)
	var lost []record.Record
	for _, id := range []uuid.UUID{field.ProductID(old), field.ProductID(fresh), newcomer} {
		lost = append(lost, loadRecord(t, s, id))
	}

	r := restored(t, dir)
	phone := again(t, r, ma)
	forged := lost[0]
	for _, e := range forged.Entries("guide_price_fen") {
		e.Value = []byte("1")
		e.Dot = record.Dot{Replica: ma.rid, N: 9}
		forged = forged.Set("guide_price_fen", e, forged.Seen("guide_price_fen"))
	}
	rewritten := loadRecord(t, r, field.ProductID(old))
	for _, e := range rewritten.Entries("name") {
		e.Value = []byte(`"another name under the same number"`)
		rewritten = rewritten.Set("name", e, []record.Dot{e.Dot})
	}
	for name, bad := range map[string]record.Record{"a phone's own value": forged, "another content of a known write": rewritten} {
		if resp := phone.push(t, r, bad.Encode()); resp.Receipts[0].Status != wire.Quarantined || resp.Receipts[0].Code != "record.office_owned" {
			t.Errorf("%s: %+v", name, resp.Receipts)
		}
	}
	for i, rec := range lost {
		for range 2 { // merged: the place is of the new history, the rest as it was
			if resp := phone.push(t, r, rec.Encode()); resp.Receipts[0].Code != "" {
				t.Errorf("%d: %+v", i, resp.Receipts)
			}
		}
		got := loadRecord(t, r, rec.ID)
		got.Place = rec.Place
		if got.Version() != rec.Version() {
			t.Errorf("%d is another", i)
		}
	}
	// An account made again is the same person, and a new price meets no ghost of the lost one.
	if id := addAccount(t, r, "newcomer", field.RoleManager); id != newcomer {
		t.Error("another person")
	}
	products(r, 1300, old, fresh)
	if n := count(t, r, `SELECT count(*) FROM conflict`); n != 0 {
		t.Errorf("%d conflicts that nobody made", n)
	}
	// Without a restore there is nothing to bring back.
	other := newCaller(t, openStore(t), "li")
	if resp := other.push(t, s, lost[0].Encode()); resp.Receipts[0].Status == wire.Applied {
		t.Error(resp.Receipts)
	}
}

func TestADatabaseThatCameBackByHandBeginsANewHistory(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		back func(t *testing.T, dir, copied, backup string)
		want bool
	}{
		"nothing happened":       {func(*testing.T, string, string, string) {}, false},
		"an older copy":          {func(t *testing.T, dir, copied, _ string) { put(t, copied, filepath.Join(dir, databaseFile)) }, true},
		"the copy of a backup":   {func(t *testing.T, dir, _, backup string) { put(t, backup, filepath.Join(dir, databaseFile)) }, true},
		"the epoch file is gone": {func(t *testing.T, dir, _, _ string) { remove(t, filepath.Join(dir, epochFile)) }, true},
		"the file is nonsense": {func(t *testing.T, dir, _, _ string) {
			if err := os.WriteFile(filepath.Join(dir, epochFile), []byte("{"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, dest, copied := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "copy.db")
			s := reopened(t, dir)
			ma := newCaller(t, s, "ma")
			b := backup(t, s, dest)
			if err := s.db.Snapshot(context.Background(), copied); err != nil {
				t.Fatal(err)
			}
			ma.push(t, s, ma.note(t, "after the copy").Encode())
			was, rid := state(t, s)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			c.back(t, dir, copied, filepath.Join(dest, b.Database))
			now, newRid := state(t, reopened(t, dir))
			if began := now.Epoch != was.Epoch; began != c.want || began != (newRid != rid) || began != (now.Generation > was.Generation) {
				t.Fatalf("%+v %s, was %+v %s", now, newRid, was, rid)
			}
		})
	}
}

func TestOpeningsThatAreCutDoNotBeginANewHistory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := reopened(t, dir)
	was, _ := state(t, s)
	for range 3 { // killed between the file and the commit
		var file epochState
		if err := durable.ReadJSON(filepath.Join(dir, epochFile), &file); err != nil {
			t.Fatal(err)
		}
		now, _ := state(t, s)
		file.Opens = now.Opens + 1
		if err := durable.WriteJSON(filepath.Join(dir, epochFile), file); err != nil {
			t.Fatal(err)
		}
	}
	if now, _ := state(t, reopened(t, dir)); now.Epoch != was.Epoch {
		t.Fatal("a new history")
	}
	if now, _ := state(t, reopened(t, dir)); now.Epoch != was.Epoch { // while the other is open
		t.Fatal("a new history")
	}
}

func put(t *testing.T, from, to string) {
	t.Helper()
	for _, suffix := range []string{"-wal", "-shm"} {
		os.Remove(to + suffix)
	}
	if _, _, err := copyFile(from, to); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func TestOnlyACopyOfABackupSaysThatItIsOne(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	backup(t, s, t.TempDir())
	if h, _ := state(t, s); h.copied {
		t.Fatal("the server takes itself for a copy")
	}
	if file, err := os.ReadFile(filepath.Join(s.dir, epochFile)); err != nil || strings.Contains(string(file), "copied") {
		t.Fatal(string(file), err)
	}
}

// An exchange in which nothing is pushed moves a chain on too: an older copy lacks that, though no record changed.
func TestAnOlderCopyThatLacksOnlyAnExchangeBeginsANewHistory(t *testing.T) {
	t.Parallel()
	dir, copied := t.TempDir(), filepath.Join(t.TempDir(), "copy.db")
	s := reopened(t, dir)
	ma := newCaller(t, s, "ma")
	ma.push(t, s)
	if err := s.db.Snapshot(context.Background(), copied); err != nil {
		t.Fatal(err)
	}
	ma.push(t, s)
	was, _ := state(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	put(t, copied, filepath.Join(dir, databaseFile))
	s = reopened(t, dir)
	if now, _ := state(t, s); now.Epoch == was.Epoch {
		t.Fatal("it is taken for the same history")
	}
	if resp := ma.push(t, s); resp.Reincarnate {
		t.Fatal("the phone is taken for a double")
	}
}
