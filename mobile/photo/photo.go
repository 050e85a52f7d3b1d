// Package photo turns what a camera gives into what the phone keeps: upright, small, with when and where written on it.
package photo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"runtime/debug"
	"time"

	"storewalk/mobile/photo/exif"
	"storewalk/shared/blob"
)

// Limits of what Take accepts, and sizes of what it makes.
const (
	MaxBytes  = 32 << 20 // of the file the camera gives, up to the last pixel
	MaxPixels = 64 << 20 // a 64-megapixel sensor just fits

	maxDecoded   = 4 * MaxPixels // bytes of memory for the pixels of a PNG
	longestSide  = 1600          // pixels of the stored photo
	detailSide   = 2400          // the same where details count
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
	Quality       Quality
}

// A Wish is what the stored photo should be like. The zero value is a plain photo of 1600 pixels.
type Wish struct {
	Detail bool // 2400 pixels instead of 1600
	// Stamp returns the lines to write on the photo, from what the picture says about itself; nil writes nothing.
	Stamp func(exif.Tags) []string
}

// decoding has room for one: a phone has memory for one decoded original, not for two.
var decoding = make(chan struct{}, 1)

// Take reads a JPEG or PNG of at most 32 MB and 64 megapixels from src, turns it upright, shrinks it to 1600 pixels, stamps
// it and stores it in blobs. When it returns, the photo survives a power cut; when it fails, nothing is stored. src is read
// once and not kept: of 50 megapixels a JPEG needs some 30 MB, and a progressive one up to 80 MB. It may take seconds: call it
// on another goroutine than the one that draws.
//
// Faults: photo.empty, photo.too_large, photo.not_an_image, photo.broken, photo.too_many_pixels; disk.full is told by
// fault.Of from the error of blobs.
func Take(ctx context.Context, src io.Reader, blobs *blob.Dir, wish Wish) (Picture, error) {
	select {
	case decoding <- struct{}{}:
		defer func() { <-decoding }()
	case <-ctx.Done():
		return Picture{}, ctx.Err()
	}
	in, err := open(ctx, src)
	if err != nil {
		return Picture{}, err
	}
	tags := exif.Read(in.head, in.format)
	small, err := in.shrunk(wish.side())
	if err != nil {
		return Picture{}, err
	}
	if err := ctx.Err(); err != nil {
		return Picture{}, err
	}
	small = upright(small, tags.Orientation)
	tags.Orientation = 1
	p := Picture{Width: small.Rect.Dx(), Height: small.Rect.Dy(), TakenAt: tags.Taken, Lat: tags.Lat, Lon: tags.Lon,
		HasPosition: tags.HasPosition, Quality: measure(small)}
	if p.Thumb, err = thumbnail(small); err != nil { // without the stamp, which nobody could read there
		return Picture{}, fmt.Errorf("photo: thumbnail: %w", err)
	}
	if wish.Stamp != nil {
		if err := stamp(small, wish.Stamp(tags)); err != nil {
			return Picture{}, fmt.Errorf("photo: stamp: %w", err)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: storeQuality}); err != nil {
		return Picture{}, fmt.Errorf("photo: encode: %w", err)
	}
	stored, err := exif.Insert(b.Bytes(), tags)
	if err != nil {
		return Picture{}, fmt.Errorf("photo: encode: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return Picture{}, err
	}
	if p.Ref, p.Size, err = blobs.Add(bytes.NewReader(stored)); err != nil {
		return Picture{}, fmt.Errorf("photo: store: %w", err)
	}
	return p, nil
}

// Look reads a picture as Take does, upright and with no side longer than side, and stores nothing. Its faults are Take's.
func Look(ctx context.Context, src io.Reader, side int) (*image.RGBA, error) {
	select {
	case decoding <- struct{}{}:
		defer func() { <-decoding }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	in, err := open(ctx, src)
	if err != nil {
		return nil, err
	}
	tags := exif.Read(in.head, in.format)
	small, err := in.shrunk(side)
	if err != nil {
		return nil, err
	}
	return upright(small, tags.Orientation), nil
}

func (w Wish) side() int {
	if w.Detail {
		return detailSide
	}
	return longestSide
}

// shrunk decodes the picture and lets go of what was decoded, which is most of the memory, before anything else is made of
// it.
func (s *source) shrunk(side int) (*image.RGBA, error) {
	img, size, err := s.decode(side)
	if err != nil {
		return nil, err
	}
	small := shrink(img, fit(size.X, size.Y, side))
	if size.X*size.Y > largePixels {
		debug.FreeOSMemory()
	}
	return small, nil
}

// largePixels is from how many pixels on memory is given back at once, which takes some milliseconds.
const largePixels = 8 << 20
