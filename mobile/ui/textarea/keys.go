package textarea

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// TypedRune takes a letter, in place of what is selected.
func (a *Area) TypedRune(r rune) { a.insert([]rune{r}, true) }

// KeyDown notes that Shift is held: the keys that move the cursor select then.
func (a *Area) KeyDown(key *fyne.KeyEvent) {
	if key.Name == desktop.KeyShiftLeft || key.Name == desktop.KeyShiftRight {
		a.shift = true
	}
}

// KeyUp notes that it is not held any more.
func (a *Area) KeyUp(key *fyne.KeyEvent) {
	if key.Name == desktop.KeyShiftLeft || key.Name == desktop.KeyShiftRight {
		a.shift = false
	}
}

// TypedKey moves the cursor, or deletes, or begins a paragraph.
func (a *Area) TypedKey(key *fyne.KeyEvent) {
	from, to := a.selection()
	at := a.cursor.at
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		a.insert([]rune{'\n'}, true)
	case fyne.KeyTab:
		a.insert([]rune{'\t'}, true)
	case fyne.KeyBackspace, fyne.KeyDelete:
		if from == to && key.Name == fyne.KeyBackspace {
			from = max(0, at-1)
		} else if from == to {
			to = min(len(a.runes), at+1)
		}
		a.erase(from, to)
	case fyne.KeyLeft:
		if to > from && !a.shift {
			a.move(place{at: from})
			return
		}
		a.move(a.step(-1))
	case fyne.KeyRight:
		if to > from && !a.shift {
			a.move(place{at: to})
			return
		}
		a.move(a.step(1))
	default:
		if p, ok := a.jump(key.Name); ok {
			a.move(p)
		}
	}
}

// erase deletes as the person's doing.
func (a *Area) erase(from, to int) {
	if a.choosing = false; to > from {
		a.edit(from, to-from, nil, true)
		a.changed()
	}
}

// move takes the cursor elsewhere, and selects what it passes while Shift is held.
func (a *Area) move(to place) {
	if a.shift && !a.choosing {
		a.anchor = a.cursor
	}
	a.cursor, a.choosing = to, a.shift && to.at != a.anchor.at
	a.moved()
}

// step is the place beside the cursor, which at the break of a row is the same one seen at the other row.
func (a *Area) step(by int) place {
	n, col := a.rows.find(a.cursor)
	w := a.rows.list[n]
	switch {
	case by < 0 && col == 0 && n > 0:
		return a.rows.place(n-1, a.rows.list[n-1].end-a.rows.list[n-1].begin)
	case by > 0 && w.begin+col == w.end && n+1 < len(a.rows.list):
		return a.rows.place(n+1, 0)
	}
	return a.rows.place(n, col+by)
}

// jump is the place to which a key leads.
func (a *Area) jump(key fyne.KeyName) (place, bool) {
	n, col := a.rows.find(a.cursor)
	last := len(a.rows.list) - 1
	switch key {
	case fyne.KeyUp:
		if n == 0 {
			col = 0
		}
		return a.rows.place(n-1, col), true
	case fyne.KeyDown:
		if n == last {
			col = len(a.runes)
		}
		return a.rows.place(n+1, col), true
	case fyne.KeyHome:
		return a.rows.place(n, 0), true
	case fyne.KeyEnd:
		return a.rows.place(n, len(a.runes)), true
	case fyne.KeyPageUp:
		return place{}, true
	case fyne.KeyPageDown:
		return place{at: len(a.runes)}, true
	}
	return place{}, false
}

// TypedShortcut works with the clipboard, takes back, and moves by words.
func (a *Area) TypedShortcut(s fyne.Shortcut) {
	from, to := a.selection()
	switch s := s.(type) {
	case *fyne.ShortcutUndo:
		a.Undo()
	case *fyne.ShortcutRedo:
		a.Redo()
	case *fyne.ShortcutSelectAll:
		a.selectAll()
	case *fyne.ShortcutCopy:
		if to > from {
			s.Clipboard.SetContent(a.SelectedText())
		}
	case *fyne.ShortcutCut:
		if to > from {
			s.Clipboard.SetContent(a.SelectedText())
			a.edit(from, to-from, nil, true)
			a.changed()
		}
	case *fyne.ShortcutPaste:
		if text := s.Clipboard.Content(); text != "" {
			a.insert([]rune(text), false)
		}
	case *desktop.CustomShortcut:
		a.byWord(s)
	}
}

func (a *Area) selectAll() {
	a.anchor, a.cursor = place{}, place{at: len(a.runes)}
	a.choosing = len(a.runes) > 0
	a.moved()
}

// byWord moves or deletes by words within a row, and over its ends to the next one.
func (a *Area) byWord(s *desktop.CustomShortcut) {
	if s.Modifier&^fyne.KeyModifierShift != fyne.KeyModifierShortcutDefault {
		return
	}
	n, col := a.rows.find(a.cursor)
	w := a.rows.list[n]
	from, to := word(a.runes[w.begin:w.end], col, true)
	switch s.KeyName {
	case fyne.KeyBackspace:
		a.erase(w.begin+from, a.cursor.at)
		return
	case fyne.KeyDelete:
		a.erase(a.cursor.at, w.begin+to)
		return
	case fyne.KeyLeft:
		if col == 0 {
			from = -1
		}
		to = from
	case fyne.KeyRight:
	default:
		return
	}
	p := a.rows.place(n, to)
	if to < 0 || col == w.end-w.begin && s.KeyName == fyne.KeyRight {
		p = a.step(map[fyne.KeyName]int{fyne.KeyLeft: -1, fyne.KeyRight: 1}[s.KeyName])
	}
	held := a.shift
	a.shift = s.Modifier&fyne.KeyModifierShift != 0
	a.move(p)
	a.shift = held
}
