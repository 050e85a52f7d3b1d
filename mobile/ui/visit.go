package ui

import (
	"context"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"
)

// visitRoute is one visit: photos, count and note on one page, check-out under the thumb.
type visitRoute struct{ id uuid.UUID }

func (r visitRoute) open(a *App) page { return newVisit(a, r.id) }

type visitPage struct {
	app        *App
	id         uuid.UUID
	load       *load[visitView]
	last       visitView
	fault      *banner
	room       *banner // that the disk has room for fewer photos than are to be taken
	taking     *taking
	list       *checklist  // nil while it has not been read, or when the visit is over
	choosing   bool        // another template
	allShots   bool        // shown, however many
	wanted     *field.Lack // to be shown as soon as it has been read
	gap        int         // index, in list.Lacks, of the gap that nextGap showed last
	gapShown   string      // its name
	photoBox   fyne.CanvasObject
	countBox   fyne.CanvasObject
	correction uuid.UUID // of the note, once the visit is over
	checkOut   *fyne.Container
	content    *fyne.Container
	scroll     *container.Scroll
}

func newVisit(a *App, id uuid.UUID) *visitPage {
	p := &visitPage{app: a, id: id, fault: newBanner(a, "visit.fault", markAlarm), room: newBanner(a, "visit.room", markAlarm)}
	p.load = newLoad(a, p.fetch, p.show)
	p.taking = newTaking(a, p.fault)
	p.checkOut = column(10)
	p.content = padded(insets{12, 12, 20, 12}, 12)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *visitPage) head() head {
	v := p.last.Row
	h := head{title: v.StoreName}
	switch {
	case v.CheckInMS == 0:
	case v.CheckOutMS == 0:
		h.below = p.app.timed(v.CheckInMS, func(now time.Time) string {
			if been := now.Sub(time.UnixMilli(v.CheckInMS)); been < aDay && been > -aDay { // else a clock was set, or nobody left
				return p.app.T("visit.since", "Clock", p.app.Clock(v.CheckInMS), "For", p.app.N("unit.minutes", max(0, int(been.Minutes()))))
			}
			return p.app.T("visit.since_when", "When", p.app.DateTime(v.CheckInMS))
		})
	default:
		h.below = joined(" · ", p.app.ShortDateTime(v.CheckInMS), v.Manager)
	}
	return h
}

// aDay is longer than any visit.
const aDay = 24 * time.Hour

func (p *visitPage) body() fyne.CanvasObject { return p.scroll }
func (p *visitPage) foot() fyne.CanvasObject { return footBar(p.room, p.fault, p.checkOut) }

func (p *visitPage) start(ctx context.Context) {
	if p.last.open() { // photos and the way out have a place too
		p.app.near(true)
	}
	p.load.start(ctx)
}

func (p *visitPage) stop() {
	p.list.commit()
	p.load.stop()
}

// visitView is a visit with its list, and when it is over what was counted.
type visitView struct {
	store.VisitPage
	list  store.Checklist
	lines []store.CountRow
	shots []store.Shot // while it is open
	room  int          // for so many photos, likewise
}

// open reports whether the person here may still add to the visit.
func (v visitView) open() bool { return v.Row.Mine && v.Row.CheckOutMS == 0 }

func (p *visitPage) fetch(ctx context.Context) (v visitView, err error) {
	if v.VisitPage, err = p.app.deps.Store.VisitPage(ctx, p.id); err != nil {
		return v, err
	}
	if v.list, err = p.app.deps.Store.Checklist(ctx, p.id); err != nil {
		return v, err
	}
	if v.open() {
		if v.shots, err = p.app.deps.Store.Shots(ctx, p.id); err != nil {
			return v, err
		}
		v.room, err = p.app.deps.Store.PhotoRoom()
		return v, err
	}
	rows, err := p.app.deps.Store.CountSheet(ctx, p.id)
	for _, r := range rows {
		if r.Counted {
			v.lines = append(v.lines, r)
		}
	}
	return v, err
}

