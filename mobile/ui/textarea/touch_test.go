package textarea

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/test"
)

// touched is a field with a long text, on a page that can be scrolled. Nothing has the focus.
func touched(t *testing.T) (*Area, *container.Scroll) {
	if !fyne.CurrentDevice().IsMobile() {
		t.Skip("fingers need the build tag mobile")
	}
	dressed(t)
	a := New(5)
	below := canvas.NewRectangle(nil)
	below.SetMinSize(fyne.NewSize(10, 900))
	page := container.NewVScroll(container.NewVBox(a, below))
	a.Outer = func() *container.Scroll { return page }
	w := test.NewWindow(nil)
	t.Cleanup(w.Close)
	w.SetPadded(false)
	w.SetContent(page)
	w.Resize(fyne.NewSize(328, 400))
	a.SetText(begin(long["zh"], 1_000))
	return a, page
}

func focused(a *Area) bool {
	return fyne.CurrentApp().Driver().CanvasForObject(a).Focused() == fyne.Focusable(a)
}

// swipe is a finger that comes down at a place and is drawn over the field.
func swipe(a *Area, from, to fyne.Position) {
	a.TouchDown(&mobile.TouchEvent{PointEvent: fyne.PointEvent{Position: from}})
	a.TouchCancel(nil)
	shift := a.scroll.Offset.SubtractXY(0, 1) // to what the driver tells of the sheet
	a.sheet.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: to.Add(shift)}, Dragged: fyne.NewDelta(to.X-from.X, to.Y-from.Y)})
	a.sheet.DragEnd()
}

// pressed is a finger that comes down for some time, without what the driver tells afterwards.
func pressed(a *Area, at fyne.Position, long time.Duration) {
	e := &mobile.TouchEvent{PointEvent: fyne.PointEvent{Position: at}}
	a.TouchDown(e)
	a.finger.down = time.Now().Add(-long)
	a.TouchUp(e)
}

func TestAFingerScrollsTheTextAndThenThePage(t *testing.T) {
	a, page := touched(t)
	swipe(a, fyne.NewPos(100, 80), fyne.NewPos(100, 30))
	if a.scroll.Offset.Y != 50 || page.Offset.Y != 0 {
		t.Errorf("the text is at %v, the page at %v", a.scroll.Offset.Y, page.Offset.Y)
	}
	if from, to := a.selection(); from != to || focused(a) {
		t.Errorf("%d to %d are selected, the keyboard is there: %v", from, to, focused(a))
	}
	swipe(a, fyne.NewPos(100, 80), fyne.NewPos(100, -20_000))
	end := a.scroll.Offset.Y
	swipe(a, fyne.NewPos(100, 80), fyne.NewPos(100, 30))
	if a.scroll.Offset.Y != end || page.Offset.Y != 50 {
		t.Errorf("the text is at its end: %v, and the page at %v", a.scroll.Offset.Y, page.Offset.Y)
	}
}

func TestAFingerTapsWhereTheTextWasScrolledTo(t *testing.T) {
	a, _ := touched(t)
	swipe(a, fyne.NewPos(100, 80), fyne.NewPos(100, -200))
	before, at := a.scroll.Offset.Y, a.placeAt(fyne.NewPos(100, 50))
	pressed(a, fyne.NewPos(100, 50), 0)
	if a.cursor != at || at.at == 0 || a.scroll.Offset.Y != before || !focused(a) {
		t.Errorf("the cursor is at %d, not %d; the text at %v, not %v", a.cursor.at, at.at, a.scroll.Offset.Y, before)
	}
}

func TestAFingerMovesTheNearerEndOfWhatIsSelected(t *testing.T) {
	for _, c := range []struct {
		name     string
		near     int
		from, to int
	}{{"the end", 9, 4, 30}, {"the begin", 5, 10, 30}} {
		t.Run(c.name, func(t *testing.T) {
			a, page := touched(t)
			a.takeFocus()
			a.anchor, a.cursor, a.choosing = place{at: 10}, place{at: 4}, true
			where := func(n int) fyne.Position { return a.sheet.at(place{at: n}).AddXY(2, 5) }
			swipe(a, where(c.near), where(30))
			if from, to := a.selection(); from != c.from || to != c.to || a.scroll.Offset.Y != 0 || page.Offset.Y != 0 {
				t.Errorf("%d to %d are selected, not %d to %d", from, to, c.from, c.to)
			}
		})
	}
}

func TestWhatWasSelectedBeforeTheFieldWasLeftIsNotKeptUnseen(t *testing.T) {
	a, _ := touched(t)
	a.takeFocus()
	a.anchor, a.cursor, a.choosing = place{at: 10}, place{at: 4}, true
	fyne.CurrentApp().Driver().CanvasForObject(a).Unfocus()
	pressed(a, a.sheet.at(place{at: 7}).AddXY(2, 5), hold)
	a.TypedRune('x')
	if want := begin(long["zh"], 7) + "x" + begin(long["zh"], 1_000)[len(begin(long["zh"], 7)):]; a.Text() != want {
		t.Errorf("%.60q", a.Text())
	}
}

func TestALongPressKeepsWhatIsSelectedAndATapEndsIt(t *testing.T) {
	for _, c := range []struct {
		name   string
		at     int
		long   time.Duration
		tapped bool // what the driver tells once no second tap came
		want   string
		cursor int
	}{
		{"held on it", 7, hold, false, "品走得快，下", 4},
		{"tapped on it", 7, 0, false, "", 7},
		{"tapped, though it seemed held", 7, hold, true, "", 7},
		{"held elsewhere", 14, hold, false, "", 14},
		{"tapped elsewhere", 14, 0, false, "", 14},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, _ := touched(t)
			a.takeFocus()
			a.anchor, a.cursor, a.choosing = place{at: 10}, place{at: 4}, true
			at := a.sheet.at(place{at: c.at}).AddXY(2, 5)
			pressed(a, at, c.long)
			if c.tapped {
				a.Tapped(&fyne.PointEvent{Position: at})
			}
			if a.SelectedText() != c.want || a.cursor.at != c.cursor {
				t.Errorf("%q is selected, not %q; the cursor is at %d, not %d", a.SelectedText(), c.want, a.cursor.at, c.cursor)
			}
		})
	}
}
