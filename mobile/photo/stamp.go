package photo

import (
	"fmt"
	"image"
	"image/color"
	"sync"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"storewalk/mobile/ui/fonts"
)

// leastStamped is the shortest side, in pixels, of a photo on which a stamp can be read.
const leastStamped = 200

var (
	stampInk   = image.NewUniform(color.White)
	stampPaper = image.NewUniform(color.NRGBA{A: 150}) // dark enough for the ink on a white wall
)

var stampFont = sync.OnceValues(func() (*opentype.Font, error) { return opentype.Parse(fonts.Regular) })

// stamp writes lines at the foot of img, on a darkened strip. A line that is too long is cut; a very small picture is left
// as it is.
func stamp(img *image.RGBA, lines []string) error {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	if min(w, h) < leastStamped || len(lines) == 0 {
		return nil
	}
	f, err := stampFont()
	if err != nil {
		return fmt.Errorf("font: %w", err)
	}
	size := max(12, max(w, h)/48)
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: float64(size), DPI: 72})
	if err != nil {
		return fmt.Errorf("font: %w", err)
	}
	defer face.Close()
	line, edge := size*7/5, size/2
	top := h - len(lines)*line - edge
	draw.Draw(img, image.Rect(0, top, w, h), stampPaper, image.Point{}, draw.Over)
	d := font.Drawer{Dst: img, Src: stampInk, Face: face}
	for i, text := range lines {
		d.Dot = fixed.P(edge, top+edge/2+i*line+size*11/10)
		d.DrawString(cut(face, text, w-2*edge))
	}
	return nil
}

// cut returns text, or as much of its start as is no wider than width pixels.
func cut(face font.Face, text string, width int) string {
	if font.MeasureString(face, text).Ceil() <= width {
		return text
	}
	runes := []rune(text)
	for n := len(runes) - 1; n > 0; n-- {
		if short := string(runes[:n]) + "…"; font.MeasureString(face, short).Ceil() <= width {
			return short
		}
	}
	return ""
}
