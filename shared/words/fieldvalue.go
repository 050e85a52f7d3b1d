package words

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// FieldValue says a value of a field in words; "" in none of them. A value of a newer version that has another shape than
// any known here stands as it is.
func (w Words) FieldValue(typ, name string, s field.Subject, value json.RawMessage) string {
	if name == record.Deleted && field.Deletable(typ) {
		if _, gone := record.DecodeDelete(value); gone {
			return w.T("field.removed")
		}
		return w.T("removed.keep")
	}
	if string(value) == "null" {
		return w.T("value.empty")
	}
	say := sayings[typ+"."+name]
	if prefix, _, many := strings.Cut(name, ":"); many {
		say = sayings[prefix+":"]
	}
	if say == nil {
		say = Words.plain
	}
	text, ok := say(w, s, value)
	if !ok {
		text = string(value)
	}
	return firstOf(strings.TrimSpace(text), w.T("value.empty"))
}

// A saying turns the values of one kind of field into words; ok is false for a value that has another shape.
type saying func(w Words, s field.Subject, value json.RawMessage) (text string, ok bool)

// of makes a saying of one that is given what the value holds.
func of[T any](say func(w Words, s field.Subject, v T) string) saying {
	return func(w Words, s field.Subject, value json.RawMessage) (string, bool) {
		var v T
		if json.Unmarshal(value, &v) != nil {
			return "", false
		}
		return say(w, s, v), true
	}
}

// enum is for a code of a kind.
func enum(kind string) saying {
	return of(func(w Words, _ field.Subject, code string) string { return w.Enum(kind, code) })
}

// yes is for a field that is set or not.
func yes(on, off string) saying {
	return of(func(w Words, _ field.Subject, set bool) string {
		if set {
			return w.T(on)
		}
		return w.T(off)
	})
}

func tick(done, not string) saying {
	return of(func(w Words, _ field.Subject, t field.Tick) string {
		if t.Done {
			return w.T(done)
		}
		return w.T(not)
	})
}

var (
	instant = of(func(w Words, _ field.Subject, ms int64) string { return w.DateTime(ms) })
	aDay    = of(func(w Words, _ field.Subject, day string) string { return w.Day(day) })
	// called is for the id of a record.
	called = of(func(w Words, s field.Subject, id uuid.UUID) string { return w.called(s, id) })
	moment = of(func(w Words, _ field.Subject, m field.Moment) string { return w.Moment(m) })
)

// sayings are the kinds of field whose values are not just texts, numbers or names.
var sayings = map[string]saying{
	"line:": of(func(w Words, _ field.Subject, l field.CountLine) string {
		var display, brought string
		if l.OnDisplay {
			display = w.T("term.on_display")
		}
		if l.Delivered > 0 {
			brought = w.T("count.brought", "N", l.Delivered)
		}
		return joined(" · ", w.CountLine(l), display, brought, w.CountMore(l))
	}),
	"count.not_counted": enum("count_why"),

	field.ItemPrefix: tick("visit.item_done", "visit.item_not"),
	field.ToldPrefix: tick("visit.told", "store.not_told"),
	field.AnswerPrefix: func(w Words, s field.Subject, value json.RawMessage) (string, bool) {
		return w.Answer(s.Question, value), true
	},
	field.AttendeePrefix: of(func(w Words, _ field.Subject, a field.Attendance) string {
		came := w.T("group.absent")
		if a.Came {
			came = w.T("group.came")
		}
		return joined(" · ", came, a.Outcome)
	}),
	field.GapPrefix: of(func(w Words, _ field.Subject, why string) string {
		if slices.Contains(field.GapReasons, why) {
			return w.Enum("gap", why)
		}
		return why
	}),

	field.PlacedPrefix: of(func(w Words, _ field.Subject, m field.Moment) string { return w.Where(m) }),
	field.PhrasePrefix: of(func(_ Words, _ field.Subject, p field.Phrase) string { return p.Text }),
	field.EventPrefix: of(func(w Words, _ field.Subject, e field.RequestEvent) string {
		return joined(" · ", w.Enum("request_event", e.Kind), e.Text)
	}),
	field.LinkPrefix: enum("link"),

	"store.opened": aDay, "store.closed": aDay,
	"store.business_type": enum("business_type"), "store.market_type": enum("market_type"), "store.district_type": enum("district_type"),
	"store.terminal_level": enum("terminal_level"), "store.integrity_grade": enum("integrity"),
	"store.position": of(func(w Words, _ field.Subject, p field.Position) string { return w.Where(field.Moment{Position: p}) }),
	"store.grade": of(func(w Words, s field.Subject, n int) string {
		return w.StoreText("grade", strconv.Itoa(n), s.Townships)
	}),
	"store.township": of(func(w Words, s field.Subject, code string) string { return w.StoreText("township", code, s.Townships) }),
	"store.care": of(func(w Words, _ field.Subject, flags []string) string {
		for i, flag := range flags {
			flags[i] = w.Enum("care", flag)
		}
		return w.list(flags)
	}),

	"visit.check_in": moment, "visit.check_out": moment,
	"visit.trigger": enum("visit_mode"), "visit.channel": enum("visit_mode"), "visit.group": yes("visit_mode.group", "visit_mode.dedicated"),
	"visit.with": of(func(w Words, s field.Subject, who []uuid.UUID) string {
		var names []string
		for _, id := range who {
			names = append(names, w.called(s, id))
		}
		return w.list(names)
	}),

	"note.kind": enum("note_kind"), "note.what": enum("competitor_move"),
	"note.price": of(func(w Words, _ field.Subject, fen int64) string { return w.Yuan(fen) }),
	"photo.photo": of(func(w Words, _ field.Subject, p field.Photo) string {
		return joined(" · ", w.Enum("photo_kind", p.Kind), w.DateTime(p.TakenMS))
	}),
	"thumbnail.thumbnail": func(w Words, _ field.Subject, _ json.RawMessage) (string, bool) { return w.T("term.thumbnail"), true },

	"request.kind": enum("request_kind"), "request.urgent": yes("answer.yes", "answer.no"), "request.spoke": instant,
	"application.kind": enum("application_kind"), "application.made": instant,
	"application.photos": of(func(w Words, _ field.Subject, all []uuid.UUID) string { return w.N("unit.photos", len(all)) }),
	"application.change": func(w Words, s field.Subject, value json.RawMessage) (string, bool) {
		wanted, ok := field.ChangeOf(value)
		return w.Changes(wanted, s.Townships), ok
	},
	"application.decision": of(func(w Words, _ field.Subject, d field.Decision) string {
		return joined(" · ", w.Enum("decision", d.State), d.Text)
	}),

	"walk.order": of(func(w Words, s field.Subject, order []uuid.UUID) string {
		const few = 3 // products of which an order is known
		var names []string
		for _, id := range order[:min(few, len(order))] {
			names = append(names, w.called(s, id))
		}
		return joined(" · ", w.list(names), w.N("unit.lines", len(order)))
	}),
	"walk.sections": of(func(w Words, _ field.Subject, shelves []field.Section) string {
		var names []string
		for _, s := range shelves {
			names = append(names, s.Name)
		}
		return w.list(names)
	}),
}

