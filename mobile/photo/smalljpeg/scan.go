package smalljpeg

import (
	"image/jpeg"
	mathbits "math/bits"
)

// A scan is one passage over the picture: of some components, some coefficients, or some bits of them.
type scan struct {
	*decoder
	parts    []part
	from, to int // coefficients, in zigzag order
	high     int // the lowest bit that is known already, or 0
	low      int // the lowest bit that this scan tells
	run      int // blocks that follow and have nothing new
	block    [64]int16
}

// A part is what a scan has of one component.
type part struct {
	*component
	dc, ac *table
	last   int32 // the block before has this mean
}

// scan reads a scan header and the scan.
func (d *decoder) scan(b []byte) error {
	if d.comps == nil {
		return jpeg.FormatError("missing SOF marker")
	}
	if d.scans++; d.scans > maxScans {
		return jpeg.FormatError("too many scans")
	}
	if len(b) < 6 || len(b) != 4+2*int(b[0]) || int(b[0]) > len(d.comps) {
		return jpeg.FormatError("SOS has wrong length")
	}
	s := &scan{decoder: d, to: 63}
	samples := 0
	for i := 1; i < len(b)-3; i += 2 {
		p, err := d.part(b[i], b[i+1])
		if err != nil {
			return err
		}
		for _, other := range s.parts {
			if other.component == p.component {
				return jpeg.FormatError("repeated component selector")
			}
		}
		samples += p.h * p.v
		s.parts = append(s.parts, p)
	}
	if len(s.parts) > 1 && samples > 10 {
		return jpeg.FormatError("total sampling factors too large")
	}
	if !d.progressive {
		return s.walk(s.whole)
	}
	b = b[len(b)-3:]
	s.from, s.to, s.high, s.low = int(b[0]), int(b[1]), int(b[2]>>4), int(b[2]&15)
	switch {
	case s.from == 0 && s.to != 0, s.from > s.to, s.to > 63:
		return jpeg.FormatError("bad spectral selection bounds")
	case s.from > 0 && len(s.parts) > 1:
		return jpeg.FormatError("progressive AC coefficients for more than one component")
	case s.high != 0 && s.high != s.low+1:
		return jpeg.FormatError("bad successive approximation values")
	case s.from == 0 && s.high == 0:
		return s.walk(s.mean)
	case s.from == 0:
		return s.walk(s.refineMean)
	case s.high == 0:
		return s.walk(s.band)
	}
	return s.walk(s.refineBand)
}

// part finds the component that a scan header means, and makes room for it.
func (d *decoder) part(id, tables byte) (part, error) {
	for _, c := range d.comps {
		if c.id != id {
			continue
		}
		if tables>>4 > 3 || tables&15 > 3 {
			return part{}, jpeg.FormatError("bad Td or Ta value")
		}
		switch blocks := c.wide * c.high; {
		case !d.progressive && d.quant[c.tq] == nil:
			return part{}, jpeg.FormatError("missing quantization table")
		case !d.progressive && c.pix == nil:
			d.plane(c)
			c.quant = d.factors(c)
		case d.progressive && c.kept == nil:
			c.kept, c.seen = make([]int16, blocks*d.area), make([]uint64, blocks)
		}
		return part{component: c, dc: &d.dc[tables>>4], ac: &d.ac[tables&15]}, nil
	}
	return part{}, jpeg.FormatError("unknown component selector")
}

