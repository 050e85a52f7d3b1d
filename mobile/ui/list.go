package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// A rowWidget draws one row of type T and is used again for another when the list scrolls.
type rowWidget[T any] interface {
	fyne.CanvasObject
	set(T)
	heightFor(width float32) float32
}

// A rows is a list of any length that makes only the rows one can see. A row whose text needs more
// lines than usual gets more height: nothing is cut off.
type rows[T any] struct {
	*widget.List
	items   []T
	probe   rowWidget[T] // a row that is never shown, to measure with
	heights []float32
	width   float32
}

func newRows[T any](make_ func() rowWidget[T]) *rows[T] {
	r := &rows[T]{probe: make_()}
	r.List = widget.NewList(
		func() int { return len(r.items) },
		func() fyne.CanvasObject { return make_() },
		func(i widget.ListItemID, o fyne.CanvasObject) {
			if i < len(r.items) {
				o.(rowWidget[T]).set(r.items[i])
			}
		})
	r.HideSeparators = true
	r.List.OnSelected = func(i widget.ListItemID) { r.List.Unselect(i) }
	return r
}

// show replaces all rows, measured for the width of the page.
func (r *rows[T]) show(items []T, width float32) {
	r.items = items
	for i, item := range items {
		r.probe.set(item)
		h := r.probe.heightFor(width)
		if i < len(r.heights) && r.heights[i] == h && r.width == width {
			continue
		}
		if i == len(r.heights) {
			r.heights = append(r.heights, h)
		}
		r.heights[i] = h
		r.List.SetItemHeight(i, h)
	}
	r.width = width
	r.List.Refresh()
}
