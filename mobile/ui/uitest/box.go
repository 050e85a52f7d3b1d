package uitest

import (
	"fmt"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
)

// A box is a place on the screen: left, top, right and bottom.
type box struct{ x1, y1, x2, y2 float32 }

func boxOf(at fyne.Position, size fyne.Size) box {
	return box{at.X, at.Y, at.X + size.Width, at.Y + size.Height}
}

func (b box) wide() float32  { return max(0, b.x2-b.x1) }
func (b box) high() float32  { return max(0, b.y2-b.y1) }
func (b box) String() string { return fmt.Sprintf("(%.0f,%.0f)–(%.0f,%.0f)", b.x1, b.y1, b.x2, b.y2) }

// and is the part that both boxes have.
func (b box) and(o box) box {
	return box{max(b.x1, o.x1), max(b.y1, o.y1), min(b.x2, o.x2), min(b.y2, o.y2)}
}

// or is the box, or another one when hardly anything of it is left.
func (b box) or(o box) box {
	if b.wide() < 2 || b.high() < 2 {
		return o
	}
	return b
}

// meets reports whether the boxes share more than an edge.
func (b box) meets(o box) bool {
	c := b.and(o)
	return c.x2-c.x1 > 1 && c.y2-c.y1 > 1
}

// holds reports whether o is in the box, or hardly leaves it.
func (b box) holds(o box) bool {
	return o.x1 >= b.x1-2 && o.y1 >= b.y1-2 && o.x2 <= b.x2+2 && o.y2 <= b.y2+2
}

// inner is the box without a part of it at each side.
func (b box) inner(part float32) box {
	dx, dy := b.wide()*part, b.high()*part
	return box{b.x1 + dx, b.y1 + dy, b.x2 - dx, b.y2 - dy}
}

// Contrast is the ratio of two opaque colours' luminance as in WCAG 2.
func Contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c color.NRGBA) float64 {
	lin := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(c.R) + 0.7152*lin(c.G) + 0.0722*lin(c.B)
}
