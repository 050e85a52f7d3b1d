package ui

import (
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// A strip is a column of what grows with data, on a page that scrolls. Fyne draws all that a page holds, in each frame, however
// little of it is in sight; of a strip it gets what is in sight. The rest is measured and no more.
type strip struct {
	widget.BaseWidget
	in   *container.Scroll // the strip lies in its content, and in nothing else there
	back *canvas.Rectangle // the plate under all; nil for none
	flow stackLayout
	objs []fyne.CanvasObject

	boxes    []box // of the objects
	from, to int   // of them, what was put in its place to be drawn
}

// newStrip makes a strip of a page's content that in scrolls.
func newStrip(in *container.Scroll, p insets, gap float32, objs ...fyne.CanvasObject) *strip {
	s := &strip{in: in, flow: stackLayout{pad: p, gap: gap}, objs: objs}
	s.ExtendBaseWidget(s)
	return s
}

// longSection is section for a list that grows with data.
func longSection(in *container.Scroll, title string, right fyne.CanvasObject, objs ...fyne.CanvasObject) *strip {
	h := fyne.CanvasObject(newText(title, typeface{size: sizeTitle, bold: true}))
	if right != nil {
		h = beside(gap, 0, h, right)
	}
	s := newStrip(in, pad(margin), 12, append([]fyne.CanvasObject{h}, objs...)...)
	s.back = plate(colSurface, colLine, radius)
	return s
}

// show replaces what is in the strip.
func (s *strip) show(objs ...fyne.CanvasObject) {
	s.objs, s.boxes = objs, nil
	s.Refresh()
}

func (s *strip) heightFor(width float32) float32 { return s.flow.heightFor(s.objs, width) }
func (s *strip) naturalWidth() float32           { return s.flow.naturalWidth(s.objs) }

// Whole is all of it, in its place, for who looks at more than is in sight.
func (s *strip) Whole() []fyne.CanvasObject {
	for i := range s.boxes {
		if i < s.from || i >= s.to {
			s.put(i)
		}
	}
	s.from, s.to = 0, len(s.boxes)
	return s.with(s.objs)
}

func (s *strip) with(objs []fyne.CanvasObject) []fyne.CanvasObject {
	if s.back == nil {
		return objs
	}
	return append([]fyne.CanvasObject{s.back}, objs...)
}

// beyond is how much more than what is in sight is drawn: what is cut off of a plate, its corners and line, must not be seen.
const beyond = 100

// sight is the part of the strip that is drawn.
func (s *strip) sight() (top, bottom float32) {
	top = s.in.Offset.Y - s.Position().Y
	return top - beyond, top + s.in.Size().Height + beyond
}

// inSight puts what is in sight in its place.
func (s *strip) inSight() []fyne.CanvasObject {
	top, bottom := s.sight()
	from, _ := slices.BinarySearchFunc(s.boxes, top, func(b box, y float32) int { return int(b.y + b.h - y) })
	to := from
	for ; to < len(s.boxes) && s.boxes[to].y < bottom; to++ {
		if to < s.from || to >= s.to {
			s.put(to)
		}
	}
	s.from, s.to = from, to
	if s.back != nil { // in steps, so that it seldom changes
		top = max(0, beyond*float32(math.Floor(float64(top/beyond))))
		bottom = min(s.Size().Height, beyond*float32(math.Ceil(float64(bottom/beyond))))
		s.back.Hidden = bottom <= top
		s.back.Move(fyne.NewPos(0, top))
		s.back.Resize(fyne.NewSize(s.Size().Width, max(0, bottom-top)))
	}
	return s.with(s.objs[from:to])
}

// put lays an object out where it belongs. What was out of sight for a minute has lost what Fyne had made to draw it.
func (s *strip) put(i int) {
	o, b := s.objs[i], s.boxes[i]
	o.Move(fyne.NewPos(b.x, b.y))
	if size := fyne.NewSize(b.w, b.h); size != o.Size() {
		o.Resize(size)
	} else {
		o.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (s *strip) CreateRenderer() fyne.WidgetRenderer {
	s.ExtendBaseWidget(s)
	return &stripRenderer{s}
}

type stripRenderer struct{ s *strip }

func (r *stripRenderer) Objects() []fyne.CanvasObject { return r.s.inSight() }

func (r *stripRenderer) Layout(size fyne.Size) {
	s := r.s
	if size.Width <= 0 {
		return
	}
	s.flow.width = size.Width
	boxes := make([]box, len(s.objs))
	s.flow.place(s.objs, size.Width, func(i int, b box) { boxes[i] = b })
	if !slices.Equal(boxes, s.boxes) {
		s.boxes, s.from, s.to = boxes, 0, 0
	}
}

func (r *stripRenderer) MinSize() fyne.Size { return r.s.flow.MinSize(r.s.objs) }

func (r *stripRenderer) Refresh() {
	r.Layout(r.s.Size())
	r.s.from, r.s.to = 0, 0
	canvas.Refresh(r.s)
}

func (r *stripRenderer) Destroy() {}
