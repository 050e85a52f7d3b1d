package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
	"github.com/google/uuid"

	"storewalk/shared/field"
)

// countRow is one product of the count sheet: its name and what the count means, the last count, two toggles, two big
// steppers. The upper part leads to everything else that can be said of the product.
//
//	云烟（软珍品）                           新品 ✓ ›
//	卖出 ≥ 12 包
//	[= 上次 3 条 5 包]               [✓ 上柜] [断货]
//	[−]  3 条  [+]            [−]  5 包  [+]
type countRow struct {
	widget.BaseWidget
	page           *countPage
	line           *countLine
	shelf          *paragraph
	shelfBack      *fyne.Container
	name           *paragraph
	status         *badge
	counted        *glyph // a tick
	doubt          *glyph // a triangle
	tell           *paragraph
	more           *tapArea
	last           *paragraph
	same           *tapArea
	sameBack       *canvas.Rectangle
	differ         *badge
	settle         *tapArea
	cartons, packs *stepper
	display, out   *toggle
	content        *fyne.Container
}

// Sizes in a row, from which follows which texts surely fit on one line.
const (
	rowSigns         = 20 + 22 + 2*gap // tick and arrow
	rowBadge float32 = 60 + gap
	rowMark  float32 = 15 + 5
	lastPad  float32 = 10
)

func newCountRow(p *countPage) *countRow {
	a := p.app
	r := &countRow{page: p, status: newBadge(markNone, ""), differ: newBadge(markNone, "")}
	r.name = newText("", typeface{size: sizeName, bold: true})
	r.counted, r.doubt = icon(iconSent, colAccent, 20), icon(iconAlarm, colAlarm, 15)
	r.tell = newText("", typeface{size: sizeSmall, color: colMuted})
	r.more = newTap("", beside(gap, 0, column(0, r.name, beside(5, 1, r.doubt, r.tell)), r.status, r.counted, icon(iconNext, colAccent, 22)), func() { r.open("") })
	r.last = newText("", typeface{size: sizeSmall, bold: true, color: colAccent})
	r.sameBack = plate(colAccentSoft, "", radius)
	r.same = newTap("", over(r.sameBack, padded(padXY(lastPad, 14), 0, r.last)), r.copyLast)
	r.settle = newTap("", beside(0, -1, r.differ), func() { a.nav.push(differRoute{field.CountID(p.visit), field.LineField(r.line.product)}) })
	r.cartons, r.packs = newStepper("", a.T("term.cartons"), field.MaxCount), newStepper("", a.T("term.packs"), field.MaxCount)
	r.display = newChoice("", a.T("count.display"))
	r.out = newToggle("", a.T("count.out"), iconAlarm, colAlarm, colAlarmSoft)
	r.cartons.onChange = func(n int) { r.change(func(l *field.CountLine) { l.Cartons, l.OutOfStock = n, false }) }
	r.packs.onChange = func(n int) { r.change(func(l *field.CountLine) { l.Packs, l.OutOfStock = n, false }) }
	r.cartons.onPad, r.packs.onPad = func() { r.open(padCartons) }, func() { r.open(padPacks) }
	r.display.onChange = func(on bool) { r.change(func(l *field.CountLine) { l.OnDisplay = on }) }
	r.out.onChange = func(on bool) {
		before := p.inStock[r.line.product]
		r.change(func(l *field.CountLine) {
			switch {
			case on:
				p.inStock[r.line.product] = *l
				l.Cartons, l.Packs = 0, 0
			case l.OutOfStock:
				l.Cartons, l.Packs = before.Cartons, before.Packs
			}
			l.OutOfStock = on
		})
	}
	r.shelf = newText("", typeface{bold: true, color: colAccent})
	r.shelfBack = over(plate(colAccentSoft, "", 0), padded(padXY(margin, 8), 0, r.shelf))
	said, figures := beside(gap, 0, r.same, r.display, r.out), equal(14, r.cartons, r.packs)
	if times() > 1 { // large words need a line of their own
		said, figures = column(6, r.same, equal(gap, r.display, r.out)), column(6, r.cartons, r.packs)
	}
	r.content = column(0, r.shelfBack, over(plate(colSurface, "", 0), padded(insets{6, margin, 14, margin}, 6,
		r.more,
		said,
		r.settle,
		figures)))
	r.ExtendBaseWidget(r)
	return r
}

