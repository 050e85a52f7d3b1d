package ui

import (
	"context"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"
)

// differRoute shows all values of one field and settles which one holds.
type differRoute struct {
	record uuid.UUID
	field  string
}

func (r differRoute) open(a *App) page { return newDiffer(a, r) }

type differPage struct {
	app     *App
	route   differRoute
	load    *load[store.Conflict]
	fault   *banner
	below   string
	content *fyne.Container
	scroll  *container.Scroll
}

func newDiffer(a *App, r differRoute) *differPage {
	p := &differPage{app: a, route: r, fault: newBanner(a, "differ.fault", markAlarm)}
	p.load = newLoad(a, p.fetch, p.show)
	p.content = padded(insets{16, margin, 24, margin}, 14)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *differPage) head() head                { return head{title: p.app.T("differ.title"), below: p.below} }
func (p *differPage) body() fyne.CanvasObject   { return p.scroll }
func (p *differPage) start(ctx context.Context) { p.load.start(ctx) }
func (p *differPage) stop()                     { p.load.stop() }

func (p *differPage) fetch(ctx context.Context) (store.Conflict, error) {
	return p.app.deps.Store.Conflict(ctx, p.route.record, p.route.field)
}

func (p *differPage) show(c store.Conflict, err error) {
	a := p.app
	if kind, _ := fault.Of(err); err != nil && kind == fault.NotFound {
		p.content.Objects = []fyne.CanvasObject{newEmpty(iconSent, a.T("differ.settled"), a.T("differ.settled_text"),
			newButton("differ.back", a.T("differ.back"), nil, quiet, a.Back))}
		p.scroll.Refresh()
		return
	}
	p.fault.reading(err)
	p.content.Objects = []fyne.CanvasObject{p.fault}
	if err == nil {
		words := []fyne.CanvasObject{newText(p.what(c), typeface{size: sizeTitle, bold: true})}
		if c.Visit != uuid.Nil {
			words = append(words, newText(a.inVisit(c.VisitMS), typeface{color: colMuted}).id("differ.visit"))
		}
		p.content.Objects = append(p.content.Objects, newText(a.T("differ.intro"), typeface{color: colMuted}), column(2, words...))
		for i, v := range c.Values {
			p.content.Objects = append(p.content.Objects, p.choice(i, c, v))
		}
		p.below = c.StoreName
	}
	a.nav.draw()
}

// what names the field in words, and the visit it is part of.
func (p *differPage) what(c store.Conflict) string {
	if c.Type == field.TypeStore && c.Field == "note" {
		return p.app.T("term.store_note")
	}
	return p.app.conflictWord(c)
}

// choice is one value as a large card; tapping its button settles the matter.
func (p *differPage) choice(i int, c store.Conflict, v store.Sibling) fyne.CanvasObject {
	a := p.app
	by := joined(" · ", a.T("differ.by", "Who", firstOf(v.Author, a.T("differ.nobody")), "When", a.DateTime(v.WallMS)), a.inVisit(v.VisitMS))
	objs := []fyne.CanvasObject{
		newText(a.conflictText(c, v.Value), typeface{size: sizeLead, bold: true}).id("differ.value." + strconv.Itoa(i)),
		newText(by, typeface{color: colMuted}),
	}
	if s, ok := field.SignatureOf(v.Value); ok {
		objs = append(objs, newSigned(s))
	}
	line := colLine
	if i == 0 {
		objs = append(objs, chips(newBadge(markDiffer, a.T("differ.shown"))))
		line = colDiffer
	}
	objs = append(objs, newButton("differ.choose."+strconv.Itoa(i), a.T("differ.choose"), iconSent, quiet, func() { p.settle(c, v) }))
	return over(plate(colSurface, line, radius), padded(pad(margin), 10, objs...))
}

func (p *differPage) settle(c store.Conflict, v store.Sibling) {
	p.app.write(func(ctx context.Context) error {
		return p.app.deps.Store.Settle(ctx, c.Record, c.Field, v.Value, c.Seen)
	}, func(err error) {
		if p.fault.did(err); err == nil {
			p.app.Back()
		}
	})
}
