package ui

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/mobile"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// A question asks one thing and hands each answer over the moment it is given; nil takes it back. An entry in it keeps
// what is being typed while the page is read again.
type question struct {
	composite
	app    *App
	visit  uuid.UUID
	ask    field.Question
	answer func(value any)
	set    func(json.RawMessage) (shown bool) // shows an answer, nil for none; not while another is being typed
	entry  *entry                             // where one types; nil when one taps
	seen   store.Seen
	fault  *banner
	differ *fyne.Container
}

// answerID is the name of the question's target for a code, or of its entry for "".
func answerID(question, code string) string {
	return strings.TrimSuffix("answer."+question+"."+code, ".")
}

// newQuestion makes the widget of a question of a visit; answer is told what the person seen of an answer replaces. large
// is for a retailer who reads it at arm's length.
func newQuestion(a *App, visit uuid.UUID, q field.Question, large bool, answer func(value any, seen store.Seen)) *question {
	w := &question{app: a, visit: visit, ask: q, fault: newBanner(a, "answer."+q.ID+".fault", markAlarm), differ: column(6)}
	w.answer = func(value any) { answer(value, w.seen) }
	label := q.Text.In(string(a.Lang()))
	if q.Required {
		label += " *"
	}
	w.differ.Hide()
	face, room := typeface{bold: true}, float32(6)
	if large {
		face.size, room = sizeTitle, 12
	}
	w.compose(w, column(room, newText(label, face), w.input(), w.fault, w.differ))
	return w
}

// input is what the kind of question is answered with. set shows an answer there.
func (w *question) input() fyne.CanvasObject {
	a, q := w.app, w.ask
	switch q.Kind {
	case field.AskYesNo:
		return w.one([]pick{{"yes", a.T("answer.yes"), true}, {"no", a.T("answer.no"), false}})
	case field.AskChoice:
		return w.one(w.options())
	case field.AskRating:
		return w.rating()
	case field.AskMany:
		return w.many()
	case field.AskNumber:
		return w.number()
	case field.AskText:
		w.text(func(text string) { w.answer(orNil(text)) })
		w.set = func(raw json.RawMessage) bool { return w.entry.load(decoded[string](raw)) }
		return w.entry
	case field.AskSignature:
		return w.signature()
	}
	return w.freely()
}

// text is an entry for words.
func (w *question) text(commit func(string)) {
	a := w.app
	w.entry = newEntry(a, answerID(w.ask.ID, ""), a.T("answer.hint"), 2, func(text string) { commit(strings.TrimSpace(text)) })
	w.entry.limit = mayType
	w.entry.refusals = w.fault
}

// freely takes an answer in words to a question of a kind that this version does not know. An answer that a newer app gave
// is left alone.
func (w *question) freely() fyne.CanvasObject {
	a := w.app
	w.text(func(text string) {
		if text == "" {
			w.answer(nil)
			return
		}
		w.answer(field.FreeAnswer{Free: text})
	})
	hint := newText(a.T("answer.newer"), typeface{size: sizeSmall, color: colMuted})
	box := column(6, newBadge(markAlarm, a.T("answer.newer_kind")), hint, w.entry)
	w.set = func(raw json.RawMessage) bool {
		text, free := field.Freely(raw)
		w.entry.Show()
		if hint.set(a.T("answer.newer")); raw != nil && !free {
			w.entry.Hide()
			hint.set(a.T("answer.newer_given"))
		}
		box.Refresh()
		return w.entry.load(text)
	}
	return box
}

// rating offers five faces with their words.
func (w *question) rating() fyne.CanvasObject {
	all, row := w.app.faces(func(code string) string { return answerID(w.ask.ID, code) })
	var picks []pick
	for n := range all {
		picks = append(picks, pick{strconv.Itoa(n + 1), "", n + 1})
	}
	w.only(picks, all)
	return row
}

// signature shows what was drawn and leads to the sheet to draw on.
func (w *question) signature() fyne.CanvasObject {
	a := w.app
	box := column(8)
	open := func() { a.nav.push(signRoute{w.visit, w.ask.ID}) }
	w.set = func(raw json.RawMessage) bool {
		s, ok := field.SignatureOf(raw)
		switch {
		case ok:
			box.Objects = []fyne.CanvasObject{newTap(answerID(w.ask.ID, "sign"), newSigned(s), open)}
		case raw != nil: // it can not be drawn
			box.Objects = []fyne.CanvasObject{newBadge(markAlarm, a.T("answer.unreadable")), newButton(answerID(w.ask.ID, "sign"), a.T("sign.again"), iconPen, quiet, open)}
		default:
			box.Objects = []fyne.CanvasObject{newButton(answerID(w.ask.ID, "sign"), a.T("sign.open"), iconPen, quiet, open)}
		}
		box.Refresh()
		return true
	}
	w.set(nil)
	return box
}

