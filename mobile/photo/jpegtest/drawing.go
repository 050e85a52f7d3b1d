// Package jpegtest writes JPEGs for tests: Go's own encoder makes neither progressive ones nor all samplings.
package jpegtest

import (
	"bufio"
	"io"
	mathbits "math/bits"
)

// A Drawing is a JPEG that has yet to be written. Four components are inks.
type Drawing struct {
	W, H     int
	Ratios   [][2]int                               // samples of each component, across and down
	Block    func(component, bx, by int) *[64]int16 // coefficients in zigzag order
	Script   []Scan                                 // nil is one, of a picture that is not progressive
	Restarts int                                    // MCUs between two of them; 0 is none
	RGB      bool                                   // the three components are red, green and blue
}

// A Scan is one passage over the picture.
type Scan struct {
	Components int // as a set of bits
	From, To   int // coefficients
	High, Low  int // the lowest bit that was told, and that is told
}

// Script is scans as libjpeg makes them.
func Script(components int) []Scan {
	all := 1<<components - 1
	scans := []Scan{{all, 0, 0, 0, 1}}
	for c := range components {
		scans = append(scans, Scan{1 << c, 1, 5, 0, 2}, Scan{1 << c, 6, 63, 0, 2}, Scan{1 << c, 1, 63, 2, 1})
	}
	scans = append(scans, Scan{all, 0, 0, 1, 0})
	for c := range components {
		scans = append(scans, Scan{1 << c, 1, 63, 1, 0})
	}
	return scans
}

// writer writes bits, as a scan has them.
type writer struct {
	*bufio.Writer
	next  uint64
	n     int
	run   int      // blocks with nothing new that are not written yet
	later []uint16 // bits that stand behind the next symbol
}

func (w *writer) put(x, n int) {
	w.next, w.n = w.next<<n|uint64(x)&(1<<n-1), w.n+n
	for w.n >= 8 {
		w.n -= 8
		c := byte(w.next >> w.n)
		w.WriteByte(c)
		if c == 0xff {
			w.WriteByte(0)
		}
	}
}

// symbol writes x in the one code of all tables: 128 symbols of 8 bits and 128 of 9.
func (w *writer) symbol(x int) {
	if x < 128 {
		w.put(x, 8)
		return
	}
	w.put(128+x, 9)
}

// number writes x as the size in front of it says.
func (w *writer) number(x int) {
	n := size(x)
	if x < 0 {
		x--
	}
	w.put(x, n)
}

func size(x int) int { return mathbits.Len(uint(max(x, -x))) }

// flush writes what is known of the blocks before, and with all it fills the last byte.
func (w *writer) flush(all bool) {
	if w.run > 0 {
		n := mathbits.Len(uint(w.run)) - 1
		w.symbol(n << 4)
		w.put(w.run, n)
	}
	w.run = 0
	w.more()
	if all {
		w.put(0x7f, (8-w.n)%8)
	}
}

func (w *writer) more() {
	for _, bit := range w.later {
		w.put(int(bit), 1)
	}
	w.later = w.later[:0]
}

// Write writes it all.
func (d *Drawing) Write(to io.Writer) error {
	w := &writer{Writer: bufio.NewWriter(to)}
	w.WriteString("\xff\xd8")
	if d.RGB || len(d.Ratios) == 4 { // that nothing is done to the colours says Adobe's marker
		w.WriteString("\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00")
	}
	w.WriteString("\xff\xdb\x00\x43\x00")
	for k := range 64 {
		w.WriteByte(byte(3 + k/2))
	}
	for _, class := range []byte{0x00, 0x10} {
		w.Write([]byte{0xff, 0xc4, 1, 19, class, 0, 0, 0, 0, 0, 0, 0, 128, 128, 0, 0, 0, 0, 0, 0, 0})
		for x := range 256 {
			w.WriteByte(byte(x))
		}
	}
	kind := byte(0xc2)
	scans := d.Script
	if scans == nil {
		kind, scans = 0xc0, []Scan{{1<<len(d.Ratios) - 1, 0, 63, 0, 0}}
	}
	w.Write([]byte{0xff, kind, 0, byte(8 + 3*len(d.Ratios)), 8, byte(d.H >> 8), byte(d.H), byte(d.W >> 8), byte(d.W), byte(len(d.Ratios))})
	for i, r := range d.Ratios {
		w.Write([]byte{byte(i + 1), byte(r[0]<<4 | r[1]), 0})
	}
	if d.Restarts > 0 {
		w.Write([]byte{0xff, 0xdd, 0, 4, byte(d.Restarts >> 8), byte(d.Restarts)})
	}
	for _, s := range scans {
		d.scan(w, s)
	}
	w.WriteString("\xff\xd9")
	return w.Flush()
}

