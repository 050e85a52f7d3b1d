package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// A window is a list of any length of which only the part around what one sees is in memory. What is not there yet is
// drawn as an empty row, asked for, and put in place when it has been read.
type window[T any] struct {
	*widget.List
	first  int // of the list is items[0]
	items  []T
	length int
	around int  // the row that was asked for
	asked  bool // and has not come yet
	want   func()
	probe  rowWidget[T]
	width  float32
	sample T               // a row of the usual height
	usual  float32         // that, at width
	odd    map[int]float32 // rows of another height
}

// windowSize is how many rows are read at once: several screens, so that a finger seldom meets an empty one.
const windowSize = 80

// newWindow makes a list. want is called when another part should be read: the one that from names.
func newWindow[T any](sample T, row func() rowWidget[T], want func()) *window[T] {
	w := &window[T]{sample: sample, probe: row(), want: want, odd: map[int]float32{}}
	w.List = widget.NewList(
		func() int { return w.length },
		func() fyne.CanvasObject {
			o := row()
			o.set(sample)
			return o
		},
		func(i widget.ListItemID, o fyne.CanvasObject) {
			var item T
			if i >= w.first && i < w.first+len(w.items) {
				item = w.items[i-w.first]
			} else if !w.asked {
				w.around, w.asked = i, true
				w.want()
			}
			o.(rowWidget[T]).set(item)
		})
	w.HideSeparators = true
	w.List.OnSelected = func(i widget.ListItemID) { w.List.Unselect(i) }
	return w
}

// windowFrom is the first row of the part around a row to read, of a list of a length.
func windowFrom(around, length int) int {
	return max(0, min(around-windowSize/2, length-windowSize))
}

// show puts the part that was read in its place, measured for the width of the page.
func (w *window[T]) show(first int, items []T, length int, width float32) {
	w.first, w.items, w.length, w.asked = first, items, length, false
	if width != w.width {
		w.width = width
		w.usual = w.measure(w.sample)
	}
	was := w.odd
	w.odd = map[int]float32{}
	for i, item := range items {
		if h := w.measure(item); h != w.usual {
			w.odd[first+i] = h
		}
	}
	for i := range was {
		if _, ok := w.odd[i]; !ok && i >= first && i < first+len(items) {
			w.List.SetItemHeight(i, w.usual)
		} else if !ok {
			w.odd[i] = was[i] // what is not in sight keeps its height
		}
	}
	for i, h := range w.odd {
		if was[i] != h {
			w.List.SetItemHeight(i, h)
		}
	}
	w.List.Refresh()
}

// restart forgets what was read and goes to the top, for another list.
func (w *window[T]) restart() {
	for i := range w.odd {
		w.List.SetItemHeight(i, w.usual)
	}
	w.odd = map[int]float32{}
	w.first, w.items, w.length, w.around, w.asked = 0, nil, 0, 0, false
	w.List.ScrollToTop()
}

func (w *window[T]) measure(item T) float32 {
	w.probe.set(item)
	return w.probe.heightFor(w.width)
}
