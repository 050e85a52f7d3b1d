package photo

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"storewalk/mobile/photo/exif"
	"storewalk/mobile/photo/jpegtest"
	"storewalk/shared/blob"
	"storewalk/shared/fault"
)

var (
	red   = color.RGBA{200, 60, 40, 255}
	blue  = color.RGBA{40, 90, 190, 255}
	green = color.RGBA{30, 160, 60, 255}
	white = color.RGBA{255, 255, 255, 255}
)

func TestAPhotoIsStoredUprightWhateverTheCameraSays(t *testing.T) {
	t.Parallel()
	// The corners of the upright photo, from top left to bottom right, when the stored one has R G above B W.
	for orientation, want := range []string{1: "RGBW", "GRWB", "WBGR", "BWRG", "RBGW", "BRWG", "WGBR", "GWRB"} {
		if orientation == 0 {
			continue
		}
		img := encode(t, corners(400, 200), exif.Tags{Orientation: orientation})
		p, got := take(t, img)
		w, h := 400, 200
		if orientation >= 5 {
			w, h = h, w
		}
		if p.Width != w || p.Height != h || got.Bounds() != image.Rect(0, 0, w, h) {
			t.Errorf("orientation %d: %d × %d", orientation, p.Width, p.Height)
		}
		if c := cornersOf(got); c != want {
			t.Errorf("orientation %d: corners %s, want %s", orientation, c, want)
		}
		thumb, err := jpeg.Decode(bytes.NewReader(p.Thumb))
		if err != nil || cornersOf(thumb) != want {
			t.Errorf("orientation %d: thumbnail %v", orientation, err)
		}
	}
}

func TestTheStoredPhotoStillTellsWhenAndWhere(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 9, 14, 5, 7, 0, exif.China)
	blobs := openBlobs(t)
	img := encode(t, corners(2000, 1000), exif.Tags{Orientation: 6, Taken: at, Lat: 36.0158, Lon: 106.2426, HasPosition: true})
	p, err := Take(t.Context(), bytes.NewReader(img), blobs, Wish{})
	if err != nil {
		t.Fatal(err)
	}
	if p.Width != 800 || p.Height != 1600 {
		t.Fatal(p.Width, p.Height)
	}
	if !p.TakenAt.Equal(at) || !p.HasPosition || math.Abs(p.Lat-36.0158) > 1e-6 || math.Abs(p.Lon-106.2426) > 1e-6 {
		t.Fatal(p.TakenAt, p.Lat, p.Lon)
	}
	f, err := blobs.Open(p.Ref)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	stored, err := io.ReadAll(f)
	if err != nil || int64(len(stored)) != p.Size {
		t.Fatal(len(stored), p.Size, err)
	}
	tags := exif.Read(stored, exif.JPEG)
	if tags.Orientation != 1 || !tags.Taken.Equal(at) || !tags.HasPosition {
		t.Fatalf("%+v", tags)
	}
}

