package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"storewalk/server/importer"
	"storewalk/server/store"
	"storewalk/shared/field"
)

type importOutlines struct {
	data
	File      string  `arg:"" help:"GeoJSON file in degrees of WGS 84 or CGCS2000; - reads the standard input."`
	Tolerance float64 `help:"How far a border may move to need fewer points, in metres (${default})." default:"${tolerance}" placeholder:"METRES"`
}

// Validate is called by the command line's parser.
func (i *importOutlines) Validate() error {
	const most = 5_000
	if !(i.Tolerance >= 0 && i.Tolerance <= most) {
		return fmt.Errorf("--tolerance is 0 to %d metres", most)
	}
	return nil
}

// Run imports the file, or reports every mistake in it and changes nothing.
func (i *importOutlines) Run(ctx context.Context, c *console) error {
	towns, err := read(c, i.File, func(r io.Reader) ([]importer.Township, []importer.Problem) {
		return importer.Outlines(r, i.Tolerance)
	})
	if err != nil {
		return err
	}
	return i.with(ctx, func(st *store.Store) error { return putOutlines(ctx, st, c, towns) })
}

// putOutlines imports townships and says what became of them.
func putOutlines(ctx context.Context, st *store.Store, c *console, towns []importer.Township) error {
	outlines, names := field.Outlines{}, map[string]string{}
	for _, t := range towns {
		outlines[t.Code], names[t.Code] = t.Rings, t.Name
	}
	done, unknown, err := st.ImportOutlines(ctx, outlines, names)
	if err != nil {
		return err
	}
	for _, o := range done {
		fmt.Fprintf(c.out, "outlines of %s: %d added, %d changed, %d the same; %d points, %.1f kB in the record\n",
			o.Name, o.Added, o.Changed, o.Same, o.Points, float64(o.Bytes)/1000)
		if o.Renamed > 0 {
			fmt.Fprintf(c.out, "outlines of %s: %d townships have another name now\n", o.Name, o.Renamed)
		}
		if len(o.Without) > 0 {
			fmt.Fprintf(c.out, "outlines of %s: none yet for %s\n", o.Name, named(o.Without, o.Townships))
		}
	}
	if len(unknown) > 0 {
		fmt.Fprintf(c.out, "left out, since no territory has a store there: %s\n", named(unknown, names))
	}
	if len(done) == 0 {
		return errors.New("no territory has a township yet: import its stores first")
	}
	return nil
}

// named lists codes with their names, as many as a person reads.
func named(codes []string, names map[string]string) string {
	const most = 20
	var list []string
	for _, code := range codes[:min(most, len(codes))] {
		list = append(list, strings.TrimSpace(code+" "+names[code]))
	}
	if more := len(codes) - most; more > 0 {
		list = append(list, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(list, ", ")
}
