package ui

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// fieldWord names a field in words where there are any.
func (a *App) fieldWord(name string) string {
	switch name {
	case "check_in":
		return a.T("term.checkin")
	case "check_out":
		return a.T("term.checkout")
	case "text":
		return a.T("visit.note")
	case "window_from", "window_to":
		return joined(" ", a.T("term.window"), a.T("edit."+name))
	case "trigger", "channel", "group":
		return a.T("term.visit_mode")
	case "with":
		return a.T("with.title")
	case "template":
		return a.T("visit.list")
	case "integrity_grade":
		return a.T("term.integrity")
	case "not_counted":
		return a.T("count.not_possible")
	case "change":
		return a.T("apply.wanted")
	case "reason":
		return a.T("apply.reason")
	case "photos":
		return a.T("apply.evidence")
	}
	if key := "term." + name; a.Has(key) {
		return a.T(key)
	}
	return name
}

// subjectWord names a field of a checklist or of a count by what it is about; "" for any other.
func (a *App) subjectWord(name string, s store.Subject) string {
	lang := string(a.Lang())
	item, question := s.Item.In(lang), s.Question.Text.In(lang)
	switch kind, rest, _ := strings.Cut(name, ":"); kind + ":" {
	case field.ItemPrefix:
		return firstOf(item, rest)
	case field.AnswerPrefix:
		return firstOf(question, rest)
	case field.ToldPrefix:
		return firstOf(s.Told.In(lang), a.T("term.announcement"))
	case field.AttendeePrefix:
		return joined(" · ", a.T("group.title"), s.Attendee)
	case field.GapPrefix:
		lack := field.LackOf(rest)
		what := firstOf(question, item)
		switch {
		case lack.Kind != "":
			what = a.T("lack.photo", "Kind", a.Enum("photo_kind", lack.Kind), "Item", firstOf(item, lack.Item))
		case rest == field.LackPhotos:
			what = a.T("visit.photos")
		case rest == field.LackCount:
			what = a.T("visit.count")
		}
		return joined(" · ", a.T("leave.gaps"), what)
	}
	return s.Product
}

// conflictWord names the field of a conflict.
func (a *App) conflictWord(c store.Conflict) string {
	switch {
	case c.Type == field.TypeRequest:
		return joined("：", a.T("term.request"), a.requestField(c.Field))
	case c.Type == field.TypeStore && c.Field == "note":
		return a.T("term.store_note")
	}
	return firstOf(a.subjectWord(c.Field, c.Subject), a.fieldWord(c.Field))
}

// inVisit says in which visit something was written; "" for 0, which is none.
func (a *App) inVisit(checkInMS int64) string {
	if checkInMS == 0 {
		return ""
	}
	return a.T("differ.in_visit", "When", a.ShortDateTime(checkInMS))
}

// written says who wrote a value, when, and in which visit; of a person who wrote several of them on which device too.
func (a *App) written(c store.Conflict, v store.Sibling, when string) string {
	device, of := "", 0
	for _, other := range c.Values {
		if other.Author == v.Author {
			of++
		}
	}
	if of > 1 {
		switch v.Device {
		case store.ThisDevice:
			device = a.T("differ.here")
		case store.AnotherDevice:
			device = a.T("differ.elsewhere")
		}
	}
	who := joined(" · ", firstOf(v.Author, a.T("differ.nobody")), device)
	return joined(" · ", a.T("differ.by", "Who", who, "When", when), a.inVisit(v.VisitMS))
}

// conflictText says one value of a conflict in words.
func (a *App) conflictText(c store.Conflict, value json.RawMessage) string {
	if string(value) == "null" {
		return a.T("differ.empty_value")
	}
	if text := a.listText(c, value); text != "" {
		return text
	}
	if text := a.askedText(c, value); text != "" {
		return text
	}
	var many []uuid.UUID
	var one uuid.UUID
	switch {
	case json.Unmarshal(value, &one) == nil:
		many = []uuid.UUID{one}
	case c.Field != "with" || json.Unmarshal(value, &many) != nil:
		return a.valueText(c.Field, value)
	}
	var names []string
	for _, id := range many {
		names = append(names, firstOf(c.Names[id].In(string(a.Lang())), a.T("differ.nobody")))
	}
	return firstOf(strings.Join(names, a.T("answer.comma")), a.T("differ.empty_value"))
}