func (r *countRow) set(l *countLine) {
	r.line = l
	a := r.page.app
	r.name.set(l.name)
	r.shelf.set(l.begins)
	r.shelfBack.Hidden = l.begins == ""
	ink := colMuted
	if l.basis.Last != nil {
		ink = colAccent
	}
	r.last.set(a.lastText(l))
	r.last.setColor(ink)
	r.sameBack.Hidden = l.basis.Last == nil
	m := markNone
	if l.values > 1 {
		m = markDiffer
	}
	r.differ.set(m, a.N("differ.values", l.values))
	r.settle.Hidden = m == markNone
	m = markNone
	if l.badge() {
		m = markPlain
	}
	r.status.set(m, a.Enum("product_status", l.status))
	r.draw()
	id := "count." + shortID(l.product)
	r.same.name, r.settle.name, r.more.name, r.tell.name = id+".same", id+".differ", id+".more", id+".tell"
	r.display.name, r.out.name = id+".display", id+".out"
	r.cartons.rename(id + ".cartons")
	r.packs.rename(id + ".packs")
	r.Refresh()
}

// lastText says the last count.
func (a *App) lastText(l *countLine) string {
	if l.basis.Last == nil {
		return a.T("count.last_none")
	}
	return a.T("count.same", "Count", a.CountLine(*l.basis.Last))
}

func (r *countRow) draw() {
	var cartons, packs *int
	v := field.CountLine{}
	if r.line.line != nil && !r.line.line.Skipped() {
		v = *r.line.line
		cartons, packs = &v.Cartons, &v.Packs
	}
	text, doubted := r.page.tell(r.line, r.page.width())
	ink := colMuted
	if doubted {
		ink = colAlarm
	}
	r.doubt.Hidden = !doubted
	r.tell.set(text)
	r.tell.setColor(ink)
	r.counted.Hidden = r.line.line == nil
	r.cartons.set(cartons)
	r.packs.set(packs)
	r.display.set(v.OnDisplay)
	r.out.set(v.OutOfStock)
}

func (r *countRow) change(edit func(*field.CountLine)) {
	r.page.change(r.line, r.line.edited(edit))
	r.draw()
	r.more.Refresh()
}

// edited is the line after an edit. A reason why it could not be counted ends with the first figure.
func (l *countLine) edited(edit func(*field.CountLine)) field.CountLine {
	v := field.CountLine{}
	if l.line != nil && !l.line.Skipped() {
		v = *l.line
	}
	edit(&v)
	return v
}

// copyLast writes the last count again: nothing changed since. What the price is now was not seen then.
func (r *countRow) copyLast() {
	if last := r.line.basis.Last; last != nil {
		r.change(func(l *field.CountLine) {
			l.Cartons, l.Packs, l.OnDisplay, l.OutOfStock, l.Facings = last.Cartons, last.Packs, last.OnDisplay, last.OutOfStock, last.Facings
		})
	}
}

// open leads to the product's own page, with the number pad on one of its figures.
func (r *countRow) open(what string) {
	r.page.app.nav.push(countOneRoute{r.page.visit, r.line.product, what})
}

func (r *countRow) heightFor(width float32) float32 { return heightOf(r.content, width) }

// CreateRenderer implements fyne.Widget.
func (r *countRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.content) }

// shortID is enough of an id to name a row.
func shortID(id uuid.UUID) string { return id.String()[:8] }
