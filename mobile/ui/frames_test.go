package ui_test

import (
	"context"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/mobile/ui"
	"storewalk/mobile/ui/uitest"
)

// framed is an app whose frames begin when the test says so.
type framed struct {
	fyne.App
	driver *frames
}

func (f framed) Driver() fyne.Driver { return f.driver }

type frames struct {
	fyne.Driver
	running []*fyne.Animation
}

func (f *frames) StartAnimation(a *fyne.Animation) { f.running = append(f.running, a) }
func (f *frames) StopAnimation(a *fyne.Animation) {
	f.running = slices.DeleteFunc(f.running, func(r *fyne.Animation) bool { return r == a })
}

func (f *frames) begin(p *uitest.Phone) {
	for _, a := range slices.Clone(f.running) {
		a.Tick(0)
	}
	p.Settle()
}

// readings counts how often the count sheet and the page of a visit are read.
type readings struct {
	ui.Store
	sheet, visit int
}

func (s *readings) VisitPage(ctx context.Context, id uuid.UUID) (store.VisitPage, error) {
	s.visit++
	return s.Store.VisitPage(ctx, id)
}

func (s *readings) CountSheet(ctx context.Context, visit uuid.UUID) ([]store.CountRow, error) {
	s.sheet++
	return s.Store.CountSheet(ctx, visit)
}

func TestATapIsOnTheDiskAtOnceAndDrawnBeforeItsPageIsReadAgain(t *testing.T) {
	w := filled(t)
	deps := w.deps()
	s := &readings{Store: deps.Store}
	deps.Store = s
	p := uitest.Open(t, deps)
	f := &frames{Driver: fyne.CurrentApp().Driver()}
	app := fyne.CurrentApp()
	fyne.SetCurrentApp(framed{app, f})
	defer fyne.SetCurrentApp(app)
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Tap("visit.count")
	s.sheet = 0
	for i, frame := range []string{"the tap", "the beginning of its frame"} {
		if i == 0 {
			p.Tap(product(0) + ".packs.more")
		} else {
			f.begin(p)
		}
		wantText(t, p, product(0)+".packs.value", "1")
		if packs := w.line(0).Packs; packs != 1 || s.sheet != 0 {
			t.Errorf("after %s %d packs are on the disk, the sheet was read %d times", frame, packs, s.sheet)
		}
		p.App.Changed() // as the database says, too
		p.Settle()
	}
	if f.begin(p); s.sheet != 1 {
		t.Errorf("after its frame the sheet was read %d times, not once", s.sheet)
	}
	if f.begin(p); s.sheet != 1 {
		t.Errorf("it was read again for nothing: %d times", s.sheet)
	}
	// The page that is left for does not wait for a frame.
	p.Tap(product(1) + ".packs.more")
	p.Back()
	s.visit = 0
	p.App.Changed()
	p.Settle()
	if s.visit != 1 {
		t.Errorf("the visit was read %d times after a change, not once", s.visit)
	}
}
