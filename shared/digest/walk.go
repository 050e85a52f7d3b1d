package digest

import (
	"bytes"
	"errors"
	"fmt"

	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Difference is a record that two sets do not both have in the same version.
type Difference struct {
	ID     uuid.UUID
	Mine   record.Version // zero: not in the set that walks
	Theirs record.Version // zero: not in the other
}

// A Walk finds out in which records a set differs from one far away, by asking. Make one with Set.Walk.
type Walk struct {
	set   Set
	ask   []Range // to be asked about
	open  int     // how many of them are
	found []Difference
}

// Walk begins a comparison with a set that is known to differ.
func (s Set) Walk() *Walk {
	w := &Walk{set: s}
	if s.Len() <= MaxItems {
		w.add("")
		return w
	}
	for _, c := range Prefix("").Children() {
		w.add(c)
	}
	return w
}

func (w *Walk) add(p Prefix) { w.ask = append(w.ask, Range{p, w.set.Sum(p)}) }

// Ask returns up to n ranges to ask about now; none when all is known.
func (w *Walk) Ask(n int) []Range {
	w.open = min(n, len(w.ask))
	return w.ask[:w.open]
}

// Take goes on from the answer to what Ask returned last. An answer that can not be one is an error.
func (w *Walk) Take(parts []Part) error {
	asked := map[Prefix]bool{}
	for _, r := range w.ask[:w.open] {
		asked[r.Prefix] = true
	}
	w.ask, w.open = w.ask[w.open:], 0
	for _, p := range parts {
		if !asked[p.Prefix] {
			return fmt.Errorf("digest: %.40q was not asked about", p.Prefix)
		}
		delete(asked, p.Prefix)
		if len(p.Sums) == 0 {
			if err := w.name(p); err != nil {
				return err
			}
			continue
		}
		if len(p.Sums) != 16 || len(p.Items) > 0 || len(p.Prefix) == 32 {
			return errors.New("digest: not the sums of 16 ranges")
		}
		for i, c := range p.Prefix.Children() {
			if w.set.Sum(c) != p.Sums[i] {
				w.add(c)
			}
		}
	}
	return nil
}

// name compares record by record.
func (w *Walk) name(p Part) error {
	mine, theirs := w.set.In(p.Prefix), p.Items
	for i, item := range theirs {
		if p.Prefix.compare(item.ID) != 0 || i > 0 && bytes.Compare(theirs[i-1].ID[:], item.ID[:]) >= 0 {
			return errors.New("digest: a list that is out of its range or order")
		}
	}
	for len(mine) > 0 || len(theirs) > 0 {
		order := -1
		if len(mine) == 0 {
			order = 1
		} else if len(theirs) > 0 {
			order = bytes.Compare(mine[0].ID[:], theirs[0].ID[:])
		}
		var d Difference
		skip := false
		if order <= 0 {
			d.ID, d.Mine = mine[0].ID, mine[0].Version
			mine = mine[1:]
		}
		if order >= 0 {
			d.ID, d.Theirs = theirs[0].ID, theirs[0].Version
			skip = d.Theirs.IsZero() // news, which the feed brings
			theirs = theirs[1:]
		}
		if !skip && d.Mine != d.Theirs {
			w.found = append(w.found, d)
		}
	}
	return nil
}

// Found returns the differences found so far.
func (w *Walk) Found() []Difference { return w.found }
