package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
)

// kindsInARow is how many buttons for kinds of photos stand beside each other where there is room.
const kindsInARow = 4

// ghostHeight is the height of the last photo of a kind on its button, in device-independent pixels.
const ghostHeight = 58

// A poorShot is a photo that was just taken and may be worth taking again.
type poorShot struct {
	Shot
	Taken
}

// kinds is one button for each kind of photo, all of one size, so that the thumb learns where they are. On it is the photo
// of the kind from the visit before: it says where to stand.
func (p *visitPage) kinds(v visitView) (objs []fyne.CanvasObject) {
	a := p.app
	var kinds, imports []fyne.CanvasObject
	ghosts := slices.ContainsFunc(v.shots, func(s store.Shot) bool { return len(s.Last) > 0 })
	for _, s := range v.shots {
		name := a.Enum("photo_kind", s.Kind)
		inner := padded(padXY(1, 6), 3)
		switch {
		case len(s.Last) > 0:
			img := canvas.NewImageFromResource(fyne.NewStaticResource("last-"+p.id.String()+s.Kind+".jpg", s.Last))
			img.FillMode, img.CornerRadius = canvas.ImageFillCover, 8
			img.SetMinSize(fyne.NewSize(touch, ghostHeight))
			inner.Add(padded(padXY(4, 0), 0, img))
		case ghosts:
			inner.Add(container.NewStack(space(ghostHeight), container.NewCenter(icon(iconCamera, colAccent, 30))))
		default:
			inner.Add(newCentred(0, icon(iconCamera, colAccent, 22)))
		}
		inner.Add(newText(name, typeface{size: sizeSmall, bold: true, color: colAccent, align: fyne.TextAlignCenter}))
		if s.Missing > 0 {
			inner.Add(newText(a.T("shot.missing", "N", s.Missing), typeface{size: sizeSmall, color: colAccent, align: fyne.TextAlignCenter}))
		}
		shot := Shot{Kind: s.Kind, Item: s.Item}
		button := newTap("photo.take."+s.Kind, over(plate(colAccentSoft, "", radius), inner), func() { p.shoot(shot) })
		if s.LastPhoto != uuid.Nil {
			button.hold = func() { a.nav.push(photoRoute{s.LastVisit, s.LastPhoto}) }
		}
		kinds = append(kinds, button)
		if s.Import {
			from := Shot{Kind: s.Kind, Item: s.Item, Imported: true}
			imports = append(imports, newButton("photo.import."+s.Kind, a.T("shot.import", "Kind", name), nil, quiet, func() { p.shoot(from) }))
		}
	}
	if ghosts {
		objs = append(objs, newText(a.T("shot.stand"), typeface{size: sizeSmall, color: colMuted}).id("shot.stand"))
	}
	objs = append(objs, grid(kindsInARow, gap, kinds...))
	return append(objs, imports...)
}

// secondLook offers to take a photo again that is blurred or dark; it may stay as it is.
func (p *visitPage) secondLook(v visitView) []fyne.CanvasObject {
	if p.taking.poor == nil || !slices.ContainsFunc(v.Photos, func(r store.PhotoRow) bool { return r.ID == p.taking.poor.Photo }) {
		return nil
	}
	poor := *p.taking.poor
	return []fyne.CanvasObject{p.app.offerRetake(poor, func() {
		p.taking.poor = nil
		p.redraw()
	}, func() { p.shootAgain(poor) })}
}

// offerRetake asks whether a photo that is blurred or dark may stay, or is taken again.
func (a *App) offerRetake(poor poorShot, keep, again func()) fyne.CanvasObject {
	why := "shot.blurred"
	if poor.Dark {
		why = "shot.dark"
	}
	return over(plate(colWaitSoft, "", radius), padded(padXY(12, 10), gap,
		newText(a.T(why, "Kind", a.Enum("photo_kind", poor.Kind)), typeface{bold: true, color: colWait}).id("shot.poor"),
		equal(10, newButton("shot.keep", a.T("shot.keep"), nil, quiet, keep), newButton("shot.again", a.T("shot.again"), theme.ViewRefreshIcon(), loud, again))))
}

// shoot lets the person take or choose a picture and keeps it.
func (p *visitPage) shoot(shot Shot) {
	p.taking.room(p.expected(), func() { p.taking.take(p.id, uuid.Nil, shot) })
}

// shootAgain replaces a photo: the first one is removed when there is another, and can be taken back.
func (p *visitPage) shootAgain(poor poorShot) {
	shot := poor.Shot
	shot.Replaces = poor.Photo
	p.shoot(shot)
}

// drawRoom warns of a disk that has no room for all photos. That it has room for none is said when one is to be taken.
func (p *visitPage) drawRoom() {
	text := ""
	if room := p.last.room; room > 0 && room < p.expected() {
		text = p.app.N("shot.room", room)
	}
	p.room.say(text)
}

// expected is how many photos the visit is likely to bring yet, one at least.
func (p *visitPage) expected() (n int) {
	for _, s := range p.last.shots {
		n += s.Missing
	}
	return max(1, n)
}
