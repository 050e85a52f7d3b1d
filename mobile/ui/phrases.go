package ui

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/shared/field"
)

// generalPhrases is how many sentences the app itself has ready.
const generalPhrases = 6

// phraseChip is a sentence to tap.
func (a *App) phraseChip(name, text string, do func()) fyne.CanvasObject {
	return newTap(name, over(plate(colAccentSoft, "", radius), padded(padXY(12, 12), 0, newText(text, typeface{color: colAccent}))), do)
}

// ready lists the sentences for a note: those of this visit's service items first, then the person's own, then the app's.
func (p *notePage) ready(v noteView) []fyne.CanvasObject {
	a, lang := p.app, string(p.app.Lang())
	objs := []fyne.CanvasObject{}
	group := func(title string, chipsOf ...fyne.CanvasObject) {
		if len(chipsOf) > 0 {
			objs = append(objs, column(6, newText(title, typeface{size: sizeSmall, bold: true, color: colMuted}), chips(chipsOf...)))
		}
	}
	own := func(item string) (out []fyne.CanvasObject) {
		for i, o := range v.own {
			if o.Item == item {
				out = append(out, a.phraseChip("note.own."+strconv.Itoa(i), o.Text, func() { p.entry.add(o.Text) }))
			}
		}
		return out
	}
	var codes []string
	for _, item := range v.items {
		codes = append(codes, item.Code)
		var out []fyne.CanvasObject
		for i, phrase := range item.Phrases {
			text := phrase.In(lang)
			if text != "" {
				out = append(out, a.phraseChip("note.item."+item.Code+"."+strconv.Itoa(i), text, func() { p.entry.add(text) }))
			}
		}
		group(firstOf(item.Name.In(lang), item.Code), append(out, own(item.Code)...)...)
	}
	mine := own("")
	for _, o := range v.own { // for items that this visit does not have
		if o.Item != "" && o.Item != field.PhraseOfRequest && !slices.Contains(codes, o.Item) {
			codes = append(codes, o.Item)
			mine = append(mine, own(o.Item)...)
		}
	}
	group(a.T("note.own"), mine...)
	var general []fyne.CanvasObject
	for i := range generalPhrases {
		key := "note.phrase." + strconv.Itoa(i+1)
		general = append(general, a.phraseChip(key, a.T(key), func() { p.entry.add(a.T(key)) }))
	}
	group(a.T("note.phrases"), general...)
	return append(objs, newButton("note.own.edit", a.T("phrases.open"), iconPen, bare, func() { a.nav.push(phrasesRoute{p.route.visit}) }))
}

// phrasesRoute is where a person keeps their own ready sentences. The visit's service items are what one may be for.
type phrasesRoute struct{ visit uuid.UUID }

func (r phrasesRoute) open(a *App) page { return newPhrases(a, r.visit) }

// phrasesView is what there is, and what it may be for.
type phrasesView struct {
	own   []field.OwnPhrase
	items []field.TemplateItem
}

type phrasesPage struct {
	app     *App
	visit   uuid.UUID
	load    *load[phrasesView]
	fault   *banner
	last    phrasesView
	editing field.OwnPhrase // what the entry holds; without a field it is nothing yet
	entry   *entry
	removed *field.OwnPhrase // the last one, to undo it
	content *fyne.Container
	scroll  *container.Scroll
}

func newPhrases(a *App, visit uuid.UUID) *phrasesPage {
	p := &phrasesPage{app: a, visit: visit, fault: newBanner(a, "phrases.fault", markAlarm)}
	p.load = newLoad(a, p.fetch, p.show)
	p.entry = newEntry(a, "phrases.text", a.T("phrases.hint"), 2, func(text string) { p.save(p.editing.Item, text) })
	p.entry.limit = field.MaxTextRunes
	p.entry.refusals = p.fault
	p.fresh()
	p.content = padded(insets{14, margin, 24, margin}, 12)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *phrasesPage) head() head              { return head{title: p.app.T("phrases.title")} }
func (p *phrasesPage) body() fyne.CanvasObject { return p.scroll }
func (p *phrasesPage) foot() fyne.CanvasObject {
	return footBar(p.app.done("phrases.done"))
}
func (p *phrasesPage) start(ctx context.Context) { p.load.start(ctx) }

func (p *phrasesPage) stop() {
	p.entry.commit()
	p.load.stop()
}

// phrasing is what a person was doing with their sentences.
type phrasing struct {
	editing field.OwnPhrase
	text    string
	removed *field.OwnPhrase
}

func (p *phrasesPage) kept() any { return phrasing{p.editing, p.entry.Value(), p.removed} }
func (p *phrasesPage) keep(was any) {
	w := was.(phrasing)
	p.editing, p.removed = w.editing, w.removed
	p.entry.put(w.text)
}

func (p *phrasesPage) fetch(ctx context.Context) (v phrasesView, err error) {
	if v.own, err = p.app.deps.Store.Phrases(ctx); err != nil {
		return v, err
	}
	if p.visit == uuid.Nil { // a request on the telephone
		return v, nil
	}
	list, err := p.app.deps.Store.Checklist(ctx, p.visit)
	v.items = list.Template.Items
	return v, err
}

// fresh makes the entry ready for a new sentence.
func (p *phrasesPage) fresh() {
	p.editing = field.OwnPhrase{Field: field.PhraseField(uuid.New())}
	p.entry.put("")
}