func (p *visitPage) show(v visitView, err error) {
	if fault.Is(err, "visit.not_found") && p.last.Leaving { // all of it was sent
		p.fault.say(p.app.T("visit.left"))
		return
	}
	p.fault.reading(err)
	if err != nil {
		return
	}
	p.last = v
	p.drawRoom()
	p.redraw()
	if p.wanted != nil {
		p.app.nav.current().spot = spot{} // not to where the person stood
		p.goTo(*p.wanted)
	}
	p.wanted = nil
}

// redraw lays out what was read last.
func (p *visitPage) redraw() {
	v := p.last
	objs := append(p.differ(v), p.arrival(v))
	if p.photoBox, p.countBox = p.photos(v), p.count(v); v.open() {
		if !p.list.fits(v.list) {
			p.list.commit()
			p.list = newChecklist(p, v.list)
		}
		p.list.show(v.list)
		if v.list.TemplateID != uuid.Nil {
			objs = append(objs, p.listHead(v.list))
			objs = append(objs, p.list.objects()...)
		}
		if len(v.list.Tell) > 0 {
			objs = append(objs, p.tell(v.list))
		}
		objs = append(objs, p.photoBox, p.countBox, p.note(v), p.news(v))
		objs = append(objs, p.asked(v)...)
		if p.list.surveyBox != nil {
			objs = append(objs, p.list.surveyBox)
		}
	} else {
		p.list.commit()
		p.list = nil
		objs = append(objs, p.gaps(v)...)
		objs = append(objs, p.done(v)...)
		objs = append(objs, p.photoBox, p.countBox, p.note(v), p.news(v))
		objs = append(objs, p.asked(v)...)
	}
	p.content.Objects = append(objs, p.removed(v, field.TypeNote)...)
	p.drawCheckOut()
	p.app.nav.draw()
}

// differ leads to what two phones wrote of the visit and its notes, each without the other.
func (p *visitPage) differ(v visitView) (objs []fyne.CanvasObject) {
	for _, d := range v.Differ {
		objs = append(objs, card(newText(p.app.FieldName(d.Type, d.Field, d.Subject), typeface{bold: true}), p.app.differMark(d.Record, d.Field, d.Values)))
	}
	return objs
}

// drawCheckOut shows the way out, and the way to what is still missing.
func (p *visitPage) drawCheckOut() {
	a, v := p.app, p.last.Row
	if !p.last.open() {
		span := a.T("visit.span", "From", a.Clock(v.CheckInMS), "To", a.Clock(v.CheckOutMS))
		if v.CheckOutMS == 0 {
			span = a.T("visit.others", "Who", v.Manager)
		}
		done := newText(span, typeface{bold: true})
		p.checkOut.Objects = []fyne.CanvasObject{chips(append([]fyne.CanvasObject{done}, a.arrival(v, a.T("wait.sent"))...)...)}
		return
	}
	out := newButton("visit.checkout", a.T("visit.checkout"), theme.LogoutIcon(), loud, func() {
		if len(p.last.list.Lacks) == 0 {
			p.leave()
			return
		}
		a.nav.push(leaveRoute{p.id})
	})
	p.checkOut.Objects = []fyne.CanvasObject{out}
	if n := len(p.last.list.Lacks); n > 0 {
		p.checkOut.Objects = []fyne.CanvasObject{equal(10, newButton("visit.next_gap", a.N("visit.next_gap", n), iconAlarm, quiet, p.nextGap), out)}
	}
}

func (p *visitPage) leave() {
	p.list.commit()
	p.app.write(func(ctx context.Context) error { return p.app.deps.Store.CheckOut(ctx, p.id, p.app.where()) }, p.fault.did)
}

