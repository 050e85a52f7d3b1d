package record

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
)

// Deleted is the name of the field that deletes a record. Its entries are ordinary ones: a reader that does not know
// the field keeps them and passes them on.
const Deleted = "deleted"

// DeleteValue returns the value that deletes what a person was shown of a record, whose context was saw then:
// {"rids":[…],"ctx":[…]}, as in a record's encoding. Whatever else the record comes to hold is not deleted by it.
func DeleteValue(saw Vector) json.RawMessage {
	b := []byte(`{"rids":[`)
	for i, d := range saw.dots {
		b = comma(b, i)
		b = append(b, '"')
		b = base64.RawURLEncoding.AppendEncode(b, d.Replica[:])
		b = append(b, '"')
	}
	b = append(b, `],"ctx":[`...)
	for i, d := range saw.dots {
		b = comma(b, i)
		b = strconv.AppendUint(b, d.N, 10)
	}
	return append(b, "]}"...)
}

// UndeleteValue is what takes deletes back: it replaces those that its writer was shown.
var UndeleteValue = json.RawMessage("null")

// DecodeDelete reads what DeleteValue writes; ok is false for anything else.
func DecodeDelete(value json.RawMessage) (saw Vector, ok bool) {
	var v struct {
		Replicas []Replica `json:"rids"`
		Context  []uint64  `json:"ctx"`
	}
	if json.Unmarshal(value, &v) != nil || len(v.Replicas) == 0 || len(v.Replicas) != len(v.Context) || len(v.Replicas) > MaxReplicas {
		return Vector{}, false
	}
	saw, err := context(v.Replicas, v.Context)
	return saw, err == nil
}

// A Fate says what became of a record that somebody may have deleted.
type Fate int

// The fates. What is Gone is hidden. What is Disputed is shown, with who deleted it and who wrote something that no
// delete had seen.
const (
	Live     Fate = iota // nobody deletes it
	Gone                 // deleted, with all that it holds
	Disputed             // deleted, but it holds something that nobody saw who deleted it
)

// A FieldEntry is an entry and the field that holds it.
type FieldEntry struct {
	Field string
	Entry Entry
}

// A Judgement is a record's fate and why.
type Judgement struct {
	Fate    Fate
	Deletes []Entry      // the deletes in force, the preferred first
	Unseen  []FieldEntry // what none of them saw, the preferred first; an entry of field Deleted is an undo by somebody
}

// Judge finds out whether the record is deleted. A delete hides only what it saw: a write that it did not know of,
// also one that takes another delete back, leaves the record in sight.
func (r Record) Judge() (j Judgement) {
	var saws []Vector
	for _, e := range r.Entries(Deleted) {
		if saw, ok := DecodeDelete(e.Value); ok {
			j.Deletes, saws = append(j.Deletes, e), append(saws, saw)
		}
	}
	if len(saws) == 0 {
		return Judgement{}
	}
	for name, e := range r.All() {
		if slices.ContainsFunc(j.Deletes, e.same) && name == Deleted {
			continue
		}
		if !slices.ContainsFunc(saws, func(saw Vector) bool { return saw.Has(e.Dot) }) {
			j.Unseen = append(j.Unseen, FieldEntry{name, e})
		}
	}
	slices.SortFunc(j.Unseen, func(a, b FieldEntry) int { return b.Entry.Compare(a.Entry) })
	if j.Fate = Gone; len(j.Unseen) > 0 {
		j.Fate = Disputed
	}
	return j
}

// SeenBy returns the dots of a field's live entries that a reader with the context had been shown.
func (r Record) SeenBy(name string, reader Vector) (out []Dot) {
	for _, d := range r.Seen(name) {
		if reader.Has(d) {
			out = append(out, d)
		}
	}
	return out
}

// renameSeen returns a delete's value as its writer would have written it under the new names: what it saw of
// the old replica's writes from the given one on it saw of those that took their place.
func renameSeen(value json.RawMessage, old Dot, renamed []rename) json.RawMessage {
	saw, ok := DecodeDelete(value)
	if !ok || !saw.Has(old) {
		return value
	}
	out := saw.below(old)
	for _, n := range renamed {
		if saw.Has(n.from) {
			out = out.With(n.to)
		}
	}
	return DeleteValue(out)
}

// A rename is a write's dot before and after.
type rename struct{ from, to Dot }
