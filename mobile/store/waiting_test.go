package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

func push(t *testing.T, s *Store) []Outgoing {
	t.Helper()
	sent, err := s.NextPush(t.Context(), wire.MaxBudget)
	must(t, err)
	return sent
}

func TestAnEditMadeAfterAPushIsStillWaitingWhenItsReceiptComes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Packs: 1}, nil))
	waits(t, s, 3, 0) // the visit, its count, the walk of the store
	sent := push(t, s)
	must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Packs: 2}, nil))
	resp := o.answer(t, s, sent)
	must(t, s.Apply(t.Context(), sent, resp))
	waits(t, s, 1, 0)
	if row := visitPage(t, s, visit).Row; row.Waiting != 1 || row.ConfirmedMS != 0 {
		t.Fatalf("%+v", row)
	}
	equal(t, sheetRow(t, s, visit, furong).Line.Packs, 2)
	o.exchange(t, s)
	waits(t, s, 0, 0)
	equal(t, len(push(t, s)), 0)
	if row := visitPage(t, s, visit).Row; row.Waiting != 0 || row.ConfirmedMS == 0 {
		t.Fatalf("%+v", row)
	}
	must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Packs: 2}, nil)) // the value it has
	waits(t, s, 0, 0)
}

func TestApplyingAnAnswerTwiceChangesNothingMore(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	_, ref, err := addPhoto(t.Context(), s, visit, "a shelf")
	must(t, err)
	o.write(t, ledger.Edit{ID: shop, Field: "phone", Value: "13909549999", SeenAll: true})
	sent := push(t, s)
	resp := o.answer(t, s, sent)
	resp.Feeds[0].Puts = append(resp.Feeds[0].Puts, json.RawMessage(`{"from":"a newer server"}`))
	resp.Blobs = []wire.BlobHeld{{Ref: ref, Offset: 3}}
	must(t, s.Apply(t.Context(), sent, resp))
	once := dump(t, s)
	must(t, s.Apply(t.Context(), sent, resp))
	equal(t, dump(t, s), once)
	if err := s.Apply(t.Context(), sent, wire.SyncResponse{}); err == nil {
		t.Fatal("an answer without receipts was taken")
	}
	equal(t, dump(t, s), once)
}

// dump is the whole database but for the moments of its receipts.
func dump(t *testing.T, s *Store) (out string) {
	t.Helper()
	for _, query := range []string{`SELECT id, hex(version), own_n, body, hex(acked), acked_ms > 0, refused FROM record ORDER BY id`,
		`SELECT sha256, size, sent, done_ms > 0, refused FROM upload ORDER BY sha256`, `SELECT * FROM cursor`, `SELECT * FROM draft`,
		`SELECT raw FROM unread`, `SELECT * FROM replica`, `SELECT * FROM store ORDER BY id`, `SELECT * FROM conflict ORDER BY 1, 2`} {
		out += dumpRows(t, s, query)
	}
	return out
}

// dumpRows is what a query finds, a line for each row.
func dumpRows(t *testing.T, s *Store, query string) (out string) {
	t.Helper()
	rows, err := s.db.Read.QueryContext(t.Context(), query)
	must(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(t, err)
	cells, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		must(t, rows.Scan(into...))
		out += fmt.Sprintln(cells...)
	}
	must(t, rows.Err())
	return out
}

func TestWhatTheServerPutAsideIsShownAndSentAgainOnlyWhenItChanged(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	o.exchange(t, s)
	confirmed := syncPage(t, s).Confirmed.Records
	must(t, s.SetNote(t.Context(), visit, uuid.Nil, "货架已整理", nil))
	sent := push(t, s)
	equal(t, len(sent), 1)
	must(t, s.Apply(t.Context(), sent, wire.SyncResponse{Receipts: []wire.Receipt{{Status: wire.Quarantined, Code: "record.bad_value"}}}))
	p := syncPage(t, s)
	spots := []Spot{{Store: shop, StoreName: page(t, s, shop).Profile.Name, Visit: visit}}
	equal(t, p.Refused, []Refused{{Type: field.TypeNote, Code: "record.bad_value", N: 1, Spots: spots}})
	equal(t, p.Confirmed.Records, confirmed) // put aside is not arrived
	equal(t, len(push(t, s)), 0)
	equal(t, visitPage(t, s, visit).MyNote.Text.Value, "货架已整理")
	s = reopen(t, s)
	equal(t, len(syncPage(t, s).Refused), 1)

	must(t, s.SetNote(t.Context(), visit, uuid.Nil, "货架整理好了", nil))
	equal(t, len(push(t, s)), 1)
	o.exchange(t, s)
	p = syncPage(t, s)
	equal(t, len(p.Refused), 0)
	equal(t, p.Confirmed.Records, confirmed+1)
}

func syncPage(t *testing.T, s *Store) SyncPage {
	t.Helper()
	p, err := s.SyncPage(t.Context())
	must(t, err)
	return p
}

