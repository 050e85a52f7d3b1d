package main

import (
	"context"
	"fmt"
	"path/filepath"

	"storewalk/sim/figures"
)

// marks enclose the part of the file that a run writes.
const (
	beginMark = "<!-- figures: written by make bench -->\n"
	endMark   = "<!-- end of figures -->\n"
)

// write puts the table and the facts of this run into the file.
func write(o options, facts, table string) error {
	return figures.Write(filepath.Join(o.root, o.out), beginMark, endMark, facts+"\n"+table)
}

// facts says on what and of what the figures are.
func facts(ctx context.Context, o options) string {
	return fmt.Sprintf("%s, medians of %d runs (W3 and the slow line: at most 3, photos: 1). %s\n", figures.Commit(ctx, o.root), o.runs, figures.Machine())
}
