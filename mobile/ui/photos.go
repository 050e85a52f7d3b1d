package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/words"
)

// photosRoute lists the photos taken on this phone with how far each has come.
type photosRoute struct{}

func (photosRoute) open(a *App) page { return newPhotos(a) }

// photoLine is one photo as drawn; the zero line is a row that has not been read yet.
type photoLine struct {
	id, visit   uuid.UUID
	name, below string
	thumb       []byte
	mark        mark
	state       string
	part        float32 // of its bytes that are on the server, while they are under way; else 0
	why         string  // it was put aside
}

// photosView is a part of the list.
type photosView struct {
	n     store.PhotoCount
	first int
	lines []photoLine
}

type photosPage struct {
	app         *App
	load        *load[photosView]
	fault       *banner
	list        *window[photoLine]
	open        bool // all are listed, not only those that are not safe
	unsafe, all *toggle
	again       func()
	empty       *fyne.Container
	content     fyne.CanvasObject
}

func newPhotos(a *App) *photosPage {
	p := &photosPage{app: a, fault: newBanner(a, "photos.fault", markAlarm), empty: container.NewStack(), again: func() {}}
	p.load = newLoad(a, nil, p.show)
	p.unsafe = newChoice("photos.unsafe", a.T("photos.unsafe", "N", ""))
	p.all = newChoice("photos.all", a.T("photos.all", "N", ""))
	p.unsafe.onChange = func(bool) { p.filter(false) }
	p.all.onChange = func(bool) { p.filter(true) }
	p.unsafe.set(true)
	sample := photoLine{name: "店", below: "照", mark: markSent, state: "到"}
	p.list = newWindow(sample, func() rowWidget[photoLine] { return newPhotoRow(a) }, func() { p.again() })
	top := padded(insets{10, margin, 10, margin}, 8, equal(gap, p.unsafe, p.all), p.fault)
	p.content = frame(top, container.NewStack(p.list.List, p.empty), space(0))
	return p
}

func (p *photosPage) head() head              { return head{title: p.app.T("photos.title")} }
func (p *photosPage) body() fyne.CanvasObject { return p.content }
func (p *photosPage) stop()                   { p.load.stop() }

func (p *photosPage) kept() any    { return p.open }
func (p *photosPage) keep(was any) { p.choose(was.(bool)) }

// choose marks whether all photos are listed.
func (p *photosPage) choose(all bool) {
	p.unsafe.set(!all)
	p.all.set(all)
	p.open = all
}

// filter lists all photos, or those that are not on the server.
func (p *photosPage) filter(all bool) {
	if p.open != all {
		p.list.restart()
	}
	p.choose(all)
	p.app.refresh()
}

func (p *photosPage) start(ctx context.Context) {
	p.again = func() {
		w, unsafe, around := p.app.Words, !p.open, p.list.around // as they are now, for another goroutine
		p.load.fetch = func(ctx context.Context) (photosView, error) { return p.app.fetchPhotos(ctx, w, unsafe, around) }
		p.load.start(ctx)
	}
	p.again()
}

// fetchPhotos reads the part of the list around a row.
func (a *App) fetchPhotos(ctx context.Context, w words.Words, unsafe bool, around int) (v photosView, err error) {
	if v.n, err = a.deps.Store.CountPhotos(ctx); err != nil {
		return v, err
	}
	length := v.n.All
	if unsafe {
		length = v.n.Unsafe
	}
	v.first = windowFrom(around, length)
	photos, err := a.deps.Store.Photos(ctx, unsafe, v.first, windowSize)
	for _, s := range photos {
		l := photoLine{id: s.ID, visit: s.Visit, name: s.StoreName, below: joined(" · ", w.Enum("photo_kind", s.Kind), w.ShortDateTime(s.TakenMS)),
			thumb: s.Thumb, mark: stageMarks[s.Stage], state: joined(" · ", photoStage(w, s.PhotoState), megabytes(s.Size))}
		switch {
		case s.ID == uuid.Nil:
			l.below = w.T("photos.gone")
		case s.Gone:
			l.below = joined(" · ", w.T("photos.removed"), l.below)
		}
		switch s.Stage {
		case store.StageBytes:
			l.part = float32(percent(s.PhotoState)) / 100
		case store.StageAside:
			l.why = w.FaultCode(s.Code)
		}
		v.lines = append(v.lines, l)
	}
	return v, err
}

