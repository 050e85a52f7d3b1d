package ui

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// A checklist is the list of an open visit on its page. It is built once for a template, so that what is being typed in
// one of its questions stays while the page is read again.
type checklist struct {
	page  *visitPage
	id    uuid.UUID
	of    field.Template
	items []*itemCard

	surveyBox   fyne.CanvasObject // the way to the survey; nil when the template asks nothing at the end
	surveyState *paragraph        // how much of it is answered
}

// An itemCard is one service item: a tick, the photos it asks for and its questions.
type itemCard struct {
	code      string
	tick      *toggle
	seen      store.Seen
	needs     []*need
	questions []*question
	differ    *fyne.Container
	box       fyne.CanvasObject
}

// A need is a kind of photo that an item asks for: how many there are, and the camera.
type need struct {
	label *paragraph
	state *badge
}

func newChecklist(p *visitPage, c store.Checklist) *checklist {
	l := &checklist{page: p, id: c.TemplateID, of: c.Template}
	for _, row := range c.Items {
		l.items = append(l.items, l.item(row))
	}
	if len(c.Survey) > 0 {
		l.surveyBox = l.surveyCard()
	}
	return l
}

// fits reports whether the list is that of what was read.
func (l *checklist) fits(c store.Checklist) bool {
	return l != nil && l.id == c.TemplateID && reflect.DeepEqual(l.of, c.Template)
}

func (l *checklist) item(row store.ItemRow) *itemCard {
	p, a := l.page, l.page.app
	lang := string(a.Lang())
	name := firstOf(row.Name.In(lang), row.Code)
	if row.Required {
		name += " *"
	}
	i := &itemCard{code: row.Code, differ: column(6)}
	i.tick = newChoice("item."+row.Code, a.T("visit.item_done"))
	i.tick.onChange = func(on bool) { p.tick(field.ItemPrefix+row.Code, on, i.seen) }
	words := []fyne.CanvasObject{newText(name, typeface{size: sizeName, bold: true})}
	if hint := row.Hint.In(lang); hint != "" {
		words = append(words, newText(hint, typeface{size: sizeSmall, color: colMuted}))
	}
	objs := []fyne.CanvasObject{beside(gap, 0, column(2, words...), i.tick)}
	for _, n := range row.Needs {
		w := &need{label: newText("", typeface{bold: true, color: colAccent}), state: newBadge(markNone, "")}
		i.needs = append(i.needs, w)
		line := facing(gap, beside(gap, 1, icon(iconCamera, colAccent, 22), w.label), w.state)
		objs = append(objs, newTap("need."+row.Code+"."+n.Kind, over(plate(colAccentSoft, "", radius), padded(padXY(12, 12), 0, line)), func() { p.shoot(Shot{Kind: n.Kind, Item: row.Code}) }))
	}
	for _, q := range row.Questions {
		w := newQuestion(a, p.id, q.Question, false, p.answers(q.ID))
		i.questions, objs = append(i.questions, w), append(objs, w)
	}
	i.box = card(append(objs, i.differ)...)
	return i
}

// show puts what was read into the list.
func (l *checklist) show(c store.Checklist) {
	a := l.page.app
	for n, row := range c.Items {
		i := l.items[n]
		i.seen = whatWasSeen(row.Seen, row.Siblings)
		if i.tick.on != row.Done {
			i.tick.set(row.Done)
		}
		a.differIn(i.differ, row.Record, row.Field, len(row.Siblings))
		for k, n := range row.Needs {
			i.needs[k].label.set(a.T("visit.need", "Kind", a.Enum("photo_kind", n.Kind), "Have", n.Have, "Least", n.Least))
			m, text := markSent, a.T("visit.need_met")
			if n.Have < n.Least {
				m, text = markPlain, a.T("visit.need_missing", "N", n.Least-n.Have)
			}
			i.needs[k].state.set(m, text)
		}
		for k, q := range row.Questions {
			i.questions[k].load(q)
		}
	}
	if l.surveyState != nil {
		l.surveyState.set(a.T("visit.survey_done", "Done", answeredOf(c.Survey), "All", len(c.Survey)))
	}
}

func (l *checklist) commit() {
	if l == nil {
		return
	}
	for _, i := range l.items {
		for _, q := range i.questions {
			q.commit()
		}
	}
}

func (l *checklist) objects() (objs []fyne.CanvasObject) {
	for _, i := range l.items {
		objs = append(objs, i.box)
	}
	return objs
}

// where is what to look at for something that is missing.
func (l *checklist) where(lack field.Lack) fyne.CanvasObject {
	for _, i := range l.items {
		if i.code == lack.Item {
			return i.box
		}
	}
	if lack.Question != "" {
		return l.surveyBox
	}
	return nil
}

func (p *visitPage) tick(name string, on bool, seen store.Seen) {
	p.app.write(func(ctx context.Context) error { return p.app.deps.Store.SetTick(ctx, p.id, name, on, seen) }, p.fault.did)
}

func (p *visitPage) answers(question string) func(any, store.Seen) {
	return func(value any, seen store.Seen) {
		p.app.write(func(ctx context.Context) error { return p.app.deps.Store.SetAnswer(ctx, p.id, question, value, seen) }, p.fault.did)
	}
}

