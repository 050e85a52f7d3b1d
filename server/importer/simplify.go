package importer

import (
	"math"

	"storewalk/shared/field"
)

type point = [2]float64 // longitude and latitude on the grid of field.Ring

// simplify leaves out the points of borders that move them by no more than a tolerance in metres. A border between two
// townships is one line, simplified once: where three meet, or where a border leaves that of the neighbour, the point
// stays, and the parts between such points come out the same from either side. So no gap opens between neighbours.
func simplify(towns []Township, tolerance float64) {
	s := simplifier{beside: map[point][]point{}, tolerance: tolerance}
	for _, t := range towns {
		for _, ring := range t.Rings {
			for i, p := range ring {
				q := ring[(i+1)%len(ring)]
				s.meet(p, q)
				s.meet(q, p)
			}
		}
	}
	for i, t := range towns {
		var rings []field.Ring
		for _, ring := range t.Rings {
			if less := s.ring(ring); len(less) > 2 {
				rings = append(rings, less)
			}
		}
		if len(rings) > 0 { // else it is smaller than the tolerance, and stays as it is
			towns[i].Rings = rings
		}
	}
}

type simplifier struct {
	beside    map[point][]point // what a point has edges to, at most three
	tolerance float64
}

// meet notes an edge of p.
func (s *simplifier) meet(p, q point) {
	for _, known := range s.beside[p] {
		if known == q {
			return
		}
	}
	if len(s.beside[p]) <= 2 {
		s.beside[p] = append(s.beside[p], q)
	}
}

// stays reports whether lines part at p.
func (s *simplifier) stays(p point) bool { return len(s.beside[p]) != 2 }

// ring simplifies each part of a ring between two points that stay.
func (s *simplifier) ring(ring field.Ring) (out field.Ring) {
	var at []int // of the points that stay
	for i, p := range ring {
		if s.stays(p) {
			at = append(at, i)
		}
	}
	if len(at) == 0 { // an island, or a township within another: both see it begin and turn at the same points
		first := least(ring)
		at = []int{first, farthest(ring, first)}
	}
	for i, from := range at {
		to := at[(i+1)%len(at)]
		part := []point{ring[from]}
		for j := from; j != to || len(part) == 1; {
			j = (j + 1) % len(ring)
			part = append(part, ring[j])
		}
		kept := s.line(part)
		out = append(out, kept[:len(kept)-1]...)
	}
	return out
}

// least is the point of a ring that lies furthest west, and of several the one furthest south.
func least(ring field.Ring) (at int) {
	for i, p := range ring {
		if q := ring[at]; p[0] < q[0] || p[0] == q[0] && p[1] < q[1] {
			at = i
		}
	}
	return at
}

// farthest is the point of a ring furthest from another; of several as least would choose.
func farthest(ring field.Ring, from int) (at int) {
	far := -1.0
	for i, p := range ring {
		switch d, q := metres(ring[from], p), ring[at]; {
		case d > far, d == far && (p[0] < q[0] || p[0] == q[0] && p[1] < q[1]):
			at, far = i, d
		}
	}
	return at
}

// line simplifies a line by the way of Douglas and Peucker: of a part that strays from the straight line between its ends
// by more than the tolerance, the point that strays most stays. It goes about it from the same end, whoever asks.
func (s *simplifier) line(part []point) []point {
	first, last := part[0], part[len(part)-1]
	back := last[0] < first[0] || last[0] == first[0] && last[1] < first[1]
	if first == last && len(part) > 2 { // a loop: the second point says which way it goes
		a, b := part[1], part[len(part)-2]
		back = b[0] < a[0] || b[0] == a[0] && b[1] < a[1]
	}
	if back {
		part = reversed(part)
	}
	keep := make([]bool, len(part))
	keep[0], keep[len(part)-1] = true, true
	s.between(part, keep, 0, len(part)-1)
	var out []point
	for i, p := range part {
		if keep[i] {
			out = append(out, p)
		}
	}
	if back {
		out = reversed(out)
	}
	return out
}

func (s *simplifier) between(part []point, keep []bool, from, to int) {
	most, far := 0, s.tolerance
	for i := from + 1; i < to; i++ {
		if d := strays(part[i], part[from], part[to]); d > far {
			most, far = i, d
		}
	}
	if most > 0 {
		keep[most] = true
		s.between(part, keep, from, most)
		s.between(part, keep, most, to)
	}
}

func reversed(part []point) []point {
	out := make([]point, len(part))
	for i, p := range part {
		out[len(part)-1-i] = p
	}
	return out
}

// flat is where p lies from o, in metres east and north. Within a county the earth is flat enough.
func flat(o, p point) (x, y float64) {
	const degree = 111_195
	return (p[0] - o[0]) * degree * math.Cos(o[1]*math.Pi/180), (p[1] - o[1]) * degree
}

func metres(p, q point) float64 { return math.Hypot(flat(p, q)) }

// strays is how far p is from the straight line between a and b, in metres.
func strays(p, a, b point) float64 {
	bx, by := flat(a, b)
	px, py := flat(a, p)
	t := 0.0
	if length := bx*bx + by*by; length > 0 {
		t = max(0, min(1, (px*bx+py*by)/length))
	}
	return math.Hypot(px-t*bx, py-t*by)
}
