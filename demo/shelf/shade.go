package shelf

import "math"

// An rgb is a colour, each part 0 to 255.
type rgb [3]float32

func hex(n uint32) rgb { return rgb{float32(n >> 16 & 255), float32(n >> 8 & 255), float32(n & 255)} }

func (c rgb) times(k float32) rgb { return rgb{c[0] * k, c[1] * k, c[2] * k} }

func (c rgb) mix(d rgb, t float32) rgb {
	return rgb{c[0] + (d[0]-c[0])*t, c[1] + (d[1]-c[1])*t, c[2] + (d[2]-c[2])*t}
}

// plain is one colour all over.
func plain(c rgb) shader { return func(_, _ float64) (rgb, float32) { return c, 1 } }

// fade goes from top to bottom.
func fade(top, bottom rgb) shader {
	return func(_, v float64) (rgb, float32) { return top.mix(bottom, float32(v)), 1 }
}

// dim is s in less light, or in more.
func dim(s shader, k float32) shader {
	return func(u, v float64) (rgb, float32) {
		c, a := s(u, v)
		return c.times(k), a
	}
}

// lit is s under a light that light describes.
func lit(s shader, light func(u, v float64) float64) shader {
	return func(u, v float64) (rgb, float32) {
		c, a := s(u, v)
		return c.times(float32(light(u, v))), a
	}
}

// glass lets through what is behind it, but for alpha of c.
func glass(c rgb, alpha float32) shader { return func(_, _ float64) (rgb, float32) { return c, alpha } }

// wood is a board of the colour c; w and h are millimetres, the grain runs along the longer.
func wood(c rgb, w, h, seed float64) shader {
	upright := h > w
	return func(u, v float64) (rgb, float32) {
		along, across := u*w, v*h
		if upright {
			along, across = across, along
		}
		bend := noise(along/260+seed, across/90) * 34
		ring := math.Sin((across+bend)/7 + seed*9)
		fibre := noise(along/46+seed*3, across/1.6)
		return c.times(float32(0.88 + 0.06*ring + 0.13*fibre)), 1
	}
}

// metal is sheet with a soft sheen.
func metal(c rgb, seed float64) shader {
	return func(u, v float64) (rgb, float32) {
		return c.times(float32(0.93 + 0.05*math.Sin(u*5+seed) + 0.04*noise(u*40+seed, v*3))), 1
	}
}

// noise is smooth, without direction, 0 to 1, with a grain of one unit.
func noise(x, y float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	ix, iy := uint32(int32(fx)), uint32(int32(fy))
	x, y = x-fx, y-fy
	x, y = x*x*(3-2*x), y*y*(3-2*y)
	return lerp(lerp(speck(ix, iy), speck(ix+1, iy), x), lerp(speck(ix, iy+1), speck(ix+1, iy+1), x), y)
}

// rough adds finer noise to noise.
func rough(x, y float64) float64 {
	return 0.57*noise(x, y) + 0.29*noise(x*2.1+7, y*2.1) + 0.14*noise(x*4.3, y*4.3+5)
}

func speck(x, y uint32) float64 {
	n := x*0x9E3779B1 ^ y*0x85EBCA77
	n = (n ^ n>>15) * 0x2C1B3C6D
	n = (n ^ n>>12) * 0x297A2D39
	return float64(n>>8) / (1 << 24)
}

func smooth(from, to, x float64) float64 {
	t := min(max((x-from)/(to-from), 0), 1)
	return t * t * (3 - 2*t)
}
