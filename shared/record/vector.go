package record

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
)

// A Replica names one life of one database file: 16 random bytes. The zero Replica names nobody.
type Replica [16]byte

// String returns the 22-character base64url form.
func (r Replica) String() string { return base64.RawURLEncoding.EncodeToString(r[:]) }

// MarshalText writes the form of String.
func (r Replica) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

var strict = base64.RawURLEncoding.Strict()

// UnmarshalText reads what String writes, and no other spelling.
func (r *Replica) UnmarshalText(text []byte) error {
	var out Replica
	n, err := strict.Decode(out[:], limit(text, 22))
	if err != nil || n != len(out) || len(text) != 22 {
		return fmt.Errorf("record: bad replica %q", text)
	}
	*r = out
	return nil
}

func limit(b []byte, n int) []byte { return b[:min(len(b), n)] }

// ParseReplica reads what String writes.
func ParseReplica(s string) (r Replica, err error) { return r, r.UnmarshalText([]byte(s)) }

// Compare orders replicas by their bytes.
func (r Replica) Compare(o Replica) int { return bytes.Compare(r[:], o[:]) }

// A Dot names one write for ever: the replica and the number of that write among all of the replica's writes.
type Dot struct {
	Replica Replica
	N       uint64
}

// Compare orders dots by replica, then number.
func (d Dot) Compare(o Dot) int {
	return cmp.Or(d.Replica.Compare(o.Replica), cmp.Compare(d.N, o.N))
}

// A Vector is a version vector: for each replica, the highest number of its writes that have been seen.
// It is an immutable value; the zero Vector has seen nothing.
type Vector struct {
	dots []Dot // sorted by replica, one each, N > 0
}

// N returns the highest number of a write by r that v has seen, or 0.
func (v Vector) N(r Replica) uint64 {
	if i, ok := v.find(r); ok {
		return v.dots[i].N
	}
	return 0
}

// Has reports whether v has seen the write d.
func (v Vector) Has(d Dot) bool { return v.N(d.Replica) >= d.N }

// With returns v having also seen d and every earlier write of its replica to the same record.
func (v Vector) With(d Dot) Vector {
	i, ok := v.find(d.Replica)
	switch {
	case d.N == 0 || ok && v.dots[i].N >= d.N:
		return v
	case ok:
		dots := slices.Clone(v.dots)
		dots[i] = d
		return Vector{dots}
	}
	return Vector{slices.Insert(slices.Clone(v.dots), i, d)}
}

// below returns v as it was before it saw d and what followed it from the same replica.
func (v Vector) below(d Dot) Vector {
	i, ok := v.find(d.Replica)
	switch {
	case !ok || v.dots[i].N < d.N:
		return v
	case d.N <= 1:
		return Vector{slices.Delete(slices.Clone(v.dots), i, i+1)}
	}
	dots := slices.Clone(v.dots)
	dots[i].N = d.N - 1
	return Vector{dots}
}

// Merge returns the Vector that has seen exactly what v or w has seen.
func (v Vector) Merge(w Vector) Vector {
	if len(w.dots) == 0 || w.Covers(v) {
		if len(w.dots) >= len(v.dots) {
			return w
		}
		return v
	}
	out := v
	for _, d := range w.dots {
		out = out.With(d)
	}
	return out
}

// Covers reports whether v has seen everything w has seen.
func (v Vector) Covers(w Vector) bool {
	for _, d := range w.dots {
		if !v.Has(d) {
			return false
		}
	}
	return true
}

// Dots returns the highest write seen of each replica, sorted by replica. The caller owns the slice.
func (v Vector) Dots() []Dot { return slices.Clone(v.dots) }

// Len returns the number of replicas v has seen.
func (v Vector) Len() int { return len(v.dots) }

func (v Vector) find(r Replica) (int, bool) {
	return slices.BinarySearchFunc(v.dots, r, func(d Dot, r Replica) int { return d.Replica.Compare(r) })
}
