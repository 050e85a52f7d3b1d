package ui

import (
	"strings"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/widget"

	"storewalk/mobile/ui/textarea"
	"storewalk/shared/field"
)

// pause is how long a person rests between two letters before what they typed is saved. Chinese
// keyboards compose by deleting and retyping, so nothing happens while letters still change.
const pause = 300 * time.Millisecond

// longest is how long a person who does not rest types before it is saved all the same.
const longest = 3 * time.Second

// mayType is how many characters go into a field unless its page says otherwise: more than any line of a profile may have.
const mayType = 10 * field.MaxTextRunes

// An editor is where the letters of an entry go: Fyne's for one line, and ours for several.
type editor interface {
	fyne.Widget
	fyne.Focusable
	fyne.Shortcutable
	fyne.Tappable
	fyne.DoubleTappable
	fyne.SecondaryTappable
	fyne.Draggable
	fyne.Tabbable
	mobile.Touchable
	desktop.Mouseable
	desktop.Keyable
	desktop.Cursorable
	ExtendBaseWidget(fyne.Widget)
	SetText(string)
	SetPlaceHolder(string)
	SelectedText() string
}

// An entry is a text field that saves by itself: 300 ms after the last letter, on losing focus and
// when its page is left. The text under the cursor is never replaced by the program. What is not saved yet, or could not
// be, is there again when the page is opened again, also after the app was killed.
type entry struct {
	editor
	line     *widget.Entry  // the editor, if it is of one line
	area     *textarea.Area // the same, of several
	text     string         // what is in it
	name     string
	about    string // what the field is about, where that changes
	page     string // on which it was typed into
	app      *App
	keyboard mobile.KeyboardType
	saved    string // what was last committed or loaded
	onCommit func(string)
	limit    int     // characters; typing more, or pasting, is refused
	refusals *banner // says what was refused; may be nil
	timer    *time.Timer
	since    time.Time // when the first letter came that is not handed over; zero when all are
	loading  bool
	finds    bool // what is written here is looked for, and never saved
	focused  bool
}

func newEntry(a *App, name, hint string, lines int, commit func(string)) *entry {
	e := &entry{name: name, app: a, onCommit: commit, keyboard: mobile.SingleLineKeyboard, limit: mayType}
	if lines > 1 {
		e.area = textarea.New(lines)
		e.area.OnChanged, e.area.Outer = e.changed, e.around
		e.editor, e.keyboard = e.area, mobile.DefaultKeyboard
	} else {
		e.line = &widget.Entry{OnChanged: e.changed}
		e.editor = e.line
	}
	e.ExtendBaseWidget(e)
	e.SetPlaceHolder(hint)
	return e
}

// newSearch is a field for what is looked for on a page, which finds it once the letters rest. It is no text that waits to be
// saved: nobody is told that it does.
func newSearch(a *App, name, hint string, find func()) *entry {
	e := newEntry(a, name, hint, 1, func(string) { find() })
	e.finds = true
	return e
}

// sought is what a page looks for: the text in its field when the letters rested last.
func (e *entry) sought() string { return e.saved }

// clear ends the search.
func (e *entry) clear() {
	e.put("")
	e.app.nav.note()
}

// clearing is what to do where nothing was found.
func (e *entry) clearing(name string) fyne.CanvasObject {
	return newButton(name, e.app.T("stores.clear"), nil, quiet, func() {
		e.clear()
		e.onCommit("")
	})
}

// changed notes what was typed, and saves it once the person rests.
func (e *entry) changed(text string) {
	e.text = text
	if e.refusals != nil { // of a full field only less, or something else in its place
		e.refusals.taken(e)
	}
	if e.loading {
		return
	}
	e.reveal()
	e.note()
	if e.timer != nil {
		e.timer.Stop()
	}
	if e.since.IsZero() {
		e.since = time.Now()
	}
	wait := min(pause, max(0, longest-time.Since(e.since)))
	e.timer = time.AfterFunc(wait, func() { e.app.deps.Do(e.commit) })
}

// note keeps the text as it is now on the disk.
func (e *entry) note() {
	if e.finds {
		e.app.nav.note()
	} else if e.onCommit != nil {
		e.page = e.app.typing.pageName()
		e.app.typing.note(e.page, e.key(), e.text)
	}
}

