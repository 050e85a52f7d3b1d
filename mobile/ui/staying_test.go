package ui_test

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
	"storewalk/shared/words"
)

// long is a phone with so much of everything that every list is longer than the screen.
func long(t *testing.T) (*world, *uitest.Phone) {
	t.Helper()
	w := filled(t)
	w.planned()
	for i := range 60 {
		w.office(liMing, now.AddDate(0, 0, -7), id("product", 100+i), field.TypeProduct,
			field.Product{Code: fmt.Sprintf("69010289%05d", i), Name: fmt.Sprintf("长条烟%d", i), PriceClass: 2, Status: "normal"}.Fields()...)
		w.office(liMing, now.AddDate(0, 0, -7), id("store", 100+i), field.TypeStore,
			field.Store{LicenceNo: fmt.Sprintf("64040299%04d", i), Name: fmt.Sprintf("村口小卖部%d", i), Township: "640402101", Position: field.Position{Lat: 36 + float64(i)/1000, Lon: 106.2 + float64(i%7)/1000}}.Fields()...)
	}
	w.arrive()
	return w, w.phone()
}

// redrawn draws every page anew, as when the phone turns to its night.
func redrawn(p *uitest.Phone) {
	p.App.SetLang(words.ZH)
	p.Settle()
}

func TestEveryPageStaysWhereItIsWhenItIsDrawnAnew(t *testing.T) {
	_, p := long(t)
	shop := id("store", 0).String()
	for _, to := range []string{"tab.today", "tab.me", "tab.stores", "store." + shop, "store.edit", "back", "visit.checkin", "visit.count", "count.menu", "back",
		"back", "back", "back", "tab.sync", "tab.visits"} {
		if to == "back" {
			p.Back()
			continue
		}
		p.Tap(to)
		p.ScrollBy(-1e6)
		p.ScrollBy(230)
		was := p.Offset()
		redrawn(p)
		if at := p.Offset(); at != was {
			t.Errorf("after %s, %s: at %v, and was at %v", to, p.App.Screen(), at, was)
		}
		if long := to != "count.menu" && to != "tab.sync" && to != "tab.visits" && to != "visit.checkin"; long && was == 0 {
			t.Errorf("after %s, %s does not scroll: that is no test", to, p.App.Screen())
		}
	}
}

// What lies under the page in front was drawn anew too.
func TestAPageToWhichOneGoesBackIsWhereItWasAlsoWhenItWasDrawnAnewMeanwhile(t *testing.T) {
	_, p := long(t)
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 120).String())
	under := func() float32 {
		p.Back()
		return p.Offset()
	}
	was := under()
	p.Tap("store." + id("store", 120).String())
	redrawn(p)
	redrawn(p)
	if at := under(); at != was || was == 0 {
		t.Errorf("at %v, and was at %v", at, was)
	}
}

func TestAKilledAppOpensTheCountWhereThePersonStood(t *testing.T) {
	w, p := long(t)
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Tap("visit.count")
	p.ScrollBy(1500)
	was := p.Offset()
	p.Until("the place is on the disk", func() bool {
		b, err := w.store.Bookmark(t.Context())
		return err == nil && b.Scroll == was
	})
	again := w.reopened()
	if at := again.Offset(); at != was || was < 1000 || again.App.Screen() != "countRoute" {
		t.Errorf("%s: at %v, and was at %v", again.App.Screen(), at, was)
	}
	again.ScrollBy(-900) // and goes to the background before it rests
	was = again.Offset()
	again.App.Save()
	if at := w.reopened().Offset(); at != was {
		t.Errorf("at %v, and was at %v", at, was)
	}
}

func TestWhatAPersonLooksForStaysWhenTheLanguageChanges(t *testing.T) {
	_, p := long(t)
	p.Tap("tab.stores")
	p.Type("stores.search", "村口小卖部5")
	found := p.Text("stores.found")
	redrawn(p)
	if p.Text("stores.search") != "村口小卖部5" || p.Text("stores.found") != found || !strings.Contains(found, "11") {
		t.Errorf("%q: %s, and was %s", p.Text("stores.search"), p.Text("stores.found"), found)
	}
	p.App.SetLang(words.EN)
	p.Settle()
	if p.Text("stores.search") != "村口小卖部5" || p.Has("store."+id("store", 0).String()) {
		t.Errorf("%q: %v", p.Text("stores.search"), p.IDs())
	}
	redrawn(p)
	p.Tap("store." + id("store", 105).String())
	p.Tap("visit.checkin")
	p.Tap("visit.count")
	p.Type("count.search", "长条烟7")
	p.Tap("count.todo")
	redrawn(p)
	on := p.Find("count.todo").(interface{ On() bool }).On()
	if p.Text("count.search") != "长条烟7" || !on || p.Has(product(0)+".same") || p.Find(product(107)+".out") == nil {
		t.Errorf("%q, %v: %v", p.Text("count.search"), on, p.IDs())
	}
}

func TestASignatureIsTakenBackLineByLineAlsoWhenItsSheetWasDrawnAnew(t *testing.T) {
	w, p := signing(t)
	for y := range 3 {
		p.Draw("sign.pad", fyne.NewPos(30, float32(50+40*y)), fyne.NewPos(200, float32(60+40*y)))
	}
	p.Tap("sign.clear")
	redrawn(p)
	p.Tap("sign.undo")
	lines := func() int {
		s, _ := field.SignatureOf(w.answer("signed"))
		return len(s.Lines)
	}
	if n := lines(); n != 3 {
		t.Fatalf("%d lines after the clearing was taken back", n)
	}
	p.Tap("sign.undo")
	redrawn(p)
	p.Tap("sign.undo")
	if n := lines(); n != 1 {
		t.Errorf("%d lines are left of three of which two were taken back", n)
	}
	p.Draw("sign.pad", fyne.NewPos(30, 200), fyne.NewPos(200, 220))
	if n := lines(); n != 2 {
		t.Errorf("%d lines after one more", n)
	}
	page, err := w.store.VisitPage(t.Context(), w.newest())
	must(t, err)
	for _, d := range page.Differ {
		t.Errorf("the sheet made a conflict with itself: %+v", d)
	}
}

func TestAStoreThatWasPlacedCanBePutBackAlsoWhenThePageWasDrawnAnew(t *testing.T) {
	w := filled(t)
	w.arrive()
	p := w.editing(w.deps(), &field.Moment{Position: field.Position{Lat: 36.2869, Lon: 106.17022, Acc: 11}})
	place := func() field.Position {
		s, err := w.store.StorePage(t.Context(), id("store", 0))
		must(t, err)
		return s.Profile.Position
	}
	was := place()
	p.Tap("edit.position.here")
	if !p.Has("edit.position.undo") {
		t.Fatal(p.IDs())
	}
	redrawn(p)
	p.Tap("edit.position.undo")
	if place() != was || p.Has("edit.position.undo") {
		t.Error(place(), p.IDs())
	}
}

func TestTheMapShowsWhatItShowedWhenItIsDrawnAnew(t *testing.T) {
	_, p := long(t)
	p.Tap("tab.stores")
	p.Tap("map.open")
	p.Tap("map.in")
	at := func() fyne.Position {
		return p.Find("map").(interface {
			At(field.Position) fyne.Position
		}).At(field.Position{Lat: 36.01, Lon: 106.202})
	}
	was := at()
	p.Tap("map.in")
	if at() == was {
		t.Fatal("it is no test")
	}
	was = at()
	redrawn(p)
	if at() != was {
		t.Errorf("%v, and was %v", at(), was)
	}
}
