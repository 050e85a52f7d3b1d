package ui

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Icons of our own, for what Fyne's set lacks; drawn on a 24-unit square in one colour.
var (
	iconStore  = drawn("store", `<path d="M4 4h16v2H4z M3 7h18l1 5v2h-1v6h-2v-6h-4v6H4v-6H3v-2h-1z M6 14v4h7v-4z" fill-rule="evenodd"/>`)
	iconToday  = drawn("today", `<path d="M5 2h2.4v2.5h9.2V2H19v2.5h1c1.1 0 2 .9 2 2V20c0 1.1-.9 2-2 2H4c-1.1 0-2-.9-2-2V6.5c0-1.1.9-2 2-2h1z M4.2 9.5v10.3h15.6V9.5z M10.6 18.4 7 14.8l1.5-1.5 2.1 2.1 5-5 1.5 1.5z" fill-rule="evenodd"/>`)
	iconClock  = drawn("clock", `<path d="M12 2a10 10 0 0 1 0 20a10 10 0 0 1 0-20z M12 4.5a7.5 7.5 0 0 0 0 15a7.5 7.5 0 0 0 0-15z M10.8 7h2.4v4.5l3.6 2.2-1.2 2-4.8-2.9z" fill-rule="evenodd"/>`)
	iconTodo   = drawn("todo", `<path d="M12 2.5a9.5 9.5 0 0 1 0 19a9.5 9.5 0 0 1 0-19z M12 5.3a6.7 6.7 0 0 0 0 13.4a6.7 6.7 0 0 0 0-13.4z" fill-rule="evenodd"/>`)
	iconStar   = drawn("star", `<path d="M12 1.5 15.2 8.3 22.6 9.3 17.2 14.5 18.5 22 12 18.4 5.5 22 6.8 14.5 1.4 9.3 8.8 8.3z"/>`)
	iconMap    = drawn("map", `<path d="M2.5 5.5 9 2.5l6 2.7 6.5-2.7v16L15 21.5l-6-2.7-6.5 2.7z M9 5.1v11.4l6 2.5V7.6z" fill-rule="evenodd"/>`)
	iconHere   = drawn("here", `<path d="M11 1h2v3.1A8 8 0 0 1 19.9 11H23v2h-3.1A8 8 0 0 1 13 19.9V23h-2v-3.1A8 8 0 0 1 4.1 13H1v-2h3.1A8 8 0 0 1 11 4.1z M12 6a6 6 0 0 0 0 12a6 6 0 0 0 0-12z M12 8.5a3.5 3.5 0 0 1 0 7a3.5 3.5 0 0 1 0-7z" fill-rule="evenodd"/>`)
	iconPhone  = drawn("phone", `<path d="M6.6 10.8c1.4 2.8 3.8 5.1 6.6 6.6l2.2-2.2c.3-.3.7-.4 1-.2 1.1.4 2.3.6 3.6.6.6 0 1 .4 1 1V20c0 .6-.4 1-1 1C10.6 21 3 13.4 3 4c0-.6.4-1 1-1h3.5c.6 0 1 .4 1 1 0 1.2.2 2.5.6 3.6.1.3 0 .7-.2 1z"/>`)
	iconCamera = drawn("camera", `<path d="M9 3 7.2 5H4c-1.1 0-2 .9-2 2v12c0 1.1.9 2 2 2h16c1.1 0 2-.9 2-2V7c0-1.1-.9-2-2-2h-3.2L15 3z M12 8a5 5 0 0 1 0 10a5 5 0 0 1 0-10z M12 10a3 3 0 0 0 0 6a3 3 0 0 0 0-6z" fill-rule="evenodd"/>`)
	iconWait   = drawn("wait", `<path d="M12 2 4 10h5v6h6v-6h5z M4 19h16v3H4z"/>`)
	iconSent   = drawn("sent", `<path d="M9 16.2 4.8 12l-2 2L9 20.2 21.6 7.6l-2-2z"/>`)
	iconSafe   = drawn("safe", `<path d="M12 1.5 3.5 5v6.5c0 5.2 3.6 9.6 8.5 11 4.9-1.4 8.5-5.8 8.5-11V5z M10.7 16.8 6.6 12.7l1.8-1.8 2.3 2.3 5-5 1.8 1.8z" fill-rule="evenodd"/>`)
	iconDiffer = drawn("differ", `<path d="M11 2.5v19L1.5 12z M13 2.5 22.5 12 13 21.5z"/>`)
	iconAlarm  = drawn("alarm", `<path d="M12 2 1 21h22z M11 9h2v6h-2z M11 16.5h2v2h-2z" fill-rule="evenodd"/>`)
	iconCount  = drawn("count", `<path d="M3 4h4v4H3z M9 5h12v2H9z M3 10h4v4H3z M9 11h12v2H9z M3 16h4v4H3z M9 17h12v2H9z"/>`)
	iconPen    = drawn("pen", `<path d="M3 17.25V21h3.75L17.81 9.94l-3.75-3.75z M20.71 7.04a1 1 0 0 0 0-1.41l-2.34-2.34a1 1 0 0 0-1.41 0l-1.83 1.83 3.75 3.75z"/>`)
	iconSpoke  = drawn("spoke", `<path d="M4 3h16c1.1 0 2 .9 2 2v10c0 1.1-.9 2-2 2h-8l-5 4.8V17H4c-1.1 0-2-.9-2-2V5c0-1.1.9-2 2-2z M6 6.8v2h12v-2z M6 11v2h8v-2z" fill-rule="evenodd"/>`)
	iconCare   = drawn("care", `<path d="M12 21C7 16.8 2.5 13.2 2.5 8.7 2.5 5.8 4.7 4 7 4c2 0 3.9 1.1 5 3 1.1-1.9 3-3 5-3 2.3 0 4.5 1.8 4.5 4.7C21.5 13.2 17 16.8 12 21z"/>`)
	iconVisit  = drawn("visit", `<path d="M12 2C8 2 5 5 5 9c0 5.25 7 13 7 13s7-7.75 7-13c0-4-3-7-7-7z M12 6.5a2.5 2.5 0 0 1 0 5a2.5 2.5 0 0 1 0-5z" fill-rule="evenodd"/>`)
	iconMood1  = mood(`M7.2 17.8Q12 11.4 16.8 17.8L15.3 18.7Q12 14.2 8.7 18.7z`)
	iconMood2  = mood(`M8 16.8Q12 13.2 16 16.8L14.9 17.9Q12 15.4 9.1 17.9z`)
	iconMood3  = mood(`M8 15h8v1.7H8z`)
	iconMood4  = mood(`M7.4 14.6Q12 19.4 16.6 14.6L15.4 13.5Q12 16.9 8.6 13.5z`)
	iconMood5  = mood(`M6.8 13h10.4Q16.4 18.6 12 18.6Q7.6 18.6 6.8 13z`)
	iconNext   = drawn("next", `<path d="M8.6 4.2 16.4 12l-7.8 7.8-1.9-1.9L12.6 12 6.7 6.1z"/>`)
	iconErase  = drawn("erase", `<path d="M8.5 4H21a1.5 1.5 0 0 1 1.5 1.5v13A1.5 1.5 0 0 1 21 20H8.5L1.5 12z M9.5 6 4.2 12l5.3 6h11V6z M12.9 8.9 14.6 10.6 16.3 8.9 17.7 10.3 16 12 17.7 13.7 16.3 15.1 14.6 13.4 12.9 15.1 11.5 13.7 13.2 12 11.5 10.3z" fill-rule="evenodd"/>`)
	iconMinus  = drawn("minus", `<path d="M5 10.7h14v2.6H5z"/>`)
	iconPlus   = drawn("plus", `<path d="M10.7 5h2.6v5.7H19v2.6h-5.7V19h-2.6v-5.7H5v-2.6h5.7z"/>`)
)