func (p *phrasesPage) show(v phrasesView, err error) {
	p.fault.reading(err)
	if err != nil {
		p.app.nav.draw()
		return
	}
	p.last = v
	for _, o := range v.own {
		if o.Field == p.editing.Field && (p.editing.Text == "" || o.Text == p.editing.Text) {
			p.editing = o // as it is kept now
		}
	}
	p.redraw()
}

func (p *phrasesPage) redraw() {
	a := p.app
	objs := []fyne.CanvasObject{p.fault, p.form()}
	if p.removed != nil {
		was := *p.removed
		words := column(2, newText(a.T("phrases.removed"), typeface{bold: true}), newText(was.Text, typeface{size: sizeSmall, color: colMuted}))
		objs = append(objs, over(plate(colPaper, colLine, radius), padded(padXY(12, 6), 0, beside(gap, 0, words,
			newButton("phrases.undo", a.T("removed.undo"), theme.ContentUndoIcon(), bare, func() {
				p.write(func(ctx context.Context, s Store) error { return s.RestorePhrase(ctx, was) }, func() { p.removed = nil })
			})))))
	}
	if len(p.last.own) == 0 {
		objs = append(objs, newText(a.T("phrases.none"), typeface{color: colMuted}))
	}
	for i, o := range p.last.own {
		objs = append(objs, p.row(i, o))
	}
	p.content.Objects = objs
	a.nav.draw()
}

// form is where a sentence is written, and what it is for.
func (p *phrasesPage) form() fyne.CanvasObject {
	a, lang := p.app, string(p.app.Lang())
	pick := func(code, name string) fyne.CanvasObject {
		t := newChoice("phrases.for."+code, name)
		t.set(code == p.editing.Item)
		t.onChange = func(bool) {
			p.editing.Item = code
			if text := strings.TrimSpace(p.entry.Value()); text != "" {
				p.entry.saved = p.entry.Value()
				p.save(code, text)
			}
			p.redraw()
		}
		return t
	}
	fors := []fyne.CanvasObject{pick("", a.T("phrases.for_any")), pick(field.PhraseOfRequest, a.T("term.request"))}
	for _, i := range p.last.items {
		fors = append(fors, pick(i.Code, firstOf(i.Name.In(lang), i.Code)))
	}
	title, objs := a.T("phrases.new"), []fyne.CanvasObject{p.entry, newText(a.T("phrases.for"), typeface{size: sizeSmall, bold: true, color: colMuted}), chips(fors...)}
	if p.known() {
		title = a.T("phrases.change")
		objs = append(objs, newButton("phrases.next", a.T("phrases.next"), iconPlus, quiet, func() {
			p.entry.commit()
			p.fresh()
			p.redraw()
		}))
	}
	return section(title, nil, objs...)
}

// known reports whether the entry holds a sentence that is kept already.
func (p *phrasesPage) known() bool {
	return slices.ContainsFunc(p.last.own, func(o field.OwnPhrase) bool { return o.Field == p.editing.Field })
}

// row is one sentence: tapped it is changed; it goes up by one, or away.
func (p *phrasesPage) row(i int, o field.OwnPhrase) fyne.CanvasObject {
	a, n := p.app, strconv.Itoa(i)
	words := []fyne.CanvasObject{newText(o.Text, typeface{}).id("phrases.said." + n)}
	if o.Item != "" {
		name := o.Item
		if name == field.PhraseOfRequest {
			name = a.T("term.request")
		}
		for _, item := range p.last.items {
			if item.Code == o.Item {
				name = firstOf(item.Name.In(string(a.Lang())), name)
			}
		}
		words = append(words, newText(name, typeface{size: sizeSmall, color: colMuted}))
	}
	line := []fyne.CanvasObject{newTap("phrases.edit."+n, padded(insets{10, 4, 10, 12}, 2, words...), func() {
		p.entry.commit()
		p.editing = o
		p.entry.put(o.Text)
		p.scroll.ScrollToTop()
		p.redraw()
	})}
	if i > 0 {
		line = append(line, wide(touch, newIconButton("phrases.up."+n, theme.MoveUpIcon(), colAccent, func() {
			p.write(func(ctx context.Context, s Store) error { return s.RaisePhrase(ctx, o) }, nil)
		})))
	}
	line = append(line, wide(touch, newIconButton("phrases.remove."+n, theme.DeleteIcon(), colAccent, func() {
		p.write(func(ctx context.Context, s Store) error { return s.RemovePhrase(ctx, o) }, func() {
			if p.removed = &o; p.editing.Field == o.Field {
				p.fresh()
			}
		})
	})))
	return over(plate(colSurface, colLine, radius), beside(0, 0, line...))
}

func (p *phrasesPage) save(item, text string) {
	if strings.TrimSpace(text) == "" && !p.known() {
		return
	}
	was := p.editing
	p.app.write(func(ctx context.Context) error { return p.app.deps.Store.SetPhrase(ctx, was, item, text) }, func(err error) {
		if p.fault.did(err); err != nil {
			p.entry.unsaved()
		}
	})
	p.editing.Item, p.editing.Text = item, strings.TrimSpace(text)
}

// write changes what is kept of another sentence than the one that is written; done follows when it is.
func (p *phrasesPage) write(job func(context.Context, Store) error, done func()) {
	p.app.write(func(ctx context.Context) error { return job(ctx, p.app.deps.Store) }, func(err error) {
		if p.fault.did(err); err == nil && done != nil {
			done()
		}
	})
}
