package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// defaultWidth is the width assumed before the first layout: the phone all screens are drawn for.
const defaultWidth float32 = 390

// A flowing object's height depends on the width it gets. Fyne's layouts ask for the height before
// the width is known; ours ask for both, so that no text is cut off.
type flowing interface{ heightFor(width float32) float32 }

// flowLayout is the same for a layout of ours inside a fyne.Container.
type flowLayout interface {
	heightFor(objs []fyne.CanvasObject, width float32) float32
}

func heightOf(o fyne.CanvasObject, width float32) float32 {
	switch o := o.(type) {
	case flowing:
		return o.heightFor(width)
	case *fyne.Container:
		if l, ok := o.Layout.(flowLayout); ok {
			return l.heightFor(o.Objects, width)
		}
	}
	return o.MinSize().Height
}

// widthOf is the width o wants when it may choose.
func widthOf(o fyne.CanvasObject) float32 {
	switch o := o.(type) {
	case interface{ naturalWidth() float32 }:
		return o.naturalWidth()
	case *fyne.Container:
		if l, ok := o.Layout.(interface {
			naturalWidth([]fyne.CanvasObject) float32
		}); ok {
			return l.naturalWidth(o.Objects)
		}
	}
	return o.MinSize().Width
}

type insets struct{ top, right, bottom, left float32 }

func pad(v float32) insets      { return insets{v, v, v, v} }
func padXY(x, y float32) insets { return insets{y, x, y, x} }

// stackLayout puts objects under each other at full width.
type stackLayout struct {
	pad   insets
	gap   float32
	width float32
}

// column stacks objects with a gap between them.
func column(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return padded(insets{}, gap, objs...)
}

// padded is column with space around it.
func padded(p insets, gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return container.New(&stackLayout{pad: p, gap: gap}, objs...)
}

func (l *stackLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	inner, h, n := width-l.pad.left-l.pad.right, l.pad.top+l.pad.bottom, 0
	for _, o := range objs {
		if !o.Visible() {
			continue
		}
		if n > 0 {
			h += l.gap
		}
		h += heightOf(o, inner)
		n++
	}
	return h
}

func (l *stackLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	var w float32
	for _, o := range objs {
		if o.Visible() {
			w = max(w, widthOf(o))
		}
	}
	return w + l.pad.left + l.pad.right
}

// Layout implements fyne.Layout.
func (l *stackLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	inner, y := size.Width-l.pad.left-l.pad.right, l.pad.top
	for _, o := range objs {
		if !o.Visible() {
			continue
		}
		h := heightOf(o, inner)
		o.Move(fyne.NewPos(l.pad.left, y))
		o.Resize(fyne.NewSize(inner, h))
		y += h + l.gap
	}
}

// MinSize implements fyne.Layout.
func (l *stackLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	w := l.width
	if w == 0 {
		w = defaultWidth
	}
	return fyne.NewSize(0, l.heightFor(objs, w))
}

// lineLayout puts objects beside each other, centred; the one numbered grow takes what is left.
type lineLayout struct {
	gap   float32
	grow  int
	top   bool // aligned at the top rather than in the middle
	width float32
}

// beside puts objects in a line; the one numbered grow is as wide as it can.
func beside(gap float32, grow int, objs ...fyne.CanvasObject) *fyne.Container {
	return container.New(&lineLayout{gap: gap, grow: grow}, objs...)
}

// besideTop is beside, aligned at the top.
func besideTop(gap float32, grow int, objs ...fyne.CanvasObject) *fyne.Container {
	return container.New(&lineLayout{gap: gap, grow: grow, top: true}, objs...)
}

func (l *lineLayout) widths(objs []fyne.CanvasObject, width float32) []float32 {
	ws := make([]float32, len(objs))
	left, n := width, 0
	for i, o := range objs {
		if !o.Visible() {
			continue
		}
		n++
		if i != l.grow {
			ws[i] = widthOf(o)
			left -= ws[i]
		}
	}
	if l.grow >= 0 && l.grow < len(objs) {
		ws[l.grow] = max(0, left-float32(max(0, n-1))*l.gap)
	}
	return ws
}

