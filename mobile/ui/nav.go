package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"storewalk/mobile/store"
)

// A route says which page is shown of what. Routes are comparable values, so a page can be opened
// again in another language, or be found in the stack.
type route interface{ open(*App) page }

// A page is one screen. It shows local data only and reads it in start, which is called when the
// page comes to the front and again whenever something changed in the database.
type page interface {
	head() head
	body() fyne.CanvasObject
	start(ctx context.Context)
	stop() // the page leaves the front: save what was typed, drop what is being read
}

// A footed page has its own bar at the bottom in place of the tabs.
type footed interface{ foot() fyne.CanvasObject }

// head is what the title bar shows.
type head struct {
	title, below string
	action       fyne.CanvasObject // at the right; may be nil
}

// A place is a page in a stack; the page is built when it is first shown.
type place struct {
	route   route
	page    page
	spot    spot              // where to scroll to, once it has been read
	kept    any               // for the page, see keeping
	sought  string            // for the page, see seeking
	watched fyne.CanvasObject // of the page, see watch
}

// A tab is one of the places of the bottom bar. Its icon is a function: there is no theme before the app.
type tab struct {
	id   string
	icon func() fyne.Resource
	root route
}

var tabs = []tab{
	{"today", func() fyne.Resource { return iconToday }, todayRoute{}},
	{"stores", func() fyne.Resource { return iconStore }, storesRoute{}},
	{"visits", func() fyne.Resource { return iconVisit }, visitsRoute{}},
	{"sync", theme.ViewRefreshIcon, syncRoute{}},
	{"me", theme.AccountIcon, meRoute{}},
}

// nav keeps a stack of places for each tab and draws the top of one.
type nav struct {
	app    *App
	tab    int
	stacks [][]place
	gate   *place // shown instead of everything: sign-in
	root   *fyne.Container
	top    page
	cancel context.CancelFunc
	sync   mark // the state shown on the sync tab
	noted  store.Bookmark
	rest   *time.Timer // until the place on the page is noted
	fault  *banner     // of what failed on a page that is not in front any more
}

func newNav(a *App) *nav {
	n := &nav{app: a, stacks: make([][]place, len(tabs)), root: container.New(&rootLayout{})}
	for i := range tabs {
		n.stacks[i] = []place{{route: tabs[i].root}}
	}
	return n
}

// current returns the place in front.
func (n *nav) current() *place {
	if n.gate != nil {
		return n.gate
	}
	s := n.stacks[n.tab]
	return &s[len(s)-1]
}

// push opens r on top. Opening what is already in front does nothing.
func (n *nav) push(r route) {
	if n.current().route == r {
		return
	}
	n.leave()
	n.stacks[n.tab] = append(n.stacks[n.tab], place{route: r})
	n.show()
}

// pop goes back one page and reports whether there was one to go back to.
func (n *nav) pop() bool {
	s := n.stacks[n.tab]
	if n.gate != nil || len(s) == 1 {
		return false
	}
	n.leave()
	n.stacks[n.tab] = s[:len(s)-1]
	n.show()
	return true
}

// choose shows a tab; choosing the one in front goes to its root.
func (n *nav) choose(tab int) {
	n.leave()
	if tab == n.tab {
		n.stacks[tab] = n.stacks[tab][:1]
	}
	n.tab = tab
	n.show()
}

// open shows the tab with the given id at its root.
func (n *nav) open(id string) {
	for i, t := range tabs {
		if t.id == id {
			n.leave()
			n.stacks[i], n.tab = n.stacks[i][:1], i
			n.show()
		}
	}
}

// rebuild draws every page anew, after a change of language, colours or size of texts. Each stays where it is, with what was
// being done on it: the phone may turn to its night while somebody is in the middle of it.
func (n *nav) rebuild() {
	n.leave()
	for _, s := range n.stacks {
		for i := range s {
			s[i].redrawn()
		}
	}
	if n.gate != nil {
		n.gate.redrawn()
	}
	n.show()
}

// forget closes every page above the tabs.
func (n *nav) forget() {
	for i := range n.stacks {
		n.stacks[i] = []place{{route: tabs[i].root}}
	}
	n.tab = 0
}

// leave saves what was typed and takes the focus away, so that Android's Back is ours.
func (n *nav) leave() {
	if n.app.win != nil {
		n.app.win.Canvas().Unfocus()
	}
	if n.top != nil {
		n.top.stop()
	}
	if n.cancel != nil {
		n.cancel()
		n.cancel = nil
	}
	n.top = nil
	n.app.drawn()
	n.app.passing.begin()
}

func (n *nav) show() {
	p := n.current()
	p.build(n.app)
	n.top = p.page
	n.draw()
	n.watch()
	n.settle(false)
	n.start()
	n.note()
}

// draw lays the page out: title bar, body, tabs or the page's own foot.
func (n *nav) draw() {
	var foot fyne.CanvasObject
	switch p := n.top.(type) {
	case footed:
		foot = p.foot()
	default:
		if n.gate == nil {
			foot = n.tabBar()
		}
	}
	top := n.titleBar()
	if n.fault != nil {
		top = column(0, top, padded(padXY(margin, 8), 0, n.fault))
	}
	n.root.Objects = []fyne.CanvasObject{frame(top, n.top.body(), orNothing(foot))} // on the window's own ground, which is of colPaper
	n.root.Refresh()
}

// warn says above every page what could not be saved on one that was left; "" when something was saved since.
func (n *nav) warn(text string) {
	if n.fault == nil && text == "" {
		return
	}
	if n.fault = nil; text != "" {
		n.fault = newBanner(n.app, "nav.fault", markAlarm)
		n.fault.say(text)
	}
	if n.top != nil {
		n.draw()
	}
}

