package ui

import (
	"context"
	"image"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"storewalk/mobile/store"
)

// mapRoute is the territory on a map that needs no network.
type mapRoute struct{}

func (mapRoute) open(a *App) page { return newMap(a) }

// toMap is the target in a title bar that leads to the map.
func (a *App) toMap() fyne.CanvasObject {
	return newIconButton("map.open", iconMap, colOnBar, func() { a.nav.push(mapRoute{}) })
}

type mapPage struct {
	app     *App
	load    *load[store.Map]
	view    *mapView
	fault   *banner
	legend  *fyne.Container
	signs   *fyne.Container // the legend with the room around it
	sheet   *fyne.Container // what lies under the finger, when that is several stores
	empty   *fyne.Container
	buttons *fyne.Container
	below   string
	content fyne.CanvasObject
}

func newMap(a *App) *mapPage {
	p := &mapPage{app: a, fault: newBanner(a, "map.fault", markAlarm), empty: container.NewStack(), sheet: column(0), legend: chips()}
	p.load = newLoad(a, a.deps.Store.Map, p.show)
	p.view = newMapView(p.tapped)
	p.view.onMove = p.close
	p.buttons = column(10, newRound("map.in", iconPlus, func() { p.view.zoom(zoomStep) }), newRound("map.out", iconMinus, func() { p.view.zoom(1 / zoomStep) }))
	if at := a.where().Position; at.Valid() {
		p.buttons.Add(newRound("map.here", iconHere, func() { p.view.show(a.where().Position) }))
	}
	p.signs = padded(padXY(margin, 8), 0, p.legend)
	top := over(canvas.NewRectangle(opaque(colSurface)), column(0, p.signs, padded(padXY(margin, 0), 0, p.fault)))
	p.content = frame(top, container.NewStack(p.view, container.New(cornerLayout{}, p.buttons), p.empty), shy(0.6, p.sheet))
	return p
}

func (p *mapPage) head() head              { return head{title: p.app.T("map.title"), below: p.below} }
func (p *mapPage) body() fyne.CanvasObject { return p.content }
func (p *mapPage) stop()                   { p.load.stop() }

func (p *mapPage) kept() any {
	if p.view.least == 0 { // nothing was in view yet
		return p.view.was
	}
	seen := p.view.chart
	return &seen
}

func (p *mapPage) keep(was any) { p.view.was = was.(*chart) }

func (p *mapPage) start(ctx context.Context) {
	p.app.near(true)
	p.load.start(ctx)
}

func (p *mapPage) show(m store.Map, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	a := p.app
	a.until(m.Clock.DayEnds()) // what is due then is another
	p.below = a.N("stores.found", len(m.Dots))
	if m.Unplaced > 0 {
		p.below = a.N("map.unplaced", m.Unplaced)
	}
	here := a.where().Position
	p.legend.Objects = nil
	for _, state := range []store.DotState{store.DotDue, store.DotDone, store.DotRequest, store.DotOther} {
		p.legend.Add(p.entry(p.view.sign(signKey{state: state, near: true, size: 2 * signSize(state, true)}), a.dotText(state)))
	}
	if here.Valid() {
		p.legend.Add(p.entry(p.view.sign(signKey{here: true, size: 44}), a.T("map.here")))
	}
	p.empty.Objects = nil
	if len(m.Dots) == 0 {
		p.empty.Objects = []fyne.CanvasObject{canvas.NewRectangle(theme.Color(colPaper)),
			container.NewVScroll(newEmpty(iconMap, a.T("map.none"), a.T("map.none_text"), a.syncNow("map.sync")))}
	}
	p.buttons.Hidden = len(m.Dots) == 0
	p.view.corner = fyne.NewSize(touch+margin, heightOf(p.buttons, touch)+margin)
	p.empty.Refresh()
	p.view.set(m, here)
	a.nav.draw()
}

// entry is one sign of the legend and what it means.
func (p *mapPage) entry(sign image.Image, text string) fyne.CanvasObject {
	img := canvas.NewImageFromImage(sign)
	img.FillMode = canvas.ImageFillContain
	img.SetMinSize(fyne.NewSquareSize(18))
	return beside(4, -1, img, newText(text, typeface{size: sizeSmall}))
}

func (a *App) dotText(state store.DotState) string {
	switch state {
	case store.DotDue:
		return a.T("map.due")
	case store.DotDone:
		return a.T("map.done")
	case store.DotRequest:
		return a.T("map.request")
	}
	return a.T("map.other")
}

// listed is how many stores under one finger are listed.
const listed = 3

// tapped opens the store under the finger, or lists several.
func (p *mapPage) tapped(dots []store.Dot) {
	p.sheet.Objects = nil
	if len(dots) == 1 {
		p.app.nav.push(storeRoute{dots[0].Store})
		return
	}
	p.signs.Hidden = len(dots) > 1 // each store of the list says in words what its sign means
	if len(dots) > 1 {
		p.sheet.Objects = []fyne.CanvasObject{footBar(p.choices(dots)...)}
	}
	p.app.nav.draw()
}

// close takes the list away: the map shows something else now.
func (p *mapPage) close() {
	if len(p.sheet.Objects) > 0 {
		p.sheet.Objects, p.signs.Hidden = nil, false
		p.app.nav.draw()
	}
}

func (p *mapPage) choices(dots []store.Dot) []fyne.CanvasObject {
	a := p.app
	objs := []fyne.CanvasObject{newText(a.N("map.several", len(dots)), typeface{bold: true})}
	for i, d := range dots[:min(listed, len(dots))] {
		name := "map.store." + strconv.Itoa(i+1)
		sign := canvas.NewImageFromImage(p.view.sign(signKey{state: d.State, near: true, size: 2 * signSize(d.State, true)}))
		sign.FillMode = canvas.ImageFillContain
		sign.SetMinSize(fyne.NewSquareSize(20))
		words := column(2, newText(d.Name, typeface{size: sizeName, bold: true}), newText(a.dotText(d.State), typeface{size: sizeSmall, color: colMuted}))
		tile := newTap(name, padded(padXY(12, 8), 0, beside(10, 1, sign, words)), func() { a.nav.push(storeRoute{d.Store}) })
		visit := newRound(name+".go", iconVisit, func() { a.visitNow(d.Store, store.Purpose{}, p.fault) })
		objs = append(objs, over(plate(colPaper, "", radius), padded(insets{0, 10, 0, 0}, 0, beside(4, 0, tile, visit))))
	}
	if more := len(dots) - listed; more > 0 {
		objs = append(objs, newText(a.N("map.more", more), typeface{size: sizeSmall, color: colMuted}))
	}
	return objs
}

// cornerLayout puts its object into the lower right corner.
type cornerLayout struct{}

// Layout implements fyne.Layout.
func (cornerLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	h := heightOf(o[0], touch)
	o[0].Resize(fyne.NewSize(touch, h))
	o[0].Move(fyne.NewPos(size.Width-touch-margin, size.Height-h-margin))
}

// MinSize implements fyne.Layout.
func (cornerLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSquareSize(touch) }
