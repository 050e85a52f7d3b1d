package ui

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/mobile"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// A question asks one thing and hands each answer over the moment it is given; nil takes it back. An entry in it keeps
// what is being typed while the page is read again.
type question struct {
	composite
	app    *App
	ask    field.Question
	answer func(value any)
	set    func(json.RawMessage) // shows an answer, nil for none
	entry  *entry                // where one types; nil when one taps
	seen   store.Seen
	fault  *banner
	differ *fyne.Container
}

// answerID is the name of the question's target for a code, or of its entry for "".
func answerID(question, code string) string {
	return strings.TrimSuffix("answer."+question+"."+code, ".")
}

// newQuestion makes the widget of a question; answer is told what the person seen of an answer replaces.
func newQuestion(a *App, q field.Question, answer func(value any, seen store.Seen)) *question {
	w := &question{app: a, ask: q, fault: newBanner(a, "answer."+q.ID+".fault", markAlarm), differ: column(6)}
	w.answer = func(value any) { answer(value, w.seen) }
	label := q.Text.In(string(a.Lang()))
	if q.Required {
		label += " *"
	}
	w.differ.Hide()
	w.compose(w, column(6, newText(label, typeface{bold: true}), w.input(), w.fault, w.differ))
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
		var picks []pick
		for n := 1; n <= 5; n++ {
			picks = append(picks, pick{strconv.Itoa(n), strconv.Itoa(n), n})
		}
		return column(4, w.one(picks), newText(a.T("answer.rating"), typeface{size: sizeSmall, color: colMuted}))
	case field.AskMany:
		return w.many()
	case field.AskNumber:
		return w.number()
	case field.AskText:
		w.entry = newEntry(a, answerID(q.ID, ""), a.T("answer.hint"), 2, func(text string) { w.answer(orNil(strings.TrimSpace(text))) })
		w.entry.limit = mayType
		w.entry.onFull = func(n int) { w.fault.say(a.refused(n, mayType)) }
		w.set = func(raw json.RawMessage) { w.entry.load(decoded[string](raw)) }
		return w.entry
	}
	w.set = func(json.RawMessage) {}
	return newText(a.T("answer.newer"), typeface{color: colMuted})
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
		t := newToggle(answerID(w.ask.ID, p.code), p.label, iconSent, colAccent, colOnAccent)
		t.onChange = func(on bool) { changed(i, on) }
		out, objs = append(out, t), append(objs, t)
	}
	return out, objs
}

// one is for questions with one answer: tapping it again takes it back.
func (w *question) one(picks []pick) fyne.CanvasObject {
	var all []*toggle
	var objs []fyne.CanvasObject
	all, objs = w.toggles(picks, func(i int, on bool) {
		for j, t := range all {
			if j != i && t.on {
				t.set(false)
			}
		}
		if on {
			w.answer(picks[i].value)
		} else {
			w.answer(nil)
		}
	})
	w.set = func(raw json.RawMessage) {
		for i, t := range all {
			want, _ := json.Marshal(picks[i].value) // strings, numbers and booleans
			if on := raw != nil && string(raw) == string(want); on != t.on {
				t.set(on)
			}
		}
	}
	return chips(objs...)
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
	w.set = func(raw json.RawMessage) {
		codes := decoded[[]string](raw)
		for i, t := range all {
			if on := slices.Contains(codes, picks[i].code); on != t.on {
				t.set(on)
			}
		}
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
	w.set = func(raw json.RawMessage) {
		text := decoded[string](raw)
		none := text
		if text == "" && raw != nil {
			text = strconv.FormatFloat(decoded[float64](raw), 'f', -1, 64)
		}
		if w.entry.load(text) {
			w.judge(none)
		}
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

// load shows what was read.
func (w *question) load(row store.QuestionRow) {
	w.seen = whatWasSeen(row.Seen, row.Siblings)
	w.differ.Objects = nil
	if n := len(row.Siblings); n > 1 {
		w.differ.Objects = []fyne.CanvasObject{w.app.differMark(row.Record, row.Field, n)}
	}
	w.differ.Hidden = w.differ.Objects == nil
	w.set(row.Answer)
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

// answerText says an answer in words.
func (a *App) answerText(q field.Question, raw json.RawMessage) string {
	label := func(code string) string {
		for _, o := range q.Options {
			if o.Code == code {
				return firstOf(o.Text.In(string(a.Lang())), code)
			}
		}
		return code
	}
	switch {
	case raw == nil:
		return a.T("answer.none")
	case q.Kind == field.AskYesNo && decoded[bool](raw):
		return a.T("answer.yes")
	case q.Kind == field.AskYesNo:
		return a.T("answer.no")
	case q.Kind == field.AskChoice:
		return label(decoded[string](raw))
	case q.Kind == field.AskMany:
		var out []string
		for _, code := range decoded[[]string](raw) {
			out = append(out, label(code))
		}
		return strings.Join(out, a.T("answer.comma"))
	case decoded[string](raw) != "": // also what was written in place of a number
		return decoded[string](raw)
	case q.Kind == field.AskNumber, q.Kind == field.AskRating:
		return strconv.FormatFloat(decoded[float64](raw), 'f', -1, 64)
	}
	return a.T("answer.given")
}
