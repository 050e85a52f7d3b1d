package textarea

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/test"
)

// press presses keys one after the other; with "shift " before its name, while Shift is held.
func press(a *Area, keys ...fyne.KeyName) {
	for _, k := range keys {
		name, held := strings.CutPrefix(string(k), "shift ")
		if held {
			a.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
		}
		a.TypedKey(&fyne.KeyEvent{Name: fyne.KeyName(name)})
		a.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	}
}

// A text that is changed anywhere is broken into the rows that it would be broken into at once.
func TestRowsThatAreBrokenAnewAreThoseOfTheWholeText(t *testing.T) {
	dressed(t)
	for name, letters := range alphabets {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(3, 4))
			a := shown(t, New(5)).(*Area)
			var want []rune
			for n := range 150 {
				at := random.IntN(len(want) + 1)
				gone := random.IntN(min(8, len(want)-at) + 1)
				var by []rune
				for range random.IntN(12) {
					by = append(by, []rune(letters[random.IntN(len(letters))])...)
				}
				want = slices.Replace(want, at, at+gone, by...)
				a.replace(at, gone, by)
				if a.Text() != string(want) {
					t.Fatalf("change %d: %q, not %q", n, a.Text(), string(want))
				}
				if whole, _ := a.rows.breaks(nil, want, 0, nil); !slices.Equal(whole, a.rows.list) {
					t.Fatalf("change %d of %q at %d: rows %v, not %v", n, string(want), at, a.rows.list, whole)
				}
			}
		})
	}
}

// What Fyne's field does with the cursor where a row breaks, ours does not: there the text alone says what is right.
func TestEditsAndTheCursorAreThoseOfThePlainText(t *testing.T) {
	dressed(t)
	random := rand.New(rand.NewPCG(5, 6))
	a := shown(t, New(5)).(*Area)
	var text []rune
	for n := range 3000 {
		if len(text) > 400 {
			a.SetText("")
			text = nil
		}
		press(a, []fyne.KeyName{fyne.KeyUp, fyne.KeyDown, fyne.KeyLeft, fyne.KeyRight, fyne.KeyHome, fyne.KeyEnd, "shift Left", "shift Up", "shift Down", "shift End"}[random.IntN(10)])
		from, to := a.selection()
		what := random.IntN(6)
		by := []rune{[]rune("店a 1")[random.IntN(4)]}
		switch what {
		case 0, 1:
			a.TypedRune(by[0])
		case 2:
			by = []rune{'\n'}
			press(a, fyne.KeyReturn)
		case 3, 4:
			key := fyne.KeyBackspace
			if what == 4 {
				key = fyne.KeyDelete
			}
			if by = nil; from == to && what == 3 {
				from = max(0, from-1)
			} else if from == to {
				to = min(len(text), to+1)
			}
			press(a, key)
		default:
			by = []rune("店主说新品走得快\nnext week")
			board := fyne.CurrentApp().Clipboard()
			board.SetContent(string(by))
			a.TypedShortcut(&fyne.ShortcutPaste{Clipboard: board})
		}
		text = slices.Replace(text, from, to, by...)
		if a.Text() != string(text) || a.CursorTextOffset() != from+len(by) || a.SelectedText() != "" {
			t.Fatalf("edit %d, kind %d: %q with the cursor at %d and %q selected, not %q and %d", n, what, a.Text(), a.CursorTextOffset(), a.SelectedText(), string(text), from+len(by))
		}
	}
	end := a.Text()
	undone := 0
	for a.history.done > 0 {
		a.Undo()
		undone++
	}
	if a.Text() != "" || undone == 0 {
		t.Errorf("%q is left when all is taken back", a.Text())
	}
	for range undone {
		a.Redo()
	}
	if a.Text() != end {
		t.Errorf("made again: %q, not %q", a.Text(), end)
	}
}

