package ui

import (
	"context"
	"image"
	"image/jpeg"
	"io"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"
	"golang.org/x/image/draw"

	"storewalk/mobile/store"
	"storewalk/shared/fault"
)

// photoRoute is one photo of a visit, as large as the screen.
type photoRoute struct{ visit, photo uuid.UUID }

func (r photoRoute) open(a *App) page { return newPhoto(a, r) }

// photoView is a photo as drawn, with its neighbours.
type photoView struct {
	storeName string
	row       store.PhotoRow
	number    int // from 1
	of        int
	before    uuid.UUID // nil at the first
	after     uuid.UUID // nil at the last
	picture   image.Image
	whole     bool // picture is the photo itself, not its thumbnail
	sharp     bool // picture has all pixels of the photo
	pair      pairView
}

type photoPage struct {
	app     *App
	visit   uuid.UUID
	photo   uuid.UUID
	near    bool // seen from near: larger than the screen, to be moved under the finger
	both    bool // seen beside its counterpart
	ghost   bool // and that through it
	load    *load[photoView]
	last    photoView
	fault   *banner
	drawn   [3]bool // near, both and ghost, as they are on the screen
	content *fyne.Container
	bar     *fyne.Container
}

func newPhoto(a *App, r photoRoute) *photoPage {
	p := &photoPage{app: a, visit: r.visit, photo: r.photo, fault: newBanner(a, "photo.fault", markAlarm)}
	p.load = newLoad(a, nil, p.show)
	p.content = container.NewStack(canvas.NewRectangle(theme.Color(colStage)))
	p.bar = column(10)
	return p
}

func (p *photoPage) head() head {
	v := p.last
	if v.of == 0 {
		return head{}
	}
	number := newText(p.app.T("photo.number", "N", v.number, "Of", v.of), typeface{bold: true, color: colOnBar}).id("photo.number")
	return head{title: p.app.Enum("photo_kind", v.row.Kind), below: joined(" · ", p.app.ShortDateTime(v.row.TakenMS), v.storeName),
		action: padded(padXY(12, 0), 0, number)}
}

func (p *photoPage) body() fyne.CanvasObject { return p.content }
func (p *photoPage) foot() fyne.CanvasObject { return footBar(p.fault, p.bar) }
func (p *photoPage) stop()                   { p.load.stop() }

// allPixels is more than a photo has on its longest side.
const allPixels = 1 << 14

// start reads the photo, but not its pixels once they are on the screen.
func (p *photoPage) start(ctx context.Context) {
	photo, shown, both := p.photo, p.last, p.both
	room := p.app.win.Canvas().Size()
	dots := max(2, p.app.win.Canvas().Scale())
	w, h := int(room.Width*dots), int(room.Height*dots)
	if p.near {
		w, h = allPixels, allPixels
	}
	p.load.fetch = func(ctx context.Context) (photoView, error) {
		v, err := p.app.fetchPhoto(ctx, p.visit, photo, shown, w, h)
		if err != nil {
			return v, err
		}
		err = p.app.fetchPair(ctx, &v, both, w, h)
		return v, err
	}
	p.load.start(ctx)
}

// fetchPhoto reads a photo and shrinks it to fit w × h pixels. The bytes may be on another phone, or
// damaged: then it is the thumbnail.
func (a *App) fetchPhoto(ctx context.Context, visit, photo uuid.UUID, shown photoView, w, h int) (v photoView, err error) {
	page, err := a.deps.Store.VisitPage(ctx, visit)
	if err != nil {
		return v, err
	}
	i := slices.IndexFunc(page.Photos, func(r store.PhotoRow) bool { return r.ID == photo })
	if i < 0 {
		return v, fault.New(fault.NotFound, "photo.not_found", nil)
	}
	v = photoView{storeName: page.Row.StoreName, row: page.Photos[i], number: i + 1, of: len(page.Photos)}
	if i > 0 {
		v.before = page.Photos[i-1].ID
	}
	if i+1 < v.of {
		v.after = page.Photos[i+1].ID
	}
	if shown.whole && shown.row.ID == photo && (shown.sharp || w < allPixels) {
		v.picture, v.whole, v.sharp = shown.picture, true, shown.sharp
		return v, nil
	}
	v.picture, v.whole, err = a.pictureOf(v.row, w, h)
	v.sharp = v.whole && w == allPixels
	return v, err
}

// shrunk decodes a JPEG and makes it fit w × h pixels; it never enlarges.
func shrunk(src io.Reader, w, h int) (image.Image, error) {
	img, err := jpeg.Decode(src)
	if err != nil {
		return nil, fault.New(fault.Invalid, "photo.broken", err)
	}
	b := img.Bounds()
	part := min(1, float64(w)/float64(b.Dx()), float64(h)/float64(b.Dy()))
	dst := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(b.Dx())*part)), max(1, int(float64(b.Dy())*part))))
	draw.ApproxBiLinear.Scale(dst, dst.Rect, img, b, draw.Src, nil)
	return dst, nil
}

