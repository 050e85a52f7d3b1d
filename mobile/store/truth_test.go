package store

import (
	"cmp"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// TestWhatIsReadQuicklyIsTheTruth: through random days, with a server that loses, refuses and backs up what it likes, the
// pages say what reading every row and counting it in Go says. Above all nothing is called backed up that is not.
func TestWhatIsReadQuicklyIsTheTruth(t *testing.T) {
	t.Parallel()
	backedUp := 0
	for seed := range uint64(6) {
		h := &history{t: t, rnd: rand.New(rand.NewPCG(seed, 7)), office: newOffice(t)}
		h.phone = newPhone(t, h.office, li)
		for step := range 60 {
			h.step()
			if h.compare(); t.Failed() {
				t.Fatalf("after step %d of seed %d", step, seed)
			}
			if syncPage(t, h.phone).AllBackedUp {
				backedUp++
			}
		}
	}
	if backedUp < 10 {
		t.Errorf("everything was backed up only %d times: that is no test", backedUp)
	}
}

// A history is what happens to a phone.
type history struct {
	t      *testing.T
	rnd    *rand.Rand
	office *office
	phone  *Store
	visits []uuid.UUID
	photos []uuid.UUID
}

func (h *history) step() {
	t, s, ctx := h.t, h.phone, h.t.Context()
	if len(h.visits) == 0 || h.rnd.IntN(6) == 0 {
		h.visits = append(h.visits, checkIn(t, s, []uuid.UUID{shop, grocer}[h.rnd.IntN(2)]))
	}
	visit := h.visits[h.rnd.IntN(len(h.visits))]
	switch n := h.rnd.IntN(13); n {
	case 0:
		must(t, s.CheckOut(ctx, visit, nowhere))
	case 1:
		must(t, s.SetCount(ctx, visit, furong, field.CountLine{Packs: h.rnd.IntN(9) + 1}, nil))
	case 2, 3, 4: // of few pictures: some are the same
		photo, _, err := addPhoto(ctx, s, visit, fmt.Sprint("shelf ", h.rnd.IntN(12)))
		must(t, err)
		h.photos = append(h.photos, photo)
	case 5:
		if len(h.photos) > 0 {
			photo := h.photos[h.rnd.IntN(len(h.photos))]
			saw := loadRecord(t, s.db, photo).Context()
			if h.rnd.IntN(3) == 0 {
				must(t, s.Restore(ctx, photo, saw))
			} else {
				must(t, s.Remove(ctx, photo, saw))
			}
		}
	case 6: // two write the same field
		at := []uuid.UUID{shop, grocer}[h.rnd.IntN(2)]
		h.office.write(t, ledger.Edit{ID: at, Field: "phone", Value: fmt.Sprint(13_900_000_000 + h.rnd.IntN(99))})
		must(t, s.SetStoreText(ctx, at, "phone", fmt.Sprint(13_900_000_000+h.rnd.IntN(99)), nil))
		fallthrough
	case 7:
		h.office.exchange(t, s)
	case 9: // a group visit, to which the other store comes, or does not
		to := []uuid.UUID{shop, grocer}[h.rnd.IntN(2)]
		saw := loadRecord(t, s.db, visit).Seen("group")
		if v := loadRecord(t, s.db, visit); field.VisitOf(v).CheckOut.AtMS == 0 {
			must(t, s.SetMode(ctx, visit, "group", h.rnd.IntN(4) > 0, saw))
			must(t, s.SetAttendance(ctx, visit, to, &field.Attendance{Came: h.rnd.IntN(3) > 0}, attendanceSeen(t, s, visit, to)))
		}
	case 8: // everything arrives, and into a backup: perhaps into one that was made before the bytes were there
		h.change(fmt.Sprint(`UPDATE record SET acked = version, acked_ms = 1, refused = '', feed_seq = 3; UPDATE upload SET sent = size, done_ms = 2, refused = '', feed_seq = 3,
			territory = '`, town, `'; UPDATE cursor SET backed_up = `, 3+h.rnd.IntN(2)))
	default:
		h.happens()
	}
}

// happens lets the server change its mind about some of the records and bytes.
func (h *history) happens() {
	some := func(n int) string { return fmt.Sprintf("rowid %% %d = %d", n, h.rnd.IntN(n)) }
	seq := h.rnd.IntN(8) - 1
	all := []string{
		`UPDATE record SET acked = NULL WHERE ` + some(5),
		fmt.Sprint(`UPDATE record SET acked = version, acked_ms = 1, feed_seq = `, seq, ` WHERE `, some(2)),
		fmt.Sprint(`UPDATE record SET feed_seq = `, seq, ` WHERE acked IS NOT NULL AND `, some(4)),
		`UPDATE record SET acked = version, refused = 'record.bad_value' WHERE own_n > 0 AND ` + some(7),
		`UPDATE record SET refused = '' WHERE ` + some(2),
		`UPDATE record SET own_n = 0 WHERE ` + some(30),
		fmt.Sprint(`UPDATE upload SET sent = size, done_ms = 2, refused = '', feed_seq = `, seq, `, territory = '`, town, `' WHERE `, some(2)),
		`UPDATE upload SET sent = size / 2, done_ms = 0, feed_seq = 0 WHERE ` + some(3),
		`UPDATE upload SET refused = 'blob.corrupt', sent = 0, done_ms = 0 WHERE ` + some(4),
		`UPDATE upload SET kept = 0 WHERE ` + some(2),
		`UPDATE upload SET kept = 1 WHERE done_ms = 0 AND sha256 IN (SELECT sha256 FROM photo WHERE gone = 1)`,
		fmt.Sprint(`UPDATE cursor SET backed_up = `, h.rnd.IntN(8)),
		fmt.Sprintf(`INSERT INTO cursor (territory, epoch, seq, backed_up) SELECT '%s', epoch, seq, %d FROM cursor LIMIT 1 ON CONFLICT DO UPDATE SET backed_up = excluded.backed_up`,
			field.Common, h.rnd.IntN(8)),
	}
	h.change(all[h.rnd.IntN(len(all))])
}

func (h *history) change(statement string) {
	must(h.t, h.phone.db.Tx(h.t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(h.t.Context(), statement)
		return err
	}))
}

