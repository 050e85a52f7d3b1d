package pack

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Open returns the message that was packed, if it has at most limit bytes: else it fails with ErrTooLarge, or with
// ErrMalformed for bytes that are no packed message. Memory stays within a small multiple of limit.
//
// A reader may want some elements of the message as they are. places name members that are arrays, such as "push" or
// "feeds.puts" for the puts of each of the feeds. Their elements come beside the message, byte for byte, and in it stands
// the number of each among them, from 0. So nobody has to look for their ends: what is unpacked is known to be JSON. Of a
// message in which another member might be taken for one of these, all stays in its place. The limit counts the message
// with its elements in their places.
func Open(packed []byte, limit int, places ...string) (message []byte, beside [][]byte, err error) {
	columns, raw, err := inflate(packed, limit)
	if err != nil {
		return nil, nil, err
	}
	return merge(columns, raw, limit, places)
}

// setApart lets the elements of the arrays at a place below n come beside the message, and reports whether there are any.
func (n *node) setApart(place string) bool {
	name, rest, deeper := strings.Cut(place, ".")
	var at *node
	for _, m := range n.members {
		switch {
		case m.name == name && !m.endsID:
			at = m
		case strings.EqualFold(m.name, name) || strings.Contains(m.name, `\`): // to encoding/json it is the same
			return false
		}
	}
	switch {
	case at == nil:
		return false
	case !deeper:
		at.apart = true
		return true
	}
	return at.item != nil && at.item.setApart(rest)
}

// named reports whether the names of all members are JSON.
func (n *node) named() bool {
	for _, m := range n.members {
		if !spells([]byte(m.name), kindString) {
			return false
		}
	}
	for _, c := range n.children() {
		if !c.named() {
			return false
		}
	}
	return true
}

// spells reports whether a text is that of a value of a kind, which is kindString or kindNumber.
func spells(b []byte, kind byte) bool {
	if kind == kindNumber {
		return len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9') && json.Valid(b)
	}
	return json.Valid(append(append([]byte{'"'}, b...), '"'))
}

// element writes the next element of the array at n, or its number when it comes beside the message.
func (u *unpacker) element(n, item *node, r *row) {
	if !n.apart {
		u.value(item, r, true)
		return
	}
	u.out, u.beside = u.beside, u.out
	u.value(item, r, true)
	u.out, u.beside = u.beside, u.out
	u.ends = append(u.ends, len(u.beside))
	had := len(u.out)
	u.out = strconv.AppendInt(u.out, int64(len(u.ends)-1), 10)
	u.stand += len(u.out) - had
}
