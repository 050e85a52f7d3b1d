package pack

import (
	"encoding/base64"
	"encoding/binary"
)

// packed is what the values at a node have become.
type packed struct {
	form  map[string]int // by what the schema says of it
	fixed [kinds]int     // the same for kinds that have one form: 1 + its index

	symbols    []byte // the form of each value
	ints, near []int64
	last       int64
	ids, names ids
	texts      []byte
	text       map[string]int
	sizes      []byte // of bytes
	counts     []byte // of lists
}

// ids is a column of ids.
type ids struct {
	data []byte
	last int         // the number of the one before, from 1; 0 for none
	own  map[int]int // by number
}

// A packer walks through a JSON text once.
type packer struct {
	b     []byte
	i     int
	nodes int
	forms int
	known map[id]int // ids by number
	raw   []byte
	guess guesses
	names []int // of the objects that are open
	key   []byte
}

// split takes a JSON text apart.
func split(message []byte) (columns, raw []byte, err error) {
	p := &packer{b: message, known: map[id]int{common: 0}}
	root := p.node()
	if !p.value(root, nil, false, 0) || p.i != len(message) {
		return nil, nil, ErrUnfit
	}
	return root.columns(root.schema(nil)), p.raw, nil
}

func (p *packer) node() *node {
	p.nodes++
	return &node{}
}

// next returns the byte at hand, 0 at the end.
func (p *packer) next() byte {
	if p.i < len(p.b) {
		return p.b[p.i]
	}
	return 0
}

func (p *packer) take(c byte) bool {
	if p.next() != c {
		return false
	}
	p.i++
	return true
}

// value takes the next value to its place and reports whether it could. inArray says whether n is inside an array.
func (p *packer) value(n *node, r *row, inArray bool, depth int) bool {
	if depth > maxDepth || p.nodes > maxNodes || p.forms > maxForms {
		return false
	}
	switch p.next() {
	case '{':
		return p.object(n, depth)
	case '[':
		return p.array(n, inArray, depth)
	case '"':
		return p.string(n)
	case 't':
		return p.word(n, "true", kindTrue)
	case 'f':
		return p.word(n, "false", kindFalse)
	case 'n':
		return p.word(n, "null", kindNull)
	}
	return p.number(n, r)
}

func (p *packer) word(n *node, word string, kind byte) bool {
	if len(p.b)-p.i < len(word) || string(p.b[p.i:p.i+len(word)]) != word {
		return false
	}
	p.i += len(word)
	p.only(n, kind)
	return true
}

// only notes a value of a kind that has one form.
func (p *packer) only(n *node, kind byte) {
	if n.packed.fixed[kind] == 0 {
		n.forms = append(n.forms, form{kind: kind})
		n.packed.fixed[kind] = len(n.forms)
		p.forms++
	}
	n.packed.symbols = binary.AppendUvarint(n.packed.symbols, uint64(n.packed.fixed[kind]-1))
}

// one notes a value of a kind that has many forms.
func (p *packer) one(n *node, kind byte, size int, members []int) {
	p.key = binary.AppendUvarint(append(p.key[:0], kind), uint64(size))
	for _, m := range members {
		p.key = binary.AppendUvarint(p.key, uint64(m))
	}
	at, ok := n.packed.form[string(p.key)]
	if !ok {
		at = len(n.forms)
		n.forms = append(n.forms, form{kind, size, append([]int(nil), members...)})
		p.forms += 1 + len(members)
		if n.packed.form == nil {
			n.packed.form = map[string]int{}
		}
		n.packed.form[string(p.key)] = at
	}
	n.packed.symbols = binary.AppendUvarint(n.packed.symbols, uint64(at))
}

func (p *packer) number(n *node, r *row) bool {
	start := p.i
	for p.i < len(p.b) && (p.b[p.i] >= '0' && p.b[p.i] <= '9' || p.b[p.i] == '-' || p.b[p.i] == '+' || p.b[p.i] == '.' || p.b[p.i]|0x20 == 'e') {
		p.i++
	}
	s := p.b[start:p.i]
	if len(s) == 0 {
		return false
	}
	v, ok := integer(s)
	if !ok {
		p.only(n, kindNumber)
		n.text(s)
		return true
	}
	p.only(n, kindInt)
	last := p.guess.of(&n.packed.last, r)
	moved := v - *last
	*last = v
	n.packed.ints = append(n.packed.ints, v)
	n.packed.near = append(n.packed.near, moved-r.took(v, moved))
	return true
}

// integer reads an integer that is written in the shortest way.
func integer(s []byte) (v int64, ok bool) {
	digits := s
	if s[0] == '-' {
		digits = s[1:]
	}
	if len(digits) == 0 || len(digits) > 18 || digits[0] == '0' && len(s) > 1 {
		return 0, false
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		v = 10*v + int64(c-'0')
	}
	if len(digits) < len(s) {
		v = -v
	}
	return v, true
}

// quoted returns the next string as it is written, without its quotes.
func (p *packer) quoted() ([]byte, bool) {
	if !p.take('"') {
		return nil, false
	}
	for start := p.i; p.i < len(p.b); p.i++ {
		switch p.b[p.i] {
		case '\\':
			p.i++
		case '"':
			p.i++
			return p.b[start : p.i-1], true
		}
	}
	return nil, false
}

// longBytes is the length of base64 from which it is kindBytes.
const longBytes = 24