func (h *history) compare() {
	h.t.Helper()
	sameWaits(h.t, h.phone)
	h.sync()
	h.lists()
}

// sync compares the sync page with every record and upload, counted one by one.
func (h *history) sync() {
	t, s := h.t, h.phone
	t.Helper()
	p := syncPage(t, s)
	backup := map[string]int{}
	h.each(`SELECT territory, '', '', backed_up, 0, 0, 0 FROM cursor`, func(territory, _, _ string, upTo, _, _, _ int) { backup[territory] = upTo })
	kinds, all := map[string]Kind{}, true
	h.each(`SELECT type, territory, refused, own_n > 0, version IS acked, feed_seq, 0 FROM record`, func(typ, territory, refused string, own, arrived, seq, _ int) {
		k := kinds[typ]
		upTo, read := backup[territory]
		safe := read && seq >= 1 && seq <= upTo
		switch photo := typ == field.TypePhoto || typ == field.TypeThumbnail; {
		case arrived == 0 && !photo:
			k.Waiting++
		case arrived == 0 || own == 0 || refused != "":
		case photo: // by its bytes, but a later word on it must be in the backup too
			all = all && (safe || !read)
		default:
			k.Confirmed++
			if all = all && safe; safe {
				k.BackedUp++
			}
		}
		kinds[typ] = k
	})
	equal(t, p.Waiting.Photos, len(h.hashes(`SELECT DISTINCT sha256 FROM (`+waitingPhotos+`)`))) // sameWaits has looked at these
	bytes, photos := 0, Kind{Waiting: p.Waiting.Photos}
	h.each(`SELECT sha256, territory, '', size - sent, done_ms, feed_seq, kept FROM upload`, func(sha, territory, _ string, left, done, seq, kept int) {
		upTo, read := backup[territory]
		switch safe := read && seq >= 1 && seq < upTo; {
		case done > 0:
			photos.Confirmed++
			if all = all && safe; safe {
				photos.BackedUp++
			}
		case kept == 0 && !h.allRemoved(sha):
			bytes += left
		}
	})
	kinds[field.TypePhoto] = photos
	delete(kinds, field.TypeThumbnail)
	var confirmed, backedUp wire.Waiting
	for typ, want := range kinds {
		var got Kind
		if i := slices.IndexFunc(p.Kinds, func(k Kind) bool { return k.Type == typ }); i >= 0 {
			got = p.Kinds[i]
		}
		got.Type, got.Aside = "", 0
		if got != want {
			t.Errorf("%s: %+v, want %+v", typ, got, want)
		}
		if typ != field.TypePhoto {
			confirmed.Records, backedUp.Records = confirmed.Records+want.Confirmed, backedUp.Records+want.BackedUp
		}
	}
	confirmed.Photos, backedUp.Photos = photos.Confirmed, photos.BackedUp
	if p.Confirmed != confirmed || p.BackedUp != backedUp || p.WaitingBytes != int64(bytes) {
		t.Errorf("confirmed %+v, backed up %+v, %d bytes wait; want %+v, %+v, %d", p.Confirmed, p.BackedUp, p.WaitingBytes, confirmed, backedUp, bytes)
	}
	if p.AllBackedUp != all {
		t.Errorf("all is backed up: %t, want %t", p.AllBackedUp, all)
	}
}

