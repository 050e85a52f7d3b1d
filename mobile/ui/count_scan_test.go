package ui_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"storewalk/mobile/ui/uitest"
)

func TestABarCodeLeadsToItsRowAndAGuessMustBeInTheCatalogue(t *testing.T) {
	w := filled(t)
	deps := w.deps()
	var sure, guessed []string
	deps.ReadCode = func(context.Context, io.Reader) ([]string, []string, error) { return sure, guessed, nil }
	p := uitest.Open(t, deps)
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Tap("visit.count")
	p.Tap("count.scan")
	if !strings.Contains(p.Text("count.unread"), "没有读出条码") {
		t.Error(p.Texts())
	}
	sure = []string{"6999999999999"}
	p.Tap("count.scan")
	wantText(t, p, "count.unread", "条码 6999999999999 不在品规表里。")
	sure, guessed = nil, []string{"6999999999999", "6901028000009"}
	p.Tap("count.todo")
	p.Type("count.search", "yunyan")
	p.Tap("count.scan")
	if p.Has("count.unread") || !p.Has(product(9)+".same") || p.Has(product(1)+".same") {
		t.Error(p.Texts())
	}
	if p.Text("count.search") != "" {
		t.Error("the search hides rows")
	}
}

func TestThatNoBarCodeWasReadIsSaidUntilThePersonDoesAnythingNext(t *testing.T) {
	w := filled(t)
	deps := w.deps()
	var p *uitest.Phone
	deps.ReadCode = func(context.Context, io.Reader) ([]string, []string, error) {
		if p.Has("count.unread") {
			t.Error("it is still said of the scan before")
		}
		return nil, nil, nil
	}
	p, _ = inShop(t, w, deps)
	p.Tap("visit.count")
	at := func(id string) fyne.Position { return fyne.CurrentApp().Driver().AbsolutePositionForObject(p.Find(id)) }
	row := at(product(0) + ".packs.more")
	for _, does := range []struct { // in this order: opened anew the page follows the walk, which grows in the order of counting
		name string
		act  func()
	}{
		{"a tap on a stepper", func() { p.Tap(product(0) + ".packs.more") }},
		{"the last count", func() { p.Tap(product(1) + ".same") }},
		{"what is left", func() { p.Tap("count.todo") }},
		{"all", func() { p.Tap("count.all") }},
		{"a search", func() { p.Type("count.search", "烟") }},
		{"a product's page, and back", func() { p.Tap(product(0) + ".more"); p.Back() }},
		{"another page, and back", func() { p.Tap("count.done"); p.Tap("visit.count") }},
		{"the phone put away, and taken again", func() { p.App.Save(); p.App.Front(); p.Settle() }},
	} {
		p.Tap("count.all")
		p.Tap("count.scan")
		p.Tap("count.scan")
		p.App.Changed() // which is no doing of the person's
		p.Settle()
		if !p.Has("count.unread") || at(product(0)+".packs.more") != row {
			t.Fatalf("before %s it is not said, or the rows have moved: %v", does.name, p.Texts())
		}
		if does.act(); p.Has("count.unread") {
			t.Errorf("it is said after %s", does.name)
		}
		p.Type("count.search", "")
	}
}

func TestWhereThereIsNoCameraABarCodeIsReadFromAFile(t *testing.T) {
	w := filled(t)
	deps := w.deps()
	deps.Camera = nil // as on a desktop
	deps.ReadCode = func(context.Context, io.Reader) ([]string, []string, error) { return nil, nil, nil }
	p, _ := inShop(t, w, deps)
	p.Tap("visit.count")
	p.Tap("count.scan")
	if p.Window.Canvas().Overlays().Top() == nil {
		t.Error("nobody is asked for a file:", p.Texts())
	}
}
