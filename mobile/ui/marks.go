package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// A mark is a state that a person must see at a glance: told by shape, colour and words together.
type mark int

const (
	markNone    mark = iota
	markSent         // a tick: on the server
	markSafe         // a shield: in a backup of the server too
	markWaiting      // an arrow up: on this phone only
	markDiffer       // a split diamond: two values
	markAlarm        // a triangle: needs a person
	markOpen         // a pin: going on now
	markPlain        // no shape: a fact
	markDue          // a clock: until when
	markNew          // a star: nobody was there yet
	markCheck        // a list: has to be looked over
	markDraft        // a pen: being written
	markTodo         // an empty ring: still to be done
)

func (m mark) style() (res fyne.Resource, ink, fill fyne.ThemeColorName) {
	switch m {
	case markSent:
		return iconSent, colAccent, colAccentSoft
	case markSafe:
		return iconSafe, colAccent, colAccentSoft
	case markOpen:
		return iconVisit, colAccent, colAccentSoft
	case markWaiting:
		return iconWait, colWait, colWaitSoft
	case markDiffer:
		return iconDiffer, colDiffer, colDifferSoft
	case markDue:
		return iconClock, colWait, colWaitSoft
	case markNew:
		return iconStar, colAccent, colAccentSoft
	case markCheck:
		return iconCount, colInk, colSurface
	case markDraft:
		return iconPen, colAccent, colAccentSoft
	case markTodo:
		return iconTodo, colAccent, colAccentSoft
	case markAlarm:
		return iconAlarm, colAlarm, colAlarmSoft
	}
	return nil, colMuted, colPaper
}

// A badge is a mark with its words on a small plate. It can change what it shows, for list rows.
type badge struct {
	widget.BaseWidget
	mark  mark
	back  *canvas.Rectangle
	sign  *glyph
	label *paragraph
}

var badgeFace = typeface{size: sizeSmall, bold: true}

func newBadge(m mark, text string) *badge {
	b := &badge{back: canvas.NewRectangle(color.Transparent), sign: newGlyph(badgeSign),
		label: newText("", badgeFace)}
	b.back.CornerRadius = 8
	b.ExtendBaseWidget(b)
	b.set(m, text)
	return b
}

func (b *badge) set(m mark, text string) {
	res, ink, fill := m.style()
	b.mark = m
	b.Hidden = m == markNone
	b.sign.Hidden = res == nil
	if res != nil {
		b.sign.show(tinted(res, ink))
	}
	b.back.FillColor = theme.Color(fill)
	b.label.set(text)
	b.label.setColor(ink)
	b.Refresh()
}

// Value returns what is shown.
func (b *badge) Value() string { return b.label.text }

// The room around the words of a badge; at their left is the sign, if there is one.
const (
	badgeSign  float32 = 15
	badgeRight float32 = 7
	badgeHigh  float32 = 2
)

func (b *badge) left() float32 {
	if b.sign.Hidden {
		return 8
	}
	return 6 + b.sign.size + 4
}

func (b *badge) naturalWidth() float32 { return b.left() + b.label.naturalWidth() + badgeRight }

// heightFor makes a badge flow: its words go on in another line where there is no room.
func (b *badge) heightFor(width float32) float32 {
	return b.label.heightFor(width-b.left()-badgeRight) + 2*badgeHigh
}

// badgeHeight is the height of a badge whose words have room in one line.
func badgeHeight() float32 { return badgeFace.height() + 2*badgeHigh }

// CreateRenderer implements fyne.Widget.
func (b *badge) CreateRenderer() fyne.WidgetRenderer {
	b.ExtendBaseWidget(b)
	return &badgeRenderer{b}
}

type badgeRenderer struct{ b *badge }

func (r *badgeRenderer) MinSize() fyne.Size {
	return fyne.NewSize(r.b.naturalWidth(), badgeHeight())
}

func (r *badgeRenderer) Layout(size fyne.Size) {
	r.b.back.Resize(size)
	r.b.sign.Resize(r.b.sign.MinSize())
	r.b.sign.Move(fyne.NewPos(6, (size.Height-r.b.sign.size)/2))
	r.b.label.Move(fyne.NewPos(r.b.left(), badgeHigh))
	r.b.label.Resize(fyne.NewSize(size.Width-r.b.left()-badgeRight, size.Height-2*badgeHigh))
}

func (r *badgeRenderer) Refresh() {
	r.Layout(r.b.Size())
	r.b.back.Refresh()
	r.b.sign.Refresh()
	r.b.label.Refresh()
}

func (r *badgeRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.b.back, r.b.sign, r.b.label}
}

func (r *badgeRenderer) Destroy() {}

// A banner says in words what went wrong, or what is important, where it happened. It takes no
// space while it has nothing to say.
type banner struct {
	composite
	text *paragraph
	app  *App
	read bool   // what it says came from a read that failed
	full *entry // whose text took no more; what is said of that stays while others have nothing to say
	lost string // what is said of it
}

