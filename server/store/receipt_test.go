package store

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/receipt"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// ask asks for a receipt and reads it; it is zero when there is none.
func (c *caller) ask(t *testing.T, s *Store, days ...string) (receipt.Receipt, wire.ReceiptResponse) {
	t.Helper()
	resp, err := s.Receipt(t.Context(), c.Principal, wire.ReceiptRequest{Proto: wire.Proto, Replica: c.rid, Days: days})
	if err != nil {
		t.Fatal(err)
	}
	if resp.Receipt == nil {
		return receipt.Receipt{}, resp
	}
	if err := receipt.Signed(resp.Receipt).Check(s.ID(), resp.Key); err != nil {
		t.Fatal(err)
	}
	r, err := receipt.Signed(resp.Receipt).Read()
	if err != nil {
		t.Fatal(err)
	}
	return r, resp
}

func verify(t *testing.T, s *Store, code string) Verified {
	t.Helper()
	v, err := s.VerifyReceipt(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// visitWith is a visit of today with a sheet of n lines.
func (c *caller) visitWith(t *testing.T, n int) (visit, sheet record.Record) {
	t.Helper()
	in := func(typ string, id uuid.UUID) record.Record {
		return record.Record{ID: id, Type: typ, Territory: north, Place: record.Place{N: 1}}
	}
	visit = in(field.TypeVisit, uuid.New())
	store := uuid.New()
	for _, v := range []field.Value{{Field: "store", Value: store}, {Field: "manager", Value: c.Account}, {Field: "check_in", Value: field.Moment{AtMS: time.Now().UnixMilli()}}} {
		visit = c.set(t, visit, v.Field, v.Value)
	}
	sheet = in(field.TypeCount, field.CountID(visit.ID))
	sheet = c.set(t, c.set(t, sheet, "visit", visit.ID), "store", store)
	for i := range n {
		sheet = c.set(t, sheet, field.LineField(uuid.NewSHA1(uuid.Nil, []byte{byte(i)})), field.CountLine{Packs: i + 1})
	}
	return visit, sheet
}

func TestAReceiptSaysWhatThePhoneCanCountItself(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	today := field.DayOf(time.Now())
	visit, sheet := ma.visitWith(t, 9)
	ma.push(t, s, visit.Encode(), sheet.Encode())
	ref := pushPhoto(t, s, ma, "its bytes", true)
	other := newCaller(t, s, "li") // of whom nothing is counted
	other.push(t, s, other.note(t, "of somebody else").Encode())
	r, _ := ma.ask(t, s, today)
	var photo record.Record
	for id := range texts(t, s, `SELECT id FROM photo WHERE sha256 = $1`, ref.String()) {
		photo = loadRecord(t, s, uuid.MustParse(id))
	}
	want := receipt.Receipt{Server: [4]byte(s.id[:4]), Device: ma.Device, Person: ma.Account, Replica: ma.rid, Counter: ma.n, Records: 3, Photos: 1,
		Days: []receipt.Day{{Date: today, Visits: 1, Lines: 9}}} // the photo is of another visit
	for _, own := range []record.Record{visit, sheet, photo} {
		want.Content = receipt.AddRecord(want.Content, own.Version())
		want.Writes = receipt.AddWrite(want.Writes, own.ID, own.Context().N(ma.rid))
	}
	want.Content = receipt.AddPhoto(want.Content, ref)
	want.AtMS, want.Epoch = r.AtMS, r.Epoch
	if fmt.Sprint(r) != fmt.Sprint(want) {
		t.Fatalf("\n%+v\n%+v", r, want)
	}
	backup(t, s, t.TempDir())
	if r, _ := ma.ask(t, s, today); !r.BackedUp {
		t.Fatal("a backup holds all of it")
	}
	ma.push(t, s, ma.note(t, "after the backup").Encode())
	if r, _ := ma.ask(t, s, today); r.BackedUp || r.Counter != ma.n {
		t.Fatal("a backup holds what came after it", r)
	}
}

func TestAskingAgainGivesTheSameReceipt(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	ma.push(t, s, ma.note(t, "one").Encode())
	_, first := ma.ask(t, s)
	_, again := ma.ask(t, s)
	if !bytes.Equal(first.Receipt, again.Receipt) || count(t, s, `SELECT count(*) FROM receipt`) != 1 {
		t.Fatal("it was signed twice")
	}
	ma.push(t, s, ma.note(t, "two").Encode())
	if _, third := ma.ask(t, s); bytes.Equal(first.Receipt, third.Receipt) {
		t.Fatal("it does not tell of what came since")
	}
}

func TestNobodyGetsAReceiptForAnothersPhone(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma, li := newCaller(t, s, "ma"), newCaller(t, s, "li")
	ma.push(t, s, ma.note(t, "one").Encode())
	for _, rid := range []record.Replica{ma.rid, {77}} {
		if _, err := s.Receipt(t.Context(), li.Principal, wire.ReceiptRequest{Proto: wire.Proto, Replica: rid}); !fault.Is(err, "receipt.not_yours") {
			t.Fatal(err)
		}
	}
	for _, days := range [][]string{{"yesterday"}, make([]string, receipt.MaxDays+1)} {
		if _, err := s.Receipt(t.Context(), ma.Principal, wire.ReceiptRequest{Proto: wire.Proto, Replica: ma.rid, Days: days}); err == nil {
			t.Fatal(days)
		}
	}
}

func TestAReceiptIsNotGivenWhileBytesAreMissingOrDamaged(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	pushPhoto(t, s, ma, "whole", true)
	away := pushPhoto(t, s, ma, "still on the phone", false)
	if r, resp := ma.ask(t, s); resp.Receipt != nil || len(resp.Lacks) != 1 || resp.Lacks[0] != away {
		t.Fatal(r, resp)
	}
	if _, _, err := s.Blobs.Add(bytes.NewReader([]byte("still on the phone"))); err != nil {
		t.Fatal(err)
	}
	if r, resp := ma.ask(t, s); r.Photos != 2 {
		t.Fatal(r, resp)
	}
	note := ma.note(t, "soon damaged")
	ma.push(t, s, note.Encode())
	if err := s.db.Tx(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE record SET body = replace(body, 'soon', 'then') WHERE id = $1`, note.ID.String())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if r, resp := ma.ask(t, s); resp.Receipt != nil {
		t.Fatal("a damaged record counts", r)
	}
	if count(t, s, `SELECT count(*) FROM alarm WHERE code = 'alarm.damaged'`) != 1 {
		t.Fatal("nobody is told of the damage")
	}
}

func TestAPhotoThatWasRemovedIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	_, photo, thumbnail := ma.picture(t, "never sent")
	ma.push(t, s, photo.Encode(), thumbnail.Encode())
	if _, resp := ma.ask(t, s); len(resp.Lacks) != 1 {
		t.Fatal(resp)
	}
	gone := ma.set(t, photo, record.Deleted, record.DeleteValue(photo.Context()))
	ma.push(t, s, gone.Encode())
	if r, resp := ma.ask(t, s); r.Records != 2 || r.Photos != 0 {
		t.Fatal(r, resp)
	}
}

func TestWhatOthersWriteToTheSameRecordChangesTheContentAndNotTheWrites(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma, li := newCaller(t, s, "ma"), newCaller(t, s, "li")
	mine := ma.note(t, "mine")
	ma.push(t, s, mine.Encode())
	first, resp := ma.ask(t, s)
	li.push(t, s, li.set(t, mine, "store", uuid.New()).Encode())
	second, _ := ma.ask(t, s)
	if first.Content == second.Content || first.Writes != second.Writes || first.Records != second.Records {
		t.Fatal(first, second)
	}
	if v := verify(t, s, receipt.Signed(resp.Receipt).Code()); !v.Whole() {
		t.Fatalf("%+v", v)
	}
}

// The drill: a backup, a day's work after it with its receipt, the disk dies. The receipt tells what the backup lacks, and
// is whole again once the phone has sent everything anew.
func TestAfterARestoreAReceiptSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	s, dir := openStore(t), t.TempDir()
	ma := newCaller(t, s, "ma")
	today := field.DayOf(time.Now())
	old := ma.note(t, "in the backup")
	ma.push(t, s, old.Encode())
	ma.ask(t, s, today)
	backup(t, s, dir)
	visit, sheet := ma.visitWith(t, 5)
	ma.push(t, s, visit.Encode(), sheet.Encode())
	pushPhoto(t, s, ma, "after the backup", true)
	later := ma.set(t, old, "text", "and changed")
	ma.push(t, s, later.Encode())
	_, resp := ma.ask(t, s, today)
	signed := receipt.Signed(resp.Receipt)
	if v := verify(t, s, signed.URL("https://a.example")); !v.Whole() || v.Restored || v.Phone != "ma" || v.Short != receipt.Group(signed.Short()) {
		t.Fatalf("%+v", v)
	}
	if v := verify(t, s, receipt.Group(signed.Short())); v.Code != signed.Code() {
		t.Fatal("the short code leads elsewhere")
	}

	back := restored(t, dir)
	if !bytes.Equal(back.ReceiptKey(), s.ReceiptKey()) {
		t.Fatal("a restored server has another key")
	}
	v := verify(t, back, signed.Code())
	if v.Whole() || !v.Restored || v.MissingRecords() != 3 || v.MissingPhotos() != 1 || len(v.MissingDays) != 1 || v.MissingDays[0].Was.Visits != 1 || v.MissingDays[0].Now.Visits != 0 {
		t.Fatalf("%+v", v)
	}
	if _, err := back.VerifyReceipt(t.Context(), signed.Short()); !fault.Is(err, "receipt.unknown") {
		t.Fatal("the backup knows a receipt of after it", err)
	}
	c := again(t, back, ma)
	c.push(t, back, visit.Encode(), sheet.Encode(), later.Encode())
	if v := verify(t, back, signed.Code()); v.MissingRecords() != 1 || v.MissingPhotos() != 1 || v.Whole() {
		t.Fatalf("%+v", v)
	}
	var photos []record.Record
	for id := range texts(t, s, `SELECT id FROM photo`) {
		photos = append(photos, loadRecord(t, s, uuid.MustParse(id)))
	}
	c.push(t, back, photos[0].Encode())
	if v := verify(t, back, signed.Code()); v.MissingRecords() != 0 || len(v.LostPhotos) != 1 || v.Whole() {
		t.Fatalf("%+v", v)
	}
	if _, _, err := back.Blobs.Add(bytes.NewReader([]byte("after the backup"))); err != nil {
		t.Fatal(err)
	}
	if v := verify(t, back, signed.Code()); !v.Whole() || !v.Restored || len(v.MissingDays) != 0 {
		t.Fatalf("%+v", v)
	}
}

// What was edited after the receipt comes back to a restored server as it is now: whether all was here before can not be
// told from it, and is not claimed.
func TestWhatCanNotBeToldIsNotClaimed(t *testing.T) {
	t.Parallel()
	s, dir := openStore(t), t.TempDir()
	ma := newCaller(t, s, "ma")
	backup(t, s, dir)
	note := ma.note(t, "first")
	ma.push(t, s, note.Encode())
	_, resp := ma.ask(t, s)
	note = ma.set(t, note, "text", "then")
	back := restored(t, dir)
	again(t, back, ma).push(t, back, note.Encode())
	v := verify(t, back, receipt.Signed(resp.Receipt).Code())
	if v.Whole() || !v.Unsure() || v.MissingRecords() != 0 {
		t.Fatalf("%+v", v)
	}
}

// Somebody else replaced the phone's write before the restore: it never comes again, and the record that does has seen it.
func TestAWriteThatWasReplacedIsNotTakenForMissing(t *testing.T) {
	t.Parallel()
	s, dir := openStore(t), t.TempDir()
	ma, li := newCaller(t, s, "ma"), newCaller(t, s, "li")
	backup(t, s, dir)
	note := ma.note(t, "first")
	ma.push(t, s, note.Encode())
	_, resp := ma.ask(t, s)
	note = li.set(t, note, "text", "by somebody else")
	back := restored(t, dir)
	again(t, back, li).push(t, back, note.Encode())
	v := verify(t, back, receipt.Signed(resp.Receipt).Code())
	if v.Whole() || !v.Unsure() || v.MissingRecords() != 0 {
		t.Fatalf("%+v", v)
	}
}

func TestAPhotoThatTheDiskLostIsNamed(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	ref := pushPhoto(t, s, ma, "its bytes", true)
	_, resp := ma.ask(t, s)
	if err := s.Blobs.Remove(ref); err != nil {
		t.Fatal(err)
	}
	v := verify(t, s, receipt.Signed(resp.Receipt).Code())
	if v.Whole() || v.MissingPhotos() != 1 || len(v.LostPhotos) != 1 || v.MissingRecords() != 0 {
		t.Fatalf("%+v", v)
	}
}

func TestAReceiptOfAnOlderCounterStaysWholeWhileWorkGoesOn(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	var all []record.Record
	var codes []string
	for i := range 4 {
		r := ma.note(t, fmt.Sprint("note ", i))
		if i > 0 {
			all[0] = ma.set(t, all[0], "text", fmt.Sprint("again ", i))
		}
		all = append(all, r)
		ma.push(t, s, r.Encode(), all[0].Encode())
		_, resp := ma.ask(t, s)
		codes = append(codes, receipt.Signed(resp.Receipt).Code())
	}
	for i, code := range codes {
		if v := verify(t, s, code); !v.Whole() || v.Records != i+1 {
			t.Errorf("receipt %d: %+v", i, v)
		}
	}
	if len(codes) != 4 || codes[0] == codes[3] {
		t.Fatal(codes)
	}
}

func TestTheKeyOfReceiptsIsMadeOnce(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	first := reopened(t, data)
	key := first.ReceiptKey()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if again := reopened(t, data).ReceiptKey(); !again.Equal(key) || openStore(t).ReceiptKey().Equal(key) {
		t.Fatal("not its own, or another each time")
	}
}

// texts is the set of texts that a query finds.
func texts(t *testing.T, s *Store, text string, args ...any) map[string]bool {
	t.Helper()
	rows, err := s.db.Read.QueryContext(t.Context(), text, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[string]bool{}
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			t.Fatal(err)
		}
		out[one] = true
	}
	return out
}
