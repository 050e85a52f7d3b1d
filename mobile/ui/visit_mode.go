package ui

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// arrival says when and where the visit began, and how it is made.
func (p *visitPage) arrival(v visitView) fyne.CanvasObject {
	a := p.app
	m, text := a.place(v.list.Visit, v.Store)
	var objs []fyne.CanvasObject
	if v.Leaving {
		objs = append(objs, chips(newBadge(markAlarm, a.T("visit.leaving"))), newText(a.T("visit.leaving_text"), typeface{}).id("visit.leaving"))
	}
	objs = append(objs, chips(newBadge(m, text)), newText(a.modeText(v.list.Visit), typeface{bold: true}).id("visit.mode"))
	if v.open() {
		objs = append(objs, p.modes(v.list))
	}
	if with := v.list.Visit.With; len(with) > 0 {
		objs = append(objs, newText(a.T("visit.with_whom", "Who", strings.Join(a.namesOf(v.list, with), a.T("answer.comma"))), typeface{color: colMuted}).id("visit.with"))
	}
	if v.list.Visit.Group {
		came := 0
		for _, s := range v.list.Attendees {
			if s.Came {
				came++
			}
		}
		words := newText(a.T("visit.group_came", "Came", came, "All", len(v.list.Attendees)), typeface{bold: true})
		objs = append(objs, newTap("visit.group", over(plate(colAccentSoft, "", radius), padded(padXY(12, 12), 0, beside(gap, 0, words, icon(iconNext, colAccent, 24)))),
			func() { a.nav.push(groupRoute{p.id}) }))
	}
	return card(objs...)
}

// farFromStore is from how many metres on it is a cause for wonder where somebody checked in.
const farFromStore = 300

// place says where somebody checked in, as far from the store as is known.
func (a *App) place(v field.Visit, s field.Store) (mark, string) {
	at := v.CheckIn
	if v.Channel == field.ByPhone { // wherever that was
		return markPlain, a.T("place.by_phone")
	}
	if sign, why := a.unplaced(at); why != "" {
		return sign, why
	}
	acc := a.Accuracy(at.Position)
	switch d := at.Position.Metres(s.Position); {
	case at.Position == s.Position:
		return markSent, joined(" · ", a.T("place.fixed"), acc)
	case !s.Position.Valid():
		return markPlain, joined(" · ", a.T("place.known"), acc)
	case d-at.Position.Acc > farFromStore:
		return markAlarm, joined(" · ", a.T("place.far", "Far", a.far(d)), acc)
	default:
		return markOpen, joined(" · ", a.T("place.far", "Far", a.far(d)), acc)
	}
}

// unplaced says why a position counts for nothing; "" when it counts.
func (a *App) unplaced(at field.Moment) (sign mark, why string) {
	switch {
	case at.Mocked:
		return markAlarm, a.T("place.mocked")
	case at.Lack == field.LackRefused:
		return markAlarm, a.T("place.refused")
	case !at.Position.Valid():
		return markPlain, a.T("place.none")
	}
	return markPlain, ""
}

// far says a distance as exactly as one can walk or drive it.
func (a *App) far(metres float64) string {
	switch {
	case metres < 99.5:
		return a.T("place.m", "N", int(math.Round(metres)))
	case metres < 995:
		return a.T("place.m", "N", int(math.Round(metres/10))*10)
	case metres < 9_950:
		return a.T("place.km", "N", strconv.FormatFloat(metres/1000, 'f', 1, 64))
	}
	return a.T("place.km", "N", int(math.Round(metres/1000)))
}

// modeText says how a visit is made, in one line.
func (a *App) modeText(v field.Visit) string {
	pick := func(on bool, yes, no string) string {
		if on {
			return a.Enum("visit_mode", yes)
		}
		return a.Enum("visit_mode", no)
	}
	return joined(" · ", pick(v.Trigger == field.VisitInstant, "instant", "routine"), pick(v.Group, "group", "dedicated"),
		pick(len(v.With) > 0, "joint", "solo"), pick(v.Channel == field.ByPhone, "by_phone", "on_site"))
}

// modes is a row of what is not as usual in this visit.
func (p *visitPage) modes(c store.Checklist) fyne.CanvasObject {
	a, v := p.app, c.Visit
	chip := func(name string, on bool, do func(on bool)) fyne.CanvasObject {
		t := newChoice("mode."+name, a.Enum("visit_mode", name))
		t.set(on)
		t.onChange = do
		return t
	}
	either := func(on bool, yes, no string) string {
		if on {
			return yes
		}
		return no
	}
	return chips(
		chip("instant", v.Trigger == field.VisitInstant, func(on bool) { p.mode("trigger", either(on, field.VisitInstant, field.VisitRoutine)) }),
		chip("group", v.Group, func(on bool) { p.mode("group", on) }),
		chip("joint", len(v.With) > 0, func(bool) { a.nav.push(withRoute{p.id}) }),
		chip("by_phone", v.Channel == field.ByPhone, func(on bool) { p.mode("channel", either(on, field.ByPhone, field.OnSite)) }))
}

func (p *visitPage) mode(name string, value any) {
	seen := p.last.list.ModeSeen(name)
	p.app.write(func(ctx context.Context) error { return p.app.deps.Store.SetMode(ctx, p.id, name, value, seen) }, p.fault.did)
}

func (a *App) namesOf(c store.Checklist, ids []uuid.UUID) (out []string) {
	for _, id := range ids {
		i := slices.IndexFunc(c.People, func(p store.Person) bool { return p.ID == id })
		if i < 0 {
			out = append(out, a.T("value.unknown"))
			continue
		}
		out = append(out, c.People[i].Name)
	}
	return out
}
