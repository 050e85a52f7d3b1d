package textarea

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// tap presses the mouse at a place of the text in both fields, twice if double.
func (w *twins) tap(at fyne.Position, double bool) {
	scroll, _, _ := w.inside()
	for i, f := range w.both() {
		m := f.(desktop.Mouseable)
		offset := []fyne.Position{w.ours.scroll.Offset, scroll.Offset}[i]
		e := &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at.Subtract(offset)}, Button: desktop.MouseButtonPrimary}
		m.MouseDown(e)
		m.MouseUp(e)
		f.(fyne.Tappable).Tapped(&e.PointEvent)
		if double {
			f.(fyne.DoubleTappable).DoubleTapped(&e.PointEvent)
		}
	}
}

// drag moves the mouse over the text from one place to another.
func (w *twins) drag(from, to fyne.Position) {
	w.tap(from, false)
	_, inside, _ := w.inside()
	for _, d := range []fyne.Draggable{w.ours.sheet, inside.(fyne.Draggable)} {
		e := &fyne.DragEvent{PointEvent: fyne.PointEvent{Position: to}, Dragged: fyne.NewDelta(to.X-from.X, to.Y-from.Y)}
		d.Dragged(e)
		d.DragEnd()
	}
}

// align takes the cursor of Fyne's field to ours.
func (w *twins) align() {
	w.fynes.CursorRow, w.fynes.CursorColumn = w.ours.rows.find(w.ours.cursor)
	w.fynes.Refresh()
}

// step does one thing of what a person does, the same to both, and says what.
func (w *twins) step(random *rand.Rand, letters []string) string {
	spot := func() fyne.Position {
		return fyne.NewPos(random.Float32()*w.ours.Size().Width, random.Float32()*(w.ours.sheet.Size().Height+20)-10)
	}
	some := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString(letters[random.IntN(len(letters))])
		}
		return b.String()
	}
	board := fyne.CurrentApp().Clipboard()
	switch n := random.IntN(30); {
	case n < 8:
		text := some(1 + random.IntN(4))
		for _, r := range text {
			for _, f := range w.both() {
				f.TypedRune(r)
			}
		}
		return fmt.Sprintf("type %q", text)
	case n < 17:
		key := []fyne.KeyName{fyne.KeyLeft, fyne.KeyRight, fyne.KeyUp, fyne.KeyDown, fyne.KeyHome, fyne.KeyEnd, fyne.KeyLeft, fyne.KeyRight, fyne.KeyUp, fyne.KeyDown, fyne.KeyPageUp, fyne.KeyPageDown}[random.IntN(12)]
		shift := random.IntN(3) == 0
		if w.key(key, shift); w.ours.SelectedText() == "" {
			w.key(fyne.KeyHome, false) // Fyne may be left selecting nothing, and then lose the letter after the next one
		}
		return fmt.Sprintf("%s, shift %v", key, shift)
	case n < 21:
		key := []fyne.KeyName{fyne.KeyBackspace, fyne.KeyDelete, fyne.KeyReturn, fyne.KeyTab}[n-17]
		w.key(key, false)
		if key == fyne.KeyReturn || key == fyne.KeyDelete { // Fyne's cursor stays at its row and column, though the rows break elsewhere
			w.align()
		}
		return string(key)
	case n < 23:
		at := spot()
		w.tap(at, false)
		return fmt.Sprintf("tap at %v", at)
	case n == 23:
		from, to := spot(), spot()
		if w.drag(from, to); w.ours.SelectedText() == "" {
			w.key(fyne.KeyHome, false)
		}
		return fmt.Sprintf("drag from %v to %v", from, to)
	case n == 24:
		board.SetContent(some(1 + random.IntN(60)))
		w.shortcut(&fyne.ShortcutPaste{Clipboard: board})
		return fmt.Sprintf("paste %q", board.Content())
	case n == 25:
		for _, f := range w.both() {
			board.SetContent("nothing")
			f.(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutCut{Clipboard: board})
		}
		return fmt.Sprintf("cut %q", board.Content())
	case n == 26:
		var got [2]string
		for i, f := range w.both() {
			board.SetContent("nothing")
			f.(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutCopy{Clipboard: board})
			got[i] = board.Content()
		}
		if got[0] != got[1] && got != [2]string{"nothing", ""} {
			w.t.Fatalf("copied %q, Fyne's %q", got[0], got[1])
		}
		return "copy"
	case n == 27:
		s := []fyne.Shortcut{&fyne.ShortcutUndo{}, &fyne.ShortcutRedo{}, &fyne.ShortcutSelectAll{}}[random.IntN(3)]
		if w.ours.SelectedText() != "" {
			w.key(fyne.KeyHome, false) // where what Fyne selects would be anywhere
		}
		w.shortcut(s)
		return s.ShortcutName()
	case n == 28:
		width := float32(120 + random.IntN(240))
		if w.ours.SelectedText() != "" { // Fyne selects other characters then
			w.key(fyne.KeyHome, false)
		}
		w.resize(width)
		w.align()
		return fmt.Sprintf("resize to %v", width)
	default:
		s := &desktop.CustomShortcut{KeyName: []fyne.KeyName{fyne.KeyLeft, fyne.KeyRight, fyne.KeyBackspace, fyne.KeyDelete}[random.IntN(4)],
			Modifier: fyne.KeyModifierShortcutDefault}
		if random.IntN(3) == 0 && (s.KeyName == fyne.KeyLeft || s.KeyName == fyne.KeyRight) {
			s.Modifier |= fyne.KeyModifierShift
		}
		deletes := s.KeyName == fyne.KeyBackspace || s.KeyName == fyne.KeyDelete
		if deletes && w.ours.SelectedText() != "" { // Fyne would select other characters then
			w.key(fyne.KeyHome, false)
		}
		row, col := w.ours.rows.find(w.ours.cursor)
		r := w.ours.rows.list[row]
		if strings.TrimFunc(string(w.ours.runes[r.begin+col:r.end]), separates) == "" { // Fyne's goes back there, or nowhere
			w.key(fyne.KeyHome, false)
		}
		if strings.TrimFunc(string(w.ours.runes[r.begin:r.end]), separates) != "" {
			before := w.ours.Text()
			if w.shortcut(s); w.ours.SelectedText() == "" && s.Modifier&fyne.KeyModifierShift != 0 {
				w.key(fyne.KeyHome, false)
			}
			if deletes && w.ours.Text() == before { // Fyne's would take that back before anything else
				w.set(before)
			}
		}
		if deletes {
			w.align()
		}
		return s.ShortcutName()
	}
}

func TestWhateverIsDoneToItItIsAsFynes(t *testing.T) {
	dressed(t)
	for _, name := range []string{"Chinese", "English", "both", "lines", "emoji and spaces"} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(3) {
				random := rand.New(rand.NewPCG(seed, 7))
				w := newTwins(t)
				var did []string
				for n := range 200 {
					if n < 199 {
						did = append(did, w.step(random, alphabets[name]))
					} else { // the last thing, as a third tap soon after it would mean something else
						w.tap(fyne.NewPos(100, 60), true)
						did = append(did, "tap twice")
					}
					if d := w.differ(); d != "" {
						t.Fatalf("seed %d, %d steps, the last: %s: %s", seed, len(did), strings.Join(did[max(0, len(did)-6):], "; "), d)
					}
				}
			}
		})
	}
}
