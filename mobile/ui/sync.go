package ui

import (
	"context"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/fault"
)

// syncRoute says what is on the server, what is not, and why.
type syncRoute struct{}

func (syncRoute) open(a *App) page { return newSync(a) }

type syncPage struct {
	app     *App
	load    *load[closing]
	clock   *banner // the phone's is off
	fault   *banner
	now     *button
	content *fyne.Container
	scroll  *container.Scroll
}

func newSync(a *App) *syncPage {
	p := &syncPage{app: a, clock: newBanner(a, "sync.clock", markAlarm), fault: newBanner(a, "sync.fault", markAlarm)}
	p.load = newLoad(a, p.fetch, p.show)
	p.now = newButton("sync.now", a.T("sync.now"), theme.ViewRefreshIcon(), loud, p.hurry)
	p.content = padded(insets{12, 12, 20, 12}, 12)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *syncPage) head() head {
	return head{title: p.app.T("tab.sync"), below: bareHost(p.app.account.Server)}
}
func (p *syncPage) body() fyne.CanvasObject   { return p.scroll }
func (p *syncPage) start(ctx context.Context) { p.load.start(ctx) }
func (p *syncPage) stop()                     { p.load.stop() }

// hurry asks for an exchange now, and for another try of what was refused.
func (p *syncPage) hurry() {
	p.app.write(p.app.deps.Store.RetryRefused, func(err error) {
		p.fault.did(err)
		p.app.deps.Sync.Wake()
	})
}

func (p *syncPage) fetch(ctx context.Context) (c closing, err error) {
	if c.SyncPage, err = p.app.deps.Store.SyncPage(ctx); err == nil {
		c.day, err = p.app.deps.Store.DayEnd(ctx)
	}
	return c, err
}

func (p *syncPage) show(s closing, err error) {
	p.fault.reading(err)
	a := p.app
	objs := []fyne.CanvasObject{p.clock, p.fault}
	if err == nil {
		p.clock.say(a.clockOff(s.day.Clock))
		a.until(s.day.Clock.DayEnds())
		objs = append(objs, p.signedOut(s.SyncPage)...)
		objs = append(objs, p.totals(s), p.state(s))
		objs = append(objs, p.lost(s.Damaged)...)
		objs = append(objs, p.receipt(s)...)
		objs = append(objs, p.trouble(s.SyncPage)...)
		objs = append(objs, p.typed(s.Typed)...)
		objs = append(objs, p.drafts(s.Drafts)...)
		objs = append(objs, p.awaited(s.Awaited)...)
	}
	p.now.Hidden = a.account.Token == "" // a press would only bring the same refusal
	objs = append(objs, p.now, newText(a.T("sync.foreground"), typeface{size: sizeSmall, color: colMuted}))
	if err == nil && len(s.Kinds) > 0 {
		objs = append(objs, p.kinds(s.SyncPage))
	}
	if err == nil && len(s.Visits) > 0 {
		objs = append(objs, p.arrived(s.Visits))
	}
	p.content.Objects = objs
	text := a.T("sync.now")
	if a.deps.Sync.Running() {
		text = a.T("sync.running")
	}
	p.now.label.set(text)
	a.nav.draw()
}

// state is the one thing to see: everything is on the server, or how much is not.
func (p *syncPage) state(s closing) fyne.CanvasObject {
	a := p.app
	running, all := a.deps.Sync.Running(), s.Waiting.Records+s.Waiting.Photos == 0
	switch {
	case all && len(s.Refused) > 0:
		return p.plain(s, nil, markAlarm, a.T("sync.aside"), a.T("sync.aside_text"))
	case all && len(s.Typed) > 0:
		return p.plain(s, nil, markAlarm, a.T("sync.typed"), a.T("sync.typed_text"))
	case all && len(s.Drafts) > 0 && s.OKMS != 0:
		return p.plain(s, nil, markAlarm, a.T("sync.drafts"), a.T("sync.drafts_text"))
	case all && len(s.Awaited) > 0 && s.OKMS != 0:
		return p.plain(s, nil, markAlarm, a.T("sync.awaited"), a.T("sync.awaited_text"))
	case all && s.OKMS != 0:
		return p.everything(s)
	case all && running:
		return p.plain(s, theme.DownloadIcon(), markWaiting, a.T("sync.fetching"), a.T("sync.fetching_text"))
	case all:
		return p.plain(s, theme.DownloadIcon(), markWaiting, a.T("sync.first"), a.T("sync.first_text"))
	case running:
		return p.plain(s, theme.ViewRefreshIcon(), markWaiting, a.T("sync.running"), a.T("sync.running_text"), p.left(s)...)
	}
	return p.plain(s, nil, markWaiting, a.T("sync.waiting"), a.T("sync.waiting_text"), p.left(s)...)
}

