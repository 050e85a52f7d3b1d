package ui

import (
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// BenchmarkALetterInALongText is what one letter costs at the end of a text in one paragraph, and in paragraphs of 200: Fyne
// measures all that is left of a paragraph for each of its rows, so that the time grows with the square of its length.
func BenchmarkALetterInALongText(b *testing.B) {
	const zh, en = "店主说新品走得快下周多送两条", "the shop wants two more cartons next week "
	paragraphs := strings.Repeat(strings.Repeat(zh, 14)+"\n", 60)
	for _, n := range []int{300, 1_000, 3_000, 10_000} {
		for name, text := range map[string]string{"zh": strings.Repeat(zh, 800), "en": strings.Repeat(en, 300), "paragraphs": paragraphs} {
			b.Run(name+"-"+strconv.Itoa(n), func(b *testing.B) {
				e := newEntry(&App{}, "note", "", 5, nil)
				e.loading, e.limit = true, 20_000
				w := test.NewWindow(e)
				defer w.Close()
				w.Resize(fyne.NewSize(360, 640))
				e.SetText(firstRunes(text, n))
				e.CursorRow, e.CursorColumn = 1<<20, 1<<20 // the end
				for b.Loop() {
					e.TypedRune('好')
				}
			})
		}
	}
}
