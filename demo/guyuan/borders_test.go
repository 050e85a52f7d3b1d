package guyuan

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// area is that of rings none of which lies in another, in square degrees of latitude.
func area(rings [][]Point) (sum float64) {
	for _, ring := range rings {
		twice := 0.0
		for i, a := range ring {
			b := ring[(i+1)%len(ring)]
			twice += (a.Lon*b.Lat - b.Lon*a.Lat) * shrink
		}
		sum += math.Abs(twice) / 2
	}
	return sum
}

func TestTheTownshipsOfACountyFillItWithoutOverlap(t *testing.T) {
	t.Parallel()
	all := TownshipOutlines()
	if len(all) != 65 {
		t.Fatal(len(all))
	}
	for _, c := range Counties() {
		var sum float64
		points := 0
		uses := map[edge]int{}
		for code, rings := range all {
			if !strings.HasPrefix(code, c.Code) {
				continue
			}
			sum += area(rings)
			if small := area(rings); small < 1e-4 {
				t.Errorf("%s has only %g square degrees", code, small)
			}
			for _, ring := range rings {
				points += len(ring)
				for i, a := range ring {
					uses[edgeOf(a, ring[(i+1)%len(ring)])]++
				}
			}
		}
		if whole := area(c.Rings); math.Abs(sum/whole-1) > 1e-4 {
			t.Errorf("%s has %g square degrees, its townships together %g", c.Name, whole, sum)
		}
		t.Log(c.Name, points, "points")
		var edges []edge
		for e, n := range uses {
			edges = append(edges, e)
			if n > 2 {
				t.Errorf("%s: %v borders on %d townships", c.Name, e, n)
			}
			if mid := (Point{(e[0].Lat + e[1].Lat) / 2, (e[0].Lon + e[1].Lon) / 2}); n == 1 && offLine(c, mid) > 3e-5 {
				t.Errorf("%s: the border at %v is that of one township and not of the county", c.Name, mid)
			}
		}
		for i, e := range edges {
			for _, f := range edges[:i] {
				if cross(e, f) {
					t.Errorf("%s: the borders %v and %v cross", c.Name, e, f)
				}
			}
		}
	}
}

// offLine is how far p is from the county's outline, in degrees.
func offLine(c County, p Point) float64 {
	d := math.Inf(1)
	for _, ring := range c.Rings {
		for i, a := range ring {
			b := ring[(i+1)%len(ring)]
			dx, dy := b.Lon-a.Lon, b.Lat-a.Lat
			k := max(0, min(1, ((p.Lon-a.Lon)*dx+(p.Lat-a.Lat)*dy)/(dx*dx+dy*dy)))
			d = min(d, math.Hypot(p.Lon-a.Lon-k*dx, p.Lat-a.Lat-k*dy))
		}
	}
	return d
}

// cross reports whether two edges without a common end meet.
func cross(e, f edge) bool {
	turn := func(a, b, c Point) float64 { return (b.Lon-a.Lon)*(c.Lat-a.Lat) - (b.Lat-a.Lat)*(c.Lon-a.Lon) }
	const touch = 1e-9 // rounding puts the end of a border beside the county's outline
	a, b := turn(e[0], e[1], f[0]), turn(e[0], e[1], f[1])
	c, d := turn(f[0], f[1], e[0]), turn(f[0], f[1], e[1])
	return min(math.Abs(a), math.Abs(b), math.Abs(c), math.Abs(d)) > touch && (a > 0) != (b > 0) && (c > 0) != (d > 0)
}

func TestEveryStoreStandsInItsTownship(t *testing.T) {
	t.Parallel()
	for _, s := range Stores() {
		at := Point{s.Lat, s.Lon}
		for code, rings := range TownshipOutlines() {
			if (County{Rings: rings}).Contains(at) != (code == s.TownshipCode) {
				t.Errorf("%s of %s: in %s?", s.Name, s.TownshipCode, code)
			}
		}
	}
}

func TestARingIsCutIntoItsParts(t *testing.T) {
	t.Parallel()
	// A comb whose back lies west and whose three teeth end in the east.
	comb := []Point{{0, 0}, {0, 2}, {1, 2}, {1, 1}, {2, 1}, {2, 2}, {3, 2}, {3, 1}, {4, 1}, {4, 2}, {5, 2}, {5, 0}}
	east := nearer([][]Point{comb}, Point{0, 3}, Point{0, 0}) // beyond 1.5
	west := nearer([][]Point{comb}, Point{0, 0}, Point{0, 3})
	if len(east) != 3 || len(west) != 1 {
		t.Fatal(east, west)
	}
	if got, want := area(east)+area(west), area([][]Point{comb}); math.Abs(got-want) > 1e-12 || math.Abs(area(east)-1.5*shrink) > 1e-12 {
		t.Errorf("the parts have %g, the whole has %g", got, want)
	}
	if none := nearer([][]Point{comb}, Point{0, 9}, Point{0, 0}); len(none) != 0 {
		t.Error(none)
	}
	slices.Reverse(comb)
	if east = nearer([][]Point{comb}, Point{0, 3}, Point{0, 0}); len(east) != 3 {
		t.Error("the other way round", east)
	}
}
