package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// aboveKeys is the room kept between what is written and the edge of what is left of the page beside a keyboard.
const aboveKeys = 8

// reveal scrolls a page until the field that is written in is in sight, or, of one that is higher than what is left of
// the page, its cursor.
func (e *entry) reveal() {
	s := e.around()
	if s == nil {
		return
	}
	drawn := fyne.CurrentApp().Driver().AbsolutePositionForObject
	top, height := drawn(e).Y-drawn(s).Y, e.Size().Height
	room := s.Size().Height - 2*aboveKeys
	if height > room {
		var at float32
		at, height = e.Caret()
		top += at
	}
	to := s.Offset
	if below := top + height - aboveKeys - room; below > 0 {
		to.Y += below
	}
	if above := top - (to.Y - s.Offset.Y) - aboveKeys; above < 0 {
		to.Y += above
	}
	if to = fyne.NewPos(to.X, max(0, min(to.Y, s.Content.MinSize().Height-s.Size().Height))); to != s.Offset {
		s.ScrollToOffset(to)
	}
}

// around is the innermost scroll in which a field lies, or nil.
func (e *entry) around() *container.Scroll {
	return scrollAround(e, e.app.nav.root.Objects, nil)
}

func scrollAround(o fyne.CanvasObject, in []fyne.CanvasObject, around *container.Scroll) *container.Scroll {
	for _, each := range in {
		if each == o {
			return around
		}
		var found *container.Scroll
		switch c := each.(type) {
		case *fyne.Container:
			found = scrollAround(o, c.Objects, around)
		case *container.Scroll:
			found = scrollAround(o, []fyne.CanvasObject{c.Content}, c)
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// A rootLayout gives the page all of the window, and shows the field that is written in when a keyboard takes a part of it.
type rootLayout struct{ height float32 }

// Layout implements fyne.Layout.
func (l *rootLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objs {
		o.Resize(size)
		o.Move(fyne.NewPos(0, 0))
	}
	lower := size.Height < l.height
	if l.height = size.Height; !lower || len(objs) == 0 {
		return
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(objs[0]); c != nil {
		if e, ok := c.Focused().(*entry); ok {
			e.reveal()
		}
	}
}

// MinSize implements fyne.Layout.
func (l *rootLayout) MinSize(objs []fyne.CanvasObject) (least fyne.Size) {
	for _, o := range objs {
		least = least.Max(o.MinSize())
	}
	return least
}
