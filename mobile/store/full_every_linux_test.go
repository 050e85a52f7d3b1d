package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"storewalk/shared/blob"
	"storewalk/shared/digest"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// readers are the methods of a Store that write nothing, but when the clock was set, see Store.putRight. A method is here or in the test's list of writes.
var readers = strings.Fields(`Account Application Applications Awaited Bookmark Brands Checklist Clocks Close ComparedMS Conflict Conflicts CountHead CountPhotos
	CountSheet Cursors Damaged DayEnd DayVisits EvidencePlan FindProducts Found HasPush Inventory LastExchange Locked Map NextPush NextUploads OpenConflicts OpenPhoto PhotoPair PhotoRoom Photos Phrases ReceiptDue ReceiptOf Receipts RequestPage Requests Room ShotPlan
	Shots SomeUploaded StorePage Stores Sums SyncPage Today Typing Unfinished VisitPage Visits Waiting Walk Watch`)

// A write is one call of a method that writes.
type fullWrite struct {
	method string
	before func() error // makes ready for it, with room; may be nil
	do     func(context.Context) error
}

// page is the size of what a file grows by.
const diskPage = 4 << 10

// Each method that writes is called on a disk that has room for no page more, then for one, then for two, until it works. It
// says that the disk is full, and neither the database nor a file beside it is other than before.
func TestADiskThatIsFullAtAnyWriteOfAnyMethodLeavesAllAsItWas(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	disk := smallDisk(t)
	dir := filepath.Join(disk, "data")
	s := newPhoneIn(t, o, li, dir)
	visit := checkIn(t, s, shop)
	ctx := t.Context()
	all := everyWrite(t, o, s, visit)

	known := append(slices.Clone(readers), "Lock", "Unlock") // which work on a full disk: see lock_full_linux_test.go
	for _, w := range all {
		known = append(known, w.method)
	}
	of := reflect.TypeOf(s)
	for i := range of.NumMethod() {
		if name := of.Method(i).Name; !slices.Contains(known, name) {
			t.Errorf("%s is neither a reader nor called on a full disk", name)
		}
	}

	tried := 0
	for _, w := range all {
		if w.before != nil {
			must(t, w.before())
		}
		before := everything(t, s, dir)
		step := 1
		if w.method == "ReservePhotos" { // which asks for much
			step = 100
		}
		for pages := 0; ; pages += step {
			checkpoint(t, s)
			empty := fill(t, disk, int64(pages)*diskPage)
			err := w.do(ctx)
			empty()
			tried++
			if err == nil {
				break
			}
			if !fault.Is(err, "disk.full") && !fault.Is(err, "photo.no_room") {
				t.Fatalf("%s with %d pages: %v", w.method, pages, err)
			}
			if after := everything(t, s, dir); after != before {
				t.Fatalf("%s with %d pages changed something:\n%s", w.method, pages, firstDifference(before, after))
			}
			if pages > 200*step {
				t.Fatalf("%s never works", w.method)
			}
		}
		if everything(t, s, dir) == before {
			t.Errorf("%s changed nothing at all: it is no test", w.method)
		}
	}
	t.Logf("%d methods, %d calls", len(all), tried)
	must(t, s.Close()) // before the disk goes
}

