package pack

// Limits of a packed message, for both sides.
const (
	maxDepth = 128    // values inside values
	maxNodes = 4_096  // places
	maxForms = 65_536 // forms and members in them, over all places
)

// The kinds of values, as they are in a schema.
const (
	kindNull = iota
	kindTrue
	kindFalse
	kindInt     // an integer in its shortest form, of at most 18 digits
	kindNumber  // another number, as text
	kindString  // the text between the quotes, with its escapes
	kindUUID    // an id in lower case with dashes
	kindReplica // an id as 22 characters of base64url
	kindHex     // one id, or two in a row, as 32 or 64 lower-case hex digits
	kindBytes   // base64 with padding, of 24 characters or more
	kindObject  // with these members in this order
	kindTuple   // an array of so many elements, each of the first 8 at a place of its own
	kindList    // an array whose elements are all at one place; the first is an array or object
	kinds
)

// A form is one of the ways in which the values at a place look.
type form struct {
	kind    byte
	n       int   // of kindHex and kindTuple
	members []int // of kindObject: indexes into node.members
}

// A node is a place where values are.
type node struct {
	name    string // of a member, as text with its escapes
	endsID  bool   // the member's name goes on with an id
	forms   []form
	members []*node // of objects
	parts   []*node // of tuples
	item    *node   // of lists
	apart   bool    // elements of the array come beside the message

	packed packed // while packing
	column column // while unpacking
}

// parts is how many elements of a tuple have places of their own; those that follow are at the last one's.
const parts = 8

// children returns the places inside n, in the order of the format.
func (n *node) children() []*node {
	out := append(append(make([]*node, 0, len(n.members)+len(n.parts)+1), n.members...), n.parts...)
	if n.item != nil {
		out = append(out, n.item)
	}
	return out
}

// guesses says what an integer is compared with: the last one at its place. In an array that is in an array, as the
// entries of records are, it is the last one at its position in any such array that began with the same number, since
// entries of one replica are numbered together, whatever their fields.
type guesses struct {
	last [parts][16]int64
}

// A row is how far an array in an array has been read.
type row struct {
	first int64 // its first integer
	at    int   // the element
	moved int64 // by how much the element before missed its guess; 0 when it was no integer
}

// last returns the number to compare with, to be replaced by the one that came. own is that of the place, r nil
// outside of arrays in arrays.
func (g *guesses) of(own *int64, r *row) *int64 {
	if r == nil {
		return own
	}
	return &g.last[min(r.at, parts-1)][uint64(r.first)%16]
}

// took notes an integer that missed its guess by moved, and returns by how much the element before had.
func (r *row) took(v, moved int64) (before int64) {
	if r == nil {
		return 0
	}
	if r.at == 0 {
		r.first = v
	}
	before, r.moved = r.moved, moved
	return before
}