func orNothing(o fyne.CanvasObject) fyne.CanvasObject {
	if o == nil {
		return space(0)
	}
	return o
}

// start lets the page in front read.
func (n *nav) start() {
	if n.cancel != nil {
		n.cancel()
	}
	ctx, cancel := context.WithCancel(n.app.ctx)
	n.cancel = cancel
	n.top.start(ctx)
}

func (n *nav) titleBar() fyne.CanvasObject {
	h := n.top.head()
	face := typeface{size: sizeTitle, bold: true, color: colOnBar}
	if face.width(h.title) > n.app.width()-120 {
		face.size = sizeBody // a long name takes more lines, not more than its share of the screen
	}
	title := newText(h.title, face).id("title")
	words := []fyne.CanvasObject{title}
	if h.below != "" {
		words = append(words, newText(h.below, typeface{size: sizeSmall, color: colOnBarSoft}).id("subtitle"))
	}
	line, left := []fyne.CanvasObject{column(0, words...)}, margin
	if n.gate == nil && len(n.stacks[n.tab]) > 1 {
		line, left = []fyne.CanvasObject{newIconButton("back", theme.NavigateBackIcon(), colOnBar, n.app.Back), line[0]}, 4
	}
	grow := len(line) - 1
	right := margin
	if h.action != nil {
		line, right = append(line, h.action), 4
	}
	back := canvas.NewRectangle(theme.Color(colBar))
	return over(back, container.New(&barLayout{least: 60, left: left, right: right}, beside(4, grow, line...)))
}

func (n *nav) tabBar() fyne.CanvasObject {
	var targets []fyne.CanvasObject
	for i, t := range tabs {
		col, fill := colMuted, fyne.ThemeColorName("")
		if i == n.tab {
			col, fill = colAccent, colAccentSoft
		}
		sign := fyne.CanvasObject(icon(t.icon(), col, 24))
		if t.id == "sync" && n.sync != markNone {
			res, ink, _ := n.sync.style()
			sign = beside(3, -1, sign, icon(res, ink, 15))
		}
		pill := fixed(60, 30, container.NewStack(plate(fill, "", 15), newCentred(0, sign)))
		label := newText(n.app.T("tab."+t.id), typeface{size: sizeSmall, most: 1.2, bold: i == n.tab, color: col, align: fyne.TextAlignCenter})
		targets = append(targets, newTap("tab."+t.id, padded(padXY(2, 6), 0, newCentred(0, pill), label), func() { n.choose(i) }))
	}
	back := canvas.NewRectangle(theme.Color(colSurface))
	line := canvas.NewRectangle(theme.Color(colLine))
	line.SetMinSize(fyne.NewSize(0, hairline))
	return over(back, column(0, line, equal(0, targets...)))
}

// footBar is a page's own bar at the bottom.
func footBar(objs ...fyne.CanvasObject) fyne.CanvasObject {
	line := canvas.NewRectangle(theme.Color(colLine))
	line.SetMinSize(fyne.NewSize(0, hairline))
	return over(canvas.NewRectangle(theme.Color(colSurface)), column(0, line, padded(padXY(margin, 10), 10, objs...)))
}

// done is the button that ends a page on which everything was saved as it was made.
func (a *App) done(name string) *button {
	return newButton(name, a.T("page.done"), iconSent, loud, a.Back)
}

// frame puts body between top and foot. It is drawn before them: in pictures the software renderer draws what is scrolled
// in a field over what lies around the field's page.
func frame(top, body, foot fyne.CanvasObject) *fyne.Container {
	return container.New(&frameLayout{}, body, top, foot)
}

// frameLayout gives the top and the foot the height they need and the body the rest. What is shy gets less.
type frameLayout struct{}

// Layout implements fyne.Layout.
func (frameLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	part := func(o fyne.CanvasObject) float32 {
		h := heightOf(o, size.Width)
		if c, ok := o.(*fyne.Container); ok {
			if l, ok := c.Layout.(*shyLayout); ok {
				h = min(h, size.Height*l.share)
			}
		}
		return h
	}
	top, foot := part(o[1]), part(o[2])
	o[1].Resize(fyne.NewSize(size.Width, top))
	o[1].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(size.Width, max(0, size.Height-top-foot)))
	o[0].Move(fyne.NewPos(0, top))
	o[2].Resize(fyne.NewSize(size.Width, foot))
	o[2].Move(fyne.NewPos(0, size.Height-foot))
}

// MinSize implements fyne.Layout.
func (frameLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(200, 200) }

// shy makes o scroll where it would take more than a share of the frame it stands in, as with large text on a small phone.
func shy(share float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(&shyLayout{o, share}, container.NewVScroll(o))
}

type shyLayout struct {
	content fyne.CanvasObject
	share   float32
}

func (l *shyLayout) heightFor(_ []fyne.CanvasObject, width float32) float32 {
	return heightOf(l.content, width)
}

// Layout implements fyne.Layout.
func (l *shyLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(size)
}

// MinSize implements fyne.Layout.
func (l *shyLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, touch) }

// barLayout centres one line in a bar of at least a given height.
type barLayout struct{ least, left, right float32 }

func (l *barLayout) heightFor(o []fyne.CanvasObject, width float32) float32 {
	return max(l.least, heightOf(o[0], width-l.left-l.right)+16)
}

// Layout implements fyne.Layout.
func (l *barLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	w := size.Width - l.left - l.right
	h := heightOf(o[0], w)
	o[0].Resize(fyne.NewSize(w, h))
	o[0].Move(fyne.NewPos(l.left, (size.Height-h)/2))
}

// MinSize implements fyne.Layout.
func (l *barLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, l.heightFor(o, defaultWidth))
}
