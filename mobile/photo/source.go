package photo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"runtime/debug"

	"storewalk/mobile/photo/exif"
	"storewalk/mobile/photo/smalljpeg"
	"storewalk/shared/fault"
)

// A source is the camera's bytes on their way: the header is held, the pixels pass by once.
type source struct {
	ctx    context.Context
	src    io.Reader
	read   int64
	failed error // of reading, not of what was read
	format exif.Format
	head   []byte // from the first byte up to the pixels; a source reads these again
	again  int    // of head, how many are read again
}

// maxHead bounds what stands before the pixels: EXIF, colour profiles, previews.
const maxHead = 4 << 20

// open reads the header of a picture, or says why there is none.
func open(ctx context.Context, src io.Reader) (*source, error) {
	s := &source{ctx: ctx, src: src}
	start := make([]byte, 8)
	n, _ := io.ReadFull(s, start) // a short one is no picture, and s.failed says what else went wrong
	s.head = start[:n]
	var err error
	switch {
	case s.failed != nil:
		return nil, fmt.Errorf("photo: read: %w", s.failed)
	case n == 0:
		return nil, fault.New(fault.Invalid, "photo.empty", nil)
	case bytes.HasPrefix(start, []byte("\xff\xd8\xff")):
		s.format, err = exif.JPEG, s.readSegments()
	case bytes.HasPrefix(start, []byte("\x89PNG\r\n\x1a\n")):
		s.format, err = exif.PNG, s.readChunks()
	default:
		return nil, fault.New(fault.Invalid, "photo.not_an_image", nil)
	}
	if err != nil {
		return nil, s.why(err)
	}
	s.again = len(s.head)
	return s, nil
}

// Read gives the header once more, then the rest. It stops when the context ends and after MaxBytes.
func (s *source) Read(b []byte) (int, error) {
	if s.again > 0 {
		n := copy(b, s.head[len(s.head)-s.again:])
		s.again -= n
		return n, nil
	}
	if s.failed = s.ctx.Err(); s.failed != nil {
		return 0, s.failed
	}
	if s.read >= MaxBytes {
		s.failed = fault.New(fault.Invalid, "photo.too_large", nil)
		return 0, s.failed
	}
	n, err := s.src.Read(b[:min(int64(len(b)), MaxBytes-s.read)])
	s.read += int64(n)
	if err != nil && err != io.EOF {
		s.failed = err
	}
	return n, err
}

// why is the reason that decoding ended with err: the source's own, when it has one.
func (s *source) why(err error) error {
	var jpegVariant jpeg.UnsupportedError
	var pngVariant png.UnsupportedError
	switch {
	case s.failed != nil:
		return fmt.Errorf("photo: read: %w", s.failed)
	case errors.As(err, &jpegVariant), errors.As(err, &pngVariant): // nobody's camera makes these
		return fault.New(fault.Invalid, "photo.not_an_image", err)
	}
	return fault.New(fault.Invalid, "photo.broken", err)
}

// need reads on until n bytes of head are there.
func (s *source) need(n int) error {
	have := len(s.head)
	if n > maxHead {
		return errors.New("no end of the header")
	}
	if n <= have {
		return nil
	}
	s.head = append(s.head, make([]byte, n-have)...)
	got, err := io.ReadFull(s, s.head[have:])
	s.head = s.head[:have+got]
	return err
}

// readSegments reads a JPEG up to its first scan.
func (s *source) readSegments() error {
	for i := 2; ; {
		if err := s.need(i + 4); err != nil {
			return err
		}
		switch marker := s.head[i+1]; {
		case s.head[i] != 0xff:
			return errors.New("no marker where one belongs")
		case marker == 0xff: // fill byte
			i++
			continue
		case marker == 0xda || marker == 0xd9: // the scan, or the end
			return nil
		}
		i += 2 + int(s.head[i+2])<<8 + int(s.head[i+3])
	}
}

// readChunks reads a PNG up to its pixels.
func (s *source) readChunks() error {
	for i := 8; ; {
		if err := s.need(i + 8); err != nil {
			return err
		}
		size := int(s.head[i])<<24 | int(s.head[i+1])<<16 | int(s.head[i+2])<<8 | int(s.head[i+3])
		if string(s.head[i+4:i+8]) == "IDAT" {
			return nil
		}
		if size > maxHead {
			return errors.New("no end of a chunk")
		}
		i += 12 + size
	}
}

// decode returns the pixels, once it is sure that they fit into memory, and how many the picture has. Those of a JPEG are
// fewer when side allows it.
func (s *source) decode(side int) (img image.Image, size image.Point, err error) {
	config := jpeg.DecodeConfig
	if s.format == exif.PNG {
		config = png.DecodeConfig
	}
	c, err := config(bytes.NewReader(s.head))
	if err != nil {
		return nil, size, s.why(err)
	}
	size = image.Pt(c.Width, c.Height)
	// Both sides fit 31 bits, so the product fits 62.
	pixels := int64(c.Width) * int64(c.Height)
	if pixels > MaxPixels || s.format == exif.PNG && pixels*bytesPerPixel(c.ColorModel) > maxDecoded {
		return nil, size, fault.New(fault.Invalid, "photo.too_many_pixels", fmt.Errorf("%d × %d", c.Width, c.Height))
	}
	if pixels > largePixels {
		debug.FreeOSMemory() // what the photo before left
	}
	if s.format == exif.PNG {
		img, err = png.Decode(s)
	} else {
		img, err = smalljpeg.Decode(s, side)
	}
	if err != nil {
		return nil, size, s.why(err)
	}
	return img, size, nil
}

// bytesPerPixel is the most memory that a PNG takes for each pixel.
func bytesPerPixel(m color.Model) int64 {
	switch m {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	return 4
}
