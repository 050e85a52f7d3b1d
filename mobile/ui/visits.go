package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// visitsRoute is the day: the visit in progress, today's, and earlier ones.
type visitsRoute struct{}

func (visitsRoute) open(a *App) page { return newVisits(a) }

// visitsInPart is how many visits are read for a page, and again for each time its end comes near: more than a day has.
const visitsInPart = 60

type visitsPage struct {
	app     *App
	many    int // visits to read
	shown   int // of them there are so many
	load    *load[[]store.VisitRow]
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
	p.load.fetch = func(ctx context.Context) ([]store.VisitRow, error) { return p.app.deps.Store.Visits(ctx, many) }
	p.load.start(ctx)
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

func (p *visitsPage) show(visits []store.VisitRow, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	a := p.app
	p.shown = len(visits)
	today := a.deps.Now().In(field.Zone).Format(time.DateOnly)
	var open, now, earlier []fyne.CanvasObject
	photos, n := 0, 0
	for _, v := range visits {
		isToday := time.UnixMilli(v.CheckInMS).In(field.Zone).Format(time.DateOnly) == today
		if isToday {
			n++
			photos += v.Photos
		}
		switch tile := a.visitTile(v, true); {
		case v.CheckOutMS == 0:
			open = append(open, tile)
		case isToday:
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
	if n == 0 {
		objs = append(objs, newEmpty(iconVisit, a.T("visits.none"), a.T("visits.none_text"),
			newButton("visits.choose", a.T("visits.choose"), iconStore, quiet, func() { a.nav.open("stores") })))
	}
	group("visits.today", now)
	group("visits.earlier", earlier)
	p.content.Objects = objs
	p.below = ""
	if n > 0 {
		p.below = a.T("visits.summary", "Visits", a.N("unit.visits", n), "Photos", a.N("unit.photos", photos))
	}
	a.nav.draw()
}
