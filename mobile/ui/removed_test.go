package ui_test

import (
	"strings"
	"testing"

	"storewalk/shared/field"
)

func TestARemovedPhotoCanBeTakenBackAlsoAfterARestart(t *testing.T) {
	w, p := visiting(t)
	p.Tap("photo.take.shelf")
	p.Tap("photo.show.0")
	p.Tap("photo.remove")
	if p.Has("photo.show.0") || !p.Shows("照片已移除：货架") || p.Has("photo.remove") {
		t.Fatal("not removed, or not back on the visit:", p.Texts())
	}
	p.Check("photo removed")
	visits, err := w.store.Visits(t.Context(), 1)
	must(t, err)
	page, err := w.store.VisitPage(t.Context(), visits[0].ID)
	must(t, err)
	undo := "removed.undo." + page.Removed[0].Record.String()

	again := w.phone() // where it was
	again.Tap(undo)
	if !again.Has("photo.show.0") || again.Has(undo) {
		t.Fatal("not taken back:", again.Texts())
	}
	again.Tap("photo.show.0")
	if !again.Has("photo.remove") {
		t.Error("it can not be removed again")
	}
}

func TestARemovedNoteLeavesAnEmptyOneToWrite(t *testing.T) {
	w, p := visiting(t)
	p.Tap("visit.note")
	if p.Has("note.remove") {
		t.Error("nothing is written, and it can be removed")
	}
	p.Find("note.text").(interface{ SetText(string) }).SetText("写错了店")
	p.App.Save()
	p.Settle()
	p.Tap("note.remove")
	if p.Shows("写错了店") || !p.Shows("拜访记录已移除") {
		t.Fatal(p.Texts())
	}
	p.Check("note removed")
	p.Tap("visit.note")
	if got := p.Text("note.text"); got != "" {
		t.Error("the removed text is in the entry:", got)
	}
	p.Type("note.text", "这家店的记录")
	p.App.Save()
	p.Settle()
	p.Back()
	if !p.Shows("这家店的记录") || p.Shows("拜访记录已移除") {
		t.Error(p.Texts())
	}
	visits, err := w.store.Visits(t.Context(), 1)
	must(t, err)
	kept, err := w.store.VisitPage(t.Context(), visits[0].ID)
	must(t, err)
	if len(kept.Notes) != 1 || kept.Notes[0].Text.Value != "这家店的记录" {
		t.Errorf("%+v", kept.Notes)
	}
}

func TestANoteRemovedHereAndWrittenElsewhereIsShownWithBothNamesAndCanBeKept(t *testing.T) {
	w, p := visiting(t)
	p.Tap("visit.note")
	p.Type("note.text", "一句")
	p.App.Save()
	p.Settle()
	visits, err := w.store.Visits(t.Context(), 1)
	must(t, err)
	page, err := w.store.VisitPage(t.Context(), visits[0].ID)
	must(t, err)
	w.lam = 1_000
	w.office(wangFang, wall(), page.MyNote.ID, field.TypeNote, field.Value{Field: "text", Value: "王芳写的"})
	p.Tap("note.remove")
	w.arrive()
	p.Settle()
	note := page.MyNote.ID.String()
	again := w.phone() // where it was
	if !again.Shows("王芳写的") || !again.Has("removed.keep."+note) || again.Has("removed.remove."+note) || !strings.Contains(strings.Join(again.Texts(), " "), "王芳 在不知情时又改了它") {
		t.Fatal(again.Texts())
	}
	again.Check("note removed and written")
	again.Tap("removed.keep." + note)
	if again.Has("removed.keep."+note) || !again.Shows("王芳写的") {
		t.Error(again.Texts())
	}
	page, err = w.store.VisitPage(t.Context(), visits[0].ID)
	must(t, err)
	if len(page.Removed) != 0 || len(page.Notes) != 1 {
		t.Errorf("%+v", page)
	}
}
