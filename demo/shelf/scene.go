package shelf

import (
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
)

// A vec is a place in the scene: millimetres to the right, up, and towards the camera.
type vec struct{ x, y, z float64 }

func (a vec) sub(b vec) vec        { return vec{a.x - b.x, a.y - b.y, a.z - b.z} }
func (a vec) dot(b vec) float64    { return a.x*b.x + a.y*b.y + a.z*b.z }
func (a vec) mul(k float64) vec    { return vec{a.x * k, a.y * k, a.z * k} }
func (a vec) plus(b vec) vec       { return vec{a.x + b.x, a.y + b.y, a.z + b.z} }
func (a vec) unit() vec            { return a.mul(1 / math.Sqrt(a.dot(a))) }
func (a vec) cross(b vec) vec      { return vec{a.y*b.z - a.z*b.y, a.z*b.x - a.x*b.z, a.x*b.y - a.y*b.x} }
func lerp(a, b, t float64) float64 { return a + (b-a)*t }

// A point is a place in the picture, in pixels from its top left.
type point struct{ x, y float64 }

// A shader gives the colour and the opacity (0 to 1) of a quad at u, v: 0, 0 is its first corner, 1, 1 its third.
// Several goroutines call it at once.
type shader func(u, v float64) (rgb, float32)

// A quad is a flat convex surface ready to paint.
type quad struct {
	x0, y0, x1, y1 int           // the pixels it may touch
	edges          [4][3]float64 // signed distance from each side in pixels, positive inside
	inverse        [9]float64    // from pixels to u, v
	paint          shader
}

// A scene is what the camera sees, back to front.
type scene struct {
	w, h  int
	rnd   *rand.Rand
	font  *typeface
	quads []quad

	eye                vec
	right, up, forward vec
	focal              float64 // pixels
}

// look points the camera. wide is how many millimetres fit across the picture at the target's distance; roll is in radians.
func (s *scene) look(eye, target vec, wide, roll float64) {
	s.eye, s.forward = eye, target.sub(eye).unit()
	right := s.forward.cross(vec{0, 1, 0}).unit()
	up := right.cross(s.forward)
	sin, cos := math.Sincos(roll)
	s.right, s.up = right.mul(cos).plus(up.mul(sin)), up.mul(cos).plus(right.mul(-sin))
	d := target.sub(eye)
	s.focal = float64(s.w) * math.Sqrt(d.dot(d)) / wide
}

// density returns how many pixels a millimetre at p takes.
func (s *scene) density(p vec) float64 { return s.focal / p.sub(s.eye).dot(s.forward) }

func (s *scene) project(p vec) point {
	d := p.sub(s.eye)
	z := d.dot(s.forward)
	return point{float64(s.w)/2 + s.focal*d.dot(s.right)/z, float64(s.h)/2 - s.focal*d.dot(s.up)/z}
}

// sees reports whether any of the block between two opposite corners may be in the picture.
func (s *scene) sees(a, b vec) bool {
	lo, hi := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for i := range 8 {
		c := a
		if i&1 != 0 {
			c.x = b.x
		}
		if i&2 != 0 {
			c.y = b.y
		}
		if i&4 != 0 {
			c.z = b.z
		}
		p := s.project(c)
		lo, hi = point{min(lo.x, p.x), min(lo.y, p.y)}, point{max(hi.x, p.x), max(hi.y, p.y)}
	}
	return hi.x > 0 && lo.x < float64(s.w) && hi.y > 0 && lo.y < float64(s.h)
}

// face adds a surface by its corners: top left, top right, bottom right, bottom left as seen by who looks at it.
func (s *scene) face(a, b, c, d vec, paint shader) {
	s.flat([4]point{s.project(a), s.project(b), s.project(c), s.project(d)}, paint)
}

// front adds an upright rectangle that faces the street: x, y is its bottom left.
func (s *scene) front(x, y, z, w, h float64, paint shader) {
	s.face(vec{x, y + h, z}, vec{x + w, y + h, z}, vec{x + w, y, z}, vec{x, y, z}, paint)
}

