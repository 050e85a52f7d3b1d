package ui

import (
	"context"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"storewalk/mobile/store"
	"storewalk/shared/fault"
)

// syncRoute says what is on the server, what is not, and why.
type syncRoute struct{}

func (syncRoute) open(a *App) page { return newSync(a) }

type syncPage struct {
	app     *App
	load    *load[store.SyncPage]
	fault   *banner
	now     *button
	content *fyne.Container
	scroll  *container.Scroll
}

func newSync(a *App) *syncPage {
	p := &syncPage{app: a, fault: newBanner(a, "sync.fault", markAlarm)}
	p.load = newLoad(a, p.fetch, p.show)
	p.now = newButton("sync.now", a.T("sync.now"), theme.ViewRefreshIcon(), loud, p.hurry)
	p.content = padded(insets{12, 12, 20, 12}, 12)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *syncPage) head() head                { return head{title: p.app.T("tab.sync"), below: p.app.account.Server} }
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

func (p *syncPage) fetch(ctx context.Context) (store.SyncPage, error) {
	return p.app.deps.Store.SyncPage(ctx)
}

func (p *syncPage) show(s store.SyncPage, err error) {
	p.fault.reading(err)
	objs := []fyne.CanvasObject{p.fault}
	if err == nil {
		objs = append(objs, p.state(s))
		objs = append(objs, p.trouble(s)...)
	}
	objs = append(objs, p.now, newText(p.app.T("sync.foreground"), typeface{size: sizeSmall, color: colMuted}))
	if err == nil && len(s.Visits) > 0 {
		objs = append(objs, p.arrived(s.Visits))
	}
	p.content.Objects = objs
	p.label()
	p.app.nav.draw()
}

func (p *syncPage) label() {
	text := p.app.T("sync.now")
	if p.app.deps.Sync.Running() {
		text = p.app.T("sync.running")
	}
	p.now.label.set(text)
}

// state is the one thing to see: everything is on the server, or how much is not.
func (p *syncPage) state(s store.SyncPage) fyne.CanvasObject {
	a := p.app
	m, title, text := markSent, a.T("sync.all_sent"), a.T("sync.all_sent_text")
	if s.Waiting.Records+s.Waiting.Photos > 0 {
		m, title, text = markWaiting, a.T("sync.waiting"), a.T("sync.waiting_text")
	}
	if s.OKMS == 0 && m == markSent {
		title, text = a.T("sync.first"), a.T("sync.first_text")
		m = markWaiting
	}
	res, ink, fill := m.style()
	if s.OKMS == 0 && s.Waiting.Records+s.Waiting.Photos == 0 {
		res = theme.DownloadIcon()
	}
	objs := []fyne.CanvasObject{beside(10, 1, icon(res, ink, 30), newText(title, typeface{size: 22, bold: true, color: ink}).id("sync.state"))}
	objs = append(objs, equal(10,
		figure("sync.records", s.Waiting.Records, a.T("sync.records"), ink),
		figure("sync.photos", s.Waiting.Photos, p.photosLabel(s), ink)))
	last := a.T("sync.never")
	if s.OKMS != 0 {
		last = a.Ago(a.deps.Now(), s.OKMS)
	}
	objs = append(objs, newText(text, typeface{color: ink}),
		newText(a.T("sync.last_line", "When", last), typeface{size: sizeSmall, bold: true, color: ink}).id("sync.last"))
	return over(plate(fill, ink, radius), padded(pad(margin), 12, objs...))
}

func (p *syncPage) photosLabel(s store.SyncPage) string {
	if s.WaitingBytes == 0 {
		return p.app.T("sync.photos")
	}
	return p.app.T("sync.photos_size", "Size", megabytes(s.WaitingBytes))
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

// trouble says what went wrong last, and what the server put aside.
func (p *syncPage) trouble(s store.SyncPage) (objs []fyne.CanvasObject) {
	a := p.app
	if s.Code != "" {
		b := newBanner(a, "sync.error", markAlarm)
		b.say(a.T("sync.error_at", "When", a.Ago(a.deps.Now(), s.TriedMS), "What", a.FaultCode(s.Code)))
		objs = append(objs, b)
		if a.account.Token == "" {
			objs = append(objs, newButton("sync.signin", a.T("me.again"), theme.LoginIcon(), quiet, a.signInAgain))
		}
	}
	for _, r := range s.Refused {
		b := newBanner(a, "sync.refused", markAlarm)
		b.say(a.T("sync.refused_line", "What", a.Enum("record_type", r.Type), "N", r.N, "Why", a.FaultCode(r.Code)))
		objs = append(objs, b)
	}
	return objs
}

// arrived lists the latest visits with when the last of each reached the server.
func (p *syncPage) arrived(visits []store.VisitRow) fyne.CanvasObject {
	a := p.app
	var objs []fyne.CanvasObject
	for _, v := range visits {
		m, text := a.waitingAll(v.Waiting, v.WaitingPhotos)
		if m == markNone {
			m, text = markSent, a.T("sync.arrived_at", "When", a.Ago(a.deps.Now(), v.ConfirmedMS))
		}
		what := joined(" · ", a.ShortDateTime(v.CheckInMS), a.holds(v))
		objs = append(objs, newTap("sync.visit."+shortID(v.ID), padded(padXY(0, 6), 3,
			newText(v.StoreName, typeface{bold: true}),
			newText(what, typeface{size: sizeSmall, color: colMuted}),
			chips(newBadge(m, text))), func() { a.nav.push(visitRoute{v.ID}) }))
	}
	return section(a.T("sync.arrived"), nil, objs...)
}

// watchSync shows the state on the sync tab, whatever page is in front.
func (a *App) watchSync() {
	a.deps.Go(func() {
		w, err := a.deps.Store.Waiting(a.ctx)
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
			if w.Records+w.Photos > 0 {
				m = markWaiting
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
