package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// countMenuRoute is what can be said of a count sheet as a whole.
type countMenuRoute struct{ visit uuid.UUID }

func (r countMenuRoute) open(a *App) page { return newCountMenu(a, r.visit) }

type countMenuPage struct {
	app     *App
	visit   uuid.UUID
	load    *load[store.CountHead]
	fault   *banner
	read    store.CountHead
	reasons *fyne.Container
	scroll  *container.Scroll
}

func newCountMenu(a *App, visit uuid.UUID) *countMenuPage {
	p := &countMenuPage{app: a, visit: visit, fault: newBanner(a, "menu.fault", markAlarm), reasons: column(0)}
	p.load = newLoad(a, func(ctx context.Context) (store.CountHead, error) { return a.deps.Store.CountHead(ctx, visit) }, p.show)
	order := beside(gap, 1, icon(theme.MenuIcon(), colAccent, 24), newText(a.T("count.order"), typeface{size: sizeTitle, bold: true}), icon(iconNext, colAccent, 26))
	p.scroll = container.NewVScroll(padded(insets{12, 12, 20, 12}, 12, p.fault,
		newTap("menu.order", card(order, newText(a.T("count.order_about"), typeface{color: colMuted})), func() { a.nav.push(countOrderRoute{visit}) }),
		card(newText(a.T("count.not_possible"), typeface{size: sizeTitle, bold: true}), newText(a.T("count.not_possible_text"), typeface{color: colMuted}), p.reasons)))
	return p
}

func (p *countMenuPage) head() head {
	return head{title: p.app.T("count.title"), below: p.read.StoreName}
}
func (p *countMenuPage) body() fyne.CanvasObject   { return p.scroll }
func (p *countMenuPage) foot() fyne.CanvasObject   { return nil }
func (p *countMenuPage) start(ctx context.Context) { p.load.start(ctx) }
func (p *countMenuPage) stop()                     { p.load.stop() }

func (p *countMenuPage) show(h store.CountHead, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	fresh := p.read.StoreName != h.StoreName
	p.read = h
	p.draw()
	if fresh {
		p.app.nav.draw()
	}
}

func (p *countMenuPage) draw() {
	p.reasons.Objects = []fyne.CanvasObject{p.app.reasonChips("menu.none.", field.NotCountedReasons, p.read.NotCounted, p.choose)}
	p.scroll.Refresh()
}

// choose says why nothing could be counted; choosing the same reason again takes it back.
func (p *countMenuPage) choose(why string) {
	if p.read.NotCounted == why {
		why = ""
	}
	p.read.NotCounted = why
	p.draw()
	seen := p.read.Seen
	p.app.write(func(ctx context.Context) error { return p.app.deps.Store.SetNotCounted(ctx, p.visit, why, seen) }, p.fault.did)
}
