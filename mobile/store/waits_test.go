package store

import (
	"database/sql"
	"fmt"
	"slices"
	"testing"

	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// The tables of what waits say what the records and uploads say. Every test that counts what waits comes through here.
func sameWaits(t testing.TB, s *Store) {
	t.Helper()
	list := func(query string) (out []string) {
		t.Helper()
		must(t, s.db.View(t.Context(), func(tx *sql.Tx) error {
			return eachRow(t.Context(), tx, func(rows *sql.Rows) error {
				var a, b string
				var n int
				err := rows.Scan(&a, &b, &n)
				out = append(out, fmt.Sprint(a, " ", b, " ", n))
				return err
			}, query)
		}))
		slices.Sort(out)
		return out
	}
	const photos = `
		SELECT u.sha256, coalesce(p.store, ''), 1 FROM upload u LEFT JOIN photo p ON p.sha256 = u.sha256
		WHERE u.done_ms = 0 AND u.kept = 0 AND coalesce(p.gone, 0) = 0
		UNION
		SELECT p.sha256, p.store, 1 FROM record r JOIN photo p ON p.id = r.id WHERE r.version IS NOT r.acked
		UNION
		SELECT p.sha256, p.store, 1 FROM record r JOIN thumbnail t ON t.record = r.id JOIN photo p ON p.id = t.photo WHERE r.version IS NOT r.acked`
	const records = ` FROM record r WHERE version IS NOT acked AND type NOT IN ('photo', 'thumbnail') GROUP BY 1`
	for want, got := range map[string]string{
		photos: `SELECT sha256, store, 1 FROM (` + waitingPhotos + `)`,
		`SELECT ` + storeOf + `, '', count(*)` + records:                            `SELECT store, '', records FROM store_waits WHERE records > 0`,
		`SELECT type, '', count(*)` + records:                                       `SELECT type, '', n FROM type_waits WHERE n > 0`,
		`SELECT key, store, count(*) FROM waits WHERE part > 0 GROUP BY key, store`: `SELECT key, store, n FROM photo_waits`,
		`SELECT store, '', count(*) FROM photo_waits GROUP BY store`:                `SELECT store, '', photos FROM store_waits WHERE photos > 0`,
	} {
		if w, g := list(want), list(got); !slices.Equal(w, g) {
			t.Errorf("waits: %q, want %q, by %s", g, w, want)
		}
	}
}

func TestWhatWaitsIsCountedThroughAWholeLife(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	there, here := checkIn(t, s, grocer), checkIn(t, s, shop)
	first, ref, err := addPhoto(t.Context(), s, here, "a shelf")
	must(t, err)
	sameWaits(t, s)
	_, _, err = addPhoto(t.Context(), s, there, "a shelf") // the same bytes at another store
	must(t, err)
	_, _, err = addPhoto(t.Context(), s, here, "another shelf")
	must(t, err)
	must(t, s.SetCount(t.Context(), here, furong, field.CountLine{Packs: 1}, nil))
	must(t, s.SetNote(t.Context(), here, uuid.Nil, "缺货", nil))
	sameWaits(t, s)
	w, err := s.Waiting(t.Context())
	must(t, err)
	equal(t, w, wire.Waiting{Records: 5, Photos: 2}) // two visits, a count, the walk, a note
	o.exchange(t, s)
	sameWaits(t, s)
	waits(t, s, 0, 2)
	must(t, s.Uploaded(t.Context(), ref, int64(len("a shelf"))))
	waits(t, s, 0, 1)
	must(t, s.Remove(t.Context(), first, visitPage(t, s, here).Photos[0].Saw))
	sameWaits(t, s)
	o.settled(t, s)
	sameWaits(t, s)
	o.epoch = [16]byte{77} // another life of the server: everything has to be sent again
	o.exchange(t, s)
	sameWaits(t, s)
	s = reopen(t, s)
	sameWaits(t, s)
	o.settled(t, s)
	sameWaits(t, s)
}

func TestTablesOfWhatWaitsThatAreWrongAreMadeAnewAtTheStart(t *testing.T) {
	t.Parallel()
	for _, harm := range []string{
		`DELETE FROM waits WHERE part = 0`, `UPDATE type_waits SET n = n + 1`, `DELETE FROM store_waits`, `UPDATE store_waits SET photos = 0`,
		`DELETE FROM waits WHERE part = 1`, `DELETE FROM waits WHERE part = 3`, `DELETE FROM photo_waits`, `UPDATE photo_waits SET n = n + 1`,
		`UPDATE photo_waits SET bytes = 0`, `UPDATE photo_waits SET n = n + 1, bytes = bytes + 1`, `UPDATE store_waits SET records = 0`,
		`DELETE FROM waits; DELETE FROM photo_waits; DELETE FROM store_waits; DELETE FROM type_waits`, // as the update makes them
	} {
		s := newPhone(t, newOffice(t), li)
		visit := checkIn(t, s, shop)
		_, _, err := addPhoto(t.Context(), s, visit, "a shelf")
		must(t, err)
		must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.ExecContext(t.Context(), harm)
			return err
		}))
		s = reopen(t, s)
		sameWaits(t, s)
		waits(t, s, 1, 1)
	}
}

