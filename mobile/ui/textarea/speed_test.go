package textarea

import (
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// longest texts that a note may hold, each in one paragraph.
var long = map[string]string{
	"zh":    strings.Repeat("店主说新品走得快，下周多送两条", 700),
	"en":    strings.Repeat("the shop wants two more cartons next week ", 250),
	"emoji": strings.Repeat("好😀店主👍🏽说❤️多送👨‍👩‍👧两条", 600),
}

func begin(text string, n int) string { return string([]rune(text)[:n]) }

// field is what a letter is typed into.
type field interface {
	fyne.Widget
	fyne.Focusable
	SetText(string)
}

// shown lays a field out as wide as on a phone.
func shown(t testing.TB, f field) field {
	w := test.NewWindow(nil)
	t.Cleanup(w.Close)
	w.SetPadded(false)
	w.SetContent(f)
	w.Resize(fyne.NewSize(328, 160))
	w.Canvas().Focus(f)
	return f
}

func fynes() *widget.Entry {
	e := widget.NewMultiLineEntry()
	e.Wrapping = fyne.TextWrapBreak
	return e
}

// BenchmarkALetter is what one letter costs in a text of one paragraph, here and in Fyne's own field, which measures all
// that is left of a paragraph for each of its rows.
func BenchmarkALetter(b *testing.B) {
	each(b, func(b *testing.B, f field, text string, key fyne.KeyName) {
		f.SetText(text)
		f.TypedKey(&fyne.KeyEvent{Name: key})
		for b.Loop() {
			f.TypedRune('好')
		}
	})
}

// BenchmarkOpening is what it costs to show such a text first.
func BenchmarkOpening(b *testing.B) {
	each(b, func(b *testing.B, f field, text string, _ fyne.KeyName) {
		for b.Loop() {
			f.SetText("")
			f.SetText(text)
		}
	})
}

func each(b *testing.B, measure func(b *testing.B, f field, text string, key fyne.KeyName)) {
	dressed(b)
	for _, name := range []string{"zh", "en", "emoji"} {
		for _, n := range []int{100, 1_000, 10_000} {
			for _, key := range []fyne.KeyName{fyne.KeyPageUp, fyne.KeyPageDown} {
				for _, kind := range []string{"ours", "fynes"} {
					where := map[fyne.KeyName]string{fyne.KeyPageUp: "begin", fyne.KeyPageDown: "end"}[key]
					b.Run(strings.Join([]string{name, strconv.Itoa(n), where, kind}, "-"), func(b *testing.B) {
						var f field = New(5)
						if kind == "fynes" {
							f = fynes()
						}
						measure(b, shown(b, f), begin(long[name], n), key)
					})
				}
			}
		}
	}
}