func (p *packer) string(n *node) bool {
	s, ok := p.quoted()
	if !ok {
		return false
	}
	var two [2]id
	switch len(s) {
	case uuidLen:
		if two[0], ok = parseUUID(s); ok {
			p.only(n, kindUUID)
			p.id(&n.packed.ids, two[0])
			return true
		}
	case 22:
		if two[0], ok = parseReplica(s); ok {
			p.only(n, kindReplica)
			p.id(&n.packed.ids, two[0])
			return true
		}
	case 32, 64:
		if some := two[:len(s)/32]; parseHex(s, some) {
			p.one(n, kindHex, len(some), nil)
			for _, v := range some {
				p.id(&n.packed.ids, v)
			}
			return true
		}
	}
	if len(s) >= longBytes && len(s)%4 == 0 && p.bytes(n, s) {
		return true
	}
	p.only(n, kindString)
	n.text(s)
	return true
}

// bytes takes base64, if that is what s is.
func (p *packer) bytes(n *node, s []byte) bool {
	had := len(p.raw)
	raw, err := strictBytes.AppendDecode(p.raw, s)
	size := len(raw) - had
	if err != nil || base64.StdEncoding.EncodedLen(size) != len(s) {
		return false // it may hold line ends, which the decoder passes over
	}
	p.raw = raw
	p.only(n, kindBytes)
	n.packed.sizes = binary.AppendUvarint(n.packed.sizes, uint64(size))
	return true
}

// text notes a text: its number among those of this place, or 0 and itself.
func (n *node) text(s []byte) {
	k := &n.packed
	if at, ok := k.text[string(s)]; ok {
		k.texts = binary.AppendUvarint(k.texts, uint64(at)+1)
		return
	}
	if k.text == nil {
		k.text = map[string]int{}
	}
	k.text[string(s)] = len(k.text)
	k.texts = binary.AppendUvarint(append(k.texts, 0), uint64(len(s)))
	k.texts = append(k.texts, s...)
}

func (p *packer) id(c *ids, v id) {
	at, known := p.known[v]
	if !known {
		at = len(p.known)
		p.known[v] = at
		p.raw = append(p.raw, v[:]...)
	}
	own, had := c.own[at]
	switch {
	case c.last == at+1:
		c.data = append(c.data, codeSame)
		return
	case had:
		c.data = binary.AppendUvarint(c.data, uint64(own)+codeOwn)
	case known:
		c.data = binary.AppendUvarint(append(c.data, codeOther), uint64(at)+1)
	default:
		c.data = append(c.data, codeOther, 0)
	}
	c.last = at + 1
	if !had {
		if c.own == nil {
			c.own = map[int]int{}
		}
		c.own[at] = len(c.own)
	}
}

func (p *packer) object(n *node, depth int) bool {
	p.i++
	open := len(p.names)
	for !p.take('}') {
		if len(p.names) > open && !p.take(',') {
			return false
		}
		name, ok := p.quoted()
		if !ok || !p.take(':') {
			return false
		}
		at := p.member(n, name, len(p.names)-open)
		p.names = append(p.names, at)
		if !p.value(n.members[at], nil, false, depth+1) {
			return false
		}
	}
	p.one(n, kindObject, len(p.names)-open, p.names[open:])
	p.names = p.names[:open]
	return true
}

// member finds the place of a member. Most come in the order in which they were seen first.
func (p *packer) member(n *node, name []byte, likely int) int {
	var end id
	ends := false
	if len(name) >= uuidLen {
		if end, ends = parseUUID(name[len(name)-uuidLen:]); ends {
			name = name[:len(name)-uuidLen]
		}
	}
	at := -1
	if likely < len(n.members) && n.members[likely].called(name, ends) {
		at = likely
	}
	for i := 0; at < 0 && i < len(n.members); i++ {
		if n.members[i].called(name, ends) {
			at = i
		}
	}
	if at < 0 {
		at = len(n.members)
		m := p.node()
		m.name, m.endsID = string(name), ends
		n.members = append(n.members, m)
	}
	if ends {
		p.id(&n.members[at].packed.names, end)
	}
	return at
}

func (n *node) called(name []byte, ends bool) bool { return n.endsID == ends && n.name == string(name) }

func (p *packer) array(n *node, inArray bool, depth int) bool {
	p.i++
	if c := p.next(); c == '[' || c == '{' {
		return p.list(n, depth)
	}
	var r *row
	if inArray {
		r = &row{}
	}
	size := 0
	for ; !p.take(']'); size++ {
		if size > 0 && !p.take(',') {
			return false
		}
		if size == len(n.parts) && size < parts {
			n.parts = append(n.parts, p.node())
		}
		part := n.parts[min(size, parts-1)]
		before := len(part.packed.ints)
		if r != nil {
			r.at = size
		}
		if !p.value(part, r, true, depth+1) {
			return false
		}
		if r != nil && len(part.packed.ints) == before {
			r.moved = 0
		}
	}
	p.one(n, kindTuple, size, nil)
	return true
}

func (p *packer) list(n *node, depth int) bool {
	if n.item == nil {
		n.item = p.node()
	}
	size := 0
	for ; !p.take(']'); size++ {
		if size > 0 && !p.take(',') || !p.value(n.item, nil, true, depth+1) {
			return false
		}
	}
	p.only(n, kindList)
	n.packed.counts = binary.AppendUvarint(n.packed.counts, uint64(size))
	return true
}
