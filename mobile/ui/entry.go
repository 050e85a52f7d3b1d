package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/widget"
)

// pause is how long a person rests between two letters before what they typed is saved. Chinese
// keyboards compose by deleting and retyping, so nothing happens while letters still change.
const pause = 300 * time.Millisecond

// An entry is a text field that saves by itself: 300 ms after the last letter, on losing focus and
// when its page is left. The text under the cursor is never replaced by the program.
type entry struct {
	widget.Entry
	name     string
	app      *App
	keyboard mobile.KeyboardType
	saved    string // what was last committed or loaded
	onCommit func(string)
	onFocus  func()
	timer    *time.Timer
	loading  bool
	focused  bool
}

func newEntry(a *App, name, hint string, lines int, commit func(string)) *entry {
	e := &entry{name: name, app: a, onCommit: commit, keyboard: mobile.SingleLineKeyboard}
	e.ExtendBaseWidget(e)
	e.PlaceHolder = hint
	if lines > 1 {
		e.MultiLine, e.Wrapping, e.keyboard = true, fyne.TextWrapBreak, mobile.DefaultKeyboard
		e.SetMinRowsVisible(lines)
	}
	e.OnChanged = func(string) {
		if e.loading {
			return
		}
		if e.timer != nil {
			e.timer.Stop()
		}
		e.timer = time.AfterFunc(pause, func() { a.deps.Do(e.commit) })
	}
	return e
}

// ID returns the stable name by which a test finds this field.
func (e *entry) ID() string { return e.name }

// Value returns the text in the field.
func (e *entry) Value() string { return e.Text }

// load shows a value that was read. While a person is in the field, or what they typed is not saved
// yet, it does nothing and reports false: what a person typed stays.
func (e *entry) load(text string) bool {
	if e.Text != e.saved || e.focused && e.Text != text {
		return false
	}
	if e.Text != text {
		e.put(text)
	}
	return true
}

// unsaved makes the next commit try again, after a write that failed.
func (e *entry) unsaved() { e.saved = "\x00" }

// put replaces the text as the program's own doing, not as typing.
func (e *entry) put(text string) {
	e.loading = true
	e.SetText(text)
	e.loading, e.saved = false, text
}

// commit hands over what was typed since the last time, if anything.
func (e *entry) commit() {
	if e.timer != nil {
		e.timer.Stop()
	}
	if e.Text == e.saved {
		return
	}
	e.saved = e.Text
	if e.onCommit != nil {
		e.onCommit(e.Text)
	}
}

// Keyboard tells the phone which keys to show.
func (e *entry) Keyboard() mobile.KeyboardType { return e.keyboard }

// FocusGained marks that a person is in the field.
func (e *entry) FocusGained() {
	e.focused = true
	e.Entry.FocusGained()
	if e.onFocus != nil {
		e.onFocus()
	}
}

// FocusLost saves what was typed.
func (e *entry) FocusLost() {
	e.focused = false
	e.Entry.FocusLost()
	e.commit()
}

// TypedKey passes Android's Back on to the app, which otherwise would end in the field.
func (e *entry) TypedKey(ev *fyne.KeyEvent) {
	if ev.Name == mobile.KeyBack {
		e.app.Back()
		return
	}
	e.Entry.TypedKey(ev)
}

// heightFor makes a field flow in our layouts.
func (e *entry) heightFor(float32) float32 { return max(touch, e.MinSize().Height) }

// labelled puts a label over a field.
func labelled(label string, field fyne.CanvasObject, below ...fyne.CanvasObject) *fyne.Container {
	objs := append([]fyne.CanvasObject{newText(label, typeface{size: sizeSmall, bold: true, color: colMuted}), field}, below...)
	return column(6, objs...)
}
