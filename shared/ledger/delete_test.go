package ledger

import (
	"database/sql"
	"testing"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"

	"github.com/google/uuid"
)

var photoID = uuid.MustParse("00000000-0000-4000-8000-0000000000c1")

func aPhoto() Edit {
	return Edit{ID: photoID, Type: field.TypePhoto, Territory: terr, Field: "photo", Value: field.Photo{Visit: visitID, Store: storeID, Size: 1}}
}

func aNote(text string) Edit {
	return Edit{ID: photoID, Type: field.TypeNote, Territory: terr, Field: "text", Value: text}
}

// shown is the context of the record as it is in a database: what a page read from it shows.
func shown(t *testing.T, db *sqldb.DB) record.Vector { t.Helper(); return held(t, db).Context() }

func held(t *testing.T, db *sqldb.DB) (r record.Record) {
	t.Helper()
	do(t, db, func(tx *sql.Tx) (err error) {
		r, _, err = Load(t.Context(), tx, photoID)
		return err
	})
	return r
}

func remove(t *testing.T, db *sqldb.DB, saw record.Vector) record.Record {
	t.Helper()
	do(t, db, func(tx *sql.Tx) error {
		e, err := Deletion(t.Context(), tx, photoID, saw)
		if err == nil {
			_, err = Write(t.Context(), tx, Writer{Author: li, WallMS: 5}, e)
		}
		return err
	})
	return held(t, db)
}

func restore(t *testing.T, db *sqldb.DB, saw record.Vector) record.Record {
	t.Helper()
	do(t, db, func(tx *sql.Tx) error {
		e, err := Restoration(t.Context(), tx, photoID, saw)
		if err == nil {
			_, err = Write(t.Context(), tx, Writer{Author: li, WallMS: 6}, e)
		}
		return err
	})
	return held(t, db)
}

// A shownAs is what pages and screens learn of the record.
type shownAs struct {
	gone, removals int
	by, other      string
	kept           bool
	conflicts      int
}

