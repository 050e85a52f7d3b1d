package ui

import (
	"fmt"
	"image"
	"math"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"storewalk/demo/guyuan"
	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// townMap is countyMap with the outlines of the 65 townships of five counties. Each border is there twice, from either side.
func townMap() store.Map {
	m := countyMap()
	m.Outlines, m.Towns = nil, nil
	for _, c := range guyuan.Counties() {
		t := c.Territory()
		m.Outlines = append(m.Outlines, t.Outline...)
		for code, rings := range t.Outlines {
			m.Towns = append(m.Towns, store.Town{Place: store.Place{Name: t.Townships[code]}, Rings: rings})
			for _, ring := range rings {
				m.Borders = append(m.Borders, append(slices.Clone([][2]float64(ring)), ring[0]))
			}
		}
	}
	return m
}

// twoTowns are a county that a border parts at longitude 106.2, the western part wider in the north.
func twoTowns() store.Map {
	return store.Map{
		Outlines: [][][2]float64{{{106, 35.8}, {106.4, 35.8}, {106.4, 36.2}, {106, 36.2}}},
		Borders:  [][][2]float64{{{106.2, 35.8}, {106.2, 36.2}}},
		Towns: []store.Town{
			{Place: store.Place{Name: "西乡"}, Rings: []field.Ring{{{106, 35.8}, {106.2, 35.8}, {106.2, 36.2}, {106, 36.2}}}},
			{Place: store.Place{Name: "东乡"}, Rings: []field.Ring{{{106.2, 35.8}, {106.4, 35.8}, {106.4, 36.2}, {106.2, 36.2}}}},
		}}
}

// named returns where the names on a map are, in the middle.
func (v *mapView) named() map[string]fyne.Position {
	at := map[string]fyne.Position{}
	for _, o := range v.labels {
		if text, ok := o.(*canvas.Text); ok {
			at[text.Text] = text.Position().AddXY(text.Size().Width/2, text.Size().Height/2)
		}
	}
	return at
}

func TestABorderIsDashedAndThinnerThanTheCountysLine(t *testing.T) {
	for _, night := range []bool{false, true} {
		v := newTestMap(t, twoTowns(), nil)
		if night {
			fyne.CurrentApp().Settings().SetTheme(newLook(lookNight, sizeStandard))
		}
		const density = 2
		img := v.draw(density*390, density*600).(*image.RGBA)
		ink, land := opaque(colMuted), opaque(colSurface)
		across := func(lat, lon float64) (width int) { // pixels of ink beside a place, on one row
			p := v.At(field.Position{Lat: lat, Lon: lon})
			for x := -8; x <= 8; x++ {
				if img.RGBAAt(density*int(p.X)+x, density*int(p.Y)) == ink {
					width++
				}
			}
			return width
		}
		drawn, bare, thin := 0, 0, 0
		for i := range 200 {
			lat := 35.82 + 0.36*float64(i)/200
			switch n := across(lat, 106.2); {
			case n == 0:
				bare++
			default:
				drawn++
				thin = max(thin, n)
			}
			if n := across(lat, 106.1); n != 0 {
				t.Fatal("there is a line in the middle of a township")
			}
			if n := across(lat, 106); n <= thin {
				t.Fatalf("the county's line is %d pixels wide, the border %d", n, thin)
			}
		}
		if share := float64(drawn) / 200; share < 0.5 || share > 0.85 || thin == 0 || thin > density {
			t.Errorf("%d of 200 places on the border are drawn, %d are not; %d pixels wide", drawn, bare, thin)
		}
		if p := v.At(field.Position{Lat: 36, Lon: 106.3}); img.RGBAAt(density*int(p.X), density*int(p.Y)+40) != land {
			t.Error("a township is not land")
		}
	}
}

func TestDashesMoveWithTheMap(t *testing.T) {
	v := newTestMap(t, twoTowns(), nil)
	v.here = field.Position{} // its sign is put on whole pixels
	before := slices.Clone(v.draw(390, 600).(*image.RGBA).Pix)
	v.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(0, 7)})
	after := v.draw(390, 600).(*image.RGBA)
	x := int(v.At(field.Position{Lat: 36, Lon: 106.2}).X)
	for y := 250; y < 350; y++ {
		if got, was := int(after.Pix[after.PixOffset(x, y+7)]), int(before[after.PixOffset(x, y)]); max(got-was, was-got) > 24 {
			t.Fatalf("row %d: %d, it was %d", y, got, was)
		}
	}
}

