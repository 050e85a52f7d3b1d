package ui_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"storewalk/mobile/ui"
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
