package ui

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// withRoute is who came along on a visit.
type withRoute struct{ visit uuid.UUID }

func (r withRoute) open(a *App) page { return newWith(a, r.visit) }

type withPage struct {
	app     *App
	visit   uuid.UUID
	load    *load[store.Checklist]
	fault   *banner
	with    []uuid.UUID
	seen    store.Seen
	content *fyne.Container
	scroll  *container.Scroll
}

func newWith(a *App, visit uuid.UUID) *withPage {
	p := &withPage{app: a, visit: visit, fault: newBanner(a, "with.fault", markAlarm)}
	p.load = newLoad(a, func(ctx context.Context) (store.Checklist, error) { return a.deps.Store.Checklist(ctx, visit) }, p.show)
	p.content = padded(insets{14, margin, 24, margin}, 10)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *withPage) head() head              { return head{title: p.app.T("with.title")} }
func (p *withPage) body() fyne.CanvasObject { return p.scroll }
func (p *withPage) foot() fyne.CanvasObject {
	return footBar(p.app.done("with.done"))
}
func (p *withPage) start(ctx context.Context) { p.load.start(ctx) }
func (p *withPage) stop()                     { p.load.stop() }

func (p *withPage) show(c store.Checklist, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	a := p.app
	p.with, p.seen = c.Visit.With, c.ModeSeen("with")
	objs := []fyne.CanvasObject{p.fault}
	if len(c.People) == 0 {
		objs = append(objs, newEmpty(iconVisit, a.T("with.none"), a.T("with.none_text"), a.syncNow("with.sync")))
	}
	for _, who := range c.People {
		t := newChoice("with."+who.ID.String(), joined(" · ", who.Name, a.Enum("role", who.Role)))
		t.set(slices.Contains(p.with, who.ID))
		t.onChange = func(on bool) { p.change(who.ID, on) }
		objs = append(objs, t)
	}
	p.content.Objects = objs
	a.nav.draw()
}

// change adds a person or takes one off.
func (p *withPage) change(who uuid.UUID, on bool) {
	with := slices.DeleteFunc(slices.Clone(p.with), func(id uuid.UUID) bool { return id == who })
	if on {
		with = append(with, who)
	}
	p.with = with
	seen := p.seen
	p.app.write(func(ctx context.Context) error { return p.app.deps.Store.SetMode(ctx, p.visit, "with", with, seen) }, p.fault.did)
}

// groupRoute is the stores of a group visit: who came, and what came of it.
type groupRoute struct{ visit uuid.UUID }

func (r groupRoute) open(a *App) page { return newGroup(a, r.visit) }

// groupView is the list, and the stores that were searched for.
type groupView struct {
	list  store.Checklist
	found []store.StoreRow
}

type groupPage struct {
	app     *App
	visit   uuid.UUID
	load    *load[groupView]
	fault   *banner
	search  *entry
	rows    map[uuid.UUID]*attendee
	content *fyne.Container
	scroll  *container.Scroll
}

// An attendee is a store on the list.
type attendee struct {
	store   uuid.UUID
	now     field.Attendance
	seen    store.Seen
	came    *toggle
	outcome *entry
	differ  *fyne.Container
	box     fyne.CanvasObject
}

// manyFound is how many stores a search shows.
const manyFound = 8

func newGroup(a *App, visit uuid.UUID) *groupPage {
	p := &groupPage{app: a, visit: visit, fault: newBanner(a, "group.fault", markAlarm), rows: map[uuid.UUID]*attendee{}}
	p.load = newLoad(a, nil, p.show)
	p.search = newSearch(a, "group.search", a.T("stores.search"), a.refresh)
	p.content = padded(insets{14, margin, 24, margin}, 10)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *groupPage) head() head              { return head{title: p.app.T("group.title")} }
func (p *groupPage) body() fyne.CanvasObject { return p.scroll }
func (p *groupPage) foot() fyne.CanvasObject {
	return footBar(p.app.done("group.done"))
}

func (p *groupPage) start(ctx context.Context) {
	query := p.search.sought()
	p.load.fetch = func(ctx context.Context) (groupView, error) { return p.fetch(ctx, query) }
	p.load.start(ctx)
}

func (p *groupPage) stop() {
	for _, r := range p.rows {
		r.outcome.commit()
	}
	p.load.stop()
}

func (p *groupPage) seeks() *entry { return p.search }

func (p *groupPage) fetch(ctx context.Context, query string) (v groupView, err error) {
	if v.list, err = p.app.deps.Store.Checklist(ctx, p.visit); err != nil || query == "" {
		return v, err
	}
	found, err := p.app.deps.Store.Stores(ctx, query)
	for _, s := range found {
		if len(v.found) < manyFound && !slices.ContainsFunc(v.list.Attendees, func(a store.AttendeeRow) bool { return a.Store == s.ID }) {
			v.found = append(v.found, s)
		}
	}
	return v, err
}

func (p *groupPage) show(v groupView, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	a := p.app
	objs := []fyne.CanvasObject{p.search, p.fault}
	for _, s := range v.found {
		line := beside(gap, 0, column(2, newText(s.Name, typeface{bold: true}), newText(s.Owner, typeface{size: sizeSmall, color: colMuted})), icon(iconPlus, colAccent, 24))
		objs = append(objs, newTap("group.add."+s.ID.String(), over(plate(colAccentSoft, "", radius), padded(padXY(12, 10), 0, line)), func() {
			p.search.clear()
			p.set(s.ID, &field.Attendance{Came: true}, nil)
		}))
	}
	if len(v.list.Attendees) == 0 && p.search.sought() == "" {
		objs = append(objs, newText(a.T("group.none"), typeface{color: colMuted}))
	}
	for _, row := range v.list.Attendees {
		r := p.rows[row.Store]
		if r == nil {
			r = p.row(row)
			p.rows[row.Store] = r
		}
		if r.outcome.load(row.Outcome) { // else somebody is typing, who has not seen what came
			r.now, r.seen = row.Attendance, whatWasSeen(row.Seen, row.Siblings)
			if r.came.on != row.Came {
				r.came.set(row.Came)
			}
		}
		a.differIn(r.differ, row.Record, row.Field, len(row.Siblings))
		objs = append(objs, r.box)
	}
	p.content.Objects = objs
	a.nav.draw()
}

func (p *groupPage) row(row store.AttendeeRow) *attendee {
	a := p.app
	r := &attendee{store: row.Store, now: row.Attendance, differ: column(0)}
	id := row.Store.String()
	r.came = newChoice("group.came."+id, a.T("group.came"))
	r.came.onChange = func(on bool) {
		r.now.Came = on
		p.save(r)
	}
	r.outcome = newEntry(a, "group.outcome."+id, a.T("group.outcome"), 2, func(text string) {
		r.now.Outcome = text
		p.save(r)
	})
	off := newButton("group.off."+id, a.T("group.off"), nil, bare, func() {
		delete(p.rows, r.store)
		p.set(r.store, nil, r.seen)
	})
	r.box = card(newText(row.Name, typeface{size: sizeName, bold: true}), beside(gap, 0, chips(r.came), off), r.outcome, r.differ)
	return r
}

func (p *groupPage) save(r *attendee) {
	now := r.now
	p.set(r.store, &now, r.seen)
}

func (p *groupPage) set(id uuid.UUID, now *field.Attendance, seen store.Seen) {
	p.app.write(func(ctx context.Context) error { return p.app.deps.Store.SetAttendance(ctx, p.visit, id, now, seen) }, p.fault.did)
}
