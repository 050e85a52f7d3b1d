package store

import (
	"database/sql"
	"testing"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// visitAt makes a finished visit as a phone does whose clock shows at.
func visitAt(t *testing.T, s *Store, at time.Time, packs int) uuid.UUID {
	t.Helper()
	visit, ms := uuid.New(), at.UnixMilli()
	of := func(id uuid.UUID, typ, name string, value any) ledger.Edit {
		return ledger.Edit{ID: id, Type: typ, Territory: town, Field: name, Value: value}
	}
	sheet, note := field.CountID(visit), noteID(visit, li)
	must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error {
		_, err := ledger.Write(t.Context(), tx, ledger.Writer{Author: li, WallMS: ms},
			of(visit, field.TypeVisit, "store", shop), of(visit, field.TypeVisit, "manager", li),
			of(visit, field.TypeVisit, "check_in", field.Moment{AtMS: ms}),
			of(sheet, field.TypeCount, "visit", visit), of(sheet, field.TypeCount, "store", shop),
			of(sheet, field.TypeCount, field.LineField(furong), field.CountLine{Packs: packs}),
			of(note, field.TypeNote, "visit", visit), of(note, field.TypeNote, "store", shop),
			of(note, field.TypeNote, "text", "记录"),
			of(visit, field.TypeVisit, "check_out", field.Moment{AtMS: ms + 1}))
		return err
	}))
	return visit
}

func TestAClockThatIsYearsWrongChangesNoOrder(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	now := time.Now()
	first := visitAt(t, s, now.AddDate(5, 0, 0), 11) // the clock was five years ahead
	second := visitAt(t, s, now.AddDate(-5, 0, 0), 22)
	third := visitAt(t, s, time.UnixMilli(-5_000), 33) // before 1970
	open := checkIn(t, s, shop)

	for visit, want := range map[uuid.UUID]int{second: 11, third: 22, open: 33} {
		row := sheetRow(t, s, visit, furong)
		if row.Basis.Last == nil || row.Basis.Last.Packs != want {
			t.Fatalf("last count %+v, want %d", row.Basis.Last, want)
		}
	}
	if row := sheetRow(t, s, first, furong); row.Basis.Last != nil {
		t.Fatalf("%+v", row.Basis.Last)
	}
	order := func(rows []VisitRow) (out []uuid.UUID) {
		for _, r := range rows {
			out = append(out, r.ID)
		}
		return out
	}
	p := page(t, s, shop)
	equal(t, order(p.Visits), []uuid.UUID{open, third, second, first})
	equal(t, p.OpenVisit, open)
	equal(t, p.Trends[0].Points[len(p.Trends[0].Points)-1].Line.Packs, 33)
	rows, err := s.Visits(t.Context(), 9)
	must(t, err)
	equal(t, order(rows), []uuid.UUID{open, third, second, first})
	equal(t, order(syncPage(t, s).Visits), []uuid.UUID{open, third, second, first})
	limited, err := s.Visits(t.Context(), 2)
	must(t, err)
	equal(t, order(limited), []uuid.UUID{open, third})
	stores, err := s.Stores(t.Context(), "640402100001")
	must(t, err)
	equal(t, stores[0].LastVisitMS, visitPage(t, s, open).Row.CheckInMS)

	must(t, s.SetNote(t.Context(), first, uuid.New(), "更正", nil)) // years before what it corrects, by the clock
	notes := visitPage(t, s, first).Notes
	equal(t, []string{notes[0].Text.Value, notes[1].Text.Value}, []string{"记录", "更正"})
}

func TestAPhoneWithTheClockAheadDoesNotWinByIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := newPhone(t, o, li), newPhone(t, o, wang)
	future := time.Now().AddDate(5, 0, 0).UnixMilli()
	must(t, a.db.Tx(t.Context(), func(tx *sql.Tx) error {
		_, err := ledger.Write(t.Context(), tx, ledger.Writer{Author: li, WallMS: future}, ledger.Edit{ID: shop, Field: "phone", Value: "1", SeenAll: true})
		return err
	}))
	o.settled(t, a, b)
	must(t, b.SetStoreText(t.Context(), shop, "phone", "2", page(t, b, shop).Phone.Seen))
	o.settled(t, b, a)
	for _, s := range []*Store{a, b} {
		equal(t, shown(page(t, s, shop).Phone.Siblings), []string{`"2"`}) // she saw his and replaced it
	}
}
