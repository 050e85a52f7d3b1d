// Package shelf draws what a customer manager photographs: shelves of cigarettes with their price tags, and the fronts of
// village shops. The same options always draw the same picture.
package shelf

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"time"

	"storewalk/mobile/photo/exif"
)

// A Kind is what the picture shows.
type Kind int

// The kinds of pictures.
const (
	Shelf      Kind = iota // a whole cabinet of cigarettes, seen from across the counter
	Tags                   // one or two rows of it, near enough to read the price tags
	Storefront             // the shop from the street
)

// Options say what to draw. The zero value draws a shelf of 12 megapixels.
type Options struct {
	Kind          Kind
	Seed          uint64 // another seed: another shop, other goods, another hand holding the camera
	Width, Height int    // pixels of the picture as people see it; 4000 × 3000 when zero
	Sign          string // the name over the door of a Storefront; drawn by the seed when empty

	Orientation int       // EXIF orientation: 6 stores the picture on its side, as phones held upright do; any other is 1
	Taken       time.Time // written into the picture when not zero
	Lat, Lon    float64   // degrees; written into the picture with HasPosition
	HasPosition bool
}

// halfFrom is the width from which the scene is painted at half the size: no lens is sharper than that.
const halfFrom = 2400

// Draw returns the picture as a JPEG such as a telephone's camera makes.
func Draw(o Options) ([]byte, error) {
	if o.Width <= 0 || o.Height <= 0 {
		o.Width, o.Height = 4000, 3000
	}
	if o.Orientation != 6 {
		o.Orientation = 1
	}
	scale := 1
	if max(o.Width, o.Height) >= halfFrom {
		scale = 2
	}
	rnd := rand.New(rand.NewPCG(o.Seed, uint64(o.Kind)))
	fonts, err := loadFont()
	if err != nil {
		return nil, err
	}
	s := &scene{w: (o.Width + scale - 1) / scale, h: (o.Height + scale - 1) / scale, rnd: rnd, font: fonts}
	var warm float32
	switch o.Kind {
	case Storefront:
		s.storefront(o.Sign)
	default:
		warm = 1
		s.cabinet(o.Kind == Tags)
	}
	painted := s.paint()
	if o.Orientation == 6 {
		painted = painted.onItsSide()
		o.Width, o.Height = o.Height, o.Width
	}
	img := develop(painted, image.Rect(0, 0, o.Width, o.Height), scale, warm, o.Seed)

	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 92}); err != nil {
		return nil, fmt.Errorf("shelf: encode: %w", err)
	}
	out, err := exif.Insert(b.Bytes(), exif.Tags{
		Orientation: o.Orientation, Taken: o.Taken, Lat: o.Lat, Lon: o.Lon, HasPosition: o.HasPosition,
	})
	if err != nil {
		return nil, fmt.Errorf("shelf: encode: %w", err)
	}
	return out, nil
}
