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

// countOrderRoute arranges the products of a store as they stand along its shelves: drag a row to its place, tap it to say
// that a shelf begins there.
type countOrderRoute struct{ visit uuid.UUID }

func (r countOrderRoute) open(a *App) page { return newCountOrder(a, r.visit) }

// orderLine is one product in the order of the shelves.
type orderLine struct {
	product uuid.UUID
	name    string
	shelf   string // that begins here, or ""
	chosen  bool
}

type countOrderPage struct {
	app       *App
	visit     uuid.UUID
	load      *load[orderView]
	walk      store.Walk
	storeName string
	lines     []*orderLine
	drag      *drag
	fault     *banner
	rows      *rows[*orderLine]
	own       *entry
	shelf     *fyne.Container // what may begin at the chosen product
	bar       fyne.CanvasObject
	intro     *paragraph
	content   *fyne.Container
}

// A drag is a row on its way.
type drag struct {
	at     int     // place of the row now
	from   float32 // where its middle was in the list when it was taken
	moved  float32 // by the finger since
	offset float32 // of the list when it was taken
}

func newCountOrder(a *App, visit uuid.UUID) *countOrderPage {
	p := &countOrderPage{app: a, visit: visit, fault: newBanner(a, "order.fault", markAlarm), shelf: column(8)}
	p.load = newLoad(a, p.fetch, p.show)
	p.own = newEntry(a, "order.own", a.T("count.shelf_own"), 1, p.name)
	p.own.limit = field.MaxTextRunes
	p.rows = newRows(&orderLine{name: "品"}, func() rowWidget[*orderLine] { return newOrderRow(p) }, func(l *orderLine, width float32) bool {
		return times() <= 1 && typeface{}.surelyFits(width-2*margin-2*touch-3*gap, l.name, l.shelf)
	})
	p.bar = shy(0.5, footBar(p.shelf))
	p.intro = newText(a.T("count.order_text"), typeface{color: colMuted})
	p.content = frame(shy(0.4, padded(padXY(margin, 10), 8, p.intro, p.fault)),
		p.rows.List, space(0))
	return p
}

func (p *countOrderPage) head() head                { return head{title: p.app.T("count.order"), below: p.storeName} }
func (p *countOrderPage) body() fyne.CanvasObject   { return p.content }
func (p *countOrderPage) foot() fyne.CanvasObject   { return p.bar }
func (p *countOrderPage) start(ctx context.Context) { p.load.start(ctx) }

func (p *countOrderPage) stop() {
	p.own.commit()
	p.load.stop()
}

// orderView is the order as read.
type orderView struct {
	walk      store.Walk
	storeName string
	lines     []*orderLine
}

func (p *countOrderPage) fetch(ctx context.Context) (v orderView, err error) {
	head, err := p.app.deps.Store.CountHead(ctx, p.visit)
	if err != nil {
		return v, err
	}
	if v.walk, err = p.app.deps.Store.Walk(ctx, p.visit); err != nil {
		return v, err
	}
	rows, err := p.app.deps.Store.CountSheet(ctx, p.visit)
	for _, r := range rows {
		v.lines = append(v.lines, &orderLine{product: r.Product, name: r.Name})
	}
	v.storeName = head.StoreName
	return v, err
}

func (p *countOrderPage) show(v orderView, err error) {
	p.fault.reading(err)
	if err != nil || p.drag != nil { // a row in the hand stays there
		return
	}
	chosen := uuid.Nil
	if l := p.chosen(); l != nil {
		chosen = l.product
	}
	fresh := p.storeName != v.storeName
	p.walk, p.storeName, p.lines = v.walk, v.storeName, v.lines
	for _, l := range p.lines {
		l.chosen = l.product == chosen
	}
	p.draw()
	if fresh {
		p.app.nav.draw()
	}
}

func (p *countOrderPage) chosen() *orderLine {
	if i := slices.IndexFunc(p.lines, func(l *orderLine) bool { return l.chosen }); i >= 0 {
		return p.lines[i]
	}
	return nil
}

func (p *countOrderPage) draw() {
	for _, l := range p.lines {
		l.shelf = ""
		if i := p.section(l); i >= 0 {
			l.shelf = p.walk.Sections[i].Name
		}
	}
	p.rows.show(p.lines, p.app.width())
	p.drawShelf()
}

func (p *countOrderPage) section(l *orderLine) int {
	return slices.IndexFunc(p.walk.Sections, func(s field.Section) bool { return s.First == l.product })
}

// drawShelf offers names for the shelf that begins at the chosen product.
func (p *countOrderPage) drawShelf() {
	a, l := p.app, p.chosen()
	p.intro.Hidden = l != nil // one thing at a time: there is room for the list
	if l == nil {
		p.shelf.Objects = []fyne.CanvasObject{newText(a.T("count.shelf_choose"), typeface{color: colMuted, align: fyne.TextAlignCenter})}
		a.nav.root.Refresh()
		return
	}
	names := []string{a.T("count.shelf_top"), a.T("count.shelf_middle"), a.T("count.shelf_bottom"), a.T("count.shelf_back"), a.T("count.shelf_till"), a.T("count.shelf_room")}
	var objs []fyne.CanvasObject
	for i, name := range names {
		t := newChoice("order.shelf."+string(rune('1'+i)), name)
		t.set(l.shelf == name)
		t.onChange = func(on bool) {
			shelf := name
			if !on {
				shelf = ""
			}
			p.name(shelf)
		}
		objs = append(objs, t)
	}
	own := ""
	if !slices.Contains(names, l.shelf) {
		own = l.shelf
	}
	p.own.about = l.product.String()
	p.own.load(own)
	p.shelf.Objects = []fyne.CanvasObject{newText(a.T("count.shelf_begins", "Product", l.name), typeface{bold: true}), chips(objs...), p.own}
	a.nav.root.Refresh()
}

