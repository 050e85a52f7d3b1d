package barcode

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"testing"

	"storewalk/shared/fault"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// photoOf is a code as a hand holds it before a camera: turned, grey, noisy, in a larger picture.
func photoOf(t *testing.T, code string, degrees float64) []byte {
	t.Helper()
	const module = 4
	bars, err := oned.NewEAN13Writer().Encode(code, gozxing.BarcodeFormat_EAN_13, 110*module, 220, nil)
	if err != nil {
		t.Fatal(err)
	}
	flat := image.NewGray(image.Rect(0, 0, bars.GetWidth(), bars.GetHeight()))
	for y := range bars.GetHeight() {
		for x := range bars.GetWidth() {
			if !bars.Get(x, y) {
				flat.SetGray(x, y, color.Gray{Y: 235})
			}
		}
	}
	out := image.NewRGBA(image.Rect(0, 0, 1200, 900))
	draw.Draw(out, out.Rect, image.NewUniform(color.Gray{Y: 200}), image.Point{}, draw.Src)
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	w, h := float64(flat.Rect.Dx())/2, float64(flat.Rect.Dy())/2
	draw.BiLinear.Transform(out, f64.Aff3{cos, -sin, 600 - cos*w + sin*h, sin, cos, 450 - sin*w - cos*h}, flat, flat.Rect, draw.Src, nil)
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range out.Pix {
		out.Pix[i] = uint8(min(255, max(0, int(out.Pix[i])+rnd.IntN(30)-15)))
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, out, &jpeg.Options{Quality: 75}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestACodeIsReadTwiceBeforeItIsSure(t *testing.T) {
	t.Parallel()
	for _, degrees := range []float64{0, 4, -7, 90, 180} {
		found, err := Read(t.Context(), bytes.NewReader(photoOf(t, "6901028075763", degrees)))
		if err != nil {
			t.Fatal(err)
		}
		if len(found) != 1 || found[0].Text != "6901028075763" || !found[0].Sure() {
			t.Errorf("turned by %v°: %v", degrees, found)
		}
	}
}

func TestAPictureWithoutACodeHasNone(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 400, 300)), nil); err != nil {
		t.Fatal(err)
	}
	found, err := Read(t.Context(), &b)
	if err != nil || len(found) != 0 {
		t.Error(found, err)
	}
	if _, err := Read(t.Context(), bytes.NewReader([]byte("a letter"))); !fault.Is(err, "photo.not_an_image") {
		t.Error(err)
	}
}
