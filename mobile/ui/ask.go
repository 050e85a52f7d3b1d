package ui

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// askRoute writes a request down: one that is begun here, or one that there is, of which the id is enough.
type askRoute struct {
	id, store, visit uuid.UUID
	kind             string
	spokeMS          int64
}

func (r askRoute) open(a *App) page { return newAsk(a, r) }

func (r askRoute) asking() store.Asking {
	return store.Asking{ID: r.id, Store: r.store, Visit: r.visit, Kind: r.kind, SpokeMS: r.spokeMS}
}

// name is the route as a bookmark has it: what is not in the database yet must come from there.
func (r askRoute) name() string {
	return fmt.Sprintf("%s/%s/%s/%d/%s", r.id, r.store, r.visit, r.spokeMS, r.kind)
}

func askNamed(name string) (route, bool) {
	parts := strings.SplitN(name, "/", 5)
	if len(parts) < 5 {
		return nil, false
	}
	var ids [3]uuid.UUID
	for i := range ids {
		id, err := uuid.Parse(parts[i])
		if err != nil {
			return nil, false
		}
		ids[i] = id
	}
	spoke, err := strconv.ParseInt(parts[3], 10, 64)
	return askRoute{ids[0], ids[1], ids[2], parts[4], spoke}, err == nil
}

// An askPage asks in the order in which a store speaks: what kind, what, what it was told, when, about what.
type askPage struct {
	app     *App
	route   askRoute
	load    *load[askView]
	shown   store.RequestPage
	own     []field.OwnPhrase
	fault   *banner
	kinds   map[string]*toggle
	urgent  *toggle
	texts   map[string]*entry // "text" and "promise"
	phrases map[string]*fyne.Container
	differ  map[string]*fyne.Container // by field
	seen    map[string]store.Seen
	spoke   *spokeStep
	about   *aboutBox
	form    []fyne.CanvasObject
	removal *fyne.Container
	content *fyne.Container
	scroll  *container.Scroll
}

// An askView is a request with the person's own ready phrases, and the products that were searched for.
type askView struct {
	store.RequestPage
	own   []field.OwnPhrase
	found []store.RequestProduct
}

func (p *askPage) fetch(ctx context.Context, q store.Asking, query string) (v askView, err error) {
	if v.RequestPage, err = p.app.deps.Store.RequestPage(ctx, q); err != nil {
		return v, err
	}
	if v.own, err = p.app.deps.Store.Phrases(ctx); err != nil {
		return v, err
	}
	v.found, err = p.app.deps.Store.FindProducts(ctx, query)
	return v, err
}

func newAsk(a *App, r askRoute) *askPage {
	p := &askPage{app: a, route: r, fault: newBanner(a, "ask.fault", markAlarm), kinds: map[string]*toggle{}, texts: map[string]*entry{},
		phrases: map[string]*fyne.Container{}, differ: map[string]*fyne.Container{}, seen: map[string]store.Seen{}, removal: column(10)}
	p.load = newLoad(a, nil, p.show)
	var kinds []fyne.CanvasObject
	for _, kind := range field.RequestKinds {
		t := newChoice("ask.kind."+kind, a.Enum("request_kind", kind))
		t.onChange = func(bool) { p.chooseKind(kind) }
		p.kinds[kind], kinds = t, append(kinds, t)
	}
	p.urgent = newToggle("ask.urgent", a.T("ask.urgent"), iconAlarm, colAlarmSoft, colAlarm)
	p.urgent.onChange = func(on bool) { p.set("urgent", on, nil) }
	for _, name := range []string{"kind", "urgent", "text", "promise", "spoke"} {
		p.differ[name] = column(4)
	}
	p.spoke = newSpokeStep(a, func(ms int64) { p.set("spoke", ms, nil) })
	p.about = newAboutBox(p)
	p.form = []fyne.CanvasObject{
		card(grid(4, gap, kinds...), p.urgent, p.differ["kind"], p.differ["urgent"]),
		p.words("text", a.T("ask.text"), a.T("ask.text_hint"), 3),
		p.words("promise", a.T("ask.promise"), a.T("ask.promise_hint"), 2),
		section(a.T("ask.spoke"), nil, p.spoke, p.differ["spoke"]),
		p.about,
		newText(a.T("edit.saved"), typeface{size: sizeSmall, color: colMuted}), p.removal}
	p.content = padded(insets{12, 12, 20, 12}, 12)
	p.scroll = container.NewVScroll(p.content)
	return p
}

// words is a text with what is said most often beside it.
func (p *askPage) words(name, title, hint string, lines int) fyne.CanvasObject {
	e := newEntry(p.app, "ask."+name, hint, lines, func(text string) { p.set(name, text, p.texts[name]) })
	e.refusals = p.fault
	p.texts[name], p.phrases[name] = e, chips()
	below := []fyne.CanvasObject{e, p.phrases[name]}
	if name == "text" {
		below = append(below, newButton("ask.own.edit", p.app.T("phrases.open"), iconPen, bare, func() { p.app.nav.push(phrasesRoute{p.route.visit}) }))
	}
	return section(title, nil, append(below, p.differ[name])...)
}

