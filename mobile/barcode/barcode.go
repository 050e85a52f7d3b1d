// Package barcode reads the EAN-13 code of a product from a photo of its pack, and draws the QR code that another phone reads.
package barcode

import (
	"context"
	"image"
	"io"
	"slices"

	"storewalk/mobile/photo"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"golang.org/x/image/draw"
)

// A Code is what was read, and in how many tries. Of the codes of one try about one in eighty is wrong though its check
// digit is right; two tries at other sizes do not make the same mistake.
type Code struct {
	Text  string // 13 digits
	Tries int
}

// Sure reports whether two tries read the same.
func (c Code) Sure() bool { return c.Tries > 1 }

// sides are the sizes at which a picture is tried: a code that fills it is read at the smallest, one in a corner at the
// largest.
var sides = []int{1000, 1600, 700}

// Read looks for a code in a JPEG or PNG, the most often read first, and stops when it is sure. Without any it returns
// none. It takes up to a second: do not call it on the goroutine that draws. Faults are those of photo.Look.
func Read(ctx context.Context, picture io.Reader) ([]Code, error) {
	img, err := photo.Look(ctx, picture, slices.Max(sides))
	if err != nil {
		return nil, err
	}
	var found []Code
	for _, side := range sides {
		source := gozxing.NewLuminanceSourceFromImage(smaller(img, side))
		for _, binarizer := range []gozxing.Binarizer{gozxing.NewHybridBinarizer(source), gozxing.NewGlobalHistgramBinarizer(source)} {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			text, ok := try(binarizer)
			if !ok {
				continue
			}
			i := slices.IndexFunc(found, func(c Code) bool { return c.Text == text })
			if i < 0 {
				found = append(found, Code{Text: text, Tries: 1})
				continue
			}
			found[i].Tries++
			found[0], found[i] = found[i], found[0]
			return found, nil
		}
	}
	return found, nil
}

func try(binarizer gozxing.Binarizer) (text string, ok bool) {
	bitmap, err := gozxing.NewBinaryBitmap(binarizer)
	if err != nil {
		return "", false
	}
	result, err := oned.NewEAN13Reader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return "", false // there is none in this try
	}
	return result.GetText(), true
}

func smaller(img *image.RGBA, side int) *image.RGBA {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	longest := max(w, h)
	if longest <= side {
		return img
	}
	dst := image.NewRGBA(image.Rect(0, 0, max(1, w*side/longest), max(1, h*side/longest)))
	draw.ApproxBiLinear.Scale(dst, dst.Rect, img, img.Rect, draw.Src, nil)
	return dst
}
