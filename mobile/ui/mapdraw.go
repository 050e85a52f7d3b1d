package ui

import (
	"image"
	"image/color"
	"math"
	"slices"

	"storewalk/mobile/store"
)

// A chart says where the earth is on a view: the middle and how many device-independent pixels a degree of latitude
// takes. Within a county the earth is flat enough.
type chart struct {
	lat, lon float64 // degrees, in the middle
	scale    float64
	w, h     float64 // of the view
}

// xy is where a place is on the view.
func (c chart) xy(lat, lon float64) (x, y float64) {
	return c.w/2 + (lon-c.lon)*c.scale*c.squeeze(), c.h/2 - (lat-c.lat)*c.scale
}

// place is what lies at a point of the view.
func (c chart) place(x, y float64) (lat, lon float64) {
	return c.lat - (y-c.h/2)/c.scale, c.lon + (x-c.w/2)/c.scale/c.squeeze()
}

// squeeze is how much shorter a degree of longitude is here.
func (c chart) squeeze() float64 { return math.Cos(c.lat * math.Pi / 180) }

// A pen draws on an image of the view, which has density pixels to a device-independent one.
type pen struct {
	img     *image.RGBA
	chart   chart
	density float64
	rows    [][]float64 // where outlines cross each row of pixels
}

// fill paints pixels that follow each other.
func fill(pix []uint8, c color.RGBA) {
	if len(pix) == 0 {
		return
	}
	pix[0], pix[1], pix[2], pix[3] = c.R, c.G, c.B, c.A
	for n := 4; n < len(pix); n *= 2 {
		copy(pix[n:], pix[:n])
	}
}

// area paints what lies within an odd number of rings.
func (p *pen) area(rings [][][2]float64, land color.RGBA) {
	w, h := p.img.Rect.Dx(), p.img.Rect.Dy()
	if len(p.rows) != h {
		p.rows = make([][]float64, h)
	}
	for i := range p.rows {
		p.rows[i] = p.rows[i][:0]
	}
	p.edges(rings, func(x0, y0, x1, y1 float64) {
		if y0 > y1 {
			x0, y0, x1, y1 = x1, y1, x0, y0
		}
		slope := (x1 - x0) / (y1 - y0)
		for y := max(0, int(math.Ceil(y0-0.5))); y < h && float64(y)+0.5 < y1; y++ {
			p.rows[y] = append(p.rows[y], x0+(float64(y)+0.5-y0)*slope)
		}
	})
	for y, xs := range p.rows {
		slices.Sort(xs)
		for i := 0; i+1 < len(xs); i += 2 {
			from, to := max(0, min(w, int(xs[i]+0.5))), max(0, min(w, int(xs[i+1]+0.5)))
			if from < to {
				fill(p.img.Pix[p.img.PixOffset(from, y):p.img.PixOffset(to-1, y)+4], land)
			}
		}
	}
}

// solid draws the lines of rings.
func (p *pen) solid(rings [][][2]float64, c color.RGBA) {
	p.edges(rings, func(x0, y0, x1, y1 float64) { p.line(x0, y0, x1, y1, outlineWidth*p.density, c) })
}

// The lines of a map, in device-independent pixels: a township's border is told from a county's by its dashes too.
const (
	outlineWidth    = 2
	borderWidth     = 1
	dashOn, dashOff = 6, 3
)

// dashed draws lines in dashes, which begin where a line begins, so that they move with the map.
func (p *pen) dashed(lines [][][2]float64, c color.RGBA) {
	w, h := float64(p.img.Rect.Dx()), float64(p.img.Rect.Dy())
	const period = dashOn + dashOff
	for _, line := range lines {
		phase := 0.0 // of the period, in device-independent pixels
		x0, y0 := p.pixel(line[0])
		for _, point := range line[1:] {
			x1, y1 := p.pixel(point)
			long := math.Hypot(x1-x0, y1-y0) / p.density
			if max(x0, x1) >= 0 && min(x0, x1) < w && max(y0, y1) >= 0 && min(y0, y1) < h {
				for at := -phase; at < long; at += period {
					if from, to := max(0, at)/long, min(long, at+dashOn)/long; from < to {
						p.line(x0+(x1-x0)*from, y0+(y1-y0)*from, x0+(x1-x0)*to, y0+(y1-y0)*to, borderWidth*p.density, c)
					}
				}
			}
			phase = math.Mod(phase+long, period)
			x0, y0 = x1, y1
		}
	}
}

// pixel is where a point lies on the image.
func (p *pen) pixel(at [2]float64) (x, y float64) {
	x, y = p.chart.xy(at[1], at[0])
	return x * p.density, y * p.density
}

// edges calls f with each edge in pixels.
func (p *pen) edges(rings [][][2]float64, f func(x0, y0, x1, y1 float64)) {
	for _, ring := range rings {
		for i, a := range ring {
			b := ring[(i+1)%len(ring)]
			x0, y0 := p.pixel(a)
			x1, y1 := p.pixel(b)
			f(x0, y0, x1, y1)
		}
	}
}

