package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"storewalk/mobile/store"
)

// visitsRoute is the day: the visit in progress, today's, and earlier ones.
type visitsRoute struct{}

func (visitsRoute) open(a *App) page { return newVisits(a) }

// visitsInPart is how many visits are read for a page, and again for each time its end comes near: more than a day has.
const visitsInPart = 60

// visitsView is what the page shows. A day may have more visits than are read of it.
type visitsView struct {
	rows  []store.VisitRow
	today store.DayVisits
}

type visitsPage struct {
	app     *App
	many    int // visits to read
	shown   int // of them there are so many
	load    *load[visitsView]
	fault   *banner
	below   string
	content *fyne.Container
	scroll  *container.Scroll
}

func newVisits(a *App) *visitsPage {
	p := &visitsPage{app: a, many: visitsInPart, fault: newBanner(a, "visits.fault", markAlarm)}
	p.load = newLoad(a, nil, p.show)
	p.content = padded(insets{12, 12, 20, 12}, 10, p.fault)
	p.scroll = container.NewVScroll(p.content)
	p.scroll.OnScrolled = p.scrolled
	return p
}

func (p *visitsPage) head() head              { return head{title: p.app.T("tab.visits"), below: p.below} }
func (p *visitsPage) body() fyne.CanvasObject { return p.scroll }
func (p *visitsPage) stop()                   { p.load.stop() }

func (p *visitsPage) start(ctx context.Context) {
	many := p.many // as it is now, for another goroutine
	p.load.fetch = func(ctx context.Context) (visitsView, error) { return p.fetch(ctx, many) }
	p.load.start(ctx)
}

func (p *visitsPage) fetch(ctx context.Context, many int) (v visitsView, err error) {
	if v.rows, err = p.app.deps.Store.Visits(ctx, many); err == nil {
		v.today, err = p.app.deps.Store.DayVisits(ctx)
	}
	return v, err
}

func (p *visitsPage) kept() any    { return p.many }
func (p *visitsPage) keep(was any) { p.many = was.(int) }

// scrolled reads earlier visits when the end of those shown is less than a screen away.
func (p *visitsPage) scrolled(to fyne.Position) {
	if p.shown == p.many && p.content.MinSize().Height-to.Y < 2*p.scroll.Size().Height {
		p.many += visitsInPart
		p.app.refresh()
	}
}

func (p *visitsPage) show(v visitsView, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	a := p.app
	p.shown = len(v.rows)
	a.until(v.today.Clock.DayEnds())
	var open, now, earlier []fyne.CanvasObject
	for _, row := range v.rows {
		switch tile := a.visitTile(row, true); {
		case row.CheckOutMS == 0:
			open = append(open, tile)
		case v.today.Has(row.ID):
			now = append(now, tile)
		default:
			earlier = append(earlier, tile)
		}
	}
	objs := []fyne.CanvasObject{p.fault}
	group := func(title string, tiles []fyne.CanvasObject) {
		if len(tiles) > 0 {
			objs = append(objs, longSection(p.scroll, a.T(title), nil, tiles...))
		}
	}
	group("visits.open", open)
	if v.today.Visits == 0 {
		objs = append(objs, newEmpty(iconVisit, a.T("visits.none"), a.T("visits.none_text"),
			newButton("visits.choose", a.T("visits.choose"), iconStore, quiet, func() { a.nav.open("stores") })))
	}
	group("visits.today", now)
	group("visits.earlier", earlier)
	p.content.Objects = objs
	p.below = ""
	if v.today.Visits > 0 {
		p.below = a.T("visits.summary", "Visits", a.N("unit.visits", v.today.Visits), "Photos", a.N("unit.photos", v.today.Photos))
	}
	a.nav.draw()
}
