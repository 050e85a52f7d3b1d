package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"fyne.io/fyne/v2"

	"storewalk/mobile/store"
	"storewalk/shared/fault"
)

// typing is what is written in fields and not saved yet. It is on the disk letter by letter, so that an app which is killed
// between two pauses has it again, and it outlives the page of a field whose text could not be saved.
type typing struct {
	app *App
	all []store.Typing
}

// pageName names the page in front among those that have fields.
func (t *typing) pageName() string {
	if t.app.nav.gate != nil { // a password is nobody's
		return ""
	}
	r := t.app.nav.current().route
	if q, ok := r.(applyRoute); ok { // one application has its fields, whichever it was opened for
		return fmt.Sprintf("%T{%v}", q, q.id)
	}
	return fmt.Sprintf("%T%v", r, r)
}

func (t *typing) find(page, field string) int {
	return slices.IndexFunc(t.all, func(v store.Typing) bool { return v.Page == page && v.Field == field })
}

// note keeps the text of a field.
func (t *typing) note(page, field, text string) {
	if page == "" {
		return
	}
	if i := t.find(page, field); i >= 0 {
		t.all[i].Text, t.all[i].Early = text, false
	} else {
		t.all = append(t.all, store.Typing{Page: page, Field: field, Text: text})
	}
	t.keep()
}

// early says of the text of a field that there is nothing to save yet.
func (t *typing) early(page, field, text string) {
	t.note(page, field, text)
	if i := t.find(page, field); i >= 0 {
		t.all[i].Early = true
		t.keep()
	}
}

// done forgets a text that is saved; one that has other letters by now stays.
func (t *typing) done(page, field, text string) {
	if i := t.find(page, field); i >= 0 && t.all[i].Text == text {
		t.all = slices.Delete(t.all, i, i+1)
		t.keep()
	}
}

func (t *typing) keep() {
	if err := t.app.deps.Store.SetTyping(t.all); err != nil && !fault.Is(err, "disk.full") { // of which the write that follows tells the person
		fyne.LogError("typing", err)
	}
}

// left returns the text that a field had when its page, or the app, was left.
func (t *typing) left(field string) (text string, ok bool) {
	i := t.find(t.pageName(), field)
	if i < 0 {
		return "", false
	}
	return t.all[i].Text, true
}

// A committing is the field whose text is being handed over.
type committing struct {
	entry   *entry
	text    string
	written bool // handing it over asked for a write
	kept    bool // it is no value yet and stays among what is typed
}

// wrote follows up the outcome of a write that was asked for on a page: a text that was not saved stays in its field, to be
// saved again, and of what failed on a page that is not in front any more it is said there.
func (a *App) wrote(from page, of *committing, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	lost := err != nil && !a.isDraft(err)
	if of != nil && lost {
		of.entry.unsaved()
	} else if of != nil && !of.kept {
		a.typing.done(of.entry.page, of.entry.key(), of.text)
	}
	switch {
	case err == nil:
		a.nav.warn("")
	case lost && from != a.nav.top:
		a.nav.warn(a.Fault(err) + "\n" + a.T("nav.unsaved"))
	}
}
