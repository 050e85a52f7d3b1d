package store

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// TestAPhotoSaysOnEveryPageHowFarItHasCome: taken, its record sent, some of its bytes, all of them, in a backup.
func TestAPhotoSaysOnEveryPageHowFarItHasCome(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	_, ref, err := addPhoto(t.Context(), s, visit, "a shelf!")
	must(t, err)
	is := func(stage Stage, sent int64, unsafe int) {
		t.Helper()
		onVisit := visitPage(t, s, visit).Photos
		listed, err := s.Photos(t.Context(), false, 0, 10)
		must(t, err)
		waiting, err := s.Photos(t.Context(), true, 0, 10)
		must(t, err)
		n, err := s.CountPhotos(t.Context())
		must(t, err)
		equal(t, n, PhotoCount{All: 1, Unsafe: unsafe})
		equal(t, len(waiting), unsafe)
		equal(t, []int{len(onVisit), len(listed)}, []int{1, 1})
		equal(t, listed[0].PhotoState, onVisit[0].PhotoState)
		equal(t, []any{listed[0].Stage, listed[0].Sent, listed[0].Visit, listed[0].StoreName}, []any{stage, sent, visit, page(t, s, shop).Profile.Name})
		equal(t, listed[0].Stage >= StageServer, unsafe == 0)
		row, p := visitPage(t, s, visit).Row, syncPage(t, s)
		equal(t, []int{row.WaitingPhotos, p.Waiting.Photos, page(t, s, shop).WaitingPhotos}, []int{unsafe, unsafe, unsafe})
		i := len(p.Kinds) - 1
		equal(t, p.Kinds[i], Kind{Type: field.TypePhoto, Waiting: unsafe, Confirmed: 1 - unsafe, BackedUp: p.BackedUp.Photos})
		equal(t, p.BackedUp.Photos == 1, stage == StageBackup)
	}
	is(StageRecord, 0, 1)
	o.exchange(t, s)
	is(StageBytes, 0, 1)
	must(t, s.Uploaded(t.Context(), ref, 3))
	is(StageBytes, 3, 1)
	must(t, s.Uploaded(t.Context(), ref, 8))
	is(StageServer, 8, 0)
	feed := func(seq, backedUp int64) {
		t.Helper()
		must(t, s.Apply(t.Context(), nil, wire.SyncResponse{Feeds: []wire.Feed{{Territory: town, Epoch: record.Replica{7}, Seq: seq, BackedUp: backedUp}}}))
	}
	var at int64
	must(t, s.db.Read.QueryRow(`SELECT seq FROM cursor WHERE territory = $1`, town.String()).Scan(&at))
	must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE cursor SET epoch = $1`, record.Replica{7}.String())
		return err
	}))
	feed(at+1, at)
	is(StageServer, 8, 0)
	feed(at+1, at+1) // it may have been made before the last byte came
	is(StageServer, 8, 0)
	feed(at+2, at+2)
	is(StageBackup, 8, 0)
}

// TestAPhotoThatAPersonMustLookAtStandsFirst: of those that are not safe; then those under way, then in the order taken.
func TestAPhotoThatAPersonMustLookAtStandsFirst(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	var refs []blob.Ref
	for i := range 5 {
		_, ref, err := addPhoto(t.Context(), s, visit, fmt.Sprint("shelf ", i))
		must(t, err)
		refs = append(refs, ref)
	}
	o.exchange(t, s)
	must(t, s.Uploaded(t.Context(), refs[4], 7))
	must(t, s.Uploaded(t.Context(), refs[2], 3))
	must(t, s.RefuseUpload(t.Context(), refs[3], "blob.corrupt"))
	last := checkIn(t, s, grocer)
	_, _, err := addPhoto(t.Context(), s, last, "shelf 5")
	must(t, err)
	must(t, s.Apply(t.Context(), push(t, s)[:2], wire.SyncResponse{Receipts: []wire.Receipt{{Status: wire.Applied}, {Status: wire.Quarantined, Code: "record.bad_value"}}}))
	listed, err := s.Photos(t.Context(), true, 0, 10)
	must(t, err)
	var got []string
	for _, p := range listed {
		got = append(got, fmt.Sprintf("%d %s %d", p.Stage, p.Code, p.Sent))
	}
	equal(t, got, []string{"1 blob.corrupt 0", "1 record.bad_value 0", "3  3", "3  0", "3  0"})
	part, err := s.Photos(t.Context(), true, 2, 2)
	must(t, err)
	equal(t, part, listed[2:4])
	all, err := s.Photos(t.Context(), false, 0, 10)
	must(t, err)
	equal(t, len(all), 6)
	equal(t, all[0].Visit, last)
	p := syncPage(t, s)
	equal(t, p.Kinds[len(p.Kinds)-1], Kind{Type: field.TypePhoto, Waiting: 5, Aside: 2, Confirmed: 1})
}

func TestARemovedPhotoIsListedUntilTheServerKnows(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	photo, _, err := addPhoto(t.Context(), s, visit, "a shelf")
	must(t, err)
	_, _, err = addPhoto(t.Context(), s, visit, "another shelf")
	must(t, err)
	o.exchange(t, s)
	is := func(all, unsafe int, gone ...bool) {
		t.Helper()
		n, err := s.CountPhotos(t.Context())
		must(t, err)
		equal(t, n, PhotoCount{All: all, Unsafe: unsafe})
		listed, err := s.Photos(t.Context(), true, 0, 10)
		must(t, err)
		var got []bool
		for _, p := range listed {
			got = append(got, p.Gone)
		}
		equal(t, got, gone)
		equal(t, syncPage(t, s).Waiting.Photos, unsafe)
	}
	is(2, 2, false, false)
	i := 0
	if visitPage(t, s, visit).Photos[1].ID == photo {
		i = 1
	}
	must(t, s.Remove(t.Context(), photo, visitPage(t, s, visit).Photos[i].Saw))
	is(1, 2, true, false)
	o.exchange(t, s)
	is(1, 1, false)
}

const (
	manyPhotos = 20_000
	manyUnsent = 600 // a week without a signal
)

// manyShots is a phone that has taken 20,000 photos in 4,000 visits; all but the last are on the server and in its backup.
func manyShots(t testing.TB, unsent int) *Store {
	t.Helper()
	s := newPhone(t, newOffice(t), li)
	must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error {
		w := ledger.Writer{Author: li, WallMS: time.Now().UnixMilli()}
		var visit uuid.UUID
		for i := range manyPhotos {
			if i == manyPhotos-unsent {
				if _, err := tx.Exec(`UPDATE record SET acked = version, acked_ms = 1, feed_seq = 9; UPDATE upload SET sent = size, done_ms = 1, feed_seq = 9, territory = $1;
					INSERT INTO cursor (territory, epoch, seq, whole, backed_up) VALUES ($1, 'AQAAAAAAAAAAAAAAAAAAAA', 10, 1, 10) ON CONFLICT DO UPDATE SET backed_up = 10`, town.String()); err != nil {
					return err
				}
			}
			var edits []ledger.Edit
			put := func(id uuid.UUID, typ string, values ...field.Value) {
				for _, v := range values {
					edits = append(edits, ledger.Edit{ID: id, Type: typ, Territory: town, Field: v.Field, Value: v.Value})
				}
			}
			store := []uuid.UUID{shop, grocer}[i/5%2]
			if i%5 == 0 {
				visit = uuid.New()
				at := field.Moment{AtMS: int64(i + 1)}
				put(visit, field.TypeVisit, field.Value{Field: "store", Value: store}, field.Value{Field: "manager", Value: li}, field.Value{Field: "check_in", Value: at}, field.Value{Field: "check_out", Value: at})
				put(noteID(visit, li), field.TypeNote, field.Value{Field: "visit", Value: visit}, field.Value{Field: "store", Value: store}, field.Value{Field: "text", Value: "缺货，已登记"})
				put(field.CountID(visit), field.TypeCount, field.Value{Field: "visit", Value: visit}, field.Value{Field: "store", Value: store})
			}
			photo, ref := uuid.New(), blob.Ref{1, byte(i), byte(i >> 8)}
			put(photo, field.TypePhoto, field.Value{Field: "photo", Value: field.Photo{Visit: visit, Store: store, Kind: "shelf", Ref: ref, Size: 300_000, TakenMS: int64(i + 1)}})
			put(field.ThumbnailID(photo), field.TypeThumbnail, field.Value{Field: "thumbnail", Value: field.Thumbnail{Photo: photo, JPEG: make([]byte, 4<<10)}})
			if _, err := ledger.Write(t.Context(), tx, w, edits...); err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO upload (sha256, size) VALUES ($1, 300000)`, ref.String()); err != nil {
				return err
			}
		}
		return nil
	}))
	return s
}

// BenchmarkPhotos is what the pages of what was sent wait for on a phone with 20,000 photos: a week of them unsent, and all.
func BenchmarkPhotos(b *testing.B) {
	for _, unsent := range []int{manyUnsent, manyPhotos} {
		s := manyShots(b, unsent)
		ctx := b.Context()
		for _, screen := range []struct {
			name string
			read func() error
		}{
			{"SyncPage", func() error { _, err := s.SyncPage(ctx); return err }},
			{"Count", func() error { _, err := s.CountPhotos(ctx); return err }},
			{"UnsafeFirst", func() error { _, err := s.Photos(ctx, true, 0, 60); return err }},
			{"UnsafeLast", func() error { _, err := s.Photos(ctx, true, unsent-60, 60); return err }},
			{"AllFirst", func() error { _, err := s.Photos(ctx, false, 0, 60); return err }},
			{"AllLast", func() error { _, err := s.Photos(ctx, false, manyPhotos-60, 60); return err }},
			{"Unfinished", func() error { _, err := s.Unfinished(ctx); return err }},
		} {
			b.Run(fmt.Sprintf("unsent=%d/%s", unsent, screen.name), func(b *testing.B) {
				for b.Loop() {
					must(b, screen.read())
				}
			})
		}
	}
}