// plain says a text as it is, an id by what it leads to, and yes or no.
func (w Words) plain(s field.Subject, value json.RawMessage) (string, bool) {
	for _, say := range []saying{called, yes("answer.yes", "answer.no")} {
		if text, ok := say(w, s, value); ok {
			return text, ok
		}
	}
	var text string
	return text, json.Unmarshal(value, &text) == nil
}

// called is what people call the record with an id.
func (w Words) called(s field.Subject, id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	if p, ok := s.Photos[id]; ok {
		return joined(" · ", w.Enum("photo_kind", p.Kind), w.DateTime(p.TakenMS))
	}
	return firstOf(w.text(s.Names[id]), w.T("value.unknown"))
}

func (w Words) list(names []string) string { return strings.Join(names, w.T("answer.comma")) }

// Moment says when something was done, to the second, and where.
func (w Words) Moment(m field.Moment) string {
	at, where := "", ""
	if m.AtMS != 0 {
		at = time.UnixMilli(m.AtMS).In(field.Zone).Format(time.DateTime)
	}
	if m.Position.Valid() || m.Mocked || m.Lack != "" {
		where = w.Where(m)
	}
	return joined(" · ", at, where)
}

// Where says where something was done, in degrees, and why that is not known.
func (w Words) Where(m field.Moment) string {
	why, at := "", m.Position
	switch {
	case m.Mocked:
		why = w.T("place.mocked")
	case m.Lack == field.LackRefused:
		why = w.T("place.refused")
	case !at.Valid() && (m.AtMS != 0 || m.Lack != ""):
		why = w.T("place.none")
	}
	if !at.Valid() {
		return why
	}
	return joined(" · ", why, Degrees(at), w.Accuracy(at))
}

// Degrees is a place in degrees; "" when there is none.
func Degrees(p field.Position) string {
	if !p.Valid() {
		return ""
	}
	return fmt.Sprintf("%.5f, %.5f", p.Lat, p.Lon)
}

// Accuracy says how exact a position is, as far as that is known.
func (w Words) Accuracy(p field.Position) string {
	if p.Acc <= 0 {
		return ""
	}
	return w.T("place.accuracy", "N", int(math.Ceil(p.Acc)))
}

// StoreText says a field of a store that is kept as text, or wanted as text in an application.
func (w Words) StoreText(name, text string, townships map[string]string) string {
	switch name {
	case "business_type", "market_type", "district_type", "terminal_level":
		return w.Enum(name, text)
	case "integrity_grade":
		return w.Enum("integrity", text)
	case "township":
		return firstOf(townships[text], text)
	case "opened", "closed":
		return w.Day(text)
	case "grade":
		if text != "" && text != "0" {
			return w.T("store.grade", "Grade", text)
		}
		return ""
	}
	return text
}

// Changes says what an application wants of each field.
func (w Words) Changes(wanted, townships map[string]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		parts = append(parts, w.T("apply.change", "Field", w.FieldName(field.TypeStore, name, field.Subject{}),
			"To", firstOf(w.StoreText(name, wanted[name], townships), w.T("value.empty"))))
	}
	return firstOf(joined(" · ", parts...), w.T("apply.nothing"))
}

// joined puts the texts that are none empty beside each other.
func joined(sep string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(t string) bool { return t == "" }), sep)
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