func TestEveryVariantACameraOrAGalleryGivesIsTaken(t *testing.T) {
	t.Parallel()
	file := func(name string) []byte { return testFile(t, name) }
	halves := image.NewNRGBA(image.Rect(0, 0, 120, 90))
	draw.Draw(halves, image.Rect(0, 0, 60, 90), image.NewUniform(red), image.Point{}, draw.Src)
	var clear, deep bytes.Buffer
	if err := errors.Join(png.Encode(&clear, halves), png.Encode(&deep, image.NewNRGBA64(image.Rect(0, 0, 9, 9)))); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		img         []byte
		w, h        int
		left, right color.RGBA
	}{
		"baseline":                   {file("baseline.jpg"), 120, 90, red, blue},
		"progressive":                {file("progressive.jpg"), 120, 90, red, blue},
		"CMYK as print shops make":   {file("cmyk.jpg"), 120, 90, red, blue},
		"progressive CMYK":           {file("cmyk-progressive.jpg"), 120, 90, red, blue},
		"progressive, 36 MP":         {halvesOf36MP(t), 1600, 1600, white, blue},
		"colours at every pixel":     {file("sub444.jpg"), 120, 90, red, blue},
		"colours at every 2nd":       {file("sub422.jpg"), 120, 90, red, blue},
		"colours at every 4th":       {file("sub411.jpg"), 120, 90, red, blue},
		"colours of every 2nd line":  {file("sub440.jpg"), 120, 90, red, blue},
		"colours at every 8th":       {file("sub410.jpg"), 120, 90, red, blue},
		"EXIF that is rubbish":       {withExif(t, strings.Repeat("\xff\x00rubbish", 200)), 9, 9, blue, blue},
		"EXIF that ends too soon":    {withExif(t, "MM\x00\x2a\x00\x00\x00\x08\x00\xff"), 9, 9, blue, blue},
		"EXIF that points to itself": {withExif(t, "MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x09\x00\x00\x00\x00\x00\x08"), 9, 9, blue, blue},
		"PNG, transparent is white":  {clear.Bytes(), 120, 90, red, white},
		"PNG with 16 bits":           {deep.Bytes(), 9, 9, white, white},
		"one pixel":                  {encode(t, solid(1, 1, blue), exif.Tags{}), 1, 1, blue, blue},
		"a line of pixels":           {encode(t, solid(5000, 1, blue), exif.Tags{}), 1600, 1, blue, blue},
		"with rubbish after its end": {append(encode(t, solid(9, 9, blue), exif.Tags{}), "MotionPhoto"...), 9, 9, blue, blue},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, img := take(t, c.img)
			if p.Width != c.w || p.Height != c.h || img.Bounds() != image.Rect(0, 0, c.w, c.h) {
				t.Fatal(p.Width, p.Height, img.Bounds())
			}
			if !near(img.At(c.w/4, c.h/2), c.left) || !near(img.At(c.w*3/4, c.h/2), c.right) {
				t.Fatal(img.At(c.w/4, c.h/2), img.At(c.w*3/4, c.h/2))
			}
			if !p.TakenAt.IsZero() || p.HasPosition {
				t.Fatal("a time or a place out of nowhere")
			}
		})
	}
	for _, name := range []string{"grey.jpg", "grey-progressive.jpg"} {
		p, img := take(t, file(name))
		r, g, b, _ := img.At(30, 45).RGBA()
		if p.Width != 120 || r != g || g != b || r < 0x2000 || r > 0xe000 {
			t.Errorf("%s: %d wide, %x %x %x", name, p.Width, r, g, b)
		}
	}
}