func (l *lineLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	var h float32
	for i, w := range l.widths(objs, width) {
		if objs[i].Visible() {
			h = max(h, heightOf(objs[i], w))
		}
	}
	return h
}

func (l *lineLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	var w float32
	n := 0
	for _, o := range objs {
		if o.Visible() {
			w += widthOf(o)
			n++
		}
	}
	return w + float32(max(0, n-1))*l.gap
}

// Layout implements fyne.Layout.
func (l *lineLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	var x float32
	for i, w := range l.widths(objs, size.Width) {
		o := objs[i]
		if !o.Visible() {
			continue
		}
		h := heightOf(o, w)
		y := max(0, (size.Height-h)/2)
		if l.top {
			y = 0
		}
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
		x += w + l.gap
	}
}

// MinSize implements fyne.Layout.
func (l *lineLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	w := l.width
	if w == 0 {
		w = defaultWidth
	}
	return fyne.NewSize(0, l.heightFor(objs, w))
}

// equalLayout shares the width equally.
type equalLayout struct{ gap, width float32 }

// equal puts objects beside each other, all of one width and height.
func equal(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return container.New(&equalLayout{gap: gap}, objs...)
}

func (l *equalLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	var h float32
	n := float32(len(objs))
	for _, o := range objs {
		h = max(h, heightOf(o, (width-(n-1)*l.gap)/n))
	}
	return h
}

// Layout implements fyne.Layout.
func (l *equalLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	n := float32(len(objs))
	w := (size.Width - (n-1)*l.gap) / n
	for i, o := range objs {
		o.Move(fyne.NewPos(float32(i)*(w+l.gap), 0))
		o.Resize(fyne.NewSize(w, size.Height))
	}
}

// MinSize implements fyne.Layout.
func (l *equalLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	w := l.width
	if w == 0 {
		w = defaultWidth
	}
	return fyne.NewSize(0, l.heightFor(objs, w))
}

// chipsLayout fills lines from the left and goes on below.
type chipsLayout struct{ gap, width float32 }

// chips lays objects out like words in a text.
func chips(objs ...fyne.CanvasObject) *fyne.Container {
	return container.New(&chipsLayout{gap: gap}, objs...)
}

func (l *chipsLayout) place(objs []fyne.CanvasObject, width float32, put func(o fyne.CanvasObject, x, y, w, h float32)) float32 {
	var x, y, line float32
	for _, o := range objs {
		if !o.Visible() {
			continue
		}
		w := min(widthOf(o), width)
		h := heightOf(o, w)
		if x > 0 && x+w > width {
			x, y, line = 0, y+line+l.gap, 0
		}
		if put != nil {
			put(o, x, y, w, h)
		}
		x, line = x+w+l.gap, max(line, h)
	}
	return y + line
}

func (l *chipsLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	return l.place(objs, width, nil)
}

// Layout implements fyne.Layout.
func (l *chipsLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	l.place(objs, size.Width, func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
	})
}

// MinSize implements fyne.Layout.
func (l *chipsLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	w := l.width
	if w == 0 {
		w = defaultWidth
	}
	return fyne.NewSize(0, l.heightFor(objs, w))
}

// overLayout draws objects over each other at the size of the last one.
type overLayout struct{ width float32 }

// over puts a background behind a content that flows.
func over(behind, content fyne.CanvasObject) *fyne.Container {
	return container.New(&overLayout{}, behind, content)
}

func (l *overLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	return heightOf(objs[len(objs)-1], width)
}

func (l *overLayout) naturalWidth(objs []fyne.CanvasObject) float32 {
	return widthOf(objs[len(objs)-1])
}

// Layout implements fyne.Layout.
func (l *overLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	for _, o := range objs {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(size)
	}
}

// MinSize implements fyne.Layout.
func (l *overLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	w := l.width
	if w == 0 {
		w = defaultWidth
	}
	return fyne.NewSize(0, l.heightFor(objs, w))
}

