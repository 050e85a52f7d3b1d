package store

import (
	"database/sql"
	"fmt"
	"math"
	"slices"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// oddTexts are what might be taken for the end of a value, of an array or of the text.
var oddTexts = []string{"", " ", "兴隆超市", `"`, `\`, `\"`, `"],["`, `a","b`, `\u0041`, "]", ",", "null", "7", "\n\t\r\b\f", "a\x00b", "\x1e\x1f\x7f", "\u2028", "🏪", "é\u0301", "</script>"}

func TestColumnsAreReadAsTheyStand(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	numbers := []int64{0, 7, -1, math.MaxInt64, math.MinInt64}
	type row struct {
		id uuid.UUID
		a  string
		n  int64
		b  string
	}
	var want, got []row
	for i, text := range oddTexts {
		want = append(want, row{uuid.New(), text, numbers[i%len(numbers)], oddTexts[len(oddTexts)-1-i]})
	}
	want = append(want, row{uuid.Nil, "no id", 1, ""})
	must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(t.Context(), `CREATE TABLE odd (id TEXT NOT NULL, a TEXT NOT NULL, n INTEGER NOT NULL, b TEXT NOT NULL)`); err != nil {
			return err
		}
		for _, r := range want {
			id := r.id.String()
			if r.id == uuid.Nil {
				id = ""
			}
			if _, err := tx.ExecContext(t.Context(), `INSERT INTO odd VALUES ($1, $2, $3, $4)`, id, r.a, r.n, r.b); err != nil {
				return err
			}
		}
		rows, err := readColumns(t.Context(), tx, `id, a, n, b`, `SELECT * FROM odd WHERE a <> $1 ORDER BY rowid DESC`, "not there")
		equal(t, rows.n, len(want))
		for rows.next() {
			got = append(got, row{rows.id(), rows.text(), rows.number(), rows.text()})
		}
		must(t, rows.err)
		return err
	}))
	slices.Reverse(got)
	if !slices.Equal(got, want) {
		t.Errorf("got  %#v\nwant %#v", got, want)
	}
}

func TestColumnsOfNoRowsHaveNone(t *testing.T) {
	t.Parallel()
	must(t, openStore(t, t.TempDir()).db.View(t.Context(), func(tx *sql.Tx) error {
		rows, err := readColumns(t.Context(), tx, `id, name`, `SELECT id, name FROM store`)
		equal(t, fmt.Sprint(rows.n, rows.next(), rows.err), "0 false <nil>")
		return err
	}))
}

func TestColumnsSayWhatIsNoSuchValueAndEndThere(t *testing.T) {
	t.Parallel()
	must(t, openStore(t, t.TempDir()).db.View(t.Context(), func(tx *sql.Tx) error {
		for query, take := range map[string]func(*columns){
			`SELECT NULL AS v`:  func(c *columns) { c.text() },
			`SELECT 7 AS v`:     func(c *columns) { c.text() },
			`SELECT 'no' AS v`:  func(c *columns) { c.id() },
			`SELECT '7' AS v`:   func(c *columns) { c.number() },
			`SELECT 1.5 AS v`:   func(c *columns) { c.number() },
			`SELECT NULL AS v `: func(c *columns) { c.number() },
		} {
			rows, err := readColumns(t.Context(), tx, `v`, query+` UNION ALL `+query)
			must(t, err)
			n := 0
			for ; rows.next(); n++ {
				take(rows)
			}
			if n != 1 || rows.err == nil {
				t.Errorf("%s: %d rows, %v", query, n, rows.err)
			}
		}
		_, err := readColumns(t.Context(), tx, `v`, `SELECT no_column AS v FROM store`)
		if err == nil {
			t.Error("a query that is none was run")
		}
		return nil
	}))
}

func TestStoresAreListedWhateverTheirNamesHold(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	want := map[uuid.UUID]StoreRow{}
	for i, text := range oddTexts {
		r := StoreRow{ID: field.StoreID(fmt.Sprint("odd", i)), Name: fmt.Sprint("odd", text), Owner: text, Address: oddTexts[len(oddTexts)-1-i]}
		want[r.ID] = r
		for _, v := range (field.Store{LicenceNo: fmt.Sprint("odd", i), Name: r.Name, Owner: r.Owner, Address: r.Address, Township: "640402100"}).Fields() {
			o.write(t, ledger.Edit{ID: r.ID, Type: field.TypeStore, Territory: town, Field: v.Field, Value: v.Value})
		}
	}
	rows, err := newPhone(t, o, li).Stores(t.Context(), "odd")
	must(t, err)
	equal(t, len(rows), len(want))
	for _, r := range rows {
		if r != want[r.ID] {
			t.Errorf("got  %#v\nwant %#v", r, want[r.ID])
		}
	}
}

// Two people who do not know of each other may begin visits that stand at the same Lamport time.
func TestOfTwoVisitsThatNothingOrdersTheListAndTheDayShowTheLaterOne(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	first, second := checkIn(t, s, shop), checkIn(t, s, shop)
	must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), `UPDATE visit SET lam = 99, check_in_ms = CASE id WHEN $1 THEN 2000 ELSE 1000 END WHERE id IN ($1, $2)`, first.String(), second.String())
		return err
	}))
	rows, err := s.Stores(t.Context(), "")
	must(t, err)
	equal(t, rows[0].LastVisitMS, int64(2000))
	equal(t, today(t, s, "", field.Position{}).Other[0].LastMS, int64(2000))
}
