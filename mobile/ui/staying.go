package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// A keeping page hands on what a person was doing on it that is in no database: to the page that is drawn in its place when
// the language, the colours or the size of texts change.
type keeping interface {
	kept() any
	keep(any) // what kept returned; before the first start
}

// A seeking page has a field for what is looked for on it. What stands there is handed on likewise, and comes back when the app
// was killed, see nav.note.
type seeking interface{ seeks() *entry }

// looksFor is what is looked for on a page, also while it is not built.
func (p *place) looksFor() string {
	if s, ok := p.page.(seeking); ok {
		return s.seeks().Value()
	}
	return p.sought
}

// A spot is how far down a page somebody stood.
type spot struct {
	at   float32 // 0 is the top
	most float32 // how far one could go there; 0 when that is not known
}

// again is the same spot on a page on which one can go so far.
func (s spot) again(most float32) float32 {
	if s.most > 0 { // larger texts are a longer page
		return s.at * most / s.most
	}
	return min(s.at, most)
}

// scrolled finds what of a page scrolls: the first list or upright scroll in it that is shown. nil when none is.
func scrolled(o fyne.CanvasObject) fyne.CanvasObject {
	switch o := o.(type) {
	case *container.Scroll:
		if o.Visible() && o.Direction == container.ScrollVerticalOnly {
			return o
		}
	case *widget.List:
		if o.Visible() {
			return o
		}
	case *fyne.Container:
		if _, small := o.Layout.(*shyLayout); small || !o.Visible() {
			return nil
		}
		for _, child := range o.Objects {
			if found := scrolled(child); found != nil {
				return found
			}
		}
	}
	return nil
}

// offsetOf is how far a page is scrolled down.
func offsetOf(p page) float32 {
	switch o := scrolled(p.body()).(type) {
	case *container.Scroll:
		return o.Offset.Y
	case *widget.List:
		return o.GetScrollOffset()
	}
	return 0
}

// mostOf is how far down one can go in o.
func mostOf(o fyne.CanvasObject) float32 {
	switch o := o.(type) {
	case *container.Scroll:
		return max(0, o.Content.MinSize().Height-o.Size().Height)
	case *widget.List:
		at := o.GetScrollOffset()
		o.ScrollToBottom()
		most := o.GetScrollOffset()
		o.ScrollToOffset(at)
		return most
	}
	return 0
}

// redrawn forgets the page, and keeps where somebody was on it and what they were doing.
func (p *place) redrawn() {
	if p.page == nil {
		return
	}
	if p.spot.at == 0 {
		if p.spot.at = offsetOf(p.page); p.spot.at > 0 {
			p.spot.most = mostOf(scrolled(p.page.body()))
		}
	}
	if k, ok := p.page.(keeping); ok {
		p.kept = k.kept()
	}
	p.sought = p.looksFor()
	p.page, p.watched = nil, nil
}

// build makes the page of a place, if there is none, as it was left.
func (p *place) build(a *App) {
	if p.page != nil {
		return
	}
	p.page = p.route.open(a)
	if k, ok := p.page.(keeping); ok && p.kept != nil {
		k.keep(p.kept)
	}
	if s, ok := p.page.(seeking); ok {
		s.seeks().put(p.sought)
	}
	p.kept, p.sought = nil, ""
}

// settle scrolls the page in front to where somebody stood on it. Before it was read it may be too short for that.
func (n *nav) settle(read bool) {
	p := n.current()
	if p.page == nil || p.spot.at == 0 {
		return
	}
	o := scrolled(p.page.body())
	if o == nil || o.Size().Height == 0 {
		return
	}
	o.Refresh() // as long as what was read
	most := mostOf(o)
	to := fyne.NewPos(0, p.spot.again(most))
	switch o := o.(type) {
	case *container.Scroll:
		o.ScrollToOffset(to)
	case *widget.List:
		o.ScrollToOffset(to.Y)
	}
	if read {
		p.spot = spot{}
	}
}

// offset is how far down the page in front is, or will be when it has been read.
func (n *nav) offset() float32 {
	if p := n.current(); p.spot.at != 0 || p.page == nil {
		return p.spot.at
	}
	return offsetOf(n.current().page)
}

// restTime is how long a page stands still before its place is noted.
const restTime = 500 * time.Millisecond

// watch notes where somebody is on the page in front whenever it has come to rest.
func (n *nav) watch() {
	p := n.current()
	o := scrolled(p.page.body())
	if o == nil || o == p.watched {
		return
	}
	p.watched = o
	switch o := o.(type) {
	case *container.Scroll:
		was := o.OnScrolled
		o.OnScrolled = func(to fyne.Position) {
			if was != nil {
				was(to)
			}
			n.rests()
		}
	case *widget.List: // which says only that it shows another row
		was := o.UpdateItem
		o.UpdateItem = func(i widget.ListItemID, row fyne.CanvasObject) {
			was(i, row)
			n.rests()
		}
	}
}

func (n *nav) rests() {
	if n.rest != nil {
		n.rest.Stop()
	}
	n.rest = time.AfterFunc(restTime, func() { n.app.deps.Do(n.note) })
}
