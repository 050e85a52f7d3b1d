package shelf

import (
	_ "embed"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

//go:embed font/signs.otf
var signsFont []byte

// A typeface is what packs, tags and signs are lettered in.
type typeface struct{ font *opentype.Font }

var loadFont = sync.OnceValues(func() (*typeface, error) {
	f, err := opentype.Parse(signsFont)
	if err != nil {
		return nil, fmt.Errorf("shelf: font: %w", err)
	}
	return &typeface{f}, nil
})

// A sheet is printed matter: millimetres from its top left, k pixels each.
type sheet struct {
	img  *image.RGBA
	k    float64
	font *typeface
}

func (s *scene) sheet(w, h, k float64, c rgb) *sheet {
	// Nothing in a picture is printed finer than this, and a sheet near the camera must not eat the memory.
	k = min(k, 4000/max(w, h))
	img := image.NewRGBA(image.Rect(0, 0, max(2, int(w*k+0.5)), max(2, int(h*k+0.5))))
	draw.Draw(img, img.Rect, image.NewUniform(c.rgba()), image.Point{}, draw.Src)
	return &sheet{img, k, s.font}
}

func (c rgb) rgba() color.RGBA {
	b := func(v float32) uint8 { return uint8(min(max(v, 0), 255)) }
	return color.RGBA{b(c[0]), b(c[1]), b(c[2]), 255}
}

// poly fills the polygon through the points x, y, x, y….
func (s *sheet) poly(c rgb, xy ...float64) {
	box := image.Rectangle{image.Pt(1<<30, 1<<30), image.Pt(-1<<30, -1<<30)}
	for i := 0; i+1 < len(xy); i += 2 {
		x, y := int(math.Floor(xy[i]*s.k)), int(math.Floor(xy[i+1]*s.k))
		box.Min, box.Max = image.Pt(min(box.Min.X, x), min(box.Min.Y, y)), image.Pt(max(box.Max.X, x+1), max(box.Max.Y, y+1))
	}
	box = box.Intersect(s.img.Rect)
	if box.Empty() {
		return
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	for i := 0; i+1 < len(xy); i += 2 {
		x, y := float32(xy[i]*s.k)-float32(box.Min.X), float32(xy[i+1]*s.k)-float32(box.Min.Y)
		if i == 0 {
			r.MoveTo(x, y)
		} else {
			r.LineTo(x, y)
		}
	}
	r.ClosePath()
	r.Draw(s.img, box, image.NewUniform(c.rgba()), image.Point{})
}

func (s *sheet) rect(c rgb, x, y, w, h float64) { s.poly(c, x, y, x+w, y, x+w, y+h, x, y+h) }

// gradient fills the sheet from top to bottom.
func (s *sheet) gradient(top, bottom rgb) {
	for y := range s.img.Rect.Dy() {
		c := top.mix(bottom, float32(y)/float32(s.img.Rect.Dy()))
		draw.Draw(s.img, image.Rect(0, y, s.img.Rect.Dx(), y+1), image.NewUniform(c.rgba()), image.Point{}, draw.Src)
	}
}

func (s *sheet) disc(c rgb, x, y, r float64) { s.oval(c, x, y, r, r) }

func (s *sheet) oval(c rgb, x, y, rx, ry float64) {
	const corners = 40
	xy := make([]float64, 0, 2*corners)
	for i := range corners {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		xy = append(xy, x+rx*cos, y+ry*sin)
	}
	s.poly(c, xy...)
}

// frame draws the outline of a rectangle, line thick.
func (s *sheet) frame(c rgb, x, y, w, h, line float64) {
	s.rect(c, x, y, w, line)
	s.rect(c, x, y+h-line, w, line)
	s.rect(c, x, y, line, h)
	s.rect(c, x+w-line, y, line, h)
}

// text centres what the typeface has of str at x, y; size is the height of a Chinese character, wide the most it may take.
func (s *sheet) text(c rgb, x, y, size, wide float64, str string) {
	str = s.font.only(str)
	if str == "" || size*s.k < 2.5 { // smaller than that is a smear
		return
	}
	face, err := opentype.NewFace(s.font.font, &opentype.FaceOptions{Size: size * s.k, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return // only sizes of zero fail
	}
	defer face.Close()
	width := float64(font.MeasureString(face, str)) / 64
	if wide > 0 && width > wide*s.k {
		s.text(c, x, y, size*wide*s.k/width*0.99, wide, str)
		return
	}
	d := font.Drawer{Dst: s.img, Src: image.NewUniform(c.rgba()), Face: face}
	d.Dot = fixed.Point26_6{X: fixed.Int26_6((x*s.k - width/2) * 64), Y: fixed.Int26_6((y + size*0.36) * s.k * 64)}
	d.DrawString(str)
}

// column writes str downwards from y, its characters centred on x.
func (s *sheet) column(c rgb, x, y, size float64, str string) {
	for _, r := range str {
		s.text(c, x, y+size/2, size, 0, string(r))
		y += size * 1.08
	}
}

// only drops the characters that the typeface lacks: a sign without one reads better than a sign with a box.
func (t *typeface) only(str string) string {
	var buf sfnt.Buffer
	var kept []rune
	for _, r := range str {
		if i, err := t.font.GlyphIndex(&buf, r); err == nil && i != 0 {
			kept = append(kept, r)
		}
	}
	return string(kept)
}

// shader shows the sheet on a surface.
func (s *sheet) shader() shader {
	w, h, stride, pix := s.img.Rect.Dx(), s.img.Rect.Dy(), s.img.Stride, s.img.Pix
	return func(u, v float64) (rgb, float32) {
		x, y := u*float64(w)-0.5, v*float64(h)-0.5
		x0, y0 := int(x+1)-1, int(y+1)-1
		fx, fy := float32(x-float64(x0)), float32(y-float64(y0))
		xa, xb := min(max(x0, 0), w-1)*4, min(x0+1, w-1)*4
		ya, yb := min(max(y0, 0), h-1)*stride, min(y0+1, h-1)*stride
		var c rgb
		for i := range c {
			top := float32(pix[ya+xa+i]) + (float32(pix[ya+xb+i])-float32(pix[ya+xa+i]))*fx
			bottom := float32(pix[yb+xa+i]) + (float32(pix[yb+xb+i])-float32(pix[yb+xa+i]))*fx
			c[i] = top + (bottom-top)*fy
		}
		return c, 1
	}
}
