package shelf

import (
	"bytes"
	"image/jpeg"
	"math"
	"testing"
	"time"

	"storewalk/mobile/photo/exif"
)

func TestTheSameOptionsDrawTheSamePictureAndAnotherSeedAnother(t *testing.T) {
	t.Parallel()
	for _, kind := range []Kind{Shelf, Tags, Storefront} {
		first := drawn(t, Options{Kind: kind, Seed: 1, Width: 320, Height: 240})
		if !bytes.Equal(first, drawn(t, Options{Kind: kind, Seed: 1, Width: 320, Height: 240})) {
			t.Errorf("kind %d changes from call to call", kind)
		}
		if bytes.Equal(first, drawn(t, Options{Kind: kind, Seed: 2, Width: 320, Height: 240})) {
			t.Errorf("kind %d is the same for every seed", kind)
		}
	}
}

func TestAPictureHasTheSizeAskedForAndLooksLikeAPhoto(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{
		{Width: 320, Height: 240}, {Width: 241, Height: 319, Kind: Storefront}, {Width: 7, Height: 5, Kind: Tags}, {Width: 2501, Height: 1003},
	} {
		img, err := jpeg.Decode(bytes.NewReader(drawn(t, o)))
		if err != nil || img.Bounds().Dx() != o.Width || img.Bounds().Dy() != o.Height {
			t.Fatal(err, o)
		}
		dark, light := uint32(math.MaxUint32), uint32(0)
		for y := range o.Height {
			for x := range o.Width {
				_, g, _, _ := img.At(x, y).RGBA()
				dark, light = min(dark, g>>8), max(light, g>>8)
			}
		}
		if o.Width > 100 && (dark > 60 || light < 200) {
			t.Errorf("%+v: from %d to %d only", o, dark, light)
		}
	}
}

func TestAPhoneHeldUprightStoresThePictureOnItsSideAndSaysSo(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 9, 10, 20, 30, 0, exif.China)
	o := Options{Kind: Storefront, Width: 300, Height: 400, Taken: at, Lat: 36.275, Lon: 106.165, HasPosition: true, Sign: "福堃便民超市"}
	upright := drawn(t, o)
	o.Orientation = 6
	turned := drawn(t, o)
	a, err := jpeg.Decode(bytes.NewReader(upright))
	if err != nil {
		t.Fatal(err)
	}
	b, err := jpeg.Decode(bytes.NewReader(turned))
	if err != nil || b.Bounds().Dx() != 400 || b.Bounds().Dy() != 300 {
		t.Fatal(b.Bounds(), err)
	}
	off := 0
	for y := 5; y < 400; y += 10 {
		for x := 5; x < 300; x += 10 {
			_, g1, _, _ := a.At(x, y).RGBA()
			_, g2, _, _ := b.At(y, 299-x).RGBA()
			if math.Abs(float64(g1>>8)-float64(g2>>8)) > 60 {
				off++
			}
		}
	}
	if off > 60 {
		t.Errorf("%d of 1200 places differ: turned the wrong way", off)
	}
	if got := exif.Read(upright, exif.JPEG); got.Orientation != 1 {
		t.Error(got)
	}
	if got := exif.Read(turned, exif.JPEG); got.Orientation != 6 || !got.Taken.Equal(at) || !got.HasPosition || math.Abs(got.Lat-36.275) > 1e-6 {
		t.Error(got)
	}
}

func BenchmarkDraw12MP(b *testing.B) {
	for name, kind := range map[string]Kind{"shelf": Shelf, "tags": Tags, "storefront": Storefront} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				img, err := Draw(Options{Kind: kind})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(img)), "bytes")
			}
		})
	}
}

func drawn(t *testing.T, o Options) []byte {
	t.Helper()
	b, err := Draw(o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