func TestAnAnswerThisVersionDoesNotKnowIsNoPromise(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	checkIn(t, s, shop)
	sent := push(t, s)
	must(t, s.Apply(t.Context(), sent, wire.SyncResponse{Receipts: []wire.Receipt{{Status: "later", Code: "busy"}}}))
	waits(t, s, 1, 0)
	equal(t, len(push(t, s)), 1)
	must(t, s.Apply(t.Context(), sent, wire.SyncResponse{Receipts: []wire.Receipt{{}}}))
	waits(t, s, 1, 0)
}

func TestAPhotoCountsOnceUntilItsLastByteAndItsRecordAreThere(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	o.exchange(t, s)
	_, ref, err := addPhoto(t.Context(), s, visit, "a shelf")
	must(t, err)
	waits(t, s, 0, 1)
	uploads, err := s.NextUploads(t.Context(), 9)
	must(t, err)
	equal(t, len(uploads), 0) // its record goes first
	o.exchange(t, s)
	waits(t, s, 0, 1)
	uploads, err = s.NextUploads(t.Context(), 9)
	must(t, err)
	equal(t, uploads, []Upload{{Ref: ref, Size: 7}})
	must(t, s.Uploaded(t.Context(), ref, 6))
	waits(t, s, 0, 1)
	must(t, s.RefuseUpload(t.Context(), ref, "blob.corrupt"))
	waits(t, s, 0, 1) // refused or not, it is not there
	spots := []Spot{{Store: shop, StoreName: page(t, s, shop).Profile.Name, Visit: visit}}
	equal(t, syncPage(t, s).Refused, []Refused{{Type: field.TypePhoto, Code: "blob.corrupt", N: 1, Spots: spots}})
	must(t, s.RetryRefused(t.Context()))
	must(t, s.Uploaded(t.Context(), ref, 7))
	waits(t, s, 0, 0)
	equal(t, syncPage(t, s).Confirmed.Photos, 1)

	// The same picture once more, at another store: its bytes are there, its record is not.
	other := checkIn(t, s, grocer)
	o.exchange(t, s)
	_, again, err := addPhoto(t.Context(), s, other, "a shelf")
	must(t, err)
	equal(t, again, ref)
	waits(t, s, 0, 1)
	wantFault(t, s.SignIn(t.Context(), accounts[wang]), "auth.other_user")
	if row := visitPage(t, s, other).Row; row.Waiting != 1 || row.WaitingPhotos != 1 || row.ConfirmedMS != 0 {
		t.Fatalf("%+v", row)
	}
	equal(t, page(t, s, grocer).Waiting, 1)
	equal(t, page(t, s, grocer).WaitingPhotos, 1)
	rows, err := s.Stores(t.Context(), "640402100002")
	must(t, err)
	equal(t, rows[0].WaitingPhotos, 1)
	for _, out := range push(t, s) { // the record arrives, the thumbnail not yet
		if r, err := record.Decode(out.Body); err == nil && r.Type == field.TypePhoto {
			must(t, s.Apply(t.Context(), []Outgoing{out}, o.answer(t, s, []Outgoing{out})))
		}
	}
	waits(t, s, 0, 1)
	o.exchange(t, s)
	waits(t, s, 0, 0)
	equal(t, page(t, s, grocer).Waiting, 0)
}

func TestEverythingLeavesInTheOrderThatServesTheOfficeAndWithinTheBudget(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	visit := checkIn(t, s, shop)
	for i := range 3 {
		_, _, err := addPhoto(t.Context(), s, visit, fmt.Sprint("photo ", i))
		must(t, err)
	}
	must(t, s.SetNote(t.Context(), visit, uuid.Nil, "记录", nil))
	var types []string
	for _, out := range push(t, s) {
		r, err := record.Decode(out.Body)
		must(t, err)
		equal(t, r.Version(), out.Version)
		types = append(types, r.Type)
	}
	equal(t, types, []string{"visit", "note", "photo", "photo", "photo", "thumbnail", "thumbnail", "thumbnail"})
	small, err := s.NextPush(t.Context(), 1)
	must(t, err)
	equal(t, len(small), 1)
}

func TestTypesAndFieldsOfANewerVersionSurvive(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	poster := uuid.New()
	o.write(t, ledger.Edit{ID: poster, Type: "poster", Territory: town, Field: "size", Value: []int{2, 3}},
		ledger.Edit{ID: shop, Field: "opens_at", Value: map[string]int{"hour": 7}},
		ledger.Edit{ID: shop, Field: "grade", Value: "十五", SeenAll: true}) // another shape than this version knows
	o.exchange(t, s)
	must(t, s.SetStoreText(t.Context(), shop, "phone", "13909541111", nil))
	o.exchange(t, s)
	equal(t, string(o.load(t, shop).Entries("opens_at")[0].Value), `{"hour":7}`)
	equal(t, string(o.load(t, shop).Entries("grade")[0].Value), `"十五"`)
	s = reopen(t, s)
	must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error { return ledger.Rebuild(t.Context(), tx) }))
	equal(t, loadRecord(t, s.db, poster).Version(), o.load(t, poster).Version())
	equal(t, page(t, s, shop).Profile.Grade, 0)
	if page(t, s, shop).Profile.Name == "" {
		t.Fatal("one unknown shape emptied the page")
	}
	waits(t, s, 0, 0)
}
