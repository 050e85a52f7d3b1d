// Package record is the unit that syncs: a small causal document with a version vector, whose fields
// each hold the set of values nobody has replaced yet.
//
// It is an optimised observed-remove map with one shared causal context per record (Bieniusa et al.,
// "An optimized conflict-free replicated set", 2012; Almeida et al., "Delta state replicated data
// types", 2018). Values are immutable: every method returns a new Record or Vector. Nothing here reads
// a clock, mints an id or touches a disk.
package record

import (
	"bytes"
	"cmp"
	"encoding/json"
	"iter"
	"slices"

	"github.com/google/uuid"
)

// An Entry is one value of a field that nobody has replaced yet. One entry: no conflict.
type Entry struct {
	Dot    Dot
	Lam    uint64          // Lamport time: 1 + the highest seen when the value was written
	Author string          // id of the person, for display
	Wall   int64           // the writer's clock, Unix milliseconds, for display only: it may be years wrong
	Value  json.RawMessage // compact JSON
}

// Compare is the order in which concurrent values are preferred: Lamport time, then replica, then number,
// then content. It is total, extends causality and has no clock in it.
func (e Entry) Compare(o Entry) int {
	return cmp.Or(cmp.Compare(e.Lam, o.Lam), e.Dot.Compare(o.Dot), e.compareContent(o))
}

// compareContent decides between two entries of one dot, which only a cloned database can make.
func (e Entry) compareContent(o Entry) int {
	return cmp.Or(bytes.Compare(e.Value, o.Value), cmp.Compare(e.Author, o.Author), cmp.Compare(e.Wall, o.Wall))
}

// same reports whether e and o are one write with one content.
func (e Entry) same(o Entry) bool { return e.Compare(o) == 0 }

// A Place says since when a record lies in its territory: a higher (Epoch, N) is later.
type Place struct {
	Epoch, N uint64
}

// Compare orders places: epoch first.
func (p Place) Compare(o Place) int {
	return cmp.Or(cmp.Compare(p.Epoch, o.Epoch), cmp.Compare(p.N, o.N))
}

// A Record is one causal document. The zero Record holds nothing and is the identity of Join.
type Record struct {
	ID        uuid.UUID
	Type      string    // such as "visit"; a type this version does not know is kept as it is
	Territory uuid.UUID // whose phones hold it
	Place     Place
	ctx       Vector
	fields    fields
}

// Context returns the version vector: every write, live or replaced, that this copy has seen.
func (r Record) Context() Vector { return r.ctx }

// Names returns the names of the fields that hold a value, sorted.
func (r Record) Names() []string {
	out := make([]string, len(r.fields))
	for i, f := range r.fields {
		out[i] = f.name
	}
	return out
}

// All yields every live entry with the name of its field, by name.
func (r Record) All() iter.Seq2[string, Entry] {
	return func(yield func(string, Entry) bool) {
		for _, f := range r.fields {
			for _, e := range f.entries {
				if !yield(f.name, e) {
					return
				}
			}
		}
	}
}

// Entries returns the live entries of a field, the winner first. The caller owns the slice.
func (r Record) Entries(name string) []Entry {
	out := slices.Clone(r.fields.of(name))
	slices.SortFunc(out, func(a, b Entry) int { return b.Compare(a) })
	return out
}

// Holds reports whether an entry is live in a field.
func (r Record) Holds(name string, e Entry) bool {
	return slices.ContainsFunc(r.fields.of(name), e.same)
}

// Seen returns the dots of a field's live entries: what a person saw who read it now.
func (r Record) Seen(name string) []Dot {
	var out []Dot
	for _, e := range r.fields.of(name) {
		out = append(out, e.Dot)
	}
	return out
}

// Winner returns the entry of a field that is shown first.
func (r Record) Winner(name string) (Entry, bool) {
	es := r.fields.of(name)
	if len(es) == 0 {
		return Entry{}, false
	}
	return slices.MaxFunc(es, Entry.Compare), true
}

// Siblings returns the distinct values of a field, the winner first; equal values written apart count
// once, under the entry preferred among them. Two or more siblings are a conflict for a person to settle.
func (r Record) Siblings(name string) []Entry {
	var out []Entry
	for _, e := range r.Entries(name) {
		if !slices.ContainsFunc(out, func(o Entry) bool { return bytes.Equal(o.Value, e.Value) }) {
			out = append(out, e)
		}
	}
	return out
}

// Contested returns the names of the fields with two or more siblings, in order.
func (r Record) Contested() (names []string) {
	for _, f := range r.fields {
		differs := func(e Entry) bool { return !bytes.Equal(e.Value, f.entries[0].Value) }
		if slices.ContainsFunc(f.entries[1:], differs) {
			names = append(names, f.name)
		}
	}
	return names
}

