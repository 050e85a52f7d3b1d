package store

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"storewalk/shared/field"
)

// A point is a longitude and a latitude in degrees.
type point = [2]float64

// A border goes from the lesser to the greater of its ends.
type border [2]point

func borderOf(p, q point) border {
	if comparePoints(p, q) > 0 {
		p, q = q, p
	}
	return border{p, q}
}

func comparePoints(p, q point) int { return cmp.Or(cmp.Compare(p[0], q[0]), cmp.Compare(p[1], q[1])) }

// join finds the lines that part townships, each once. bare are the rings of townships whose territory has no outline:
// what surrounds them all is one. A line that follows an outline is left out, also when the two come from two files.
func (l *land) join(rings, bare []field.Ring) {
	around := bordersOf(bare)
	maps.DeleteFunc(around, func(_ border, rings int) bool { return rings > 1 })
	l.outlines = append(l.outlines, chains(around, func(int) bool { return false })...)
	inner := bordersOf(rings)
	maps.DeleteFunc(inner, func(b border, rings int) bool { return around[b] > 0 || rings == 1 && l.follows(b) })
	l.borders = chains(inner, func(lines int) bool { return lines != 2 })
}

// bordersOf says how many of the rings have an edge.
func bordersOf(rings []field.Ring) map[border]int {
	points := 0
	for _, ring := range rings {
		points += len(ring)
	}
	all := make(map[border]int, points)
	for _, ring := range rings {
		for i, p := range ring {
			if q := ring[(i+1)%len(ring)]; q != p {
				all[borderOf(p, q)]++
			}
		}
	}
	return all
}

// besides is how far two lines of the same border may be apart, in degrees.
const besides = 0.003

// follows reports whether the middle of a border lies beside an outline.
func (l *land) follows(b border) bool {
	x, y := (b[0][0]+b[1][0])/2, (b[0][1]+b[1][1])/2
	for _, ring := range l.outlines {
		for i, p := range ring {
			q := ring[(i+1)%len(ring)]
			if y < min(p[1], q[1])-besides || y > max(p[1], q[1])+besides || x < min(p[0], q[0])-besides || x > max(p[0], q[0])+besides {
				continue
			}
			dx, dy := q[0]-p[0], q[1]-p[1]
			t := 0.0
			if long := dx*dx + dy*dy; long > 0 {
				t = max(0, min(1, ((x-p[0])*dx+(y-p[1])*dy)/long))
			}
			if math.Hypot(x-p[0]-t*dx, y-p[1]-t*dy) < besides {
				return true
			}
		}
	}
	return false
}

// chains joins edges to lines as long as possible that end at points with as many edges as ends says, or where they began;
// such a line is closed: its last point is its first.
func chains(edges map[border]int, ends func(lines int) bool) (out [][][2]float64) {
	beside := map[point][]point{}
	list := slices.SortedFunc(maps.Keys(edges), func(a, b border) int { return cmp.Or(comparePoints(a[0], b[0]), comparePoints(a[1], b[1])) })
	for _, e := range list {
		beside[e[0]] = append(beside[e[0]], e[1])
		beside[e[1]] = append(beside[e[1]], e[0])
	}
	used := map[border]bool{}
	next := func(p point) (q point, ok bool) {
		i := slices.IndexFunc(beside[p], func(q point) bool { return !used[borderOf(p, q)] })
		if i < 0 {
			return q, false
		}
		return beside[p][i], true
	}
	walk := func(from point) {
		line := [][2]float64{from}
		for at := from; ; {
			q, ok := next(at)
			if !ok {
				break
			}
			used[borderOf(at, q)] = true
			line = append(line, q)
			if at = q; at == from || ends(len(beside[at])) {
				break
			}
		}
		out = append(out, line)
	}
	for _, loops := range []bool{false, true} {
		for _, e := range list {
			for _, p := range e {
				for loops || ends(len(beside[p])) {
					if _, left := next(p); !left {
						break
					}
					walk(p)
				}
			}
		}
	}
	return out
}
