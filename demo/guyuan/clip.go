package guyuan

import (
	"cmp"
	"slices"
)

// nearer returns the parts of areas that lie nearer to p than to q. An area is one ring that does not cross itself; it may
// fall into several.
func nearer(areas [][]Point, p, q Point) (out [][]Point) {
	for _, ring := range areas {
		out = append(out, half(ring, p, q)...)
	}
	return out
}

// half cuts a ring at the line between p and q and returns what lies on the side of p. Along the line the area is inside
// between the first and the second place where the ring crosses it, the third and the fourth, and so on: there the cut
// closes the parts.
func half(ring []Point, p, q Point) (out [][]Point) {
	side := func(z Point) float64 { // positive on the side of p
		return (z.Lat-(p.Lat+q.Lat)/2)*(p.Lat-q.Lat) + (z.Lon-(p.Lon+q.Lon)/2)*(p.Lon-q.Lon)*shrink*shrink
	}
	parts := chains(ring, side)
	if len(parts) == 0 {
		if side(ring[0]) >= 0 {
			return [][]Point{ring}
		}
		return nil
	}
	along := func(z Point) float64 { return z.Lat*(p.Lon-q.Lon)*shrink*shrink - z.Lon*(p.Lat-q.Lat) }
	type end struct {
		part int
		last bool // of the part, where the ring leaves the side
		at   float64
	}
	var ends []end
	for i, part := range parts {
		ends = append(ends, end{i, false, along(part[0])}, end{i, true, along(part[len(part)-1])})
	}
	slices.SortFunc(ends, func(a, b end) int { return cmp.Compare(a.at, b.at) })
	next := make([]int, len(parts))
	for i := 0; i < len(ends); i += 2 {
		a, b := ends[i], ends[i+1]
		if b.last {
			a, b = b, a
		}
		next[a.part] = b.part
	}
	done := make([]bool, len(parts))
	for i := range parts {
		var closed []Point
		for at := i; !done[at]; at = next[at] {
			done[at] = true
			closed = append(closed, parts[at]...)
		}
		if len(closed) > 2 {
			out = append(out, closed)
		}
	}
	return out
}

// chains returns the parts of a ring's line on the positive side, each from the border of the side to the border.
func chains(ring []Point, side func(Point) float64) (parts [][]Point) {
	n := len(ring)
	for i, a := range ring {
		if b := ring[(i+1)%n]; side(a) >= 0 || side(b) < 0 {
			continue
		}
		part := []Point{crossing(a, ring[(i+1)%n], side)}
		for j := (i + 1) % n; ; j = (j + 1) % n {
			part = append(part, ring[j])
			if b := ring[(j+1)%n]; side(b) < 0 {
				parts = append(parts, append(part, crossing(ring[j], b, side)))
				break
			}
		}
	}
	return parts
}

// crossing is where the line from a to b leaves or enters the side.
func crossing(a, b Point, side func(Point) float64) Point {
	t := side(a) / (side(a) - side(b))
	return Point{a.Lat + (b.Lat-a.Lat)*t, a.Lon + (b.Lon-a.Lon)*t}
}