// box adds the sides of a block that the camera can see, the front last. at is its bottom left front corner.
func (s *scene) box(at vec, w, h, d float64, front, side, top shader) {
	x0, x1, y0, y1, z0, z1 := at.x, at.x+w, at.y, at.y+h, at.z-d, at.z
	if s.eye.y > y1 {
		s.face(vec{x0, y1, z0}, vec{x1, y1, z0}, vec{x1, y1, z1}, vec{x0, y1, z1}, top)
	}
	if s.eye.y < y0 {
		s.face(vec{x0, y0, z1}, vec{x1, y0, z1}, vec{x1, y0, z0}, vec{x0, y0, z0}, dim(side, 0.5))
	}
	if s.eye.x < x0 {
		s.face(vec{x0, y1, z0}, vec{x0, y1, z1}, vec{x0, y0, z1}, vec{x0, y0, z0}, side)
	}
	if s.eye.x > x1 {
		s.face(vec{x1, y1, z1}, vec{x1, y1, z0}, vec{x1, y0, z0}, vec{x1, y0, z1}, side)
	}
	s.front(x0, y0, z1, w, h, front)
}

// flat adds a surface by its corners in the picture.
func (s *scene) flat(p [4]point, paint shader) {
	q := quad{paint: paint}
	area := 0.0
	minX, minY, maxX, maxY := p[0].x, p[0].y, p[0].x, p[0].y
	for i, a := range p {
		b := p[(i+1)%4]
		area += a.x*b.y - b.x*a.y
		minX, minY, maxX, maxY = min(minX, a.x), min(minY, a.y), max(maxX, a.x), max(maxY, a.y)
	}
	if math.Abs(area) < 0.5 {
		return
	}
	for i, a := range p {
		b := p[(i+1)%4]
		nx, ny := a.y-b.y, b.x-a.x
		if area < 0 {
			nx, ny = -nx, -ny
		}
		if l := math.Hypot(nx, ny); l > 0 {
			nx, ny = nx/l, ny/l
		}
		q.edges[i] = [3]float64{nx, ny, -nx*a.x - ny*a.y}
	}
	q.x0, q.x1 = max(0, int(minX-1)), min(s.w, int(maxX+2))
	q.y0, q.y1 = max(0, int(minY-1)), min(s.h, int(maxY+2))
	if q.x0 >= q.x1 || q.y0 >= q.y1 {
		return
	}
	q.inverse = unproject(p)
	s.quads = append(s.quads, q)
}

// unproject returns the projective map that takes the corners of p to those of the unit square (Heckbert 1989).
func unproject(p [4]point) [9]float64 {
	dx1, dx2, sx := p[1].x-p[2].x, p[3].x-p[2].x, p[0].x-p[1].x+p[2].x-p[3].x
	dy1, dy2, sy := p[1].y-p[2].y, p[3].y-p[2].y, p[0].y-p[1].y+p[2].y-p[3].y
	det := dx1*dy2 - dx2*dy1
	if det == 0 {
		det = 1e-9
	}
	g, h := (sx*dy2-dx2*sy)/det, (dx1*sy-sx*dy1)/det
	a, b, c := p[1].x-p[0].x+g*p[1].x, p[3].x-p[0].x+h*p[3].x, p[0].x
	d, e, f := p[1].y-p[0].y+g*p[1].y, p[3].y-p[0].y+h*p[3].y, p[0].y
	return [9]float64{
		e - f*h, c*h - b, b*f - c*e,
		f*g - d, a - c*g, c*d - a*f,
		d*h - e*g, b*g - a*h, a*e - b*d,
	}
}

// paint draws all quads, each processor its share of the lines.
func (s *scene) paint() *plate {
	p := newPlate(s.w, s.h)
	bands := 2 * runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for i := range bands {
		wg.Go(func() {
			for j := range s.quads {
				s.quads[j].draw(p, s.h*i/bands, s.h*(i+1)/bands)
			}
		})
	}
	wg.Wait()
	return p
}

// draw paints the part of q between the lines from and to.
func (q *quad) draw(p *plate, from, to int) {
	m := &q.inverse
	for y := max(q.y0, from); y < min(q.y1, to); y++ {
		fy := float64(y) + 0.5
		for x := q.x0; x < q.x1; x++ {
			fx := float64(x) + 0.5
			cover := 1.0
			for i := range q.edges {
				e := &q.edges[i]
				cover = min(cover, e[0]*fx+e[1]*fy+e[2]+0.5)
			}
			if cover <= 0 {
				continue
			}
			w := 1 / (m[6]*fx + m[7]*fy + m[8])
			u, v := (m[0]*fx+m[1]*fy+m[2])*w, (m[3]*fx+m[4]*fy+m[5])*w
			c, alpha := q.paint(min(max(u, 0), 1), min(max(v, 0), 1))
			p.blend(x, y, c, alpha*float32(cover))
		}
	}
}
