package pack

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strconv"
)

// column is where the values of a node begin in an unpacker's bytes; each moves on as values are taken.
type column struct {
	symbols, ints, texts, sizes, counts int
	ids, names                          idColumn

	near bool   // the integers are intsNear
	last int64  // of them
	text []text // that came once
}

// A text was last read as a value of this kind.
type text struct {
	b    []byte
	kind byte
}

// idColumn is where a column of ids begins.
type idColumn struct {
	at   int
	last int   // the number of the one before, from 1; 0 for none
	own  []int // the numbers that codeOther brought
}

// An unpacker first finds where each column begins, then writes the text from its first byte to its last.
type unpacker struct {
	b     []byte // schema and columns
	i     int
	raw   []byte
	out   []byte
	limit int

	apart  bool   // elements come beside the message
	beside []byte // they, one behind the other
	ends   []int  // of each
	stand  int    // bytes of what stands for them

	nodes int
	forms int
	known []id
	guess guesses
	err   error // the first thing that was wrong; nothing is read after it
}

// merge is the inverse of split. places are those of Open.
func merge(columns, raw []byte, limit int, places []string) (message []byte, beside [][]byte, err error) {
	u := &unpacker{b: columns, raw: raw, limit: limit, known: []id{common}}
	root := &node{}
	if u.schema(root, 0); u.err != nil {
		return nil, nil, u.err
	}
	for _, place := range places {
		u.apart = root.setApart(place) || u.apart
	}
	if u.apart && !root.named() {
		u.fail(ErrMalformed)
	}
	if u.find(root, 1); u.err == nil && u.i != len(u.b) {
		u.fail(ErrMalformed)
	}
	if u.err == nil {
		likely := make([]byte, 0, min(limit, 16*len(columns)+2*len(raw)))
		if u.out = likely; u.apart {
			u.out, u.beside = nil, likely
		}
		u.value(root, nil, false)
	}
	switch {
	case u.size() > limit:
		u.fail(ErrTooLarge)
	case len(u.raw) > 0:
		u.fail(ErrMalformed)
	}
	if u.err != nil {
		return nil, nil, u.err
	}
	at := 0
	for _, end := range u.ends {
		beside = append(beside, u.beside[at:end:end])
		at = end
	}
	return u.out, beside, nil
}

// size is how long the message is so far.
func (u *unpacker) size() int { return len(u.out) + len(u.beside) - u.stand }

func (u *unpacker) fail(err error) {
	if u.err == nil {
		u.err = err
	}
}

// uint reads a number at *at and moves on.
func (u *unpacker) uint(at *int) uint64 {
	if *at < len(u.b) && u.b[*at] < 0x80 { // most are
		*at++
		return uint64(u.b[*at-1])
	}
	v, n := binary.Uvarint(u.b[min(*at, len(u.b)):])
	if n <= 0 {
		u.fail(ErrMalformed)
		return 0
	}
	*at += n
	return v
}

// count reads a number that may be at most most.
func (u *unpacker) count(at *int, most int) int {
	v := u.uint(at)
	if v > uint64(most) {
		u.fail(ErrMalformed)
		return 0
	}
	return int(v)
}

// bytes reads n bytes at *at.
func (u *unpacker) bytes(at *int, n int) []byte {
	if n > len(u.b)-*at {
		u.fail(ErrMalformed)
		return nil
	}
	*at += n
	return u.b[*at-n : *at]
}

// value writes the next value of a place. inArray says whether n is inside an array, r where when that is in another.
func (u *unpacker) value(n *node, r *row, inArray bool) {
	if u.size() > u.limit {
		u.fail(ErrTooLarge)
	}
	if u.err != nil {
		return
	}
	c := &n.column
	f := &n.forms[0]
	if len(n.forms) > 1 {
		f = &n.forms[u.uint(&c.symbols)]
	}
	switch f.kind {
	case kindInt:
		u.int(c, r)
		return
	case kindNull:
		u.out = append(u.out, "null"...)
	case kindTrue:
		u.out = append(u.out, "true"...)
	case kindFalse:
		u.out = append(u.out, "false"...)
	case kindNumber:
		u.out = append(u.out, u.text(c, f.kind)...)
	case kindObject:
		u.object(n, f)
	case kindTuple:
		u.tuple(n, f, inArray)
	case kindList:
		u.list(n)
	default:
		u.out = append(u.out, '"')
		u.string(c, f)
		u.out = append(u.out, '"')
	}
	if r != nil {
		r.moved = 0
	}
}