// listHead says which list it is and how much of it is left.
func (p *visitPage) listHead(c store.Checklist) fyne.CanvasObject {
	a := p.app
	done := 0
	for _, i := range c.Items {
		if i.Done {
			done++
		}
	}
	name := firstOf(c.Template.Name.In(string(a.Lang())), a.T("visit.list"))
	words := []fyne.CanvasObject{newText(name, typeface{size: sizeTitle, bold: true}),
		newText(a.T("visit.list_done", "Done", done, "All", len(c.Items)), typeface{color: colMuted}).id("visit.list")}
	if starred(c) {
		words = append(words, newText(a.T("visit.starred"), typeface{size: sizeSmall, color: colMuted}).id("visit.starred"))
	}
	if c.Newer {
		words = append(words, newBadge(markAlarm, a.T("visit.list_newer")))
	}
	objs := []fyne.CanvasObject{column(4, words...)}
	if len(c.Choices) > 1 {
		objs = append(objs, newButton("visit.template", a.T("visit.list_other"), nil, bare, func() { p.choosing = !p.choosing; p.redraw() }))
	}
	h := beside(gap, 0, objs...)
	if !p.choosing {
		return padded(padXY(4, 4), 0, h)
	}
	var choices []fyne.CanvasObject
	for _, t := range c.Choices {
		w := newChoice("visit.template."+t.Kind, firstOf(t.Name.In(string(a.Lang())), t.Kind))
		w.set(t.ID == c.TemplateID)
		w.onChange = func(bool) {
			p.choosing = false
			p.mode("template", t.ID)
		}
		choices = append(choices, w)
	}
	return padded(padXY(4, 4), 10, h, chips(choices...))
}

// starred reports whether something in the list is required, which a star says.
func starred(c store.Checklist) bool {
	for _, i := range c.Items {
		if i.Required || asksFor(i.Questions) {
			return true
		}
	}
	return false
}

func asksFor(questions []store.QuestionRow) bool {
	return slices.ContainsFunc(questions, func(q store.QuestionRow) bool { return q.Required })
}

// tell lists the announcements for this store, each with a tick that can be taken back.
func (p *visitPage) tell(c store.Checklist) fyne.CanvasObject {
	a := p.app
	var objs []fyne.CanvasObject
	for _, t := range c.Tell {
		lang := string(a.Lang())
		w := newChoice("tell."+t.ID.String(), a.T("visit.told"))
		w.set(t.Told)
		seen := whatWasSeen(t.Seen, t.Siblings)
		w.onChange = func(on bool) { p.tick(t.Field, on, seen) }
		words := []fyne.CanvasObject{newText(t.Title.In(lang), typeface{bold: true})}
		if text := t.Text.In(lang); text != "" {
			words = append(words, newText(text, typeface{}))
		}
		objs = append(objs, beside(gap, 0, column(2, words...), w))
		if n := len(t.Siblings); n > 1 {
			objs = append(objs, a.differMark(t.Record, t.Field, n))
		}
	}
	return section(a.T("visit.tell"), nil, objs...)
}

// nextGap scrolls to what is missing: at first to the first of it, then on to what stands elsewhere, and around. What was
// filled meanwhile has left the list, and what followed it is next.
func (p *visitPage) nextGap() {
	lacks := p.last.list.Lacks
	if len(lacks) == 0 {
		return
	}
	next := p.gap % len(lacks)
	if p.gapShown == lacks[next].What {
		here := p.target(lacks[next].Lack)
		for range lacks {
			if next = (next + 1) % len(lacks); p.target(lacks[next].Lack) != here {
				break
			}
		}
	}
	p.gap, p.gapShown = next, lacks[next].What
	p.goTo(lacks[next].Lack)
}

// target is where something that is missing can be done.
func (p *visitPage) target(lack field.Lack) fyne.CanvasObject {
	to := p.list.where(lack)
	switch {
	case to != nil:
		return to
	case lack.What == field.LackCount:
		return p.countBox
	}
	return p.photoBox
}

// goTo scrolls to where something that is missing can be done.
func (p *visitPage) goTo(lack field.Lack) {
	to := p.target(lack)
	if to == nil {
		return
	}
	p.scroll.Offset.Y = max(0, to.Position().Y-8)
	p.scroll.Refresh()
}

// lackText says in words what is missing.
func (a *App) lackText(c store.Checklist, l field.Lack) string {
	lang := string(a.Lang())
	name := func(code string) string {
		for _, i := range c.Items {
			if i.Code == code {
				return firstOf(i.Name.In(lang), code)
			}
		}
		return code
	}
	switch {
	case l.Kind != "":
		return a.T("lack.photo", "Kind", a.Enum("photo_kind", l.Kind), "Item", name(l.Item))
	case l.Question != "":
		for _, q := range c.Survey {
			if q.ID == l.Question {
				return a.T("lack.question", "Text", q.Text.In(lang), "Item", a.T("visit.survey"))
			}
		}
		for _, i := range c.Items {
			for _, q := range i.Questions {
				if q.ID == l.Question {
					return a.T("lack.question", "Text", q.Text.In(lang), "Item", name(l.Item))
				}
			}
		}
	case l.Item != "":
		return name(l.Item)
	case l.What == field.LackPhotos:
		return a.T("visit.photos")
	case l.What == field.LackCount:
		return a.T("visit.count")
	}
	return fmt.Sprint(l.What)
}
