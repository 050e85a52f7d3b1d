package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	"github.com/google/uuid"

	"storewalk/shared/field"
)

// countRow is one product of the count sheet: its name and last count, two big steppers, two toggles.
//
//	云烟（软珍品）                                 ✓
//	[= 上次 3 条 5 包]               [✓ 上柜] [断货]
//	[−]  3 条  [+]            [−]  5 包  [+]
type countRow struct {
	widget.BaseWidget
	page           *countPage
	line           *countLine
	name           *paragraph
	status         *badge
	counted        *canvas.Image // a tick
	last           *paragraph
	same           *tapArea
	sameBack       *canvas.Rectangle
	differ         *badge
	settle         *tapArea
	cartons, packs *stepper
	display, out   *toggle
	content        *fyne.Container
}

func newCountRow(p *countPage) *countRow {
	a := p.app
	r := &countRow{page: p, status: newBadge(markNone, ""), differ: newBadge(markNone, "")}
	r.name = newText("", typeface{size: 17, bold: true})
	r.counted = icon(iconSent, colAccent, 20)
	r.last = newText("", typeface{size: sizeSmall, bold: true, color: colAccent})
	r.sameBack = plate(colAccentSoft, "", radius)
	r.same = newTap("", over(r.sameBack, padded(padXY(10, 14), 0, r.last)), r.copyLast)
	r.settle = newTap("", beside(0, -1, r.differ), func() { a.nav.push(differRoute{field.CountID(p.visit), field.LineField(r.line.product)}) })
	r.cartons, r.packs = newStepper("", a.T("term.cartons"), field.MaxCount), newStepper("", a.T("term.packs"), field.MaxCount)
	r.display = newToggle("", a.T("count.display"), iconSent, colAccent, colOnAccent)
	r.out = newToggle("", a.T("count.out"), iconAlarm, colAlarm, colAlarmSoft)
	r.cartons.onChange = func(n int) { r.change(func(l *field.CountLine) { l.Cartons, l.OutOfStock = n, false }) }
	r.packs.onChange = func(n int) { r.change(func(l *field.CountLine) { l.Packs, l.OutOfStock = n, false }) }
	r.display.onChange = func(on bool) { r.change(func(l *field.CountLine) { l.OnDisplay = on }) }
	r.out.onChange = func(on bool) {
		r.change(func(l *field.CountLine) {
			if l.OutOfStock = on; on {
				l.Cartons, l.Packs = 0, 0
			}
		})
	}
	r.content = over(plate(colSurface, "", 0), padded(insets{12, margin, 14, margin}, 8,
		beside(gap, 0, r.name, r.status, r.counted),
		beside(gap, 0, r.same, r.display, r.out),
		r.settle,
		equal(14, r.cartons, r.packs)))
	r.ExtendBaseWidget(r)
	return r
}

func (r *countRow) set(l *countLine) {
	r.line = l
	a := r.page.app
	r.name.set(l.name)
	text, ink, fill := a.T("count.last_none"), colMuted, colSurface
	if l.last != nil {
		text, ink, fill = a.T("count.same", "Count", a.lineText(*l.last)), colAccent, colAccentSoft
	}
	r.last.set(text)
	r.last.setColor(ink)
	r.sameBack.FillColor = theme.Color(fill)
	m := markNone
	if l.values > 1 {
		m = markDiffer
	}
	r.differ.set(m, a.N("differ.values", l.values))
	r.settle.Hidden = m == markNone
	m = markNone
	if l.status == "new" || l.status == "scarce" || l.status == "retiring" {
		m = markPlain
	}
	r.status.set(m, a.Enum("product_status", l.status))
	r.draw()
	id := "count." + shortID(l.product)
	r.same.name, r.settle.name = id+".same", id+".differ"
	r.display.name, r.out.name = id+".display", id+".out"
	r.cartons.rename(id + ".cartons")
	r.packs.rename(id + ".packs")
	r.Refresh()
}

func (r *countRow) draw() {
	var cartons, packs *int
	v := field.CountLine{}
	if r.line.line != nil {
		v = *r.line.line
		cartons, packs = &v.Cartons, &v.Packs
	}
	r.counted.Hidden = cartons == nil
	r.cartons.set(cartons)
	r.packs.set(packs)
	r.display.set(v.OnDisplay)
	r.out.set(v.OutOfStock)
}

func (r *countRow) change(edit func(*field.CountLine)) {
	v := field.CountLine{}
	if r.line.line != nil {
		v = *r.line.line
	}
	edit(&v)
	r.page.change(r.line, v)
	r.draw()
}

// copyLast writes the last count again: nothing changed since.
func (r *countRow) copyLast() {
	if r.line.last != nil {
		last := *r.line.last
		r.change(func(l *field.CountLine) { *l = last })
	}
}

func (r *countRow) heightFor(width float32) float32 { return heightOf(r.content, width) }

// CreateRenderer implements fyne.Widget.
func (r *countRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.content) }

// shortID is enough of an id to name a row.
func shortID(id uuid.UUID) string { return id.String()[:8] }