// Caret returns where the cursor stands in the field, from its top, and how high it is. In one line it is as high as the field.
func (e *entry) Caret() (top, height float32) {
	if e.area != nil {
		return e.area.Caret()
	}
	return 0, e.Size().Height
}

// ID returns the stable name by which a test finds this field.
func (e *entry) ID() string { return e.name }

// key tells what is written in this field from what is written elsewhere on the page.
func (e *entry) key() string { return e.name + e.about }

// Value returns the text in the field.
func (e *entry) Value() string { return e.text }

// load shows a value that was read. While a person is in the field, or what they typed is not saved
// yet, it does nothing and reports false: what a person typed stays. Of a text beyond the limit it shows the beginning.
func (e *entry) load(text string) bool {
	text = firstRunes(text, e.limit)
	if left, ok := e.app.typing.left(e.key()); ok && e.text == e.saved && !e.focused && left != text {
		if e.text == left { // it is being saved
			return false
		}
		e.put(text)
		e.SetText(left) // as if it were typed now
		return true
	}
	if e.text != e.saved || e.focused && e.text != text {
		return false
	}
	if e.text != text && strings.TrimSpace(e.text) != text { // values are kept without the spaces around them, which stay where they are typed
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

// add writes a phrase after what is there, on a line of its own, in a field of several lines.
func (e *entry) add(phrase string) {
	before := strings.TrimRight(e.text, "\n")
	at := utf8.RuneCountInString(before)
	switch {
	case before == "":
	case before != e.text: // there is a line for it
		at++
	default:
		phrase = "\n" + phrase
	}
	e.loading = true
	e.area.Insert(at, phrase) // which leaves the page where it is
	e.loading = false
	e.note()
	e.commit()
}

// commit hands over what was typed since the last time, if anything.
func (e *entry) commit() {
	if e.timer != nil {
		e.timer.Stop()
	}
	e.since = time.Time{}
	if e.text == e.saved {
		return
	}
	e.saved = e.text
	if e.onCommit != nil {
		of := &committing{entry: e, text: e.text}
		e.app.handing = of
		e.onCommit(e.text)
		if e.app.handing = nil; !of.written && !of.kept { // a search, or nothing new
			e.app.typing.done(e.page, e.key(), e.text)
		}
	}
}

// Keyboard tells the phone which keys to show.
func (e *entry) Keyboard() mobile.KeyboardType { return e.keyboard }

// FocusGained marks that a person is in the field.
func (e *entry) FocusGained() {
	e.focused = true
	e.editor.FocusGained()
	e.reveal()
}

// FocusLost saves what was typed.
func (e *entry) FocusLost() {
	e.focused = false
	e.editor.FocusLost()
	e.commit()
}

// full reports whether n characters more are too many, and then says so.
func (e *entry) full(n int) bool {
	have := utf8.RuneCountInString(e.text) - utf8.RuneCountInString(e.SelectedText())
	if n == 0 || have+n <= e.limit {
		return false
	}
	if e.refusals != nil {
		e.refusals.refused(e, e.app.refused(n, e.limit))
	}
	return true
}

// TypedRune takes a letter while there is room.
func (e *entry) TypedRune(r rune) {
	if !e.full(1) {
		e.editor.TypedRune(r)
	}
}

// TypedShortcut takes a paste that there is room for.
func (e *entry) TypedShortcut(s fyne.Shortcut) {
	if p, ok := s.(*fyne.ShortcutPaste); ok && e.full(utf8.RuneCountInString(p.Clipboard.Content())) {
		return
	}
	e.editor.TypedShortcut(s)
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
	if e.line == nil && (ev.Name == fyne.KeyReturn || ev.Name == fyne.KeyEnter || ev.Name == fyne.KeyTab) && e.full(1) {
		return
	}
	if ev.Name == mobile.KeyBack {
		e.app.Back()
		return
	}
	e.editor.TypedKey(ev)
}

// heightFor makes a field flow in our layouts.
func (e *entry) heightFor(float32) float32 { return max(touch, e.MinSize().Height) }

// labelled puts a label over a field.
func labelled(label string, in fyne.CanvasObject, below ...fyne.CanvasObject) *fyne.Container {
	objs := append([]fyne.CanvasObject{newText(label, typeface{size: sizeSmall, bold: true, color: colMuted}), in}, below...)
	return column(6, objs...)
}
