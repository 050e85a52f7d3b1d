package ui

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// A tapArea makes its content one touch target of at least 48 × 48. Everything a person can tap in
// this app is one, so every target has an ID a test can find and shows that it is pressed.
type tapArea struct {
	widget.BaseWidget
	name    string
	content fyne.CanvasObject
	pressed *canvas.Rectangle // seen for a moment after a tap
	fade    *fyne.Animation   // of that
	minimum fyne.Size
	do      func()
	hold    func() // long press; may be nil
}

func newTap(name string, content fyne.CanvasObject, do func()) *tapArea {
	t := &tapArea{}
	t.init(t, name, content, do)
	return t
}

// init prepares a target that is, or is part of, the widget outer.
func (t *tapArea) init(outer fyne.Widget, name string, content fyne.CanvasObject, do func()) {
	t.name, t.content, t.do, t.minimum = name, content, do, fyne.NewSquareSize(touch)
	t.pressed = canvas.NewRectangle(color.Transparent)
	t.pressed.CornerRadius, t.pressed.Hidden = radius, true
	t.ExtendBaseWidget(outer)
}

// ID returns the stable name by which a test finds this target.
func (t *tapArea) ID() string { return t.name }

// Tapped does what the target is for.
func (t *tapArea) Tapped(*fyne.PointEvent) {
	t.flash()
	if t.do != nil {
		t.do()
	}
}

// TappedSecondary is a long press on a phone.
func (t *tapArea) TappedSecondary(ev *fyne.PointEvent) {
	if t.hold != nil {
		t.flash()
		t.hold()
		return
	}
	t.Tapped(ev)
}

// flashTime is how long a target shows that it was pressed.
const flashTime = 250 * time.Millisecond

// flash shows that the tap was taken. It comes with the tap and not with the finger: what hears the finger come down
// keeps the list it stands in from scrolling.
func (t *tapArea) flash() {
	if t.fade != nil {
		t.fade.Stop()
	}
	from := theme.Color(theme.ColorNamePressed)
	t.fade = canvas.NewColorRGBAAnimation(from, color.Transparent, flashTime, func(c color.Color) {
		_, _, _, alpha := c.RGBA()
		t.pressed.FillColor, t.pressed.Hidden = c, alpha == 0
		t.pressed.Refresh()
	})
	t.fade.Start()
}

func (t *tapArea) heightFor(width float32) float32 {
	return max(t.minimum.Height, heightOf(t.content, width))
}

func (t *tapArea) naturalWidth() float32 { return max(t.minimum.Width, widthOf(t.content)) }

// CreateRenderer implements fyne.Widget.
func (t *tapArea) CreateRenderer() fyne.WidgetRenderer {
	return &tapRenderer{t}
}

type tapRenderer struct{ t *tapArea }

func (r *tapRenderer) Layout(size fyne.Size) {
	r.t.pressed.Resize(size)
	r.t.content.Resize(size)
	r.t.content.Move(fyne.NewPos(0, 0))
}

func (r *tapRenderer) MinSize() fyne.Size {
	return fyne.NewSize(0, max(r.t.minimum.Height, r.t.content.MinSize().Height))
}

func (r *tapRenderer) Refresh() {
	r.Layout(r.t.Size())
	r.t.content.Refresh()
}

func (r *tapRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.t.content, r.t.pressed}
}

func (r *tapRenderer) Destroy() {}

// A rank is how loud a button is.
type rank int

const (
	loud  rank = iota // the one thing to do here
	quiet             // one of several
	bare              // text only
	grave             // cannot be undone
)

// A button is a labelled target; the label wraps rather than being cut.
type button struct {
	tapArea
	label *paragraph
}

func newButton(name, label string, res fyne.Resource, r rank, do func()) *button {
	fill, line, ink := colAccent, fyne.ThemeColorName(""), colOnAccent
	switch r {
	case quiet:
		fill, line, ink = colSurface, colAccent, colAccent
	case bare:
		fill, ink = "", colAccent
	case grave:
		fill, line, ink = colSurface, colAlarm, colAlarm
	}
	b := &button{label: newText(label, typeface{size: sizeBody, bold: true, color: ink, align: fyne.TextAlignCenter})}
	inner := []fyne.CanvasObject{b.label}
	if res != nil {
		inner = []fyne.CanvasObject{icon(res, ink, 22), b.label}
	}
	back := plate(fill, line, radius)
	if line != "" {
		back.StrokeWidth = 1.5
	}
	b.init(b, name, over(back, roomy(padXY(14, 12), gap, inner...)), do)
	if r == loud {
		b.minimum.Height = 54
	}
	return b
}

// newIconButton is a target with a sign and no words; use it only where the sign is known to all.
func newIconButton(name string, res fyne.Resource, col fyne.ThemeColorName, do func()) *tapArea {
	return newTap(name, newCentred(0, icon(res, col, 26)), do)
}

// newRound is an icon button on a soft round plate, for a target that stands among words.
func newRound(name string, res fyne.Resource, do func()) *tapArea {
	t := newTap(name, container.NewStack(plate(colAccentSoft, "", touch/2), newCentred(0, icon(res, colAccent, 24))), do)
	t.pressed.CornerRadius = touch / 2
	return t
}