func (d *Drawing) scan(w *writer, s Scan) {
	comps := []int{}
	for c := range d.Ratios {
		if s.Components>>c&1 == 1 {
			comps = append(comps, c)
		}
	}
	w.Write([]byte{0xff, 0xda, 0, byte(6 + 2*len(comps)), byte(len(comps))})
	for _, c := range comps {
		w.Write([]byte{byte(c + 1), 0})
	}
	w.Write([]byte{byte(s.From), byte(s.To), byte(s.High<<4 | s.Low)})

	y, last := d.Ratios[0], [4]int{}
	across, down := up(d.W, 8*y[0]), up(d.H, 8*y[1])
	if len(comps) == 1 {
		r := d.Ratios[comps[0]]
		across, down = up(up(d.W*r[0], y[0]), 8), up(up(d.H*r[1], y[1]), 8)
	}
	for i := range across * down {
		if d.Restarts > 0 && i > 0 && i%d.Restarts == 0 {
			w.flush(true)
			w.Write([]byte{0xff, 0xd0 + byte(i/d.Restarts-1)&7})
			last = [4]int{}
		}
		mx, my := i%across, i/across
		if len(comps) == 1 {
			d.one(w, s, comps[0], mx, my, &last)
			continue
		}
		for _, c := range comps {
			r := d.Ratios[c]
			for k := range r[0] * r[1] {
				d.one(w, s, c, mx*r[0]+k%r[0], my*r[1]+k/r[0], &last)
			}
		}
	}
	w.flush(true)
}

// one writes what a scan tells of one block.
func (d *Drawing) one(w *writer, s Scan, c, bx, by int, last *[4]int) {
	b := d.Block(c, bx, by)
	switch {
	case s.From == 0 && s.High == 0:
		x := int(b[0]) >> s.Low
		w.symbol(size(x - last[c]))
		w.number(x - last[c])
		last[c] = x
		if s.To == 0 {
			return
		}
		if zeros := w.band(b, Scan{From: 1, To: 63}); zeros > 0 {
			w.symbol(0)
		}
	case s.From == 0:
		w.put(int(b[0])>>s.Low, 1)
	case s.High == 0:
		if zeros := w.band(b, s); zeros > 0 {
			if w.run++; w.run == 0x7fff {
				w.flush(false)
			}
		}
	default:
		w.refine(b, s)
	}
}

// at is a coefficient without its lowest bits.
func at(x int16, low int) int {
	if x < 0 {
		return -(-int(x) >> low)
	}
	return int(x) >> low
}

// band writes coefficients for the first time and returns how many zeros are left at the end.
func (w *writer) band(b *[64]int16, s Scan) (zeros int) {
	for k := s.From; k <= s.To; k++ {
		x := at(b[k], s.Low)
		if x == 0 {
			zeros++
			continue
		}
		for w.flush(false); zeros > 15; zeros -= 16 {
			w.symbol(0xf0)
		}
		w.symbol(zeros<<4 | size(x))
		w.number(x)
		zeros = 0
	}
	return zeros
}

// refine writes one more bit of each.
func (w *writer) refine(b *[64]int16, s Scan) {
	end := 0 // the last that is new
	for k := s.From; k <= s.To; k++ {
		if x := at(b[k], s.Low); x == 1 || x == -1 {
			end = k
		}
	}
	zeros, own := 0, []uint16(nil)
	symbol := func(x int) {
		w.flush(false)
		w.symbol(x)
	}
	for k := s.From; k <= s.To; k++ {
		x := at(b[k], s.Low)
		if x == 0 {
			zeros++
			continue
		}
		for zeros > 15 && k <= end {
			symbol(0xf0)
			zeros -= 16
			w.later, own = append(w.later, own...), nil
			w.more()
		}
		if x > 1 || x < -1 {
			own = append(own, uint16(x&1)) // the lowest bit of -x is that of x
			continue
		}
		symbol(zeros<<4 | 1)
		w.put((x+1)/2, 1)
		w.later, own = append(w.later, own...), nil
		w.more()
		zeros = 0
	}
	if zeros > 0 || len(own) > 0 {
		w.run++
		w.later = append(w.later, own...)
		if w.run == 0x7fff {
			w.flush(false)
		}
	}
}

// up is a/b, rounded up.
func up(a, b int) int { return (a + b - 1) / b }
