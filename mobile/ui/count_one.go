package ui

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"github.com/google/uuid"

	"storewalk/shared/field"
)

// countOneRoute is one product of a count sheet: all its figures with a number pad, why a figure is right, and why it was
// not counted. what is the figure that the pad begins with.
type countOneRoute struct {
	visit, product uuid.UUID
	what           string
}

func (r countOneRoute) open(a *App) page { return newCountOne(a, r) }

// The figures of a line that the number pad enters.
const (
	padCartons   = "cartons"
	padPacks     = "packs"
	padFacings   = "facings"
	padPrice     = "price"
	padDelivered = "delivered"
)

type countOnePage struct {
	app       *App
	route     countOneRoute
	load      *load[countView]
	line      countLine
	storeName string
	typed     string // since the figure was chosen: the first key replaces it
	fault     *banner
	figures   map[string]*tile
	about     *fyne.Container // what is known, what is doubted, why
	content   *fyne.Container
	scroll    *container.Scroll
	keys      fyne.CanvasObject
}

func newCountOne(a *App, r countOneRoute) *countOnePage {
	p := &countOnePage{app: a, route: r, fault: newBanner(a, "one.fault", markAlarm), figures: map[string]*tile{}, about: column(10)}
	if p.route.what == "" {
		p.route.what = padCartons
	}
	p.load = newLoad(a, p.fetch, p.show)
	for what, caption := range map[string]string{padCartons: a.T("term.cartons"), padPacks: a.T("term.packs"), padFacings: a.T("term.facings"),
		padPrice: a.T("count.price_yuan"), padDelivered: a.T("count.delivered")} {
		p.figures[what] = newTile("one."+what, caption, func() { p.choose(what) })
	}
	p.content = padded(insets{12, 12, 16, 12}, 10, p.fault,
		equal(gap, p.figures[padCartons], p.figures[padPacks], p.figures[padFacings]),
		equal(gap, p.figures[padPrice], p.figures[padDelivered]), p.about)
	p.scroll = container.NewVScroll(p.content)
	p.keys = p.pad()
	return p
}

func (p *countOnePage) head() head                { return head{title: p.line.name, below: p.storeName} }
func (p *countOnePage) body() fyne.CanvasObject   { return p.scroll }
func (p *countOnePage) foot() fyne.CanvasObject   { return footBar(p.keys) }
func (p *countOnePage) start(ctx context.Context) { p.load.start(ctx) }
func (p *countOnePage) stop()                     { p.load.stop() }

func (p *countOnePage) kept() any    { return p.typed }
func (p *countOnePage) keep(was any) { p.typed = was.(string) }

func (p *countOnePage) fetch(ctx context.Context) (v countView, err error) {
	if v.head, err = p.app.deps.Store.CountHead(ctx, p.route.visit); err != nil {
		return v, err
	}
	rows, err := p.app.deps.Store.CountSheet(ctx, p.route.visit)
	for _, r := range rows {
		if r.Product == p.route.product {
			v.lines = []countLine{p.app.countLine(r)}
		}
	}
	return v, err
}

func (p *countOnePage) show(v countView, err error) {
	p.fault.reading(err)
	if err != nil || len(v.lines) == 0 {
		return
	}
	fresh := p.line.product == uuid.Nil
	p.line, p.storeName = v.lines[0], v.head.StoreName
	if n, ok := padValue(p.route.what, p.typed); ok && n != p.number(p.route.what) { // written elsewhere meanwhile
		p.typed = ""
	}
	p.draw()
	if fresh {
		p.app.nav.draw()
	}
}

// pad is a keypad that needs no keyboard of the phone.
func (p *countOnePage) pad() fyne.CanvasObject {
	key := func(k string) fyne.CanvasObject {
		label := fyne.CanvasObject(newText(k, typeface{size: sizeFigure, bold: true, align: fyne.TextAlignCenter}))
		if k == keyBack {
			label = newCentred(0, icon(iconErase, colInk, 26))
		}
		t := newTap("key."+k, container.NewStack(plate(colPaper, colLine, radius), newCentred(0, label)), func() { p.press(k) })
		t.minimum.Height = 50
		return t
	}
	l := &keysLayout{gridLayout{gap: 6}}
	keys := container.New(l)
	for _, k := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", ".", "0", keyBack} {
		keys.Add(key(k))
	}
	return keys
}

