package ui

import (
	"context"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// An aboutBox says which products a request is about and what proves it: photos and the count of its visit.
type aboutBox struct {
	composite
	page     *askPage
	products *fyne.Container
	search   *entry
	found    *fyne.Container
	evidence *fyne.Container
	taking   *taking
	shown    store.RequestPage
}

func newAboutBox(p *askPage) *aboutBox {
	a := p.app
	b := &aboutBox{taking: newTaking(a, p.fault), page: p, products: chips(), found: chips(), evidence: column(10)}
	b.search = newSearch(a, "ask.search", a.T("ask.search"), a.refresh)
	b.compose(b, column(12, section(a.T("ask.products"), nil, b.products, b.search, b.found), b.evidence))
	return b
}

func (b *aboutBox) show(v askView) {
	q := v.RequestPage
	b.shown = q
	b.products.Objects, b.found.Objects = nil, nil
	for _, d := range q.Products {
		b.products.Add(b.toggle("ask.product."+shortID(d.ID), d.Name, d.Linked, d.ID, field.LinkProduct))
	}
	b.products.Hidden = len(q.Products) == 0
	for _, d := range v.found {
		if !slices.ContainsFunc(q.Products, func(o store.RequestProduct) bool { return o.ID == d.ID }) {
			b.found.Add(b.toggle("ask.found."+shortID(d.ID), d.Name, false, d.ID, field.LinkProduct))
		}
	}
	if b.search.sought() != "" && len(v.found) == 0 {
		b.found.Add(newText(b.page.app.T("ask.found_none"), typeface{color: colMuted}))
	}
	b.drawEvidence(q)
	b.Refresh()
}

func (b *aboutBox) toggle(name, label string, on bool, to uuid.UUID, kind string) *toggle {
	t := newChoice(name, label)
	t.set(on)
	t.onChange = func(on bool) {
		if !on {
			b.link(to, "")
			return
		}
		b.link(to, kind)
	}
	return t
}

func (b *aboutBox) link(to uuid.UUID, kind string) {
	a, q := b.page.app, b.page.route.asking()
	a.write(func(ctx context.Context) error { return a.deps.Store.SetRequestLink(ctx, q, to, kind) }, b.page.fault.did)
}

func (b *aboutBox) drawEvidence(q store.RequestPage) {
	a := b.page.app
	b.evidence.Objects = nil
	var tiles, objs []fyne.CanvasObject
	for i, photo := range q.Photos {
		mark, kind := newBadge(markPlain, a.T("evidence.add")), field.LinkPhoto
		if photo.Linked {
			mark, kind = newBadge(markSent, a.T("term.evidence")), ""
		}
		tiles = append(tiles, newTap("ask.photo."+strconv.Itoa(i), column(4, thumbTile(photo.ID, photo.Thumb), mark), func() { b.link(photo.ID, kind) }))
	}
	if len(tiles) > 0 {
		objs = append(objs, grid(photosInARow, gap, tiles...))
	}
	for _, c := range q.Counts {
		if c.Kind == field.LinkCount {
			objs = append(objs, b.toggle("ask.count", a.T("ask.count", "When", a.ShortDateTime(c.CheckInMS), "Lines", a.N("unit.lines", c.Lines)), c.Linked, c.Visit, c.Kind))
		}
	}
	objs = append(objs, a.awaiting(q.Awaited, b.page.fault.did)...)
	if q.VisitOpen {
		objs = append(objs, newButton("ask.take", a.T("apply.take"), iconCamera, quiet, b.take), b.taking.saving)
	}
	if len(objs) > 0 {
		b.evidence.Add(section(a.T("ask.evidence"), nil, objs...))
	}
	b.evidence.Hidden = len(objs) == 0
}

// take photographs what proves it, as a photo of the visit that is then linked.
func (b *aboutBox) take() {
	q := b.page.route.asking()
	b.taking.room(1, func() {
		b.taking.take(b.shown.Visit, uuid.Nil, Shot{Kind: "evidence", Sequel: store.Sequel{Asking: &q}})
	})
}
