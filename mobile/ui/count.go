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

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// countRoute is the count sheet of one visit. Nothing on it needs typing.
type countRoute struct{ visit uuid.UUID }

func (r countRoute) open(a *App) page { return newCount(a, r.visit) }

// countLine is one product as drawn. line is nil while it is not counted, which is not zero.
type countLine struct {
	product uuid.UUID
	name    string
	search  string
	status  string
	class   int
	code    string
	shelf   string // it stands on
	begins  string // the shelf that begins here on the screen, or ""
	basis   field.Basis
	line    *field.CountLine
	seen    store.Seen
	values  int
	at      int // place in the page's lines
}

type countPage struct {
	app      *App
	visit    uuid.UUID
	load     *load[countView]
	lines    []countLine
	read     store.CountHead
	todo     bool                          // only what was not counted when this was chosen
	wanted   map[uuid.UUID]bool            // those, so that a row does not vanish under the thumb
	goal     uuid.UUID                     // the product whose code was read: its row is shown next
	order    map[uuid.UUID]int             // places of rows when the page was opened: a row does not move under the thumb
	shelves  *fyne.Container               // chips that lead to the beginning of a shelf
	inStock  map[uuid.UUID]field.CountLine // what lines were before they were said to be out of stock
	search   *entry
	all      *toggle
	rest     *toggle
	rows     *rows[*countLine]
	fault    *banner
	scanning *banner // that a bar code is being read, which takes a second or two
	unread   *banner // that none was, or one of no product, until the person does anything next
	none     *banner // that nothing could be counted, and why
	progress *paragraph
	empty    *fyne.Container
	content  *fyne.Container
	lastWide float32 // see lastRoom
	lastOf   float32 // the width of the list for which it was measured
}

func newCount(a *App, visit uuid.UUID) *countPage {
	p := &countPage{app: a, visit: visit, fault: newBanner(a, "count.fault", markAlarm), none: newBanner(a, "count.not_counted", markWaiting), scanning: newBanner(a, "count.scanning", markDue),
		unread: newBanner(a, "count.unread", markDue), empty: container.NewStack(), inStock: map[uuid.UUID]field.CountLine{}}
	p.load = newLoad(a, p.fetch, p.show)
	p.search = newSearch(a, "count.search", a.T("count.search"), func() {
		p.acts()
		a.refresh()
	})
	p.search.line.SetIcon(theme.SearchIcon())
	p.all = newChoice("count.all", a.T("count.all"))
	p.rest = newChoice("count.todo", a.T("count.todo"))
	p.all.onChange = func(bool) { p.filter(false) }
	p.rest.onChange = func(bool) { p.filter(true) }
	p.all.set(true)
	p.progress = newText("", typeface{size: sizeName, bold: true}).id("count.progress")
	p.rows = newRows(&countLine{name: "品", basis: field.Basis{Last: &field.CountLine{}}}, func() rowWidget[*countLine] { return newCountRow(p) }, p.usual)
	p.shelves = chips()
	p.shelves.Hide()
	find := []fyne.CanvasObject{beside(gap, 0, p.search, p.all, p.rest)}
	if times() > 1 {
		find = []fyne.CanvasObject{p.search, equal(gap, p.all, p.rest)}
	}
	top := padded(insets{10, margin, 8, margin}, 8, append(find, p.none, p.shelves)...)
	p.content = frame(shy(0.5, top), container.NewStack(p.rows.List, p.empty), space(0))
	return p
}

func (p *countPage) head() head {
	return head{title: p.app.T("count.title"), below: p.read.StoreName,
		action: p.actions()}
}
func (p *countPage) body() fyne.CanvasObject { return p.content }
func (p *countPage) foot() fyne.CanvasObject {
	done := p.app.done("count.done")
	return footBar(p.scanning, p.unread, p.fault, beside(gap, 0, p.progress, done)) // below the rows, which so stay where they are
}
func (p *countPage) start(ctx context.Context) { p.load.start(ctx) }

func (p *countPage) stop() {
	p.search.commit()
	p.acts()
	p.load.stop()
}

func (p *countPage) actions() fyne.CanvasObject {
	menu := newIconButton("count.menu", theme.MoreVerticalIcon(), colOnBar, p.menu)
	if p.app.deps.ReadCode == nil {
		return menu
	}
	return beside(0, -1, newIconButton("count.scan", iconCamera, colOnBar, p.scan), menu)
}

