package ui

import (
	"cmp"

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
	items   []T
	probe   rowWidget[T] // a row that is never shown, to measure with
	usual   float32      // height of the sample, and of every plain row
	plain   func(item T, width float32) bool
	alike   func(item T, width float32) any // the same for items that surely have the same height; nil: none do
	known   map[any]float32                 // the heights of what is alike
	width   float32
	odd     map[int]float32 // rows of another height
	told    map[int]float32 // the heights that the list was told
	filling bool            // the list is being told many heights: it has no rows meanwhile
	sample  T
}

// newRows makes a list. sample is a row of the usual height; plain reports that an item surely has it.
func newRows[T any](sample T, row func() rowWidget[T], plain func(T, float32) bool) *rows[T] {
	r := &rows[T]{probe: row(), sample: sample, plain: plain, known: map[any]float32{}, odd: map[int]float32{}, told: map[int]float32{}}
	r.List = widget.NewList(
		func() int {
			if r.filling {
				return 0
			}
			return len(r.items)
		},
		func() fyne.CanvasObject {
			if r.filling {
				return r.probe // it is only measured
			}
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
		clear(r.known)
		r.probe.set(r.sample)
		r.usual = r.probe.heightFor(defaultWidth) // as Fyne's list takes it from a row that has no width yet
	}
	clear(r.odd)
	for i, item := range items {
		if r.plain(item, width) {
			continue
		}
		if h := r.measured(item); h != r.usual {
			r.odd[i] = h
		}
	}
	var change []int
	for i := range items {
		if cmp.Or(r.told[i], r.usual) != r.own(i) {
			change = append(change, i)
		}
	}
	r.tell(change)
	r.List.Refresh()
}

// tell tells the list the heights of some rows. For each the list draws itself anew, with a new row to measure: for many
// that would be minutes, so it has no rows until it knows all.
func (r *rows[T]) tell(change []int) {
	const few = 10
	at := r.List.GetScrollOffset()
	r.filling = len(change) > few
	for _, i := range change {
		r.told[i] = r.own(i)
		r.List.SetItemHeight(i, r.told[i])
	}
	if r.filling {
		r.filling = false
		r.List.Refresh()
		r.List.ScrollToOffset(at)
	}
}

// measured is the height of an item that is not plain.
func (r *rows[T]) measured(item T) float32 {
	if r.alike == nil {
		return r.measure(item)
	}
	key := r.alike(item, r.width)
	h, ok := r.known[key]
	if !ok {
		h = r.measure(item)
		r.known[key] = h
	}
	return h
}

// own is the height of the row in a place.
func (r *rows[T]) own(i int) float32 {
	if h, odd := r.odd[i]; odd {
		return h
	}
	return r.usual
}

// height is the same with the gap below it.
func (r *rows[T]) height(i int) float32 { return r.own(i) + theme.Padding() }

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
