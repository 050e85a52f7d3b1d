package photo

import (
	"bytes"
	"image"
	"image/jpeg"

	"golang.org/x/image/draw"
)

// shrink returns img on white, as large as size.
func shrink(img image.Image, size image.Rectangle) *image.RGBA {
	dst := image.NewRGBA(size)
	draw.Draw(dst, dst.Rect, image.White, image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(dst, dst.Rect, img, img.Bounds(), draw.Over, nil)
	return dst
}

// fit is a size of the same shape with no side longer than side. It never enlarges.
func fit(w, h, side int) image.Rectangle {
	if longest := max(w, h); longest > side {
		w, h = max(1, (w*side+longest/2)/longest), max(1, (h*side+longest/2)/longest)
	}
	return image.Rect(0, 0, w, h)
}

// upright undoes the EXIF orientation o: it returns img the way the photographer saw it.
func upright(img *image.RGBA, o int) *image.RGBA {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	var from func(x, y int) (int, int) // where the pixel that belongs at x, y is stored
	switch o {
	default:
		return img
	case 2:
		from = func(x, y int) (int, int) { return w - 1 - x, y }
	case 3:
		from = func(x, y int) (int, int) { return w - 1 - x, h - 1 - y }
	case 4:
		from = func(x, y int) (int, int) { return x, h - 1 - y }
	case 5:
		from = func(x, y int) (int, int) { return y, x }
	case 6:
		from = func(x, y int) (int, int) { return y, h - 1 - x }
	case 7:
		from = func(x, y int) (int, int) { return w - 1 - y, h - 1 - x }
	case 8:
		from = func(x, y int) (int, int) { return w - 1 - y, x }
	}
	size := image.Rect(0, 0, w, h)
	if o >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	dst := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			sx, sy := from(x, y)
			copy(dst.Pix[y*dst.Stride+x*4:][:4], img.Pix[sy*img.Stride+sx*4:][:4])
		}
	}
	return dst
}

// thumbnail returns img as a JPEG that fits beside its record: the best quality that stays within maxThumb.
func thumbnail(img *image.RGBA) ([]byte, error) {
	var b bytes.Buffer
	for side := thumbSide; ; side = side * 3 / 4 {
		small := image.NewRGBA(fit(img.Rect.Dx(), img.Rect.Dy(), side))
		// The reduction is large, and the full kernel, which looks at every pixel, keeps price tags from flickering away.
		draw.BiLinear.Scale(small, small.Rect, img, img.Rect, draw.Src, nil)
		for quality := 80; quality >= 30; quality -= 10 {
			b.Reset()
			if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: quality}); err != nil {
				return nil, err
			}
			if b.Len() <= maxThumb {
				return bytes.Clone(b.Bytes()), nil
			}
		}
	}
}
