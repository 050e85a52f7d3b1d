// Package photo turns what a camera gives into what the phone keeps: upright, small, and saying when and where.
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
	"time"

	"storewalk/mobile/photo/exif"
	"storewalk/shared/blob"
	"storewalk/shared/fault"
)

// Limits of what Take accepts, and sizes of what it makes.
const (
	MaxBytes  = 32 << 20 // of the file the camera gives
	MaxPixels = 64 << 20 // a 64-megapixel sensor just fits

	maxDecoded   = 4 * MaxPixels // bytes of memory for the decoded original
	longestSide  = 1600          // pixels of the stored photo
	storeQuality = 80            // JPEG quality of the stored photo
	thumbSide    = 240           // pixels of the thumbnail
	maxThumb     = 8 << 10       // bytes of the thumbnail
)

// A Picture is a photo that is safely stored, and all a record says about it.
type Picture struct {
	Ref           blob.Ref
	Size          int64     // bytes of the stored JPEG
	Width, Height int       // pixels of the stored JPEG, upright
	Thumb         []byte    // a JPEG of at most 8 KiB, no side over 240 pixels
	TakenAt       time.Time // when the camera says it was taken; zero when it does not
	Lat, Lon      float64   // degrees, north and east positive; only with HasPosition
	HasPosition   bool
}

// decoding has room for one: a phone has memory for one decoded original, not for two.
var decoding = make(chan struct{}, 1)

// Take reads a JPEG or PNG of at most 32 MB and 64 megapixels from src, turns it upright, shrinks it to 1600 pixels and
// stores it in blobs. When it returns, the photo survives a power cut; when it fails, nothing is stored.
//
// Faults: photo.empty, photo.too_large, photo.not_an_image, photo.broken, photo.too_many_pixels; disk.full is told by
// fault.Of from the error of blobs.
func Take(ctx context.Context, src io.Reader, blobs *blob.Dir) (Picture, error) {
	select {
	case decoding <- struct{}{}:
		defer func() { <-decoding }()
	case <-ctx.Done():
		return Picture{}, ctx.Err()
	}
	data, format, err := read(ctx, src)
	if err != nil {
		return Picture{}, err
	}
	tags := exif.Read(data, format)
	img, err := decode(data, format)
	if err != nil {
		return Picture{}, err
	}
	if err := ctx.Err(); err != nil {
		return Picture{}, err
	}
	small := upright(shrink(img, longestSide), tags.Orientation)
	tags.Orientation = 1

	var b bytes.Buffer
	if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: storeQuality}); err != nil {
		return Picture{}, fmt.Errorf("photo: encode: %w", err)
	}
	stored, err := exif.Insert(b.Bytes(), tags)
	if err != nil {
		return Picture{}, fmt.Errorf("photo: encode: %w", err)
	}
	thumb, err := thumbnail(small)
	if err != nil {
		return Picture{}, fmt.Errorf("photo: thumbnail: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return Picture{}, err
	}
	ref, size, err := blobs.Add(bytes.NewReader(stored))
	if err != nil {
		return Picture{}, fmt.Errorf("photo: store: %w", err)
	}
	return Picture{
		Ref: ref, Size: size, Width: small.Rect.Dx(), Height: small.Rect.Dy(), Thumb: thumb,
		TakenAt: tags.Taken, Lat: tags.Lat, Lon: tags.Lon, HasPosition: tags.HasPosition,
	}, nil
}

// read returns the whole file, or the reason it cannot be a photo.
func read(ctx context.Context, src io.Reader) ([]byte, exif.Format, error) {
	data, err := io.ReadAll(io.LimitReader(ctxReader{ctx, src}, MaxBytes+1))
	switch {
	case err != nil:
		return nil, 0, fmt.Errorf("photo: read: %w", err)
	case len(data) == 0:
		return nil, 0, fault.New(fault.Invalid, "photo.empty", nil)
	case len(data) > MaxBytes:
		return nil, 0, fault.New(fault.Invalid, "photo.too_large", nil)
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return data, exif.JPEG, nil
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return data, exif.PNG, nil
	}
	return nil, 0, fault.New(fault.Invalid, "photo.not_an_image", nil)
}

// decode returns the pixels, once it is sure that they fit into memory.
func decode(data []byte, format exif.Format) (image.Image, error) {
	config, whole := jpeg.DecodeConfig, jpeg.Decode
	if format == exif.PNG {
		config, whole = png.DecodeConfig, png.Decode
	}
	c, err := config(bytes.NewReader(data))
	if err != nil {
		return nil, undecodable(err)
	}
	// Both sides fit 31 bits, so the product fits 62.
	pixels := int64(c.Width) * int64(c.Height)
	if pixels > MaxPixels || pixels*bytesPerPixel(c.ColorModel, format == exif.JPEG && progressive(data)) > maxDecoded {
		return nil, fault.New(fault.Invalid, "photo.too_many_pixels", fmt.Errorf("%d × %d", c.Width, c.Height))
	}
	img, err := whole(bytes.NewReader(data))
	if err != nil {
		return nil, undecodable(err)
	}
	return img, nil
}

// undecodable tells a damaged photo from one in a variant of JPEG or PNG that nobody's camera makes.
func undecodable(err error) error {
	var jpegVariant jpeg.UnsupportedError
	var pngVariant png.UnsupportedError
	if errors.As(err, &jpegVariant) || errors.As(err, &pngVariant) {
		return fault.New(fault.Invalid, "photo.not_an_image", err)
	}
	return fault.New(fault.Invalid, "photo.broken", err)
}

// bytesPerPixel is the most memory the decoder takes for each pixel. For a progressive JPEG it also keeps a 32-bit
// coefficient for each sample until the last scan.
func bytesPerPixel(m color.Model, progressive bool) int64 {
	samples, size := int64(4), int64(1)
	switch m {
	case color.GrayModel:
		samples = 1
	case color.Gray16Model:
		samples, size = 1, 2
	case color.YCbCrModel:
		samples = 3
	case color.RGBA64Model, color.NRGBA64Model:
		size = 2
	}
	if progressive {
		size += 4
	}
	return samples * size
}

// progressive reports whether the frame header of a JPEG says so.
func progressive(data []byte) bool {
	for i := 2; i+4 <= len(data) && data[i] == 0xff; {
		switch marker := data[i+1]; {
		case marker == 0xff: // fill byte
			i++
			continue
		case marker == 0xc2:
			return true
		case marker == 0xc0, marker == 0xc1, marker == 0xda:
			return false
		}
		i += 2 + int(data[i+2])<<8 + int(data[i+3])
	}
	return false
}

// A ctxReader stops reading when its context ends.
type ctxReader struct {
	ctx context.Context
	src io.Reader
}

func (r ctxReader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.src.Read(b)
}