func newBanner(a *App, name string, m mark) *banner {
	res, ink, fill := m.style()
	b := &banner{app: a, text: newText("", typeface{size: sizeBody, color: ink}).id(name)}
	inner := besideTop(10, 1, icon(res, ink, 22), b.text)
	b.compose(b, over(plate(fill, ink, radius), padded(padXY(14, 12), 0, inner)))
	b.Hide()
	return b
}

// say shows text; "" hides the banner, or shows again what a field refused.
func (b *banner) say(text string) {
	if text = firstOf(text, b.lost); text == b.text.text {
		return
	}
	b.text.set(text)
	b.Hidden = text == ""
	b.app.nav.root.Refresh() // all below moves
}

// refused says why something did not go into a field, until taken is told that its text has changed.
func (b *banner) refused(e *entry, text string) {
	b.full, b.lost = e, text
	b.say(text)
}

// taken takes back what was refused to a field.
func (b *banner) taken(e *entry) {
	if b.full != e {
		return
	}
	was := b.lost
	if b.full, b.lost = nil, ""; b.text.text == was {
		b.say("")
	}
}

// did says how an action ended; it stays until the next one.
func (b *banner) did(err error) {
	b.read = false
	b.say(b.app.Fault(err))
}

// reading says that a read failed, and takes that back when the next one works. It leaves alone what
// an action said.
func (b *banner) reading(err error) {
	if err != nil || b.read {
		b.say(b.app.Fault(err))
	}
	b.read = err != nil
}

// newEmpty says why there is nothing here and what to do about it.
func newEmpty(res fyne.Resource, title, text string, action fyne.CanvasObject) *fyne.Container {
	objs := []fyne.CanvasObject{
		newCentred(0, icon(res, colMuted, 56)),
		newText(title, typeface{size: sizeTitle, bold: true, align: fyne.TextAlignCenter}),
		newText(text, typeface{color: colMuted, align: fyne.TextAlignCenter}),
	}
	if action != nil {
		objs = append(objs, space(8), action)
	}
	return padded(insets{56, 32, 32, 32}, 12, objs...)
}

// toStores is what to do where something begins at a store.
func (a *App) toStores(name string) fyne.CanvasObject {
	return newButton(name, a.T("empty.stores"), iconStore, loud, func() { a.nav.open("stores") })
}

// syncNow is what to do where something has not come from the server yet.
func (a *App) syncNow(name string) fyne.CanvasObject {
	return newButton(name, a.T("sync.now"), theme.ViewRefreshIcon(), loud, func() {
		a.deps.Sync.Wake()
		a.nav.open("sync")
	})
}

// A toggle is a yes or no to tap: filled with a tick when it is so.
type toggle struct {
	tapArea
	face     *glyph // above the words, shown always; nil for none
	faceOf   fyne.Resource
	on       bool
	onFill   fyne.ThemeColorName
	onInk    fyne.ThemeColorName
	back     *canvas.Rectangle
	sign     *glyph
	res      fyne.Resource
	label    *paragraph
	onChange func(bool)
}

func newToggle(name, label string, res fyne.Resource, fill, ink fyne.ThemeColorName) *toggle {
	t := &toggle{onFill: fill, onInk: ink, res: res, back: plate(colSurface, colLine, radius)}
	t.sign = icon(res, colLine, 18)
	t.label = newText(label, typeface{size: sizeSmall, bold: true})
	t.init(t, name, over(t.back, roomy(padXY(10, 8), 6, t.sign, t.label)), t.flip)
	t.set(false)
	return t
}

// newChoice is a toggle as most are: where it is set, it is filled and has a tick.
func newChoice(name, label string) *toggle {
	return newToggle(name, label, iconSent, colAccent, colOnAccent)
}

// paint changes how the toggle looks where it is set.
func (t *toggle) paint(res fyne.Resource, fill, ink fyne.ThemeColorName) {
	t.res, t.onFill, t.onInk = res, fill, ink
	t.set(t.on)
}

func (t *toggle) flip() {
	t.set(!t.on)
	if t.onChange != nil {
		t.onChange(t.on)
	}
}

// naturalWidth leaves room for the tick in both states: a target does not move under the thumb.
func (t *toggle) naturalWidth() float32 {
	return max(touch, 10+grownIcon(18)+6+t.label.naturalWidth()+10)
}

// On reports whether the toggle is set.
func (t *toggle) On() bool { return t.on }

func (t *toggle) set(on bool) {
	t.on = on
	fill, line, ink, sign := colSurface, colMuted, colInk, colMuted
	if on {
		fill, line, ink, sign = t.onFill, t.onFill, t.onInk, t.onInk
	}
	t.back.FillColor, t.back.StrokeColor = theme.Color(fill), theme.Color(line)
	t.sign.show(tinted(t.res, sign))
	t.sign.Hidden = !on
	if t.face != nil {
		t.face.show(tinted(t.faceOf, ink))
	}
	t.label.setColor(ink)
	t.Refresh()
}