// counting is what a person was doing on a sheet.
type counting struct {
	todo    bool
	wanted  map[uuid.UUID]bool
	order   map[uuid.UUID]int
	inStock map[uuid.UUID]field.CountLine
}

func (p *countPage) kept() any {
	return counting{p.todo, p.wanted, p.order, p.inStock}
}

func (p *countPage) keep(was any) {
	c := was.(counting)
	p.todo, p.wanted, p.order, p.inStock = c.todo, c.wanted, c.order, c.inStock
	p.all.set(!p.todo)
	p.rest.set(p.todo)
}

func (p *countPage) seeks() *entry { return p.search }

// menu leads to what can be said of the whole sheet, and to the order of its rows, which then may have moved.
func (p *countPage) menu() {
	p.order = nil
	p.app.nav.push(countMenuRoute{p.visit})
}

// filter shows all products, or those not counted yet.
func (p *countPage) filter(todo bool) {
	p.acts()
	p.todo, p.wanted = todo, nil
	p.all.set(!todo)
	p.rest.set(todo)
	p.app.refresh()
}

// countView is the sheet as read.
type countView struct {
	head  store.CountHead
	lines []countLine
}

func (a *App) countLine(r store.CountRow) countLine {
	class := a.classText(r.PriceClass)
	l := countLine{product: r.Product, name: r.Name, search: r.Search + "\n" + field.Fold(class), status: r.Status, class: r.PriceClass, code: r.Code, shelf: r.Section,
		basis: r.Basis, seen: whatWasSeen(r.Seen, r.Siblings), values: len(r.Siblings)}
	if r.Counted {
		l.line = &r.Line
	}
	return l
}

func (p *countPage) fetch(ctx context.Context) (v countView, err error) {
	found, err := p.app.deps.Store.CountSheet(ctx, p.visit)
	if err != nil {
		return v, err
	}
	head, err := p.app.deps.Store.CountHead(ctx, p.visit)
	if err != nil {
		return v, err
	}
	lines := make([]countLine, 0, len(found))
	for _, r := range found {
		lines = append(lines, p.app.countLine(r))
	}
	return countView{head, lines}, nil
}

func (p *countPage) show(v countView, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	p.lines = p.inPlace(v.lines)
	lines := p.lines
	if p.todo && p.wanted == nil {
		p.wanted = map[uuid.UUID]bool{}
		for _, l := range lines {
			p.wanted[l.product] = l.line == nil
		}
	}
	var shown []*countLine
	for i := range p.lines {
		l := &p.lines[i]
		if l.at = i; (!p.todo || p.wanted[l.product]) && l.matches(p.search.sought()) {
			shown = append(shown, l)
		}
	}
	p.drawShelves(shown)
	p.rows.show(shown, p.app.width())
	p.goTo(shown)
	p.tally()
	p.drawEmpty(len(shown))
	changed := p.read.StoreName != v.head.StoreName
	p.read = v.head
	p.drawNotCounted()
	if changed {
		p.app.nav.draw()
	}
}

// inPlace puts lines where they stood when the page was opened; what is new follows.
func (p *countPage) inPlace(lines []countLine) []countLine {
	if p.order == nil {
		p.order = map[uuid.UUID]int{}
	}
	for _, l := range lines {
		if _, ok := p.order[l.product]; !ok {
			p.order[l.product] = len(p.order)
		}
	}
	slices.SortFunc(lines, func(a, b countLine) int { return p.order[a.product] - p.order[b.product] })
	return lines
}

// drawShelves marks where shelves begin among the rows, and offers to go there.
func (p *countPage) drawShelves(shown []*countLine) {
	a := p.app
	p.shelves.Objects = nil
	if !slices.ContainsFunc(shown, func(l *countLine) bool { return l.shelf != "" }) {
		p.shelves.Hide()
		return
	}
	shelf := ""
	for i, l := range shown {
		if l.shelf == shelf {
			continue
		}
		shelf = l.shelf
		l.begins = firstOf(shelf, a.T("count.shelf_none"))
		n := strconv.Itoa(len(p.shelves.Objects))
		p.shelves.Add(newButton("count.shelf."+n, l.begins, nil, quiet, func() {
			p.acts()
			p.rows.ScrollToOffset(p.rows.top(i))
		}))
	}
	p.shelves.Show()
}

func (p *countPage) tally() {
	done := 0
	for _, l := range p.lines {
		if l.line != nil && !l.line.Skipped() {
			done++
		}
	}
	p.progress.set(p.app.T("count.progress", "Done", done, "All", len(p.lines)))
}

