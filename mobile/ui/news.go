package ui

import (
	"context"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// newsRoute is one piece of news from the market, written in a visit. corrects is the piece that it stands for, once the
// visit is over.
type newsRoute struct {
	visit, id, corrects uuid.UUID
	kind                string // field.NoteMarket or field.NoteCompetitor
}

func (r newsRoute) open(a *App) page { return newNews(a, r) }

// newsView is what was written so far, and what may be tapped in place of typing.
type newsView struct {
	visit  store.VisitPage
	now    store.NewsRow
	exists bool
	brands []string
}

type newsPage struct {
	app     *App
	route   newsRoute
	load    *load[newsView]
	fault   *banner
	below   string
	last    newsView
	seen    map[string]store.Seen // by field: what an edit of it replaces
	text    *entry
	brand   *entry
	price   *entry
	content *fyne.Container
	scroll  *container.Scroll
}

func newNews(a *App, r newsRoute) *newsPage {
	p := &newsPage{app: a, route: r, fault: newBanner(a, "news.fault", markAlarm), seen: map[string]store.Seen{}}
	p.load = newLoad(a, p.fetch, p.show)
	hint := a.T("news.market_hint")
	if r.kind == field.NoteCompetitor {
		hint = a.T("news.competitor_hint")
	}
	p.text = newEntry(a, "news.text", hint, 5, func(text string) { p.save("text", text, p.text) })
	p.text.limit = store.MaxNewsRunes
	p.text.refusals = p.fault
	p.brand = newEntry(a, "news.brand", a.T("news.brand_hint"), 1, func(text string) { p.save("brand", text, p.brand) })
	p.brand.limit = field.MaxTextRunes
	p.price = newEntry(a, "news.price", a.T("news.price_hint"), 1, p.setPrice)
	p.price.limit, p.price.keyboard = 9, mobile.NumberKeyboard
	p.content = padded(insets{14, margin, 24, margin}, 14)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *newsPage) head() head {
	return head{title: p.app.Enum("note_kind", p.route.kind), below: p.below}
}
func (p *newsPage) body() fyne.CanvasObject { return p.scroll }
func (p *newsPage) foot() fyne.CanvasObject {
	return footBar(p.app.done("news.done"))
}
func (p *newsPage) start(ctx context.Context) { p.load.start(ctx) }

func (p *newsPage) stop() {
	for _, e := range []*entry{p.text, p.brand, p.price} {
		e.commit()
	}
	p.load.stop()
}

func (p *newsPage) fetch(ctx context.Context) (v newsView, err error) {
	if v.visit, err = p.app.deps.Store.VisitPage(ctx, p.route.visit); err != nil {
		return v, err
	}
	for _, n := range v.visit.News {
		switch n.ID {
		case p.route.id:
			v.now, v.exists = n, true
		case p.route.corrects:
			if !v.exists {
				v.now.Note = n.Note // it begins as a copy
			}
		}
	}
	v.brands, err = p.app.deps.Store.Brands(ctx)
	return v, err
}

func (p *newsPage) show(v newsView, err error) {
	p.fault.reading(err)
	if err != nil {
		p.app.nav.draw()
		return
	}
	a := p.app
	p.last, p.below = v, v.visit.Row.StoreName
	p.saw(v, "text", p.text.load(v.now.Text))
	p.saw(v, "what", true)
	p.saw(v, "photo", true)
	objs := []fyne.CanvasObject{p.fault}
	if p.route.kind == field.NoteCompetitor {
		p.saw(v, "brand", p.brand.load(v.now.Brand))
		price := ""
		if v.now.PriceFen > 0 {
			price = typedYuan(v.now.PriceFen)
		}
		p.saw(v, "price", p.price.load(price))
		objs = append(objs, labelled(a.T("news.brand"), p.brand, p.brands(v)), labelled(a.T("news.what"), p.moves(v)),
			labelled(a.T("news.price"), p.price))
	}
	objs = append(objs, labelled(a.T("news.text"), p.text))
	if len(v.visit.Photos) > 0 {
		objs = append(objs, labelled(a.T("news.photo"), p.photos(v)))
	}
	objs = append(objs, newText(a.T("edit.saved"), typeface{size: sizeSmall, color: colMuted}))
	if v.now.May {
		objs = append(objs, newButton("news.remove", a.T("news.remove"), theme.DeleteIcon(), bare, p.remove))
	}
	p.content.Objects = objs
	a.nav.draw()
}

// brands are competitors that were written of lately.
func (p *newsPage) brands(v newsView) *fyne.Container {
	var objs []fyne.CanvasObject
	for i, brand := range v.brands {
		if brand != v.now.Brand {
			objs = append(objs, p.app.phraseChip("news.brand."+strconv.Itoa(i), brand, func() {
				p.brand.put(brand)
				p.save("brand", brand, p.brand)
			}))
		}
	}
	return chips(objs...)
}

// moves are what the competitor does: one of them.
func (p *newsPage) moves(v newsView) fyne.CanvasObject {
	var objs []fyne.CanvasObject
	for _, code := range field.CompetitorMoves {
		t := newChoice("news.what."+code, p.app.Enum("competitor_move", code))
		t.set(code == v.now.What)
		t.onChange = func(on bool) {
			what := code
			if !on {
				what = ""
			}
			p.save("what", what, nil)
		}
		objs = append(objs, t)
	}
	return chips(objs...)
}

// photos offers the visit's photos; the one that shows it is marked.
func (p *newsPage) photos(v newsView) fyne.CanvasObject {
	var tiles []fyne.CanvasObject
	for i, photo := range v.visit.Photos {
		on := photo.ID == v.now.Note.Photo
		mark := newBadge(markPlain, p.app.T("news.photo_pick"))
		if on {
			mark = newBadge(markSent, p.app.T("news.photo_picked"))
		}
		tiles = append(tiles, newTap("news.photo."+strconv.Itoa(i), column(4, thumbTile(photo.ID, photo.Thumb), mark), func() {
			pick := photo.ID
			if on {
				pick = uuid.Nil
			}
			p.save("photo", pick, nil)
		}))
	}
	return grid(photosInARow, gap, tiles...)
}

// thumbTile is a square with a small picture, or the sign of one.
func thumbTile(photo uuid.UUID, thumb []byte) fyne.CanvasObject {
	picture := fyne.CanvasObject(icon(iconCamera, colMuted, 40))
	if len(thumb) > 0 {
		img := canvas.NewImageFromResource(fyne.NewStaticResource(photo.String()+".jpg", thumb))
		img.FillMode, img.CornerRadius = canvas.ImageFillCover, 8
		picture = img
	}
	return container.New(squareLayout{}, plate(colLine, "", 8), picture)
}

func (p *newsPage) setPrice(text string) {
	fen, ok := padValue(padPrice, strings.TrimSpace(text))
	if !ok {
		p.fault.say(p.app.T("news.price_none"))
		if p.app.handing != nil {
			p.app.handing.kept = true
		}
		return
	}
	p.save("price", int64(fen), p.price)
}

// saw notes what an edit of a field may replace: what is on the page of it, if that is the only value.
func (p *newsPage) saw(v newsView, name string, shown bool) {
	if !shown {
		return
	}
	if p.seen[name] = nil; v.exists && v.now.Differing(name) == 1 {
		p.seen[name] = v.now.Seen(name)
	}
}

// save keeps one field.
func (p *newsPage) save(name string, value any, e *entry) {
	edit := store.NewsEdit{ID: p.route.id, Corrects: p.route.corrects, Kind: p.route.kind, Field: name, Value: value}
	edit.Seen = p.seen[name]
	p.app.write(func(ctx context.Context) error { return p.app.deps.Store.SetNews(ctx, p.route.visit, edit) }, func(err error) {
		if p.fault.did(err); err != nil && e != nil {
			e.unsaved()
		}
	})
}

func (p *newsPage) remove() {
	n := p.last.now
	p.stop()
	p.app.write(func(ctx context.Context) error { return p.app.deps.Store.Remove(ctx, n.ID, n.Saw) }, func(err error) {
		if p.fault.did(err); err == nil && p.app.nav.top == page(p) {
			p.app.Back()
		}
	})
}

// news shows what was heard of the market, and in an open visit the ways to write more.
func (p *visitPage) news(v visitView) fyne.CanvasObject {
	a := p.app
	if !v.open() && len(v.News) == 0 {
		return column(0)
	}
	objs := []fyne.CanvasObject{}
	for i, n := range v.News {
		objs = append(objs, p.newsTile(v, i, n))
	}
	if v.open() {
		add := func(kind string) fyne.CanvasObject {
			return newButton("news.add."+kind, a.Enum("note_kind", kind), iconPlus, quiet, func() {
				a.nav.push(newsRoute{visit: p.id, id: uuid.New(), kind: kind})
			})
		}
		objs = append(objs, grid(2, 10, add(field.NoteMarket), add(field.NoteCompetitor)))
	}
	return section(a.T("news.title"), nil, objs...)
}

// newsTile is one piece of news. Its author opens it; once the visit is over, to write what stands for it.
func (p *visitPage) newsTile(v visitView, i int, n store.NewsRow) fyne.CanvasObject {
	a := p.app
	words := []fyne.CanvasObject{newText(a.Enum("note_kind", n.Kind), typeface{size: sizeSmall, bold: true, color: colMuted})}
	if line := a.newsLine(n.Note); line != "" {
		words = append(words, newText(line, typeface{size: sizeName, bold: true}).id("news.line."+strconv.Itoa(i)))
	}
	if n.Text != "" {
		words = append(words, newText(n.Text, typeface{}).id("news.said."+strconv.Itoa(i)))
	}
	by := ""
	switch {
	case n.Corrected:
		by = a.T("news.corrected")
	case n.Corrects != uuid.Nil:
		by = a.T("note.corrected_by", "Who", n.Author, "When", a.ShortDateTime(n.WrittenMS))
	case !n.Mine:
		by = n.Author
	}
	if by != "" {
		words = append(words, newText(by, typeface{size: sizeSmall, color: colMuted}))
	}
	line := []fyne.CanvasObject{column(4, words...)}
	if n.Photo != nil {
		line = []fyne.CanvasObject{fixed(72, 72, thumbTile(n.Note.Photo, n.Photo)), line[0]}
	}
	grow := len(line) - 1
	to := newsRoute{visit: p.id, id: n.ID, kind: n.Kind}
	if !v.open() && n.Corrects == uuid.Nil {
		to.id, to.corrects = uuid.New(), n.ID
	}
	if may := n.Mine && v.Row.Mine && !n.Corrected; !may {
		return over(plate(colPaper, "", radius), padded(padXY(12, 12), 0, besideTop(gap, grow, line...)))
	}
	line = append(line, icon(iconPen, colAccent, 22))
	return newTap("news."+strconv.Itoa(i), over(plate(colPaper, "", radius), padded(padXY(12, 12), 0, beside(gap, grow, line...))), func() { a.nav.push(to) })
}

// newsLine is what is known of a competitor in one line.
func (a *App) newsLine(n field.Note) string {
	what, price := "", ""
	if n.What != "" {
		what = a.Enum("competitor_move", n.What)
	}
	if n.PriceFen > 0 {
		price = a.Yuan(n.PriceFen)
	}
	return joined(" · ", n.Brand, what, price)
}