func (u *unpacker) int(c *column, r *row) {
	raw := u.uint(&c.ints)
	v := int64(raw>>1) ^ -int64(raw&1)
	last := u.guess.of(&c.last, r)
	moved := v - *last
	if c.near {
		if moved = v; r != nil {
			moved += r.moved
		}
		v = *last + moved
	}
	*last = v
	r.took(v, moved)
	u.out = strconv.AppendInt(u.out, v, 10)
}

// string writes what is between the quotes.
func (u *unpacker) string(c *column, f *form) {
	switch f.kind {
	case kindString:
		u.out = append(u.out, u.text(c, f.kind)...)
	case kindUUID:
		u.out = appendUUID(u.out, u.id(&c.ids))
	case kindReplica:
		u.out = appendReplica(u.out, u.id(&c.ids))
	case kindHex:
		for range f.n {
			v := u.id(&c.ids)
			u.out = hex.AppendEncode(u.out, v[:])
		}
	case kindBytes:
		u.out = base64.StdEncoding.AppendEncode(u.out, u.takeRaw(u.count(&c.sizes, len(u.raw))))
	}
}

// text returns the next text of a column, for a value of a kind.
func (u *unpacker) text(c *column, kind byte) []byte {
	at := u.count(&c.texts, len(c.text))
	if at == 0 {
		c.text = append(c.text, text{b: u.bytes(&c.texts, u.count(&c.texts, len(u.b)))})
		at = len(c.text)
	}
	t := &c.text[at-1]
	if u.apart && t.kind != kind { // nobody else looks whether what comes beside the message is JSON
		if t.kind = kind; !spells(t.b, kind) {
			u.fail(ErrMalformed)
		}
	}
	return t.b
}

func (u *unpacker) takeRaw(n int) []byte {
	if n > len(u.raw) {
		u.fail(ErrMalformed)
		return nil
	}
	out := u.raw[:n]
	u.raw = u.raw[n:]
	return out
}

// id returns the next id of a column.
func (u *unpacker) id(c *idColumn) id {
	switch code := u.uint(&c.at); code {
	case codeSame:
	case codeOther:
		at := u.count(&c.at, len(u.known))
		if at == 0 {
			u.known = append(u.known, id{})
			at = len(u.known)
			copy(u.known[at-1][:], u.takeRaw(len(id{})))
		}
		c.last = at
		c.own = append(c.own, at)
	default:
		if code-codeOwn >= uint64(len(c.own)) {
			u.fail(ErrMalformed)
			return id{}
		}
		c.last = c.own[code-codeOwn]
	}
	if c.last == 0 {
		u.fail(ErrMalformed)
		return id{}
	}
	return u.known[c.last-1]
}

func (u *unpacker) comma(i int) {
	if i > 0 {
		u.out = append(u.out, ',')
	}
}

func (u *unpacker) object(n *node, f *form) {
	u.out = append(u.out, '{')
	for i, at := range f.members {
		u.comma(i)
		m := n.members[at]
		u.out = append(append(u.out, '"'), m.name...)
		if m.endsID {
			u.out = appendUUID(u.out, u.id(&m.column.names))
		}
		u.out = append(u.out, '"', ':')
		if u.value(m, nil, false); u.err != nil {
			return
		}
	}
	u.out = append(u.out, '}')
}

func (u *unpacker) tuple(n *node, f *form, inArray bool) {
	var r *row
	if inArray {
		r = &row{}
	}
	u.out = append(u.out, '[')
	for i := range f.n {
		if r != nil {
			r.at = i
		}
		u.comma(i)
		if u.element(n, n.parts[min(i, parts-1)], r); u.err != nil {
			return
		}
	}
	u.out = append(u.out, ']')
}

func (u *unpacker) list(n *node) {
	u.out = append(u.out, '[')
	for i := range u.count(&n.column.counts, u.limit) {
		u.comma(i)
		if u.element(n, n.item, nil); u.err != nil {
			return
		}
	}
	u.out = append(u.out, ']')
}
