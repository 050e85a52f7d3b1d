package ui

import (
	"context"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
	"storewalk/shared/words"
)

// todayRoute is the day: what came in between, the route in its order, and what else is near.
type todayRoute struct{}

func (todayRoute) open(a *App) page { return newToday(a) }

type todayPage struct {
	app     *App
	load    *load[store.Day]
	day     string  // chosen; "" is today
	clock   *banner // the phone's is off
	fault   *banner
	title   string
	below   string
	content *fyne.Container
	scroll  *container.Scroll
}

func newToday(a *App) *todayPage {
	p := &todayPage{app: a, clock: newBanner(a, "today.clock", markAlarm), fault: newBanner(a, "today.fault", markAlarm)}
	p.load = newLoad(a, nil, p.show)
	p.content = padded(insets{12, 12, 20, 12}, 12, p.clock, p.fault)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *todayPage) head() head {
	h := head{title: p.title, below: p.below, action: p.app.toMap()}
	if h.title == "" {
		h.title = p.app.T("tab.today")
	}
	return h
}

func (p *todayPage) body() fyne.CanvasObject { return p.scroll }
func (p *todayPage) stop()                   { p.load.stop() }

func (p *todayPage) start(ctx context.Context) {
	p.app.near(false)                        // how far it is to each store, and a visit may begin here
	day, at := p.day, p.app.where().Position // as they are now, for another goroutine
	p.load.fetch = func(ctx context.Context) (store.Day, error) { return p.app.deps.Store.Today(ctx, day, at) }
	p.load.start(ctx)
}

func (p *todayPage) kept() any    { return p.day }
func (p *todayPage) keep(was any) { p.day = was.(string) }

// choose shows the plan of another day; "" is today.
func (p *todayPage) choose(day string) {
	p.day = day
	p.scroll.ScrollToTop()
	p.app.refresh()
}

func (p *todayPage) show(d store.Day, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	a := p.app
	p.clock.say(a.clockOff(d.Clock))
	a.until(d.Clock.DayEnds())
	p.title, p.below = a.T("tab.today"), joined(" · ", dayText(a.Words, d.Day), d.Title)
	objs := []fyne.CanvasObject{p.clock, p.fault}
	if p.day != "" {
		p.title, p.below = dayText(a.Words, d.Day), d.Title
		objs = append(objs, newButton("today.back", a.T("today.back"), iconToday, quiet, func() { p.choose("") }))
	}
	if len(d.Route) > 0 {
		objs = append(objs, p.progress(d))
	}
	if d.Requests.All > 0 {
		objs = append(objs, p.requestsCard(d.Requests))
	}
	if d.Conflicts > 0 {
		objs = append(objs, p.conflictsCard(d.Conflicts))
	}
	for i, j := range d.Jobs {
		objs = append(objs, p.job(i, j, d))
	}
	if len(d.Route) > 0 {
		objs = append(objs, longSection(p.scroll, a.T("term.route"), nil, p.stops("route", d.Route, stopsAs{numbered: true, inspect: d.QuarterEnds})...))
	} else {
		objs = append(objs, p.unplanned(d))
	}
	group := func(name, title string, all int, stops []store.Stop, inspect bool) {
		if len(stops) == 0 {
			return
		}
		var right fyne.CanvasObject
		if all > 0 {
			right = newText(a.N("stores.found", all), typeface{color: colMuted})
		}
		objs = append(objs, longSection(p.scroll, title, right, p.stops(name, stops, stopsAs{inspect: inspect})...))
	}
	group("other", a.T("today.other"), 0, d.Other, d.QuarterEnds)
	group("new", a.T("today.new"), d.NewAll, d.New, d.QuarterEnds)
	group("inspect", a.T("today.inspect"), d.Inspects, d.Inspect, false) // the heading says so of all its stores
	group("near", a.T("today.near"), 0, d.Near, d.QuarterEnds)
	group("long", a.T("today.long"), 0, d.Long, d.QuarterEnds)
	p.content.Objects = objs
	a.nav.draw()
}

