package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// plate is a filled rounded rectangle with an outline. Without both it is there for its size and is not drawn, which would
// take as long as drawing it.
func plate(fill, line fyne.ThemeColorName, corner float32) *canvas.Rectangle {
	r := canvas.NewRectangle(color.Transparent)
	if fill != "" {
		r.FillColor = theme.Color(fill)
	}
	if line != "" {
		r.StrokeColor, r.StrokeWidth = theme.Color(line), hairline
	}
	r.CornerRadius = corner
	r.Hidden = fill == "" && line == ""
	return r
}

// card groups what belongs together on a white plate.
func card(objs ...fyne.CanvasObject) *fyne.Container {
	return over(plate(colSurface, colLine, radius), padded(pad(margin), 12, objs...))
}

// newLead is a row that leads on to what its words say.
func newLead(name string, fill fyne.ThemeColorName, words fyne.CanvasObject, do func()) *tapArea {
	return newTap(name, over(plate(fill, "", radius), padded(padXY(12, 12), 0, beside(gap, 0, words, icon(iconNext, colMuted, 24)))), do)
}

// space is an empty object of a fixed height.
func space(height float32) fyne.CanvasObject {
	r := canvas.NewRectangle(color.Transparent)
	r.SetMinSize(fyne.NewSize(0, height))
	return r
}

// fixed gives o a fixed size.
func fixed(w, h float32, o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewGridWrap(fyne.NewSize(w, h), o)
}

// composite makes a widget of a content that flows; embed it and call compose.
type composite struct {
	widget.BaseWidget
	content fyne.CanvasObject
}

func (c *composite) compose(outer fyne.Widget, content fyne.CanvasObject) {
	c.content = content
	c.ExtendBaseWidget(outer)
}

func (c *composite) heightFor(width float32) float32 { return heightOf(c.content, width) }
func (c *composite) naturalWidth() float32           { return widthOf(c.content) }

// CreateRenderer implements fyne.Widget.
func (c *composite) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(c.content)
}

// newMeter is a bar filled to a part between 0 and 1.
func newMeter(part float32, ink, back fyne.ThemeColorName) fyne.CanvasObject {
	const height = 8
	room := plate(back, "", height/2)
	room.SetMinSize(fyne.NewSize(0, height))
	return container.New(meterLayout{part}, room, plate(ink, "", height/2))
}

// meterLayout draws the second object over a part of the first.
type meterLayout struct{ part float32 }

// Layout implements fyne.Layout.
func (l meterLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	o[0].Resize(size)
	o[1].Resize(fyne.NewSize(size.Width*min(1, max(0, l.part)), size.Height))
}

// MinSize implements fyne.Layout.
func (meterLayout) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }
