package record

import (
	"cmp"
	"slices"
)

// fields are a record's fields sorted by name, each name once. They are never changed in place.
type fields []fieldEntries

// fieldEntries are the live entries of one field, sorted by dot, never none.
type fieldEntries struct {
	name    string
	entries []Entry
}

func (f fields) find(name string) (int, bool) {
	return slices.BinarySearchFunc(f, name, func(f fieldEntries, name string) int { return cmp.Compare(f.name, name) })
}

// of returns the entries of a field, or nil.
func (f fields) of(name string) []Entry {
	if i, ok := f.find(name); ok {
		return f[i].entries
	}
	return nil
}

// with returns the fields with other entries in one of them.
func (f fields) with(name string, es []Entry) fields {
	i, ok := f.find(name)
	if !ok {
		return slices.Insert(slices.Clip(f), i, fieldEntries{name, es})
	}
	out := slices.Clone(f)
	out[i].entries = es
	return out
}

// sorted puts fields into their order; once is false when a name is there twice.
func (f fields) sorted() (once bool) {
	byName := func(a, b fieldEntries) int { return cmp.Compare(a.name, b.name) }
	if !slices.IsSortedFunc(f, byName) {
		slices.SortFunc(f, byName)
	}
	for i := 1; i < len(f); i++ {
		if f[i].name == f[i-1].name {
			return false
		}
	}
	return true
}