func (p *visitPage) count(v visitView) fyne.CanvasObject {
	a := p.app
	if !v.open() {
		return p.counted(v)
	}
	var words []fyne.CanvasObject
	if v.NotCounted != "" {
		words = append(words, newText(a.T("count.not_counted", "Why", a.Enum("count_why", v.NotCounted)), typeface{}))
	} else if v.Counted == 0 {
		words = append(words, newText(a.T("visit.count_none"), typeface{color: colMuted}))
	} else {
		words = append(words, newText(a.T("visit.count_done", "Done", v.Counted, "All", v.Total), typeface{size: sizeName, bold: true}).id("visit.counted"))
	}
	return p.opens("visit.count", a.T("visit.count"), iconCount, countRoute{p.id}, words...)
}

// counted lists what was counted in a visit that is over. Where two counted the same product both
// values are one tap away.
func (p *visitPage) counted(v visitView) fyne.CanvasObject {
	a := p.app
	if len(v.lines) == 0 {
		text := a.T("visit.not_counted")
		if v.NotCounted != "" {
			text = a.T("count.not_counted", "Why", a.Enum("count_why", v.NotCounted))
		}
		return section(a.T("visit.count"), nil, newText(text, typeface{color: colMuted}))
	}
	var objs []fyne.CanvasObject
	for _, l := range v.lines {
		objs = append(objs, a.countedLine(l.Name, l.Line))
		if n := len(l.Siblings); n > 1 {
			objs = append(objs, a.differMark(field.CountID(p.id), field.LineField(l.Product), n))
		}
	}
	right := newText(a.N("unit.lines", len(v.lines)), typeface{color: colMuted})
	return section(a.T("visit.count"), right, objs...)
}

// noteBegin is how many characters of a long note stand on the page of a visit in progress: more would push what else is to
// be done off the screen.
const noteBegin = 300

// note shows what was written. After check-out a note does not change: a correction is a new one.
func (p *visitPage) note(v visitView) fyne.CanvasObject {
	a := p.app
	var words []fyne.CanvasObject
	for _, n := range v.Notes {
		if n.Author != v.Row.Manager || n.Corrects != uuid.Nil {
			by := n.Author
			if n.Corrects != uuid.Nil {
				by = a.T("note.corrected_by", "Who", n.Author, "When", a.ShortDateTime(n.WrittenMS))
			}
			words = append(words, newText(by, typeface{size: sizeSmall, bold: true, color: colMuted}))
		}
		text := n.Text.Value
		if begin := firstRunes(text, noteBegin); v.open() && v.Row.Mine && begin != text { // all of it is a tap away
			text = begin + a.N("note.more", utf8.RuneCountInString(text))
		}
		words = append(words, newText(text, typeface{}).id("visit.note.text"))
	}
	if v.Row.Draft {
		words = append(words, newBadge(markAlarm, a.T("note.draft")))
	}
	switch {
	case !v.Row.Mine:
		return section(a.T("visit.note"), nil, words...)
	case v.open() && len(words) == 0:
		words = append(words, newText(a.T("visit.note_empty"), typeface{color: colMuted}))
	case !v.open():
		if v.Correction.ID != uuid.Nil {
			p.correction = v.Correction.ID
		} else if p.correction == uuid.Nil {
			p.correction = uuid.New()
		}
		words = append(words, newText(a.T("note.correct"), typeface{bold: true, color: colAccent}))
	}
	return p.opens("visit.note", a.T("visit.note"), iconPen, noteRoute{p.id, p.correction}, words...)
}

// opens is a card that as a whole leads to another page.
func (p *visitPage) opens(name, title string, res fyne.Resource, to route, words ...fyne.CanvasObject) fyne.CanvasObject {
	h := beside(gap, 1, icon(res, colAccent, 24), newText(title, typeface{size: sizeTitle, bold: true}), icon(iconNext, colAccent, 26))
	return newTap(name, card(append([]fyne.CanvasObject{h}, words...)...), func() { p.app.nav.push(to) })
}
