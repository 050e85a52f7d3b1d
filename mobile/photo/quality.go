package photo

import (
	"image"
	"slices"

	"golang.org/x/image/draw"
)

// A Quality is how well a photo can be seen, measured on its pixels. It says nothing about what is on it, and no photo is
// refused for it.
type Quality struct {
	// Sharpness is the variance of the Laplacian of the brightness, 0 for a plain surface: Pech-Pacheco and others, "Diatom
	// autofocusing in brightfield microscopy", ICPR 2000. It is that of the sharpest of sixteen parts, because a sharp photo
	// of a display may show much plain wall, while in a shaken one nothing is sharp.
	Sharpness float64
	// Light is the median brightness, 0 to 255. Unlike the mean it is not deceived by one lamp.
	Light int
}

// Below these a photo is worth a second look. They were chosen on drawn shelves and on photos that were blurred and
// darkened step by step; the first is also the usual one for this measure.
const (
	leastSharpness = 100
	leastLight     = 40
)

// Blurred reports whether nothing on the photo is sharp.
func (q Quality) Blurred() bool { return q.Sharpness < leastSharpness }

// Dark reports whether most of the photo is nearly black.
func (q Quality) Dark() bool { return q.Light < leastLight }

// measuredSide is the longest side, in pixels, on which sharpness is measured: it depends on the scale.
const measuredSide = 1000

// parts is how many parts a side is divided into.
const parts = 4

func measure(img *image.RGBA) Quality {
	small := img
	if r := fit(img.Rect.Dx(), img.Rect.Dy(), measuredSide); r != img.Rect {
		small = image.NewRGBA(r)
		draw.ApproxBiLinear.Scale(small, r, img, img.Rect, draw.Src, nil)
	}
	w, h := small.Rect.Dx(), small.Rect.Dy()
	light := make([]uint8, w*h)
	for i := range light {
		p := small.Pix[4*i : 4*i+3]
		light[i] = uint8((299*int(p[0]) + 587*int(p[1]) + 114*int(p[2])) / 1000) // ITU-R BT.601
	}
	inner := image.Rectangle{image.Pt(1, 1), image.Pt(w-1, h-1)} // where a pixel has four neighbours
	q := Quality{}
	for y := range parts {
		for x := range parts {
			part := image.Rect(x*w/parts, y*h/parts, (x+1)*w/parts, (y+1)*h/parts)
			q.Sharpness = max(q.Sharpness, laplacian(light, w, part.Intersect(inner)))
		}
	}
	slices.Sort(light)
	q.Light = int(light[len(light)/2])
	return q
}

// laplacian returns the variance, over a part of the picture, of how far each pixel is from its four neighbours.
func laplacian(light []uint8, width int, part image.Rectangle) float64 {
	var sum, squares float64
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for i := y*width + part.Min.X; i < y*width+part.Max.X; i++ {
			d := float64(int(light[i-1]) + int(light[i+1]) + int(light[i-width]) + int(light[i+width]) - 4*int(light[i]))
			sum += d
			squares += d * d
		}
	}
	n := float64(part.Dx() * part.Dy())
	if n == 0 {
		return 0
	}
	return squares/n - (sum/n)*(sum/n)
}
