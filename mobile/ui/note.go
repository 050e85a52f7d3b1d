package ui

import (
	"context"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// noteRoute writes the note of a visit. After check-out correction is the id of the note that corrects it.
type noteRoute struct{ visit, correction uuid.UUID }

func (r noteRoute) open(a *App) page { return newNote(a, r) }

type notePage struct {
	app      *App
	route    noteRoute
	load     *load[noteView]
	fault    *banner
	entry    *entry
	below    string
	writing  []fyne.CanvasObject // what there is to write with
	kept     *fyne.Container     // in its place: a text that is too long for the entry
	removing *fyne.Container     // the button to remove what was written
	phrases  *fyne.Container     // ready sentences
	seen     store.Seen
	content  *fyne.Container
	scroll   *container.Scroll
}

// noteView is a visit with the sentences that are ready for its note.
type noteView struct {
	store.VisitPage
	items []field.TemplateItem
	own   []field.OwnPhrase
}

func newNote(a *App, r noteRoute) *notePage {
	p := &notePage{app: a, route: r, fault: newBanner(a, "note.fault", markAlarm)}
	p.load = newLoad(a, p.fetch, p.show)
	p.entry = newEntry(a, "note.text", a.T("note.hint"), 5, p.save)
	p.entry.limit = field.MaxNoteRunes
	p.entry.refusals = p.fault
	p.phrases = column(12)
	p.writing = []fyne.CanvasObject{p.entry, p.phrases, newText(a.T("edit.saved"), typeface{size: sizeSmall, color: colMuted})}
	p.kept, p.removing = column(12), column(0)
	p.writing = append(p.writing, p.removing)
	p.content = padded(insets{14, margin, 24, margin}, 12, append([]fyne.CanvasObject{p.kept, p.entry, p.fault}, p.writing[1:]...)...)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *notePage) head() head              { return head{title: p.app.T("note.title"), below: p.below} }
func (p *notePage) body() fyne.CanvasObject { return p.scroll }
func (p *notePage) foot() fyne.CanvasObject {
	return footBar(p.app.done("note.done"))
}
func (p *notePage) start(ctx context.Context) { p.load.start(ctx) }

func (p *notePage) stop() {
	p.entry.commit()
	p.load.stop()
}

func (p *notePage) fetch(ctx context.Context) (v noteView, err error) {
	if v.VisitPage, err = p.app.deps.Store.VisitPage(ctx, p.route.visit); err != nil {
		return v, err
	}
	list, err := p.app.deps.Store.Checklist(ctx, p.route.visit)
	if err != nil {
		return v, err
	}
	v.items = list.Template.Items
	v.own, err = p.app.deps.Store.Phrases(ctx)
	return v, err
}

func (p *notePage) show(v noteView, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	note := v.MyNote.Text
	for _, n := range append(v.Notes, v.Correction) {
		if p.route.correction != uuid.Nil && n.ID == p.route.correction {
			note = n.Text
		}
	}
	if p.keep(note) {
		p.seen = whatWasSeen(note.Seen, note.Siblings)
	} else if p.entry.load(note.Shown()) {
		p.seen = whatWasSeen(note.Seen, note.Siblings)
		if note.Code != "" {
			p.fault.say(p.app.FaultCode(note.Code) + "\n" + p.app.T("note.kept"))
		}
	}
	if v.Dropped {
		p.kept.Objects = []fyne.CanvasObject{newButton("note.restore_draft", p.app.T("note.restore_draft"), theme.ContentUndoIcon(), quiet, func() {
			p.app.write(func(ctx context.Context) error { return p.app.deps.Store.RestoreNoteDraft(ctx, p.route.visit) }, p.fault.did)
		})}
	}
	p.drawRemove(v.VisitPage)
	p.phrases.Objects = p.ready(v)
	if p.below != v.Row.StoreName {
		p.below = v.Row.StoreName
		p.app.nav.draw()
	}
	p.content.Refresh()
}

// keep shows a draft that is too long for the entry, with the ways out. It
// reports false when there is none, or when it is what the person is typing.
func (p *notePage) keep(t store.Text) bool {
	long := t.Code != "" && utf8.RuneCountInString(t.Draft) > field.MaxNoteRunes && t.Draft != p.entry.Value()
	if !long && p.kept.Objects != nil {
		p.fault.say("")
	}
	for _, o := range p.writing {
		if long == o.Visible() {
			if o.Show(); long {
				o.Hide()
			}
		}
	}
	if p.kept.Objects = nil; !long {
		return false
	}
	a := p.app
	out := []fyne.CanvasObject{
		newButton("note.split", a.T("note.split"), nil, loud, func() {
			seen := p.seen
			p.app.write(func(ctx context.Context) error { return a.deps.Store.SplitNoteDraft(ctx, p.route.visit, seen) }, p.fault.did)
		}),
		newButton("note.copy", a.T("note.copy"), theme.ContentCopyIcon(), quiet, func() { fyne.CurrentApp().Clipboard().SetContent(t.Draft) }),
		newButton("note.drop", a.T("note.drop"), theme.DeleteIcon(), quiet, func() { // it can be taken back where it was
			p.app.write(func(ctx context.Context) error { return a.deps.Store.DropNoteDraft(ctx, p.route.visit) }, p.fault.did)
		}),
	}
	p.kept.Objects = append([]fyne.CanvasObject{
		newText(a.T("note.long", "N", utf8.RuneCountInString(t.Draft), "Max", field.MaxNoteRunes), typeface{bold: true, color: colAlarm}).id("note.long"),
		newText(firstRunes(t.Draft, excerpt)+"…", typeface{}).id("note.excerpt")}, out...)
	return true
}

// excerpt is how many characters of a long draft are shown.
const excerpt = 200

func (p *notePage) save(text string) {
	seen := p.seen
	p.app.write(func(ctx context.Context) error {
		return p.app.deps.Store.SetNote(ctx, p.route.visit, p.route.correction, text, seen)
	}, func(err error) {
		message := p.app.Fault(err)
		if err != nil && p.app.isDraft(err) {
			message += "\n" + p.app.T("note.kept")
		} else if err != nil {
			p.entry.unsaved()
		}
		p.fault.say(message)
		p.content.Refresh()
	})
}