// A keysLayout puts keys into lines of three or, on a phone that lies on its side, of six: there height is dear.
type keysLayout struct{ gridLayout }

const keysWide = 560 // width from which keys stand in lines of six

func (l *keysLayout) fit(width float32) {
	if l.most = 3; width >= keysWide {
		l.most = 6
	}
}

func (l *keysLayout) heightFor(objs []fyne.CanvasObject, width float32) float32 {
	l.fit(width)
	return l.gridLayout.heightFor(objs, width)
}

// Layout implements fyne.Layout.
func (l *keysLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	l.fit(size.Width)
	l.gridLayout.Layout(objs, size)
}

// MinSize implements fyne.Layout.
func (l *keysLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	l.fit(l.width)
	return l.gridLayout.MinSize(objs)
}

// keyBack takes the last digit back.
const keyBack = "back"

func (p *countOnePage) choose(what string) {
	p.route.what, p.typed = what, ""
	p.draw()
	p.app.nav.moved(p.route)
}

// press takes a key. What is typed so far is the value at once: there is nothing to confirm. The first digit takes the place of
// a figure that stands there already; keyBack takes the last digit off it.
func (p *countOnePage) press(k string) {
	typed := p.typed
	switch {
	case k == keyBack:
		if typed == "" {
			typed = p.figure(p.route.what)
		}
		if typed == "" || p.typed == "" && typed == "0" { // there is nothing to take off: not counted is no zero, and sold out stays
			return
		}
		typed = typed[:len(typed)-1]
	case k == "." && typed == "":
		typed = "0."
	case k != "." && typed == "0":
		typed = k
	default:
		typed += k
	}
	n, ok := padValue(p.route.what, typed)
	if !ok {
		return
	}
	p.typed = typed
	if n == 0 && p.figure(p.route.what) == "" && !stock(p.route.what) { // "0." is the beginning of a price: nothing is counted yet
		p.draw()
		return
	}
	p.change(func(l *field.CountLine) { setFigure(l, p.route.what, n) })
}

// stock reports whether a figure is part of the stock. The others say nothing by zero.
func stock(what string) bool { return what == padCartons || what == padPacks }

// figure is what stands in a box as it is kept, empty where it says nothing.
func (p *countOnePage) figure(what string) string {
	n, counted := p.number(what), p.line.line != nil && !p.line.line.Skipped()
	switch {
	case !counted || n == 0 && !stock(what):
		return ""
	case what == padPrice:
		return typedYuan(int64(n))
	}
	return strconv.Itoa(n)
}

// number is a figure as it is kept; a price is in fen.
func (p *countOnePage) number(what string) int {
	if p.line.line == nil {
		return 0
	}
	v := *p.line.line
	return map[string]int{padCartons: v.Cartons, padPacks: v.Packs, padFacings: v.Facings, padPrice: int(v.PriceFen), padDelivered: v.Delivered}[what]
}

// padValue reads what was typed: a number, or an amount of yuan as fen. It reports false for what no figure can be.
func padValue(what, typed string) (n int, ok bool) {
	whole, part, point := strings.Cut(typed, ".")
	most := field.MaxCount
	if what == padPrice {
		most = field.MaxPriceFen
	}
	if point && what != padPrice || len(part) > 2 {
		return 0, false
	}
	for _, digits := range []string{whole, part} {
		if strings.Trim(digits, "0123456789") != "" {
			return 0, false
		}
	}
	if whole != "" {
		var err error
		if n, err = strconv.Atoi(whole); err != nil || n > most {
			return 0, false
		}
	}
	if what == padPrice {
		fen, _ := strconv.Atoi((part + "00")[:2])
		n = n*100 + fen
	}
	return n, n <= most
}

// typedYuan is an amount as a person types it: 18, or 18.50.
func typedYuan(fen int64) string {
	return strings.TrimSuffix(strconv.FormatFloat(float64(fen)/100, 'f', 2, 64), ".00")
}

func setFigure(l *field.CountLine, what string, n int) {
	switch what {
	case padCartons:
		l.Cartons, l.OutOfStock = n, false
	case padPacks:
		l.Packs, l.OutOfStock = n, false
	case padFacings:
		l.Facings = n
	case padPrice:
		l.PriceFen = int64(n)
	case padDelivered:
		l.Delivered = n
	}
}

