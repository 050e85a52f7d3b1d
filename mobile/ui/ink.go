package ui

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"storewalk/shared/field"
)

// inkWidth is how wide a line of a signature is, in device-independent pixels.
const inkWidth = 2.6

// An ink draws lines of points on a transparent image, in one colour. A point lies at its place times scale, moved by dx
// and dy.
type ink struct {
	img           *image.NRGBA
	colour        color.NRGBA
	width         float64 // pixels
	scale, dx, dy float64
}

// newInk makes an empty image in the colour of text.
func newInk(w, h int, width float64) *ink {
	r, g, b, _ := theme.Color(colInk).RGBA()
	return &ink{img: image.NewNRGBA(image.Rect(0, 0, w, h)), colour: color.NRGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 255}, width: width, scale: 1}
}

// line draws a line; one point is a dot.
func (k *ink) line(points [][2]int) {
	for i := range points {
		k.piece(points[max(0, i-1)], points[i])
	}
}

// piece draws the line between two points with round ends: each pixel is covered as far as it is near enough.
func (k *ink) piece(a, b [2]int) {
	ax, ay := float64(a[0])*k.scale+k.dx, float64(a[1])*k.scale+k.dy
	bx, by := float64(b[0])*k.scale+k.dx, float64(b[1])*k.scale+k.dy
	r := k.width / 2
	box := image.Rect(int(math.Floor(min(ax, bx)-r-1)), int(math.Floor(min(ay, by)-r-1)),
		int(math.Ceil(max(ax, bx)+r+1)), int(math.Ceil(max(ay, by)+r+1))).Intersect(k.img.Rect)
	dx, dy := bx-ax, by-ay
	length := dx*dx + dy*dy
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			px, py := float64(x)+0.5-ax, float64(y)+0.5-ay
			t := 0.0
			if length > 0 {
				t = max(0, min(1, (px*dx+py*dy)/length))
			}
			cover := min(1, r+0.5-math.Hypot(px-t*dx, py-t*dy))
			if cover <= 0 {
				continue
			}
			at := k.img.Pix[k.img.PixOffset(x, y):]
			at[0], at[1], at[2], at[3] = k.colour.R, k.colour.G, k.colour.B, max(at[3], uint8(cover*255))
		}
	}
}

// inkHeight is the height of a signature among other answers.
const inkHeight float32 = 110

// newSigned shows a signature: what was drawn fills the place, at any size of the screen, and who drew it stands below.
func newSigned(s field.Signature) fyne.CanvasObject {
	raster := canvas.NewRaster(func(w, h int) image.Image { return drawSignature(s, w, h) })
	raster.SetMinSize(fyne.NewSize(touch, inkHeight))
	box := over(plate(colSurface, colLine, radius), raster)
	if s.Name == "" {
		return box
	}
	return column(4, box, newText(s.Name, typeface{size: sizeSmall, color: colMuted}))
}

// drawSignature fits what was drawn of a valid signature into an image.
func drawSignature(s field.Signature, w, h int) image.Image {
	const rim, most = 0.08, 1.2 // of the height; times the size on a pad as wide as the image
	left, top, right, bottom := s.W, s.H, 0, 0
	for _, l := range s.Lines {
		for _, p := range l {
			left, right = min(left, p[0]), max(right, p[0])
			top, bottom = min(top, p[1]), max(bottom, p[1])
		}
	}
	k := newInk(w, h, max(1.5, float64(h)*inkWidth/float64(inkHeight)))
	if !s.Drawn() {
		return k.img
	}
	edge := float64(h) * rim
	k.scale = min(most*float64(w)/float64(s.W), (float64(w)-2*edge)/float64(max(1, right-left)), (float64(h)-2*edge)/float64(max(1, bottom-top)))
	k.dx, k.dy = float64(w)/2-float64(left+right)/2*k.scale, float64(h)/2-float64(top+bottom)/2*k.scale
	for _, l := range s.Lines {
		k.line(l)
	}
	return k.img
}
