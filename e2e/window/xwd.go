package window

import (
	"encoding/binary"
	"errors"
	"image"
	"image/color"
)

// headWords is how many big-endian words the header of an X window dump has.
const headWords = 25

// pixelsAt says where in a dump the pixels begin, and how many bytes a row has.
func pixelsAt(head []byte) (start, stride int) {
	const colour = 12 // bytes of one entry of the colour map
	word := func(i int) int { return int(binary.BigEndian.Uint32(head[i*4:])) }
	return word(0) + word(19)*colour, word(12)
}

// decode reads the top left of a screen's memory as Xvfb keeps it: an X window dump of 32 bits
// a pixel, which begins with a header of big-endian words.
func decode(dump []byte, width, height int) (*image.RGBA, error) {
	if len(dump) < headWords*4 {
		return nil, errors.New("window: the screen's memory is not there yet")
	}
	word := func(i int) int { return int(binary.BigEndian.Uint32(dump[i*4:])) }
	start, stride := pixelsAt(dump)
	screenWidth, screenHeight, bits := word(4), word(5), word(11)
	if bits != 32 || screenWidth < width || screenHeight < height || len(dump) < start+stride*screenHeight {
		return nil, errors.New("window: the screen is not as asked for")
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		from, to := dump[start+y*stride:], img.Pix[y*img.Stride:]
		for x := range width {
			to[x*4], to[x*4+1], to[x*4+2], to[x*4+3] = from[x*4+2], from[x*4+1], from[x*4], 255
		}
	}
	return img, nil
}

// drawn says whether the app has drawn the whole window: the screen is black before, and so is
// the bottom right of a window that does not have the phone's size yet.
func drawn(img image.Image) bool {
	b := img.Bounds()
	corner := img.At(b.Max.X-1, b.Max.Y-1)
	if corner == color.Color(color.RGBA{A: 255}) {
		return false
	}
	for y := b.Min.Y; y < b.Max.Y; y += scale {
		for x := b.Min.X; x < b.Max.X; x += scale {
			if img.At(x, y) != corner {
				return true
			}
		}
	}
	return false
}
