package ui

import (
	"cmp"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"storewalk/mobile/store"
)

const (
	nameAll  = 24  // so many stores in view have room for their names
	nameRoom = 0.4 // of its height, that a township reaches above and below the middle of its name at least, and as much of its width to the sides
)

// names lays out the names on a map. What has room first keeps it.
type names struct {
	view   *mapView
	taken  []fyne.Position // left and top of each name, then right and bottom
	marked []fyne.Position // the same of what a name must not cover
}

// label names what there is room for: stores when few are in view, else townships; townships with an outline always, since
// a line without a name on either side says little.
func (v *mapView) label() {
	v.labels = v.labels[:0]
	if v.chart.w == 0 {
		return
	}
	var stores []store.Place
	for _, d := range v.model.Dots {
		if v.inView(d.Place, 0) {
			if stores = append(stores, d.Place); len(stores) > nameAll {
				break
			}
		}
	}
	few := len(stores) <= nameAll
	corner := fyne.NewPos(float32(v.chart.w), float32(v.chart.h))
	n := names{view: v, taken: []fyne.Position{corner.Subtract(v.corner), corner}, marked: v.marked(few)}
	if few {
		for _, s := range stores {
			n.store(s)
		}
	}
	n.outlined()
	if few {
		return
	}
	for _, t := range v.model.Towns {
		if len(t.Rings) == 0 {
			n.town(t.Place)
		}
	}
}

// store puts a name beside its dot: under it, above it or to a side, where it covers no other dot. One that has no such
// place is left out: it would hide what a finger looks for, and there is room for it from nearer.
func (n *names) store(s store.Place) {
	const under, beside = 14, 16 // from the middle of the dot
	text, size := n.text(s.Name, colInk)
	x, y := n.view.chart.xy(s.Lat, s.Lon)
	dot := fyne.NewPos(float32(x), float32(y))
	for _, way := range [...]fyne.Delta{
		{DX: -size.Width / 2, DY: under}, {DX: -size.Width / 2, DY: -under - size.Height},
		{DX: beside, DY: -size.Height / 2}, {DX: -beside - size.Width, DY: -size.Height / 2},
	} {
		at := dot.Add(way)
		end := at.AddXY(size.Width, size.Height)
		if n.view.holds(at, end) && !overlaps(n.taken, at, end) && !overlaps(n.marked, at, end) {
			n.put(text, at, size, colLine)
			return
		}
	}
}

// town puts a name near the middle of a township's stores.
func (n *names) town(t store.Place) {
	text, size := n.text(t.Name, colInk)
	x, y := n.view.chart.xy(t.Lat, t.Lon)
	at := fyne.NewPos(float32(x)-size.Width/2, float32(y))
	high := size.Height
	n.put(text, free(n.marked, at, size, -high-8, 8, -high-26, 26, -high-44, 44), size, colLine)
}

// outlined puts names into the outlines of their townships, into the widest first.
func (n *names) outlined() {
	type named struct {
		town store.Town
		at   pole
		text *canvas.Text
		size fyne.Size
	}
	var list []named
	for i, t := range n.view.model.Towns {
		if t.Name == "" || len(t.Rings) == 0 {
			continue
		}
		text, size := n.text(t.Name, colMuted)
		if at := n.view.pole(i, size); at.room >= nameRoom*float64(size.Height) {
			list = append(list, named{t, at, text, size})
		}
	}
	if here := n.view.here; here.Valid() {
		at := n.view.At(here)
		n.marked = append(n.marked, at.SubtractXY(16, 16), at.AddXY(16, 16))
	}
	slices.SortStableFunc(list, func(a, b named) int { return cmp.Compare(b.at.room, a.at.room) })
	for _, t := range list {
		n.within(t.town, t.at, t.text, t.size)
	}
}

// around is where a name may go when it would cover something at its pole, the nearest first.
var around = func() (ways []fyne.Delta) {
	for _, dy := range []float32{0, -12, 12, -24, 24, -36, 36, -48, 48} {
		for _, dx := range []float32{0, -20, 20, -40, 40} {
			ways = append(ways, fyne.NewDelta(dx, dy))
		}
	}
	far := func(d fyne.Delta) float64 { return math.Hypot(float64(d.DX), float64(d.DY)) }
	slices.SortStableFunc(ways, func(a, b fyne.Delta) int { return cmp.Compare(far(a), far(b)) })
	return ways
}()