func TestANameStaysWithinWhatCanBeSeenOfItsTownship(t *testing.T) {
	m := twoTowns()
	v := newTestMap(t, m, nil)
	for range 8 {
		for _, dx := range []float32{-60, 0, 60} {
			v.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(dx, 0)})
			for name, at := range v.named() {
				_, lon := v.chart.place(float64(at.X), float64(at.Y))
				if west := lon < 106.2; west != (name == "西乡") {
					t.Errorf("%s is named at longitude %.3f", name, lon)
				}
				if at.X < 0 || at.X > 390 || at.Y < 0 || at.Y > 600 {
					t.Errorf("%s is named out of sight", name)
				}
			}
			if len(v.named()) == 0 {
				t.Errorf("nothing is named at %.0f", v.chart.scale)
			}
		}
		v.zoom(zoomStep)
	}
	v.move(36, 106.1)
	if _, ok := v.named()["西乡"]; !ok {
		t.Error("who has gone near does not see where it is: ", v.named())
	}
}

func TestANameOfATownshipCoversNoStoreThatIsDue(t *testing.T) {
	m := twoTowns()
	for i := range 30 { // more than are named
		m.Dots = append(m.Dots, store.Dot{State: store.DotOther, Place: store.Place{Name: "甲", Lat: 35.85, Lon: 106.3 + float64(i)*1e-4}})
	}
	v := newTestMap(t, m, nil)
	v.here = field.Position{}
	v.label()
	was := v.named()["西乡"]
	lat, lon := v.chart.place(float64(was.X), float64(was.Y))
	m.Dots = append(m.Dots, store.Dot{State: store.DotDue, Place: store.Place{Name: "乙", Lat: lat, Lon: lon}})
	v.set(m, field.Position{})
	now, ok := v.named()["西乡"]
	if !ok || math.Hypot(float64(now.X-was.X), float64(now.Y-was.Y)) < 10 {
		t.Errorf("the name was at %v and is at %v", was, now)
	}
}

func TestThePoleOfAnAreaHasMostRoom(t *testing.T) {
	// An L whose foot is wider than its leg.
	l := []field.Ring{{{0, 0}, {4, 0}, {4, 10}, {3, 10}, {3, 3}, {0, 3}}}
	if p := poleOf(l, 1); math.Abs(p.room-1.55) > 0.1 || depth(l, p.x, p.y, 1) != p.room {
		t.Errorf("%+v", p)
	}
	hole := append(l, field.Ring{{1, 1}, {2, 1}, {2, 2}, {1, 2}})
	if depth(hole, 1.5, 1.5, 1) >= 0 {
		t.Error("a hole is inside")
	}
	if p := poleOf(hole, 1); depth(hole, p.x, p.y, 1) <= 0.5 || p.room > 1.2 {
		t.Errorf("%+v", p)
	}
	if p := poleOf([]field.Ring{}, 1); p.room >= 0 {
		t.Error("nothing has room")
	}
	got := clip(l[0], 3.5, -1, 9, 5)
	if len(got) != 4 || depth([][][2]float64{got}, 3.75, 1, 1) != 0.25 {
		t.Error(got)
	}
}

// A dot that lies under the name of another store is one that nobody taps.
func TestTheNameOfAStoreStandsWhereItCoversNoOtherDot(t *testing.T) {
	row := func(lats, lons []float64) (m store.Map) {
		m.Outlines = [][][2]float64{{{105.98, 35.98}, {106.02, 35.98}, {106.02, 36.02}, {105.98, 36.02}}}
		for _, lat := range lats {
			for _, lon := range lons {
				m.Dots = append(m.Dots, store.Dot{State: store.DotDue, Place: store.Place{Name: fmt.Sprint("兴隆便利店", len(m.Dots)), Lat: lat, Lon: lon}})
			}
		}
		return m
	}
	for what, m := range map[string]store.Map{
		"a street to the south": row([]float64{36, 36.001, 36.002, 36.003, 36.004, 36.005}, []float64{106}),
		"two streets":           row([]float64{36, 36.001, 36.002, 36.003, 36.004, 36.005}, []float64{106, 106.002}),
		"a street to the east":  row([]float64{36}, []float64{106, 106.001, 106.002, 106.003}),
	} {
		v := newTestMap(t, m, nil)
		for range 4 {
			for i := 0; i+1 < len(v.labels); i += 2 {
				at, name := v.labels[i].Position(), v.labels[i+1].(*canvas.Text).Text
				end := at.AddXY(v.labels[i].Size().Width, v.labels[i].Size().Height)
				for _, d := range m.Dots {
					if dot := v.At(field.Position{Lat: d.Lat, Lon: d.Lon}); meets(at, end, dot.SubtractXY(6, 6), dot.AddXY(6, 6)) {
						t.Errorf("%s at %.0f: %s lies over %s", what, v.chart.scale, name, d.Name)
					}
				}
			}
			if n := len(v.named()); n < 3 {
				t.Errorf("%s at %.0f: %d names are no help", what, v.chart.scale, n)
			}
			v.zoom(zoomStep)
		}
	}
}
