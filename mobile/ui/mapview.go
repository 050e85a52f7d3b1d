package ui

import (
	"image"
	"image/color"
	"math"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// A mapView draws stores where they are. It is moved by a finger and made larger by the wheel and by zoom. It is drawn
// on the UI goroutine, because it follows the finger: see BenchmarkMap.
type mapView struct {
	widget.BaseWidget
	model  store.Map
	here   field.Position
	chart  chart
	was    *chart  // what was in view on the map in whose place this one is drawn; nil once it is in view here
	least  float64 // scale at which all can be seen; 0 before the first model and size
	pen    pen
	signs  map[signKey]*image.RGBA
	poles  []pole // where the names of the model's towns are at their best
	raster *canvas.Raster
	labels []fyne.CanvasObject
	corner fyne.Size              // of the lower right, where something lies over the map
	onTap  func(dots []store.Dot) // the nearest first
	onMove func()                 // may be nil
}

type signKey struct {
	state store.DotState
	near  bool
	here  bool
	size  float64 // of the image
}

const (
	fingertip = 24.0     // a tap means what is nearer than this
	mostScale = 55_000.0 // 2 m to a device-independent pixel
	nearScale = 2_500.0  // from here on signs are as large as a finger needs
	zoomStep  = 1.8
)

func newMapView(onTap func([]store.Dot)) *mapView {
	v := &mapView{onTap: onTap, signs: map[signKey]*image.RGBA{}}
	v.raster = canvas.NewRaster(v.draw)
	v.ExtendBaseWidget(v)
	return v
}

// ID returns the stable name by which a test finds the map.
func (v *mapView) ID() string { return "map" }

// set shows another model; what is in view stays in view.
func (v *mapView) set(m store.Map, here field.Position) {
	v.model, v.here = m, here
	v.poles = make([]pole, len(m.Towns))
	v.fit(v.least == 0)
	v.update()
}

// fit works out how small the map may get, and shows all of it if all is true.
func (v *mapView) fit(all bool) {
	south, west, north, east := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	see := func(lat, lon float64) {
		south, north, west, east = min(south, lat), max(north, lat), min(west, lon), max(east, lon)
	}
	for _, d := range v.model.Dots {
		see(d.Lat, d.Lon)
	}
	for _, ring := range v.model.Outlines {
		for _, p := range ring {
			see(p[1], p[0])
		}
	}
	if south > north || v.chart.w == 0 {
		return
	}
	c := chart{lat: (south + north) / 2, lon: (west + east) / 2, w: v.chart.w, h: v.chart.h}
	const border = 36
	least := math.Inf(1)
	if north > south {
		least = (c.h - 2*border) / (north - south)
	}
	if east > west {
		least = min(least, (c.w-2*border)/(east-west)/c.squeeze())
	}
	v.least = max(1, min(least, mostScale))
	if c.scale = v.least; all {
		v.chart = c
		if v.was != nil {
			v.chart.lat, v.chart.lon, v.chart.scale, v.was = v.was.lat, v.was.lon, v.was.scale, nil
		}
	}
	v.chart.scale = min(mostScale, max(v.least, v.chart.scale))
}

// update draws anew what is in view.
func (v *mapView) update() {
	v.label()
	v.Refresh()
}

// At returns where on the map a place is drawn.
func (v *mapView) At(p field.Position) fyne.Position {
	x, y := v.chart.xy(p.Lat, p.Lon)
	return fyne.NewPos(float32(x), float32(y))
}

// Tapped tells which stores lie under the finger.
func (v *mapView) Tapped(ev *fyne.PointEvent) {
	if under := v.under(float64(ev.Position.X), float64(ev.Position.Y)); v.onTap != nil {
		v.onTap(under)
	}
}

func (v *mapView) under(x, y float64) []store.Dot {
	type hit struct {
		dot store.Dot
		far float64
	}
	var hits []hit
	for _, d := range v.model.Dots {
		dx, dy := v.chart.xy(d.Lat, d.Lon)
		if far := math.Hypot(dx-x, dy-y); far <= fingertip {
			hits = append(hits, hit{d, far})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		switch {
		case a.far < b.far:
			return -1
		case a.far > b.far:
			return 1
		}
		return strings.Compare(a.dot.Name, b.dot.Name)
	})
	dots := make([]store.Dot, len(hits))
	for i, h := range hits {
		dots[i] = h.dot
	}
	return dots
}

// Dragged moves the map with the finger.
func (v *mapView) Dragged(ev *fyne.DragEvent) {
	lat, lon := v.chart.place(v.chart.w/2-float64(ev.Dragged.DX), v.chart.h/2-float64(ev.Dragged.DY))
	v.move(lat, lon)
}

// DragEnd does nothing: the map stays where the finger left it.
func (v *mapView) DragEnd() {}

// Scrolled makes what is under the pointer larger or smaller.
func (v *mapView) Scrolled(ev *fyne.ScrollEvent) {
	factor := math.Pow(1.1, max(-5, min(5, float64(ev.Scrolled.DY)/10)))
	v.zoomAt(factor, float64(ev.Position.X), float64(ev.Position.Y))
}

// zoom makes what is in the middle larger or smaller.
func (v *mapView) zoom(factor float64) { v.zoomAt(factor, v.chart.w/2, v.chart.h/2) }

func (v *mapView) zoomAt(factor, x, y float64) {
	if v.least == 0 {
		return
	}
	lat, lon := v.chart.place(x, y)
	v.chart.scale = min(mostScale, max(v.least, v.chart.scale*factor))
	newLat, newLon := v.chart.place(x, y)
	v.move(v.chart.lat+lat-newLat, v.chart.lon+lon-newLon)
}

// move puts a place in the middle.
func (v *mapView) move(lat, lon float64) {
	v.chart.lat, v.chart.lon = max(-85, min(85, lat)), max(-180, min(180, lon))
	v.update()
	if v.onMove != nil {
		v.onMove()
	}
}

// show puts a place in the middle, near enough to tell stores apart.
func (v *mapView) show(p field.Position) {
	v.chart.scale = min(mostScale, max(v.chart.scale, 2*nearScale))
	v.move(p.Lat, p.Lon)
}

// draw is the raster's generator.
func (v *mapView) draw(w, h int) image.Image {
	if v.pen.img == nil || v.pen.img.Rect.Dx() != w || v.pen.img.Rect.Dy() != h {
		v.pen.img = image.NewRGBA(image.Rect(0, 0, w, h))
	}
	p := &v.pen
	p.chart = v.chart
	p.density = float64(w) / max(1, v.chart.w)
	fill(p.img.Pix, opaque(colPaper))
	p.area(v.model.Outlines, opaque(colSurface))
	p.dashed(v.model.Borders, opaque(colMuted))
	p.solid(v.model.Outlines, opaque(colMuted))
	if v.here.Valid() { // under the stores, so that none is hidden
		p.stamp(v.sign(signKey{here: true, size: 32 * p.density}), v.here.Lat, v.here.Lon)
	}
	near := v.chart.scale >= nearScale
	// One state after the other: what matters more is drawn over what matters less.
	for state := store.DotOther; state <= store.DotDue; state++ {
		s := v.sign(signKey{state: state, near: near, size: signSize(state, near) * p.density})
		for _, d := range v.model.Dots {
			if d.State == state && v.inView(d.Place, 20) {
				p.stamp(s, d.Lat, d.Lon)
			}
		}
	}
	return p.img
}

func (v *mapView) sign(k signKey) *image.RGBA {
	if v.signs[k] == nil {
		if k.here {
			v.signs[k] = hereSign(k.size, opaque(colDiffer), opaque(colSurface))
		} else {
			v.signs[k] = sign(k.state, k.size, opaque(dotColor(k.state)), opaque(colSurface))
		}
	}
	return v.signs[k]
}

func dotColor(state store.DotState) fyne.ThemeColorName {
	switch state {
	case store.DotDue:
		return colWait
	case store.DotDone:
		return colAccent
	case store.DotRequest:
		return colAlarm
	}
	return colMuted
}

func opaque(name fyne.ThemeColorName) color.RGBA {
	r, g, b, _ := theme.Color(name).RGBA()
	return color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 255}
}

func (v *mapView) inView(p store.Place, border float64) bool {
	x, y := v.chart.xy(p.Lat, p.Lon)
	return x >= -border && y >= -border && x <= v.chart.w+border && y <= v.chart.h+border
}

// CreateRenderer implements fyne.Widget.
func (v *mapView) CreateRenderer() fyne.WidgetRenderer {
	v.ExtendBaseWidget(v)
	return &mapRenderer{v}
}

type mapRenderer struct{ v *mapView }

func (r *mapRenderer) Layout(size fyne.Size) {
	v := r.v
	first := v.least == 0
	v.chart.w, v.chart.h = float64(size.Width), float64(size.Height)
	v.raster.Resize(size)
	v.fit(first)
	v.label()
}

func (r *mapRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(touch) }
func (r *mapRenderer) Refresh()           { r.v.raster.Refresh() }
func (r *mapRenderer) Destroy()           {}

func (r *mapRenderer) Objects() []fyne.CanvasObject {
	return append([]fyne.CanvasObject{r.v.raster}, r.v.labels...)
}
