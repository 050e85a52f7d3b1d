package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// A table is printed in columns that line up in a terminal, where a Chinese character is as wide as two letters.
// text/tabwriter takes all characters for equally wide.
type table struct {
	out  io.Writer
	rows [][]string
}

// between is the space between two columns.
const between = 2

// row adds a row of cells.
func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// print writes the rows. The last cell of a row needs no room behind it.
func (t *table) print() error {
	var wide []int
	for _, cells := range t.rows {
		for i, cell := range cells {
			if i == len(wide) {
				wide = append(wide, 0)
			}
			wide[i] = max(wide[i], cellsOf(cell))
		}
	}
	for _, cells := range t.rows {
		var line strings.Builder
		for i, cell := range cells {
			line.WriteString(cell)
			if i < len(cells)-1 {
				line.WriteString(strings.Repeat(" ", wide[i]-cellsOf(cell)+between))
			}
		}
		if _, err := fmt.Fprintln(t.out, line.String()); err != nil {
			return err
		}
	}
	return nil
}

// cellsOf is how many cells of a terminal a text takes: two for a wide character of East Asia, none for a mark on another.
func cellsOf(text string) (n int) {
	for _, r := range text {
		switch kind := width.LookupRune(r).Kind(); {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