func (p *photoPage) show(v photoView, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	drawn := [3]bool{p.near, p.both && v.pair.ok, p.ghost}
	again := v.picture != nil && v.picture == p.last.picture && p.drawn == drawn
	p.last = v
	if !again { // a sync must not take the photo from under the finger
		p.content.Objects = []fyne.CanvasObject{canvas.NewRectangle(theme.Color(colStage)), p.stage()}
		p.drawn = drawn
	}
	p.drawBar()
	p.app.nav.draw()
}

// stage is the photo: the whole of it, or so near that it fills the height and is moved with a finger.
func (p *photoPage) stage() fyne.CanvasObject {
	if p.both && p.last.pair.ok {
		return p.last.pair.stage(p.app, p.ghost)
	}
	if p.last.picture == nil {
		return newCentred(0, icon(theme.BrokenImageIcon(), colOnStage, 64))
	}
	img := canvas.NewImageFromImage(p.last.picture)
	img.FillMode = canvas.ImageFillContain
	tap := newTap("photo.zoom", img, func() {
		p.near = !p.near && p.last.whole
		p.app.refresh()
	})
	if !p.near {
		return tap
	}
	room, b := p.content.Size(), p.last.picture.Bounds()
	times := max(2*room.Width/float32(b.Dx()), room.Height/float32(b.Dy()))
	size := fyne.NewSize(float32(b.Dx())*times, float32(b.Dy())*times)
	scroll := container.NewScroll(fixed(size.Width, size.Height, tap))
	scroll.Resize(room)
	scroll.ScrollToOffset(fyne.NewPos((size.Width-room.Width)/2, (size.Height-room.Height)/2))
	return scroll
}

// drawBar says where the photo's bytes are and leads to its neighbours. Two photos together are given the room instead.
func (p *photoPage) drawBar() {
	if p.both && p.last.pair.ok {
		p.bar.Objects = nil
		p.drawPair()
		return
	}
	m, text := p.state()
	p.bar.Objects = []fyne.CanvasObject{chips(newBadge(m, text))}
	if p.last.row.May {
		p.bar.Objects = []fyne.CanvasObject{facing(gap, chips(newBadge(m, text)),
			newButton("photo.remove", p.app.T("removed.remove"), theme.DeleteIcon(), bare, p.remove))}
	}
	if code := p.last.row.Code; code != "" {
		p.bar.Objects = append(p.bar.Objects, newText(p.app.FaultCode(code), typeface{color: colAlarm}).id("photo.why"))
	}
	switch {
	case p.last.whole:
		p.bar.Objects = append(p.bar.Objects, newText(p.app.T("photo.zoom"), typeface{size: sizeSmall, color: colMuted}))
	default:
		p.bar.Objects = append(p.bar.Objects, newText(p.app.T("photo.elsewhere"), typeface{size: sizeSmall, color: colMuted}).id("photo.elsewhere"))
	}
	p.drawPair()
	if p.last.of > 1 {
		p.bar.Objects = append(p.bar.Objects, equal(10,
			p.turn("photo.before", p.app.T("photo.before"), p.last.before), p.turn("photo.after", p.app.T("photo.after"), p.last.after)))
	}
}

// remove takes the photo off the visit and goes back there, where it can be undone.
func (p *photoPage) remove() {
	id, saw := p.photo, p.last.row.Saw
	p.app.write(func(ctx context.Context) error { return p.app.deps.Store.Remove(ctx, id, saw) }, func(err error) {
		if p.fault.did(err); err == nil && p.app.nav.top == p {
			p.app.Back()
		}
	})
}

// state says in words how far the photo has come.
func (p *photoPage) state() (mark, string) {
	a, r := p.app, p.last.row
	size := megabytes(r.Size)
	text := joined(" · ", photoStage(a.Words, r.PhotoState), size)
	switch r.Stage {
	case store.StageServer, store.StageBackup:
		text = joined(" · ", photoStage(a.Words, r.PhotoState), a.ShortDateTime(r.DoneMS), size)
	case store.StageBytes:
		if r.Sent > 0 {
			text = a.T("photo.partly", "Sent", megabytes(r.Sent), "Size", size)
		}
	}
	return stageMarks[r.Stage], text
}

// turn is a button to another photo of the visit; at the end there is room in its place.
func (p *photoPage) turn(name, label string, to uuid.UUID) fyne.CanvasObject {
	if to == uuid.Nil {
		return space(0)
	}
	return newButton(name, label, nil, quiet, func() {
		p.photo, p.near, p.both, p.ghost = to, false, false, false
		p.app.nav.moved(photoRoute{p.visit, to})
		p.app.refresh()
	})
}
