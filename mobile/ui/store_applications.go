package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// applications shows what the office was asked for about this store, and asks for more.
func (p *storePage) applications(s store.StorePage) fyne.CanvasObject {
	a := p.app
	objs := []fyne.CanvasObject{newText(a.T("apply.intro"), typeface{size: sizeSmall, color: colMuted})}
	for _, q := range s.Pending {
		objs = append(objs, a.applicationTile(q, false))
	}
	var kinds []fyne.CanvasObject
	for _, kind := range field.ApplicationKinds {
		if kind != field.ApplyNewStore {
			kinds = append(kinds, newButton("apply.begin."+kind, a.Enum("application_kind", kind), nil, quiet, func() { a.beginApplication(p.id, kind, "", p.fault) }))
		}
	}
	return section(a.T("apply.title"), nil, append(objs, grid(2, gap, kinds...))...)
}

// beginApplication opens a new application, or the one that is being written; name is the field it is about, "" for all
// that the kind may change.
func (a *App) beginApplication(about uuid.UUID, kind, name string, fault *banner) {
	var id uuid.UUID
	a.write(func(ctx context.Context) (err error) {
		id, err = a.deps.Store.BeginApplication(ctx, about, kind)
		return err
	}, func(err error) {
		if fault.did(err); err == nil {
			a.nav.push(applyRoute{id, name})
		}
	})
}

// applicationTile is one application to tap.
func (a *App) applicationTile(q store.Application, withStore bool) fyne.CanvasObject {
	title, below := a.Enum("application_kind", q.Kind), a.wanted(q)
	under := colPaper // in a card; on the page itself a tile is a card
	if withStore {
		title = joined(" · ", title, firstOf(q.StoreName, a.T("apply.no_name")))
		under = colSurface
	}
	words := column(6, column(2, newText(title, typeface{size: sizeName, bold: true}), newText(below, typeface{size: sizeSmall, color: colMuted})), chips(a.applicationMarks(q)...))
	return newLead("apply."+shortID(q.ID), under, words, func() { a.nav.push(applyRoute{id: q.ID}) })
}

// wanted says in a line what an application would change.
func (a *App) wanted(q store.Application) string { return a.Changes(q.Change, q.Townships) }

// applicationMarks say how far an application has come.
func (a *App) applicationMarks(q store.Application) []fyne.CanvasObject {
	switch {
	case len(q.Undone) > 0:
		return []fyne.CanvasObject{newBadge(markAlarm, a.T("apply.undone"))}
	case len(q.Coming) > 0:
		return []fyne.CanvasObject{newBadge(markWaiting, a.T("apply.coming"))}
	case q.Decision.State == field.DecisionApproved:
		return []fyne.CanvasObject{newBadge(markSent, a.T("apply.approved"))}
	case q.Decision.State == field.DecisionRejected:
		return []fyne.CanvasObject{newBadge(markAlarm, a.T("apply.rejected"))}
	case !q.Submitted():
		return []fyne.CanvasObject{newBadge(markDraft, a.T("apply.draft"))}
	case !q.Sent:
		return []fyne.CanvasObject{newBadge(markWaiting, a.T("wait.submitted"))}
	}
	return []fyne.CanvasObject{newBadge(markDue, a.T("apply.pending"))}
}

// applicationsRoute lists all applications, and asks for a new store.
type applicationsRoute struct{}

func (applicationsRoute) open(a *App) page { return newApplications(a) }

type applicationsPage struct {
	app     *App
	load    *load[[]store.Application]
	fault   *banner
	content *fyne.Container
	scroll  *container.Scroll
}

func newApplications(a *App) *applicationsPage {
	p := &applicationsPage{app: a, fault: newBanner(a, "applications.fault", markAlarm)}
	p.load = newLoad(a, a.deps.Store.Applications, p.show)
	p.content = padded(insets{12, 12, 20, 12}, 12)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *applicationsPage) head() head                { return head{title: p.app.T("apply.list")} }
func (p *applicationsPage) body() fyne.CanvasObject   { return p.scroll }
func (p *applicationsPage) start(ctx context.Context) { p.load.start(ctx) }
func (p *applicationsPage) stop()                     { p.load.stop() }

func (p *applicationsPage) show(all []store.Application, err error) {
	a := p.app
	p.fault.reading(err)
	p.content.Objects = []fyne.CanvasObject{p.fault, newButton("apply.new_store", a.T("apply.new_store"), iconPlus, loud, func() {
		a.beginApplication(uuid.Nil, field.ApplyNewStore, "", p.fault)
	}), newText(a.T("apply.new_store_text"), typeface{size: sizeSmall, color: colMuted})}
	for _, q := range all {
		p.content.Add(a.applicationTile(q, true))
	}
	if len(all) == 0 && err == nil {
		p.content.Add(newEmpty(iconPen, a.T("apply.none"), a.T("apply.none_text"),
			newButton("applications.stores", a.T("empty.stores"), iconStore, quiet, func() { a.nav.open("stores") })))
	}
	p.scroll.Refresh()
}