// within puts a name at a pole or near it where the township has room for it: where it covers no store that matters, else
// where it covers fewest.
func (n *names) within(t store.Town, at pole, text *canvas.Text, size fyne.Size) {
	c := n.view.chart
	var best fyne.Position
	least := math.MaxInt
	for _, way := range around {
		x, y := at.x+float64(way.DX), at.y+float64(way.DY)
		p := fyne.NewPos(float32(x)-size.Width/2, float32(y)-size.Height/2)
		end := p.AddXY(size.Width, size.Height)
		if overlaps(n.taken, p, end) || !n.view.holds(p, end) {
			continue
		}
		covers := overlapping(n.marked, p, end)
		if covers >= least {
			continue
		}
		lat, lon := c.place(x, y)
		if !way.IsZero() && depth(t.Rings, lon, lat, c.squeeze()*float64(size.Height/size.Width))*c.scale < nameRoom*float64(size.Height) {
			continue
		}
		if best, least = p, covers; covers == 0 {
			break
		}
	}
	if least < math.MaxInt {
		n.put(text, best, size, "")
	}
}

// text returns a name, and the size of its plate.
func (n *names) text(name string, ink fyne.ThemeColorName) (*canvas.Text, fyne.Size) {
	text := typeface{size: sizeSmall, bold: true, color: ink}.or().line(name)
	return text, text.MinSize().AddWidthHeight(8, 2)
}

// put shows a name where it covers no other, all of it in view.
func (n *names) put(text *canvas.Text, at fyne.Position, size fyne.Size, rim fyne.ThemeColorName) {
	end := at.AddXY(size.Width, size.Height)
	if text.Text == "" || !n.view.holds(at, end) || overlaps(n.taken, at, end) {
		return
	}
	n.taken = append(n.taken, at, end)
	plate := plate(colSurface, rim, 6)
	plate.Resize(size)
	plate.Move(at)
	text.Move(at.AddXY(4, 1))
	text.Resize(size.SubtractWidthHeight(8, 2))
	n.view.labels = append(n.view.labels, plate, text)
}

func (v *mapView) holds(at, end fyne.Position) bool {
	return at.X >= 0 && at.Y >= 0 && end.X <= float32(v.chart.w) && end.Y <= float32(v.chart.h)
}

// marked is the room of the stores in view that a name must not cover, as in overlaps: of all, or of those with a state.
func (v *mapView) marked(all bool) (out []fyne.Position) {
	mark := func(lat, lon float64, reach float32) {
		x, y := v.chart.xy(lat, lon)
		out = append(out, fyne.NewPos(float32(x)-reach, float32(y)-reach), fyne.NewPos(float32(x)+reach, float32(y)+reach))
	}
	for _, d := range v.model.Dots {
		if (all || d.State != store.DotOther) && v.inView(d.Place, 0) {
			mark(d.Lat, d.Lon, 7)
		}
	}
	return out
}

// free moves at up or down by the first of the ways that leaves what is taken in sight; by the first of all if none does.
func free(taken []fyne.Position, at fyne.Position, size fyne.Size, ways ...float32) fyne.Position {
	for _, dy := range ways {
		if p := at.AddXY(0, dy); !overlaps(taken, p, p.AddXY(size.Width, size.Height)) {
			return p
		}
	}
	return at.AddXY(0, ways[0])
}

func overlaps(taken []fyne.Position, at, end fyne.Position) bool {
	for i := 0; i < len(taken); i += 2 {
		if meets(taken[i], taken[i+1], at, end) {
			return true
		}
	}
	return false
}

// overlapping counts what overlaps.
func overlapping(taken []fyne.Position, at, end fyne.Position) (n int) {
	for i := 0; i < len(taken); i += 2 {
		if meets(taken[i], taken[i+1], at, end) {
			n++
		}
	}
	return n
}

func meets(at, end, at2, end2 fyne.Position) bool {
	return at2.X < end.X && end2.X > at.X && at2.Y < end.Y && end2.Y > at.Y
}

