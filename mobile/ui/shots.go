package ui

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"

	"storewalk/mobile/store"
	"storewalk/shared/field"
	"storewalk/shared/words"
)

// How many photos stand beside each other where there is room, and how many of very many are shown until one asks for
// all: the drawing of hundreds takes longer than a tap may.
const (
	photosInARow = 3
	fewPhotos    = 12
	manyPhotos   = 30
)

// photos shows what was taken. While the visit is open one button for each kind of photo stands before it, which so stays where
// it is, and below it what was taken last.
func (p *visitPage) photos(v visitView) fyne.CanvasObject {
	a := p.app
	h := []fyne.CanvasObject{icon(iconCamera, colAccent, 24), newText(a.T("visit.photos"), typeface{size: sizeTitle, bold: true})}
	if n := len(v.Photos); n > 0 {
		h = append(h, newText(a.N("unit.photos", n), typeface{color: colMuted}))
	}
	objs := []fyne.CanvasObject{beside(gap, 1, h...)}
	switch {
	case len(v.Photos) > 0:
	case v.open():
		objs = append(objs, newText(a.T("visit.photos_empty"), typeface{color: colMuted}))
	default:
		objs = append(objs, newText(a.T("visit.no_photos"), typeface{color: colMuted}))
	}
	if v.open() {
		objs = append(objs, p.secondLook(v)...)
		objs = append(objs, p.kinds(v)...)
		objs = append(objs, p.taking.saving)
	}
	objs = append(objs, a.awaiting(v.Awaited, p.fault.did)...)
	objs = append(objs, p.taken(v)...)
	return card(append(objs, p.removed(v, field.TypePhoto)...)...)
}

// taken is what was taken: while the visit is open the last first, and of very many the last few until one asks for all.
func (p *visitPage) taken(v visitView) (objs []fyne.CanvasObject) {
	n, first := len(v.Photos), 0
	if n > manyPhotos && !p.allShots {
		first = n - fewPhotos
		objs = append(objs, newButton("photo.all", p.app.T("visit.photos_all", "N", n, "Few", fewPhotos), nil, quiet, func() {
			p.allShots = true
			p.redraw()
		}))
	}
	var tiles []fyne.CanvasObject
	for i, t := range v.Photos[first:] {
		tiles = append(tiles, p.thumb(first+i, t))
	}
	if v.open() {
		slices.Reverse(tiles)
	}
	if n > 0 {
		objs = append(objs, grid(photosInARow, gap, tiles...))
	}
	return objs
}

// thumb is one photo, small, with its kind and whether its bytes are on the server.
func (p *visitPage) thumb(i int, t store.PhotoRow) fyne.CanvasObject {
	tile := column(4, thumbTile(t.ID, t.Thumb), newBadge(stageMarks[t.Stage], p.app.Enum("photo_kind", t.Kind)))
	if t.Stage == store.StageBytes && t.Sent > 0 {
		_, ink, _ := markWaiting.style()
		tile.Add(newMeter(float32(percent(t.PhotoState))/100, ink, colLine))
	}
	return newTap("photo.show."+strconv.Itoa(i), tile, func() { p.app.nav.push(photoRoute{p.id, t.ID}) })
}

// stageMarks says of each stage what a person sees of it at a glance.
var stageMarks = map[store.Stage]mark{
	store.StageElsewhere: markPlain,
	store.StageAside:     markAlarm,
	store.StageRecord:    markWaiting,
	store.StageBytes:     markWaiting,
	store.StageServer:    markSent,
	store.StageBackup:    markSafe,
}

// photoStage says in words how far a photo has come.
func photoStage(w words.Words, s store.PhotoState) string {
	switch s.Stage {
	case store.StageAside:
		return w.T("photo.aside")
	case store.StageRecord:
		return w.T("photo.record")
	case store.StageBytes:
		if s.Sent > 0 {
			return w.T("photo.percent", "Percent", percent(s))
		}
		return w.T("photo.bytes")
	case store.StageServer:
		return w.T("photo.server")
	case store.StageBackup:
		return w.T("photo.backup")
	}
	return w.T("photo.elsewhere_short")
}

// percent is how much of a photo is on the server; all of it is only when it is done.
func percent(s store.PhotoState) int {
	return int(min(99, 100*s.Sent/max(1, s.Size)))
}