func (h *history) allRemoved(sha string) bool {
	gone, there := false, false
	h.each(`SELECT sha256, '', '', gone, 0, 0, 0 FROM photo`, func(of, _, _ string, g, _, _, _ int) {
		gone, there = gone || of == sha && g == 1, there || of == sha && g == 0
	})
	return gone && !there
}

// each reads rows of three texts and four numbers.
func (h *history) each(query string, fn func(a, b, c string, k, l, m, n int)) {
	h.t.Helper()
	must(h.t, h.phone.db.View(h.t.Context(), func(tx *sql.Tx) error {
		return eachRow(h.t.Context(), tx, func(rows *sql.Rows) error {
			var a, b, c string
			var k, l, m, n int
			err := rows.Scan(&a, &b, &c, &k, &l, &m, &n)
			fn(a, b, c, k, l, m, n)
			return err
		}, query)
	}))
}

// lists compares the lists with what each row says of itself.
func (h *history) lists() {
	t, s, ctx := h.t, h.phone, h.t.Context()
	t.Helper()
	stores, err := s.Stores(ctx, "")
	must(t, err)
	for _, r := range stores {
		p := page(t, s, r.ID)
		want := StoreRow{ID: r.ID, Name: p.Profile.Name, Owner: p.Profile.Owner, Address: p.Profile.Address, OpenVisit: p.OpenVisit,
			WaitingRecords: p.Waiting - p.WaitingPhotos, WaitingPhotos: p.WaitingPhotos, Refused: p.Refused}
		want.LastVisitMS = h.lastVisit(r.ID)
		h.each(`SELECT store, '', '', count(*), 0, 0, 0 FROM conflict GROUP BY store`, func(store, _, _ string, n, _, _, _ int) {
			if store == r.ID.String() {
				want.Conflicts = n
			}
		})
		equal(t, r, want)
	}

	type visit struct {
		id        string
		open, lam int
	}
	var visits []visit
	h.each(`SELECT id, '', '', check_out_ms = 0, lam, 0, 0 FROM visit WHERE manager = '`+li.String()+`'`, func(id, _, _ string, open, lam, _, _ int) {
		visits = append(visits, visit{id, open, lam})
	})
	slices.SortFunc(visits, func(a, b visit) int { return cmp.Or(b.open-a.open, b.lam-a.lam) })
	limit := h.rnd.IntN(len(visits)) + 1
	rows, err := s.Visits(ctx, limit)
	must(t, err)
	var got, want []string
	for i, r := range rows {
		got, want = append(got, r.ID.String()), append(want, visits[i].id)
		h.photosIn(r)
	}
	equal(t, got, want)
	equal(t, len(got), limit)

	// An index that is named changes how a list is read, and nothing of it.
	for _, query := range []string{unsafeOrder + ` LIMIT $1 OFFSET $2`, nextUploads + ` LIMIT $1 OFFSET $2`} {
		offset := h.rnd.IntN(8)
		equal(t, h.hashes(query, 5, offset), h.hashes(strings.NewReplacer("INDEXED BY upload_order", "", "INDEXED BY upload_refused", "").Replace(query), 5, offset))
	}
	n, err := s.CountPhotos(ctx)
	must(t, err)
	equal(t, n, PhotoCount{All: len(h.hashes(`SELECT sha256 `+taken+` LIMIT $1 OFFSET $2`, 999, 0)), Unsafe: len(h.hashes(unsafeOrder, 999, 0))})
}

