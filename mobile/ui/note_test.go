package ui_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
)

// A letter in a paragraph of thousands takes long, and in the next one does not: the page says so.
func TestWhoWritesOneLongParagraphIsToldWhatMakesWritingFast(t *testing.T) {
	w, p := visiting(t)
	visit := w.newest()
	p.Tap("visit.note")
	if p.Text("note.hint") != p.App.T("edit.saved") {
		t.Error(p.Text("note.hint"))
	}
	p.Back()
	must(t, w.store.SetNote(t.Context(), visit, uuid.Nil, strings.Repeat("长", 1_500), nil))
	p.Tap("visit.note")
	if p.Text("note.hint") != p.App.T("note.long_paragraph") {
		t.Error(p.Text("note.hint"))
	}
	p.Back()
	page, err := w.store.VisitPage(t.Context(), visit)
	must(t, err)
	must(t, w.store.SetNote(t.Context(), visit, uuid.Nil, strings.Repeat(strings.Repeat("长", 300)+"\n", 5), page.MyNote.Text.Seen))
	p.Tap("visit.note")
	if p.Text("note.hint") != p.App.T("edit.saved") {
		t.Error(p.Text("note.hint"))
	}
}