// A photo's bytes, its record and its thumbnail may come in any order, as when a phone was restored.
func TestAThumbnailThatComesBeforeItsPhotoWaitsWithIt(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	visit := checkIn(t, s, shop)
	photo := uuid.New()
	must(t, s.edit(t.Context(), withTerritory(field.ThumbnailID(photo), field.TypeThumbnail, "thumbnail", field.Thumbnail{Photo: photo, JPEG: []byte("t")})))
	must(t, s.edit(t.Context(), withTerritory(photo, field.TypePhoto, "photo", field.Photo{Visit: visit, Store: shop, Ref: blob.Ref{5}, Size: 3})))
	sameWaits(t, s)
	waits(t, s, 1, 1)
}

// The tables only repeat: whatever is wrong with them, or strange in a photo, nothing that a person does fails for it.
func TestNothingIsRefusedBecauseTheTablesOfWhatWaitsAreWrong(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	visit := checkIn(t, s, shop)
	_, ref, err := addPhoto(t.Context(), s, visit, "a shelf")
	must(t, err)
	left := []uuid.UUID{uuid.New(), uuid.New()}
	must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error {
		for i, id := range left { // as if they had been left behind
			_, err := tx.ExecContext(t.Context(), `INSERT INTO waits (id, part, key, store, type) VALUES ($1, $2, $1, '', 'photo')`, id.String(), i)
			if err != nil {
				return err
			}
		}
		return nil
	}))
	must(t, s.edit(t.Context(), withTerritory(left[0], field.TypeNote, "text", "缺货")))
	must(t, s.edit(t.Context(), withTerritory(left[1], field.TypePhoto, "photo", field.Photo{Visit: visit, Store: shop, Ref: blob.Ref{6}, Size: 3})))
	for _, odd := range []any{map[string]any{"sha256": ref}, map[string]any{"sha256": ref, "store": 7}, map[string]any{"store": shop}, "no photo", nil, []int{1}} {
		must(t, s.edit(t.Context(), withTerritory(uuid.New(), field.TypePhoto, "photo", odd)))
		must(t, s.edit(t.Context(), withTerritory(uuid.New(), field.TypeThumbnail, "thumbnail", odd)))
	}
	_, _, err = addPhoto(t.Context(), s, visit, "another shelf")
	must(t, err)
	s = reopen(t, s)
	w, err := s.Waiting(t.Context())
	must(t, err)
	equal(t, w.Records, 2) // the visit and the note
}

func withTerritory(id uuid.UUID, typ, name string, value any) ledger.Edit {
	return ledger.Edit{ID: id, Type: typ, Territory: town, Field: name, Value: value}
}
