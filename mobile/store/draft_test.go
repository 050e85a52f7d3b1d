package store

import (
	"strings"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

func TestANoteThatIsTooLongStaysAsADraftUntilItIsShorter(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	must(t, s.SetNote(t.Context(), visit, uuid.Nil, "先写一句", nil))
	o.exchange(t, s)
	long := strings.Repeat("话", 100_000)
	wantFault(t, s.SetNote(t.Context(), visit, uuid.Nil, long, nil), "note.too_long")
	for range 2 {
		s = reopen(t, s)
		text := visitPage(t, s, visit).MyNote.Text
		if text.Value != "先写一句" || text.Shown() != long || text.Code != "note.too_long" {
			t.Fatalf("value %q, %d bytes shown, %q", text.Value, len(text.Shown()), text.Code)
		}
	}
	waits(t, s, 0, 0) // a draft is nobody else's
	limit := strings.Repeat("话", field.MaxNoteRunes)
	wantFault(t, s.SetNote(t.Context(), visit, uuid.Nil, limit+"话", nil), "note.too_long")
	must(t, s.SetNote(t.Context(), visit, uuid.Nil, limit, nil))
	if text := visitPage(t, s, visit).MyNote.Text; text.Shown() != limit || text.Code != "" || text.Draft != "" {
		t.Fatal("a text that fits left its draft behind")
	}
	waits(t, s, 1, 0)
	s = reopen(t, s)
	equal(t, visitPage(t, s, visit).MyNote.Text.Value == limit, true)
	o.exchange(t, s)
	waits(t, s, 0, 0)
}

func TestADraftIsGoneWhenTheOldTextIsTypedAgain(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	before := page(t, s, shop).Phone
	wantFault(t, s.SetStoreText(t.Context(), shop, "phone", "问老板娘", before.Seen), "phone.invalid")
	equal(t, page(t, s, shop).Phone.Shown(), "问老板娘")
	must(t, s.SetStoreText(t.Context(), shop, "phone", before.Value, before.Seen)) // no write, and no draft
	equal(t, page(t, s, shop).Phone, before)
	waits(t, s, 0, 0)
}

func TestTextsOfAStoreThatCannotBeKeptStayAsDrafts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, typed, code string }{
		{"phone", "请打座机", "phone.invalid"},
		{"backup_phone", "1390954000x", "phone.invalid"},
		{"note", strings.Repeat("长", 201), "text.too_long"},
		{"phone", strings.Repeat("1", 201), "text.too_long"},
	} {
		s := newPhone(t, newOffice(t), li)
		read := func() Text {
			p := page(t, s, shop)
			return map[string]Text{"phone": p.Phone, "backup_phone": p.BackupPhone, "note": p.Note}[c.name]
		}
		before := read()
		wantFault(t, s.SetStoreText(t.Context(), shop, c.name, c.typed, before.Seen), c.code)
		s = reopen(t, s)
		after := read()
		equal(t, after.Value, before.Value)
		equal(t, after.Shown(), c.typed)
		equal(t, after.Code, c.code)
	}
	s := newPhone(t, newOffice(t), li)
	for _, good := range []string{"", "+86 (954) 203-0000", strings.Repeat("1", 200)} {
		must(t, s.SetStoreText(t.Context(), shop, "phone", good, nil))
		equal(t, page(t, s, shop).Phone.Shown(), good)
	}
}

func TestACountThatCannotBeLeavesTheOldOne(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	visit := checkIn(t, s, shop)
	good := field.CountLine{Cartons: field.MaxCount, Packs: 3, OutOfStock: true}
	must(t, s.SetCount(t.Context(), visit, furong, good, nil))
	for _, bad := range []field.CountLine{{Cartons: 10_000}, {Packs: 10_000}, {Cartons: -1}, {Packs: -1}} {
		wantFault(t, s.SetCount(t.Context(), visit, furong, bad, nil), "count.out_of_range")
		equal(t, sheetRow(t, s, visit, furong).Line, good)
	}
	wantFault(t, s.SetCount(t.Context(), uuid.New(), furong, good, nil), "visit.not_found")
}

func TestWhateverIsTypedIsReadBackAsItWas(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	for _, typed := range []string{"'; DROP TABLE record; --", "<b>&amp;</b>", "a\x00b", "第一行\r\n第二行\t", "👩‍👩‍👧 \u2028\u202e反", `"\u0000"`, " 前后空格 ", ""} {
		must(t, s.SetStoreText(t.Context(), shop, "note", typed, page(t, s, shop).Note.Seen))
		s = reopen(t, s)
		equal(t, page(t, s, shop).Note.Value, typed)
		o.exchange(t, s)
		equal(t, string(o.load(t, shop).Entries("note")[0].Value), string(loadRecord(t, s.db, shop).Entries("note")[0].Value))
	}
}

