package ui

import (
	"cmp"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
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

// place tells put where each object goes, in their order: what is hidden has no height there, and no gap.
func (l *stackLayout) place(objs []fyne.CanvasObject, width float32, put func(i int, b box)) (height float32) {
	inner, y, n := width-l.pad.left-l.pad.right, l.pad.top, 0
	for i, o := range objs {
		var h float32
		if o.Visible() {
			if n > 0 {
				y += l.gap
			}
			h = heightOf(o, inner)
			n++
		}
		if put != nil {
			put(i, box{l.pad.left, y, inner, h})
		}
		y += h
	}
	return y + l.pad.bottom
}

func (l *stackLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	return l.place(objs, width, nil)
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
	l.place(objs, size.Width, func(i int, b box) {
		if o := objs[i]; o.Visible() {
			o.Move(fyne.NewPos(b.x, b.y))
			o.Resize(fyne.NewSize(b.w, b.h))
		}
	})
}

// MinSize implements fyne.Layout.
func (l *stackLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, l.heightFor(objs, cmp.Or(l.width, defaultWidth)))
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
	return fyne.NewSize(0, l.heightFor(objs, cmp.Or(l.width, defaultWidth)))
}