// plain is a state with its sign and title in one line, what comes between, and a sentence.
func (p *syncPage) plain(s closing, sign fyne.Resource, m mark, title, text string, between ...fyne.CanvasObject) fyne.CanvasObject {
	res, ink, fill := m.style()
	if sign != nil {
		res = sign
	}
	objs := []fyne.CanvasObject{beside(10, 1, icon(res, ink, 30), newText(title, typeface{size: sizeLead, bold: true, color: ink}).id("sync.state"))}
	objs = append(append(objs, between...), newText(text, typeface{color: ink}), p.lastOK(s, ink, fyne.TextAlignLeading))
	return over(plate(fill, ink, radius), padded(pad(margin), 12, objs...))
}

// left is how much is still on this phone only, and how far today's photos have come.
func (p *syncPage) left(s closing) []fyne.CanvasObject {
	_, ink, _ := markWaiting.style()
	objs := []fyne.CanvasObject{equal(10,
		figure("sync.records", s.Waiting.Records, p.app.N("sync.records", s.Waiting.Records), ink),
		figure("sync.photos", s.Waiting.Photos, p.photosLabel(s), ink))}
	photos, waiting := 0, 0
	for _, v := range s.Visits {
		if v.Waiting > 0 {
			photos, waiting = photos+v.Photos, waiting+v.WaitingPhotos
		}
	}
	if sent := photos - waiting; sent > 0 && waiting > 0 {
		objs = append(objs, column(6, newMeter(float32(sent)/float32(photos), ink, colSurface),
			newText(p.app.T("sync.photos_sent", "Sent", sent, "All", photos), typeface{size: sizeSmall, bold: true, color: ink}).id("sync.sent")))
	}
	return objs
}

// everything says that nothing is on this phone only, and of how much that is true.
func (p *syncPage) everything(s closing) fyne.CanvasObject {
	a := p.app
	_, ink, fill := markSent.style()
	title := a.T("sync.all_sent")
	text := a.T("sync.all_sent_text")
	switch {
	case s.Damaged > 0:
		title, text = a.T("sync.all_but"), a.N("sync.all_but_text", s.Damaged)
	case s.day.Elsewhere > 0:
		title = a.T("sync.all_sent_here")
	}
	tick := container.NewStack(plate(ink, "", 36), newCentred(0, icon(iconSent, colOnAccent, 44)))
	objs := []fyne.CanvasObject{
		newCentred(0, fixed(72, 72, tick)),
		newText(title, typeface{size: sizeFigure, bold: true, color: ink, align: fyne.TextAlignCenter}).id("sync.state"),
		newText(text, typeface{size: sizeName, color: ink, align: fyne.TextAlignCenter}).id("sync.all"),
	}
	objs = append(objs, p.safety(s), p.lastOK(s, ink, fyne.TextAlignCenter))
	return over(plate(fill, ink, radius), padded(padXY(margin, 24), 10, objs...))
}

// lastOK says when all went well last, and when the phone tries again by itself.
func (p *syncPage) lastOK(s closing, ink fyne.ThemeColorName, align fyne.TextAlign) fyne.CanvasObject {
	a := p.app
	last := a.T("sync.never")
	if s.OKMS != 0 {
		last = a.ago(s.OKMS)
	}
	face := typeface{size: sizeSmall, bold: true, color: ink, align: align}
	lines := []fyne.CanvasObject{newText(a.T("sync.last_line", "When", last), face).id("sync.last")}
	if next := a.deps.Sync.NextTry(); !a.deps.Sync.Running() && next.After(a.deps.Now()) && a.account.Token != "" {
		a.until(next)
		clock := a.Clock(next.UnixMilli())
		text := a.T("sync.next_look", "Clock", clock)
		if s.Code != "" || s.Waiting.Records+s.Waiting.Photos > 0 {
			text = a.T("sync.next", "Clock", clock)
		}
		lines = append(lines, newText(text, face).id("sync.next"))
	}
	return column(2, lines...)
}

func (p *syncPage) photosLabel(s closing) string {
	if s.WaitingBytes == 0 {
		return p.app.N("sync.photos", s.Waiting.Photos)
	}
	return p.app.N("sync.photos_size", s.Waiting.Photos, "Size", megabytes(s.WaitingBytes))
}

func megabytes(n int64) string {
	if n < 1<<20 {
		return strconv.FormatInt(max(1, n>>10), 10) + " KB"
	}
	return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
}

// figure is a large number over its unit.
func figure(name string, n int, unit string, ink fyne.ThemeColorName) fyne.CanvasObject {
	return over(plate(colSurface, "", radius), padded(padXY(12, 10), 0,
		newText(strconv.Itoa(n), typeface{size: sizeHuge, bold: true, color: ink}).id(name),
		newText(unit, typeface{size: sizeSmall, color: colMuted})))
}