// walk calls block for each block of the scan, in the order of the file. A scan of one component has no blocks that lie
// beside the picture; one of several has whole MCUs.
func (s *scan) walk(block func(p *part, bx, by int) error) error {
	across, down, alone := s.columns(), s.rows(), len(s.parts) == 1
	if alone {
		c, y := s.parts[0], s.comps[0]
		across, down = up(up(s.w*c.h, y.h), 8), up(up(s.h*c.v, y.v), 8)
	}
	s.next, s.n = 0, 0
	for i := range across * down {
		if s.interval > 0 && i > 0 && i%s.interval == 0 {
			if err := s.restart(byte(i/s.interval - 1)); err != nil {
				return err
			}
		}
		mx, my := i%across, i/across
		if alone {
			if err := block(&s.parts[0], mx, my); err != nil {
				return err
			}
			continue
		}
		for j := range s.parts {
			p := &s.parts[j]
			for k := range p.h * p.v {
				if err := block(p, mx*p.h+k%p.h, my*p.v+k/p.h); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// restart reads the i-th restart marker of the scan.
func (s *scan) restart(i byte) error {
	m, err := s.marker()
	if err != nil {
		return err
	}
	if m != 0xd0+i&7 {
		return jpeg.FormatError("bad RST marker")
	}
	s.run = 0
	for j := range s.parts {
		s.parts[j].last = 0
	}
	return nil
}

// difference reads what the mean of a block is more than that of the block before.
func (s *scan) difference(p *part) error {
	size, err := s.decode(p.dc)
	if err != nil {
		return err
	}
	if size > 16 {
		return jpeg.UnsupportedError("excessive DC component")
	}
	more, err := s.number(int(size))
	p.last += more
	return err
}

// whole reads a block of a picture that is not progressive.
func (s *scan) whole(p *part, bx, by int) error {
	if err := s.difference(p); err != nil {
		return err
	}
	clear(s.block[:])
	s.block[0] = int16(p.last)
	for k := 1; k < 64; k++ {
		symbol, err := s.decode(p.ac)
		if err != nil {
			return err
		}
		zeros, size := int(symbol>>4), int(symbol&15)
		if size == 0 {
			if zeros < 15 {
				break
			}
			k += 15
			continue
		}
		if k += zeros; k > 63 {
			break
		}
		x, err := s.number(size)
		if err != nil {
			return err
		}
		if at := s.place[k]; at >= 0 {
			s.block[at] = int16(x)
		}
	}
	s.draw(p.component, bx, by, s.block[:s.area])
	return nil
}

// mean reads the mean of a block for the first time.
func (s *scan) mean(p *part, bx, by int) error {
	err := s.difference(p)
	p.kept[(by*p.wide+bx)*s.area] = int16(p.last << s.low)
	return err
}

// refineMean reads one more bit of it.
func (s *scan) refineMean(p *part, bx, by int) error {
	bit, err := s.take(1)
	p.kept[(by*p.wide+bx)*s.area] |= int16(bit << s.low)
	return err
}

// band reads some coefficients of a block for the first time.
func (s *scan) band(p *part, bx, by int) error {
	if s.run > 0 {
		s.run--
		return nil
	}
	at := by*p.wide + bx
	kept := p.kept[at*s.area:]
	for k := s.from; k <= s.to; k++ {
		symbol, err := s.decode(p.ac)
		if err != nil {
			return err
		}
		zeros, size := int(symbol>>4), int(symbol&15)
		if size == 0 {
			if zeros < 15 {
				err = s.runOf(zeros)
				s.run-- // this block is the first of them
				return err
			}
			k += 15
			continue
		}
		if k += zeros; k > s.to {
			return nil
		}
		x, err := s.number(size)
		if err != nil {
			return err
		}
		p.seen[at] |= 1 << k
		if j := s.place[k]; j >= 0 {
			kept[j] = int16(x << s.low)
		}
	}
	return nil
}

// runOf reads how many blocks have nothing new, written in n bits behind a 1.
func (s *scan) runOf(n int) error {
	more, err := s.take(n)
	s.run = 1<<n + int(more)
	return err
}

// refineBand reads one more bit of some coefficients of a block, and those of which it is the first one. Section G.1.2.3.
func (s *scan) refineBand(p *part, bx, by int) error {
	at, k := by*p.wide+bx, s.from
coefficients:
	for ; s.run == 0 && k <= s.to; k++ {
		symbol, err := s.decode(p.ac)
		if err != nil {
			return err
		}
		zeros, fresh := int(symbol>>4), int16(0)
		switch symbol & 15 {
		case 0:
			if zeros < 15 {
				if err := s.runOf(zeros); err != nil {
					return err
				}
				break coefficients
			}
		case 1:
			bit, err := s.take(1)
			if err != nil {
				return err
			}
			fresh = int16(2*bit-1) << s.low
		default:
			return jpeg.FormatError("unexpected Huffman code")
		}
		if k, err = s.refine(p, at, k, zeros); err != nil {
			return err
		}
		if k > s.to {
			return jpeg.FormatError("too many coefficients")
		}
		if fresh != 0 {
			p.seen[at] |= 1 << k
			if j := s.place[k]; j >= 0 {
				p.kept[at*s.area+int(j)] = fresh
			}
		}
	}
	if s.run == 0 {
		return nil
	}
	s.run--
	_, err := s.refine(p, at, k, -1)
	return err
}

// refine reads one more bit of each coefficient that is not 0, from the k-th on, over as many that are, or over all of them
// for -1. It returns where it stopped.
func (s *scan) refine(p *part, at, k, zeros int) (int, error) {
	seen := p.seen[at]
	for ; k <= s.to; k++ {
		if zeros < 0 {
			k += mathbits.TrailingZeros64(seen >> k)
			if k > s.to {
				break
			}
		}
		if seen>>k&1 == 0 {
			if zeros == 0 {
				break
			}
			zeros--
			continue
		}
		bit, err := s.take(1)
		if err != nil {
			return k, err
		}
		j := s.place[k]
		if bit == 0 || j < 0 {
			continue
		}
		if x := &p.kept[at*s.area+int(j)]; *x >= 0 {
			*x += 1 << s.low
		} else {
			*x -= 1 << s.low
		}
	}
	return k, nil
}