// everyWrite lists a call of each method that writes, in an order in which one makes the next possible.
func everyWrite(t *testing.T, o *office, s *Store, visit uuid.UUID) []fullWrite {
	t.Helper()
	ctx := t.Context()
	awaited := uuid.New()
	var photo, application, other uuid.UUID
	var ref blob.Ref
	long := strings.Repeat("长", field.MaxNoteRunes+5)
	shot := func(content string) func() error {
		return func() (err error) {
			ref, _, err = s.Blobs.Add(strings.NewReader(content))
			return err
		}
	}
	taken := func(kind string) field.Photo {
		return field.Photo{Kind: kind, Ref: ref, Size: 5, Width: 16, Height: 9, TakenMS: 1}
	}
	row := func() PhotoRow { return visitPage(t, s, visit).Photos[0] }
	phrase := func(at int) field.OwnPhrase {
		all, err := s.Phrases(ctx)
		must(t, err)
		return all[at]
	}
	var gone field.OwnPhrase
	var sent []Outgoing
	var answer wire.SyncResponse
	draft := func() error {
		if err := s.SetNote(ctx, visit, uuid.Nil, long, nil); !fault.Is(err, "note.too_long") {
			return fmt.Errorf("not too long: %w", err)
		}
		return nil
	}
	var item digest.Item
	q := complaint(visit)
	return []fullWrite{
		{"CheckIn", nil, func(ctx context.Context) (err error) {
			other, err = s.CheckIn(ctx, grocer, nowhere, Purpose{})
			return err
		}},
		{"CheckOut", nil, func(ctx context.Context) error { return s.CheckOut(ctx, other, nowhere) }},
		{"SetMode", nil, func(ctx context.Context) error { return s.SetMode(ctx, visit, "group", true, nil) }},
		{"SetTick", nil, func(ctx context.Context) error { return s.SetTick(ctx, visit, field.ItemPrefix+"a", true, nil) }},
		{"SetAnswer", nil, func(ctx context.Context) error { return s.SetAnswer(ctx, visit, "q", strings.Repeat("字", 3000), nil) }},
		{"SetGap", nil, func(ctx context.Context) error { return s.SetGap(ctx, visit, field.LackCount, "锁着", nil) }},
		{"SetAttendance", nil, func(ctx context.Context) error {
			return s.SetAttendance(ctx, visit, grocer, &field.Attendance{Came: true}, nil)
		}},
		{"SetCount", nil, func(ctx context.Context) error { return s.SetCount(ctx, visit, furong, field.CountLine{Packs: 3}, nil) }},
		{"SetNotCounted", nil, func(ctx context.Context) error { return s.SetNotCounted(ctx, visit, "refused", nil) }},
		{"SetWalk", nil, func(ctx context.Context) error {
			return s.SetWalk(ctx, visit, Walk{Walk: field.Walk{Order: []uuid.UUID{zhonghu, furong}}})
		}},
		{"AddPhoto", shot("one"), func(ctx context.Context) (err error) {
			photo, err = s.AddPhoto(ctx, visit, taken("shelf"), []byte("thumb"), Sequel{})
			return err
		}},
		{"Remove", nil, func(ctx context.Context) error { return s.Remove(ctx, photo, row().Saw) }},
		{"Restore", nil, func(ctx context.Context) error { return s.Restore(ctx, photo, visitPage(t, s, visit).Removed[0].Saw) }},
		{"ReservePhotos", nil, func(context.Context) error { _, err := s.ReservePhotos(1); return err }},
		{"UseReserve", nil, func(context.Context) error { return s.UseReserve() }},
		{"SetNote", nil, func(ctx context.Context) error { return s.SetNote(ctx, visit, uuid.Nil, "记录", nil) }},
		{"SplitNoteDraft", draft, func(ctx context.Context) error { return s.SplitNoteDraft(ctx, visit, nil) }},
		{"DropNoteDraft", draft, func(ctx context.Context) error { return s.DropNoteDraft(ctx, visit) }},
		{"RestoreNoteDraft", nil, func(ctx context.Context) error { return s.RestoreNoteDraft(ctx, visit) }},
		{"SetNews", nil, func(ctx context.Context) error {
			return s.SetNews(ctx, visit, NewsEdit{ID: uuid.New(), Kind: field.NoteMarket, Field: "text", Value: "集上来了外地烟"})
		}},
		{"SetStoreText", nil, func(ctx context.Context) error {
			return s.SetStoreText(ctx, shop, "phone", "1", page(t, s, shop).Phone.Seen)
		}},
		{"SetWindow", nil, func(ctx context.Context) error { return s.SetWindow(ctx, shop, "09:00", "11:00", nil, nil) }},
		{"SetCare", nil, func(ctx context.Context) error { return s.SetCare(ctx, shop, []string{"elderly"}, nil) }},
		{"SetPlace", nil, func(ctx context.Context) error {
			return s.SetPlace(ctx, shop, field.Moment{Position: field.Position{Lat: 36.01, Lon: 106.28, Acc: 12}}, page(t, s, shop).Place.Seen)
		}},
		{"RestorePlace", nil, func(ctx context.Context) error {
			return s.RestorePlace(ctx, shop, field.Position{}, page(t, s, shop).Place.Seen)
		}},
		{"Settle", nil, func(ctx context.Context) error {
			return s.Settle(ctx, shop, "phone", quoted("2"), page(t, s, shop).Phone.Seen)
		}},
		{"BeginApplication", nil, func(ctx context.Context) (err error) {
			application, err = s.BeginApplication(ctx, shop, field.ApplyInfo)
			return err
		}},
		{"SetApplicationText", nil, func(ctx context.Context) error { return s.SetApplicationText(ctx, application, "owner", "马小兰") }},
		{"SetApplicationReason", nil, func(ctx context.Context) error { return s.SetApplicationReason(ctx, application, "换人了") }},
		{"AddEvidence", shot("two"), func(ctx context.Context) (err error) {
			other, err = s.AddEvidence(ctx, application, taken("evidence"), []byte("thumb"), Sequel{})
			return err
		}},
		{"AwaitPhoto", nil, func(ctx context.Context) error {
			return s.AwaitPhoto(ctx, Awaited{ID: awaited, Visit: visit, AwaitedShot: AwaitedShot{Kind: "shelf"}})
		}},
		{"QuietAwaited", nil, func(ctx context.Context) error { return s.QuietAwaited(ctx, awaited) }},
		{"FailAwaited", nil, func(ctx context.Context) error { return s.FailAwaited(ctx, awaited, "photo.broken") }},
		{"KeepAwaited", shot("awaited"), func(ctx context.Context) error { return s.KeepAwaited(ctx, awaited, taken("shelf"), []byte("thumb")) }},
		{"ForgetAwaited", nil, func(ctx context.Context) error { return s.ForgetAwaited(ctx, awaited) }},
		{"SetEvidence", nil, func(ctx context.Context) error { return s.SetEvidence(ctx, application, other, false) }},
		{"SubmitApplication", nil, func(ctx context.Context) error { return s.SubmitApplication(ctx, application) }},
		{"SetPhrase", func() error {
			return s.SetPhrase(ctx, field.OwnPhrase{Field: field.PhraseField(uuid.New())}, "", "第一句")
		}, func(ctx context.Context) error {
			return s.SetPhrase(ctx, field.OwnPhrase{Field: field.PhraseField(uuid.New())}, "", "第二句")
		}},
		{"RaisePhrase", nil, func(ctx context.Context) error { return s.RaisePhrase(ctx, phrase(1)) }},
		{"RemovePhrase", func() error { gone = phrase(0); return nil }, func(ctx context.Context) error { return s.RemovePhrase(ctx, gone) }},
		{"RestorePhrase", nil, func(ctx context.Context) error { return s.RestorePhrase(ctx, gone) }},
		{"SetRequest", nil, func(ctx context.Context) error { return s.SetRequest(ctx, q, "text", "要货", nil) }},
		{"SetRequestLink", nil, func(ctx context.Context) error { return s.SetRequestLink(ctx, q, furong, field.LinkProduct) }},
		{"SetRequestDraft", nil, func(ctx context.Context) error {
			return s.SetRequestDraft(ctx, q.ID, RequestDraft{Text: "正在联系"})
		}},
		{"AddRequestEvent", nil, func(ctx context.Context) error {
			return s.AddRequestEvent(ctx, q.ID, field.EventStart, RequestDraft{Text: "正在联系"})
		}},
		{"UndoRequestEvent", nil, func(ctx context.Context) error {
			story := requestPage(t, s, q.ID).Story
			return s.UndoRequestEvent(ctx, q.ID, story[len(story)-1].ID)
		}},
		{"SetBookmark", nil, func(ctx context.Context) error {
			return s.SetBookmark(ctx, Bookmark{Tab: "stores", Pages: []string{strings.Repeat("x", 5000)}})
		}},
		{"SetTyping", nil, func(context.Context) error { return s.SetTyping([]Typing{{Page: "a", Field: "b", Text: long}}) }},
		{"Load", nil, func(ctx context.Context) error {
			return s.Load(ctx, []ledger.Edit{{ID: grocer, Field: "phone", Value: "3", SeenAll: true}})
		}},
		{"Barrier", nil, func(ctx context.Context) error { _, err := s.Barrier(ctx); return err }},
		{"Link", nil, func(ctx context.Context) error {
			db, _, err := s.self(ctx)
			if err == nil {
				_, err = s.Link(ctx, db.Replica)
			}
			return err
		}},
		{"Apply", func() error {
			sent = push(t, s)
			answer = o.answer(t, s, sent)
			return nil
		}, func(ctx context.Context) error { return s.Apply(ctx, sent, answer) }},
		{"NoteExchange", nil, func(ctx context.Context) error {
			return s.NoteExchange(ctx, Exchange{OKMS: 1, TriedMS: 2, Code: strings.Repeat("x", 5000)})
		}},
		{"Uploaded", nil, func(ctx context.Context) error { return s.Uploaded(ctx, ref, 5) }},
		{"LostUpload", nil, func(ctx context.Context) error { return s.LostUpload(ctx, ref, 2) }},
		{"RefuseUpload", nil, func(ctx context.Context) error { return s.RefuseUpload(ctx, ref, "blob.refused") }},
		{"RetryRefused", nil, func(ctx context.Context) error { return s.RetryRefused(ctx) }},
		{"KeepReceipt", func() error { return s.Uploaded(ctx, ref, 5) }, func(ctx context.Context) error {
			err := s.KeepReceipt(ctx, wire.ReceiptRequest{}, wire.ReceiptResponse{Lacks: []blob.Ref{ref}})
			if fault.Is(err, "disk.full") {
				return err
			}
			return nil // it is no receipt, but says what the server lacks
		}},
		{"Mend", func() error {
			o.write(t, ledger.Edit{ID: grocer, Field: "note", Value: "新的", SeenAll: true})
			return nil
		}, func(ctx context.Context) error {
			return s.Mend(ctx, wire.Cursor{Territory: town, Epoch: o.epoch, Seq: int64(len(o.log))}, []json.RawMessage{o.load(t, grocer).Encode()})
		}},
		{"Lacking", func() error {
			o.settled(t, s)
			r := loadRecord(t, s.db, grocer)
			item = digest.Item{ID: r.ID, Version: r.Version()}
			return nil
		}, func(ctx context.Context) error { return s.Lacking(ctx, town, []digest.Item{item}) }},
		{"Compared", nil, func(ctx context.Context) error { return s.Compared(ctx, 77) }},
		{"NoteFound", nil, func(ctx context.Context) error { return s.NoteFound(ctx, wire.Found{Territory: town, Damaged: 1}) }},
		{"ToldFound", nil, func(ctx context.Context) error { return s.ToldFound(ctx) }},
		{"SeeDamaged", func() error {
			return s.db.Tx(ctx, func(tx *sql.Tx) error {
				_, err := tx.ExecContext(ctx, `INSERT INTO damaged (record, type, version, hash, own_n, raw, unsent) VALUES ('x', 'note', x'00', x'01', 1, x'02', 1)`)
				return err
			})
		}, func(ctx context.Context) error { return s.SeeDamaged(ctx, "x/01", true) }},
		{"Reincarnate", nil, func(ctx context.Context) error { return s.Reincarnate(ctx, 0, nil) }},
		{"Revoked", nil, func(ctx context.Context) error { return s.Revoked(ctx, "auth.revoked") }},
		{"SignIn", nil, func(ctx context.Context) error { return s.SignIn(ctx, accounts[li]) }},
	}
}

