package ui

import (
	"context"
	"slices"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// requestRoute is one request: what was asked, its clocks and its story, and the one next step under the thumb.
type requestRoute struct{ id uuid.UUID }

func (r requestRoute) open(a *App) page { return newRequest(a, r.id) }

type requestPage struct {
	app     *App
	id      uuid.UUID
	load    *load[store.RequestPage]
	shown   store.RequestPage
	fault   *banner
	words   *entry            // of the next step
	rating  []*toggle         // of the follow-up
	faces   fyne.CanvasObject // all of them
	rated   int
	adding  bool // a step is being written
	content *fyne.Container
	scroll  *container.Scroll
}

func newRequest(a *App, id uuid.UUID) *requestPage {
	p := &requestPage{app: a, id: id, fault: newBanner(a, "request.fault", markAlarm)}
	p.load = newLoad(a, func(ctx context.Context) (store.RequestPage, error) {
		return a.deps.Store.RequestPage(ctx, store.Asking{ID: id})
	}, p.show)
	p.words = newEntry(a, "request.words", a.T("request.words_hint"), 2, func(string) { p.keep() })
	p.words.refusals = p.fault
	p.rating, p.faces = a.faces(func(code string) string { return "request.rating." + code })
	for i, t := range p.rating {
		t.onChange = func(on bool) {
			if p.rated = i + 1; !on {
				p.rated = 0
			}
			p.drawRating()
			p.keep()
		}
	}
	p.content = padded(insets{12, 12, 20, 12}, 12)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *requestPage) head() head {
	q := p.shown.Request
	h := head{title: firstOf(p.app.requestTitle(q.Kind, q.Urgent), p.app.T("term.request")), below: p.shown.StoreName}
	if p.shown.Exists && q.State != field.RequestClosed && !p.shown.Removal.Gone {
		h.action = newIconButton("request.edit", iconPen, colOnBar, func() { p.app.nav.push(askRoute{id: p.id}) })
	}
	return h
}

func (p *requestPage) body() fyne.CanvasObject   { return p.scroll }
func (p *requestPage) start(ctx context.Context) { p.load.start(ctx) }

func (p *requestPage) stop() {
	p.words.commit()
	p.load.stop()
}

// foot is the next step, or that there is none.
func (p *requestPage) foot() fyne.CanvasObject {
	a, q := p.app, p.shown.Request
	if p.shown.Removal.Gone || !p.shown.Exists {
		return footBar(p.fault, newButton("request.back", a.T("page.back"), nil, quiet, a.Back))
	}
	next, _ := q.Due()
	if next == "" {
		return footBar(p.fault, chips(a.clockMark(store.RequestRow{State: q.State, Rating: q.Rating})))
	}
	return footBar(p.fault, newButton("request.next", a.Enum("request_step", next), iconSent, loud, func() { p.add(next) }))
}

func (p *requestPage) draft() store.RequestDraft {
	return store.RequestDraft{Text: p.words.Value(), Rating: p.rated}
}

// keep saves what is being written of the next step.
func (p *requestPage) keep() {
	d := p.draft()
	p.app.write(func(ctx context.Context) error { return p.app.deps.Store.SetRequestDraft(ctx, p.id, d) }, func(err error) {
		if p.fault.did(err); err != nil {
			p.words.unsaved()
		}
	})
}

// add makes the next step with what was written beside it.
func (p *requestPage) add(kind string) {
	if p.adding { // a second tap means the first
		return
	}
	p.adding = true
	a, d := p.app, p.draft()
	p.words.commit() // a draft, until the event has it
	a.write(func(ctx context.Context) error { return a.deps.Store.AddRequestEvent(ctx, p.id, kind, d) }, func(err error) {
		p.adding = false
		if p.fault.did(err); err != nil {
			return
		}
		p.words.put("")
		p.rated = 0
		p.scroll.ScrollToTop()
	})
}

func (p *requestPage) undo(event uuid.UUID) {
	a := p.app
	a.write(func(ctx context.Context) error { return a.deps.Store.UndoRequestEvent(ctx, p.id, event) }, p.fault.did)
}

func (p *requestPage) show(q store.RequestPage, err error) {
	p.fault.reading(err)
	if err != nil {
		p.app.nav.draw()
		return
	}
	p.shown = q
	if q.Removal.Gone {
		p.content.Objects = []fyne.CanvasObject{p.app.removal(q.Removal, p.fault)}
		p.app.nav.draw()
		return
	}
	if p.words.load(q.Draft.Text) {
		p.rated = q.Draft.Rating
	}
	p.drawRating()
	objs := append(p.slip(q), p.asked(q), p.clocks(q), p.story(q), p.step(q))
	objs = append(objs, p.links(q)...)
	if q.Removal.Type != "" { // somebody wrote on what another removed
		objs = append(objs, p.app.removal(q.Removal, p.fault))
	}
	p.content.Objects = objs
	p.app.nav.draw()
}

// slip offers to take the step back that the person has just made: in place of asking before.
func (p *requestPage) slip(q store.RequestPage) (objs []fyne.CanvasObject) {
	a := p.app
	for _, ev := range q.Story {
		if ev.MayUndo {
			objs = []fyne.CanvasObject{over(plate(colAccentSoft, "", radius), padded(insets{4, 4, 4, margin}, 0, beside(gap, 0,
				newText(a.T("request.just", "What", a.Enum("request_event", ev.Kind), "When", a.ago(ev.AtMS)), typeface{bold: true, color: colAccent}),
				newButton("request.undo", a.T("removed.undo"), theme.ContentUndoIcon(), bare, func() { p.undo(ev.ID) }))))}
		}
	}
	return objs
}

func (p *requestPage) drawRating() {
	for i, t := range p.rating {
		t.set(i+1 == p.rated)
	}
}

// asked is what the store wanted and what it was told.
func (p *requestPage) asked(q store.RequestPage) fyne.CanvasObject {
	a, r := p.app, q.Request
	marks := []fyne.CanvasObject{newBadge(stateMark(r.State), a.Enum("request_state", r.State))}
	if r.Urgent {
		marks = append(marks, newBadge(markAlarm, a.T("store.urgent")))
	}
	if !q.Sent {
		marks = append(marks, newBadge(markWaiting, a.T("wait.submitted")))
	}
	text := newText(firstOf(r.Text, a.T("request.no_text")), typeface{size: sizeName, bold: true}).id("request.text")
	var call fyne.CanvasObject = space(0)
	if q.StorePhone != "" {
		call = newRound("request.call", iconPhone, func() { a.dial(q.StorePhone) })
	}
	objs := []fyne.CanvasObject{chips(marks...), beside(gap, 0, text, call)}
	if r.Promise != "" {
		objs = append(objs, column(2, newText(a.T("ask.promise"), typeface{size: sizeSmall, bold: true, color: colMuted}), newText(r.Promise, typeface{}).id("request.promise")))
	}
	owner := a.T("request.owner", "Who", firstOf(q.Owner, a.T("value.unknown")))
	if q.Mine {
		owner = a.T("request.owner_is_me")
	}
	spoke := a.T("request.spoke", "When", a.DateTime(r.SpokeMS))
	if r.AgainMS != 0 {
		spoke = joined("\n", spoke, a.T("request.again", "When", a.DateTime(r.AgainMS)))
	}
	objs = append(objs, newText(joined("\n", spoke, owner), typeface{size: sizeSmall, color: colMuted}))
	for _, d := range q.Differ {
		objs = append(objs, column(2, newText(a.FieldName(field.TypeRequest, d.Field, d.Subject), typeface{size: sizeSmall, bold: true, color: colDiffer}), a.differMark(d.Record, d.Field, d.Values)))
	}
	return card(objs...)
}

func stateMark(state string) mark {
	switch state {
	case field.RequestSolved, field.RequestClosed:
		return markSent
	case field.RequestOpen:
		return markDue
	}
	return markTodo
}

// clocks says of each time within which something is to be done whether it was kept, runs, or has run out.
func (p *requestPage) clocks(q store.RequestPage) fyne.CanvasObject {
	a := p.app
	var objs []fyne.CanvasObject
	for _, c := range q.Request.Clocks() {
		m, _, below := a.clockText(c, a.deps.Now().UnixMilli())
		state := newBadge(m, a.timed(c.DueMS, func(now time.Time) string {
			_, text, _ := a.clockText(c, now.UnixMilli())
			return text
		}))
		objs = append(objs, facing(gap, column(0, newText(a.Enum("request_clock", c.Event), typeface{bold: true}),
			newText(below, typeface{size: sizeSmall, color: colMuted})), state))
	}
	return section(a.T("request.clocks"), nil, objs...)
}

// clockText says how one of these times stands now, and below what it is until when, or since.
func (a *App) clockText(c field.Clock, now int64) (m mark, text, below string) {
	late := c.Late(now)
	switch {
	case c.DoneMS != 0 && late:
		return markAlarm, a.T("request.done_late", "For", a.Span(c.DoneMS-c.DueMS)), a.T("request.done_at", "When", a.ShortDateTime(c.DoneMS))
	case c.DoneMS != 0:
		return markSent, a.T("request.in_time"), a.T("request.done_at", "When", a.ShortDateTime(c.DoneMS))
	case field.DueByAWrongClock(c.DueMS, now):
		return markAlarm, a.T("request.clock_off"), a.T("request.until_unknown")
	}
	below = a.T("request.until", "When", a.ShortDateTime(c.DueMS))
	if late {
		return markAlarm, a.T("request.late", "For", a.Span(now-c.DueMS)), below
	}
	return markDue, a.T("request.left", "For", a.Span(c.DueMS-now)), below
}

// story is what happened, oldest first. What was taken back, or came too late, stays readable.
func (p *requestPage) story(q store.RequestPage) fyne.CanvasObject {
	a := p.app
	objs := []fyne.CanvasObject{p.event(iconPen, colAccent, a.T("request.taken", "Who", firstOf(q.Owner, a.T("value.unknown"))), q.Request.SpokeMS, "")}
	for i, ev := range q.Story {
		if ev.Kind == field.EventUndo && ev.Applied {
			continue // what it took back says so
		}
		sign, col := fyne.Resource(iconSent), colAccent
		switch {
		case ev.Undone:
			sign, col = iconMinus, colMuted
		case !ev.Applied:
			sign, col = iconAlarm, colAlarm
		case ev.Kind == field.EventComment:
			sign = iconPen
		}
		title := joined(" · ", firstOf(ev.Who, a.T("value.unknown")), a.Enum("request_event", ev.Kind))
		if ev.Rating > 0 {
			title = joined(" · ", title, a.Rating(ev.Rating))
		}
		var more []fyne.CanvasObject
		if ev.OffClock {
			more = append(more, newText(a.T("request.off_clock", "Who", firstOf(ev.Who, a.T("value.unknown"))), typeface{size: sizeSmall, color: colMuted}).id("request.off_clock."+strconv.Itoa(i)))
		}
		switch {
		case ev.Undone:
			more = append(more, chips(newBadge(markPlain, a.T("request.undone"))))
		case !ev.Applied:
			more = append(more, chips(newBadge(markAlarm, a.T("request.not_applied"))), newText(a.whyNot(ev), typeface{size: sizeSmall, color: colAlarm}).id("request.why."+strconv.Itoa(i)))
		}
		objs = append(objs, p.event(sign, col, title, ev.AtMS, ev.Text, more...))
	}
	return section(a.T("request.story"), nil, objs...)
}

func (p *requestPage) event(sign fyne.Resource, col fyne.ThemeColorName, title string, atMS int64, text string, more ...fyne.CanvasObject) fyne.CanvasObject {
	words := []fyne.CanvasObject{newText(title, typeface{bold: true}), newText(p.app.ShortDateTime(atMS), typeface{size: sizeSmall, color: colMuted})}
	if text != "" {
		words = append(words, newText(text, typeface{}))
	}
	return besideTop(10, 1, icon(sign, col, 22), column(2, append(words, more...)...))
}

// whyNot says why an event leads nowhere.
func (a *App) whyNot(ev store.StoryRow) string {
	state := a.Enum("request_state", ev.Found)
	if ev.FoundBy == "" {
		return a.T("request.found", "State", state)
	}
	return a.T("request.found_by", "Who", ev.FoundBy, "State", state)
}

// step takes what there is to say of the next step, and offers the steps that are not the usual next one.
func (p *requestPage) step(q store.RequestPage) fyne.CanvasObject {
	a := p.app
	next, _ := q.Request.Due()
	title := a.T("request.step")
	var objs []fyne.CanvasObject
	p.words.SetPlaceHolder(a.T("request.words_hint"))
	if next == field.EventFollowUp {
		title = a.T("request.follow_up")
		p.words.SetPlaceHolder(a.T("request.follow_up_hint"))
		objs = append(objs, p.faces)
	}
	if next == "" {
		title = a.T("request.after")
		p.words.SetPlaceHolder(a.T("request.after_hint"))
	}
	objs = append(objs, p.words)
	ways := []fyne.CanvasObject{newButton("request.comment", a.T("request.comment"), nil, quiet, func() { p.add(field.EventComment) })}
	for _, kind := range field.Next(q.Request.State) {
		if kind != next {
			ways = append(ways, newButton("request.step."+kind, a.Enum("request_step", kind), nil, quiet, func() { p.add(kind) }))
		}
	}
	slices.Reverse(ways)
	return section(title, nil, append(objs, grid(2, gap, ways...))...)
}

// links shows what the request is about and what proves it: each leads there.
func (p *requestPage) links(q store.RequestPage) (objs []fyne.CanvasObject) {
	a := p.app
	var products, tiles, rows []fyne.CanvasObject
	for _, d := range q.Products {
		if d.Linked {
			products = append(products, newBadge(markPlain, d.Name))
		}
	}
	if len(products) > 0 {
		objs = append(objs, section(a.T("ask.products"), nil, chips(products...)))
	}
	for i, photo := range q.Photos {
		if photo.Linked {
			tiles = append(tiles, newTap("request.photo."+strconv.Itoa(i), thumbTile(photo.ID, photo.Thumb), func() { a.nav.push(photoRoute{photo.Visit, photo.ID}) }))
		}
	}
	if len(tiles) > 0 {
		rows = append(rows, grid(photosInARow, gap, tiles...))
	}
	row := func(name, text string, to uuid.UUID) {
		rows = append(rows, newLead(name, colPaper, newText(text, typeface{}), func() { a.nav.push(visitRoute{to}) }))
	}
	for i, c := range q.Counts {
		if c.Linked {
			row("request.count."+strconv.Itoa(i), a.T("ask.count", "When", a.ShortDateTime(c.CheckInMS), "Lines", a.N("unit.lines", c.Lines)), c.Visit)
		}
	}
	if q.Visit != uuid.Nil {
		row("request.visit", a.T("request.visit"), q.Visit)
	}
	rows = append(rows, newLead("request.store", colPaper, newText(q.StoreName, typeface{}), func() { a.nav.push(storeRoute{q.Store}) }))
	return append(objs, section(a.T("ask.evidence"), nil, rows...))
}
