package store

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"storewalk/shared/field"

	"github.com/google/uuid"
)

func TestDataOfANewerAppIsRefusedAndNotTouched(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	visit := checkIn(t, s, shop)
	dir := filepath.Dir(s.identity)
	version := func(n string) {
		must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.ExecContext(t.Context(), `PRAGMA user_version = `+n)
			return err
		}))
	}
	var known string
	must(t, s.db.Read.QueryRowContext(t.Context(), `PRAGMA user_version`).Scan(&known))
	version("99")
	must(t, s.Close())
	before := files(t, dir)
	for range 3 {
		_, err := Open(t.Context(), dir)
		wantFault(t, err, "db.newer")
	}
	after := files(t, dir)
	for name, content := range before {
		if !bytes.Equal(content, after[name]) {
			t.Errorf("%s changed", name)
		}
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "storewalk.db")) // the newer app comes back
	must(t, err)
	_, err = db.ExecContext(t.Context(), `PRAGMA user_version = `+known)
	must(t, errors.Join(err, db.Close()))
	s = openStore(t, dir)
	equal(t, page(t, s, shop).OpenVisit, visit)
}

func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		if e.Type().IsRegular() {
			out[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name()))
			must(t, err)
		}
	}
	return out
}

func TestDataOfTheFirstVersionIsBroughtUpToDateWithNothingMissing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Cartons: 2}, nil))
	wantFault(t, s.SetNote(t.Context(), visit, uuid.Nil, strings.Repeat("长", field.MaxNoteRunes+1), nil), "note.too_long")
	must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), `DROP VIEW waiting_record; DROP TRIGGER record_waits_new; DROP TRIGGER record_waits; DROP TRIGGER record_sent; DROP TRIGGER record_left; DROP TRIGGER photo_known;
			DROP TRIGGER bytes_wait_new; DROP TRIGGER bytes_wait; DROP TRIGGER bytes_sent; DROP TRIGGER bytes_left;
			DROP TABLE waits; DROP TABLE photo_waits; DROP TABLE store_waits; DROP TABLE type_waits; DROP INDEX upload_order; DROP INDEX upload_left;
			DROP INDEX record_confirmed; DROP INDEX record_refused; DROP INDEX upload_refused; DROP TABLE chain; DROP TABLE leaving; DROP TABLE damaged; DROP TABLE receipt; DROP TABLE dropped; DROP TABLE awaited;
			DROP INDEX record_unplaced; DROP INDEX upload_unplaced; DROP INDEX upload_done; ALTER TABLE record DROP COLUMN feed_seq; ALTER TABLE upload DROP COLUMN feed_seq; ALTER TABLE upload DROP COLUMN territory; ALTER TABLE upload DROP COLUMN kept;
			DROP INDEX draft_visit; ALTER TABLE draft DROP COLUMN visit; ALTER TABLE cursor DROP COLUMN whole; ALTER TABLE cursor DROP COLUMN backed_up;
			UPDATE meta SET value = 'older' WHERE key = 'projection'; DROP TABLE visit; CREATE INDEX record_type ON record (type); PRAGMA user_version = 1`)
		return err
	}))

	s = reopen(t, s)
	equal(t, page(t, s, shop).OpenVisit, visit)
	equal(t, sheetRow(t, s, visit, furong).Line.Cartons, 2)
	equal(t, syncPage(t, s).Waiting.Records, 3) // the visit, its count, the walk of the store
	equal(t, visitPage(t, s, visit).Row.Draft, true)
}

func TestAFolderThatCannotBeOpenedHarmsNothingAndLetsGoOfTheLock(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	visit := checkIn(t, s, shop)
	must(t, s.Close())
	good, err := os.ReadFile(dbFile(s))
	must(t, err)
	must(t, os.WriteFile(dbFile(s), bytes.Repeat([]byte("not a database "), 1_000), 0o600))
	for range 2 {
		if _, err := Open(t.Context(), filepath.Dir(s.identity)); err == nil {
			t.Fatal("nonsense was opened")
		} else if wantFault(t, err, "internal"); t.Failed() {
			return
		}
	}
	must(t, os.WriteFile(dbFile(s), good, 0o600))
	s = openStore(t, filepath.Dir(s.identity))
	equal(t, page(t, s, shop).OpenVisit, visit)
}

func TestManyHandsAtOnceLoseNoWriteAndHearOfIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	changes, stop := s.Watch()
	defer stop()
	const hands, each = 8, 12
	var wg sync.WaitGroup
	errs := make(chan error, hands*each*2)
	for hand := range hands {
		wg.Go(func() {
			for i := range each {
				product := field.ProductID(fmt.Sprint(hand, "/", i))
				errs <- s.SetCount(t.Context(), visit, product, field.CountLine{Packs: i + 1}, nil)
				_, err := s.VisitPage(t.Context(), visit)
				errs <- err
			}
		})
	}
	for range 5 {
		o.exchange(t, s)
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		must(t, err)
	}
	<-changes
	o.settled(t, s)
	waits(t, s, 0, 0)
	equal(t, visitPage(t, s, visit).Row.Lines, hands*each)
	equal(t, o.load(t, field.CountID(visit)).Version(), loadRecord(t, s.db, field.CountID(visit)).Version())
}

func TestNobodyIsToldOfAWriteThatFailed(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	changes, stop := s.Watch()
	defer stop()
	wantFault(t, s.SetCount(t.Context(), uuid.New(), furong, field.CountLine{}, nil), "visit.not_found")
	select {
	case <-changes:
		t.Fatal("a change was announced")
	default:
	}
}

func TestWhoeverHasNotSignedInIsToldSoAndWritesNothing(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	o := newOffice(t)
	o.exchange(t, s)
	_, err := s.CheckIn(t.Context(), shop, nowhere, Purpose{})
	wantFault(t, err, "auth.signed_out")
	wantFault(t, s.SetStoreText(t.Context(), shop, "phone", "1", nil), "auth.signed_out")
	waits(t, s, 0, 0)
	if _, known, err := s.Account(t.Context()); known || err != nil {
		t.Fatal(known, err)
	}
}
