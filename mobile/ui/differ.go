package ui

import (
	"bytes"
	"context"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// differRoute shows all values of one field and settles which one holds. What was not chosen stays there until the page is
// left, to be chosen instead.
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
	shown   store.Conflict // the values to choose from
	chosen  int            // which of them was chosen here and holds
	settled bool           // there is nothing to choose
	content *fyne.Container
	scroll  *container.Scroll
}

func newDiffer(a *App, r differRoute) *differPage {
	p := &differPage{app: a, route: r, chosen: unchosen, fault: newBanner(a, "differ.fault", markAlarm)}
	p.load = newLoad(a, p.fetch, p.show)
	p.content = padded(insets{16, margin, 24, margin}, 14)
	p.scroll = container.NewVScroll(p.content)
	return p
}

// unchosen is no value.
const unchosen = -1

func (p *differPage) head() head {
	title := "differ.title"
	if p.settled || p.chosen != unchosen {
		title = "differ.settled"
	}
	return head{title: p.app.T(title), below: p.shown.StoreName}
}

// foot leaves, after a choice.
func (p *differPage) foot() fyne.CanvasObject {
	if p.chosen == unchosen {
		return nil
	}
	return footBar(p.app.done("differ.done"))
}

func (p *differPage) body() fyne.CanvasObject   { return p.scroll }
func (p *differPage) start(ctx context.Context) { p.load.start(ctx) }
func (p *differPage) stop()                     { p.load.stop() }

// choice is what was settled on the page.
type choice struct {
	of     store.Conflict
	chosen int
}

func (p *differPage) kept() any    { return choice{p.shown, p.chosen} }
func (p *differPage) keep(was any) { p.shown, p.chosen = was.(choice).of, was.(choice).chosen }

func (p *differPage) fetch(ctx context.Context) (store.Conflict, error) {
	return p.app.deps.Store.Conflict(ctx, p.route.record, p.route.field)
}

// show draws the values anew when there are several, as when another arrived beside the one that was chosen. When there is
// only the chosen one, those that it replaced stay beside it.
func (p *differPage) show(c store.Conflict, err error) {
	p.fault.reading(err)
	if err == nil {
		p.saw(c)
	}
	p.draw()
}

// saw notes what the field holds now.
func (p *differPage) saw(c store.Conflict) {
	switch {
	case len(c.Values) > 1:
		p.shown, p.chosen, p.settled = c, unchosen, false
	case p.chosen != unchosen && len(c.Values) == 1 && bytes.Equal(c.Values[0].Value, p.shown.Values[p.chosen].Value):
		p.shown.Seen = c.Seen
	default:
		p.chosen, p.settled = unchosen, true
	}
}

func (p *differPage) draw() {
	a, c := p.app, p.shown
	p.content.Objects = []fyne.CanvasObject{p.fault}
	switch {
	case p.settled:
		p.content.Add(newEmpty(iconSent, a.T("differ.settled"), a.T("differ.settled_text"),
			newButton("differ.back", a.T("page.back"), nil, quiet, a.Back)))
	case len(c.Values) > 0:
		intro := a.T("differ.intro")
		if p.chosen != unchosen {
			intro = a.T("differ.chosen_text")
		}
		words := []fyne.CanvasObject{newText(a.conflictWord(c), typeface{size: sizeTitle, bold: true})}
		if c.Visit != uuid.Nil {
			words = append(words, newText(a.inVisit(c.VisitMS), typeface{color: colMuted}).id("differ.visit"))
		}
		p.content.Objects = append(p.content.Objects, newText(intro, typeface{color: colMuted}), column(2, words...))
		for i := range c.Values {
			p.content.Add(p.card(i))
		}
	}
	a.nav.draw()
}

// card is one value; tapping its button settles the matter.
func (p *differPage) card(i int) fyne.CanvasObject {
	a, v, n := p.app, p.shown.Values[i], strconv.Itoa(i)
	objs := []fyne.CanvasObject{
		newText(a.conflictText(p.shown, v.Value), typeface{size: sizeLead, bold: true}).id("differ.value." + n),
		newText(a.written(p.shown, v, a.DateTime(v.WallMS)), typeface{color: colMuted}).id("differ.by." + n),
	}
	if s, ok := field.SignatureOf(v.Value); ok {
		objs = append(objs, newSigned(s))
	}
	line, choose := colLine, newButton("differ.choose."+n, a.T("differ.choose"), iconSent, quiet, func() { p.settle(i) })
	switch {
	case p.chosen == i:
		line, choose = colAccent, nil
		objs = append(objs, chips(newBadge(markSent, a.T("differ.chosen"))))
	case p.chosen != unchosen: // a tick would say that this one is
		choose = newButton("differ.choose."+n, a.T("differ.instead"), nil, quiet, func() { p.settle(i) })
	case i == 0:
		line = colDiffer
		objs = append(objs, chips(newBadge(markDiffer, a.T("differ.shown"))))
	}
	if choose != nil {
		objs = append(objs, choose)
	}
	return over(plate(colSurface, line, radius), padded(pad(margin), 10, objs...))
}

func (p *differPage) settle(i int) {
	c := p.shown
	p.app.write(func(ctx context.Context) error {
		return p.app.deps.Store.Settle(ctx, c.Record, c.Field, c.Values[i].Value, c.Seen)
	}, func(err error) {
		if p.fault.did(err); err == nil {
			p.shown, p.chosen = c, i // unless something else is read
		}
	})
}
