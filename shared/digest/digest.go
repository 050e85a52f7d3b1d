// Package digest compares two sets of records that lie apart: by one sum over all of them and, where that differs,
// by sums over ranges of their ids, until few are left to name.
package digest

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"

	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Sum is the sum modulo 2^128 of the versions of a set of records, as a big-endian number. A version is a hash of
// the whole record, id and place included: equal sums, equal sets. The zero Sum is that of no records. As text it is
// 22 characters of base64url.
type Sum [16]byte

// Add returns the sum of the set with one more record.
func (s Sum) Add(v record.Version) (out Sum) {
	low, carry := bits.Add64(binary.BigEndian.Uint64(s[8:]), binary.BigEndian.Uint64(v[8:]), 0)
	high, _ := bits.Add64(binary.BigEndian.Uint64(s[:8]), binary.BigEndian.Uint64(v[:8]), carry)
	binary.BigEndian.PutUint64(out[:8], high)
	binary.BigEndian.PutUint64(out[8:], low)
	return out
}

// String returns the text form.
func (s Sum) String() string { return base64.RawURLEncoding.EncodeToString(s[:]) }

// MarshalText implements encoding.TextMarshaler.
func (s Sum) MarshalText() ([]byte, error) { return base64.RawURLEncoding.AppendEncode(nil, s[:]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Sum) UnmarshalText(text []byte) error { return unmarshal(s[:], text) }

// An Item is one record of a set. As text it is 43 characters of base64url: the 16 bytes of the id and those of the
// version.
type Item struct {
	ID      uuid.UUID
	Version record.Version // zero: it changed since the sets were to be compared, and says nothing
}

// MarshalText implements encoding.TextMarshaler.
func (i Item) MarshalText() ([]byte, error) {
	return base64.RawURLEncoding.AppendEncode(nil, append(i.ID[:], i.Version[:]...)), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (i *Item) UnmarshalText(text []byte) error {
	var b [32]byte
	err := unmarshal(b[:], text)
	copy(i.ID[:], b[:16])
	copy(i.Version[:], b[16:])
	return err
}

var errText = errors.New("digest: not base64url of the right length")

var strict = base64.RawURLEncoding.Strict()

func unmarshal(into, text []byte) error {
	if len(text) != strict.EncodedLen(len(into)) {
		return errText
	}
	if n, err := strict.Decode(into, text); err != nil || n != len(into) {
		return errText
	}
	return nil
}

// A Prefix names a range of ids: those whose 32 hex digits, without dashes, begin with it. The empty one is all.
type Prefix string

const digits = "0123456789abcdef"

// Valid reports whether p is up to 32 lower-case hex digits.
func (p Prefix) Valid() bool {
	for i := range len(p) {
		if c := p[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(p) <= 32
}

// Children returns the 16 ranges of which p consists.
func (p Prefix) Children() (out [16]Prefix) {
	for i := range out {
		out[i] = p + Prefix(digits[i:i+1])
	}
	return out
}

// nibble is the i-th hex digit of an id.
func nibble(id uuid.UUID, i int) byte {
	if i%2 == 0 {
		return id[i/2] >> 4
	}
	return id[i/2] & 15
}

// compare orders ids and a range: below it, in it, above it.
func (p Prefix) compare(id uuid.UUID) int {
	for i := range len(p) {
		if c := int(digits[nibble(id, i)]) - int(p[i]); c != 0 { // digits are in the order of their bytes
			return c
		}
	}
	return 0
}

// A Range is a range of ids and the asker's sum over it.
type Range struct {
	Prefix Prefix `json:"p"`
	Sum    Sum    `json:"s"`
}

// A Part answers a Range whose sums differ: by the sums of its 16 children, or by all that is there.
type Part struct {
	Prefix Prefix `json:"p"`
	Sums   []Sum  `json:"s,omitempty"` // 16, or none
	Items  []Item `json:"l,omitempty"` // when Sums is empty: all in the range, in the order of their ids
}

// MaxItems is how many records a Part names at most.
const MaxItems = 64

// A Set is records, each once. The zero Set is empty.
type Set struct {
	items []Item // by id
}

// NewSet returns the set of items, whose order it changes.
func NewSet(items []Item) Set {
	slices.SortFunc(items, func(a, b Item) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return Set{items}
}

// Len returns the number of records.
func (s Set) Len() int { return len(s.items) }

// In returns the records in a range, in the order of their ids. The caller does not change them.
func (s Set) In(p Prefix) []Item {
	from, _ := slices.BinarySearchFunc(s.items, p, func(i Item, p Prefix) int {
		if p.compare(i.ID) < 0 {
			return -1
		}
		return 1
	})
	to, _ := slices.BinarySearchFunc(s.items, p, func(i Item, p Prefix) int {
		if p.compare(i.ID) <= 0 {
			return -1
		}
		return 1
	})
	return s.items[from:to]
}

// Sum returns the sum over a range.
func (s Set) Sum(p Prefix) (sum Sum) {
	for _, i := range s.In(p) {
		sum = sum.Add(i.Version)
	}
	return sum
}

// Answer says more about those of the ranges whose sums differ from the set's own. The ranges are valid.
func (s Set) Answer(ranges []Range) (out []Part) {
	for _, r := range ranges {
		in := s.In(r.Prefix)
		if s.Sum(r.Prefix) == r.Sum {
			continue
		}
		part := Part{Prefix: r.Prefix}
		if len(in) <= MaxItems || len(r.Prefix) == 32 {
			part.Items = in
		} else {
			for _, c := range r.Prefix.Children() {
				part.Sums = append(part.Sums, s.Sum(c))
			}
		}
		out = append(out, part)
	}
	return out
}
