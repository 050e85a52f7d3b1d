package pack

import (
	"encoding/binary"
	"math/bits"
)

// schema adds what places there are and how values look at them.
func (n *node) schema(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(n.forms)))
	named := 0
	for _, f := range n.forms {
		b = append(b, f.kind)
		switch f.kind {
		case kindHex, kindTuple:
			b = binary.AppendUvarint(b, uint64(f.n))
		case kindObject:
			b = binary.AppendUvarint(b, uint64(f.n))
			for _, at := range f.members {
				if b = binary.AppendUvarint(b, uint64(at)); at < named {
					continue
				}
				named++
				m := n.members[at]
				size := uint64(len(m.name)) << 1
				if m.endsID {
					size |= 1
				}
				b = append(binary.AppendUvarint(b, size), m.name...)
			}
		}
	}
	for _, c := range n.children() {
		b = c.schema(b)
	}
	return b
}

// columns adds the values.
func (n *node) columns(b []byte) []byte {
	k := &n.packed
	b = append(b, k.names.data...)
	if len(n.forms) > 1 {
		b = append(b, k.symbols...)
	}
	if len(k.ints) > 0 {
		column, mode := k.ints, byte(intsPlain)
		if length(k.near) < length(k.ints) {
			column, mode = k.near, intsNear
		}
		b = append(b, mode)
		for _, v := range column {
			b = binary.AppendVarint(b, v)
		}
	}
	b = append(b, k.ids.data...)
	b = append(b, k.texts...)
	b = append(b, k.sizes...)
	b = append(b, k.counts...)
	for _, c := range n.children() {
		b = c.columns(b)
	}
	return b
}

// How the integers of a column are written.
const (
	intsPlain = 0
	intsNear  = 1 // by how much they missed their guess, less by how much the element before missed its own
)

// length returns about how many bits integers need.
func length(vs []int64) (n int) {
	for _, v := range vs {
		n += bits.Len64(uint64(v<<1 ^ v>>63))
	}
	return n
}