// line draws a line of a width, walking along its longer side: only pixels near the line are touched.
func (p *pen) line(x0, y0, x1, y1, width float64, c color.RGBA) {
	steep := math.Abs(y1-y0) > math.Abs(x1-x0)
	long, wide := p.img.Rect.Dx(), p.img.Rect.Dy()
	if steep {
		x0, y0, x1, y1 = y0, x0, y1, x1
		long, wide = wide, long
	}
	if x0 > x1 {
		x0, y0, x1, y1 = x1, y1, x0, y0
	}
	if x1-x0 < 1e-9 {
		return
	}
	slope := (y1 - y0) / (x1 - x0)
	reach := width / 2 * math.Hypot(1, slope) // of the line across the way it is walked
	for x := max(0, int(x0)); x < long && float64(x) <= x1; x++ {
		mid := y0 + (float64(x)+0.5-x0)*slope
		for y := max(0, int(mid-reach-1)); y < wide && float64(y) <= mid+reach+1; y++ {
			cover := min(1, reach+0.5-math.Abs(float64(y)+0.5-mid))
			if cover <= 0 {
				continue
			}
			if steep {
				p.blend(y, x, c, cover)
			} else {
				p.blend(x, y, c, cover)
			}
		}
	}
}

// blend mixes a colour into a pixel of the image.
func (p *pen) blend(x, y int, c color.RGBA, cover float64) {
	mix(p.img.Pix[p.img.PixOffset(x, y):], c, uint32(cover*255+0.5))
}

func mix(pix []uint8, c color.RGBA, a uint32) {
	pix = pix[:4:4]
	b := 255 - a
	pix[0] = uint8((uint32(c.R)*a + uint32(pix[0])*b) / 255)
	pix[1] = uint8((uint32(c.G)*a + uint32(pix[1])*b) / 255)
	pix[2] = uint8((uint32(c.B)*a + uint32(pix[2])*b) / 255)
	pix[3] = uint8((255*a + uint32(pix[3])*b) / 255)
}

// stamp draws a sign with its middle at a place.
func (p *pen) stamp(s *image.RGBA, lat, lon float64) {
	x, y := p.chart.xy(lat, lon)
	left, top := int(x*p.density)-s.Rect.Dx()/2, int(y*p.density)-s.Rect.Dy()/2
	first, last := max(0, -left), min(s.Rect.Dx(), p.img.Rect.Dx()-left)
	for sy := max(0, -top); sy < s.Rect.Dy() && top+sy < p.img.Rect.Dy() && first < last; sy++ {
		from := s.Pix[s.PixOffset(first, sy) : s.PixOffset(last-1, sy)+4]
		to := p.img.Pix[p.img.PixOffset(left+first, top+sy):]
		to = to[:len(from)]
		for i := 0; i+3 < len(from); i += 4 {
			switch a := from[i+3]; a {
			case 0:
			case 255:
				copy(to[i:i+4], from[i:i+4])
			default: // the sign's colours are not multiplied by its alpha
				mix(to[i:], color.RGBA{from[i], from[i+1], from[i+2], 255}, uint32(a))
			}
		}
	}
}

// signSize is how large the sign of a dot is, in device-independent pixels. From afar the many without a state are the
// background of the few that have one.
func signSize(state store.DotState, near bool) float64 {
	switch {
	case state != store.DotOther && near:
		return 17
	case state != store.DotOther:
		return 13
	case near:
		return 10
	}
	return 6
}

// sign draws the sign of a dot with a rim that parts it from its neighbours: what is due is a diamond, done a disc, a
// request a triangle, and the rest are rings.
func sign(state store.DotState, size float64, ink, rim color.RGBA) *image.RGBA {
	return shape(size, ink, rim, func(x, y float64) float64 {
		switch state {
		case store.DotDue:
			return (math.Abs(x) + math.Abs(y) - 1) / math.Sqrt2
		case store.DotRequest:
			return max(y-0.7, (math.Abs(x)*2-y-1)/math.Sqrt(5))
		case store.DotOther:
			return math.Abs(math.Hypot(x, y)-0.7) - 0.3
		}
		return math.Hypot(x, y) - 0.92
	})
}

// hereSign is where the phone is: a disc in a ring.
func hereSign(size float64, ink, rim color.RGBA) *image.RGBA {
	return shape(size, ink, rim, func(x, y float64) float64 {
		r := math.Hypot(x, y)
		return min(r-0.5, math.Abs(r-0.88)-0.12)
	})
}

// shape draws what is nearer than 0 of a form within -1 to 1, in size pixels, with a rim around it.
func shape(size float64, ink, rim color.RGBA, distance func(x, y float64) float64) *image.RGBA {
	r := size / 2
	edge := max(1.5, size/9)
	n := int(math.Ceil(size + 2*edge + 2))
	img := image.NewRGBA(image.Rect(0, 0, n, n))
	for y := range n {
		for x := range n {
			d := distance((float64(x)+0.5-float64(n)/2)/r, (float64(y)+0.5-float64(n)/2)/r) * r
			outer := min(1, max(0, edge+0.5-d))
			if outer == 0 {
				continue
			}
			inner := min(1, max(0, 0.5-d))
			pix := img.Pix[img.PixOffset(x, y):]
			pix[0], pix[1], pix[2], pix[3] = rim.R, rim.G, rim.B, 255
			mix(pix, ink, uint32(inner*255))
			pix[3] = uint8(outer * 255)
		}
	}
	return img
}
