package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// A rowWidget draws one row of type T and is used again for another when the list scrolls.
type rowWidget[T any] interface {
	fyne.CanvasObject
	set(T)
	heightFor(width float32) float32
}

// A rows is a list of any length that makes only the rows one can see. A row whose text needs more
// lines than usual gets more height, so nothing is cut off; the usual ones are not measured, so
// 5,000 rows are shown as fast as 50.
type rows[T any] struct {
	*widget.List
	items  []T
	probe  rowWidget[T] // a row that is never shown, to measure with
	usual  float32      // height of the sample, and of every plain row
	plain  func(item T, width float32) bool
	width  float32
	odd    map[int]float32 // rows of another height
	sample T
}

// newRows makes a list. sample is a row of the usual height; plain reports that an item surely has it.
func newRows[T any](sample T, row func() rowWidget[T], plain func(T, float32) bool) *rows[T] {
	r := &rows[T]{probe: row(), sample: sample, plain: plain, odd: map[int]float32{}}
	r.List = widget.NewList(
		func() int { return len(r.items) },
		func() fyne.CanvasObject {
			o := row()
			o.set(sample)
			return o
		},
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
	if width != r.width {
		r.width = width
		r.probe.set(r.sample)
		r.usual = r.probe.heightFor(defaultWidth) // as Fyne's list takes it from a row that has no width yet
	}
	was := r.odd
	r.odd = map[int]float32{}
	for i, item := range items {
		if r.plain(item, width) {
			continue
		}
		if h := r.measure(item); h != r.usual {
			r.odd[i] = h
		}
	}
	for i := range was {
		if _, ok := r.odd[i]; !ok {
			r.List.SetItemHeight(i, r.usual)
		}
	}
	for i, h := range r.odd {
		if was[i] != h {
			r.List.SetItemHeight(i, h)
		}
	}
	r.List.Refresh()
}

// height is that of the row in a place, with the gap below it.
func (r *rows[T]) height(i int) float32 {
	h, odd := r.odd[i]
	if !odd {
		h = r.usual
	}
	return h + theme.Padding()
}

// top is how far below the beginning of the list a row begins.
func (r *rows[T]) top(i int) (y float32) {
	for j := range i {
		y += r.height(j)
	}
	return y
}

// placeAt is the place of the row that is so far below the beginning of the list.
func (r *rows[T]) placeAt(y float32) int {
	for i := range r.items {
		if y -= r.height(i); y < 0 {
			return i
		}
	}
	return max(0, len(r.items)-1)
}

func (r *rows[T]) measure(item T) float32 {
	r.probe.set(item)
	return r.probe.heightFor(r.width)
}