func (p *countPage) drawEmpty(shown int) {
	a := p.app
	p.empty.Objects = nil
	switch {
	case shown > 0:
	case p.search.sought() != "":
		p.empty.Objects = []fyne.CanvasObject{newEmpty(theme.SearchIcon(), a.T("count.none"), a.T("count.none_text"), p.search.clearing("count.clear"))}
	case len(p.lines) == 0:
		p.empty.Objects = []fyne.CanvasObject{newEmpty(iconCount, a.T("count.no_products"), a.T("count.no_products_text"), a.syncNow("count.sync"))}
	default:
		p.empty.Objects = []fyne.CanvasObject{newEmpty(iconSent, a.T("count.all_done"), a.T("count.all_done_text"), newButton("count.see_all", a.T("count.all"), nil, quiet, func() { p.filter(false) }))}
	}
	p.empty.Refresh()
	p.content.Refresh()
}

// drawNotCounted says that nothing could be counted, until something is.
func (p *countPage) drawNotCounted() {
	text := ""
	if p.read.NotCounted != "" {
		text = p.app.T("count.not_counted", "Why", p.app.Enum("count_why", p.read.NotCounted))
	}
	p.none.say(text)
}

// change writes a line at once. The row on the screen is already right; the next read confirms it.
func (p *countPage) change(l *countLine, v field.CountLine) {
	p.acts()
	p.app.setCount(p.visit, l, v, p.fault.did)
	p.tally()
}

// setCount writes a line and tells how that ended. A reason for a value that is no longer there, or no longer needs one,
// goes with it.
func (a *App) setCount(visit uuid.UUID, l *countLine, v field.CountLine, after func(error)) {
	if was := l.line; was != nil && was.Why == v.Why && !slices.Equal(was.Doubts(l.basis), v.Doubts(l.basis)) || v.Why != "" && !v.Skipped() && len(v.Doubts(l.basis)) == 0 {
		v.Why = ""
	}
	l.line = &v
	product, seen := l.product, l.seen
	a.write(func(ctx context.Context) error { return a.deps.Store.SetCount(ctx, visit, product, v, seen) }, after)
	a.drawFirst()
}

// tellRoom is the width that a row has for its name, beside its signs.
func tellRoom(l *countLine, width float32) float32 {
	room := width - 2*margin - rowSigns
	if l.badge() {
		room -= rowBadge * times()
	}
	return room
}

// width is that of the rows; 0 before they are shown.
func (p *countPage) width() float32 {
	if p.rows == nil {
		return 0
	}
	return p.rows.width
}

// tell says what a row's count means in one line, as far as that goes.
func (p *countPage) tell(l *countLine, width float32) (text string, doubted bool) {
	face := typeface{size: sizeSmall}
	return p.app.tell(l, func(text string) bool {
		room := tellRoom(l, width) - rowMark
		return face.surelyFits(room, text) || face.width(text) <= room
	})
}

// usual reports that a row surely has the usual height.
func (p *countPage) usual(l *countLine, width float32) bool {
	text, _ := p.tell(l, width)
	room := tellRoom(l, width)
	return times() <= 1 && p.lastFits(l, width) && l.values < 2 && l.begins == "" && typeface{size: sizeName}.surelyFits(room, l.name) && typeface{size: sizeSmall}.surelyFits(room-rowMark, text)
}

// lastRoom is the width a row has for its last count, beside what one can tap.
func (p *countPage) lastRoom(width float32) float32 {
	if width != p.lastOf {
		row := newCountRow(p)
		p.lastOf, p.lastWide = width, width-2*margin-2*gap-widthOf(row.display)-widthOf(row.out)-2*lastPad
	}
	return p.lastWide
}

// lastFits reports that the last count takes one line: in English a guess at its width would not do.
func (p *countPage) lastFits(l *countLine, width float32) bool {
	face, text, room := typeface{size: sizeSmall, bold: true}, p.app.lastText(l), p.lastRoom(width)
	return face.surelyFits(room, text) || face.width(text) <= room
}

// badge reports whether the product's status is worth saying.
func (l *countLine) badge() bool {
	return l.status == "new" || l.status == "scarce" || l.status == "retiring"
}

// matches reports whether what was typed is in the product's name, code or pinyin.
func (l *countLine) matches(query string) bool { return strings.Contains(l.search, field.Fold(query)) }