// askPhrases is how many ready phrases there are for each kind, and for a promise.
const askPhrases = 3

// offer shows the phrases that go with a kind of request: in its text the person's own before those of the app.
func (p *askPage) offer(kind string) {
	a := p.app
	for name, group := range map[string]string{"text": kind, "promise": "promise"} {
		box := p.phrases[name]
		box.Objects = nil
		add := func(id, text string) {
			box.Add(a.phraseChip("ask."+name+"."+id, text, func() { p.texts[name].add(text) }))
		}
		if name == "text" {
			for _, item := range []string{field.PhraseOfRequest, ""} {
				for i, o := range p.own {
					if o.Item == item {
						add("own."+strconv.Itoa(i), o.Text)
					}
				}
			}
		}
		for i := range askPhrases {
			n := strconv.Itoa(i + 1)
			add("phrase."+n, a.Enum("ask_phrase", group+"_"+n))
		}
	}
}

func (p *askPage) head() head {
	return head{title: firstOf(p.app.Enum("request_kind", firstOf(p.shown.Request.Kind, p.route.kind)), p.app.T("term.request")), below: p.shown.StoreName}
}
func (p *askPage) body() fyne.CanvasObject { return p.scroll }
func (p *askPage) seeks() *entry           { return p.about.search }

func (p *askPage) start(ctx context.Context) {
	q, query := p.route.asking(), p.about.search.sought()
	p.load.fetch = func(ctx context.Context) (askView, error) { return p.fetch(ctx, q, query) }
	p.load.start(ctx)
}

func (p *askPage) foot() fyne.CanvasObject {
	return footBar(p.fault, p.app.done("ask.done"))
}

func (p *askPage) stop() {
	for _, e := range p.texts {
		e.commit()
	}
	p.load.stop()
}

func (p *askPage) show(v askView, err error) {
	q := v.RequestPage
	p.fault.reading(err)
	if err != nil {
		p.app.nav.draw()
		return
	}
	a := p.app
	if q.Removal.Gone {
		p.shown = q
		p.content.Objects = []fyne.CanvasObject{a.removal(q.Removal, p.fault)}
		a.nav.draw()
		return
	}
	if p.shown.Request.Kind != q.Request.Kind || !reflect.DeepEqual(p.own, v.own) {
		p.own = v.own
		p.offer(q.Request.Kind)
	}
	p.shown = q
	for kind, t := range p.kinds {
		t.set(kind == q.Request.Kind)
	}
	p.urgent.set(q.Request.Urgent)
	p.spoke.show(q.Request)
	for name, box := range p.differ {
		part := q.Parts[name]
		box.Objects = nil
		if n := len(part.Siblings); n > 1 {
			box.Objects = []fyne.CanvasObject{a.differMark(q.ID, name, n)}
		}
		box.Hidden = box.Objects == nil
		text, ok := map[string]string{"text": q.Request.Text, "promise": q.Request.Promise}[name]
		if !ok || p.texts[name].load(text) {
			p.seen[name] = whatWasSeen(part.Seen, part.Siblings)
		}
	}
	p.about.show(v)
	p.removal.Objects = nil
	if q.Exists && q.May && !q.Request.Empty() {
		p.removal.Objects = []fyne.CanvasObject{newButton("ask.remove", a.T("ask.remove"), theme.DeleteIcon(), bare, p.remove)}
	}
	p.content.Objects = p.form
	a.nav.draw()
}

// set keeps a field at once, in place of what the person was shown of it.
func (p *askPage) set(name string, value any, e *entry) {
	seen := slices.Clone(p.seen[name])
	p.app.write(func(ctx context.Context) error {
		return p.app.deps.Store.SetRequest(ctx, p.route.asking(), name, value, seen)
	}, func(err error) {
		if p.fault.did(err); err != nil && e != nil {
			e.unsaved()
		}
	})
}

// chooseKind changes the kind. Of a request in which nothing is written yet only this page knows it.
func (p *askPage) chooseKind(kind string) {
	if p.shown.Exists {
		p.set("kind", kind, nil)
		return
	}
	p.route.kind, p.shown.Request.Kind = kind, kind
	for k, t := range p.kinds {
		t.set(k == kind)
	}
	p.offer(kind)
	p.spoke.show(p.shown.Request)
	p.app.nav.current().route = p.route
	p.app.nav.note()
	p.app.nav.draw()
}

func (p *askPage) remove() {
	for _, e := range p.texts {
		e.commit()
	}
	id, saw := p.shown.ID, p.shown.Saw
	p.app.write(func(ctx context.Context) error { return p.app.deps.Store.Remove(ctx, id, saw) }, p.fault.did)
}