func asShown(t *testing.T, db *sqldb.DB, table string) shownAs {
	t.Helper()
	read := func() (s shownAs) {
		err := db.Read.QueryRow(`SELECT (SELECT gone FROM `+table+`), (SELECT count(*) FROM removal), coalesce((SELECT author FROM removal), ''),
			coalesce((SELECT other FROM removal), ''), coalesce((SELECT kept FROM removal), 0) <> 0, (SELECT count(*) FROM conflict)`).
			Scan(&s.gone, &s.removals, &s.by, &s.other, &s.kept, &s.conflicts)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	now := read()
	do(t, db, func(tx *sql.Tx) error { return Rebuild(t.Context(), tx) })
	if again := read(); again != now {
		t.Fatalf("made anew, the tables say %+v, not %+v", again, now)
	}
	return now
}

func TestADeletedRecordIsHiddenFromTheTablesUntilItIsTakenBack(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	write(t, db, aPhoto())
	if got := asShown(t, db, "photo"); got != (shownAs{}) {
		t.Fatalf("%+v", got)
	}
	remove(t, db, shown(t, db))
	if got := asShown(t, db, "photo"); got != (shownAs{gone: 1, removals: 1, by: li.String()}) {
		t.Fatalf("%+v", got)
	}
	restore(t, db, shown(t, db))
	if got := asShown(t, db, "photo"); got != (shownAs{}) {
		t.Fatalf("%+v", got)
	}
}

func TestWhatADeleteDidNotSeeStaysInSightWithBothNames(t *testing.T) {
	t.Parallel()
	a, b := openDB(t), openDB(t)
	r := write(t, a, aNote("1"))[0]
	if err := join(t, b, r); err != nil {
		t.Fatal(err)
	}
	ma := uuid.MustParse("00000000-0000-4000-8000-0000000000a2")
	do(t, b, func(tx *sql.Tx) error {
		e := aNote("2")
		e.SeenAll = true
		_, err := Write(t.Context(), tx, Writer{Author: ma, WallMS: 1}, e)
		return err
	})
	removed := remove(t, a, shown(t, a))
	if err := join(t, b, removed); err != nil {
		t.Fatal(err)
	}
	want := shownAs{removals: 1, by: li.String(), other: ma.String()}
	if got := asShown(t, b, "note"); got != want {
		t.Fatalf("%+v", got)
	}
	// Two who delete it apart differ in what they saw, which is nobody's conflict to settle.
	if err := join(t, a, held(t, b)); err != nil {
		t.Fatal(err)
	}
	page := shown(t, a)
	remove(t, a, page)
	remove(t, b, page)
	if err := join(t, a, held(t, b)); err != nil {
		t.Fatal(err)
	}
	if got := asShown(t, a, "note"); got != (shownAs{gone: 1, removals: 1, by: li.String()}) {
		t.Fatalf("%+v", got)
	}
	// One keeps it, and another deletes it once more without knowing.
	if err := join(t, b, held(t, a)); err != nil {
		t.Fatal(err)
	}
	restore(t, b, shown(t, b))
	remove(t, a, shown(t, a))
	if err := join(t, a, held(t, b)); err != nil {
		t.Fatal(err)
	}
	if got := asShown(t, a, "note"); got != (shownAs{removals: 1, by: li.String(), other: li.String(), kept: true}) {
		t.Fatalf("%+v", got)
	}
}

func TestADeleteByAPageThatStoodOpenHidesNothingThatCameMeanwhile(t *testing.T) {
	t.Parallel()
	a, b := openDB(t), openDB(t)
	if err := join(t, b, write(t, a, aNote("1"))[0]); err != nil {
		t.Fatal(err)
	}
	page := shown(t, b)
	if err := join(t, b, write(t, a, aNote("2"))[0]); err != nil {
		t.Fatal(err)
	}
	if j := remove(t, b, page).Judge(); j.Fate != record.Disputed {
		t.Fatal(j)
	}
	// What was written on this phone itself counts as seen, however old its page is.
	write(t, a, aNote("3"))
	if j := remove(t, a, page).Judge(); j.Fate != record.Gone {
		t.Fatal(j)
	}
}

func TestOnlyPhotosAndNotesCanBeDeleted(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	for _, e := range []Edit{
		{ID: visitID, Type: field.TypeVisit, Territory: terr, Field: "store", Value: storeID},
		{ID: storeID, Type: field.TypeStore, Territory: terr, Field: "name", Value: "店"},
	} {
		write(t, db, e)
		err := db.Tx(t.Context(), func(tx *sql.Tx) error {
			_, err := Deletion(t.Context(), tx, e.ID, record.Vector{})
			return err
		})
		if !fault.Is(err, "record.not_found") {
			t.Error(e.Type, err)
		}
	}
	write(t, db, Edit{ID: storeID, Field: record.Deleted, Value: record.DeleteValue(record.Vector{}.With(record.Dot{Replica: record.Replica{1}, N: 1 << 40}))})
	var name string
	if err := db.Read.QueryRow(`SELECT name FROM store`).Scan(&name); err != nil || name != "店" {
		t.Fatal("a later version's delete of a store hides it", err)
	}
}

func TestADeleteOfALifeThatIsRenamedStillHidesWhatItSawAndNothingElse(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	write(t, db, Edit{ID: storeID, Type: field.TypeStore, Territory: terr, Field: "name", Value: "confirmed"})
	write(t, db, aPhoto())
	before := remove(t, db, shown(t, db))
	var fresh record.Replica
	do(t, db, func(tx *sql.Tx) (err error) {
		fresh, err = Reincarnate(t.Context(), tx, 1, map[uint64][]string{2: {"of the other life"}})
		return err
	})
	after := held(t, db)
	if j := after.Judge(); j.Fate != record.Gone {
		t.Fatal("a removed photo is shown again", j)
	}
	saw, _ := record.DecodeDelete(after.Judge().Deletes[0].Value)
	if saw.N(before.Context().Dots()[0].Replica) > 1 || saw.N(fresh) == 0 {
		t.Fatal("the delete claims to have seen the other life's writes", saw.Dots())
	}
	other := record.Record{ID: photoID, Type: field.TypePhoto, Territory: terr, Place: before.Place}
	old := before.Context().Dots()[0]
	other = other.Set("photo", record.Entry{Dot: record.Dot{Replica: old.Replica, N: 2}, Lam: 2, Value: []byte(`{}`)}, nil)
	if err := join(t, db, other); err != nil {
		t.Fatal(err)
	}
	if j := held(t, db).Judge(); j.Fate != record.Disputed || len(j.Unseen) != 1 || j.Unseen[0].Entry.Dot.Replica != old.Replica {
		t.Fatal(j)
	}
}