// dayText is a day of the plan as a person reads it.
func dayText(w words.Words, day string) string {
	t, err := time.ParseInLocation(time.DateOnly, day, field.Zone)
	if err != nil {
		return day
	}
	return w.Date(t.UnixMilli())
}

// progress says how much of the route is done.
func (p *todayPage) progress(d store.Day) fyne.CanvasObject {
	a := p.app
	done, open, all := d.Count(store.StopDone), d.Count(store.StopOpen), len(d.Route)
	left := a.T("today.all_done")
	if done < all {
		left = joined(" · ", a.N("today.left", d.Count(store.StopLeft)))
		if open > 0 {
			left = joined(" · ", a.N("today.now", open), left)
		}
	}
	return card(
		facing(gap,
			newText(a.T("today.done", "Done", done, "All", all), typeface{size: sizeFigure, bold: true}).id("today.done"),
			newText(left, typeface{color: colMuted, align: fyne.TextAlignTrailing}).id("today.left")),
		newMeter(float32(done)/float32(all), colAccent, colLine))
}

// job is an instant task and its stores.
func (p *todayPage) job(i int, j store.Job, d store.Day) fyne.CanvasObject {
	a, now := p.app, d.Clock.Now()
	state := newBadge(markSent, a.T("today.job_done"))
	if due := time.UnixMilli(j.DueMS); due.After(now) {
		a.until(a.deps.Now().Add(due.Sub(now) + time.Millisecond))
	}
	switch {
	case j.Done():
	case j.DueMS == 0:
		state = newBadge(markPlain, a.T("today.no_hurry"))
	case j.DueMS < now.UnixMilli():
		state = newBadge(markAlarm, a.T("today.late", "When", a.due(j.DueMS, now)))
	default:
		state = newBadge(markDue, a.T("today.until", "When", a.due(j.DueMS, now)))
	}
	objs := []fyne.CanvasObject{
		chips(newBadge(markPlain, a.T("today.instant")), state),
		newText(j.Title, typeface{size: sizeTitle, bold: true}).id("today.job." + strconv.Itoa(i+1)),
	}
	if j.Text != "" {
		objs = append(objs, newText(j.Text, typeface{color: colMuted}))
	}
	return card(append(objs, p.stops("job."+strconv.Itoa(i+1), j.Stops, stopsAs{inspect: d.QuarterEnds})...)...)
}

// due says a time of the day of now by the clock, of another day with its date.
func (a *App) due(ms int64, now time.Time) string {
	now, at := now.In(field.Zone), time.UnixMilli(ms).In(field.Zone)
	if now.Format(time.DateOnly) == at.Format(time.DateOnly) {
		return a.Clock(ms)
	}
	return a.ShortDateTime(ms)
}

// unplanned says that nothing is planned for this day, and what to do about it.
func (p *todayPage) unplanned(d store.Day) fyne.CanvasObject {
	a, syncs := p.app, quiet
	if d.Nearest == "" && len(d.Near)+len(d.Long) == 0 { // nothing else can be done here
		syncs = loud
	}
	actions := []fyne.CanvasObject{newButton("today.sync", a.T("sync.now"), theme.ViewRefreshIcon(), syncs, func() {
		a.deps.Sync.Wake()
		a.nav.open("sync")
	})}
	if d.Nearest != "" {
		near := newButton("today.nearest", a.T("today.nearest", "Day", dayText(a.Words, d.Nearest)), iconToday, loud, func() { p.choose(d.Nearest) })
		actions = append([]fyne.CanvasObject{near}, actions...)
	}
	words := []fyne.CanvasObject{newText(a.T("today.none"), typeface{size: sizeTitle, bold: true}).id("today.none")}
	if len(d.Near)+len(d.Long) > 0 {
		words = append(words, newText(a.T("today.none_text"), typeface{color: colMuted}))
	} else {
		words = append(words, newText(a.T("stores.empty_text"), typeface{color: colMuted}))
	}
	return card(append(words, actions...)...)
}

// stopsAs says how a list shows its stops.
type stopsAs struct {
	numbered bool // in the order of the route
	inspect  bool // those that are not inspected stand out
}