// signedOut says that the server takes nothing from this phone any more, and that nothing is lost by that.
func (p *syncPage) signedOut(s store.SyncPage) []fyne.CanvasObject {
	a := p.app
	if a.account.Token != "" {
		return nil
	}
	_, ink, fill := markAlarm.style()
	kept := a.T("sync.kept_none")
	if len(s.Refused)+len(s.Typed)+len(s.Drafts)+len(s.Awaited) > 0 {
		kept = a.T("sync.kept_all")
	}
	if w := s.Waiting; w.Records+w.Photos > 0 {
		kept = a.T("sync.kept", "What", a.amount(w.Records, w.Photos))
	}
	return []fyne.CanvasObject{over(plate(fill, ink, radius), padded(pad(margin), 12,
		beside(10, 1, icon(iconAlarm, ink, 30), newText(a.T("sync.signed_out"), typeface{size: sizeLead, bold: true, color: ink}).id("sync.signed_out")),
		newText(a.FaultCode(firstOf(a.account.Revoked, "auth.signed_out")), typeface{color: ink}).id("sync.error"),
		newText(kept, typeface{bold: true, color: ink}).id("sync.kept"),
		newButton("sync.signin", a.T("me.again"), theme.LoginIcon(), loud, a.signInAgain)))}
}

// trouble says what went wrong last, and what the server put aside.
func (p *syncPage) trouble(s store.SyncPage) (objs []fyne.CanvasObject) {
	a := p.app
	if s.Code != "" && a.account.Token != "" {
		b := newBanner(a, "sync.error", markAlarm)
		b.say(a.T("sync.error_at", "When", a.ago(s.TriedMS), "What", a.FaultCode(s.Code)))
		objs = append(objs, b)
	}
	if len(s.Refused) == 0 {
		return objs
	}
	return append(objs, p.refused(s.Refused))
}

// arrived lists the latest visits with when the last of each reached the server.
func (p *syncPage) arrived(visits []store.VisitRow) fyne.CanvasObject {
	a := p.app
	var objs []fyne.CanvasObject
	for _, v := range visits {
		done := a.T("sync.arrived_at", "When", a.ago(v.ConfirmedMS))
		objs = append(objs, a.tile("sync.visit."+shortID(v.ID), v, v.StoreName,
			joined(" · ", a.ShortDateTime(v.CheckInMS), a.holds(v)), a.arrival(v, done)...))
	}
	return longSection(p.scroll, a.T("sync.arrived"), nil, objs...)
}

// drafts leads to the texts that can not be saved as they are.
func (p *syncPage) drafts(drafts []store.Draft) []fyne.CanvasObject {
	a := p.app
	var objs []fyne.CanvasObject
	for i, d := range drafts {
		what, to := a.T("record_type.note"), route(visitRoute{d.Visit})
		if d.Request != uuid.Nil {
			what, to = a.T("record_type.request"), requestRoute{d.Request}
		} else if d.Visit == uuid.Nil {
			to = editRoute{d.Store}
			if what = a.T("term.store_note"); d.Field != "note" {
				what = a.T("term." + d.Field)
			}
		}
		words := column(6, column(2, newText(d.StoreName, typeface{size: sizeName, bold: true}), newText(what, typeface{size: sizeSmall, color: colMuted})),
			chips(newBadge(markAlarm, a.T("wait.draft"))))
		objs = append(objs, newLead("sync.draft."+strconv.Itoa(i), colPaper, words, func() { a.nav.push(to) }))
	}
	if len(objs) == 0 {
		return nil
	}
	return []fyne.CanvasObject{section(a.T("sync.drafts_list"), nil, objs...)}
}

// watchSync shows the state on the sync tab, whatever page is in front.
func (a *App) watchSync() {
	a.deps.Go(func() {
		u, err := a.deps.Store.Unfinished(a.ctx)
		account, _, err2 := a.deps.Store.Account(a.ctx)
		if err != nil || err2 != nil {
			return // the sync page says it
		}
		a.deps.Do(func() {
			if account != a.account { // signed out by the server, perhaps
				a.account = account
				a.nav.start()
			}
			m := markNone
			u.Typed = 0 // perhaps just now
			switch {
			case u.Records+u.Photos > 0:
				m = markWaiting
			case u.Any():
				m = markAlarm
			}
			if m != a.nav.sync {
				a.nav.sync = m
				a.nav.draw()
			}
		})
	})
}

// isDraft reports whether err means that the text is kept as a draft, so trying again changes nothing.
func (a *App) isDraft(err error) bool {
	kind, _ := fault.Of(err)
	return kind == fault.Invalid
}

// draftFault says why a text is only a draft.
func (a *App) draftFault(t store.Text) string {
	if t.Code == "" {
		return ""
	}
	return a.FaultCode(t.Code)
}
