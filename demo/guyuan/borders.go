package guyuan

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// TownshipOutlines returns the outlines of the townships by their codes, as County.Rings. They are invented: we have no
// file of the townships' borders. Each township is what lies nearer to its place than to that of any other of its county,
// and the straight borders between two are bent a little, as borders in these hills are. The townships of a county fill
// it, do not overlap, and two neighbours have the same points along the border between them.
func TownshipOutlines() map[string][][]Point { return outlines() }

var outlines = sync.OnceValue(func() map[string][][]Point {
	all := map[string][][]Point{}
	for _, c := range counties() {
		var towns []Township
		for _, t := range townships() {
			if t.CountyCode == c.Code {
				towns = append(towns, t)
			}
		}
		for code, rings := range divide(c, seats(c, towns)) {
			all[code] = rings
		}
	}
	return all
})

// seats returns where the townships of a county lie: where we know it to a few kilometres, else anywhere far from others.
func seats(c County, towns []Township) map[string]Point {
	at := map[string]Point{}
	for _, p := range places {
		at[p.code] = p.at
	}
	for code, p := range streets {
		at[code] = p
	}
	var taken []Point
	for _, t := range towns {
		if p, ok := at[t.Code]; ok {
			taken = append(taken, p)
		}
	}
	south, west, north, east := bounds(c.Rings)
	rnd := rand.New(rand.NewPCG(640400, 65))
	for _, t := range towns {
		if _, ok := at[t.Code]; ok {
			continue
		}
		var best Point
		far := -1.0
		for range 400 {
			p := Point{south + (north-south)*rnd.Float64(), west + (east-west)*rnd.Float64()}
			if d := nearest(p, taken, c.Rings); d > far && c.Contains(p) {
				best, far = p, d
			}
		}
		at[t.Code] = best
		taken = append(taken, best)
	}
	mine := map[string]Point{}
	for _, t := range towns {
		mine[t.Code] = at[t.Code]
	}
	return mine
}

// streets are the street offices of the city, in which the territory of Stores has none.
var streets = map[string]Point{
	"640402001": {35.985, 106.285}, "640402002": {35.998, 106.235}, "640402003": {36.030, 106.262},
}

// shrink is how much shorter a degree of longitude is here than one of latitude.
var shrink = math.Cos(36 * math.Pi / 180)

func apart(a, b Point) float64 { return math.Hypot(a.Lat-b.Lat, (a.Lon-b.Lon)*shrink) }

// nearest is how far p is from what is taken, or from the border, which counts double: nobody builds a town on it.
func nearest(p Point, taken []Point, rings [][]Point) float64 {
	d := math.Inf(1)
	for _, q := range taken {
		d = min(d, apart(p, q))
	}
	for _, ring := range rings {
		for _, q := range ring {
			d = min(d, 2*apart(p, q))
		}
	}
	return d
}

func bounds(rings [][]Point) (south, west, north, east float64) {
	south, west, north, east = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, ring := range rings {
		for _, p := range ring {
			south, north, west, east = min(south, p.Lat), max(north, p.Lat), min(west, p.Lon), max(east, p.Lon)
		}
	}
	return south, west, north, east
}

// divide gives each place what lies nearer to it than to the others.
func divide(c County, seats map[string]Point) map[string][][]Point {
	cells := map[string][][]Point{}
	uses := map[edge]int{}
	codes := slices.Sorted(maps.Keys(seats)) // the same points on every call
	for _, code := range codes {
		for _, ring := range c.Rings {
			pieces := [][]Point{ring}
			for _, other := range codes {
				if other != code {
					pieces = nearer(pieces, seats[code], seats[other])
				}
			}
			for _, piece := range pieces {
				if piece = rounded(piece); len(piece) > 2 {
					cells[code] = append(cells[code], piece)
				}
			}
		}
		for _, ring := range cells[code] {
			for i, a := range ring {
				uses[edgeOf(a, ring[(i+1)%len(ring)])]++
			}
		}
	}
	for code, rings := range cells {
		for i, ring := range rings {
			var line []Point
			for j, a := range ring {
				b := ring[(j+1)%len(ring)]
				line = append(line, a)
				if uses[edgeOf(a, b)] == 2 {
					line = append(line, bent(c, a, b)...)
				}
			}
			cells[code][i] = line
		}
	}
	return cells
}

// An edge goes from the lesser to the greater of its ends.
type edge [2]Point

func edgeOf(a, b Point) edge {
	if a.Lat > b.Lat || a.Lat == b.Lat && a.Lon > b.Lon {
		a, b = b, a
	}
	return edge{a, b}
}

const (
	bend  = 0.10  // how far the middle of a border moves to one side at most, as part of its length
	piece = 0.008 // degrees: what is shorter is straight
)

// bent returns the points of a bent border between two ends, which are the same from either side; none where it would
// leave the county.
func bent(c County, a, b Point) []Point {
	e := edgeOf(a, b)
	h := fnv.New64a()
	fmt.Fprint(h, e)
	line := bow(rand.New(rand.NewPCG(h.Sum64(), 65)), e[0], e[1])
	for _, p := range line {
		if !c.Contains(p) {
			return nil
		}
	}
	if e[0] != a {
		slices.Reverse(line)
	}
	return line
}

func bow(rnd *rand.Rand, a, b Point) []Point {
	if apart(a, b) < piece {
		return nil
	}
	aside := (rnd.Float64()*2 - 1) * bend
	m := round(Point{(a.Lat+b.Lat)/2 + aside*(b.Lon-a.Lon)*shrink, (a.Lon+b.Lon)/2 - aside*(b.Lat-a.Lat)/shrink})
	return append(append(bow(rnd, a, m), m), bow(rnd, m, b)...)
}

func round(p Point) Point {
	return Point{math.Round(p.Lat*1e5) / 1e5, math.Round(p.Lon*1e5) / 1e5}
}

// rounded leaves out points that rounding has made one.
func rounded(ring []Point) (out []Point) {
	for _, p := range ring {
		if p = round(p); len(out) == 0 || p != out[len(out)-1] {
			out = append(out, p)
		}
	}
	for len(out) > 1 && out[0] == out[len(out)-1] {
		out = out[:len(out)-1]
	}
	return out
}
