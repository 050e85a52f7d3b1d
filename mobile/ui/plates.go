package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// plate is a filled rounded rectangle with an outline.
func plate(fill, line fyne.ThemeColorName, corner float32) *canvas.Rectangle {
	r := canvas.NewRectangle(color.Transparent)
	if fill != "" {
		r.FillColor = theme.Color(fill)
	}
	if line != "" {
		r.StrokeColor, r.StrokeWidth = theme.Color(line), hairline
	}
	r.CornerRadius = corner
	return r
}

// card groups what belongs together on a white plate.
func card(objs ...fyne.CanvasObject) *fyne.Container {
	return over(plate(colSurface, colLine, radius), padded(pad(margin), 12, objs...))
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
