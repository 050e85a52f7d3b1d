package ui

import (
	"context"
	"reflect"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// surveyRoute is what the retailer is asked at the end of a visit. The phone is handed over for it: the questions are
// large and there is nothing else to see.
type surveyRoute struct{ visit uuid.UUID }

func (r surveyRoute) open(a *App) page { return newSurvey(a, r.visit) }

type surveyPage struct {
	app       *App
	visit     uuid.UUID
	load      *load[store.Checklist]
	fault     *banner
	of        []field.Question
	questions []*question
	content   *fyne.Container
	scroll    *container.Scroll
}

func newSurvey(a *App, visit uuid.UUID) *surveyPage {
	p := &surveyPage{app: a, visit: visit, fault: newBanner(a, "survey.fault", markAlarm)}
	p.load = newLoad(a, func(ctx context.Context) (store.Checklist, error) { return a.deps.Store.Checklist(ctx, visit) }, p.show)
	p.content = padded(insets{14, 12, 24, 12}, 12)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *surveyPage) head() head              { return head{title: p.app.T("survey.title")} }
func (p *surveyPage) body() fyne.CanvasObject { return p.scroll }
func (p *surveyPage) foot() fyne.CanvasObject {
	return footBar(p.fault, newButton("survey.done", p.app.T("survey.done"), iconSent, loud, p.app.Back))
}
func (p *surveyPage) start(ctx context.Context) { p.load.start(ctx) }

func (p *surveyPage) stop() {
	for _, q := range p.questions {
		q.commit()
	}
	p.load.stop()
}

func (p *surveyPage) show(c store.Checklist, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	if len(c.Survey) == 0 {
		p.questions, p.of = nil, nil
		p.content.Objects = []fyne.CanvasObject{newEmpty(iconVisit, p.app.T("survey.none"), p.app.T("survey.none_text"),
			newButton("survey.back", p.app.T("survey.back"), iconVisit, quiet, p.app.Back))}
		p.app.nav.draw()
		return
	}
	if !reflect.DeepEqual(p.of, c.Template.Survey) { // built once: what is being typed stays
		for _, q := range p.questions {
			q.commit()
		}
		p.of, p.questions = c.Template.Survey, nil
		p.content.Objects = []fyne.CanvasObject{newText(p.app.T("survey.hint"), typeface{color: colMuted, align: fyne.TextAlignCenter})}
		if asksFor(c.Survey) {
			p.content.Add(newText(p.app.T("survey.starred"), typeface{size: sizeSmall, color: colMuted, align: fyne.TextAlignCenter}).id("survey.starred"))
		}
		for _, row := range c.Survey {
			q := newQuestion(p.app, p.visit, row.Question, true, func(value any, seen store.Seen) {
				p.app.write(func(ctx context.Context) error { return p.app.deps.Store.SetAnswer(ctx, p.visit, row.ID, value, seen) }, p.fault.did)
			})
			p.questions = append(p.questions, q)
			p.content.Add(card(q))
		}
	}
	for i, row := range c.Survey {
		p.questions[i].load(row)
	}
	p.app.nav.draw()
}

// surveyCard is the way to what the retailer is asked, on the page of an open visit.
func (l *checklist) surveyCard() fyne.CanvasObject {
	p, a := l.page, l.page.app
	l.surveyState = newText("", typeface{size: sizeName, bold: true}).id("visit.survey.state")
	return p.opens("visit.survey", a.T("visit.survey"), theme.AccountIcon(), surveyRoute{p.id}, l.surveyState,
		newText(a.T("visit.survey_hint"), typeface{color: colMuted}))
}

// answeredOf is how many of the questions have an answer.
func answeredOf(rows []store.QuestionRow) (n int) {
	for _, q := range rows {
		if q.Answer != nil {
			n++
		}
	}
	return n
}

// moods are the five ratings, the worst first: each has a face of its own, and a word.
var moods = []fyne.Resource{iconMood1, iconMood2, iconMood3, iconMood4, iconMood5}

// faces are the five ratings to choose from, beside each other. name gives each of them the name that tests find it by.
func (a *App) faces(name func(code string) string) (all []*toggle, row fyne.CanvasObject) {
	var objs []fyne.CanvasObject
	for n, face := range moods {
		code := strconv.Itoa(n + 1)
		t := newFace(name(code), a.Enum("rating", code), face, iconSent, colAccent, colOnAccent)
		all, objs = append(all, t), append(objs, t)
	}
	return all, equal(4, objs...)
}

// newFace is a toggle with a sign above its words, and the tick below them.
func newFace(name, label string, face, tick fyne.Resource, fill, ink fyne.ThemeColorName) *toggle {
	t := &toggle{onFill: fill, onInk: ink, res: tick, back: plate(colSurface, colLine, radius), faceOf: face}
	t.face, t.sign = icon(face, colMuted, 40), icon(tick, colLine, 18)
	t.label = newText(label, typeface{size: sizeSmall, most: mostIcon, bold: true, even: true, align: fyne.TextAlignCenter})
	t.init(t, name, over(t.back, padded(insets{10, 1, 6, 1}, 4, newCentred(0, t.face), t.label, container.NewStack(space(18), newCentred(0, t.sign)))), t.flip)
	t.set(false)
	return t
}

// rating shows how content the store was when it was asked last; nothing when it never was.
func (p *storePage) rating(s store.StorePage) []fyne.CanvasObject {
	a, r := p.app, s.Rating
	if r.Score < 1 || r.Score > len(moods) {
		return nil
	}
	words := column(2, newText(a.T("store.rating"), typeface{size: sizeSmall, bold: true, color: colMuted}),
		newText(a.Rating(r.Score), typeface{size: sizeName, bold: true}).id("store.rating"),
		newText(a.T("store.rating_when", "When", a.ago(r.AtMS), "Text", r.Question.In(string(a.Lang()))), typeface{size: sizeSmall, color: colMuted}))
	return []fyne.CanvasObject{card(beside(gap, 1, icon(moods[r.Score-1], colAccent, 40), words))}
}
