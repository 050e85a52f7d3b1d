package smalljpeg

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"golang.org/x/image/draw"

	"storewalk/mobile/photo/jpegtest"
)

var samplings = map[string][][2]int{
	"grey":   {{1, 1}},
	"444":    {{1, 1}, {1, 1}, {1, 1}},
	"422":    {{2, 1}, {1, 1}, {1, 1}},
	"440":    {{1, 2}, {1, 1}, {1, 1}},
	"420":    {{2, 2}, {1, 1}, {1, 1}},
	"411":    {{4, 1}, {1, 1}, {1, 1}},
	"410":    {{4, 2}, {1, 1}, {1, 1}},
	"of 2":   {{2, 1}, {2, 1}, {2, 1}},
	"inks":   {{1, 1}, {1, 1}, {1, 1}, {1, 1}},
	"inks 2": {{2, 2}, {1, 1}, {1, 1}, {2, 2}},
}

// anyDrawing is one of whatever coefficients: some blocks are empty, some flat, some full.
func anyDrawing(seed uint64, ratios [][2]int, w, h int) *jpegtest.Drawing {
	return &jpegtest.Drawing{W: w, H: h, Ratios: ratios, Block: func(c, bx, by int) *[64]int16 {
		r := rand.New(rand.NewPCG(seed, uint64(c)<<40|uint64(by)<<20|uint64(bx)))
		b := new([64]int16)
		for k, full := 0, r.IntN(4)*r.IntN(22); k < full; k++ {
			if r.IntN(4) == 0 {
				b[k] = int16((r.IntN(255) - 127) / (k + 1))
			}
		}
		b[r.IntN(64)] = int16(r.IntN(7) - 3)
		b[0] = int16(r.IntN(500) - 250)
		return b
	}}
}

func written(t testing.TB, d *jpegtest.Drawing) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pass(components, from, to, high, low int) jpegtest.Scan {
	return jpegtest.Scan{Components: components, From: from, To: to, High: high, Low: low}
}

// scripts are ways to tell the same coefficients.
func scripts(comps int, r *rand.Rand) [][]jpegtest.Scan {
	all, plain, bits := 1<<comps-1, []jpegtest.Scan{}, []jpegtest.Scan{}
	plain = append(plain, pass(all, 0, 0, 0, 0))
	for c := range comps {
		plain = append(plain, pass(1<<c, 1, 63, 0, 0))
		bits = append(bits, pass(1<<c, 0, 0, 0, 3))
		for k, to := 1, 0; k < 64; k = to + 1 {
			to = min(63, k+r.IntN(30))
			bits = append(bits, pass(1<<c, k, to, 0, 3))
		}
		for low := 2; low >= 0; low-- {
			bits = append(bits, pass(1<<c, 1, 63, low+1, low), pass(1<<c, 0, 0, low+1, low))
		}
	}
	return [][]jpegtest.Scan{jpegtest.Script(comps), plain, bits}
}

func TestAProgressivePictureIsTheSameAsOneThatIsNotAtEveryScale(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for name, ratios := range samplings {
		for _, size := range []image.Point{{1, 1}, {93, 71}, {64, 64}, {7, 130}} {
			d := anyDrawing(r.Uint64(), ratios, size.X, size.Y)
			d.Restarts = r.IntN(2) * (1 + r.IntN(9))
			for n := 1; n <= 8; n++ {
				d.Script = nil
				want := decode(t, written(t, d), n)
				if want.Bounds() != image.Rect(0, 0, up(size.X*n, 8), up(size.Y*n, 8)) {
					t.Fatalf("%s %v, %d/8: %v", name, size, n, want.Bounds())
				}
				for i, s := range scripts(len(ratios), r) {
					d.Script = s
					if got := decode(t, written(t, d), n); difference(got, want) > 0 {
						t.Fatalf("%s %v, %d/8, script %d, restarts %d: differs", name, size, n, i, d.Restarts)
					}
				}
			}
		}
	}
}

func TestAtFullSizeItIsWhatTheStandardDecoderMakes(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir("testdata")
	if err != nil || len(files) < 11 {
		t.Fatal(len(files), err)
	}
	cases := map[string][]byte{}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".jpg") && f.Name() != "arithmetic.jpg" {
			cases[f.Name()] = file(t, f.Name())
		}
	}
	for name, ratios := range samplings {
		d := anyDrawing(3, ratios, 201, 77)
		for i, s := range append([][]jpegtest.Scan{nil}, scripts(len(ratios), rand.New(rand.NewPCG(5, 6)))...) {
			d.Script = s
			cases[fmt.Sprint(name, " script ", i)] = written(t, d)
			if d.RGB = len(ratios) == 3; d.RGB {
				cases[fmt.Sprint(name, " script ", i, ", RGB")] = written(t, d)
				d.RGB = false
			}
		}
	}
	for name, b := range cases {
		want, err := jpeg.Decode(bytes.NewReader(b))
		if name == "progressive-restarts.jpg" { // where it counts restarts in MCUs of all components, against section A.2.2
			want, err = jpeg.Decode(bytes.NewReader(file(t, "progressive-420.jpg")))
		}
		if err != nil {
			t.Errorf("%s: the standard decoder: %v", name, err)
			continue
		}
		got := decode(t, b, 8)
		if fmt.Sprintf("%T", got) != fmt.Sprintf("%T", want) || got.Bounds() != want.Bounds() {
			t.Errorf("%s: %T %v, want %T %v", name, got, got.Bounds(), want, want.Bounds())
		} else if off := difference(got, want); off > 3 { // of 255: two roundings, and colours made of them
			t.Errorf("%s: differs by %d", name, off)
		}
	}
}

