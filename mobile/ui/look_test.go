package ui_test

import (
	"image/color"
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
	w := filled(t)
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
		w := filled(t)
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

func TestTextsAreAsThePhoneIsSetUntilAPersonChooses(t *testing.T) {
	w := filled(t)
	times := 1.3
	deps := w.deps()
	deps.TextScale = func() float64 { return times }
	p := uitest.Open(t, deps)
	on := func(id string) bool { return p.Find(id).(interface{ On() bool }).On() }
	front := func(set float64) float32 {
		t.Helper()
		times = set
		p.App.Front()
		p.Settle()
		return theme.TextSize()
	}
	for _, c := range []struct {
		set  float64
		want float32
	}{{0.8, 14}, {0.85, 14}, {1, 16}, {1.1, 19}, {1.15, 19}, {1.3, 19}, {1.5, 23}, {2, 23}, {0, 23}, {1.3, 19}} { // 0: it does not say, so all is as it was
		if got := front(c.set); got != c.want {
			t.Errorf("the phone is set to %v, the text is %v high, not %v", c.set, got, c.want)
		}
	}
	p.Tap("tab.me")
	if !on("me.size.auto") || !p.Shows("跟随手机：大") {
		t.Errorf("it is not said that the phone decides: %v", p.Texts())
	}
	front(0.8)
	if !p.Shows("跟随手机：小") {
		t.Errorf("the page still says %v", p.Texts())
	}
	p.Tap("me.size.largest")
	if got := front(1); got != 23 || on("me.size.auto") {
		t.Errorf("%v against what the person chose", got)
	}
	p.Tap("me.size.auto")
	if got := theme.TextSize(); got != 16 {
		t.Errorf("%v after the phone is to decide again", got)
	}
	front(1.3)
	// The next start begins as the phone was, before it is asked.
	fyne.CurrentApp().Settings().SetTheme(theme.DefaultTheme())
	again, err := ui.New(t.Context(), w.deps())
	must(t, err)
	if got := theme.TextSize(); got != 19 {
		t.Errorf("%v at the next start", got)
	}
	must(t, again.Close())
}

// Where the person is, and a note of which no word was handed over yet, stay when the texts change under them.
func TestAPhoneThatIsSetAnewTakesNothingAway(t *testing.T) {
	w := filled(t)
	times := 1.0
	deps := w.deps()
	deps.TextScale = func() float64 { return times }
	p := uitest.Open(t, deps)
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.ScrollBy(300)
	if p.App.Front(); p.Offset() != 300 {
		t.Fatal("it is no test:", p.Offset())
	}
	times = 1.3
	p.App.Front()
	p.Settle()
	if at := p.Offset(); at < 310 || at > 390 || theme.TextSize() != 19 { // the same part of a longer page
		t.Errorf("the visit is at %v", p.Offset())
	}
	p.Tap("visit.note")
	p.Type("note.text", "没写完的一句")
	times = 2
	p.App.Front()
	p.Settle()
	if theme.TextSize() != 23 || p.Text("note.text") != "没写完的一句" {
		t.Errorf("%v, %v", theme.TextSize(), p.Texts())
	}
}

// nightly is a phone whose night mode can be switched.
type nightly struct {
	fyne.App
	set *switched
}

func (n nightly) Settings() fyne.Settings { return n.set }

type switched struct {
	fyne.Settings
	variant fyne.ThemeVariant
	told    []func(fyne.Settings)
}

func (s *switched) ThemeVariant() fyne.ThemeVariant          { return s.variant }
func (s *switched) AddListener(listener func(fyne.Settings)) { s.told = append(s.told, listener) }

func TestAllOfAPageTurnsToTheNightWithThePhone(t *testing.T) {
	w := filled(t)
	test.NewTempApp(t)
	real := fyne.CurrentApp()
	phone := &switched{Settings: real.Settings(), variant: theme.VariantLight}
	fyne.SetCurrentApp(nightly{real, phone})
	defer fyne.SetCurrentApp(real)
	real.Preferences().SetString("look", "auto")
	deps := w.deps()
	deps.Go, deps.Do = func(f func()) { f() }, func(f func()) { f() }
	app, err := ui.New(t.Context(), deps)
	must(t, err)
	defer func() { must(t, app.Close()) }()
	window := test.NewWindow(nil)
	defer window.Close()
	must(t, app.Start(window))
	window.Resize(uitest.Size)
	bright := func() int {
		n := 0
		img := window.Canvas().Capture()
		for y := 0; y < img.Bounds().Dy(); y += 5 {
			for x := 0; x < img.Bounds().Dx(); x += 5 {
				if color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y > 160 {
					n++
				}
			}
		}
		return n * 100 / (img.Bounds().Dx() / 5 * img.Bounds().Dy() / 5)
	}
	if got := bright(); got < 60 {
		t.Errorf("%d %% are bright by day", got)
	}
	phone.variant = theme.VariantDark
	for _, tell := range phone.told {
		tell(phone)
	}
	if got := bright(); got > 10 {
		t.Errorf("%d %% are bright at night", got)
	}
}
