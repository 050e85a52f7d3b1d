// Package textarea is a field for a text of several lines. To the person it is Fyne's Entry: it looks like it, and answers
// keys, fingers and the clipboard as it does. But Fyne's lays out all that is left of a paragraph for each of its rows, and
// all rows for each letter, so that the time for a letter grows with the square of the text. This one breaks anew the rows
// that a letter changes, and draws the rows that are seen.
package textarea

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// An Area is the field.
type Area struct {
	widget.BaseWidget
	OnChanged func(string)             // told every new text; may be nil
	Outer     func() *container.Scroll // in which the field lies, for a finger that goes on; may be nil, and return nil

	self     fyne.Widget // what extends it, or itself
	least    int         // rows that there is room for
	hint     string
	runes    []rune
	text     string // the same; see Text
	stale    bool   // text is not the same yet
	rows     rows
	cursor   place
	anchor   place // the other end of what is selected
	choosing bool  // there is a selection, though it may still be empty
	shift    bool  // held
	focused  bool
	history  history

	sheet  *sheet
	scroll *container.Scroll
	finger finger
	double time.Time // when it was tapped twice
	typed  time.Time // when the cursor moved last: until shortly after, it does not blink
	menu   *widget.PopUpMenu
}

// New returns an empty field with room for so many rows; more are scrolled.
func New(least int) *Area {
	a := &Area{least: least, rows: rows{list: []row{{}}, glyphs: newGlyphs(font{})}}
	a.sheet = &sheet{area: a}
	a.sheet.ExtendBaseWidget(a.sheet)
	a.scroll = container.NewVScroll(a.sheet)
	a.scroll.OnScrolled = func(fyne.Position) { a.sheet.Refresh() }
	return a
}

// ExtendBaseWidget is called by what extends the field.
func (a *Area) ExtendBaseWidget(self fyne.Widget) {
	if a.self == nil {
		a.self = self
	}
	a.BaseWidget.ExtendBaseWidget(self)
}

// Text returns what is in the field.
func (a *Area) Text() string {
	if a.stale {
		a.text, a.stale = string(a.runes), false
	}
	return a.text
}

// SetText replaces the text. There is nothing to undo afterwards.
func (a *Area) SetText(text string) {
	changed := text != a.Text()
	a.history = history{}
	if changed {
		a.replace(0, len(a.runes), []rune(text))
		a.text, a.stale = text, false // also what is no UTF-8
	}
	a.cursor, a.anchor = place{at: min(a.cursor.at, len(a.runes))}, place{at: min(a.anchor.at, len(a.runes))}
	if changed && a.OnChanged != nil {
		a.OnChanged(text)
	}
	a.moved()
}

// SetPlaceHolder sets what is shown while there is no text.
func (a *Area) SetPlaceHolder(hint string) {
	if a.hint != hint {
		a.hint = hint
		a.Refresh()
	}
}

// SelectedText returns what is selected.
func (a *Area) SelectedText() string {
	from, to := a.selection()
	return string(a.runes[from:to])
}

// CursorTextOffset returns how many characters stand before the cursor.
func (a *Area) CursorTextOffset() int { return a.cursor.at }

// selection is what lies between the cursor and the anchor; nothing while nothing is selected.
func (a *Area) selection() (from, to int) {
	if !a.choosing {
		return a.cursor.at, a.cursor.at
	}
	return min(a.cursor.at, a.anchor.at), max(a.cursor.at, a.anchor.at)
}

// replace puts other characters in the place of some. Where the cursor is, is the caller's concern.
func (a *Area) replace(at, gone int, by []rune) {
	tail := len(a.runes) - at - gone
	next := make([]rune, 0, at+len(by)+tail+64)
	next = append(append(append(next, a.runes[:at]...), by...), a.runes[at+gone:]...)
	a.runes, a.stale = next, true
	a.rows.edited(next, at, gone, len(by))
}

// edit is replace by the person, who may take it back. The cursor stands behind what is new.
func (a *Area) edit(at, gone int, by []rune, merge bool) {
	if gone > 0 {
		a.history.add(change{at: at, text: append([]rune(nil), a.runes[at:at+gone]...), gone: true}, merge)
	}
	if len(by) > 0 {
		a.history.add(change{at: at, text: append([]rune(nil), by...)}, merge)
	}
	a.replace(at, gone, by)
	a.cursor, a.choosing = place{at: at + len(by)}, false
}

// insert types some characters over what is selected, or pastes them.
func (a *Area) insert(by []rune, merge bool) {
	from, to := a.selection()
	if to > from {
		a.edit(from, to-from, nil, merge)
	}
	a.edit(from, 0, by, merge)
	a.changed()
}

// Insert puts a text in at a place, given by how many characters stand before it, as the person's doing: it is taken back by
// itself, in one step.
func (a *Area) Insert(at int, text string) {
	if text == "" {
		return
	}
	a.edit(min(at, len(a.runes)), 0, []rune(text), false)
	a.history.seal()
	a.changed()
}

// changed tells the new text.
func (a *Area) changed() {
	if a.menu != nil {
		a.menu.Hide()
		a.menu = nil
	}
	if a.OnChanged != nil {
		a.OnChanged(a.Text())
	}
	a.moved()
}

// Caret returns where the cursor stands in the field, from its top, and how high it is.
func (a *Area) Caret() (top, height float32) {
	return a.sheet.at(a.cursor).Y - a.scroll.Offset.Y, a.rows.height()
}

// moved shows the cursor where it is now.
func (a *Area) moved() {
	a.typed = time.Now()
	a.Refresh()
	a.reveal()
}

// Undo takes back the last change.
func (a *Area) Undo() { a.travel(a.history.back()) }

// Redo makes the change again that was taken back last.
func (a *Area) Redo() { a.travel(a.history.forth()) }

func (a *Area) travel(c change, ok bool) {
	if !ok {
		return
	}
	end := c.at
	if c.gone {
		a.replace(c.at, len(c.text), nil)
	} else {
		a.replace(c.at, 0, c.text)
		end += len(c.text)
	}
	a.cursor, a.choosing = place{at: end}, false
	a.changed()
}

// MinSize is the room for as many rows as were asked for.
func (a *Area) MinSize() fyne.Size {
	a.ExtendBaseWidget(a)
	return a.BaseWidget.MinSize()
}

// Refresh draws the field anew.
func (a *Area) Refresh() {
	a.fit()
	a.BaseWidget.Refresh()
}

// fit breaks the rows for the room there is, when that has changed, or the size of the letters.
func (a *Area) fit() {
	a.rows.fit(a.runes, a.Size().Width-2*theme.InnerPadding())
}

// FocusGained shows the cursor.
func (a *Area) FocusGained() {
	a.focused = true
	a.moved()
}

// FocusLost hides it, and what is selected.
func (a *Area) FocusLost() {
	a.focused, a.shift = false, false
	a.Refresh()
}

// AcceptsTab says that Tab is a character here, and does not lead to the next field.
func (a *Area) AcceptsTab() bool { return true }

// takeFocus asks the window for what is typed.
func (a *Area) takeFocus() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(a.self); c != nil {
		c.Focus(a.self.(fyne.Focusable))
	}
}
