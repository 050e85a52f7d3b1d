package ledger

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"storewalk/migrations"
	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"

	"github.com/google/uuid"
)

var (
	li      = uuid.MustParse("00000000-0000-4000-8000-0000000000a1")
	terr    = field.TerritoryID("test")
	storeID = field.StoreID("640402100001")
	visitID = uuid.MustParse("00000000-0000-4000-8000-0000000000b1")
	product = field.ProductID("2000000000015")
)

func openDB(t *testing.T) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(t.Context(), filepath.Join(t.TempDir(), "x.db"), migrations.Device())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	do(t, db, func(tx *sql.Tx) error {
		if _, err := tx.Exec(`INSERT INTO replica (one, rid, counter, lam, opens) VALUES (1, $1, 0, 0, 1)`, NewReplica().String()); err != nil {
			return err
		}
		return Prepare(t.Context(), tx)
	})
	return db
}

func do(t *testing.T, db *sqldb.DB, fn func(*sql.Tx) error) {
	t.Helper()
	if err := db.Tx(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, db *sqldb.DB, edits ...Edit) (out []record.Record) {
	t.Helper()
	do(t, db, func(tx *sql.Tx) (err error) {
		out, err = Write(t.Context(), tx, Writer{Author: li, WallMS: 1}, edits...)
		return err
	})
	return out
}

func line(cartons int) Edit {
	return Edit{ID: field.CountID(visitID), Type: field.TypeCount, Territory: terr, Field: field.LineField(product), Value: field.CountLine{Cartons: cartons}}
}

func TestWritingTheShownValueIsNoWrite(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	if first := write(t, db, line(3)); len(first) != 1 || first[0].Context().Len() != 1 {
		t.Fatal(first)
	}
	if again := write(t, db, line(3)); len(again) != 0 {
		t.Fatal(again)
	}
}

func TestTapsOfOnePhoneNeverConflictWithEachOther(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	for i := range 5 {
		write(t, db, line(i)) // each tap was made on a screen that had not yet drawn the last
	}
	if r := write(t, db, line(9)); len(r[0].Entries(field.LineField(product))) != 1 {
		t.Fatal(r[0].Entries(field.LineField(product)))
	}
}

func TestAReplicaTakesANewIDBeforeItCoversALostWriteOfItsOwn(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	old := write(t, db, line(1))[0]
	write(t, db, line(2))
	do(t, db, func(tx *sql.Tx) error { // the copy leaves and an older one comes back
		_, err := tx.Exec(`UPDATE record SET body = $1 WHERE id = $2`, string(old.Encode()), old.ID.String())
		return err
	})
	before := self(t, db)
	got := write(t, db, line(7))[0]
	after := self(t, db)
	if before == after {
		t.Fatal("wrote over a copy that misses its own last write")
	}
	if e, _ := got.Winner(field.LineField(product)); e.Dot != (record.Dot{Replica: after, N: 1}) {
		t.Fatal(e.Dot)
	}
	write(t, db, line(8))
	if self(t, db) != after {
		t.Fatal("a second new id for nothing")
	}
}

func self(t *testing.T, db *sqldb.DB) (rid record.Replica) {
	t.Helper()
	do(t, db, func(tx *sql.Tx) (err error) {
		rid, _, err = Self(t.Context(), tx)
		return err
	})
	return rid
}

func TestJoinKeepsBothAndListsTheConflictUntilItIsSettled(t *testing.T) {
	t.Parallel()
	a, b := openDB(t), openDB(t)
	rb := write(t, b, line(5))[0]
	write(t, a, line(4))
	var j Joined
	do(t, a, func(tx *sql.Tx) (err error) {
		j, err = Join(t.Context(), tx, rb)
		return err
	})
	if !j.Changed || conflicts(t, a) != 1 || len(News(j.Before, j.After)) != 1 {
		t.Fatalf("%+v", j)
	}
	do(t, a, func(tx *sql.Tx) (err error) {
		j, err = Join(t.Context(), tx, rb)
		return err
	})
	if j.Changed {
		t.Fatal("a repeated join changed something")
	}
	settle := line(5)
	settle.SeenAll = true
	write(t, a, settle)
	if conflicts(t, a) != 0 {
		t.Fatal("settled conflict still listed")
	}
}

func conflicts(t *testing.T, db *sqldb.DB) (n int) {
	t.Helper()
	if err := db.Read.QueryRow(`SELECT count(*) FROM conflict`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestRebuildEqualsIncremental writes and joins at random, then compares the typed tables with those that
// Rebuild makes.
func TestRebuildEqualsIncremental(t *testing.T) {
	t.Parallel()
	a, b := openDB(t), openDB(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	photo := uuid.New()
	ref := blob.Ref{1}
	all := []func() Edit{
		func() Edit { return line(rnd.IntN(4)) },
		func() Edit {
			return Edit{ID: field.CountID(visitID), Type: field.TypeCount, Territory: terr, Field: field.LineField(field.ProductID(fmt.Sprint(rnd.IntN(5)))), Value: field.CountLine{Packs: rnd.IntN(9), OutOfStock: rnd.IntN(2) == 0}}
		},
		func() Edit {
			return Edit{ID: field.CountID(visitID), Type: field.TypeCount, Territory: terr, Field: "visit", Value: visitID}
		},
		func() Edit {
			return Edit{ID: field.CountID(visitID), Type: field.TypeCount, Territory: terr, Field: "store", Value: storeID}
		},
		func() Edit {
			return Edit{ID: storeID, Type: field.TypeStore, Territory: terr, Field: "phone", Value: fmt.Sprint(rnd.IntN(5))}
		},
		func() Edit {
			return Edit{ID: storeID, Type: field.TypeStore, Territory: terr, Field: "name", Value: "重庆长乐便利店"}
		},
		func() Edit {
			return Edit{ID: storeID, Type: field.TypeStore, Territory: terr, Field: "grade", Value: "not a number"}
		},
		func() Edit {
			return Edit{ID: visitID, Type: field.TypeVisit, Territory: terr, Field: "check_in", Value: field.Moment{AtMS: 5}}
		},
		func() Edit {
			return Edit{ID: visitID, Type: field.TypeVisit, Territory: terr, Field: "store", Value: storeID}
		},
		func() Edit {
			return Edit{ID: photo, Type: field.TypePhoto, Territory: terr, Field: "photo", Value: field.Photo{Visit: visitID, Ref: ref, Size: 9}}
		},
		func() Edit {
			return Edit{ID: field.ThumbnailID(photo), Type: field.TypeThumbnail, Territory: terr, Field: "thumbnail", Value: field.Thumbnail{Photo: photo, JPEG: []byte{1}}}
		},
		func() Edit {
			return Edit{ID: uuid.NewSHA1(visitID, []byte("n")), Type: field.TypeNote, Territory: terr, Field: "text", Value: fmt.Sprint(rnd.IntN(3))}
		},
		func() Edit {
			return Edit{ID: terr, Type: field.TypeTerritory, Territory: field.Common, Field: "name", Value: "T"}
		},
		func() Edit {
			return Edit{ID: li, Type: field.TypeUser, Territory: field.Common, Field: "name", Value: "李"}
		},
		func() Edit {
			return Edit{ID: product, Type: field.TypeProduct, Territory: field.Common, Field: "name", Value: "芙蓉王"}
		},
		func() Edit {
			return Edit{ID: uuid.NewSHA1(li, []byte("h")), Type: "hologram", Territory: terr, Field: "z", Value: rnd.IntN(3)}
		},
	}
	work := func(typ, name string, value func() any) {
		all = append(all, func() Edit {
			return Edit{ID: uuid.NewSHA1(visitID, []byte(typ)), Type: typ, Territory: terr, Field: name, Value: value()}
		})
	}
	fixed := func(v any) func() any { return func() any { return v } }
	work(field.TypeTask, "stores", func() any { return []uuid.UUID{storeID, li, terr}[rnd.IntN(2):] })
	work(field.TypeTask, "closed", func() any { return rnd.IntN(2) == 0 })
	work(field.TypeAnnouncement, "until", func() any { return rnd.IntN(9) })
	work(field.TypeChecklist, "visit", fixed(visitID))
	work(field.TypeChecklist, "store", fixed(storeID))
	work(field.TypeChecklist, field.ToldPrefix+li.String(), func() any { return field.Tick{Done: rnd.IntN(4) > 0, AtMS: 7} })
	work(field.TypeChecklist, field.AttendeePrefix+storeID.String(), func() any {
		return []any{nil, field.Attendance{}, field.Attendance{Came: true}}[rnd.IntN(3)]
	})
	work(field.TypeRequest, "store", fixed(storeID))
	work(field.TypeRequest, "kind", fixed(field.RequestComplaint))
	work(field.TypeRequest, field.EventPrefix+li.String(), fixed(field.RequestEvent{Kind: field.EventStart}))
	work(field.TypeRequest, field.EventPrefix+terr.String(), fixed(field.RequestEvent{Kind: field.EventSolve}))
	work(field.TypeApplication, "visit", fixed(visitID))
	work(field.TypeApplication, "decision", func() any { return field.Decision{State: field.DecisionApproved, AtMS: int64(rnd.IntN(3))} })
	work(field.TypeWalk, "store", fixed(storeID))
	for range 600 {
		from, to := a, b
		if rnd.IntN(2) == 0 {
			from, to = b, a
		}
		for _, r := range write(t, from, all[rnd.IntN(len(all))]()) {
			if rnd.IntN(3) > 0 {
				do(t, to, func(tx *sql.Tx) error {
					_, err := Join(t.Context(), tx, r)
					return err
				})
			}
		}
	}
	for _, db := range []*sqldb.DB{a, b} {
		incremental := dump(t, db)
		do(t, db, func(tx *sql.Tx) error { return Rebuild(t.Context(), tx) })
		if rebuilt := dump(t, db); rebuilt != incremental {
			t.Fatalf("incremental:\n%s\nrebuilt:\n%s", incremental, rebuilt)
		}
		for _, table := range []string{"conflict", "count_line", "task_store", "told", "attendance", "request", "about"} {
			if !strings.Contains(incremental, table+"|") {
				t.Fatal("nothing in " + table + ":\n" + incremental)
			}
		}
	}
}

func dump(t *testing.T, db *sqldb.DB) string {
	t.Helper()
	var out strings.Builder
	for _, table := range []string{"territory", "person", "product", "store", "visit", "count_line", "note", "photo", "thumbnail", "conflict",
		"task", "task_store", "announcement", "told", "attendance", "request", "application", "about"} {
		rows, err := db.Read.Query(`SELECT * FROM ` + table + ` ORDER BY 1, 2`)
		if err != nil {
			t.Fatal(err)
		}
		cols, _ := rows.Columns()
		for rows.Next() {
			cells := make([]any, len(cols))
			for i := range cells {
				cells[i] = new(any)
			}
			if err := rows.Scan(cells...); err != nil {
				t.Fatal(err)
			}
			out.WriteString(table)
			for _, c := range cells {
				fmt.Fprintf(&out, "|%v", *c.(*any))
			}
			out.WriteByte('\n')
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		rows.Close()
	}
	return out.String()
}

func TestSearchTextFindsEveryReading(t *testing.T) {
	t.Parallel()
	text := searchText("重庆长乐便利店", "王堃", "640402100001")
	for _, typed := range []string{"重庆", "王堃", "chongqingchangle", "cqcl", "zqzl", "bianlidian", "wangkun", "wk", "0402"} {
		if !strings.Contains(text, field.Fold(typed)) {
			t.Errorf("%q not in %q", typed, text)
		}
	}
}