// MaxLam returns the highest Lamport time among the live entries.
func (r Record) MaxLam() uint64 {
	var lam uint64
	for _, f := range r.fields {
		for _, e := range f.entries {
			lam = max(lam, e.Lam)
		}
	}
	return lam
}

// Set returns r after a write: e replaces the entries whose dots the writer saw, and no others. The
// writer must have minted e.Dot for this write alone, and e.Lam above every Lamport time it has seen.
func (r Record) Set(name string, e Entry, seen []Dot) Record {
	kept := []Entry{e}
	for _, old := range r.fields.of(name) {
		if !slices.Contains(seen, old.Dot) {
			kept = append(kept, old)
		}
	}
	sortByDot(kept)
	r.fields = r.fields.with(name, kept)
	r.ctx = r.ctx.With(e.Dot)
	return r
}

// Rename returns r as if the writes of old numbered from on had been made under dots of a new replica, which
// mint returns one after the other; r no longer claims to have seen old's writes from there on. It is for a
// replica that learns that another life of its database has used the same numbers for other writes.
//
// Dots are minted in the order of the writes, so that what one of these writes had seen of the others, which only a
// delete says, can be said of the new dots too. Others' deletes keep their word: by the old names they mean the
// other life's writes.
func (r Record) Rename(old Replica, from uint64, mint func() Dot) Record {
	out := r
	first := Dot{old, from}
	out.ctx = r.ctx.below(first)
	out.fields = make(fields, len(r.fields))
	var own []*Entry
	for i, f := range r.fields {
		es := slices.Clone(f.entries)
		out.fields[i] = fieldEntries{f.name, es}
		for i := range es {
			if es[i].Dot.Replica == old && es[i].Dot.N >= from {
				own = append(own, &es[i])
			}
		}
	}
	slices.SortStableFunc(own, func(a, b *Entry) int { return cmp.Compare(a.Dot.N, b.Dot.N) })
	renamed := make([]rename, len(own))
	for i, e := range own {
		renamed[i] = rename{e.Dot, mint()}
		e.Dot = renamed[i].to
		out.ctx = out.ctx.With(e.Dot)
	}
	deletes := out.fields.of(Deleted)
	for i, e := range deletes {
		if slices.ContainsFunc(renamed, func(n rename) bool { return n.to == e.Dot }) {
			deletes[i].Value = renameSeen(e.Value, first, renamed)
		}
	}
	for _, f := range out.fields {
		sortByDot(f.entries)
	}
	return out
}

// Join returns what a reader of both copies knows: an entry survives if both have it, or if the copy
// that lacks it has not seen its write. It is associative, commutative and idempotent, and mints nothing.
//
// The later place wins, with its territory. Two contents under one dot (a cloned database) are both kept.
func Join(a, b Record) Record {
	out := a
	if c := cmp.Or(a.Place.Compare(b.Place), bytes.Compare(a.Territory[:], b.Territory[:])); c < 0 {
		out.Territory, out.Place = b.Territory, b.Place
	}
	out.ID, out.Type = maxUUID(a.ID, b.ID), max(a.Type, b.Type)
	out.ctx = a.ctx.Merge(b.ctx)
	out.fields = make(fields, 0, max(len(a.fields), len(b.fields)))
	for i, j := 0, 0; i < len(a.fields) || j < len(b.fields); {
		var name string
		var as, bs []Entry
		order := 0
		switch {
		case i == len(a.fields):
			order = 1
		case j == len(b.fields):
			order = -1
		default:
			order = cmp.Compare(a.fields[i].name, b.fields[j].name)
		}
		if order <= 0 {
			name, as = a.fields[i].name, a.fields[i].entries
			i++
		}
		if order >= 0 {
			name, bs = b.fields[j].name, b.fields[j].entries
			j++
		}
		if kept := joinField(as, bs, a.ctx, b.ctx); len(kept) > 0 {
			out.fields = append(out.fields, fieldEntries{name, kept})
		}
	}
	return out
}

func joinField(as, bs []Entry, actx, bctx Vector) []Entry {
	var out []Entry
	keep := func(from, other []Entry, seen Vector) {
		for _, e := range from {
			hasDot := slices.ContainsFunc(other, func(o Entry) bool { return o.Dot == e.Dot })
			if (hasDot || !seen.Has(e.Dot)) && !slices.ContainsFunc(out, e.same) {
				out = append(out, e)
			}
		}
	}
	keep(as, bs, bctx)
	keep(bs, as, actx)
	sortByDot(out)
	return out
}

func sortByDot(es []Entry) {
	slices.SortFunc(es, func(a, b Entry) int {
		return cmp.Or(a.Dot.Compare(b.Dot), cmp.Compare(a.Lam, b.Lam), a.compareContent(b))
	})
}

func maxUUID(a, b uuid.UUID) uuid.UUID {
	if bytes.Compare(a[:], b[:]) < 0 {
		return b
	}
	return a
}
