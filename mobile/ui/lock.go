package ui

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/theme"

	"storewalk/mobile/store"
	"storewalk/shared/fault"
)

// lockRoute is all that a person sees who has signed out: how much is not on the server yet, and a place for the password.
type lockRoute struct{}

func (lockRoute) open(a *App) page { return newLock(a) }

type lockPage struct {
	app      *App
	load     *load[store.Unfinished]
	password *entry
	fault    *banner
	enter    *button
	state    *fyne.Container
	running  bool
	content  *container.Scroll
}

func newLock(a *App) *lockPage {
	p := &lockPage{app: a, fault: newBanner(a, "lock.fault", markAlarm), state: padded(insets{}, 0)}
	p.load = newLoad(a, a.deps.Store.Unfinished, p.show)
	p.password = newEntry(a, "lock.password", a.T("signin.password_hint"), 1, nil)
	p.password.line.Password, p.password.keyboard = true, mobile.PasswordKeyboard
	p.password.line.OnSubmitted = func(string) { p.submit() }
	p.enter = newButton("lock.open", a.T("lock.open"), nil, loud, p.submit)
	p.content = container.NewVScroll(padded(insets{20, margin, 24, margin}, 16,
		newCentred(0, fixed(76, 76, container.NewStack(plate(colAccent, "", 22), newCentred(0, icon(iconLock, colOnAccent, 44))))),
		newText(a.T("lock.who", "Name", a.account.Name), typeface{size: sizeLead, bold: true, align: fyne.TextAlignCenter}).id("lock.who"),
		p.state, p.fault, labelled(a.T("signin.password"), p.password), p.enter,
		newText(a.T("lock.text"), typeface{size: sizeSmall, color: colMuted}),
		newButton("lock.signin", a.T("lock.other"), theme.LoginIcon(), quiet, a.signInAgain)))
	return p
}

func (p *lockPage) head() head {
	return head{title: p.app.T("app.name"), below: p.app.T("app.tagline"), action: p.app.otherLang("lock.lang")}
}
func (p *lockPage) body() fyne.CanvasObject   { return p.content }
func (p *lockPage) start(ctx context.Context) { p.load.start(ctx) }
func (p *lockPage) stop()                     { p.load.stop() }

// show says how much of the work is on this phone only. It goes on being sent.
func (p *lockPage) show(u store.Unfinished, err error) {
	a := p.app
	if err != nil {
		p.fault.reading(err)
		return
	}
	m, text := markSent, a.T("lock.all_sent")
	switch {
	case u.Records+u.Photos > 0 && a.account.Token == "":
		m, text = markAlarm, a.T("lock.blocked", "What", a.amount(u.Records, u.Photos))
	case u.Records+u.Photos > 0:
		m, text = markWaiting, a.T("lock.waiting", "What", a.amount(u.Records, u.Photos))
	case u.Any():
		m, text = markAlarm, a.T("lock.aside")
	}
	res, ink, fill := m.style()
	p.state.Objects = []fyne.CanvasObject{over(plate(fill, ink, radius), padded(padXY(14, 12), 0,
		besideTop(10, 1, icon(res, ink, 22), newText(text, typeface{bold: true, color: ink}).id("lock.state"))))}
	p.content.Refresh()
}

// submit tries the password. It needs no network.
func (p *lockPage) submit() {
	if p.running || p.password.Value() == "" {
		return
	}
	p.running = true
	p.fault.say("")
	text := p.password.Value()
	p.app.deps.Go(func() {
		wait, err := p.app.deps.Store.Unlock(p.app.ctx, text)
		p.app.deps.Do(func() { p.done(wait, err) })
	})
}

func (p *lockPage) done(wait time.Duration, err error) {
	a := p.app
	p.running = false
	if err == nil {
		a.locked = false
		a.signedIn()
		return
	}
	if errors.Is(err, context.Canceled) {
		return
	}
	text := a.Fault(err)
	if seconds := int((wait + time.Second - 1) / time.Second); seconds > 0 {
		if fault.Is(err, "lock.wait") {
			text = ""
		}
		text = joined(" ", text, a.N("lock.seconds", seconds))
	}
	p.password.put("")
	p.fault.say(text)
}

// signOut closes the screens once everything that was typed is saved. Nothing is erased, and what waits goes on being sent.
func (a *App) signOut(failed func(error)) {
	a.Save()
	a.deps.Go(func() {
		err := a.deps.Store.Lock(a.ctx)
		a.deps.Do(func() {
			if err != nil {
				failed(err)
				return
			}
			a.locked = true
			a.nav.leave()
			a.nav.gate = &place{route: lockRoute{}}
			a.nav.show()
		})
	})
}

// iconLock is a closed padlock.
var iconLock = drawn("lock", `<path d="M12 1.5A5.5 5.5 0 0 0 6.5 7v2.5H5c-1 0-1.8.8-1.8 1.8v9c0 1 .8 1.7 1.8 1.7h14c1 0 1.8-.8 1.8-1.8v-9c0-1-.8-1.7-1.8-1.7h-1.5V7A5.5 5.5 0 0 0 12 1.5z M12 4a3 3 0 0 1 3 3v2.5H9V7a3 3 0 0 1 3-3z M12 13.2a1.9 1.9 0 0 1 1 3.5v2.1h-2v-2.1a1.9 1.9 0 0 1 1-3.5z" fill-rule="evenodd"/>`)