// A picture made small here is no farther from the scene than the whole one made small afterwards, at every scale.
func TestSmallIsAsGoodAsWholeAndThenMadeSmall(t *testing.T) {
	t.Parallel()
	scene := shelf(800, 600)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, scene, &jpeg.Options{Quality: 92}); err != nil {
		t.Fatal(err)
	}
	whole, err := jpeg.Decode(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for _, side := range []int{100, 157, 235, 320, 400, 450, 550, 750} {
		size := image.Rect(0, 0, side, side*3/4)
		small, err := Decode(bytes.NewReader(b.Bytes()), side)
		if err != nil {
			t.Fatal(err)
		}
		n := small.Bounds().Dx() / 100
		if n < 8 && small.Bounds().Dx() < side {
			t.Fatalf("%d/8 is %v, smaller than %d", n, small.Bounds(), side)
		}
		made := func(img image.Image, s draw.Scaler) *image.RGBA {
			out := image.NewRGBA(size)
			s.Scale(out, size, img, img.Bounds(), draw.Src, nil)
			return out
		}
		truth := made(scene, draw.CatmullRom) // which looks at every pixel
		here, there := psnr(made(small, draw.ApproxBiLinear), truth), psnr(made(whole, draw.ApproxBiLinear), truth)
		t.Logf("%d pixels, %d/8: %.1f dB; whole and then small %.1f dB", side, n, here, there)
		if here < there-0.1 {
			t.Errorf("%d pixels, %d/8: %.1f dB, less than %.1f dB", side, n, here, there)
		}
	}
}

func TestAPictureIsMadeAsSmallAsItsUseAndItsMemoryAllow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		w, h, side  int
		sampling    string
		progressive bool
		want        int
	}{
		{4000, 3000, 1600, "420", false, 5},
		{8160, 6144, 1600, "420", false, 3},
		{8160, 6144, 2400, "420", true, 4},
		{6144, 8160, 2400, "420", true, 4},
		{8160, 6144, 2400, "444", false, 4},
		{8160, 6144, 2400, "444", true, 3}, // with 4 it takes 131 MB
		{8160, 6144, 1600, "inks", false, 3},
		{8160, 6144, 2400, "inks", false, 3}, // with 4 its pixels take 100 MB before and after they are put together
		{8160, 6144, 1600, "inks", true, 2},
		{8160, 6144, 2400, "inks", true, 3}, // 137 MB at once if nothing were given back, but no smaller than asked for
		{1700, 1200, 1600, "420", true, 8},
		{800, 600, 1600, "420", false, 8},
		{12799, 10, 1200, "420", false, 2},
		{65535, 1000, 1, "420", true, 1},
	} {
		d := decoder{adobe: -1, w: c.w, h: c.h, progressive: c.progressive}
		for _, r := range samplings[c.sampling] {
			d.comps = append(d.comps, &component{h: r[0], v: r[1]})
		}
		if err := d.sampling(); err != nil {
			t.Fatal(err)
		}
		if got := d.eighths(c.side); got != c.want {
			t.Errorf("%d × %d to %d, %s: %d/8, want %d", c.w, c.h, c.side, c.sampling, got, c.want)
		}
	}
}

func decode(t testing.TB, b []byte, n int) image.Image {
	t.Helper()
	img, err := readAt(b, n)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// readAt decodes at n eighths.
func readAt(b []byte, n int) (image.Image, error) {
	d := &decoder{bits: bits{r: bytes.NewReader(b)}, adobe: -1, scale: func() int { return n }}
	return d.read()
}

func file(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// difference is the most that any sample of two pictures differs by.
func difference(a, b image.Image) (most int) {
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			p, q := samples(a, x, y), samples(b, x, y)
			for i := range p {
				most = max(most, int(p[i])-int(q[i]), int(q[i])-int(p[i]))
			}
		}
	}
	return most
}

// samples are those of the file where they can be had.
func samples(img image.Image, x, y int) [4]uint8 {
	switch img := img.(type) {
	case *image.YCbCr:
		c := img.YCbCrAt(x, y)
		return [4]uint8{c.Y, c.Cb, c.Cr}
	case *image.CMYK:
		c := img.CMYKAt(x, y)
		return [4]uint8{c.C, c.M, c.Y, c.K}
	case *image.Gray:
		return [4]uint8{img.GrayAt(x, y).Y}
	case *image.RGBA:
		c := img.RGBAAt(x, y)
		return [4]uint8{c.R, c.G, c.B, c.A}
	}
	panic(fmt.Sprintf("%T", img))
}

func psnr(a, b *image.RGBA) float64 {
	sum := 0.0
	for i := range a.Pix {
		off := float64(a.Pix[i]) - float64(b.Pix[i])
		sum += off * off
	}
	return 10 * math.Log10(255*255*float64(len(a.Pix))/sum)
}

// shelf has what a shelf has: edges, small letters, grain, and colours that run into each other.
func shelf(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(7, 8))
	for y := range h {
		for x := range w {
			p := img.Pix[img.PixOffset(x, y):]
			pack := x/61 + y/97*31
			light := 40 * math.Sin(float64(x)/300+float64(y)/500)
			for c := range 3 {
				v := float64((pack*(37+31*c)*7)%200+28) + light + r.NormFloat64()*6
				if x%61 < 2 || y%97 < 2 || (x*7/5^y*3/2)%11 < 2 && y%97 > 60 {
					v = 20
				}
				p[c] = uint8(min(max(v, 0), 255))
			}
			p[3] = 255
		}
	}
	return img
}
