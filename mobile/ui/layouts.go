package ui

import (
	"cmp"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

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
	return fyne.NewSize(0, l.heightFor(objs, cmp.Or(l.width, defaultWidth)))
}

// facingLayout puts two objects at both ends of a line, or under each other where a line has no room for them.
type facingLayout struct{ gap, width float32 }

// facing puts right, which says something of left, at the end of its line; or below it, as with large text.
func facing(gap float32, left, right fyne.CanvasObject) *fyne.Container {
	return container.New(&facingLayout{gap: gap}, left, right)
}

// place lays both out; left may take more lines for right, but not be squeezed.
func (l *facingLayout) place(o []fyne.CanvasObject, width float32) (left, right box, height float32) {
	if !o[1].Visible() {
		h := heightOf(o[0], width)
		return box{0, 0, width, h}, box{}, h
	}
	wl, wr := widthOf(o[0]), widthOf(o[1])
	if wl+l.gap+wr > width && wr > width*0.4 {
		h := heightOf(o[0], width)
		right = box{0, h + 4, min(wr, width), heightOf(o[1], min(wr, width))}
		return box{0, 0, width, h}, right, h + 4 + right.h
	}
	wl = width - l.gap - wr
	hl, hr := heightOf(o[0], wl), heightOf(o[1], wr)
	height = max(hl, hr)
	return box{0, (height - hl) / 2, wl, hl}, box{width - wr, (height - hr) / 2, wr, hr}, height
}

// A box is where an object is put.
type box struct{ x, y, w, h float32 }

func (l *facingLayout) heightFor(o []fyne.CanvasObject, width float32) float32 {
	_, _, h := l.place(o, width)
	return h
}

func (l *facingLayout) naturalWidth(o []fyne.CanvasObject) float32 {
	w := widthOf(o[0])
	if o[1].Visible() {
		w += l.gap + widthOf(o[1])
	}
	return w
}

// Layout implements fyne.Layout.
func (l *facingLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	left, right, _ := l.place(o, size.Width)
	for i, b := range []box{left, right} {
		o[i].Move(fyne.NewPos(b.x, b.y))
		o[i].Resize(fyne.NewSize(b.w, b.h))
	}
}

// MinSize implements fyne.Layout.
func (l *facingLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, l.heightFor(o, cmp.Or(l.width, defaultWidth)))
}

// gridLayout shares the width among columns of one size, as many as the widest object leaves room for.
type gridLayout struct {
	gap   float32
	most  int // columns
	width float32
}

// grid lays objects out in lines of at most a number of columns.
func grid(most int, gap float32, objs ...fyne.CanvasObject) *fyne.Container {
	return container.New(&gridLayout{gap: gap, most: most}, objs...)
}

func (l *gridLayout) place(objs []fyne.CanvasObject, width float32, put func(o fyne.CanvasObject, x, y, w, h float32)) (height float32) {
	var widest float32
	for _, o := range objs {
		widest = max(widest, widthOf(o))
	}
	n := l.most
	column := func() float32 { return (width - float32(n-1)*l.gap) / float32(n) }
	for n > 1 && column() < widest {
		n--
	}
	if len(objs) <= l.most && n < len(objs) { // what does not fit one line is shared evenly: 2 and 2, not 3 and 1
		lines := (len(objs) + n - 1) / n
		n = (len(objs) + lines - 1) / lines
	}
	w := column()
	for i := 0; i < len(objs); i += n {
		line := objs[i:min(i+n, len(objs))]
		var h float32
		for _, o := range line {
			h = max(h, heightOf(o, w))
		}
		if i > 0 {
			height += l.gap
		}
		for j, o := range line {
			if put != nil {
				put(o, float32(j)*(w+l.gap), height, w, h)
			}
		}
		height += h
	}
	return height
}

func (l *gridLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	return l.place(objs, width, nil)
}

// Layout implements fyne.Layout.
func (l *gridLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	l.place(objs, size.Width, func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
	})
}

// MinSize implements fyne.Layout.
func (l *gridLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, l.heightFor(objs, cmp.Or(l.width, defaultWidth)))
}

// squareLayout makes its objects as high as they are wide.
type squareLayout struct{}

func (squareLayout) heightFor(_ []fyne.CanvasObject, width float32) float32 { return width }
func (squareLayout) naturalWidth([]fyne.CanvasObject) float32               { return touch }

// Layout implements fyne.Layout.
func (squareLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objs {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(size)
	}
}

// MinSize implements fyne.Layout.
func (squareLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSquareSize(touch) }

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

// naturalWidth is that of one line.
func (l *chipsLayout) naturalWidth(objs []fyne.CanvasObject) (w float32) {
	for _, o := range objs {
		if o.Visible() {
			if w > 0 {
				w += l.gap
			}
			w += widthOf(o)
		}
	}
	return w
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
	return fyne.NewSize(0, l.heightFor(objs, cmp.Or(l.width, defaultWidth)))
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
	return fyne.NewSize(0, l.heightFor(objs, cmp.Or(l.width, defaultWidth)))
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
