package barcode

import (
	"fmt"
	"image"
	"image/color"

	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/encoder"
)

// quiet is the white border of a QR code in modules, without which a camera does not find it.
const quiet = 4

// QR draws a text as a QR code, one pixel a module, black on white with the border that cameras need. A seventh of it may
// be hidden, as by the sun in a corner of the screen. Text of capitals, digits and "$%*+-./: " takes a third less room.
func QR(text string) (*image.Gray, error) {
	code, err := encoder.Encoder_encodeWithoutHint(text, decoder.ErrorCorrectionLevel_M)
	if err != nil {
		return nil, fmt.Errorf("barcode: %w", err)
	}
	modules := code.GetMatrix()
	img := image.NewGray(image.Rect(0, 0, modules.GetWidth()+2*quiet, modules.GetHeight()+2*quiet))
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	for y := range modules.GetHeight() {
		for x := range modules.GetWidth() {
			if modules.Get(x, y) == 1 {
				img.SetGray(quiet+x, quiet+y, color.Gray{})
			}
		}
	}
	return img, nil
}
