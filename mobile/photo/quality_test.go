package photo

import (
	"image"
	"image/color"
	"testing"

	"golang.org/x/image/draw"
)

// display draws packs on a shelf beside a plain wall.
func display(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Rect, image.NewUniform(color.Gray{190}), image.Point{}, draw.Src)
	for y := h / 4; y < h; y++ {
		for x := 0; x < w/2; x++ {
			if c := (x*40/w + y*30/h*7) % 5; x*40%w > 2*w/40 {
				img.Set(x, y, color.RGBA{uint8(60 + 40*c), uint8(40 + 30*c), uint8(200 - 30*c), 255})
			}
		}
	}
	return img
}

// blurred loses what is smaller than n pixels.
func blurred(img *image.RGBA, n int) *image.RGBA {
	b := img.Bounds()
	small := image.NewRGBA(image.Rect(0, 0, b.Dx()/n, b.Dy()/n))
	draw.BiLinear.Scale(small, small.Rect, img, b, draw.Src, nil)
	out := image.NewRGBA(b)
	draw.CatmullRom.Scale(out, b, small, small.Rect, draw.Src, nil)
	return out
}

// dimmed has a part of the light.
func dimmed(img *image.RGBA, percent int) *image.RGBA {
	out := image.NewRGBA(img.Rect)
	for i, v := range img.Pix {
		out.Pix[i] = uint8(int(v) * percent / 100)
		if i%4 == 3 {
			out.Pix[i] = 255
		}
	}
	return out
}

func TestAShakenOrDarkPhotoIsToldFromAGoodOne(t *testing.T) {
	t.Parallel()
	good := display(1600, 1200)
	lamp := dimmed(good, 10)
	draw.Draw(lamp, image.Rect(0, 0, 400, 400), image.White, image.Point{}, draw.Src)
	cases := map[string]struct {
		img           *image.RGBA
		blurred, dark bool
	}{
		"good":                     {good, false, false},
		"good, with much detail":   {display(2400, 1800), false, false},
		"a little soft":            {blurred(good, 2), false, false},
		"shaken":                   {blurred(good, 16), true, false},
		"shaken, with much detail": {blurred(display(2400, 1800), 24), true, false},
		"a covered lens":           {image.NewRGBA(image.Rect(0, 0, 800, 600)), true, true},
		"dusk":                     {dimmed(good, 50), false, false},
		"night with a lamp":        {lamp, false, true},
		"one pixel":                {solid(1, 1, white).(*image.RGBA), true, false},
	}
	for name, c := range cases {
		if q := measure(c.img); q.Blurred() != c.blurred || q.Dark() != c.dark {
			t.Errorf("%s: %+v", name, q)
		}
	}
}
