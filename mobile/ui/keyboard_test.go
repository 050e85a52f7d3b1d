package ui_test

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"storewalk/mobile/ui/uitest"
)

// keyboard is about as high as those of Android are.
const keyboard = 290

// caret is told by a field of several lines.
type caret interface{ Caret() (top, height float32) }

func TestWhatIsWrittenStandsAboveTheKeyboard(t *testing.T) {
	top := func(o fyne.CanvasObject) float32 {
		return fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Y
	}
	for _, size := range []fyne.Size{fyne.NewSize(360, 640), fyne.NewSize(390, 844)} {
		for _, letters := range []string{"me.size.standard", "me.size.largest"} {
			for _, c := range []struct{ taps, field, foot string }{
				{"visit.checkin visit.note", "note.text", "note.done"},
				{"ask.supply", "ask.text", "ask.done"},
				{"store.edit", "edit.note", "tab.me"},
				{"store.edit", "edit.phone", "tab.me"},
			} {
				t.Run(fmt.Sprint(size.Width, letters, c.field), func(t *testing.T) {
					defer func(old fyne.Size) { uitest.Size = old }(uitest.Size)
					uitest.Size = size
					p := filled(t).phone()
					p.Tap("tab.me")
					p.Tap(letters)
					p.Tap("tab.stores")
					p.Tap("store." + id("store", 0).String())
					for _, tap := range strings.Fields(c.taps) {
						p.Tap(tap)
					}
					p.Tap(c.field)
					field := p.Find(c.field)
					p.Window.Canvas().Focus(field.(fyne.Focusable))
					p.Window.Resize(size.SubtractWidthHeight(0, keyboard))
					p.Settle()
					inSight := func() {
						t.Helper()
						from, to := top(field), top(field)+field.Size().Height
						least, most := top(p.Find("title"))+p.Find("title").Size().Height, size.Height-keyboard
						if foot := p.Find(c.foot); foot != nil {
							most = top(foot)
						}
						if to-from > (most-least)*3/4 { // then it is enough to see the cursor
							at, high := field.(caret).Caret()
							from, to = from+at, from+at+high
						}
						if from < least || to > most {
							t.Errorf("it stands from %v to %v, what is in sight from %v to %v", from, to, least, most)
						}
					}
					inSight()
					test.Type(field.(fyne.Focusable), strings.Repeat("店主说新品走得快", 8))
					inSight()
					p.ScrollBy(-2000)
					p.ScrollBy(500)
					test.Type(field.(fyne.Focusable), "多")
					inSight()
				})
			}
		}
	}
}
