package ui_test

import (
	"maps"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"storewalk/mobile/ui"
	"storewalk/mobile/ui/uitest"
)

func TestTheSizeOfTextsFollowsTheSettingAtOnceAndAfterAStart(t *testing.T) {
	w := newWorld(t)
	w.signIn()
	w.fill()
	p := w.phone()
	high := func() float32 { return p.Find("title").Size().Height }
	p.Tap("tab.me")
	standard := high()
	p.Tap("me.size.largest")
	largest := high()
	if largest < standard*1.3 {
		t.Errorf("the title was %v high and is %v", standard, largest)
	}
	p.Tap("tab.visits")
	p.Tap("tab.me")
	if got := high(); got != largest {
		t.Errorf("%v on the next page, not %v", got, largest)
	}
	fyne.CurrentApp().Settings().SetTheme(theme.DefaultTheme())
	again, err := ui.New(t.Context(), w.deps())
	must(t, err)
	window := test.NewWindow(nil)
	defer window.Close()
	must(t, again.Start(window))
	if got := theme.TextSize(); got < 16*1.4 {
		t.Errorf("%v after the next start", got)
	}
	must(t, again.Close())
}

// The sign of a search stands beside the middle of its words, in each size of text.
func TestTheSignOfASearchStandsBesideItsWords(t *testing.T) {
	prefer := maps.Clone(uitest.Prefer)
	defer func() { uitest.Prefer = prefer }()
	for _, text := range []string{"small", "standard", "large", "largest"} {
		uitest.Prefer = map[string]string{"lang": "zh", "text_size": text}
		w := newWorld(t)
		w.signIn()
		w.fill()
		p := w.phone()
		p.Tap("tab.stores")
		field := p.Find("stores.search")
		middle := field.Size().Height / 2
		for _, o := range test.WidgetRenderer(field.(fyne.Widget)).Objects() {
			if sign, ok := o.(*canvas.Image); ok {
				if off := sign.Position().Y + sign.Size().Height/2 - middle; off < -2 || off > 2 {
					t.Errorf("%s: the sign is %.1f off the middle of a field %.0f high", text, off, 2*middle)
				}
			}
		}
	}
}
