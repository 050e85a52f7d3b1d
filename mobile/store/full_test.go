package store

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// limitPages lets the database file grow by n pages and no more; SQLite then answers as for a full disk.
func limitPages(t *testing.T, s *Store, n int) {
	t.Helper()
	must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error {
		var pages int
		if err := tx.QueryRowContext(t.Context(), `PRAGMA page_count`).Scan(&pages); err != nil {
			return err
		}
		_, err := tx.ExecContext(t.Context(), fmt.Sprint(`PRAGMA max_page_count = `, pages+n))
		return err
	}))
}

func TestADatabaseThatIsFullKeepsWhatItHasAndGoesOnLater(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Packs: 1}, nil))
	_, _, err := addPhoto(t.Context(), s, visit, "taken before")
	must(t, err)
	calls := map[string]func() error{
		"a photo": func() error { _, _, err := addPhoto(t.Context(), s, visit, strings.Repeat("x", 9_000)); return err },
		"a note":  func() error { return s.SetNote(t.Context(), visit, uuid.Nil, strings.Repeat("长", 9_000), nil) },
		"a draft": func() error { return s.SetNote(t.Context(), visit, uuid.Nil, strings.Repeat("长", 90_000), nil) },
		"a count": func() error {
			for i := range 200 { // until the pages are used up
				if err := s.SetCount(t.Context(), visit, field.ProductID(fmt.Sprint(i)), field.CountLine{Packs: i}, nil); err != nil {
					return err
				}
			}
			return nil
		},
		"a visit": func() error {
			for range 200 {
				other, err := s.CheckIn(t.Context(), grocer, nowhere, Purpose{})
				if err != nil {
					return err
				}
				if err := s.CheckOut(t.Context(), other, nowhere); err != nil {
					return err
				}
			}
			return nil
		},
	}
	for name, call := range calls {
		limitPages(t, s, 0)
		if wantFault(t, call(), "disk.full"); t.Failed() {
			t.Fatal(name)
		}
		equal(t, page(t, s, shop).OpenVisit, visit)
		p := visitPage(t, s, visit)
		equal(t, len(p.Photos), 1)
		equal(t, p.MyNote.Text.Shown(), "")
		equal(t, sheetRow(t, s, visit, furong).Line.Packs, 1)
		limitPages(t, s, 1_000_000)
	}
	must(t, calls["a photo"]())
	must(t, calls["a note"]())
	must(t, calls["a count"]())
	s = reopen(t, s)
	o.settled(t, s)
	waits(t, s, 0, 2)
	equal(t, len(visitPage(t, s, visit).Photos), 2)
}

func TestAnAnswerThatDoesNotFitIsTakenWholeLater(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	var edits []ledger.Edit
	for i := range 300 {
		edits = append(edits, ledger.Edit{ID: field.StoreID(fmt.Sprint(i)), Type: field.TypeStore, Territory: town, Field: "name", Value: fmt.Sprint("新店", i)})
	}
	o.write(t, edits...)
	limitPages(t, s, 2)
	before := dump(t, s)
	sent := push(t, s)
	resp := o.answer(t, s, sent)
	wantFault(t, s.Apply(t.Context(), sent, resp), "disk.full")
	equal(t, dump(t, s), before)
	waits(t, s, 1, 0) // the visit
	limitPages(t, s, 1_000_000)
	must(t, s.Apply(t.Context(), sent, resp))
	rows, err := s.Stores(t.Context(), "新店")
	must(t, err)
	equal(t, len(rows), 300)
	equal(t, page(t, s, shop).OpenVisit, visit)
	waits(t, s, 0, 0)
}
