// Package smalljpeg reads a JPEG at some eighths of its size, in memory that goes with what it makes and not with what it
// reads, and without the flicker of a picture that is made small by leaving out pixels. Of each block of 8 × 8 it keeps
// the low frequencies that a block of n × n needs. A progressive JPEG tells of a block in many scans, and a later one is
// read by what the earlier ones said: of the other frequencies one bit is enough.
package smalljpeg

import (
	"image"
	"image/jpeg"
	"io"
)

const (
	// maxScans bounds how often a small file can lead over all of a large picture. Cameras and galleries write about ten.
	maxScans = 1000
	// maxHeld is from how many bytes on a picture is made no larger than it has to be.
	maxHeld = 72 << 20
)

// Decode reads a JPEG at n eighths of its size, rounded up, with n from 1 to 8 such that its longer side is no shorter than
// side, unless all of it is. Rather it is half as long again: what makes it just as long as side then has something to
// choose from. What cannot be read is refused as image/jpeg refuses it: with a jpeg.FormatError, a jpeg.UnsupportedError or
// io.ErrUnexpectedEOF, and a file that ends too soon with one of them. The caller has seen to the number of pixels.
func Decode(r io.Reader, side int) (image.Image, error) {
	d := &decoder{bits: bits{r: r}, adobe: -1}
	d.scale = func() int { return d.eighths(side) }
	return d.read()
}

// eighths is at how many of them the picture is made.
func (d *decoder) eighths(side int) int {
	enough := func(side int) int {
		n := 1
		for n < 8 && max(d.w, d.h)*n < side*8 {
			n++
		}
		return n
	}
	n := enough(side + side/2)
	for n > enough(side) && d.held(n) > maxHeld {
		n--
	}
	return n
}

// held is how many bytes a picture of n eighths takes, when nothing is given back before its end.
func (d *decoder) held(n int) int {
	blocks := 0
	for _, c := range d.comps {
		blocks += c.wide * c.high
	}
	bytes := blocks * n * n
	if d.progressive {
		bytes += blocks * (2*n*n + 8)
	}
	if len(d.comps) == 4 || d.plain() {
		bytes += d.w * d.h * n * n / 16 // put together, 4 bytes for each pixel
	}
	return bytes
}

func (d *decoder) read() (image.Image, error) {
	var soi [2]byte
	if err := d.full(soi[:]); err != nil {
		return nil, err
	}
	if soi != [2]byte{0xff, 0xd8} {
		return nil, jpeg.FormatError("missing SOI marker")
	}
	for {
		marker, err := d.marker()
		if err != nil {
			return nil, err
		}
		if marker == 0xd9 {
			return d.picture()
		}
		if marker >= 0xd0 && marker <= 0xd7 { // a restart after the last interval, which some encoders write
			continue
		}
		if err := d.segment(marker); err != nil {
			return nil, err
		}
	}
}

type decoder struct {
	bits
	scale      func() int // of how many eighths it is to be, asked once the sizes are known
	side, area int        // pixels of a block in the picture that is made: along a side, and all of them
	place      [64]int8   // in zigzag order: where in its block a coefficient is kept, or -1
	wave       [8][8]int

	w, h        int // pixels of the whole picture
	progressive bool
	comps       []*component
	quant       [4]*[64]int32 // in zigzag order
	dc, ac      [4]table
	interval    int // MCUs between two restarts; 0 is none
	scans       int

	jfif  bool
	adobe int // what Adobe says about the colours; -1 is nothing
}

// A component is one of the planes that make the colours.
type component struct {
	id         byte
	h, v       int // samples of it where the coarsest component has one
	tq         byte
	wide, high int // blocks, of whole MCUs

	kept []int16  // progressive: n × n coefficients of each block
	seen []uint64 // progressive: in zigzag order, which coefficients of each block are not 0

	pix    []byte // n × n pixels of each block
	stride int
	quant  *[64]int // for each coefficient that is kept
}

// segment reads what belongs to a marker.
func (d *decoder) segment(marker byte) error {
	var size [2]byte
	if err := d.full(size[:]); err != nil {
		return err
	}
	n := int(size[0])<<8 + int(size[1]) - 2
	if n < 0 {
		return jpeg.FormatError("short segment length")
	}
	var read func([]byte) error
	switch {
	case marker >= 0xc0 && marker <= 0xc2:
		d.progressive = marker == 0xc2
		read = d.frame
	case marker == 0xc4:
		read = d.huffman
	case marker == 0xda:
		read = d.scan
	case marker == 0xdb:
		read = d.quantization
	case marker == 0xdd:
		read = d.restarts
	case marker == 0xe0:
		read = d.app0
	case marker == 0xee:
		read = d.app14
	case marker >= 0xe0 && marker <= 0xef, marker == 0xfe:
		return d.skip(n)
	case marker < 0xc0:
		return jpeg.FormatError("unknown marker")
	default: // arithmetic coding, lossless, hierarchical
		return jpeg.UnsupportedError("unknown marker")
	}
	b := make([]byte, n)
	if err := d.full(b); err != nil {
		return err
	}
	return read(b)
}

