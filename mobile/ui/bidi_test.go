package ui

import (
	"bytes"
	"image"
	"image/draw"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"storewalk/shared/words"
)

// A name or a note with an override that is never ended, and what stands beside it: the same picture as without.
func TestAnOverrideWithoutAnEndTurnsNothingRound(t *testing.T) {
	dressed(t, words.ZH, lookDay, sizeStandard)
	drawn := func(texts ...string) []byte {
		var objs []fyne.CanvasObject
		for _, s := range texts {
			objs = append(objs, newText(s, typeface{}))
		}
		w := test.NewWindow(nil)
		defer w.Close()
		w.SetContent(column(4, objs...))
		w.Resize(fyne.NewSize(300, 200))
		img := w.Canvas().Capture()
		out := image.NewRGBA(img.Bounds())
		draw.Draw(out, out.Rect, img, image.Point{}, draw.Src)
		return out.Pix
	}
	plain := drawn("三营abc · 12 条 3 包, and so on over more than one line of this narrow column", "beside it")
	for _, turn := range []string{"\u202e", "\u202b", "\u2067", "\u202d\u202e", "\u2069\u202c\u202e"} {
		if !bytes.Equal(plain, drawn("三营"+turn+"abc · 12 条 3 包, and so on over more than one line of this narrow column", "beside it")) {
			t.Errorf("%+q turns something round", turn)
		}
	}
	const typed = "三营\u202eabc"
	if p := newText(typed, typeface{}); p.Value() != typed {
		t.Error("the text itself is another")
	}
}
