package ui

import (
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"storewalk/shared/field"
)

// pause is how long a person rests between two letters before what they typed is saved. Chinese
// keyboards compose by deleting and retyping, so nothing happens while letters still change.
const pause = 300 * time.Millisecond

// longest is how long a person who does not rest types before it is saved all the same.
const longest = 3 * time.Second

// mayType is how many characters go into a field unless its page says otherwise: more than any line of a profile may
// have, and less than takes long to draw.
const mayType = 10 * field.MaxTextRunes

// An entry is a text field that saves by itself: 300 ms after the last letter, on losing focus and
// when its page is left. The text under the cursor is never replaced by the program. What is not saved yet, or could not
// be, is there again when the page is opened again, also after the app was killed.
type entry struct {
	widget.Entry
	name     string
	about    string // what the field is about, where that changes
	page     string // on which it was typed into
	app      *App
	keyboard mobile.KeyboardType
	saved    string // what was last committed or loaded
	onCommit func(string)
	onFocus  func()
	limit    int       // characters; typing more, or pasting, is refused
	onFull   func(int) // told how many characters were refused; may be nil
	timer    *time.Timer
	since    time.Time // when the first letter came that is not handed over; zero when all are
	loading  bool
	finds    bool // what is written here is looked for, and never saved
	focused  bool
}

func newEntry(a *App, name, hint string, lines int, commit func(string)) *entry {
	e := &entry{name: name, app: a, onCommit: commit, keyboard: mobile.SingleLineKeyboard, limit: mayType}
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
		if e.finds {
			a.nav.note()
		} else if e.onCommit != nil {
			e.page = a.typing.pageName()
			a.typing.note(e.page, e.key(), e.Text)
		}
		if e.timer != nil {
			e.timer.Stop()
		}
		if e.since.IsZero() {
			e.since = time.Now()
		}
		wait := min(pause, max(0, longest-time.Since(e.since)))
		e.timer = time.AfterFunc(wait, func() { a.deps.Do(e.commit) })
	}
	return e
}

// newSearch is a field for what is looked for. It is no text that waits to be saved: nobody is told that it does.
func newSearch(a *App, name, hint string, find func(string)) *entry {
	e := newEntry(a, name, hint, 1, find)
	e.finds = true
	e.SetIcon(theme.SearchIcon())
	return e
}

// ID returns the stable name by which a test finds this field.
func (e *entry) ID() string { return e.name }

// key tells what is written in this field from what is written elsewhere on the page.
func (e *entry) key() string { return e.name + e.about }

// Value returns the text in the field.
func (e *entry) Value() string { return e.Text }

// load shows a value that was read. While a person is in the field, or what they typed is not saved
// yet, it does nothing and reports false: what a person typed stays. Of a text beyond the limit it shows the beginning.
func (e *entry) load(text string) bool {
	text = firstRunes(text, e.limit)
	if left, ok := e.app.typing.left(e.key()); ok && e.Text == e.saved && !e.focused && left != text {
		if e.Text == left { // it is being saved
			return false
		}
		e.put(text)
		e.SetText(left) // as if it were typed now
		return true
	}
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
	e.since = time.Time{}
	if e.Text == e.saved {
		return
	}
	e.saved = e.Text
	if e.onCommit != nil {
		of := &committing{entry: e, text: e.Text}
		e.app.handing = of
		e.onCommit(e.Text)
		if e.app.handing = nil; !of.written && !of.kept { // a search, or nothing new
			e.app.typing.done(e.page, e.key(), e.Text)
		}
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

// full reports whether n characters more are too many, and then says so.
func (e *entry) full(n int) bool {
	have := utf8.RuneCountInString(e.Text) - utf8.RuneCountInString(e.SelectedText())
	if n == 0 || have+n <= e.limit {
		return false
	}
	if e.onFull != nil {
		e.onFull(n)
	}
	return true
}

// TypedRune takes a letter while there is room.
func (e *entry) TypedRune(r rune) {
	if !e.full(1) {
		e.Entry.TypedRune(r)
	}
}

// TypedShortcut takes a paste that there is room for; the drawing of a longer one would take minutes.
func (e *entry) TypedShortcut(s fyne.Shortcut) {
	if p, ok := s.(*fyne.ShortcutPaste); ok && e.full(utf8.RuneCountInString(p.Clipboard.Content())) {
		return
	}
	e.Entry.TypedShortcut(s)
}

// firstRunes is the beginning of a text, n characters at most.
func firstRunes(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// refused says why so many characters did not go into a field of that limit.
func (a *App) refused(n, limit int) string {
	if n == 1 {
		return a.N("entry.full", limit)
	}
	return a.T("entry.too_much", "N", n, "Max", limit)
}

// TypedKey passes Android's Back on to the app, which otherwise would end in the field.
func (e *entry) TypedKey(ev *fyne.KeyEvent) {
	if e.MultiLine && (ev.Name == fyne.KeyReturn || ev.Name == fyne.KeyEnter) && e.full(1) {
		return
	}
	if ev.Name == mobile.KeyBack {
		e.app.Back()
		return
	}
	e.Entry.TypedKey(ev)
}

// heightFor makes a field flow in our layouts.
func (e *entry) heightFor(float32) float32 { return max(touch, e.MinSize().Height) }

// labelled puts a label over a field.
func labelled(label string, in fyne.CanvasObject, below ...fyne.CanvasObject) *fyne.Container {
	objs := append([]fyne.CanvasObject{newText(label, typeface{size: sizeSmall, bold: true, color: colMuted}), in}, below...)
	return column(6, objs...)
}