func (d *decoder) frame(b []byte) error {
	if d.comps != nil {
		return jpeg.FormatError("multiple SOF markers")
	}
	if len(b) != 6+3*1 && len(b) != 6+3*3 && len(b) != 6+3*4 {
		return jpeg.UnsupportedError("number of components")
	}
	if b[0] != 8 {
		return jpeg.UnsupportedError("precision")
	}
	d.h, d.w = int(b[1])<<8|int(b[2]), int(b[3])<<8|int(b[4])
	if d.w == 0 || d.h == 0 {
		return jpeg.FormatError("no pixels")
	}
	if len(b) != 6+3*int(b[5]) {
		return jpeg.FormatError("SOF has wrong length")
	}
	for i := 6; i < len(b); i += 3 {
		c := &component{id: b[i], h: int(b[i+1] >> 4), v: int(b[i+1] & 15), tq: b[i+2]}
		for _, other := range d.comps {
			if other.id == c.id {
				return jpeg.FormatError("repeated component identifier")
			}
		}
		if c.tq > 3 {
			return jpeg.FormatError("bad Tq value")
		}
		if c.h < 1 || c.h > 4 || c.v < 1 || c.v > 4 {
			return jpeg.FormatError("luma/chroma subsampling ratio")
		}
		d.comps = append(d.comps, c)
	}
	if err := d.sampling(); err != nil {
		return err
	}
	d.setScale(d.scale())
	return nil
}

// setScale says how many pixels a block becomes along a side.
func (d *decoder) setScale(n int) {
	d.side, d.area, d.wave = n, n*n, wave(n)
	for zig, at := range unzig {
		d.place[zig] = -1
		if x, y := at%8, at/8; x < n && y < n {
			d.place[zig] = int8(y*n + x)
		}
	}
}

// sampling accepts the ratios that image.YCbCr has, as image/jpeg does.
func (d *decoder) sampling() error {
	y := d.comps[0]
	if len(d.comps) == 1 {
		y.h, y.v = 1, 1 // with nothing to compare with it means nothing
	}
	for i, c := range d.comps {
		ok := c.h != 3 && c.v != 3 && y.v != 4 && y.h%c.h == 0 && y.v%c.v == 0
		switch {
		case i == 2:
			ok = ok && c.h == d.comps[1].h && c.v == d.comps[1].v
		case i == 3:
			ok = ok && c.h == y.h && c.v == y.v
		}
		if len(d.comps) == 4 {
			ok = ok && y.h == y.v && y.h < 4 && (i == 0 || i == 3 || c.h == 1 && c.v == 1)
		}
		if !ok {
			return jpeg.UnsupportedError("luma/chroma subsampling ratio")
		}
		c.wide, c.high = d.columns()*c.h, d.rows()*c.v
	}
	return nil
}

// columns and rows are the numbers of MCUs, in each of which all components have their samples.
func (d *decoder) columns() int { return up(d.w, 8*d.comps[0].h) }
func (d *decoder) rows() int    { return up(d.h, 8*d.comps[0].v) }

// up is a/b, rounded up.
func up(a, b int) int { return (a + b - 1) / b }

func (d *decoder) quantization(b []byte) error {
	for len(b) > 0 {
		size, at := 1+int(b[0]>>4), b[0]&15
		if size > 2 || at > 3 {
			return jpeg.FormatError("bad Pq or Tq value")
		}
		if len(b) < 1+64*size {
			return jpeg.FormatError("DQT has wrong length")
		}
		q := new([64]int32)
		for i := range q {
			if q[i] = int32(b[1+i*size]); size == 2 {
				q[i] = q[i]<<8 | int32(b[2+i*size])
			}
		}
		d.quant[at], b = q, b[1+64*size:]
	}
	return nil
}

func (d *decoder) huffman(b []byte) error {
	for len(b) > 0 {
		if len(b) < 17 {
			return jpeg.FormatError("DHT has wrong length")
		}
		class, at := b[0]>>4, b[0]&15
		if class > 1 || at > 3 {
			return jpeg.FormatError("bad Tc or Th value")
		}
		total := 0
		for _, n := range b[1:17] {
			total += int(n)
		}
		if total == 0 || total > 256 || len(b) < 17+total {
			return jpeg.FormatError("DHT has wrong length")
		}
		t := &d.dc[at]
		if class == 1 {
			t = &d.ac[at]
		}
		copy(t.symbol[:], b[17:17+total])
		if err := t.set([16]byte(b[1:17])); err != nil {
			return err
		}
		b = b[17+total:]
	}
	return nil
}

func (d *decoder) restarts(b []byte) error {
	if len(b) != 2 {
		return jpeg.FormatError("DRI has wrong length")
	}
	d.interval = int(b[0])<<8 | int(b[1])
	return nil
}

func (d *decoder) app0(b []byte) error {
	if len(b) >= 5 {
		d.jfif = string(b[:5]) == "JFIF\x00"
	}
	return nil
}

// plain reports whether the three components are red, green and blue.
func (d *decoder) plain() bool {
	if len(d.comps) != 3 || d.jfif {
		return false
	}
	return d.adobe == 0 || string([]byte{d.comps[0].id, d.comps[1].id, d.comps[2].id}) == "RGB"
}

func (d *decoder) app14(b []byte) error {
	if len(b) >= 12 && string(b[:5]) == "Adobe" {
		d.adobe = int(b[11])
	}
	return nil
}