// photosIn compares what a row says of the photos of a visit with each of them.
func (h *history) photosIn(r VisitRow) {
	h.t.Helper()
	all, wait, elsewhere, latest := 0, map[string]bool{}, map[string]bool{}, 0
	h.each(`SELECT p.sha256, '', '', p.gone, coalesce(u.done_ms, -1), w.version IS NOT w.acked OR t.version IS NOT t.acked, 0
		FROM photo p JOIN record w ON w.id = p.id JOIN thumbnail o ON o.photo = p.id JOIN record t ON t.id = o.record
		LEFT JOIN upload u ON u.sha256 = p.sha256 WHERE p.visit = '`+r.ID.String()+`'`, func(sha, _, _ string, gone, done, record, _ int) {
		if gone == 0 {
			all++
		}
		if record == 1 || gone == 0 && done == 0 {
			wait[sha] = true
		}
		if gone == 0 && done < 0 {
			elsewhere[sha] = true
		}
		latest = max(latest, done)
	})
	equal(h.t, []int{r.Photos, r.WaitingPhotos, r.Elsewhere}, []int{all, len(wait), len(elsewhere)})
	if r.Done() && r.ConfirmedMS < int64(latest) {
		h.t.Errorf("confirmed at %d, its last photo at %d", r.ConfirmedMS, latest)
	}
}

// lastVisit is when the last visit began that was made at a store, or with a group to which it came.
func (h *history) lastVisit(store uuid.UUID) (ms int64) {
	latest := -1
	h.each(`SELECT id, store, '', lam, check_in_ms, 0, 0 FROM visit`, func(visit, at, _ string, lam, in, _, _ int) {
		id := uuid.MustParse(visit)
		a, _ := field.AttendanceOf(loadRecord(h.t, h.phone.db, field.ChecklistID(id)), store)
		came := a.Came && field.VisitOf(loadRecord(h.t, h.phone.db, id)).Group
		if lam > latest && (at == store.String() || came) {
			latest, ms = lam, int64(in)
		}
	})
	return ms
}

func (h *history) hashes(query string, args ...any) (out []string) {
	h.t.Helper()
	must(h.t, h.phone.db.View(h.t.Context(), func(tx *sql.Tx) error {
		return eachRow(h.t.Context(), tx, func(rows *sql.Rows) error {
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			var sha string
			into := []any{&sha, new(any), new(any)}[:len(columns)]
			err = rows.Scan(into...)
			out = append(out, sha)
			return err
		}, query, args...)
	}))
	return out
}