// checkpoint empties the log of the database, so that the next write needs room.
func checkpoint(t *testing.T, s *Store) {
	t.Helper()
	var busy, log, moved int
	must(t, s.db.Read.QueryRowContext(t.Context(), `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &moved))
	equal(t, busy, 0)
}

// everything is all that the database and the files beside it hold.
func everything(t *testing.T, s *Store, dir string) (out string) {
	t.Helper()
	var tables string
	must(t, s.db.Read.QueryRowContext(t.Context(), `SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_master WHERE type = 'table'
		AND name NOT LIKE 'sqlite%' ORDER BY name)`).Scan(&tables))
	for table := range strings.FieldsSeq(tables) {
		out += table + "\n" + dumpRows(t, s, `SELECT * FROM `+table)
	}
	files, err := os.ReadDir(dir)
	must(t, err)
	for _, f := range files {
		if strings.HasPrefix(f.Name(), "storewalk.db") || f.IsDir() {
			continue
		}
		info, err := f.Info()
		must(t, err)
		out += fmt.Sprintln(f.Name(), info.Size())
		if strings.HasSuffix(f.Name(), ".json") {
			b, err := os.ReadFile(filepath.Join(dir, f.Name()))
			must(t, err)
			out += string(b)
		}
	}
	return out
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("%.300s\n%.300s", x[i], y[i])
		}
	}
	return fmt.Sprintf("%d and %d lines", len(x), len(y))
}
