package ui_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/shared/field"
)

// runes that the embedded typeface does not have, or that are drawn several as one.
const emoji = "😀👨‍👩‍👧‍👦👍🏽🇨🇳❤️é𠮷𝄞\u200d\ufe0f\u202e反\ufffd"

func TestANoteWithEmojiIsKeptAndDrawnWhereverItIsShown(t *testing.T) {
	w, p := visiting(t)
	p.Tap("visit.note")
	p.Type("note.text", "店主说好"+emoji)
	if got := p.Text("note.text"); got != "店主说好"+emoji {
		t.Errorf("%q", got)
	}
	p.Picture(t.TempDir() + "/note.png")
	p = w.reopened()
	if got := p.Text("note.text"); got != "店主说好"+emoji {
		t.Errorf("after a kill: %q", got)
	}
	p.Tap("note.done")
	if got := p.Text("visit.note.text"); got != "店主说好"+emoji {
		t.Errorf("%q", got)
	}
	p.Check("a visit with emoji")
	p.Picture(t.TempDir() + "/visit.png")
	p.Tap("news.add.competitor")
	p.Type("news.brand", emoji)
	p.Type("news.text", strings.Repeat(emoji, 3))
	p.Check("news with emoji")
	p.Tap("news.done")
	p.Check("a visit with news of emoji")
	page, err := w.store.VisitPage(t.Context(), w.newest())
	must(t, err)
	if page.Notes[0].Text.Value != "店主说好"+emoji || page.News[0].Brand != emoji || page.News[0].Text != strings.Repeat(emoji, 3) {
		t.Errorf("%+v", page.News)
	}
}

// spent is the processor's time that do takes: what else the machine does has no part in it.
func spent(t *testing.T, what string, do func()) time.Duration {
	t.Helper()
	now := func() time.Duration {
		var use syscall.Rusage
		must(t, syscall.Getrusage(syscall.RUSAGE_SELF, &use))
		return time.Duration(use.Utime.Nano())
	}
	began := now()
	do()
	d := now() - began
	t.Logf("%s: %v", what, d)
	return d
}

// manyRunes is about the longest note: more than anybody types at a counter.
const manyRunes = field.MaxNoteRunes - 10

func TestALongNoteIsShownTypedOnAndKept(t *testing.T) {
	for name, line := range map[string]string{"plain": "店主说了很多，都记下来。", "with emoji": "店主说了很多，都记下来😀。"} {
		t.Run(name, func(t *testing.T) {
			w, p := visiting(t)
			long := strings.Repeat(line, manyRunes/len([]rune(line)))
			must(t, w.store.SetNote(t.Context(), w.newest(), uuid.Nil, long, nil))
			if d := spent(t, "the visit's page", func() { p.App.Changed(); p.Settle() }); d > time.Second {
				t.Errorf("it takes %v", d)
			}
			if d := spent(t, "opening the note", func() { p.Tap("visit.note") }); d > time.Second/2 {
				t.Errorf("it takes %v", d)
			}
			e := p.Find("note.text").(interface {
				fyne.Focusable
				fyne.Shortcutable
			})
			p.Window.Canvas().Focus(e)
			if d := spent(t, "one letter", func() { e.TypedRune('𠮷') }); d > 50*time.Millisecond {
				t.Errorf("it takes %v", d)
			}
			board := fyne.CurrentApp().Clipboard()
			board.SetContent(strings.Repeat("贴", 100_000))
			if d := spent(t, "refusing a paste of 100,000", func() { e.TypedShortcut(&fyne.ShortcutPaste{Clipboard: board}) }); d > time.Second {
				t.Errorf("it takes %v", d)
			}
			if !strings.Contains(p.Text("note.fault"), "没有粘贴") {
				t.Error(p.Text("note.fault"))
			}
			p.Window.Canvas().Unfocus()
			p.Settle()
			p = w.reopened()
			page, err := w.store.VisitPage(t.Context(), w.newest())
			must(t, err)
			if got := page.MyNote.Text.Value; len([]rune(got)) != len([]rune(long))+1 || !strings.Contains(got, "𠮷") || !strings.Contains(p.Text("note.text"), "𠮷") {
				t.Errorf("%d characters of %d", len([]rune(got)), len([]rune(long))+1)
			}
		})
	}
}
