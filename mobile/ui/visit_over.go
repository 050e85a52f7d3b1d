package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// done lists what was done of the list in a visit that is over, or that somebody else makes.
func (p *visitPage) done(v visitView) (objs []fyne.CanvasObject) {
	a, lang := p.app, string(p.app.Lang())
	if len(v.list.Items)+len(v.list.Survey) > 0 {
		var lines []fyne.CanvasObject
		for _, i := range v.list.Items {
			m, text := markPlain, a.T("visit.item_not")
			if i.Done {
				m, text = markSent, a.T("visit.item_done")
			}
			lines = append(lines, beside(gap, 0, newText(firstOf(i.Name.In(lang), i.Code), typeface{bold: true}), newBadge(m, text)))
			lines = append(lines, p.answered(i.Questions)...)
		}
		lines = append(lines, p.answered(v.list.Survey)...)
		objs = append(objs, section(firstOf(v.list.Template.Name.In(lang), a.T("visit.list")), nil, lines...))
	}
	var told []fyne.CanvasObject
	for _, t := range v.list.Tell {
		if t.Told {
			told = append(told, beside(gap, 0, newText(t.Title.In(lang), typeface{}), newBadge(markSent, a.T("visit.told"))))
		}
	}
	if len(told) > 0 {
		objs = append(objs, section(a.T("visit.tell"), nil, told...))
	}
	return objs
}

func (p *visitPage) answered(rows []store.QuestionRow) (objs []fyne.CanvasObject) {
	a, lang := p.app, string(p.app.Lang())
	for _, q := range rows {
		if q.Answer == nil && !q.Required {
			continue
		}
		objs = append(objs, fact(q.Text.In(lang), a.Answer(q.Question, q.Answer)))
		if s, ok := field.SignatureOf(q.Answer); ok && q.Kind == field.AskSignature {
			s.Name = "" // it is said above
			objs = append(objs, newSigned(s))
		}
		if n := len(q.Siblings); n > 1 {
			objs = append(objs, a.differMark(q.Record, q.Field, n))
		}
	}
	return objs
}

// gaps says what a visit that is over lacks, with the reasons.
func (p *visitPage) gaps(v visitView) (objs []fyne.CanvasObject) {
	if v.list.TemplateID == uuid.Nil || len(v.list.Lacks) == 0 {
		return nil
	}
	a := p.app
	for _, l := range v.list.Lacks {
		why := l.Reason
		switch {
		case why == "":
			why = a.T("leave.no_reason")
		case slices.Contains(field.GapReasons, why):
			why = a.Enum("gap", why)
		}
		objs = append(objs, column(2, newText(a.lackText(v.list, l.Lack), typeface{bold: true}), newText(why, typeface{color: colMuted})))
	}
	if !v.Row.Mine {
		return []fyne.CanvasObject{section(a.T("leave.gaps"), nil, objs...)}
	}
	if slices.ContainsFunc(v.list.Lacks, func(l store.LackRow) bool { return l.Reason == "" }) {
		objs = append(objs, newText(a.T("leave.give_reason"), typeface{bold: true, color: colAccent}))
	}
	return []fyne.CanvasObject{p.opens("visit.gaps", a.T("leave.gaps"), iconAlarm, leaveRoute{p.id}, objs...)}
}
