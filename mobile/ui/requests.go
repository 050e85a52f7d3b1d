package ui

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// requestsRoute lists what stores have asked for: those of one store, or all when that is nil.
type requestsRoute struct{ store uuid.UUID }

func (r requestsRoute) open(a *App) page { return newRequests(a, r.store) }

type requestsPage struct {
	app     *App
	store   uuid.UUID
	which   string // one of store.RequestsMine and so on
	load    *load[store.RequestList]
	fault   *banner
	below   string
	filters map[string]*toggle
	list    *strip
	content *fyne.Container
	scroll  *container.Scroll
}

func newRequests(a *App, of uuid.UUID) *requestsPage {
	p := &requestsPage{app: a, store: of, which: store.RequestsAll, fault: newBanner(a, "requests.fault", markAlarm),
		filters: map[string]*toggle{}}
	p.load = newLoad(a, nil, p.show)
	var filters []fyne.CanvasObject
	for _, f := range []struct{ which, word string }{{store.RequestsMine, "requests.mine"}, {store.RequestsAll, "requests.all"}, {store.RequestsClosed, "requests.closed"}} {
		t := newChoice("requests."+f.which, a.T(f.word, "N", ""))
		t.set(f.which == p.which)
		t.onChange = func(bool) { p.filter(f.which) }
		p.filters[f.which] = t
		if of == uuid.Nil || f.which != store.RequestsMine {
			filters = append(filters, t)
		}
	}
	p.scroll = container.NewVScroll(nil)
	p.list = newStrip(p.scroll, insets{}, 10)
	p.content = padded(insets{12, 12, 20, 12}, 12, p.fault, chips(filters...), p.list)
	p.scroll.Content = p.content
	return p
}

func (p *requestsPage) head() head              { return head{title: p.app.T("requests.title"), below: p.below} }
func (p *requestsPage) body() fyne.CanvasObject { return p.scroll }
func (p *requestsPage) stop()                   { p.load.stop() }

func (p *requestsPage) start(ctx context.Context) {
	which := p.which // as it is now, for another goroutine
	p.load.fetch = func(ctx context.Context) (store.RequestList, error) {
		return p.app.deps.Store.Requests(ctx, p.store, which)
	}
	p.load.start(ctx)
}

func (p *requestsPage) kept() any    { return p.which }
func (p *requestsPage) keep(was any) { p.choose(was.(string)) }

// choose marks which requests are listed.
func (p *requestsPage) choose(which string) {
	p.which = which
	for w, t := range p.filters {
		t.set(w == which)
	}
}

func (p *requestsPage) filter(which string) {
	p.choose(which)
	p.scroll.ScrollToTop()
	p.app.refresh()
}

func (p *requestsPage) show(l store.RequestList, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	a := p.app
	for which, t := range p.filters {
		t.label.set(a.T("requests."+which, "N", l.Of(which)))
	}
	var list []fyne.CanvasObject
	for _, q := range l.Rows {
		list = append(list, a.requestTile(q, p.store == uuid.Nil, colSurface))
	}
	if n := l.Of(p.which); n > len(l.Rows) {
		list = append(list, newText(a.T("requests.more", "N", len(l.Rows), "All", n), typeface{color: colMuted}))
	}
	for _, r := range l.Removed {
		if p.which == store.RequestsAll {
			list = append(list, a.removal(r, p.fault))
		}
	}
	if len(list) == 0 {
		list = append(list, newEmpty(iconSent, a.T("requests.none"), a.T("requests.none_text"), p.begin()))
	}
	p.list.show(list...)
	p.below = l.StoreName
	a.nav.draw()
}

// begin leads to where a request is taken down: the store's own page, or the list of stores.
func (p *requestsPage) begin() fyne.CanvasObject {
	if p.store == uuid.Nil {
		return p.app.toStores("requests.stores")
	}
	return newButton("requests.store", p.app.T("requests.to_store"), iconStore, loud, func() { p.app.nav.push(storeRoute{p.store}) })
}

// requestTile is one request to tap; under is the colour of its plate.
func (a *App) requestTile(q store.RequestRow, withStore bool, under fyne.ThemeColorName) fyne.CanvasObject {
	var words []fyne.CanvasObject
	title := a.requestTitle(q.Kind, q.Urgent)
	if withStore {
		title = joined(" · ", title, q.StoreName)
	}
	words = append(words, newText(title, typeface{size: sizeName, bold: true}))
	if text := excerptOf(q.Text); text != "" {
		words = append(words, newText(text, typeface{}))
	}
	who := q.Owner
	if q.Mine {
		who = a.T("requests.owner_me")
	}
	words = append(words, newText(joined(" · ", a.T("store.spoke", "When", a.ago(q.SpokeMS)), who), typeface{size: sizeSmall, color: colMuted}))
	marks := []fyne.CanvasObject{a.clockMark(q)}
	if !q.Sent {
		marks = append(marks, newBadge(markWaiting, a.T("wait.submitted")))
	}
	return newLead("request."+shortID(q.ID), under, column(6, column(2, words...), chips(marks...)), func() { a.nav.push(requestRoute{q.ID}) })
}