// plate is a filled rounded rectangle with an outline.
func plate(fill, line fyne.ThemeColorName, corner float32) *canvas.Rectangle {
	r := canvas.NewRectangle(color.Transparent)
	if fill != "" {
		r.FillColor = theme.Color(fill)
	}
	if line != "" {
		r.StrokeColor, r.StrokeWidth = theme.Color(line), hairline
	}
	r.CornerRadius = corner
	return r
}

// card groups what belongs together on a white plate.
func card(objs ...fyne.CanvasObject) *fyne.Container {
	return over(plate(colSurface, colLine, radius), padded(pad(margin), 12, objs...))
}

// space is an empty object of a fixed height.
func space(height float32) fyne.CanvasObject {
	r := canvas.NewRectangle(color.Transparent)
	r.SetMinSize(fyne.NewSize(0, height))
	return r
}

// fixed gives o a fixed size.
func fixed(w, h float32, o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewGridWrap(fyne.NewSize(w, h), o)
}

// centredLayout puts a line of objects in the middle of its space, with room around them.
type centredLayout struct {
	pad insets
	gap float32
}

// newCentred keeps an icon and its words together in the middle.
func newCentred(gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return roomy(insets{}, gap, objs...)
}

// roomy is newCentred with space around it.
func roomy(p insets, gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return container.New(&centredLayout{p, gap}, objs...)
}

// split gives each visible object its width: as it likes if all fit, else what is left to the last.
func (l *centredLayout) split(all []fyne.CanvasObject, width float32) (objs []fyne.CanvasObject, ws []float32, total float32) {
	for _, o := range all {
		if o.Visible() {
			objs = append(objs, o)
		}
	}
	for i, o := range objs {
		w := widthOf(o)
		if i == len(objs)-1 {
			w = min(w, width-total)
		}
		ws = append(ws, w)
		total += w
		if i < len(objs)-1 {
			total += l.gap
		}
	}
	return objs, ws, total
}

func (l *centredLayout) heightFor(all []fyne.CanvasObject, width float32) float32 {
	var h float32
	objs, ws, _ := l.split(all, width-l.pad.left-l.pad.right)
	for i, o := range objs {
		h = max(h, heightOf(o, ws[i]))
	}
	return h + l.pad.top + l.pad.bottom
}

func (l *centredLayout) naturalWidth(all []fyne.CanvasObject) float32 {
	_, _, total := l.split(all, 1e6)
	return total + l.pad.left + l.pad.right
}

// Layout implements fyne.Layout.
func (l *centredLayout) Layout(all []fyne.CanvasObject, size fyne.Size) {
	inner := size.Width - l.pad.left - l.pad.right
	objs, ws, total := l.split(all, inner)
	x := l.pad.left + max(0, (inner-total)/2)
	for i, o := range objs {
		h := heightOf(o, ws[i])
		o.Move(fyne.NewPos(x, (size.Height-h)/2))
		o.Resize(fyne.NewSize(ws[i], h))
		x += ws[i] + l.gap
	}
}

// MinSize implements fyne.Layout.
func (l *centredLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, l.heightFor(objs, defaultWidth))
}

// wide gives a flowing object a fixed width.
func wide(width float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&wideLayout{width}, o)
}

type wideLayout struct{ width float32 }

func (l *wideLayout) heightFor(o []fyne.CanvasObject, _ float32) float32 {
	return heightOf(o[0], l.width)
}
func (l *wideLayout) naturalWidth([]fyne.CanvasObject) float32 { return l.width }

// Layout implements fyne.Layout.
func (l *wideLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(l.width, size.Height))
}

// MinSize implements fyne.Layout.
func (l *wideLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(l.width, heightOf(o[0], l.width))
}

// composite makes a widget of a content that flows; embed it and call compose.
type composite struct {
	widget.BaseWidget
	content fyne.CanvasObject
}

func (c *composite) compose(outer fyne.Widget, content fyne.CanvasObject) {
	c.content = content
	c.ExtendBaseWidget(outer)
}

func (c *composite) heightFor(width float32) float32 { return heightOf(c.content, width) }
func (c *composite) naturalWidth() float32           { return widthOf(c.content) }

// CreateRenderer implements fyne.Widget.
func (c *composite) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(c.content)
}
