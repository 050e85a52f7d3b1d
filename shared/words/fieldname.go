package words

import (
	"strings"

	"storewalk/shared/field"
	"storewalk/shared/record"
)

// fieldKeys are the fields whose words have not the key "term." and their name.
var fieldKeys = map[string]string{
	"check_in": "term.checkin", "check_out": "term.checkout", "trigger": "term.visit_mode", "channel": "term.visit_mode", "group": "term.visit_mode",
	"with": "with.title", "template": "visit.list", "integrity_grade": "term.integrity", "not_counted": "count.not_possible",
	"store.note": "term.store_note", "note.text": "term.note", "note.kind": "field.note_kind", "note.corrects": "field.corrects",
	"note.brand": "news.brand", "note.what": "news.what", "note.price": "news.price",
	"application.kind": "term.application", "application.change": "apply.wanted", "application.reason": "apply.reason",
	"application.photos": "term.evidence", "application.made": "field.made", "application.decision": "apply.decision",
	"request.kind": "request.kind", "request.text": "ask.text", "request.promise": "ask.promise", "request.spoke": "ask.spoke",
	"request.urgent": "ask.urgent", "request.owner": "requests.owner",
	"walk.order": "count.order", "walk.sections": "field.shelves", "thumbnail.photo": "term.photo",
}

// fieldPrefixes are the fields of which there are several, by the beginning of their names.
var fieldPrefixes = map[string]string{
	field.PlacedPrefix: "field.unplaced", field.PhrasePrefix: "phrases.title", field.EventPrefix: "request.story",
}

// FieldName is what people call a field of a record. What a newer version calls by a name that is not known here stands as it is.
func (w Words) FieldName(typ, name string, s field.Subject) string {
	if name == record.Deleted && field.Deletable(typ) {
		return w.T("removed.remove")
	}
	if text := w.subject(name, s); text != "" {
		return text
	}
	if prefix, _, many := strings.Cut(name, ":"); many {
		if key := fieldPrefixes[prefix+":"]; key != "" {
			return w.T(key)
		}
	}
	if name == "window_from" || name == "window_to" {
		return joined(" ", w.T("term.window"), w.T("edit."+name))
	}
	for _, key := range []string{fieldKeys[typ+"."+name], fieldKeys[name], "term." + name} {
		if w.Has(key) {
			return w.T(key)
		}
	}
	return name
}

// subject names a field of a checklist or of a count by what it is about; "" for any other.
func (w Words) subject(name string, s field.Subject) string {
	item, question := w.text(s.Item), w.text(s.Question.Text)
	switch kind, rest, _ := strings.Cut(name, ":"); kind + ":" {
	case field.ItemPrefix:
		return firstOf(item, w.T("field.item"))
	case field.AnswerPrefix:
		return firstOf(question, w.T("field.question"))
	case field.ToldPrefix:
		return firstOf(w.text(s.Told), w.T("term.announcement"))
	case field.AttendeePrefix:
		return joined(" · ", w.T("group.title"), s.Attendee)
	case field.LinkPrefix:
		return joined(" · ", w.T("ask.evidence"), s.Product)
	case field.GapPrefix:
		lack := field.LackOf(rest)
		what := firstOf(question, item)
		switch {
		case lack.Kind != "":
			what = w.T("lack.photo", "Kind", w.Enum("photo_kind", lack.Kind), "Item", firstOf(item, w.T("field.item")))
		case rest == field.LackPhotos:
			what = w.T("term.photos")
		case rest == field.LackCount:
			what = w.T("term.count")
		}
		return joined(" · ", w.T("leave.gaps"), what)
	}
	if _, line := field.LineProduct(name); line {
		return firstOf(s.Product, w.T("term.product"))
	}
	return ""
}

// text is what the office wrote, in this language.
func (w Words) text(t field.Text) string { return t.In(string(w.Lang())) }