// A pole is the point of an area around which there is most room to its border, and how much up and down; to the
// sides there is as much more as a name is wider than high.
type pole struct{ x, y, room float64 }

// pole is where the name of a town goes, which takes a size: where the town, or what can be seen of it, has most room for
// it, so that a name stays in sight while there is room.
func (v *mapView) pole(town int, size fyne.Size) pole {
	rings := v.model.Towns[town].Rings
	flat := float64(size.Height / size.Width)
	if v.poles[town].room == 0 { // in degrees; the zero pole is not worked out yet
		v.poles[town] = poleOf(rings, v.chart.squeeze()*flat)
	}
	best := v.poles[town]
	x, y := v.chart.xy(best.y, best.x)
	w, h := float64(size.Width)/2, float64(size.Height)/2
	if x >= w && y >= h && x <= v.chart.w-w && y <= v.chart.h-h {
		return pole{x, y, best.room * v.chart.scale}
	}
	var seen [][][2]float64
	for _, ring := range rings {
		line := make([][2]float64, len(ring))
		for i, p := range ring {
			line[i][0], line[i][1] = v.chart.xy(p[1], p[0])
		}
		if line = clip(line, w, h, v.chart.w-w, v.chart.h-h); len(line) > 2 {
			seen = append(seen, line)
		}
	}
	return poleOf(seen, flat)
}

// poleOf looks for the pole on a grid, and then on a finer one around the best point. A horizontal unit of the rings is
// squeeze vertical ones.
func poleOf[R ~[][2]float64](rings []R, squeeze float64) (best pole) {
	left, top, right, bottom := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, ring := range rings {
		for _, p := range ring {
			left, right, top, bottom = min(left, p[0]), max(right, p[0]), min(top, p[1]), max(bottom, p[1])
		}
	}
	if left >= right || top >= bottom {
		return pole{room: -1}
	}
	best = pole{(left + right) / 2, (top + bottom) / 2, math.Inf(-1)}
	const steps, rounds = 10, 3
	w, h := right-left, bottom-top
	for range rounds {
		x0, y0 := best.x-w/2, best.y-h/2
		for i := range steps {
			for j := range steps {
				x, y := x0+w*(float64(i)+0.5)/steps, y0+h*(float64(j)+0.5)/steps
				if room := depth(rings, x, y, squeeze); room > best.room {
					best = pole{x, y, room}
				}
			}
		}
		w, h = w*3/steps, h*3/steps
	}
	return best
}

// depth is how far a point is from the rings, in vertical units, negative when it lies outside.
func depth[R ~[][2]float64](rings []R, x, y, squeeze float64) float64 {
	inside, least := false, math.Inf(1)
	for _, ring := range rings {
		q := ring[len(ring)-1]
		for _, p := range ring {
			if (p[1] > y) != (q[1] > y) && x < p[0]+(q[0]-p[0])*(y-p[1])/(q[1]-p[1]) {
				inside = !inside
			}
			dx, dy, px, py := (q[0]-p[0])*squeeze, q[1]-p[1], (x-p[0])*squeeze, y-p[1]
			t := 0.0
			if long := dx*dx + dy*dy; long > 0 {
				t = max(0, min(1, (px*dx+py*dy)/long))
			}
			px, py = px-t*dx, py-t*dy
			least = min(least, px*px+py*py)
			q = p
		}
	}
	if least = math.Sqrt(least); !inside {
		return -least
	}
	return least
}

// clip returns what of a ring lies within a rectangle; parts of it may hang together along an edge.
func clip(ring [][2]float64, left, top, right, bottom float64) [][2]float64 {
	for _, side := range []struct {
		axis  int
		sign  float64
		limit float64
	}{{0, 1, left}, {0, -1, right}, {1, 1, top}, {1, -1, bottom}} {
		var out [][2]float64
		for i, p := range ring {
			q := ring[(i+1)%len(ring)]
			a, b := (p[side.axis]-side.limit)*side.sign, (q[side.axis]-side.limit)*side.sign
			if a >= 0 {
				out = append(out, p)
			}
			if (a >= 0) != (b >= 0) {
				t := a / (a - b)
				out = append(out, [2]float64{p[0] + (q[0]-p[0])*t, p[1] + (q[1]-p[1])*t})
			}
		}
		ring = out
	}
	return ring
}
