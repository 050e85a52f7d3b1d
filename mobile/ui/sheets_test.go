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

	"storewalk/mobile/ui"
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
			if err := save(filepath.Join(dir, "app-"+screen+".png"), ui.Paletted(sheet(pictures))); err != nil {
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