func TestACorrectionThatIsTooLongIsFoundAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	long := strings.Repeat("长", field.MaxNoteRunes+1)
	wantFault(t, s.SetNote(t.Context(), visit, uuid.Nil, long+"一", nil), "note.too_long")
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	equal(t, visitPage(t, s, visit).MyNote.Text.Draft, long+"一")

	correction := uuid.New()
	wantFault(t, s.SetNote(t.Context(), visit, correction, long, nil), "note.too_long")
	s = reopen(t, s)
	p := visitPage(t, s, visit)
	if p.Correction.ID != correction || p.Correction.Text.Draft != long || p.Correction.Text.Code != "note.too_long" {
		t.Fatalf("the correction is %s, %d bytes, %q", p.Correction.ID, len(p.Correction.Text.Draft), p.Correction.Text.Code)
	}
	equal(t, p.MyNote.Text.Code, "") // the correction took its place
	equal(t, p.Row.Draft, true)

	must(t, s.SetNote(t.Context(), visit, correction, "改短了", nil))
	p = visitPage(t, s, visit)
	if p.Correction.ID != uuid.Nil || p.Row.Draft || len(p.Notes) != 1 || p.Notes[0].Text.Value != "改短了" {
		t.Fatalf("%+v", p)
	}
}

func TestACorrectionThatIsSavedEndsTheDraftItCameFrom(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	visit := checkIn(t, s, shop)
	wantFault(t, s.SetNote(t.Context(), visit, uuid.Nil, strings.Repeat("长", field.MaxNoteRunes+1), nil), "note.too_long")
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	must(t, s.SetNote(t.Context(), visit, uuid.New(), "改短了", nil))
	p := visitPage(t, s, visit)
	equal(t, p.MyNote.Text.Code, "")
	equal(t, p.Row.Draft, false)
}

func TestALongDraftBecomesSeveralNotesAndNothingOfItIsLost(t *testing.T) {
	t.Parallel()
	for name, closed := range map[string]bool{"in the visit": false, "after it": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			s := newPhone(t, o, li)
			visit := checkIn(t, s, shop)
			long := strings.Repeat("一行字。\n", 3_999) + "末尾" + strings.Repeat("连", 12_000)
			wantFault(t, s.SetNote(t.Context(), visit, uuid.Nil, long, nil), "note.too_long")
			if closed {
				must(t, s.CheckOut(t.Context(), visit, nowhere))
			}
			must(t, s.SplitNoteDraft(t.Context(), visit, nil))
			p := visitPage(t, s, visit)
			equal(t, p.Row.Draft, false)
			var all []string
			for _, n := range p.Notes {
				must(t, field.ValidateNote(n.Text.Value))
				equal(t, n.Corrects != uuid.Nil, closed)
				all = append(all, n.Text.Value)
			}
			equal(t, strings.ReplaceAll(strings.Join(all, ""), "\n", ""), strings.ReplaceAll(long, "\n", ""))
			equal(t, len(all), 4)
			equal(t, strings.HasSuffix(all[0], "一行字。"), true)
			o.exchange(t, s)
			waits(t, s, 0, 0)
		})
	}
}

func TestSpaceAroundANoteIsNoDifference(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	must(t, s.SetNote(t.Context(), visit, uuid.Nil, "缺货两种", nil))
	o.exchange(t, s)
	must(t, s.SetNote(t.Context(), visit, uuid.Nil, " \n缺货两种 \n", nil))
	waits(t, s, 0, 0)
	equal(t, visitPage(t, s, visit).MyNote.Text.Value, "缺货两种")
}

func TestAVisitWithADraftStaysOnThePhoneWhenItsTerritoryGoes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	wantFault(t, s.SetNote(t.Context(), visit, uuid.New(), strings.Repeat("长", field.MaxNoteRunes+1), nil), "note.too_long")
	o.exchange(t, s)
	must(t, s.Apply(t.Context(), nil, wire.SyncResponse{Revoked: []uuid.UUID{town}}))
	equal(t, visitPage(t, s, visit).Row.Draft, true)
	must(t, s.DropNoteDraft(t.Context(), visit))
	must(t, s.Apply(t.Context(), nil, wire.SyncResponse{}))
	_, err := s.VisitPage(t.Context(), visit)
	wantFault(t, err, "visit.not_found")
}
