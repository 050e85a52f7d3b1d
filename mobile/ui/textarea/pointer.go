package textarea

import (
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Cursor is the mouse's over a text.
func (a *Area) Cursor() desktop.Cursor { return desktop.TextCursor }

// placeAt is the place in the text that is nearest to one in the field.
func (a *Area) placeAt(p fyne.Position) place {
	p = p.Add(a.scroll.Offset)
	n := int(math.Floor(float64((p.Y - theme.InnerPadding() + theme.LineSpacing()) / a.rows.height())))
	switch {
	case n < 0:
		return place{}
	case n >= len(a.rows.list):
		return place{at: len(a.runes)}
	}
	w := a.rows.list[n]
	return a.rows.place(n, a.rows.columnAt(a.runes[w.begin:w.end], p.X-theme.InnerPadding()))
}

// point takes the cursor to where the person points.
func (a *Area) point(p fyne.Position) {
	if a.cursor = a.placeAt(p); !a.choosing {
		a.anchor = a.cursor
	}
	a.moved()
}

// selectRow selects the row of the cursor if this touch is the third one, and reports whether it is.
func (a *Area) selectRow() bool {
	if time.Since(a.double) > fyne.CurrentApp().Driver().DoubleTapDelay() {
		return false
	}
	n, _ := a.rows.find(a.cursor)
	a.anchor, a.cursor = a.rows.place(n, 0), a.rows.place(n, len(a.runes))
	a.choosing = a.anchor.at != a.cursor.at
	a.moved()
	return true
}

// MouseDown takes the cursor there.
func (a *Area) MouseDown(m *desktop.MouseEvent) {
	a.takeFocus()
	if a.selectRow() {
		return
	}
	a.finger = finger{}
	second := m.Button == desktop.MouseButtonSecondary
	if a.shift && !a.choosing {
		a.anchor, a.choosing = a.cursor, true
	} else if a.choosing && !a.shift && m.Button == desktop.MouseButtonPrimary {
		a.choosing = false
	}
	if !second || !a.choosing { // the menu is for what is selected
		a.point(m.Position)
	}
}

// MouseUp ends a selection of nothing.
func (a *Area) MouseUp(*desktop.MouseEvent) {
	if from, to := a.selection(); from == to && !a.shift {
		a.choosing = false
	}
}

// DoubleTapped selects the word, or what stands between words, within its row.
func (a *Area) DoubleTapped(*fyne.PointEvent) {
	a.double = time.Now()
	n, col := a.rows.find(a.cursor)
	w := a.rows.list[n]
	if w.begin == w.end {
		return
	}
	from, to := word(a.runes[w.begin:w.end], col, false)
	if !a.shift {
		a.anchor = a.rows.place(n, from)
	}
	if a.cursor = a.rows.place(n, to); a.anchor.at > w.begin+col {
		a.cursor = a.rows.place(n, from)
	}
	a.choosing = true
	a.moved()
}

// TappedSecondary opens the menu: cut, copy, paste and so on, in Fyne's words.
func (a *Area) TappedSecondary(e *fyne.PointEvent) {
	a.takeFocus()
	board := fyne.CurrentApp().Clipboard()
	do := a.self.(fyne.Shortcutable).TypedShortcut // what extends the field may refuse
	var items []*fyne.MenuItem
	if a.history.done > 0 {
		items = append(items, fyne.NewMenuItem(lang.L("Undo"), a.Undo))
	}
	if a.history.done < len(a.history.changes) {
		items = append(items, fyne.NewMenuItem(lang.L("Redo"), a.Redo))
	}
	if len(items) > 0 {
		items = append(items, fyne.NewMenuItemSeparator())
	}
	items = append(items,
		fyne.NewMenuItem(lang.L("Cut"), func() { do(&fyne.ShortcutCut{Clipboard: board}) }),
		fyne.NewMenuItem(lang.L("Copy"), func() { do(&fyne.ShortcutCopy{Clipboard: board}) }),
		fyne.NewMenuItem(lang.L("Paste"), func() { do(&fyne.ShortcutPaste{Clipboard: board}) }),
		fyne.NewMenuItem(lang.L("Select all"), a.selectAll))
	driver := fyne.CurrentApp().Driver()
	a.menu = widget.NewPopUpMenu(fyne.NewMenu("", items...), driver.CanvasForObject(a.self))
	a.menu.ShowAtPosition(driver.AbsolutePositionForObject(a.self).Add(e.Position))
}
