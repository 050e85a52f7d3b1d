package uitest

import (
	"image"
	"image/draw"
	"image/png"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// Image is what the screen shows, with so many pixels for each device-independent one.
func (p *Phone) Image(scale float32) image.Image {
	p.Settle()
	c := p.Window.Canvas()
	if s, ok := c.(test.WindowlessCanvas); ok && scale != 1 {
		s.SetScale(scale)
		s.Resize(Size)
		defer func() {
			s.SetScale(1)
			s.Resize(Size)
		}()
	}
	img := c.Capture()
	if out, ok := img.(draw.Image); ok && c.Overlays().Top() == nil {
		p.redraw(out, scale)
	}
	return img
}

// redraw draws what is scrolled once more. Fyne's software renderer draws a rounded plate too low that is cut off at its top
// by anything but the edge of the window, so each scroll is moved there.
func (p *Phone) redraw(img draw.Image, scale float32) {
	c := p.Window.Canvas()
	for _, s := range p.look() {
		scroll, ok := s.CanvasObject.(*container.Scroll)
		if !ok || scroll.Offset.Y == 0 || s.at.Y == 0 || scroll.Size().Height <= tall {
			continue
		}
		px := func(v float32) int { return int(v*scale + 0.5) }
		c.Content().Move(fyne.NewPos(0, -s.at.Y))
		again := c.Capture()
		c.Content().Move(fyne.NewPos(0, 0))
		at := image.Pt(px(s.at.X), px(s.at.Y))
		draw.Draw(img, image.Rectangle{at, at.Add(image.Pt(px(scroll.Size().Width), px(scroll.Size().Height)))}, again, image.Pt(at.X, 0), draw.Src)
	}
}

// Picture writes what the screen shows as a PNG, at twice the size.
func (p *Phone) Picture(path string) {
	p.t.Helper()
	f, err := os.Create(path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, p.Image(2)); err != nil {
		p.t.Fatal(err)
	}
}
