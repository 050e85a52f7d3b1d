package e2e

import (
	"bytes"
	"testing"
	"time"

	phonestore "storewalk/mobile/store"
	serverstore "storewalk/server/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/receipt"
)

// closed is the phone's receipt after a person asked for a round; nil when the last one does not cover everything.
func (p *syncPhone) closed() *phonestore.Receipt {
	p.t.Helper()
	p.Wake()
	p.round()
	d, err := p.DayEnd(p.t.Context())
	p.try(err)
	if !d.Covers {
		return nil
	}
	return d.Receipt
}

// verify asks the office about a receipt.
func (w *syncWorld) verify(r *phonestore.Receipt) serverstore.Verified {
	w.t.Helper()
	if r == nil {
		w.t.Fatal("there is no receipt")
	}
	v, err := w.store.VerifyReceipt(w.t.Context(), r.Signed.URL(w.line.url()))
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

func TestReceiptTheDayIsClosedAndTheOfficeVerifiesIt(t *testing.T) {
	t.Parallel()
	w, dir := newSyncWorld(t), t.TempDir()
	a := w.phone("ma")
	if r := a.closed(); r != nil {
		t.Fatal("nothing was written, and there is a receipt", r)
	}
	a.visit(70_000)
	a.visit(30_000) // the bytes of both are the same but for their length
	if d, err := a.DayEnd(t.Context()); err != nil || d.Visits != 2 || d.Lines != 4 || d.Waiting.Photos != 2 || d.Waiting.Records == 0 || d.Covers {
		t.Fatalf("%+v %v", d, err)
	}
	first := a.closed()
	v := w.verify(first)
	if !v.Whole() || v.Days[0] != (receipt.Day{Date: field.DayOf(time.Now()), Visits: 2, Photos: 2, Lines: 4}) || v.BackedUp {
		t.Fatalf("%+v", v)
	}
	n := w.requests.Load()
	a.Wake()
	a.round()
	if again := w.requests.Load() - n; again != 1 {
		t.Fatalf("a round with nothing new asked %d times", again)
	}

	w.backup(dir)
	w.backup(dir) // the feed must have gone on for a phone to know that its photos are in it
	b := w.phone("li")
	b.visit(100)
	b.round()
	w.backup(dir)
	a.round()
	if second := a.closed(); !w.verify(second).BackedUp {
		t.Fatal("nobody says that it is in a backup")
	}
	list, err := a.Receipts(t.Context())
	if err != nil || len(list) != 1 || !list[0].BackedUp {
		t.Fatal(list, err)
	}
	if v := w.verify(first); !v.Whole() {
		t.Fatalf("the first one is not whole any more: %+v", v)
	}
	forged := bytes.Clone(first.Signed)
	forged[len(forged)-100] ^= 1
	if _, err := w.store.VerifyReceipt(t.Context(), receipt.Signed(forged).Code()); err == nil {
		t.Fatal("a flipped byte is genuine")
	}
}

func TestReceiptOfPhonesThatWorkOnTheSameRecords(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	a, b := w.phone("ma"), w.phone("li")
	visit := a.visit(1_000)
	a.round()
	b.round()
	b.try(b.SetCount(t.Context(), visit, syncProduct, field.CountLine{Cartons: 9}, syncSeen(t, b, field.CountID(visit), field.LineField(syncProduct))))
	a.try(a.SetStoreText(t.Context(), syncCorner, "phone", "13900000001", syncSeen(t, a, syncCorner, "phone")))
	b.try(b.SetStoreText(t.Context(), syncCorner, "phone", "13900000002", syncSeen(t, b, syncCorner, "phone")))
	rb := b.closed()
	ra := a.closed()
	rb2 := b.closed()
	for _, r := range []*phonestore.Receipt{ra, rb, rb2} {
		if v := w.verify(r); !v.Whole() {
			t.Fatalf("%+v", v)
		}
	}
}

// A write that is made while the server signs is not in the receipt, so the phone does not keep it.
func TestReceiptDoesNotCoverAWriteMadeMeanwhile(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	a := w.phone("ma")
	a.visit(1_000)
	a.round() // asks for the first
	if _, due, err := a.ReceiptDue(t.Context()); err != nil || due {
		t.Fatal(due, err)
	}
	note := func(text string) {
		a.try(a.SetStoreText(t.Context(), syncCorner, "note", text, syncSeen(t, a, syncCorner, "note")))
	}
	note("one")
	account, _, err := a.Account(t.Context())
	a.try(err)
	phone, err := w.store.DeviceByToken(t.Context(), account.Token)
	a.try(err)
	a.round() // too soon after the first to ask for another
	ask, due, err := a.ReceiptDue(t.Context())
	if err != nil || !due {
		t.Fatal(due, err)
	}
	got, err := w.store.Receipt(t.Context(), phone, ask)
	a.try(err)
	note("two, while it is on its way")
	if err := a.KeepReceipt(t.Context(), ask, got); !fault.Is(err, "receipt.differs") {
		t.Fatal(err)
	}
	if d, err := a.DayEnd(t.Context()); err != nil || d.Covers || d.Code != "receipt.differs" {
		t.Fatalf("%+v %v", d, err)
	}
	if r := a.closed(); r == nil || !w.verify(r).Whole() {
		t.Fatal("the next round brings none")
	}
}

func TestReceiptAfterARestoreSaysWhatIsMissingAndThenThatAllIsBack(t *testing.T) {
	t.Parallel()
	w, dir := newSyncWorld(t), t.TempDir()
	a := w.phone("ma")
	a.visit(1_000)
	a.round()
	w.backup(dir)
	a.visit(50_000)
	r := a.closed()
	if !w.verify(r).Whole() {
		t.Fatal("not whole")
	}
	w.lose()
	w.restore(dir)
	v := w.verify(r)
	if v.Whole() || !v.Restored || v.MissingRecords() == 0 || v.MissingPhotos() != 1 || len(v.MissingDays) != 1 {
		t.Fatalf("%+v", v)
	}
	if a.closed() == nil { // the round in which it hears of the restore sends everything again
		a.closed()
	}
	if v := w.verify(r); !v.Whole() {
		t.Fatalf("%+v", v)
	}
	if next := a.closed(); next == nil || next.Epoch == r.Epoch || !w.verify(next).Whole() {
		t.Fatal("no receipt of the new history")
	}
}

func TestReceiptIsNotKeptWhenTheServerLacksBytesAndThePhoneSendsThemAgain(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	a := w.phone("ma")
	visit := a.visit(20_000)
	a.round()
	photo := a.photo(visit, 9_000)
	a.round()
	if err := w.store.Blobs.Remove(photo.Ref); err != nil {
		t.Fatal(err)
	}
	a.try(a.SetStoreText(t.Context(), syncCorner, "note", "news", syncSeen(t, a, syncCorner, "note")))
	if r := a.closed(); r != nil {
		t.Fatal("a receipt for bytes that are not there")
	}
	a.waits(0, 1)
	if r := a.closed(); r == nil || !w.verify(r).Whole() {
		t.Fatal("not sent again")
	}
	w.holds(photo)
}

func TestReceiptOfAnotherLifeOfADatabase(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	a := w.phone("ma")
	a.visit(1_000)
	first := a.closed()
	a.close()
	dir := t.TempDir()
	syncCopy(t, a.dir, dir, syncFolder...)
	a, b := newSyncPhone(t, a.dir), newSyncPhone(t, dir)
	a.visit(2_000)
	second := a.closed()
	b.visit(3_000)
	third := b.closed()
	for i, r := range []*phonestore.Receipt{first, second, third} {
		if v := w.verify(r); !v.Whole() {
			t.Errorf("receipt %d: %+v", i, v)
		}
	}
	if third.Replica == second.Replica {
		t.Fatal("two lives under one name")
	}
}

func TestReceiptOfARemovedPhotoAndOneWaitingElsewhere(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	a := w.phone("ma")
	visit := a.visit(1_000)
	a.photo(visit, 2_000)
	page, err := a.VisitPage(t.Context(), visit)
	a.try(err)
	a.try(a.Remove(t.Context(), page.Photos[0].ID, page.Photos[0].Saw))
	r := a.closed()
	if v := w.verify(r); !v.Whole() || r.Photos != 1 || r.Day.Photos != 1 {
		t.Fatalf("%+v", v)
	}
	page, err = a.VisitPage(t.Context(), visit)
	a.try(err)
	a.try(a.Remove(t.Context(), page.Photos[0].ID, page.Photos[0].Saw))
	next := a.closed()
	if next == nil || next.Photos != 0 || !w.verify(next).Whole() {
		t.Fatal(next)
	}
	if v := w.verify(r); !v.Whole() {
		t.Fatalf("the bytes of a removed photo stay: %+v", v)
	}
}
