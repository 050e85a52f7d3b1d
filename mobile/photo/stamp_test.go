package photo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"
	"time"

	"storewalk/mobile/photo/exif"
)

var stampLines = []string{"固原市原州区三营老买综合商店", "2026-11-22 09:14 · 李娜", "36.01580, 106.24260 ±12 m"}

func TestTheStampIsInThePixelsAtTheFootAndNowhereElse(t *testing.T) {
	t.Parallel()
	for _, size := range []image.Point{{1600, 1200}, {900, 1600}, {320, 240}} {
		grey := color.RGBA{128, 128, 128, 255}
		at := time.Date(2026, 11, 22, 9, 14, 0, 0, exif.China)
		src := encode(t, solid(size.X, size.Y, grey), exif.Tags{Taken: at})
		blobs := openBlobs(t)
		var told exif.Tags
		p, err := Take(t.Context(), bytes.NewReader(src), blobs, Wish{Stamp: func(tags exif.Tags) []string { told = tags; return stampLines }})
		if err != nil || !told.Taken.Equal(at) {
			t.Fatal(told, err)
		}
		f, err := blobs.Open(p.Ref)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		got, err := jpeg.Decode(f)
		if err != nil {
			t.Fatal(err)
		}
		ink, paper, above := 0, 0, 0
		for y := range size.Y {
			for x := range size.X {
				switch {
				case y < size.Y*3/4 && !near(got.At(x, y), grey):
					above++
				case y >= size.Y*3/4 && near(got.At(x, y), white):
					ink++
				case y >= size.Y*3/4 && near(got.At(x, y), color.RGBA{53, 53, 53, 255}):
					paper++
				}
			}
		}
		if above != 0 || ink < size.X/2 || paper < size.X*10 {
			t.Errorf("%v: %d pixels above the stamp, %d of ink, %d of paper", size, above, ink, paper)
		}
		if dir := os.Getenv("SCREENS"); dir != "" {
			look(t, filepath.Join(dir, fmt.Sprintf("stamp-%d.jpg", size.X)), got)
		}
		thumb, err := jpeg.Decode(bytes.NewReader(p.Thumb))
		if b := thumb.Bounds(); err != nil || !near(thumb.At(b.Dx()/2, b.Dy()-2), grey) {
			t.Error("a stamp that nobody can read is on the thumbnail")
		}
	}
}

// look writes a picture for a person to look at.
func look(t *testing.T, path string, img image.Image) {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestALineThatIsTooLongIsCutAndATinyPictureHasNone(t *testing.T) {
	t.Parallel()
	long := []string{"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"}
	img := image.NewRGBA(image.Rect(0, 0, 300, 400))
	if err := stamp(img, long); err != nil {
		t.Fatal(err)
	}
	for y := range 400 {
		if r, _, _, _ := img.At(299, y).RGBA(); r > 0x8000 {
			t.Fatal("a line runs over the edge")
		}
	}
	tiny := solid(40, 40, blue).(*image.RGBA)
	if err := stamp(tiny, long); err != nil || !near(tiny.At(20, 39), blue) {
		t.Fatal("a tiny picture is covered", err)
	}
}

func TestDetailIsKeptWhereItIsWanted(t *testing.T) {
	t.Parallel()
	img := encode(t, solid(3000, 1500, blue), exif.Tags{Orientation: 6})
	for side, wish := range map[int]Wish{1600: {}, 2400: {Detail: true}} {
		p, err := Take(t.Context(), bytes.NewReader(img), openBlobs(t), wish)
		if err != nil || p.Height != side || p.Width != side/2 {
			t.Error(p.Width, p.Height, err)
		}
	}
}
