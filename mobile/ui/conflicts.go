package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"github.com/google/uuid"

	"storewalk/mobile/store"
)

// conflictsRoute lists every field that holds several values, in whatever record.
type conflictsRoute struct{}

func (conflictsRoute) open(a *App) page { return newConflicts(a) }

type conflictsPage struct {
	app     *App
	load    *load[[]store.Conflict]
	fault   *banner
	content *fyne.Container
	scroll  *container.Scroll
}

func newConflicts(a *App) *conflictsPage {
	p := &conflictsPage{app: a, fault: newBanner(a, "conflicts.fault", markAlarm)}
	p.load = newLoad(a, a.deps.Store.Conflicts, p.show)
	p.content = padded(insets{12, 12, 20, 12}, 12)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *conflictsPage) head() head                { return head{title: p.app.T("differ.list")} }
func (p *conflictsPage) body() fyne.CanvasObject   { return p.scroll }
func (p *conflictsPage) start(ctx context.Context) { p.load.start(ctx) }
func (p *conflictsPage) stop()                     { p.load.stop() }

func (p *conflictsPage) show(all []store.Conflict, err error) {
	a := p.app
	p.fault.reading(err)
	var tiles []fyne.CanvasObject
	for _, c := range all {
		tiles = append(tiles, p.tile(c))
	}
	p.content.Objects = []fyne.CanvasObject{p.fault, newStrip(p.scroll, insets{}, 12, tiles...)}
	if len(all) == 0 && err == nil {
		p.content.Add(newEmpty(iconSent, a.T("differ.none"), a.T("differ.none_text"),
			newButton("conflicts.today", a.T("empty.today"), iconToday, loud, func() { a.nav.open("today") })))
	}
	p.scroll.Refresh()
}

// tile is one conflict: where it is, its values, and who wrote each of them when.
func (p *conflictsPage) tile(c store.Conflict) fyne.CanvasObject {
	a := p.app
	visit := ""
	if c.Visit != uuid.Nil {
		visit = a.inVisit(c.VisitMS)
	}
	words := column(6, newText(firstOf(c.StoreName, a.Enum("record_type", c.Type)), typeface{size: sizeName, bold: true}),
		newText(joined(" · ", a.conflictWord(c), visit), typeface{color: colMuted}))
	for _, v := range c.Values {
		words.Add(column(0, newText(a.conflictText(c, v.Value), typeface{bold: true}),
			newText(a.written(c, v, a.ShortDateTime(v.WallMS)), typeface{size: sizeSmall, color: colMuted})))
	}
	line := beside(gap, 0, words, icon(iconNext, colMuted, 24))
	return newTap("conflict."+shortID(c.Record)+"."+c.Field, over(plate(colSurface, colDiffer, radius), padded(pad(margin), 0, line)),
		func() { a.nav.push(differRoute{c.Record, c.Field}) })
}

// conflictsCard says on the day's list how many conflicts wait, and leads to them. It presses less than the requests: nothing
// is late with them.
func (p *todayPage) conflictsCard(n int) fyne.CanvasObject {
	a := p.app
	words := newText(a.N("today.conflicts", n), typeface{bold: true}).id("today.conflicts_text")
	return newTap("today.conflicts", card(beside(gap, 1, icon(iconDiffer, colDiffer, 24), words, icon(iconNext, colMuted, 24))),
		func() { a.nav.push(conflictsRoute{}) })
}