func TestWhatIsNoPhotoIsRefusedWithItsReasonAndLeavesNothing(t *testing.T) {
	t.Parallel()
	whole := encode(t, noise(300, 200), exif.Tags{Orientation: 6})
	huge := bytes.Clone(whole) // the header promises 65,500 × 65,500 pixels
	if i := bytes.Index(huge, []byte{0xff, 0xc0}); i > 0 {
		copy(huge[i+5:], []byte{0xff, 0xdc, 0xff, 0xdc})
	}
	cases := map[string]struct {
		src  io.Reader
		want string
	}{
		"nothing":                {strings.NewReader(""), "photo.empty"},
		"no end in 40 MB":        {io.MultiReader(bytes.NewReader(whole[:len(whole)/2]), io.LimitReader(zeros{}, 40<<20)), "photo.too_large"},
		"a text":                 {strings.NewReader("店面很整洁"), "photo.not_an_image"},
		"HEIC":                   {strings.NewReader("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "photo.not_an_image"},
		"WebP":                   {strings.NewReader("RIFF\x24\x00\x00\x00WEBPVP8 "), "photo.not_an_image"},
		"a GIF":                  {strings.NewReader("GIF89a"), "photo.not_an_image"},
		"cut in the pixels":      {bytes.NewReader(whole[:len(whole)/2]), "photo.broken"},
		"cut in the header":      {bytes.NewReader(whole[:30]), "photo.broken"},
		"PNG cut":                {strings.NewReader("\x89PNG\r\n\x1a\n\x00\x00"), "photo.broken"},
		"a bomb":                 {bytes.NewReader(huge), "photo.too_many_pixels"},
		"arithmetic coding":      {bytes.NewReader(testFile(t, "../smalljpeg/testdata/arithmetic.jpg")), "photo.not_an_image"},
		"a camera that vanished": {io.MultiReader(bytes.NewReader(whole[:len(whole)-9]), iotest.ErrReader(io.ErrClosedPipe)), "internal"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			blobs := openBlobs(t)
			p, err := Take(t.Context(), c.src, blobs, Wish{})
			if _, code := fault.Of(err); err == nil || code != c.want {
				t.Fatalf("%v, want %s", err, c.want)
			}
			if !p.Ref.IsZero() {
				t.Fatal("a ref without a photo")
			}
			if n, err := blobs.Sweep(t.Context(), func(blob.Ref) bool { return false }, 0); n != 0 || err != nil {
				t.Fatalf("%d files left behind, %v", n, err)
			}
		})
	}
}

func TestAFullDiskSaysSoAndTheNextTryWorks(t *testing.T) {
	t.Parallel()
	blobs := openBlobs(t)
	blobs.Through = func(f blob.File) blob.File { return fullDisk{f} }
	img := encode(t, noise(300, 200), exif.Tags{})
	_, err := Take(t.Context(), bytes.NewReader(img), blobs, Wish{})
	if kind, code := fault.Of(err); kind != fault.Unavailable || code != "disk.full" {
		t.Fatal(kind, code, err)
	}
	blobs.Through = nil
	if _, err := Take(t.Context(), bytes.NewReader(img), blobs, Wish{}); err != nil {
		t.Fatal(err)
	}
}

func TestAnEndedContextStoresNothing(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Take(ctx, bytes.NewReader(encode(t, noise(9, 9), exif.Tags{})), openBlobs(t), Wish{}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func TestTheThumbnailNeverOutgrowsItsRecord(t *testing.T) {
	t.Parallel()
	for _, size := range []image.Point{{1600, 1600}, {1600, 100}, {50, 1600}} {
		p, _ := take(t, encode(t, noise(size.X, size.Y), exif.Tags{})) // noise is the hardest to compress
		c, err := jpeg.DecodeConfig(bytes.NewReader(p.Thumb))
		if err != nil || len(p.Thumb) > maxThumb || max(c.Width, c.Height) > thumbSide {
			t.Fatal(len(p.Thumb), c.Width, c.Height, err)
		}
	}
}

func BenchmarkTake12MP(b *testing.B) {
	img := encode(b, noise(4000, 3000), exif.Tags{Orientation: 6})
	blobs, err := blob.OpenDir(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer blobs.Close()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Take(b.Context(), bytes.NewReader(img), blobs, Wish{}); err != nil {
			b.Fatal(err)
		}
	}
}

// halvesOf36MP is a progressive picture whose left is white and whose right is blue.
func halvesOf36MP(t *testing.T) []byte {
	t.Helper()
	left, right := [3]int16{338, 0, 0}, [3]int16{-111, 156, -88} // in steps of 3/8 from the middle on
	d := jpegtest.Drawing{W: 6000, H: 6000, Ratios: [][2]int{{2, 2}, {1, 1}, {1, 1}}, Script: jpegtest.Script(3),
		Block: func(component, bx, _ int) *[64]int16 {
			if bx*8*[]int{1, 2, 2}[component] < 3000 {
				return &[64]int16{left[component]}
			}
			return &[64]int16{right[component]}
		}}
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func testFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// withExif is a blue picture with an EXIF segment of any content.
func withExif(t *testing.T, content string) []byte {
	t.Helper()
	img := encode(t, solid(9, 9, blue), exif.Tags{})
	segment := "Exif\x00\x00" + content
	head := []byte{0xff, 0xd8, 0xff, 0xe1, byte((len(segment) + 2) >> 8), byte(len(segment) + 2)}
	return slices.Concat(head, []byte(segment), img[2:])
}

func take(t *testing.T, img []byte) (Picture, image.Image) {
	t.Helper()
	blobs := openBlobs(t)
	p, err := Take(t.Context(), bytes.NewReader(img), blobs, Wish{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := blobs.Open(p.Ref)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	stored, err := jpeg.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return p, stored
}

func openBlobs(t *testing.T) *blob.Dir {
	t.Helper()
	d, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func encode(t testing.TB, img image.Image, tags exif.Tags) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	out, err := exif.Insert(b.Bytes(), tags)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func solid(w, h int, c color.Color) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	return img
}

// corners is red and green above blue and white.
func corners(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i, c := range []color.Color{red, green, blue, white} {
		at := image.Pt(i%2*w/2, i/2*h/2)
		draw.Draw(img, image.Rectangle{at, at.Add(image.Pt(w/2, h/2))}, image.NewUniform(c), image.Point{}, draw.Src)
	}
	return img
}

func cornersOf(img image.Image) (s string) {
	b := img.Bounds()
	for _, y := range []int{b.Dy() / 4, b.Dy() * 3 / 4} {
		for _, x := range []int{b.Dx() / 4, b.Dx() * 3 / 4} {
			for name, c := range map[string]color.RGBA{"R": red, "G": green, "B": blue, "W": white} {
				if near(img.At(x, y), c) {
					s += name
				}
			}
		}
	}
	return s
}

func near(got color.Color, want color.RGBA) bool {
	r, g, b, _ := got.RGBA()
	off := func(a uint32, b uint8) bool { return math.Abs(float64(a>>8)-float64(b)) > 25 }
	return !off(r, want.R) && !off(g, want.G) && !off(b, want.B)
}

func noise(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	src := rand.NewChaCha8([32]byte{1})
	src.Read(img.Pix)
	return img
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

type fullDisk struct{ blob.File }

func (fullDisk) Write([]byte) (int, error) { return 0, syscall.ENOSPC }