func (p *countOnePage) change(edit func(*field.CountLine)) {
	if p.line.product == uuid.Nil {
		return
	}
	p.app.setCount(p.route.visit, &p.line, p.line.edited(edit), p.fault.did)
	p.draw()
}

func (p *countOnePage) draw() {
	for what, box := range p.figures {
		text := firstOf(p.figure(what), "–")
		if what == p.route.what {
			text = firstOf(p.typed, text)
		}
		box.show(text, what == p.route.what)
	}
	p.about.Objects = p.aboutObjects()
	p.scroll.Refresh()
}

// aboutObjects say what is known beside the figures, and ask for a reason where one is needed.
func (p *countOnePage) aboutObjects() (objs []fyne.CanvasObject) {
	a, l := p.app, &p.line
	var doubts, reasons []string
	if l.line != nil {
		doubts = l.line.Doubts(l.basis)
	}
	for _, d := range doubts {
		objs = append(objs, chips(newBadge(markAlarm, a.doubtText(d, *l.line, l.basis))))
		for _, why := range field.KeptReasons[d] {
			if !slices.Contains(reasons, why) {
				reasons = append(reasons, why)
			}
		}
	}
	if len(doubts) > 0 {
		objs = append(objs, p.reasons(a.T("count.why"), reasons, func(why string) {
			if l.line.Why == why {
				why = ""
			}
			p.change(func(v *field.CountLine) { v.Why = why })
		}))
	}
	if last := l.basis.Last; last != nil {
		objs = append(objs, fact(a.T("count.last"), joined(" · ", a.CountLine(*last), a.CountMore(*last))))
		if l.line != nil {
			if text := a.soldText(*l.line, l.basis); text != "" {
				objs = append(objs, fact(a.T("count.since"), text))
			}
		}
	}
	if l.basis.GuideFen > 0 {
		objs = append(objs, fact(a.T("term.guide_price"), a.Yuan(l.basis.GuideFen)))
	}
	if l.line == nil || l.line.Skipped() {
		objs = append(objs, p.reasons(a.T("count.skip"), field.NotCountedReasons, func(why string) {
			p.change(func(v *field.CountLine) { *v = field.CountLine{Why: why} })
		}))
	}
	return objs
}

// reasons are chips of which one may be chosen.
func (p *countOnePage) reasons(question string, codes []string, choose func(string)) fyne.CanvasObject {
	why := ""
	if p.line.line != nil {
		why = p.line.line.Why
	}
	return column(6, newText(question, typeface{bold: true}), p.app.reasonChips("one.why.", codes, why, choose))
}

// reasonChips offers reasons as chips, the chosen one filled.
func (a *App) reasonChips(name string, codes []string, chosen string, choose func(string)) fyne.CanvasObject {
	if chosen != "" && !slices.Contains(codes, chosen) {
		codes = append(slices.Clip(codes), chosen)
	}
	var objs []fyne.CanvasObject
	for _, code := range codes {
		t := newChoice(name+code, a.Enum("count_why", code))
		t.set(code == chosen)
		t.onChange = func(bool) { choose(code) }
		objs = append(objs, t)
	}
	return chips(objs...)
}

// A tile is a figure to choose for the number pad.
type tile struct {
	tapArea
	back *fyne.Container
	text *paragraph
}

func newTile(name, caption string, do func()) *tile {
	f := &tile{back: container.NewStack(), text: newText("–", typeface{size: sizeFigure, bold: true, align: fyne.TextAlignCenter}).id(name + ".value")}
	f.init(f, name, over(f.back, padded(pad(6), -4, f.text, newText(caption, typeface{size: sizeSmall, color: colMuted, align: fyne.TextAlignCenter}))), do)
	return f
}

// show shows a number, and whether the keys go to it.
func (f *tile) show(text string, chosen bool) {
	line := colLine
	if chosen {
		line = colAccent
	}
	back := plate(colSurface, line, radius)
	if chosen {
		back.StrokeWidth = 3
	}
	f.back.Objects = []fyne.CanvasObject{back}
	f.text.set(text)
	f.Refresh()
}
