package ui

import (
	"context"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// applyRoute is one application: written here, then decided by the office.
type applyRoute struct {
	id    uuid.UUID
	field string // of the store, for which it was begun; "" for all that its kind may change
}

func (r applyRoute) open(a *App) page { return newApply(a, r) }

type applyPage struct {
	app     *App
	id      uuid.UUID
	only    string // the field it is about, "" for all
	whole   bool   // the others are shown too
	load    *load[store.Application]
	fault   *banner
	shown   store.Application
	entries map[string]*entry
	days    map[string]*dayPick
	reason  *entry
	submit  *button
	taking  *taking
	content *fyne.Container
	scroll  *container.Scroll
}

func newApply(a *App, r applyRoute) *applyPage {
	id := r.id
	p := &applyPage{app: a, id: id, only: r.field, fault: newBanner(a, "apply.fault", markAlarm), entries: map[string]*entry{}, days: map[string]*dayPick{}}
	p.load = newLoad(a, func(ctx context.Context) (store.Application, error) { return a.deps.Store.Application(ctx, id) }, p.show)
	p.reason = newEntry(a, "apply.reason", a.T("apply.reason_hint"), 3, func(text string) {
		p.save(func(ctx context.Context) error { return a.deps.Store.SetApplicationReason(ctx, id, text) }, p.reason.unsaved)
	})
	p.reason.limit = field.MaxTextRunes
	p.taking = newTaking(a, p.fault)
	p.submit = newButton("apply.submit", a.T("apply.submit"), iconSent, loud, p.ask)
	p.content = padded(insets{12, 12, 20, 12}, 12)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *applyPage) head() head {
	return head{title: firstOf(p.app.Enum("application_kind", p.shown.Kind), p.app.T("apply.title")), below: p.shown.StoreName}
}
func (p *applyPage) body() fyne.CanvasObject   { return p.scroll }
func (p *applyPage) start(ctx context.Context) { p.load.start(ctx) }

func (p *applyPage) foot() fyne.CanvasObject {
	if p.shown.Submitted() {
		return footBar(p.fault, newButton("apply.back", p.app.T("page.back"), nil, quiet, p.app.Back))
	}
	return footBar(p.fault, p.submit)
}

func (p *applyPage) stop() {
	p.load.stop()
	for _, e := range p.entries {
		e.commit()
	}
	p.reason.commit()
}

// save writes; failed, which may be nil, is called when that failed.
func (p *applyPage) save(job func(context.Context) error, failed func()) {
	p.app.write(job, func(err error) {
		if p.fault.did(err); err != nil && failed != nil {
			failed()
		}
	})
}

// ask submits; what is in a field is saved first, as on leaving the page.
func (p *applyPage) ask() {
	p.app.win.Canvas().Unfocus()
	p.save(func(ctx context.Context) error { return p.app.deps.Store.SubmitApplication(ctx, p.id) }, nil)
}

func (p *applyPage) show(q store.Application, err error) {
	p.fault.reading(err)
	if err != nil {
		p.app.nav.draw()
		return
	}
	a := p.app
	p.shown = q
	objs := []fyne.CanvasObject{chips(a.applicationMarks(q)...)}
	for _, d := range q.Differ {
		objs = append(objs, a.differMark(q.ID, d.Field, d.Values))
	}
	if q.Decision.State != "" {
		by := joined(" · ", q.DecidedBy, a.DateTime(q.Decision.AtMS))
		said := []fyne.CanvasObject{newText(firstOf(q.Decision.Text, a.T("apply.no_words")), typeface{}), newText(by, typeface{size: sizeSmall, color: colMuted})}
		if len(q.Undone) > 0 {
			var names []string
			for _, name := range q.Undone {
				names = append(names, a.fieldWord(name))
			}
			said = append(said, newText(a.T("apply.undone_text", "Fields", joined(a.T("answer.comma"), names...)), typeface{}).id("apply.undone"))
		}
		objs = append(objs, section(a.T("apply.decision"), nil, said...))
	}
	objs = append(objs, section(a.T("apply.wanted"), nil, p.fields(q)...), p.evidence(q), p.why(q))
	if !q.Submitted() {
		objs = append(objs, newText(a.T("edit.saved"), typeface{size: sizeSmall, color: colMuted}))
	}
	p.content.Objects = objs
	p.app.nav.draw()
}

func (p *applyPage) set(name, value string, failed func()) {
	p.save(func(ctx context.Context) error { return p.app.deps.Store.SetApplicationText(ctx, p.id, name, value) }, failed)
}

func (p *applyPage) why(q store.Application) fyne.CanvasObject {
	a := p.app
	if q.Submitted() {
		return section(a.T("apply.reason"), nil, newText(firstOf(q.Reason, "–"), typeface{}))
	}
	p.reason.load(q.Reason)
	return section(a.T("apply.reason"), nil, p.reason)
}

// evidence shows the photos that prove it, and offers those of the visit and the camera.
func (p *applyPage) evidence(q store.Application) fyne.CanvasObject {
	a := p.app
	var tiles []fyne.CanvasObject
	for i, photo := range slices.Concat(q.Evidence, q.Others) {
		on := i < len(q.Evidence)
		if q.Submitted() {
			tiles = append(tiles, thumbTile(photo.ID, photo.Thumb))
			continue
		}
		mark := newBadge(markPlain, a.T("evidence.add"))
		if on {
			mark = newBadge(markSent, a.T("term.evidence"))
		}
		tiles = append(tiles, newTap("apply.photo."+strconv.Itoa(i), column(4, thumbTile(photo.ID, photo.Thumb), mark), func() {
			p.save(func(ctx context.Context) error { return a.deps.Store.SetEvidence(ctx, p.id, photo.ID, !on) }, nil)
		}))
	}
	var objs []fyne.CanvasObject
	if len(tiles) > 0 {
		objs = append(objs, grid(photosInARow, gap, tiles...))
	} else {
		objs = append(objs, newText(a.T("apply.no_photos"), typeface{color: colMuted}))
	}
	objs = append(objs, a.awaiting(q.Awaited, p.fault.did)...)
	if !q.Submitted() {
		objs = append(objs, p.secondLook(q)...)
		objs = append(objs, newButton("apply.take", a.T("apply.take"), iconCamera, quiet, func() { p.take(uuid.Nil) }), p.taking.saving)
	}
	return section(a.T("term.evidence"), nil, objs...)
}
