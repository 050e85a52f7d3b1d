package ui_test

import (
	"strconv"
	"strings"
	"testing"

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

// manyRunes is about the longest note: more than anybody types at a counter.
const manyRunes = field.MaxNoteRunes - 10

func TestALongNoteIsShownTypedOnAndKept(t *testing.T) {
	for name, line := range map[string]string{"plain": "店主说了很多，都记下来。", "with emoji": "店主说了很多，都记下来😀。"} {
		t.Run(name, func(t *testing.T) {
			w, p := visiting(t)
			long := strings.Repeat(line, manyRunes/len([]rune(line)))
			must(t, w.store.SetNote(t.Context(), w.newest(), uuid.Nil, long, nil))
			p.App.Changed()
			p.Settle()
			begin, of := string([]rune(long)[:300]), strconv.Itoa(len([]rune(long)))
			if got := p.Text("visit.note.text"); !strings.HasPrefix(got, begin+"…") || len(got) > len(begin)+100 || !strings.Contains(got, of) {
				t.Errorf("on the visit's page: %.2000q", got)
			}
			p.Tap("visit.note")
			e := p.Find("note.text").(interface {
				fyne.Focusable
				fyne.Shortcutable
			})
			p.Window.Canvas().Focus(e)
			e.TypedRune('𠮷')
			board := fyne.CurrentApp().Clipboard()
			board.SetContent(strings.Repeat("贴", 100_000))
			e.TypedShortcut(&fyne.ShortcutPaste{Clipboard: board})
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
