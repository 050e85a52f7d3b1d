package ui

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// leaveRoute is the end of a visit: what is still missing and why. A visit may always be closed. Of one that is over it
// takes the reasons that nobody gave.
type leaveRoute struct{ visit uuid.UUID }

func (r leaveRoute) open(a *App) page { return newLeave(a, r.visit) }

type leaveView struct {
	visit store.VisitPage
	list  store.Checklist
}

type leavePage struct {
	app     *App
	visit   uuid.UUID
	load    *load[leaveView]
	last    leaveView
	fault   *banner
	gaps    map[string]*gapCard // by what is missing
	content *fyne.Container
	scroll  *container.Scroll
}

// A gapCard is one thing that is missing: why, to tap or to write.
type gapCard struct {
	why     []*toggle // of field.GapReasons
	other   *entry
	seen    store.Seen
	box     fyne.CanvasObject
	differs *fyne.Container
}

func newLeave(a *App, visit uuid.UUID) *leavePage {
	p := &leavePage{app: a, visit: visit, fault: newBanner(a, "leave.fault", markAlarm), gaps: map[string]*gapCard{}}
	p.load = newLoad(a, p.fetch, p.show)
	p.content = padded(insets{14, margin, 24, margin}, 12)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *leavePage) head() head {
	return head{title: p.app.T("leave.title"), below: p.last.visit.Row.StoreName}
}
func (p *leavePage) body() fyne.CanvasObject   { return p.scroll }
func (p *leavePage) start(ctx context.Context) { p.load.start(ctx) }

func (p *leavePage) stop() {
	for _, g := range p.gaps {
		g.other.commit()
	}
	p.load.stop()
}

func (p *leavePage) foot() fyne.CanvasObject {
	a := p.app
	if p.over() {
		return footBar(p.fault, a.done("leave.done"))
	}
	return footBar(p.fault, equal(10, newButton("visit.stay", a.T("visit.stay"), nil, quiet, a.Back),
		newButton("visit.checkout.confirm", a.T("visit.checkout"), theme.LogoutIcon(), loud, p.leave)))
}

func (p *leavePage) over() bool {
	return p.last.visit.Row.CheckOutMS != 0
}

func (p *leavePage) fetch(ctx context.Context) (v leaveView, err error) {
	if v.visit, err = p.app.deps.Store.VisitPage(ctx, p.visit); err == nil {
		v.list, err = p.app.deps.Store.Checklist(ctx, p.visit)
	}
	return v, err
}

func (p *leavePage) show(v leaveView, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	p.last = v
	a := p.app
	objs := []fyne.CanvasObject{newText(a.T("leave.brought", "Photos", a.N("unit.photos", v.visit.Row.Photos), "Lines", a.N("unit.lines", v.visit.Row.Lines)),
		typeface{size: sizeName, bold: true})}
	if n := v.visit.Row.Requests; n > 0 {
		objs = append(objs, newText(a.N("leave.requests", n), typeface{}).id("leave.requests"))
	}
	switch n := len(v.list.Lacks); {
	case n == 0:
		objs = append(objs, newBadge(markSent, a.T("leave.nothing")))
	case p.over():
		objs = append(objs, newText(a.T("leave.why_after"), typeface{color: colMuted}))
	default:
		objs = append(objs, newText(a.N("leave.why", n), typeface{color: colMuted}).id("leave.why"))
	}
	for _, l := range v.list.Lacks {
		g := p.gaps[l.What]
		if g == nil {
			g = p.card(l.Lack)
			p.gaps[l.What] = g
		}
		g.load(a, l)
		objs = append(objs, g.box)
	}
	p.content.Objects = objs
	a.nav.draw()
}

func (p *leavePage) card(l field.Lack) *gapCard {
	a := p.app
	g := &gapCard{differs: column(6)}
	var chipsOf []fyne.CanvasObject
	for i, code := range field.GapReasons {
		t := newChoice("gap."+l.What+"."+code, a.Enum("gap", code))
		t.onChange = func(on bool) {
			for j, other := range g.why {
				if j != i && other.on {
					other.set(false)
				}
			}
			g.other.put("")
			why := code
			if !on {
				why = ""
			}
			p.reason(l.What, why, g.seen)
		}
		g.why, chipsOf = append(g.why, t), append(chipsOf, t)
	}
	g.other = newEntry(a, "gap."+l.What+".text", a.T("leave.other"), 1, func(text string) { p.reason(l.What, text, g.seen) })
	title := fyne.CanvasObject(newText(a.lackText(p.last.list, l), typeface{size: sizeName, bold: true}))
	if !p.over() {
		title = beside(gap, 0, title, newButton("gap."+l.What+".go", a.T("leave.go"), nil, bare, func() { p.goBack(l) }))
	}
	g.box = over(plate(colSurface, colLine, radius), padded(insets{4, margin, margin, margin}, 4, title, column(12, chips(chipsOf...), g.other, g.differs)))
	return g
}

// load shows the reason that was given.
func (g *gapCard) load(a *App, l store.LackRow) {
	text := l.Reason
	if slices.Contains(field.GapReasons, text) {
		text = ""
	}
	for i, t := range g.why {
		if on := l.Reason == field.GapReasons[i]; on != t.on {
			t.set(on)
		}
	}
	if g.other.load(text) {
		g.seen = whatWasSeen(l.Seen, l.Siblings)
	}
	g.differs.Objects = nil
	if n := len(l.Siblings); n > 1 {
		g.differs.Objects = []fyne.CanvasObject{a.differMark(l.Record, l.Field, n)}
	}
	g.differs.Hidden = g.differs.Objects == nil
}

func (p *leavePage) reason(what, why string, seen store.Seen) {
	p.app.write(func(ctx context.Context) error { return p.app.deps.Store.SetGap(ctx, p.visit, what, why, seen) }, p.fault.did)
}

// goBack goes to where what is missing can be done.
func (p *leavePage) goBack(l field.Lack) {
	a := p.app
	a.Back()
	if v, ok := a.nav.top.(*visitPage); ok {
		v.wanted = &l
	}
}

func (p *leavePage) leave() {
	for _, g := range p.gaps { // what is still being typed comes before the end
		g.other.commit()
	}
	a := p.app
	a.write(func(ctx context.Context) error { return a.deps.Store.CheckOut(ctx, p.visit, a.where()) }, func(err error) {
		if p.fault.did(err); err == nil && a.nav.top == page(p) {
			a.Back()
		}
	})
}
