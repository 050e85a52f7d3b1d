package ui

import (
	"context"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"storewalk/shared/words"
)

// meRoute is the person, the phone and its settings.
type meRoute struct{}

func (meRoute) open(a *App) page { return newMe(a) }

type mePage struct {
	app    *App
	load   *load[int]
	fault  *banner
	open   *badge // how many conflicts wait
	scroll *container.Scroll
}

func newMe(a *App) *mePage {
	p := &mePage{app: a, fault: newBanner(a, "me.unread", markAlarm), open: newBadge(markNone, "")}
	p.open.label.id("me.conflicts.open")
	p.load = newLoad(a, a.deps.Store.OpenConflicts, p.show)
	account := section(a.T("me.account"), nil,
		fact(a.T("term.name_person"), a.account.Name), fact(a.T("signin.user"), a.account.Login),
		fact(a.T("me.server"), bareHost(a.account.Server)))

	var langs []fyne.CanvasObject
	for _, l := range words.Langs() {
		t := newChoice("me.lang."+string(l), a.T("lang."+string(l)))
		t.set(l == a.Lang())
		t.onChange = func(bool) { a.SetLang(l) }
		langs = append(langs, t)
	}
	var looks []fyne.CanvasObject
	for _, m := range []string{lookAuto, lookDay, lookNight} {
		t := newChoice("me.look."+m, a.T("me.look_"+m))
		t.set(m == a.look.mode)
		t.onChange = func(bool) { a.setLook(m) }
		looks = append(looks, t)
	}
	size := func(name, label string) *toggle {
		t := newChoice("me.size."+name, label)
		t.set(name == a.look.size)
		t.onChange = func(bool) { a.setTextSize(name) }
		return t
	}
	var sizes []fyne.CanvasObject
	for _, s := range textSizes {
		sizes = append(sizes, size(s.name, a.T("me.size_"+s.name)))
	}
	asPhone := size(sizeAuto, a.T("me.size_auto", "Size", a.T("me.size_"+a.look.phone)))
	settings := section(a.T("me.settings"), nil,
		newText(a.T("me.language"), typeface{size: sizeSmall, bold: true, color: colMuted}), equal(gap, langs...),
		newText(a.T("me.look"), typeface{size: sizeSmall, bold: true, color: colMuted}), equal(gap, looks...),
		newText(a.T("me.size"), typeface{size: sizeSmall, bold: true, color: colMuted}),
		column(gap, asPhone, grid(4, gap, sizes...)))

	phone := section(a.T("me.device"), nil,
		fact(a.T("me.number"), shortID(a.account.Device)), fact(a.T("me.version"), firstOf(a.deps.Version, "–")),
		newButton("me.signin", a.T("me.again"), theme.LoginIcon(), quiet, a.signInAgain),
		newText(a.T("me.again_text"), typeface{size: sizeSmall, color: colMuted}))
	wrong := newBanner(a, "me.fault", markAlarm)
	out := section(a.T("me.signout"), nil, newText(a.T("me.signout_text"), typeface{color: colMuted}), wrong,
		newButton("me.signout", a.T("me.signout"), iconLock, quiet, func() { a.signOut(wrong.did) }))

	p.scroll = container.NewVScroll(padded(insets{12, 12, 20, 12}, 12, p.fault, account,
		a.ways(
			way{"me.requests", "requests.list", iconSpoke, requestsRoute{}, nil},
			way{"me.applications", "apply.list", iconPen, applicationsRoute{}, nil},
			way{"me.conflicts", "differ.list", iconDiffer, conflictsRoute{}, p.open},
			way{"me.receipts", "receipt.list", iconCode, receiptsRoute{}, nil}),
		settings, phone, out))
	return p
}

// A way leads to another page.
type way struct {
	name, word string
	sign       fyne.Resource
	to         route
	waits      *badge // what of it waits for a person; may be nil
}

// ways is a list of ways, one a line.
func (a *App) ways(all ...way) fyne.CanvasObject {
	lines := column(0)
	for i, w := range all {
		if i > 0 {
			lines.Add(padded(padXY(margin, 0), 0, hair()))
		}
		line := beside(14, 1, icon(w.sign, colAccent, 24), newText(a.T(w.word), typeface{}))
		if w.waits != nil {
			line.Add(w.waits)
		}
		line.Add(icon(iconNext, colMuted, 24))
		lines.Add(newTap(w.name, padded(padXY(margin, 14), 0, line), func() { a.nav.push(w.to) }))
	}
	return over(plate(colSurface, colLine, radius), lines)
}

func (p *mePage) head() head                { return head{title: p.app.T("tab.me"), below: p.app.account.Name} }
func (p *mePage) body() fyne.CanvasObject   { return p.scroll }
func (p *mePage) start(ctx context.Context) { p.load.start(ctx) }
func (p *mePage) stop()                     { p.load.stop() }

func (p *mePage) show(conflicts int, err error) {
	p.fault.reading(err)
	switch {
	case err != nil: // what was shown still holds as far as is known
	case conflicts > 0:
		p.open.set(markDiffer, strconv.Itoa(conflicts))
	default:
		p.open.set(markNone, "")
	}
	p.scroll.Refresh()
}

// bareHost is an address as people say it: without the scheme that is the usual one.
func bareHost(server string) string { return strings.TrimPrefix(server, "https://") }
