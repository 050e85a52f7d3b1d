package ui

import (
	"context"
	"net/url"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// storeRoute shows one store: what to know before walking in.
type storeRoute struct{ id uuid.UUID }

func (r storeRoute) open(a *App) page { return newStore(a, r.id) }

type storePage struct {
	app     *App
	id      uuid.UUID
	load    *load[store.StorePage]
	name    string
	below   string
	fault   *banner
	visit   *button
	open    uuid.UUID
	shown   store.StorePage
	whole   bool // everything is listed, not only the first
	content *fyne.Container
	scroll  *container.Scroll
}

func newStore(a *App, id uuid.UUID) *storePage {
	p := &storePage{app: a, id: id, fault: newBanner(a, "store.fault", markAlarm)}
	p.load = newLoad(a, p.fetch, p.show)
	p.visit = newButton("visit.checkin", a.T("store.visit"), iconVisit, loud, p.checkIn)
	p.content = padded(insets{12, 12, 20, 12}, 12)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *storePage) head() head              { return head{title: p.name, below: p.below} }
func (p *storePage) body() fyne.CanvasObject { return p.scroll }
func (p *storePage) foot() fyne.CanvasObject { return footBar(p.fault, p.visit) }
func (p *storePage) stop()                   { p.load.stop() }

func (p *storePage) start(ctx context.Context) {
	p.app.near(true) // a visit may begin here
	p.load.start(ctx)
}

func (p *storePage) fetch(ctx context.Context) (store.StorePage, error) {
	return p.app.deps.Store.StorePage(ctx, p.id)
}

// checkIn starts a visit, or goes on with the one that is open here.
func (p *storePage) checkIn() {
	if p.open != uuid.Nil {
		p.app.nav.push(visitRoute{p.open})
		return
	}
	p.app.visitNow(p.id, store.Purpose{}, p.fault)
}

func (p *storePage) show(s store.StorePage, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	f := s.Profile
	p.shown = s
	p.name, p.below, p.open = f.Name, joined(" · ", f.Owner, p.app.Enum("business_type", f.BusinessType)), s.OpenVisit
	label := p.app.T("store.visit")
	if p.open != uuid.Nil {
		label = p.app.T("store.resume")
	}
	p.visit.label.set(label)
	var objs []fyne.CanvasObject
	objs = append(objs, p.identity(s))
	objs = append(objs, p.rating(s)...)
	if len(s.Requests) > 0 {
		objs = append(objs, p.requests(s))
	}
	objs = append(objs, p.announcements(s)...)
	objs = append(objs, p.contact(s))
	if len(s.Requests) == 0 {
		objs = append(objs, p.requests(s))
	}
	objs = append(objs, p.visits(s), p.trends(s), p.profile(s), p.applications(s))
	p.content.Objects = objs
	p.app.nav.draw()
}

// section is a card with a heading.
func section(title string, right fyne.CanvasObject, objs ...fyne.CanvasObject) *fyne.Container {
	h := fyne.CanvasObject(newText(title, typeface{size: sizeTitle, bold: true}))
	if right != nil {
		h = beside(gap, 0, h, right)
	}
	if _, ok := right.(*tapArea); ok { // a target is taller than the heading beside it
		return over(plate(colSurface, colLine, radius), padded(insets{8, margin, margin, margin}, 4, h, column(12, objs...)))
	}
	return card(append([]fyne.CanvasObject{h}, objs...)...)
}

// differMark is the sign of a field with several values; tapping it shows them all.
func (a *App) differMark(record uuid.UUID, name string, values int) fyne.CanvasObject {
	return newTap("differ."+name, beside(0, -1, newBadge(markDiffer, a.N("differ.values", values))),
		func() { a.nav.push(differRoute{record, name}) })
}

// differIn shows a differMark in the place kept for it, which takes no room while the field has one value.
func (a *App) differIn(place *fyne.Container, record uuid.UUID, name string, values int) {
	place.Objects, place.Hidden = nil, values < 2
	if values > 1 {
		place.Objects = []fyne.CanvasObject{a.differMark(record, name, values)}
	}
}

// visitsAtOnce is how many visits are shown before a person asks for more.
const visitsAtOnce = 3

// more is a button that shows the whole page.
func (p *storePage) more(name, label string) fyne.CanvasObject {
	return newButton(name, label, nil, quiet, func() {
		p.whole = true
		p.show(p.shown, nil)
	})
}

func (p *storePage) visits(s store.StorePage) fyne.CanvasObject {
	if len(s.Visits) == 0 {
		return section(p.app.T("store.visits"), nil, newText(p.app.T("store.no_visits"), typeface{color: colMuted}))
	}
	objs := make([]fyne.CanvasObject, 0, len(s.Visits))
	list := s.Visits
	if !p.whole && len(list) > visitsAtOnce {
		list = list[:visitsAtOnce]
	}
	for _, v := range list {
		if v.Attendance != nil {
			objs = append(objs, p.app.attendedTile(v))
			continue
		}
		objs = append(objs, p.app.visitTile(v, false))
	}
	if len(list) < len(s.Visits) {
		objs = append(objs, p.more("store.visits_all", p.app.N("store.visits_all", len(s.Visits))))
	}
	return longSection(p.scroll, p.app.T("store.visits"), nil, objs...)
}

// countedLine is one product and what was counted of it.
func (a *App) countedLine(name string, l field.CountLine) fyne.CanvasObject {
	figure := fyne.CanvasObject(newText(a.CountLine(l), typeface{bold: true, align: fyne.TextAlignTrailing}))
	if l.OutOfStock {
		figure = newBadge(markAlarm, a.T("count.out"))
	}
	words := []fyne.CanvasObject{newText(name, typeface{})}
	if more := a.CountMore(l); more != "" {
		words = append(words, newText(more, typeface{size: sizeSmall, color: colMuted}))
	}
	return facing(gap, column(0, words...), figure)
}

// fact is one line of a table: what, and its value. Large text puts the value below.
func fact(name, value string) fyne.CanvasObject {
	return tabled(newText(name, typeface{color: colMuted}), newText(value, typeface{}))
}

// tabled puts what something is called and what it is beside each other, or under each other where text is large.
func tabled(what, is fyne.CanvasObject) fyne.CanvasObject {
	if times() > 1 {
		return column(0, what, is)
	}
	return besideTop(gap, 1, wide(112, what), is)
}

// dial opens the phone's dialler.
func (a *App) dial(number string) {
	u := url.URL{Scheme: "tel", Opaque: number}
	if err := fyne.CurrentApp().OpenURL(&u); err != nil {
		fyne.LogError("dial", err)
	}
}

// visitTile is one visit to tap.
func (a *App) visitTile(v store.VisitRow, withStore bool) fyne.CanvasObject {
	title := a.ago(v.CheckInMS)
	below := joined(" · ", v.Manager, a.holds(v))
	if withStore {
		title, below = v.StoreName, joined(" · ", title, a.holds(v))
	}
	return a.tile("visit."+v.ID.String(), v, title, below, a.visitMarks(v)...)
}

// tile is a row that opens a visit: two lines of words, and its marks below them.
func (a *App) tile(name string, v store.VisitRow, title, below string, marks ...fyne.CanvasObject) fyne.CanvasObject {
	words := column(6, column(2, newText(title, typeface{size: sizeName, bold: true}), newText(below, typeface{size: sizeSmall, color: colMuted})), chips(marks...))
	return newLead(name, colPaper, words, func() { a.nav.push(visitRoute{v.ID}) })
}

// holds says what a visit brought: photos, counted products and requests.
func (a *App) holds(v store.VisitRow) string {
	brought := a.N("unit.photos", v.Photos) + " · " + a.N("unit.lines", v.Lines)
	if v.Requests > 0 {
		brought += " · " + a.N("unit.requests", v.Requests)
	}
	return brought
}

func (a *App) visitMarks(v store.VisitRow) (marks []fyne.CanvasObject) {
	if v.CheckOutMS == 0 {
		marks = append(marks, newBadge(markOpen, a.T("stores.open")))
	}
	return append(marks, a.arrival(v, a.T("wait.sent"))...)
}

// arrival says what of a visit is not on the server as it should be, and if there is nothing of that kind, done.
func (a *App) arrival(v store.VisitRow, done string) []fyne.CanvasObject {
	if marks := a.unfinished(v.Waiting, v.WaitingPhotos, v.Refused, v.Draft); len(marks) > 0 {
		return marks
	}
	if v.Elsewhere > 0 { // of those photos this phone knows the records only
		done = a.T("wait.records_sent")
	}
	return []fyne.CanvasObject{newBadge(markSent, done)}
}

// unfinished has a badge for everything that is not on the server as it should be.
func (a *App) unfinished(all, photos, refused int, draft bool) (marks []fyne.CanvasObject) {
	if m, text := a.waitingAll(all, photos); m != markNone {
		marks = append(marks, newBadge(m, text))
	}
	if refused > 0 {
		marks = append(marks, newBadge(markAlarm, a.N("wait.refused", refused)))
	}
	if draft {
		marks = append(marks, newBadge(markAlarm, a.T("wait.draft")))
	}
	return marks
}
