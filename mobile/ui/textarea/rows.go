package textarea

import (
	"sort"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// A row is what stands on one line: the characters from begin up to end. What ends the line of a paragraph's last row lies
// between its end and the next row's begin; after any other row the next one begins where it ends.
type row struct{ begin, end int }

// A place is between two characters. Where a row breaks it can be seen twice: as the begin of a row, and, early, as the end
// of the one before.
type place struct {
	at    int
	early bool
}

// rows are the rows of a text.
type rows struct {
	list   []row
	width  float32 // that there is for a row
	glyphs glyphs
}

// fit breaks all rows anew if they were broken for another width, or other letters.
func (r *rows) fit(text []rune, width float32) {
	f := font{theme.TextFont().Name(), theme.TextSize()}
	if width == r.width && f == r.glyphs.font {
		return
	}
	r.width = width
	if f != r.glyphs.font {
		r.glyphs = newGlyphs(f)
	}
	r.list, _ = r.breaks(nil, text, 0, nil)
}

// edited breaks anew what has changed: the text has added characters at a place, and lacks as many as are gone there.
func (r *rows) edited(text []rune, at, gone, added int) {
	first := max(0, r.rowAt(at)-1) // what a row could not take may be narrower now
	old, shift := r.list[first:], added-gone
	for len(old) > 0 && old[0].begin < at+gone {
		old = old[1:]
	}
	i := 0
	same := func(begin int) bool { // from there on it is as it was
		for i < len(old) && old[i].begin+shift < begin {
			i++
		}
		return i < len(old) && old[i].begin+shift == begin
	}
	list, met := r.breaks(append([]row(nil), r.list[:first]...), text, r.list[first].begin, same)
	if met {
		for _, o := range old[i:] {
			list = append(list, row{o.begin + shift, o.end + shift})
		}
	}
	r.list = list
}

// breaks appends the rows of a text from a place on, until all is broken or until same says that the rest is known.
func (r *rows) breaks(list []row, text []rune, begin int, same func(int) bool) ([]row, bool) {
	for n := 0; ; n++ {
		if n > 1 && same != nil && same(begin) {
			return list, true
		}
		end := r.glyphs.fill(text[begin:], r.width) + begin
		list = append(list, row{begin, end})
		switch {
		case end == len(text):
			return list, false
		case text[end] == '\n':
			begin = end + 1
		default:
			begin = end
		}
	}
}

// rowAt is the last row that begins at a place or before it.
func (r *rows) rowAt(at int) int {
	return max(0, sort.Search(len(r.list), func(i int) bool { return r.list[i].begin > at })-1)
}

// find tells row and column of a place.
func (r *rows) find(p place) (int, int) {
	n := r.rowAt(p.at)
	if p.early && n > 0 && r.list[n].begin == p.at && r.list[n-1].end == p.at {
		n--
	}
	return n, p.at - r.list[n].begin
}

// place is what is at a column of a row, or nearest to that.
func (r *rows) place(n, col int) place {
	n = max(0, min(n, len(r.list)-1))
	w := r.list[n]
	p := place{at: max(w.begin, min(w.begin+col, w.end))}
	p.early = p.at == w.end && n+1 < len(r.list) && r.list[n+1].begin == p.at
	return p
}

// columnAt is the column of a row that is nearest to x.
func (r *rows) columnAt(line []rune, x float32) int {
	for i := range line {
		if x < r.glyphs.width(line[:i])+r.glyphs.width(line[i:i+1])/2 {
			return i
		}
	}
	return len(line)
}

// height is that of one row.
func (r *rows) height() float32 {
	return fyne.MeasureText("M", theme.TextSize(), fyne.TextStyle{}).Height
}
