// Package uitest holds a phone in its hand: it opens the app in a window of Fyne's test driver, finds
// what is on the screen by id or text, taps it, types and takes pictures. Tests of the app use it.
package uitest

import (
	"context"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/test"

	"storewalk/mobile/ui"
)

// Size is the phone's screen in device-independent pixels.
var Size = fyne.NewSize(390, 844)

// Prefer is what was set before the app is opened, by the keys of its preferences: "lang", "look", "text_size".
var Prefer = map[string]string{}

// A Phone is the app in a window. Its methods are for the test's own goroutine.
type Phone struct {
	App    *ui.App
	Window fyne.Window

	t      T
	todo   chan func()
	timers []*timer
	passed time.Duration // since the app was opened, see Pass
}

// T is what a Phone needs of a testing.TB; a program that takes pictures has one of its own.
type T interface {
	Helper()
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// Open starts the app as after a tap on its icon. Work off the UI goroutine runs at once, on the
// test's goroutine, unless deps.Go says otherwise; work for the UI goroutine runs in Settle.
func Open(t T, deps ui.Deps) *Phone {
	t.Helper()
	p := &Phone{t: t, todo: make(chan func(), 10_000)}
	if deps.Go == nil {
		deps.Go = func(f func()) { f() }
	}
	deps.Do = func(f func()) { p.todo <- f }
	deps.After = p.after
	test.NewApp()
	for key, value := range Prefer {
		fyne.CurrentApp().Preferences().SetString(key, value)
	}
	var err error
	if p.App, err = ui.New(context.Background(), deps); err != nil {
		t.Fatal(err)
	}
	p.Window = test.NewWindow(nil)
	p.Window.Resize(Size)
	if err := p.App.Start(p.Window); err != nil {
		t.Fatal(err)
	}
	p.Window.Resize(Size)
	t.Cleanup(func() {
		if err := p.App.Close(); err != nil {
			t.Error(err)
		}
		p.Window.Close()
	})
	p.Settle()
	return p
}

// A timer is what the app does when some time has passed.
type timer struct {
	at time.Duration // since the app was opened
	do func()
}

func (p *Phone) after(d time.Duration, f func()) (stop func() bool) {
	t := &timer{p.passed + d, f}
	p.timers = append(p.timers, t)
	return func() bool {
		was := len(p.timers)
		p.timers = slices.DeleteFunc(p.timers, func(o *timer) bool { return o == t })
		return len(p.timers) < was
	}
}

// Pass lets time pass for what the app waits for, and reports how often that came. The clock on the screens is the test's.
func (p *Phone) Pass(d time.Duration) (times int) {
	for end := p.passed + d; ; times++ {
		var next *timer
		for _, t := range p.timers {
			if t.at <= end && (next == nil || t.at < next.at) {
				next = t
			}
		}
		if next == nil {
			p.passed = end
			return times
		}
		p.timers = slices.DeleteFunc(p.timers, func(o *timer) bool { return o == next })
		p.passed = next.at
		next.do()
		p.Settle()
	}
}

// Passed is how much time passed by Pass.
func (p *Phone) Passed() time.Duration { return p.passed }

// Settle runs what waits for the UI goroutine until nothing does.
func (p *Phone) Settle() {
	for {
		select {
		case f := <-p.todo:
			f()
		default:
			return
		}
	}
}

// Until settles until ok reports true, for what depends on other goroutines, such as a sync.
func (p *Phone) Until(what string, ok func() bool) {
	p.t.Helper()
	deadline := time.After(time.Minute)
	for p.Settle(); !ok(); p.Settle() {
		select {
		case f := <-p.todo:
			f()
		case <-deadline:
			p.t.Fatalf("never happened: %s\non the screen: %s", what, strings.Join(p.Texts(), " | "))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Find returns what is on the screen under id, or nil.
func (p *Phone) Find(id string) fyne.CanvasObject {
	for _, o := range p.objects() {
		if n, ok := o.(interface{ ID() string }); ok && n.ID() == id {
			return o
		}
	}
	return nil
}

// Has reports whether something with that id is on the screen.
func (p *Phone) Has(id string) bool { return p.Find(id) != nil }

func (p *Phone) must(id string) fyne.CanvasObject {
	p.t.Helper()
	o := p.search(id)
	if o == nil {
		p.t.Fatalf("no %q on the screen; there is %v\ntexts: %s", id, p.IDs(), strings.Join(p.Texts(), " | "))
	}
	return o
}

// search finds what has the id, scrolling through what can be scrolled as a person would.
func (p *Phone) search(id string) fyne.CanvasObject {
	if o := p.Find(id); o != nil {
		return o
	}
	const page = 300
	p.ScrollBy(-1e6)
	for last := float32(-1); ; {
		if o := p.Find(id); o != nil {
			return o
		}
		p.ScrollBy(page)
		at := p.Offset()
		if at == last {
			return p.Find(id)
		}
		last = at
	}
}

// Offset is how far the screen is scrolled down.
func (p *Phone) Offset() (y float32) {
	for _, o := range p.objects() {
		if s, ok := o.(*container.Scroll); ok && s.Size().Height > tall {
			y += s.Offset.Y
		}
	}
	return y
}

// tall is the height from which a scroll is a page's, not a field's.
const tall = 200

// IDs lists the ids on the screen.
func (p *Phone) IDs() (ids []string) {
	for _, o := range p.objects() {
		if n, ok := o.(interface{ ID() string }); ok && n.ID() != "" {
			ids = append(ids, n.ID())
		}
	}
	return ids
}

// Tap taps what has the id, scrolling to it first.
func (p *Phone) Tap(id string) {
	p.t.Helper()
	o := p.must(id)
	p.reach(o)
	tappable, ok := o.(fyne.Tappable)
	if !ok {
		p.t.Fatalf("%q cannot be tapped", id)
	}
	test.Tap(tappable)
	p.Settle()
}

// Type replaces the text of the field with that id, then leaves the field, which saves it.
func (p *Phone) Type(id, text string) {
	p.t.Helper()
	o := p.must(id)
	p.reach(o)
	field, ok := o.(fyne.Focusable)
	if !ok {
		p.t.Fatalf("%q cannot be typed into", id)
	}
	p.Window.Canvas().Focus(field)
	if s, ok := o.(interface{ SetText(string) }); ok {
		s.SetText("")
	}
	test.Type(field, text)
	p.Window.Canvas().Unfocus()
	p.Settle()
}

// Draw moves a finger over what has the id, from point to point, and says so as Fyne's driver for phones does: where the
// finger comes down, then each movement, the first of which it adds to every place that it tells.
func (p *Phone) Draw(id string, points ...fyne.Position) {
	p.t.Helper()
	o := p.must(id)
	touched, ok := o.(mobile.Touchable)
	dragged, ok2 := o.(fyne.Draggable)
	if !ok || !ok2 || len(points) == 0 {
		p.t.Fatalf("%q cannot be drawn on", id)
	}
	at := func(pos fyne.Position) *mobile.TouchEvent {
		return &mobile.TouchEvent{PointEvent: fyne.PointEvent{Position: pos}}
	}
	touched.TouchDown(at(points[0]))
	if len(points) == 1 {
		touched.TouchUp(at(points[0]))
		p.Settle()
		return
	}
	first := points[1].Subtract(points[0])
	for i, to := range points[1:] {
		delta := to.Subtract(points[i])
		dragged.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: to.Add(first)}, Dragged: fyne.NewDelta(delta.X, delta.Y)})
	}
	dragged.DragEnd()
	p.Settle()
}

// Text returns what is written under id.
func (p *Phone) Text(id string) string {
	p.t.Helper()
	o, ok := p.must(id).(interface{ Value() string })
	if !ok {
		p.t.Fatalf("%q has no text", id)
	}
	return o.Value()
}

// Texts returns every text on the screen, from top to bottom.
func (p *Phone) Texts() (texts []string) {
	for _, o := range p.objects() {
		if t, ok := o.(*canvas.Text); ok && t.Text != "" {
			texts = append(texts, t.Text)
		}
	}
	return texts
}

// Signs returns the names of all icons on the screen, from top to bottom.
func (p *Phone) Signs() (names []string) {
	for _, o := range p.objects() {
		if img, ok := o.(*canvas.Image); ok && img.Resource != nil && strings.HasSuffix(img.Resource.Name(), ".svg") {
			_, name, _ := strings.Cut(strings.TrimSuffix(img.Resource.Name(), ".svg"), "-") // before it is the colour
			names = append(names, name)
		}
	}
	return names
}

// Shows reports whether text is part of what the screen says, on however many lines.
func (p *Phone) Shows(text string) bool {
	bare := func(s string) string { return strings.ReplaceAll(s, " ", "") } // a line that is full ends without its space
	return strings.Contains(bare(strings.Join(p.Texts(), "")), bare(text))
}

// Back presses Android's Back.
func (p *Phone) Back() {
	p.App.Back()
	p.Settle()
}

// ScrollBy scrolls what is scrollable on the screen down.
func (p *Phone) ScrollBy(dy float32) {
	for _, o := range p.objects() {
		if s, ok := o.(*container.Scroll); ok && s.Size().Height > tall {
			s.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -dy)})
		}
	}
	p.Settle()
}

// reach scrolls o into view when it is inside a scroll.
func (p *Phone) reach(o fyne.CanvasObject) {
	var scroll *container.Scroll
	var top fyne.Position
	for _, s := range p.look() {
		if sc, ok := s.CanvasObject.(*container.Scroll); ok && sc.Size().Height > tall {
			scroll, top = sc, s.at
		}
		if s.CanvasObject != o || scroll == nil {
			continue
		}
		y := s.at.Y - top.Y
		if inside(scroll, o) && (y < 0 || y+o.Size().Height > scroll.Size().Height) {
			scroll.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, scroll.Size().Height/2-y)})
		}
		return
	}
}

func inside(scroll *container.Scroll, o fyne.CanvasObject) bool {
	var all []seen
	walk(scroll.Content, fyne.NewPos(0, 0), &all)
	for _, s := range all {
		if s.CanvasObject == o {
			return true
		}
	}
	return false
}
