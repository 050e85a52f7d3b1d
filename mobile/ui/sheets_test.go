package ui_test

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"storewalk/mobile/ui/uitest"
)

// sheets are the pictures of screens: of each screen one sheet with all the views of it.
type sheets map[string]map[string]image.Image

// onSheets are the views on a sheet, in two lines from left to right.
var onSheets = []string{
	"zh 390 standard", "zh 390 standard night", "en 390 standard", "en 390 standard night", "zh 360 largest long names",
	"zh 360 standard", "zh 360 standard night", "en 360 standard", "en 360 standard night", "en 360 largest long names",
}

// alone are the screens of which the README shows a picture of its own, in Chinese by day and at twice the size.
var alone = []string{"visit", "count", "sync-done"}

var drawnSheets = map[string]string{} // by which test

func (s sheets) add(screen string, v view, p *uitest.Phone) {
	if s[screen] == nil {
		s[screen] = map[string]image.Image{}
	}
	s[screen][v.String()] = p.Image(1)
	if v.String() == onSheets[0] && slices.Contains(alone, screen) {
		p.Picture(filepath.Join(os.Getenv("SCREENS"), "app-"+screen+"-zh.png"))
	}
}

// write puts each screen's sheet into dir.
func (s sheets) write(t *testing.T, dir string) {
	t.Helper()
	var wait sync.WaitGroup
	turn := make(chan struct{}, 2)
	for screen, pictures := range s {
		if by := drawnSheets[screen]; by != "" {
			t.Errorf("%s and %s both have a screen named %s", by, t.Name(), screen)
		}
		drawnSheets[screen] = t.Name()
		wait.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			if err := save(filepath.Join(dir, "app-"+screen+".png"), paletted(sheet(pictures))); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

func save(path string, img image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(f, img)
}

// sheet puts the views of a screen beside each other.
func sheet(pictures map[string]image.Image) *image.RGBA {
	const gap = 16
	lines := len(onSheets) / 2
	var places []image.Rectangle
	var size image.Point
	at, high := image.Pt(gap, gap), 0
	for i, v := range onSheets {
		if i == lines {
			at, high = image.Pt(gap, at.Y+high+gap), 0
		}
		b := image.Rect(0, 0, int(smallPhone.Width), int(smallPhone.Height))
		if p := pictures[v]; p != nil {
			b = p.Bounds()
		}
		places = append(places, b.Add(at))
		at.X += b.Dx() + gap
		high = max(high, b.Dy())
		size = image.Pt(max(size.X, at.X), max(size.Y, at.Y+high+gap))
	}
	out := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(out, out.Bounds(), image.NewUniform(color.Gray{0x80}), image.Point{}, draw.Src)
	for i, v := range onSheets {
		if p := pictures[v]; p != nil {
			draw.Draw(out, places[i], p, p.Bounds().Min, draw.Src)
		}
	}
	return out
}

// paletted is img in 256 colours: those that are there most as they are, which are the theme's, and of the others the
// middles of boxes that are halved until there are enough.
func paletted(img *image.RGBA) *image.Paletted {
	const all, exact = 256, 96
	counts := map[rgb]int{}
	for i := 0; i < len(img.Pix); i += 4 {
		counts[rgb{img.Pix[i], img.Pix[i+1], img.Pix[i+2]}]++
	}
	colours := make([]rgb, 0, len(counts))
	for c := range counts {
		colours = append(colours, c)
	}
	slices.SortFunc(colours, func(a, b rgb) int {
		if n := counts[b] - counts[a]; n != 0 {
			return n
		}
		return slices.Compare(a[:], b[:])
	})
	var palette []rgb
	rest := colours[min(exact, len(colours)):]
	palette = append(palette, colours[:len(colours)-len(rest)]...)
	boxes := [][]rgb{rest}
	for len(boxes) < all-exact {
		worst, channel, spread := 0, 0, -1
		for i, b := range boxes {
			if ch, n := widest(b, counts); n > spread {
				worst, channel, spread = i, ch, n
			}
		}
		if spread <= 0 {
			break
		}
		b := boxes[worst]
		slices.SortFunc(b, func(x, y rgb) int { return int(x[channel]) - int(y[channel]) })
		boxes[worst] = b[:len(b)/2]
		boxes = append(boxes, b[len(b)/2:])
	}
	for _, b := range boxes {
		if len(b) > 0 {
			palette = append(palette, middle(b, counts))
		}
	}
	out := image.NewPaletted(img.Bounds(), nil)
	for _, c := range palette {
		out.Palette = append(out.Palette, color.RGBA{c[0], c[1], c[2], 0xFF})
	}
	index := make(map[rgb]uint8, len(colours))
	for _, c := range colours {
		index[c] = nearest(palette, c)
	}
	for i := range out.Pix {
		out.Pix[i] = index[rgb{img.Pix[4*i], img.Pix[4*i+1], img.Pix[4*i+2]}]
	}
	return out
}

type rgb [3]uint8

// widest is the channel in which the colours of a box differ most, and how much that matters.
func widest(b []rgb, counts map[rgb]int) (channel, spread int) {
	low, high, n := rgb{255, 255, 255}, rgb{}, 0
	for _, c := range b {
		for i, v := range c {
			low[i], high[i] = min(low[i], v), max(high[i], v)
		}
		n += min(counts[c], 8)
	}
	for i := range low {
		if d := int(high[i]) - int(low[i]); d > 0 && d*n > spread {
			channel, spread = i, d*n
		}
	}
	return channel, spread
}

func middle(b []rgb, counts map[rgb]int) (c rgb) {
	var sum [3]int
	n := 0
	for _, v := range b {
		for i := range v {
			sum[i] += int(v[i]) * counts[v]
		}
		n += counts[v]
	}
	for i := range c {
		c[i] = uint8(sum[i] / n)
	}
	return c
}

func nearest(palette []rgb, c rgb) uint8 {
	best, far := 0, 1<<30
	for i, p := range palette {
		r, g, b := int(p[0])-int(c[0]), int(p[1])-int(c[1]), int(p[2])-int(c[2])
		if d := r*r + g*g + b*b; d < far {
			if best, far = i, d; d == 0 {
				break
			}
		}
	}
	return uint8(best)
}
