package ui_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
)

func TestAReadyPhraseIsTakenBackInOneStepAndWhatWasTypedBeforeItToo(t *testing.T) {
	w, p := planning(t)
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Tap("visit.note")
	phrase := p.App.T("note.phrase.1")
	write(p, "note.text", "店主说")
	field := p.Find("note.text").(fyne.Shortcutable)
	for _, typed := range []string{"店主说", "店主说\n", "店主说\n\n"} {
		for len(p.Text("note.text")) < len(typed) {
			p.Find("note.text").(fyne.Focusable).TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		}
		p.Tap("note.phrase.1")
		if got := p.Text("note.text"); !strings.HasPrefix(got, "店主说\n"+phrase) {
			t.Fatalf("after %q the phrase is not on a line of its own: %q, %v", typed, got, p.Texts())
		}
		if field.TypedShortcut(&fyne.ShortcutUndo{}); p.Text("note.text") != typed {
			t.Fatalf("%q in place of %q", p.Text("note.text"), typed)
		}
	}
	p.Tap("note.phrase.1")
	for range 4 { // the phrase, the two lines, and what was typed first
		field.TypedShortcut(&fyne.ShortcutUndo{})
	}
	if p.Text("note.text") != "" {
		t.Errorf("%q is left", p.Text("note.text"))
	}
	field.TypedShortcut(&fyne.ShortcutRedo{})
	p.Tap("note.done")
	page, err := w.store.VisitPage(t.Context(), w.newest())
	must(t, err)
	if page.MyNote.Text.Value != "店主说" {
		t.Errorf("saved is %q", page.MyNote.Text.Value)
	}
}
