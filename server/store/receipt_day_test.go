package store

import (
	"testing"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/receipt"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A receipt tells of a person's day, with whatever phone it was done: what the other phone had brought and is gone makes an
// end of "all is here", though all that this phone wrote came back.
func TestAReceiptIsNotWholeWhileTheWorkOfThePersonsOtherPhoneIsGone(t *testing.T) {
	t.Parallel()
	s, dir := openStore(t), t.TempDir()
	ma := newCaller(t, s, "ma")
	other := again(t, s, ma)
	other.rid, other.n = record.Replica{7, 7}, 0
	today := field.DayOf(time.Now())
	backup(t, s, dir)
	visit, sheet := ma.visitWith(t, 2)
	ma.push(t, s, visit.Encode(), sheet.Encode())
	visit2, sheet2 := other.visitWith(t, 3)
	other.push(t, s, visit2.Encode(), sheet2.Encode())
	r, resp := ma.ask(t, s, today)
	if len(r.Days) != 1 || r.Days[0].Visits != 2 || r.Days[0].Lines != 5 {
		t.Fatalf("%+v", r)
	}
	code := receipt.Signed(resp.Receipt).Code()

	back := restored(t, dir)
	c := again(t, back, ma)
	c.push(t, back, visit.Encode(), sheet.Encode())
	v := verify(t, back, code)
	if v.Whole() || v.Unsure() || len(v.MissingDays) != 1 || v.MissingDays[0].Now.Visits != 1 {
		t.Fatalf("whole %v, unsure %v, %+v", v.Whole(), v.Unsure(), v)
	}
	c.push(t, back, visit2.Encode(), sheet2.Encode())
	if v := verify(t, back, code); !v.Whole() || len(v.MissingDays) != 0 {
		t.Fatalf("%+v", v)
	}
}

// What people took back themselves is not gone: a photo that they removed, a product that could not be counted after all.
func TestADayOfWhichSomethingWasTakenBackIsWhole(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	today := field.DayOf(time.Now())
	visit, sheet := ma.visitWith(t, 3)
	ma.push(t, s, visit.Encode(), sheet.Encode())
	ref := pushPhoto(t, s, ma, "of the day", true)
	photo := loadRecord(t, s, uuid.MustParse(firstOf(texts(t, s, `SELECT id FROM photo`))))
	photo = ma.set(t, photo, "photo", field.Photo{Visit: visit.ID, Store: uuid.New(), Kind: field.PhotoKinds[0], Ref: ref, Size: int64(len("of the day")), Width: 3, Height: 4, TakenMS: 1})
	ma.push(t, s, photo.Encode())
	r, resp := ma.ask(t, s, today)
	if r.Days[0].Photos != 1 || r.Days[0].Lines != 3 {
		t.Fatalf("%+v", r)
	}
	ma.push(t, s, ma.set(t, photo, record.Deleted, record.DeleteValue(photo.Context())).Encode(),
		ma.set(t, sheet, field.LineField(uuid.NewSHA1(uuid.Nil, []byte{0})), field.CountLine{Why: "closed"}).Encode())
	if v := verify(t, s, receipt.Signed(resp.Receipt).Code()); !v.Whole() || len(v.MissingDays) != 0 {
		t.Fatalf("%+v", v)
	}
}

func firstOf(all map[string]bool) string {
	for text := range all {
		return text
	}
	return ""
}