func (p *todayPage) stops(group string, stops []store.Stop, as stopsAs) (out []fyne.CanvasObject) {
	for i, s := range stops {
		n := 0
		if as.numbered {
			n = i + 1
		}
		out = append(out, p.stopTile("today."+group+"."+strconv.Itoa(i+1), n, s, as.inspect))
	}
	return out
}

// stopTile is one store to go to: tapping it opens the store, the button at its right starts the visit.
func (p *todayPage) stopTile(name string, n int, s store.Stop, inspect bool) fyne.CanvasObject {
	a := p.app
	window := a.Window(s.WindowFrom, s.WindowTo)
	words := []fyne.CanvasObject{newText(s.Name, typeface{size: sizeName, bold: true}).id(name + ".name")}
	if below := joined(" · ", a.away(s.Metres, s.FromHere), window); below != "" {
		words = append(words, newText(below, typeface{size: sizeSmall, color: colMuted}))
	}
	if s.Address != "" && s.State == store.StopLeft {
		words = append(words, newText(s.Address, typeface{size: sizeSmall, color: colMuted}))
	}
	var marks []fyne.CanvasObject
	mark := func(m mark, text string) { marks = append(marks, newBadge(m, text)) }
	switch s.State {
	case store.StopOpen:
		mark(markOpen, a.T("stores.open"))
	case store.StopDone:
		mark(markSent, a.T("today.visited"))
	}
	if s.New {
		mark(markNew, a.T("today.is_new"))
	}
	if s.Inspect && inspect && s.State == store.StopLeft {
		mark(markCheck, a.T("today.to_inspect"))
	}
	if s.Requests > 0 {
		mark(markAlarm, a.N("today.requests", s.Requests))
	}
	text := column(6, column(2, words...), chips(marks...))
	if len(marks) == 0 {
		text = column(2, words...)
	}
	line := []fyne.CanvasObject{text}
	if n > 0 {
		line = append([]fyne.CanvasObject{ordinal(n, s.State)}, line...)
	}
	to := route(storeRoute{s.Store})
	if s.State == store.StopOpen {
		to = visitRoute{s.Visit}
	}
	tile := newTap(name, padded(insets{10, 4, 10, 12}, 0, besideTop(10, len(line)-1, line...)), func() { a.nav.push(to) })
	var right fyne.CanvasObject = newCentred(0, icon(iconNext, colMuted, 24))
	if s.State == store.StopLeft {
		right = newRound(name+".go", iconVisit, func() { a.visitNow(s.Store, store.Purpose{Task: s.Task, Template: s.Template}, p.fault) })
	}
	return over(plate(colPaper, "", radius), padded(insets{0, 10, 0, 0}, 0, beside(4, 0, tile, right)))
}

// ordinal is the place of a stop on the route: its number, or how far the work there is.
func ordinal(n int, state store.StopState) fyne.CanvasObject {
	size := grown(30)
	back, sign := plate(colSurface, colMuted, size/2), fyne.CanvasObject(newText(strconv.Itoa(n), typeface{size: sizeSmall, bold: true, align: fyne.TextAlignCenter}))
	switch state {
	case store.StopOpen:
		back, sign = plate(colAccent, "", size/2), icon(iconVisit, colOnAccent, 18)
	case store.StopDone:
		back, sign = plate(colAccentSoft, "", size/2), icon(iconSent, colAccent, 18)
	}
	return fixed(size, size, container.NewStack(back, newCentred(0, sign)))
}

// away says how far a stop is; "" when that is not known.
func (a *App) away(metres float64, fromHere bool) string {
	switch {
	case metres < 0:
		return ""
	case fromHere:
		return a.T("today.from_here", "Far", a.far(metres))
	}
	return a.T("today.from_before", "Far", a.far(metres))
}

// visitNow starts a visit at a store and opens it.
func (a *App) visitNow(at uuid.UUID, why store.Purpose, fault *banner) {
	var visit uuid.UUID
	a.write(func(ctx context.Context) (err error) {
		visit, err = a.deps.Store.CheckIn(ctx, at, a.where(), why)
		return err
	}, func(err error) {
		if fault.did(err); err == nil {
			a.nav.push(visitRoute{visit})
		}
	})
}