func (p *photosPage) show(v photosView, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	a := p.app
	p.unsafe.label.set(a.T("photos.unsafe", "N", v.n.Unsafe))
	if v.n.Unsafe > 0 {
		p.unsafe.paint(iconWait, colWaitSoft, colWait)
	} else { // none is no warning
		p.unsafe.paint(iconSent, colAccent, colOnAccent)
	}
	p.all.label.set(a.T("photos.all", "N", v.n.All))
	length := v.n.Unsafe
	if p.open {
		length = v.n.All
	}
	p.list.show(v.first, v.lines, length, a.width())
	p.empty.Objects = nil
	switch {
	case length > 0:
	case v.n.All == 0:
		p.empty.Objects = []fyne.CanvasObject{container.NewVScroll(newEmpty(iconCamera, a.T("photos.no_photos"), a.T("photos.no_photos_text"),
			newButton("photos.stores", a.T("tab.stores"), iconStore, loud, func() { a.nav.open("stores") })))}
	default:
		p.empty.Objects = []fyne.CanvasObject{container.NewVScroll(newEmpty(iconSent, a.T("photos.none"), a.T("photos.none_text"),
			newButton("photos.see_all", a.T("photos.see_all"), iconCamera, quiet, func() { p.filter(true) })))}
	}
	p.empty.Refresh()
	p.content.Refresh()
}

// photoRow draws a photoLine: the picture, whose it is, and how far it has come.
type photoRow struct {
	widget.BaseWidget
	line        photoLine
	picture     *canvas.Image
	name, below *paragraph
	state       *badge
	meter       *fyne.Container
	why         *paragraph
	tap         *tapArea
}

const thumbSide = 72

func newPhotoRow(a *App) *photoRow {
	r := &photoRow{picture: &canvas.Image{FillMode: canvas.ImageFillCover, CornerRadius: 8}, state: newBadge(markNone, "")}
	r.name, r.below = newText("", storeNameFace), newText("", typeface{size: sizeSmall, color: colMuted})
	r.why = newText("", typeface{size: sizeSmall, color: colAlarm})
	r.meter = container.NewStack()
	square := fixed(thumbSide, thumbSide, container.NewStack(plate(colLine, "", 8), newCentred(0, icon(theme.BrokenImageIcon(), colMuted, 28)), r.picture))
	text := column(5, column(2, r.name, r.below), chips(r.state), r.meter, r.why)
	r.tap = newTap("", over(plate(colSurface, "", 0), padded(insets{10, margin, 10, margin}, 0, besideTop(12, 1, square, text))), func() {
		if r.line.id != uuid.Nil {
			a.nav.push(photoRoute{r.line.visit, r.line.id})
		}
	})
	r.ExtendBaseWidget(r)
	return r
}

func (r *photoRow) set(l photoLine) {
	other := l.id != r.line.id || l.id == uuid.Nil
	r.line = l
	r.tap.name = "photos." + l.id.String()
	r.name.set(l.name)
	r.below.set(l.below)
	r.state.set(l.mark, l.state)
	if other {
		r.picture.Resource = nil
		if len(l.thumb) > 0 {
			r.picture.Resource = fyne.NewStaticResource(l.id.String()+".jpg", l.thumb)
		}
		r.picture.Hidden = r.picture.Resource == nil
		r.picture.Refresh()
	}
	_, ink, _ := markWaiting.style()
	r.meter.Objects, r.meter.Hidden = []fyne.CanvasObject{newMeter(l.part, ink, colLine)}, l.part == 0
	r.why.set(l.why)
	r.why.Hidden = l.why == ""
	r.tap.Refresh()
}

func (r *photoRow) heightFor(width float32) float32 { return heightOf(r.tap, width) }

// CreateRenderer implements fyne.Widget.
func (r *photoRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.tap) }