// mood is a face with a mouth.
func mood(mouth string) fyne.Resource {
	return drawn("mood-"+mouth, `<path d="M12 1.5a10.5 10.5 0 0 1 0 21a10.5 10.5 0 0 1 0-21z M12 3.4a8.6 8.6 0 0 0 0 17.2a8.6 8.6 0 0 0 0-17.2z M8.6 7.8a1.4 1.4 0 0 1 0 2.8a1.4 1.4 0 0 1 0-2.8z M15.4 7.8a1.4 1.4 0 0 1 0 2.8a1.4 1.4 0 0 1 0-2.8z `+mouth+`" fill-rule="evenodd"/>`)
}

func drawn(name, paths string) fyne.Resource {
	return fyne.NewStaticResource(name+".svg", []byte(
		`<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">`+paths+`</svg>`))
}

// icon draws res in a colour of the palette, in a size that grows a little with the text beside it.
func icon(res fyne.Resource, col fyne.ThemeColorName, size float32) *glyph {
	g := newGlyph(size)
	g.show(tinted(res, col))
	return g
}

// A glyph is a drawn icon. Fyne reads the drawing anew, through XML, whenever an image is refreshed, and refreshes the images
// of a whole row when a word of it changes: a glyph does it when it shows another drawing.
type glyph struct {
	widget.BaseWidget
	picture *canvas.Image
	size    float32
	drawn   fyne.Resource // what the picture was refreshed for
}

func newGlyph(size float32) *glyph {
	g := &glyph{picture: &canvas.Image{FillMode: canvas.ImageFillContain}, size: grownIcon(size)}
	g.ExtendBaseWidget(g)
	return g
}

// show makes the next refresh draw res.
func (g *glyph) show(res fyne.Resource) { g.picture.Resource = res }

// MinSize implements fyne.CanvasObject.
func (g *glyph) MinSize() fyne.Size { return fyne.NewSquareSize(g.size) }

// CreateRenderer implements fyne.Widget.
func (g *glyph) CreateRenderer() fyne.WidgetRenderer {
	g.ExtendBaseWidget(g)
	return &glyphRenderer{g}
}

type glyphRenderer struct{ g *glyph }

func (r *glyphRenderer) MinSize() fyne.Size { return r.g.MinSize() }

func (r *glyphRenderer) Layout(size fyne.Size) {
	if size != r.g.picture.Size() {
		r.g.drawn = r.g.picture.Resource
		r.g.picture.Resize(size) // which refreshes it
	}
}

func (r *glyphRenderer) Refresh() {
	if r.g.drawn != r.g.picture.Resource {
		r.g.drawn = r.g.picture.Resource
		r.g.picture.Refresh()
	}
}

func (r *glyphRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.g.picture} }
func (r *glyphRenderer) Destroy()                     {}

// tints are the icons in the colours they were drawn in. It is used on the UI goroutine.
var tints = map[tint]fyne.Resource{}

type tint struct {
	name string
	col  color.Color
}

// tinted is res in a colour of the palette as it is now: a change of the palette draws every page anew.
func tinted(res fyne.Resource, col fyne.ThemeColorName) fyne.Resource {
	key := tint{res.Name(), theme.Color(col)}
	if tints[key] == nil {
		r, g, b, _ := key.col.RGBA()
		tints[key] = fyne.NewStaticResource(fmt.Sprintf("%02x%02x%02x-%s", r>>8, g>>8, b>>8, res.Name()), theme.NewColoredResource(res, col).Content())
	}
	return tints[key]
}
