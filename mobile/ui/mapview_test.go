package ui

import (
	"fmt"
	"image"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// countyMap is an outline of 1,000 points with 5,000 stores in it.
func countyMap() (m store.Map) {
	var ring [][2]float64
	for i := range 1000 {
		a := float64(i) * 2 * math.Pi / 1000
		r := 0.35 + 0.04*math.Sin(9*a)
		ring = append(ring, [2]float64{106.2 + r*math.Cos(a), 36 + r*math.Sin(a)})
	}
	m.Outlines = [][][2]float64{ring}
	for i := range 5000 {
		a, r := float64(i)*2.399963, 0.3*math.Sqrt(float64(i)/5000)
		state := store.DotOther
		if i%20 == 0 {
			state = store.DotState(i / 20 % 4)
		}
		m.Dots = append(m.Dots, store.Dot{State: state, Place: store.Place{Name: fmt.Sprint("长兴便利店", i), Lat: 36 + r*math.Sin(a), Lon: 106.2 + r*math.Cos(a)}})
	}
	for i := range 65 {
		m.Towns = append(m.Towns, store.Town{Place: store.Place{Name: fmt.Sprint("三营镇", i), Lat: 35.7 + float64(i%8)*0.08, Lon: 105.9 + float64(i/8)*0.07}})
	}
	return m
}

func newTestMap(t testing.TB, m store.Map, onTap func([]store.Dot)) *mapView {
	t.Helper()
	if tt, ok := t.(*testing.T); ok {
		test.NewTempApp(tt)
	} else {
		test.NewApp()
	}
	fyne.CurrentApp().Settings().SetTheme(newLook(lookDay, sizeStandard))
	v := newMapView(onTap)
	v.CreateRenderer().Layout(fyne.NewSize(390, 600))
	v.set(m, field.Position{Lat: 36, Lon: 106.2})
	return v
}

func TestATapOnTheMapMeansTheNearestStoresUnderTheFinger(t *testing.T) {
	m := store.Map{Dots: []store.Dot{
		{Place: store.Place{Name: "甲", Lat: 36, Lon: 106}}, {Place: store.Place{Name: "乙", Lat: 36.0001, Lon: 106}},
		{Place: store.Place{Name: "丙", Lat: 36.2, Lon: 106.2}}}}
	var got []store.Dot
	v := newTestMap(t, m, func(dots []store.Dot) { got = dots })
	tap := func(d store.Dot, dx float32) {
		v.Tapped(&fyne.PointEvent{Position: v.At(field.Position{Lat: d.Lat, Lon: d.Lon}).AddXY(dx, 0)})
	}
	tap(m.Dots[2], 23)
	if len(got) != 1 || got[0].Name != "丙" {
		t.Errorf("%v", got)
	}
	tap(m.Dots[2], 25)
	if len(got) != 0 {
		t.Errorf("%v is further away than a finger is wide", got)
	}
	tap(m.Dots[0], 0)
	if len(got) != 2 || got[0].Name != "甲" {
		t.Errorf("%v", got)
	}
	for range 20 {
		at := v.At(field.Position{Lat: 36, Lon: 106})
		v.zoomAt(zoomStep, float64(at.X), float64(at.Y))
	}
	if tap(m.Dots[1], 0); len(got) != 2 { // 11 m are 6 device-independent pixels
		t.Errorf("%v", got)
	}
	if v.chart.scale != mostScale {
		t.Errorf("the map grows without end: %v", v.chart.scale)
	}
}

func TestTheMapFollowsTheFingerAndShowsAllAtFirst(t *testing.T) {
	m := countyMap()
	v := newTestMap(t, m, nil)
	for _, d := range m.Dots {
		if !v.inView(d.Place, 0) {
			t.Fatalf("%s is not in view", d.Name)
		}
	}
	place := field.Position{Lat: 36.1, Lon: 106.3}
	was := v.At(place)
	v.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(30, -40)})
	if now := v.At(place); math.Abs(float64(now.X-was.X-30)) > 0.2 || math.Abs(float64(now.Y-was.Y+40)) > 0.2 {
		t.Errorf("from %v to %v", was, now)
	}
	v.zoom(1e-9)
	if v.chart.scale != v.least {
		t.Error("the map shrinks below what there is to see")
	}
	was = v.At(place)
	v.Scrolled(&fyne.ScrollEvent{PointEvent: fyne.PointEvent{Position: was}, Scrolled: fyne.NewDelta(0, 20)})
	if now := v.At(place); math.Abs(float64(now.X-was.X)) > 0.2 || math.Abs(float64(now.Y-was.Y)) > 0.2 {
		t.Errorf("what is under the pointer went from %v to %v", was, now)
	}
}

func TestTheMapIsDrawnAndItsSignsDifferInShape(t *testing.T) {
	m := countyMap()
	v := newTestMap(t, m, nil)
	img := v.draw(390, 600).(*image.RGBA)
	if img.RGBAAt(2, 2) != opaque(colPaper) {
		t.Error("outside the outline there is no paper")
	}
	land := 0
	for y := range 600 {
		for x := range 390 {
			if img.RGBAAt(x, y) == opaque(colSurface) {
				land++
			}
		}
	}
	if land < 5_000 {
		t.Errorf("%d pixels of land", land)
	}
	black := opaque(colInk)
	seen := map[string]store.DotState{}
	for state := store.DotOther; state <= store.DotDue; state++ {
		mask := ""
		s := sign(state, 20, black, opaque(colSurface))
		for i := 0; i < len(s.Pix); i += 4 {
			mask += fmt.Sprint(s.Pix[i+3] > 128 && s.Pix[i] < 128)
		}
		if other, ok := seen[mask]; ok {
			t.Errorf("%v and %v look alike without colours", state, other)
		}
		seen[mask] = state
	}
}

func TestNamesOnTheMapDoNotCoverEachOther(t *testing.T) {
	for _, m := range []store.Map{countyMap(), townMap()} {
		v := newTestMap(t, m, nil)
		for range 12 {
			if len(v.labels) == 0 {
				t.Error("nothing is named at", v.chart.scale)
			}
			var plates []fyne.Position
			for i := 0; i < len(v.labels); i += 2 {
				at, end := v.labels[i].Position(), v.labels[i].Position().AddXY(v.labels[i].Size().Components())
				if overlaps(plates, at, end) {
					t.Error("names overlap at", v.chart.scale)
				}
				plates = append(plates, at, end)
			}
			v.zoom(zoomStep)
		}
	}
}

// BenchmarkMap is one frame while a finger moves the map of 5,000 stores on a phone with three pixels to a
// device-independent one, without and with the outlines of 65 townships.
func BenchmarkMap(b *testing.B) {
	for name, m := range map[string]store.Map{"county": countyMap(), "townships": townMap()} {
		for _, near := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/near=%v", name, near), func(b *testing.B) {
				v := newTestMap(b, m, nil)
				if near {
					v.show(v.here)
				}
				for i := 0; b.Loop(); i++ {
					v.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(float32(i%3-1), 1-float32(i%2)*2)})
					v.draw(3*390, 3*600)
				}
			})
		}
	}
}