func TestALongParagraphIsEditedAnywhere(t *testing.T) {
	dressed(t)
	const n = 10_000
	text := begin(long["zh"], n)
	runes := []rune(text)
	board := func() fyne.Clipboard { return fyne.CurrentApp().Clipboard() }
	for _, c := range []struct {
		name     string
		do       func(a *Area)
		want     string
		cursor   int
		selected string
	}{
		{"a letter at the end", func(a *Area) { press(a, fyne.KeyPageDown); a.TypedRune('好') }, text + "好", n + 1, ""},
		{"a letter at the begin", func(a *Area) { press(a, fyne.KeyPageUp); a.TypedRune('好') }, "好" + text, 1, ""},
		{"the last letter deleted", func(a *Area) { press(a, fyne.KeyPageDown, fyne.KeyBackspace) }, string(runes[:n-1]), n - 1, ""},
		{"the first letter deleted", func(a *Area) { press(a, fyne.KeyPageUp, fyne.KeyDelete) }, string(runes[1:]), 0, ""},
		{"selected from the third letter to the end", func(a *Area) { press(a, fyne.KeyPageUp, fyne.KeyRight, fyne.KeyRight, "shift "+fyne.KeyPageDown) }, text, n, string(runes[2:])},
		{"all typed over, and taken back", func(a *Area) {
			a.TypedShortcut(&fyne.ShortcutSelectAll{})
			a.TypedRune('好')
			a.Undo()
			a.Undo()
		}, text, n, ""},
		{"all cut, and pasted twice", func(a *Area) {
			a.TypedShortcut(&fyne.ShortcutSelectAll{})
			a.TypedShortcut(&fyne.ShortcutCut{Clipboard: board()})
			if a.Text() != "" {
				t.Error("all was cut")
			}
			a.TypedShortcut(&fyne.ShortcutPaste{Clipboard: board()})
			press(a, fyne.KeyPageUp)
			a.TypedShortcut(&fyne.ShortcutPaste{Clipboard: board()})
		}, text + text, n, ""},
		{"a paragraph begun in the middle", func(a *Area) {
			a.cursor = place{at: 5000}
			press(a, fyne.KeyReturn)
		}, string(runes[:5000]) + "\n" + string(runes[5000:]), 5001, ""},
		{"a finger that selects a word at the end", func(a *Area) {
			press(a, fyne.KeyPageDown)
			at := fyne.PointEvent{Position: fyne.NewPos(40, a.Size().Height-30)}
			a.TouchDown(&mobile.TouchEvent{PointEvent: at})
			a.TouchUp(&mobile.TouchEvent{PointEvent: at})
			a.DoubleTapped(&at)
		}, text, n, string(runes[n-n%18:])},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := shown(t, New(5)).(*Area)
			a.SetText(text)
			if c.do(a); a.Text() != c.want || a.CursorTextOffset() != c.cursor || a.SelectedText() != c.selected {
				t.Errorf("%d characters, the cursor at %d, %d selected", len([]rune(a.Text())), a.CursorTextOffset(), len([]rune(a.SelectedText())))
			}
			top, at := a.scroll.Offset.Y, a.sheet.at(a.cursor).Y
			if at < top || at+a.rows.height() > top+a.scroll.Size().Height {
				t.Errorf("the cursor at %v is out of sight: %v is on top", at, top)
			}
			if n := len(test.WidgetRenderer(a.sheet).Objects()); n > 20 {
				t.Errorf("%d things are drawn", n)
			}
		})
	}
}

func TestWhatIsPutInIsTakenBackByItselfAndWhatWasThereBeforeTooAfterIt(t *testing.T) {
	dressed(t)
	a := shown(t, New(3)).(*Area)
	for _, r := range "店主说货少" {
		a.TypedRune(r)
	}
	a.Insert(5, "\n陈列整齐")
	for _, r := range "很好" {
		a.TypedRune(r)
	}
	a.Insert(0, "")
	a.Insert(99, "。")
	texts := []string{"", "店主说货少", "店主说货少\n陈列整齐", "店主说货少\n陈列整齐很好", "店主说货少\n陈列整齐很好。"}
	for i := len(texts) - 1; ; i-- {
		if a.Text() != texts[i] {
			t.Fatalf("%d steps from the beginning: %q, not %q", i, a.Text(), texts[i])
		}
		if i == 0 {
			break
		}
		a.Undo()
	}
	for _, text := range texts[1:] {
		if a.Redo(); a.Text() != text || a.CursorTextOffset() != len([]rune(text)) {
			t.Fatalf("made again: %q with the cursor at %d, not %q", a.Text(), a.CursorTextOffset(), text)
		}
	}
}