// A pick is one answer to tap.
type pick struct {
	code, label string
	value       any
}

func (w *question) options() (out []pick) {
	for _, o := range w.ask.Options {
		out = append(out, pick{o.Code, firstOf(o.Text.In(string(w.app.Lang())), o.Code), o.Code})
	}
	return out
}

func (w *question) toggles(picks []pick, changed func(i int, on bool)) (out []*toggle, objs []fyne.CanvasObject) {
	for i, p := range picks {
		t := newChoice(answerID(w.ask.ID, p.code), p.label)
		t.onChange = func(on bool) { changed(i, on) }
		out, objs = append(out, t), append(objs, t)
	}
	return out, objs
}

// one is for questions with one answer: tapping it again takes it back.
func (w *question) one(picks []pick) fyne.CanvasObject {
	all, objs := w.toggles(picks, nil)
	w.only(picks, all)
	return chips(objs...)
}

// only makes one of some toggles the answer.
func (w *question) only(picks []pick, all []*toggle) {
	for i, t := range all {
		t.onChange = func(on bool) {
			for j, other := range all {
				if j != i && other.on {
					other.set(false)
				}
			}
			if on {
				w.answer(picks[i].value)
			} else {
				w.answer(nil)
			}
		}
	}
	w.set = func(raw json.RawMessage) bool {
		for i, t := range all {
			want, _ := json.Marshal(picks[i].value) // strings, numbers and booleans
			if on := raw != nil && string(raw) == string(want); on != t.on {
				t.set(on)
			}
		}
		return true
	}
}

// many is for questions with any number of answers.
func (w *question) many() fyne.CanvasObject {
	picks := w.options()
	var all []*toggle
	var objs []fyne.CanvasObject
	all, objs = w.toggles(picks, func(int, bool) {
		var codes []string
		for i, t := range all {
			if t.on {
				codes = append(codes, picks[i].code)
			}
		}
		if codes == nil {
			w.answer(nil)
			return
		}
		w.answer(codes)
	})
	w.set = func(raw json.RawMessage) bool {
		codes := decoded[[]string](raw)
		for i, t := range all {
			if on := slices.Contains(codes, picks[i].code); on != t.on {
				t.set(on)
			}
		}
		return true
	}
	return chips(objs...)
}

// number is an entry for a number; what is none is kept as it was written, and said to be none.
func (w *question) number() fyne.CanvasObject {
	w.entry = newEntry(w.app, answerID(w.ask.ID, ""), w.app.T("answer.number"), 1, func(text string) {
		text = strings.TrimSpace(text)
		n, err := strconv.ParseFloat(text, 64)
		if none := err != nil || math.IsNaN(n) || math.IsInf(n, 0); none {
			w.answer(orNil(text))
			w.judge(text)
			return
		}
		w.answer(n)
		w.judge("")
	})
	w.entry.keyboard = mobile.NumberKeyboard
	w.set = func(raw json.RawMessage) bool {
		text := decoded[string](raw)
		none := text
		if text == "" && raw != nil {
			text = strconv.FormatFloat(decoded[float64](raw), 'f', -1, 64)
		}
		shown := w.entry.load(text)
		if shown {
			w.judge(none)
		}
		return shown
	}
	return w.entry
}

// judge says that a text is no number; "" is none.
func (w *question) judge(text string) {
	if text != "" {
		text = w.app.T("answer.no_number")
	}
	w.fault.say(text)
}

// load shows what was read. An answer that comes while another is being typed is not shown: it is kept beside that one.
func (w *question) load(row store.QuestionRow) {
	w.app.differIn(w.differ, row.Record, row.Field, len(row.Siblings))
	if w.set(row.Answer) {
		w.seen = whatWasSeen(row.Seen, row.Siblings)
	}
}

// commit hands over what was typed.
func (w *question) commit() {
	if w.entry != nil {
		w.entry.commit()
	}
}

// decoded reads an answer, or is zero when it has another shape.
func decoded[T any](raw json.RawMessage) (v T) {
	if raw == nil || json.Unmarshal(raw, &v) != nil {
		var zero T
		return zero
	}
	return v
}

func orNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}