// listText says a value of a field of a checklist in words; "" when it is none.
func (a *App) listText(c store.Conflict, value json.RawMessage) string {
	tick := func(yes, no string) string {
		if decoded[field.Tick](value).Done {
			return a.T(yes)
		}
		return a.T(no)
	}
	switch kind, _, _ := strings.Cut(c.Field, ":"); kind + ":" {
	case field.ItemPrefix:
		return tick("visit.item_done", "visit.item_not")
	case field.ToldPrefix:
		return tick("visit.told", "store.not_told")
	case field.AnswerPrefix:
		return a.answerText(c.Question, value)
	case field.AttendeePrefix:
		now := decoded[field.Attendance](value)
		came := a.T("group.absent")
		if now.Came {
			came = a.T("group.came")
		}
		return joined(" · ", came, now.Outcome)
	case field.GapPrefix:
		why := decoded[string](value)
		if slices.Contains(field.GapReasons, why) {
			why = a.Enum("gap", why)
		}
		return firstOf(why, a.T("differ.empty_value"))
	}
	return ""
}

// askedText says a value of a field of an application or a request in words where it has another shape than anywhere else;
// "" for any other.
func (a *App) askedText(c store.Conflict, value json.RawMessage) string {
	switch c.Type + "." + c.Field {
	case field.TypeApplication + ".change":
		return a.changes(decoded[map[string]string](value), nil)
	case field.TypeApplication + ".photos":
		return a.N("unit.photos", len(decoded[[]uuid.UUID](value)))
	case field.TypeApplication + ".made", field.TypeRequest + ".spoke":
		return a.DateTime(decoded[int64](value))
	case field.TypeRequest + ".kind":
		return a.Enum("request_kind", decoded[string](value))
	}
	return ""
}

// valueText says a value of a field in words.
func (a *App) valueText(name string, value json.RawMessage) string {
	if _, ok := field.LineProduct(name); ok {
		if l, err := field.DecodeLine(value); err == nil {
			display := ""
			if l.OnDisplay {
				display = a.T("count.display")
			}
			return joined(" · ", a.lineText(l), display, a.lineMore(l))
		}
	}
	var at field.Moment
	if json.Unmarshal(value, &at) == nil && at.AtMS != 0 {
		return joined(" · ", time.UnixMilli(at.AtMS).In(field.Zone).Format(time.DateTime), placeText(at.Position))
	}
	var yes bool
	if json.Unmarshal(value, &yes) == nil {
		return a.boolText(name, yes)
	}
	var codes []string
	if json.Unmarshal(value, &codes) == nil {
		for i, code := range codes {
			codes[i] = a.Enum(name, code)
		}
		return firstOf(strings.Join(codes, a.T("answer.comma")), a.T("differ.empty_value"))
	}
	if p := decoded[field.Position](value); name == "position" {
		return firstOf(a.placed(p), a.T("differ.empty_value"))
	}
	var text string
	if json.Unmarshal(value, &text) != nil {
		return string(value)
	}
	return firstOf(a.codeText(name, text), a.T("differ.empty_value"))
}

// codeText says the value of a field that holds a code as people say it, and any other as it is.
func (a *App) codeText(name, text string) string {
	switch name {
	case "business_type", "market_type", "district_type", "terminal_level":
		return a.Enum(name, text)
	case "integrity_grade":
		return a.Enum("integrity", text)
	case "grade":
		if text != "" {
			return a.T("store.grade", "Grade", text)
		}
	case "trigger", "channel":
		return a.Enum("visit_mode", text)
	case "not_counted":
		return a.Enum("count_why", text)
	}
	return text
}

func (a *App) boolText(name string, yes bool) string {
	switch {
	case name == "group" && yes:
		return a.Enum("visit_mode", "group")
	case name == "group":
		return a.Enum("visit_mode", "dedicated")
	case yes:
		return a.T("answer.yes")
	}
	return a.T("answer.no")
}

// placeText is a place in degrees; "" when there is none.
func placeText(p field.Position) string {
	if !p.Valid() {
		return ""
	}
	return fmt.Sprintf("%.5f, %.5f", p.Lat, p.Lon)
}
