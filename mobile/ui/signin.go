package ui

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/mobile"

	"storewalk/shared/words"
)

// signInRoute asks once who uses this phone. It is the only screen that needs the network.
type signInRoute struct{ again bool }

func (r signInRoute) open(a *App) page { return newSignIn(a, r.again) }

type signInPage struct {
	app                     *App
	server, login, password *entry
	fault                   *banner
	enter                   *button
	running                 bool
	content                 fyne.CanvasObject
}

func newSignIn(a *App, again bool) *signInPage {
	p := &signInPage{app: a, fault: newBanner(a, "signin.fault", markAlarm)}
	p.server = newEntry(a, "signin.server", a.T("signin.server_hint"), 1, a.remember("server"))
	p.login = newEntry(a, "signin.user", a.T("signin.user_hint"), 1, a.remember("login"))
	p.password = newEntry(a, "signin.password", a.T("signin.password_hint"), 1, nil)
	p.password.line.Password, p.password.keyboard = true, mobile.PasswordKeyboard
	for _, e := range []*entry{p.server, p.login, p.password} {
		e.line.OnSubmitted = func(string) { p.submit() }
	}
	p.server.put(firstOf(a.typed["server"], a.account.Server, a.deps.Server))
	p.login.put(firstOf(a.typed["login"], a.account.Login))
	p.enter = newButton("signin.go", a.T("signin.go"), nil, loud, p.submit)

	objs := []fyne.CanvasObject{
		newCentred(0, fixed(76, 76, container.NewStack(plate(colAccent, "", 22), newCentred(0, icon(iconStore, colOnAccent, 44))))),
		newText(a.T("signin.intro"), typeface{color: colMuted, align: fyne.TextAlignCenter}),
		p.fault,
		labelled(a.T("signin.server"), p.server),
		labelled(a.T("signin.user"), p.login),
		labelled(a.T("signin.password"), p.password),
		p.enter,
		newText(a.T("signin.once"), typeface{size: sizeSmall, color: colMuted}),
	}
	if again {
		objs = append(objs, newButton("signin.cancel", a.T("signin.cancel"), nil, bare, a.notNow))
	}
	p.content = container.NewVScroll(padded(insets{20, margin, 24, margin}, 16, objs...))
	return p
}

func (p *signInPage) head() head {
	return head{title: p.app.T("app.name"), below: p.app.T("app.tagline"), action: p.app.otherLang("signin.lang")}
}

// otherLang is a target that switches to the other language, before there is a page of settings.
func (a *App) otherLang(name string) fyne.CanvasObject {
	other := words.EN
	if a.Lang() == words.EN {
		other = words.ZH
	}
	label := newText(a.T("lang."+string(other)), typeface{bold: true, color: colOnBar})
	return newTap(name, padded(padXY(12, 12), 0, label), func() { a.SetLang(other) })
}

func (p *signInPage) body() fyne.CanvasObject { return p.content }
func (p *signInPage) start(context.Context)   {}

func (p *signInPage) stop() {
	p.server.commit()
	p.login.commit()
}

// submit enrols this phone. What was typed stays whatever the answer is.
func (p *signInPage) submit() {
	if p.running {
		return
	}
	server, login, password := strings.TrimSpace(p.server.Value()), strings.TrimSpace(p.login.Value()), p.password.Value()
	if server == "" || login == "" || password == "" {
		p.fault.say(p.app.T("signin.incomplete"))
		return
	}
	p.running = true
	p.fault.say("")
	p.enter.label.set(p.app.T("signin.running"))
	p.app.deps.Go(func() {
		err := p.app.deps.Enrol(p.app.ctx, server, login, password)
		p.app.deps.Do(func() { p.done(err) })
	})
}

func (p *signInPage) done(err error) {
	p.running = false
	p.enter.label.set(p.app.T("signin.go"))
	if err != nil {
		p.fault.say(p.app.Fault(err))
		return
	}
	before := p.app.account.User
	if _, err := p.app.whoAmI(); err != nil {
		p.fault.say(p.app.Fault(err))
		return
	}
	if p.app.account.User != before { // what the one before was looking at is not theirs
		p.app.nav.forget()
	}
	p.app.locked = false
	p.app.signedIn()
	p.app.deps.Sync.Wake()
}

// signedIn takes the sign-in page away.
func (a *App) signedIn() {
	a.nav.leave()
	a.nav.gate = nil
	a.nav.rebuild()
}

// notNow leaves the sign-in page, to where it was opened from.
func (a *App) notNow() {
	if !a.locked {
		a.signedIn()
		return
	}
	a.nav.leave()
	a.nav.gate = &place{route: lockRoute{}}
	a.nav.show()
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
