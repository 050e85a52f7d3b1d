package smalljpeg

import (
	"image/jpeg"
	"io"
)

// bits gives a file byte by byte, and within a scan bit by bit.
type bits struct {
	r    io.Reader
	buf  [4096]byte // small, so that little is read behind the end of the picture
	i, j int        // buf[i:j] is read from r and not used yet
	err  error      // why nothing more can be read from r

	next uint64 // its lowest n bits come next
	n    int
}

// have reports whether want bytes of the file are in buf.
func (b *bits) have(want int) bool {
	for b.j-b.i < want {
		if b.err != nil {
			return false
		}
		if b.i > 0 {
			b.i, b.j = 0, copy(b.buf[:], b.buf[b.i:b.j])
		}
		var n int
		n, b.err = b.r.Read(b.buf[b.j:])
		b.j += n
		if b.err == io.EOF {
			b.err = io.ErrUnexpectedEOF // a JPEG says itself where it ends
		}
	}
	return true
}

// byte is the next byte. What was left of the bits is lost.
func (b *bits) byte() (byte, error) {
	b.next, b.n = 0, 0
	if !b.have(1) {
		return 0, b.err
	}
	b.i++
	return b.buf[b.i-1], nil
}

// full fills p.
func (b *bits) full(p []byte) error {
	for i := range p {
		c, err := b.byte()
		if err != nil {
			return err
		}
		p[i] = c
	}
	return nil
}

// skip passes over n bytes.
func (b *bits) skip(n int) error {
	for range n {
		if _, err := b.byte(); err != nil {
			return err
		}
	}
	return nil
}

// marker is the next marker. It passes over what lies before it, as other decoders do: fill bytes, and bytes behind the
// end of a scan.
func (b *bits) marker() (byte, error) {
	last := byte(0)
	for {
		c, err := b.byte()
		if err != nil {
			return 0, err
		}
		if last == 0xff && c != 0 && c != 0xff {
			return c, nil
		}
		last = c
	}
}

// fill puts as many bits into next as fit, up to the next marker.
func (b *bits) fill() {
	for b.n <= 56 && b.have(2) {
		c := b.buf[b.i]
		if c == 0xff {
			if b.buf[b.i+1] != 0 {
				return
			}
			b.i++
		}
		b.i++
		b.next = b.next<<8 | uint64(c)
		b.n += 8
	}
}

// short is why there are no more bits.
func (b *bits) short() error {
	if b.err != nil && !b.have(2) {
		return b.err
	}
	return jpeg.FormatError("short Huffman data")
}

// take is the next n bits, at most 16.
func (b *bits) take(n int) (int32, error) {
	if b.n < n {
		if b.fill(); b.n < n {
			return 0, b.short()
		}
	}
	b.n -= n
	return int32(b.next>>b.n) & (1<<n - 1), nil
}

// number is a number that is written in n bits, as section F.2.2.1 of the standard has it: RECEIVE and EXTEND.
func (b *bits) number(n int) (int32, error) {
	x, err := b.take(n)
	if n > 0 && x < 1<<(n-1) {
		x -= 1<<n - 1
	}
	return x, err
}

// A table is a Huffman code.
type table struct {
	short  [512]uint16 // for the next 9 bits: the symbol, and in the lower byte the length of its code, or 0 for a longer one
	symbol [256]byte   // in the order of their codes
	limit  [17]uint32  // by length: the first 16 bits from which on a code is longer
	first  [17]uint32  // by length: its first code
	index  [17]uint32  // by length: of its first symbol
}

// set makes the code from how many codes of each length it has; the symbols are there.
func (t *table) set(lengths [16]byte) error {
	clear(t.short[:])
	code, at := uint32(0), uint32(0)
	for i, n := range lengths {
		l := i + 1
		t.first[l], t.index[l] = code, at
		for range n {
			if code >= 1<<l {
				return jpeg.FormatError("more Huffman codes than there can be")
			}
			for k := uint32(0); l <= 9 && k < 1<<(9-l); k++ {
				t.short[code<<(9-l)|k] = uint16(t.symbol[at])<<8 | uint16(l)
			}
			code++
			at++
		}
		t.limit[l] = code << (16 - l)
		code <<= 1
	}
	return nil
}

// decode is the next symbol.
func (b *bits) decode(t *table) (byte, error) {
	if b.n < 16 {
		b.fill()
	}
	var next uint32 // 16 bits; behind the last one there are zeros
	if b.n >= 16 {
		next = uint32(b.next>>(b.n-16)) & 0xffff
	} else {
		next = uint32(b.next<<(16-b.n)) & 0xffff
	}
	if s := t.short[next>>7]; s != 0 {
		l := int(s & 0xff)
		if l > b.n {
			return 0, b.short()
		}
		b.n -= l
		return byte(s >> 8), nil
	}
	for l := 10; l <= 16; l++ {
		if next < t.limit[l] {
			if l > b.n {
				return 0, b.short()
			}
			b.n -= l
			return t.symbol[t.index[l]+next>>(16-l)-t.first[l]], nil
		}
	}
	if b.n < 16 {
		return 0, b.short()
	}
	return 0, jpeg.FormatError("bad Huffman code")
}