func (a *App) requestTitle(kind string, urgent bool) string {
	if urgent {
		return joined(" · ", a.Enum("request_kind", kind), a.T("store.urgent"))
	}
	return a.Enum("request_kind", kind)
}

// excerptOf is what a list shows of a text.
func excerptOf(text string) string {
	const most = 60
	if short := firstRunes(text, most); short != text {
		return short + "…"
	}
	return text
}

// clockMark says what is due of a request and how much time is left, or that it is too late.
func (a *App) clockMark(q store.RequestRow) fyne.CanvasObject {
	if q.State == field.RequestClosed {
		text := a.Enum("request_state", q.State)
		if q.Rating > 0 {
			text = joined(" · ", text, a.Rating(q.Rating))
		}
		return newBadge(markSent, text)
	}
	return a.dueMark(q.Next, q.DueMS)
}

func (a *App) dueMark(next string, dueMS int64) *badge {
	if dueMS == 0 {
		return newBadge(markTodo, a.Enum("request_due", firstOf(next, field.EventFollowUp)))
	}
	m, _ := a.dueText(next, dueMS, a.deps.Now())
	return newBadge(m, a.timed(dueMS, func(now time.Time) string {
		_, text := a.dueText(next, dueMS, now)
		return text
	}))
}

func (a *App) dueText(next string, dueMS int64, now time.Time) (mark, string) {
	left, what := dueMS-now.UnixMilli(), a.Enum("request_due", next)
	switch {
	case field.DueByAWrongClock(dueMS, now.UnixMilli()):
		return markAlarm, a.T("store.clock_off", "What", what)
	case left < 0:
		return markAlarm, a.T("store.overdue", "What", what, "For", a.Span(-left))
	}
	return markDue, a.T("store.left", "What", what, "For", a.Span(left))
}

// askButtons begin a request by its kind, with one tap.
func (a *App) askButtons(about, visit uuid.UUID) fyne.CanvasObject {
	var kinds []fyne.CanvasObject
	for _, kind := range field.RequestKinds {
		kinds = append(kinds, newButton("ask."+kind, a.Enum("request_kind", kind), iconPlus, quiet, func() {
			a.nav.push(askRoute{uuid.New(), about, visit, kind, a.deps.Now().UnixMilli()})
		}))
	}
	return grid(2, gap, kinds...)
}

// asked shows what was asked for in a visit, and takes more down while it goes on.
func (p *visitPage) asked(v visitView) []fyne.CanvasObject {
	a := p.app
	var objs []fyne.CanvasObject
	for _, q := range v.Requests {
		objs = append(objs, a.requestTile(q, false, colPaper))
	}
	var count fyne.CanvasObject
	if n := len(v.Requests); n > 0 {
		count = newText(a.N("unit.requests", n), typeface{color: colMuted}).id("visit.requests")
	}
	if v.open() {
		if len(objs) == 0 {
			objs = append(objs, newText(a.T("visit.asked_none"), typeface{color: colMuted}))
		}
		objs = append(objs, a.askButtons(v.Row.Store, p.id))
	}
	if len(objs) == 0 {
		return p.removed(v, field.TypeRequest)
	}
	return slices.Concat([]fyne.CanvasObject{section(a.T("requests.title"), count, objs...)}, p.removed(v, field.TypeRequest))
}

// requestsAtOnce is how many open requests the page of a store shows; a button leads to all of them.
const requestsAtOnce = 5

// requests shows what the store asked for and waits for, and takes down what it asks by phone.
func (p *storePage) requests(s store.StorePage) fyne.CanvasObject {
	a := p.app
	title := a.T("requests.title")
	var objs []fyne.CanvasObject
	if n := len(s.Requests); n > 0 {
		title = a.N("store.requests", n)
	} else {
		objs = append(objs, newText(a.T("store.asked_none"), typeface{color: colMuted}))
	}
	for _, q := range s.Requests[:min(requestsAtOnce, len(s.Requests))] {
		objs = append(objs, a.requestTile(q, false, colPaper))
	}
	all := ""
	if n := len(s.Requests); n > requestsAtOnce {
		all = a.N("store.requests_all", n+s.Closed)
	} else if s.Closed > 0 {
		all = a.N("store.requests_closed", s.Closed)
	}
	if all != "" {
		objs = append(objs, newButton("store.requests_all", all, nil, bare, func() { a.nav.push(requestsRoute{p.id}) }))
	}
	return section(title, nil, append(objs, a.askButtons(p.id, s.OpenVisit))...)
}

// requestsCard says on the day's list how many requests wait, and leads to them.
func (p *todayPage) requestsCard(sum store.RequestSum) fyne.CanvasObject {
	a := p.app
	mark := a.dueMark(sum.Next, sum.DueMS)
	if sum.Late > 0 {
		mark = newBadge(markAlarm, a.N("requests.late", sum.Late))
	}
	words := column(6, newText(a.N("requests.waiting", sum.All), typeface{size: sizeName, bold: true}).id("today.requests_text"), chips(mark))
	return newTap("today.requests", card(beside(gap, 0, words, icon(iconNext, colMuted, 24))), func() { a.nav.push(requestsRoute{}) })
}
