package pack

// schema reads a node and what is inside it.
func (u *unpacker) schema(n *node, depth int) {
	if u.nodes++; depth > maxDepth || u.nodes > maxNodes {
		u.fail(ErrMalformed)
		return
	}
	size, list := 0, false
	for range u.count(&u.i, maxForms) {
		f := form{kind: byte(u.count(&u.i, kinds-1))}
		u.forms++
		switch f.kind {
		case kindHex:
			if f.n = u.count(&u.i, 2); f.n == 0 {
				u.fail(ErrMalformed)
			}
		case kindTuple:
			f.n = u.count(&u.i, u.limit)
			size = max(size, min(f.n, parts))
		case kindList:
			list = true
		case kindObject:
			f.n = u.count(&u.i, maxForms)
			for range f.n {
				f.members = append(f.members, u.member(n))
				if u.forms++; u.forms > maxForms || u.err != nil {
					break
				}
			}
		}
		if u.forms > maxForms {
			u.fail(ErrMalformed)
		}
		if u.err != nil {
			return
		}
		n.forms = append(n.forms, f)
	}
	for range size {
		n.parts = append(n.parts, &node{})
	}
	if list {
		n.item = &node{}
	}
	for _, c := range n.children() {
		if u.schema(c, depth+1); u.err != nil {
			return
		}
	}
}

// member reads which member comes next in a form, with its name if it is new.
func (u *unpacker) member(n *node) int {
	at := u.count(&u.i, len(n.members))
	if at == len(n.members) && u.err == nil {
		size := u.count(&u.i, 2*len(u.b)+1)
		n.members = append(n.members, &node{endsID: size&1 == 1, name: string(u.bytes(&u.i, size>>1))})
	}
	return at
}

// find notes where the columns of n begin, which has times values, and goes on to what is inside it.
func (u *unpacker) find(n *node, times int64) {
	if u.err != nil {
		return
	}
	if times > int64(u.limit) { // each would be a byte at least
		u.fail(ErrTooLarge)
		return
	}
	c := &n.column
	if c.names.at = u.i; n.endsID {
		u.skipIDs(times)
	}
	c.symbols = u.i
	per := u.tally(n, times)
	var of [kinds]int64
	members, elements := make([]int64, len(n.members)), make([]int64, len(n.parts))
	for i, f := range n.forms {
		of[f.kind] += per[i]
		switch f.kind {
		case kindHex:
			of[f.kind] += per[i] * int64(f.n-1)
		case kindObject:
			for _, m := range f.members {
				members[m] += per[i]
			}
		case kindTuple:
			for k := range min(f.n, parts) {
				elements[k] += per[i]
			}
			if f.n > parts {
				elements[parts-1] += per[i] * int64(f.n-parts)
			}
		}
	}
	if c.ints = u.i; of[kindInt] > 0 {
		c.near = u.count(&u.i, intsNear) == intsNear
		c.ints = u.i
		u.skip(of[kindInt])
	}
	c.ids.at = u.i
	u.skipIDs(of[kindUUID] + of[kindReplica] + of[kindHex])
	c.texts = u.i
	for range of[kindString] + of[kindNumber] {
		if u.uint(&u.i) == 0 {
			u.bytes(&u.i, u.count(&u.i, len(u.b)))
		}
		if u.err != nil {
			return
		}
	}
	c.sizes = u.i
	u.skip(of[kindBytes])
	c.counts = u.i
	var items int64
	for range of[kindList] {
		if items += int64(u.count(&u.i, u.limit)); items > int64(u.limit) {
			u.fail(ErrTooLarge)
		}
		if u.err != nil {
			return
		}
	}
	for i, m := range n.members {
		u.find(m, members[i])
	}
	for i, p := range n.parts {
		u.find(p, elements[i])
	}
	if n.item != nil {
		u.find(n.item, items)
	}
}

// tally counts how often each form of n comes among its next values.
func (u *unpacker) tally(n *node, times int64) []int64 {
	per := make([]int64, len(n.forms))
	switch {
	case len(per) == 1:
		per[0] = times
	case len(per) == 0 && times > 0:
		u.fail(ErrMalformed)
	case len(per) > 1:
		for range times {
			at := u.count(&u.i, len(per)-1)
			if u.err != nil {
				break
			}
			per[at]++
		}
	}
	return per
}

func (u *unpacker) skip(times int64) {
	for range times {
		if u.uint(&u.i); u.err != nil {
			return
		}
	}
}

func (u *unpacker) skipIDs(times int64) {
	for range times {
		if u.uint(&u.i) == codeOther {
			u.uint(&u.i)
		}
		if u.err != nil {
			return
		}
	}
}
