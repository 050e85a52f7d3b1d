package textarea

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/mobile"
)

// hold is how long a finger rests until it asks for the menu: what Fyne's driver waits for on a phone.
const hold = 300 * time.Millisecond

// A finger is what is done with one. With a mouse it stays empty.
type finger struct {
	down   time.Time      // when it came down
	inside bool           // it held what is selected, which stays until it is known whether it asks for the menu
	drags  fyne.Draggable // what it moves
}

// TouchDown notes when a finger came. Nothing else happens yet, for most fingers that come down here are to scroll.
func (a *Area) TouchDown(*mobile.TouchEvent) { a.finger = finger{down: time.Now()} }

// TouchUp takes the cursor to where a finger has tapped, and ends a selection.
func (a *Area) TouchUp(e *mobile.TouchEvent) {
	if a.selectRow() {
		a.takeFocus()
		return
	}
	at := a.placeAt(e.Position)
	if a.finger.inside = a.selected(at) && time.Since(a.finger.down) >= hold; !a.finger.inside { // the menu is for what is selected
		a.cursor, a.choosing = at, false
		a.anchor = at
	}
	a.takeFocus()
	if !a.finger.inside {
		a.moved()
	}
}

// TouchCancel is for mobile.Touchable.
func (a *Area) TouchCancel(*mobile.TouchEvent) {}

// Tapped says that the finger did not ask for the menu.
func (a *Area) Tapped(e *fyne.PointEvent) {
	if a.finger.inside {
		a.finger.inside, a.choosing = false, false
		a.point(e.Position)
	}
}

// selected reports whether a place lies in what is seen to be selected, or at its edge.
func (a *Area) selected(p place) bool {
	from, to := a.selection()
	return a.focused && from < to && from <= p.at && p.at <= to
}

// Dragged selects what the mouse passes. A finger scrolls the text, or the page if the text is at its end; when it came
// down on what is selected, it takes the nearer end of that with it.
func (a *Area) Dragged(d *fyne.DragEvent) {
	if a.finger.down.IsZero() {
		a.choose(d)
		return
	}
	if a.finger.drags == nil {
		a.finger.drags = a.draggedBy(d)
	}
	if a.finger.drags == fyne.Draggable(a) {
		a.point(d.Position)
	} else if a.finger.drags != nil {
		a.finger.drags.Dragged(d)
	}
}

// draggedBy is what a finger moves that begins to be drawn over the text, or nil.
func (a *Area) draggedBy(d *fyne.DragEvent) fyne.Draggable {
	if at := a.placeAt(d.Position.Subtract(d.Dragged)); a.selected(at) {
		if from, to := a.selection(); (at.at-from < to-at.at) != (a.cursor.at == from) {
			a.anchor, a.cursor = a.cursor, a.anchor
		}
		return a
	}
	if most := a.sheet.MinSize().Height - a.scroll.Size().Height; d.Dragged.DY > 0 && a.scroll.Offset.Y > 0 || d.Dragged.DY < 0 && a.scroll.Offset.Y < most {
		return a.scroll
	}
	if a.Outer != nil {
		if page := a.Outer(); page != nil {
			return page
		}
	}
	return nil
}

// choose selects what the mouse passes.
func (a *Area) choose(d *fyne.DragEvent) {
	if !a.choosing {
		a.anchor, a.choosing = a.placeAt(d.Position.Subtract(d.Dragged)), true
		a.takeFocus()
	}
	a.point(d.Position)
}

// DragEnd ends a selection of nothing.
func (a *Area) DragEnd() {
	if a.finger.drags != nil && a.finger.drags != fyne.Draggable(a) {
		a.finger.drags.DragEnd()
	}
	a.finger.drags = nil
	if a.cursor.at == a.anchor.at {
		a.choosing = false
	}
}