// choose takes the product whose shelf is named next; choosing it again lets it go.
func (p *countOrderPage) choose(l *orderLine) {
	p.own.commit()
	was := l.chosen
	for _, o := range p.lines {
		o.chosen = false
	}
	l.chosen = !was
	p.rows.List.Refresh()
	p.drawShelf()
}

// name says that a shelf begins at the chosen product, or with "" that none does.
func (p *countOrderPage) name(name string) {
	l := p.chosen()
	if l == nil || l.shelf == name {
		return
	}
	sections := slices.Clone(p.walk.Sections)
	i := p.section(l)
	switch {
	case i >= 0 && name == "":
		sections = slices.Delete(sections, i, i+1)
	case i >= 0:
		sections[i].Name = name
	default:
		sections = append(sections, field.Section{Name: name, First: l.product})
	}
	p.walk.Sections = sections
	p.keep(slices.Index(p.lines, l))
}

// lift takes a row into the hand.
func (p *countOrderPage) lift(l *orderLine, at float32) {
	i := slices.Index(p.lines, l)
	if i < 0 {
		return
	}
	offset := p.rows.GetScrollOffset()
	p.drag = &drag{at: i, from: p.rows.top(i) + at, offset: offset}
}

// carry moves the row in the hand to where the finger is; at the edges the list moves on.
func (p *countOrderPage) carry(dy float32) {
	d := p.drag
	if d == nil {
		return
	}
	d.moved += dy
	y := d.from + d.moved + p.rows.GetScrollOffset() - d.offset
	to := p.rows.placeAt(y)
	if to == d.at {
		return
	}
	l := p.lines[d.at]
	p.lines = slices.Insert(slices.Delete(p.lines, d.at, d.at+1), to, l)
	d.at = to
	p.rows.show(p.lines, p.app.width())
	p.rows.ScrollTo(to)
}

// drop puts the row in the hand down, and the order on the disk.
func (p *countOrderPage) drop() {
	if d := p.drag; d != nil {
		p.drag = nil
		p.keep(d.at)
	}
}

// keep writes the order down to the last product that was met or put somewhere; the rest are in no order yet.
func (p *countOrderPage) keep(placed int) {
	last := placed
	var order []uuid.UUID
	for i, l := range p.lines {
		if slices.Contains(p.walk.Order, l.product) {
			last = max(last, i)
		}
		order = append(order, l.product)
	}
	p.walk.Order = order[:last+1]
	walk := p.walk
	p.app.write(func(ctx context.Context) error { return p.app.deps.Store.SetWalk(ctx, p.visit, walk) }, p.fault.did)
	p.draw()
}

// orderRow is one product with a handle to drag it by.
type orderRow struct {
	composite
	page  *countOrderPage
	line  *orderLine
	name  *paragraph
	shelf *badge
	back  *fyne.Container
	tap   *tapArea
	grip  *handle
}

func newOrderRow(p *countOrderPage) *orderRow {
	r := &orderRow{page: p, name: newText("", typeface{}), shelf: newBadge(markNone, ""), back: container.NewStack()}
	r.tap = newTap("", beside(gap, 0, r.name, r.shelf), func() { p.choose(r.line) })
	r.grip = newHandle(r)
	r.compose(r, over(r.back, padded(padXY(margin, 4), 0, beside(gap, 0, r.tap, r.grip))))
	return r
}

func (r *orderRow) set(l *orderLine) {
	r.line = l
	r.name.set(l.name)
	m := markNone
	if l.shelf != "" {
		m = markOpen
	}
	r.shelf.set(m, l.shelf)
	fill := colSurface
	if l.chosen {
		fill = colAccentSoft
	}
	r.back.Objects = []fyne.CanvasObject{plate(fill, "", 0)}
	id := "order." + shortID(l.product)
	r.tap.name, r.grip.name, r.name.name = id, id+".handle", id+".name"
	r.Refresh()
}

// A handle is dragged up and down. It goes where the finger is, and not by how far Fyne says that it was dragged: on a phone
// that goes on for a while after the finger has left, as a list does that was pushed.
type handle struct {
	composite
	name string
	row  *orderRow
	held bool
	at   float32 // of the finger, when it was heard of last
}

func newHandle(r *orderRow) *handle {
	h := &handle{row: r}
	h.compose(h, fixed(touch, touch, newCentred(0, icon(theme.MenuIcon(), colAccent, 26))))
	return h
}

// ID returns the stable name by which a test finds this handle.
func (h *handle) ID() string { return h.name }

// Dragged implements fyne.Draggable. The row may be drawn by another widget by now; the finger is still on this one.
func (h *handle) Dragged(ev *fyne.DragEvent) {
	at := ev.Position.Y + h.Position().Y // the row may have been laid out anew
	if !h.held {
		h.held, h.at = true, at-ev.Dragged.DY
		h.row.page.lift(h.row.line, ev.Position.Y-ev.Dragged.DY)
	}
	h.row.page.carry(at - h.at)
	h.at = at
}

// DragEnd implements fyne.Draggable.
func (h *handle) DragEnd() {
	h.held = false
	h.row.page.drop()
}
