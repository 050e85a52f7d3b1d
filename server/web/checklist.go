package web

import (
	"math"
	"slices"
	"strings"

	"storewalk/server/store"
	"storewalk/shared/field"
)

// text is what the office wrote, in the language of the page.
func (v view) text(t field.Text) string { return t.In(string(v.Lang())) }

// modes says how a visit was made.
func (v view) modes(visit field.Visit) string {
	pick := func(on bool, yes, no string) string {
		if on {
			return v.Enum("visit_mode", yes)
		}
		return v.Enum("visit_mode", no)
	}
	return strings.Join([]string{pick(visit.Trigger == field.VisitInstant, "instant", "routine"), pick(visit.Group, "group", "dedicated"),
		pick(len(visit.With) > 0, "joint", "solo"), pick(visit.Channel == field.ByPhone, "by_phone", "on_site")}, " · ")
}

// place says where a visit began, as far as is known.
func (v view) place(l store.VisitList) string {
	at := l.Visit.CheckIn
	switch {
	case at.Mocked:
		return v.T("place.mocked")
	case l.Visit.Channel == field.ByPhone: // wherever that was
		return v.T("place.by_phone")
	case at.Lack == field.LackRefused:
		return v.T("place.refused")
	case !at.Position.Valid():
		return v.T("place.none")
	case at.Position == l.Place:
		return v.T("place.fixed")
	case !l.Place.Valid():
		return v.T("place.known")
	}
	d := at.Position.Metres(l.Place)
	if d < 1000 {
		return v.T("place.m", "N", int(math.Round(d)))
	}
	return v.T("place.km", "N", math.Round(d/100)/10)
}

// answer says an answer in words.
func (v view) answer(a store.ListAnswer) string { return v.Answer(a.Question, a.Answer) }

// gap says what was missing.
func (v view) gap(g store.ListGap) string {
	item, in := v.text(g.ItemName), ""
	if item != "" {
		in = v.T("gap.in", "Item", item)
	}
	switch {
	case g.Kind != "":
		return v.Enum("photo_kind", g.Kind) + in
	case g.Question != "" && g.Text != (field.Text{}):
		return v.text(g.Text) + in
	case g.Item != "" && item != "":
		return item
	case g.What == field.LackPhotos:
		return v.T("term.photos")
	case g.What == field.LackCount:
		return v.T("term.count")
	}
	return g.What
}

// reason says why something was missing.
func (v view) reason(g store.ListGap) string {
	switch {
	case g.Reason == "":
		return v.T("gap.none")
	case slices.Contains(field.GapReasons, g.Reason):
		return v.Enum("gap", g.Reason)
	}
	return g.Reason
}
