package ui

import (
	"context"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
)

// damagedRoute lists what the phone's disk damaged before it was sent: what is left of it, where to write it again, and that
// the person has looked at it.
type damagedRoute struct{}

func (damagedRoute) open(a *App) page { return newDamaged(a) }

type damagedPage struct {
	app     *App
	load    *load[[]store.Damaged]
	fault   *banner
	content *fyne.Container
	scroll  *container.Scroll
}

func newDamaged(a *App) *damagedPage {
	p := &damagedPage{app: a, fault: newBanner(a, "damaged.fault", markAlarm)}
	p.load = newLoad(a, a.deps.Store.Damaged, p.show)
	p.content = padded(insets{12, 12, 20, 12}, 12)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *damagedPage) head() head                { return head{title: p.app.T("damaged.title")} }
func (p *damagedPage) body() fyne.CanvasObject   { return p.scroll }
func (p *damagedPage) start(ctx context.Context) { p.load.start(ctx) }
func (p *damagedPage) stop()                     { p.load.stop() }

func (p *damagedPage) show(all []store.Damaged, err error) {
	a := p.app
	p.fault.reading(err)
	objs := []fyne.CanvasObject{p.fault}
	if len(all) > 0 {
		objs = append(objs, newText(a.T("damaged.text"), typeface{}))
	} else if err == nil {
		objs = append(objs, newEmpty(iconSent, a.T("damaged.none"), a.T("damaged.none_text"), a.syncNow("damaged.sync")))
	}
	for i, d := range all {
		objs = append(objs, p.one(strconv.Itoa(i), d))
	}
	p.content.Objects = objs
	p.scroll.Refresh()
}

// one is what is left of one record, and what to do about it.
func (p *damagedPage) one(n string, d store.Damaged) fyne.CanvasObject {
	a := p.app
	mark := newBadge(markAlarm, a.T("damaged.unseen"))
	if d.Seen {
		mark = newBadge(markPlain, a.T("damaged.seen"))
	}
	objs := []fyne.CanvasObject{column(2, newText(a.Enum("record_type", d.Type), typeface{size: sizeName, bold: true}).id("damaged.what."+n),
		newText(firstOf(d.StoreName, a.T("damaged.nowhere")), typeface{color: colMuted})), chips(mark)}
	if len(d.Left) > 0 || d.Raw != "" {
		objs = append(objs, newText(a.T("damaged.left"), typeface{size: sizeSmall, bold: true, color: colMuted}))
	}
	for _, c := range d.Left {
		var values []string
		for _, v := range c.Values {
			values = append(values, a.conflictText(c, v.Value))
		}
		objs = append(objs, column(0, newText(a.conflictWord(c), typeface{size: sizeSmall, color: colMuted}), newText(strings.Join(values, " / "), typeface{})))
	}
	if d.Raw != "" {
		objs = append(objs, newText(d.Raw, typeface{size: sizeSmall}).id("damaged.raw."+n))
	}
	open, seen := quiet, loud
	if d.Store != uuid.Nil && !d.Seen { // to write it again saves something, to have seen it does not
		open, seen = loud, quiet
	}
	if d.Store != uuid.Nil {
		to := route(storeRoute{d.Store})
		if d.Visit != uuid.Nil {
			to = visitRoute{d.Visit}
		}
		objs = append(objs, newButton("damaged.open."+n, a.T("damaged.open"), iconPen, open, func() { a.nav.push(to) }))
	}
	see := func(seen bool) func() {
		return func() {
			a.write(func(ctx context.Context) error { return a.deps.Store.SeeDamaged(ctx, d.Key, seen) }, p.fault.did)
		}
	}
	if d.Seen {
		objs = append(objs, newButton("damaged.undo."+n, a.T("removed.undo"), theme.ContentUndoIcon(), bare, see(false)))
	} else {
		objs = append(objs, newButton("damaged.see."+n, a.T("damaged.see"), iconSent, seen, see(true)))
	}
	return card(objs...)
}

// lost leads to what was damaged and looked at: it is on no server, and never will be.
func (p *syncPage) lost(n int) []fyne.CanvasObject {
	if n == 0 {
		return nil
	}
	return []fyne.CanvasObject{newTap("sync.lost", over(plate(colSurface, colLine, radius), padded(padXY(margin, 12), 0, beside(gap, 0,
		newText(p.app.N("damaged.list", n), typeface{}).id("sync.lost_text"), icon(iconNext, colMuted, 24)))), func() { p.app.nav.push(damagedRoute{}) })}
}
