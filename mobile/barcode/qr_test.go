package barcode

import (
	"image"
	"image/color"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/image/draw"
)

// receiptURL is as long as that of a whole day.
var receiptURL = "HTTPS://VISIT.GUYUAN.EXAMPLE/R/" + strings.Repeat("05PJWKW0W0", 30)

func readQR(t *testing.T, img image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return err.Error()
	}
	return result.GetText()
}

// screen is the code as the phone shows it: so many pixels wide, which need not be a multiple of its modules.
func screen(img image.Image, width int) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, width, width))
	draw.NearestNeighbor.Scale(out, out.Rect, img, img.Bounds(), draw.Src, nil)
	return out
}

func TestACodeOnTheScreenIsReadByACamera(t *testing.T) {
	t.Parallel()
	img, err := QR(receiptURL)
	if err != nil {
		t.Fatal(err)
	}
	if side := img.Rect.Dx() - 2*quiet; side > 61 {
		t.Errorf("%d modules a side: too fine for the sun", side)
	}
	for _, width := range []int{592, 652, 1001} {
		if got := readQR(t, screen(img, width)); got != receiptURL {
			t.Errorf("%d pixels: %q", width, got)
		}
	}
	glare := screen(img, 652)
	draw.Draw(glare, image.Rect(330, 360, 440, 470), image.NewUniform(color.White), image.Point{}, draw.Src)
	if got := readQR(t, glare); got != receiptURL {
		t.Errorf("with glare: %q", got)
	}
}

func TestACodeHasItsBorder(t *testing.T) {
	t.Parallel()
	img, err := QR("A")
	if err != nil {
		t.Fatal(err)
	}
	n := img.Rect.Dx()
	for i := range n {
		for j := range quiet {
			for _, c := range []color.Gray{img.GrayAt(i, j), img.GrayAt(j, i), img.GrayAt(i, n-1-j), img.GrayAt(n-1-j, i)} {
				if c.Y != 0xff {
					t.Fatal("the border is not white at", i, j)
				}
			}
		}
	}
	if _, err := QR(strings.Repeat("中", 3_000)); err == nil {
		t.Error("what does not fit has a code")
	}
}
