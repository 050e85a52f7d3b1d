package ui_test

import (
	"strings"
	"sync"
	"testing"

	"fyne.io/fyne/v2"

	"storewalk/mobile/store"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
)

func TestAValueThatArrivesWhileAPersonTypesIsKeptBesideTheirs(t *testing.T) {
	w := filled(t)
	p := w.phone()
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("store.edit")
	before := p.Text("edit.phone")

	w.office(wangFang, now, id("store", 0), field.TypeStore, field.Value{Field: "phone", Value: "13709541888"})
	p.Window.Canvas().Focus(p.Find("edit.phone").(fyne.Focusable))
	w.arrive()
	p.App.Changed()
	p.Settle()
	if got := p.Text("edit.phone"); got != before {
		t.Fatalf("the text under the cursor changed from %q to %q", before, got)
	}
	p.Type("edit.phone", "13995401000")
	page, err := w.store.StorePage(t.Context(), id("store", 0))
	must(t, err)
	if len(page.Phone.Siblings) != 2 {
		t.Fatalf("%+v", page.Phone.Siblings)
	}

	p.Tap("differ.phone")
	if !p.Shows("13995401000") || !p.Shows("13709541888") || !p.Shows("王芳") || !p.Shows("李明") {
		t.Errorf("not both values with their authors: %v", p.Texts())
	}
	chosen := 0
	if p.Text("differ.value.1") == "13709541888" {
		chosen = 1
	}
	p.Tap("differ.choose." + string(rune('0'+chosen)))
	p.Tap("differ.done")
	page, err = w.store.StorePage(t.Context(), id("store", 0))
	must(t, err)
	if len(page.Phone.Siblings) != 1 || page.Phone.Value != "13709541888" {
		t.Errorf("not settled: %+v", page.Phone)
	}
	if p.Has("differ.phone") || p.Text("title") == "两个值，选一个" {
		t.Error("the mark is still there")
	}
	if got := p.Text("edit.phone"); got != "13709541888" {
		t.Errorf("the field shows %q", got)
	}
}

func TestWhatTwoPeopleCountedIsSettledOnTheVisitsPage(t *testing.T) {
	w, p := visiting(t)
	p.Tap("visit.count")
	p.Tap(product(0) + ".packs.more")
	visits, err := w.store.Visits(t.Context(), 1)
	must(t, err)
	visit := visits[0].ID
	w.office(wangFang, now, field.CountID(visit), field.TypeCount, field.Value{Field: "visit", Value: visit},
		field.Value{Field: "store", Value: id("store", 0)},
		field.Value{Field: field.LineField(id("product", 0)), Value: field.CountLine{Cartons: 7, Packs: 7}})
	w.arrive()
	p.App.Changed()
	p.Settle()
	if !p.Has(product(0) + ".differ") {
		t.Fatal("no mark on the line")
	}
	p.Tap(product(0) + ".packs.more") // an edit does not replace what one has not looked at
	rows, err := w.store.CountSheet(t.Context(), visit)
	must(t, err)
	for _, r := range rows {
		if r.Product == id("product", 0) && len(r.Siblings) != 2 {
			t.Fatalf("the other's count is gone: %+v", r.Siblings)
		}
	}
	p.Back()
	p.Tap("visit.checkout")
	p.Tap("visit.checkout.confirm")
	p.Tap("differ." + field.LineField(id("product", 0)))
	if !p.Shows("7 条 7 包") || !p.Shows("王芳") {
		t.Fatal(p.Texts())
	}
	which := "0"
	if p.Text("differ.value.1") == "7 条 7 包" {
		which = "1"
	}
	p.Tap("differ.choose." + which)
	p.Tap("differ.done")
	if !p.Shows("7 条 7 包") || p.Has("differ."+field.LineField(id("product", 0))) {
		t.Errorf("not settled: %v", p.Texts())
	}
}

func TestAPhoneTheServerSignedOutKeepsWorkingAndOffersToSignIn(t *testing.T) {
	w, p := visiting(t)
	must(t, w.store.Revoked(t.Context(), "auth.revoked"))
	must(t, w.store.NoteExchange(t.Context(), store.Exchange{TriedMS: now.UnixMilli(), Code: "auth.revoked"}))
	p.App.Changed()
	p.Settle()
	p.Tap("visit.count")
	p.Tap(product(0) + ".packs.more")
	p.Back()
	p.Back()
	p.Back()
	p.Tap("tab.sync")
	if !strings.Contains(p.Text("sync.error"), "已被停用") {
		t.Error(p.Text("sync.error"))
	}
	if kept := p.Text("sync.kept"); !strings.Contains(kept, "3 条记录都还在手机里") || p.Has("sync.now") {
		t.Error(kept, p.IDs())
	}
	p.Tap("sync.signin")
	if p.Text("signin.user") != "liming" {
		t.Error("the user name is not offered")
	}
	p.Tap("signin.cancel")
	p.Tap("tab.stores")
	if !p.Shows("拜访中") {
		t.Error("the work is not there")
	}
}

// With goroutines as on a phone, for the race detector and for the order of what they do.
func TestQuickTapsAndSyncsAtTheSameTimeLoseNothing(t *testing.T) {
	w := filled(t)
	deps := w.deps()
	var group sync.WaitGroup
	deps.Go = func(f func()) { group.Go(f) }
	changes, stop := w.store.Watch()
	defer stop()
	deps.Changes = []<-chan struct{}{changes}
	p := uitest.Open(t, deps)
	wait := func(id string) {
		t.Helper()
		p.Until(id, func() bool { return p.Has(id) })
	}
	wait("tab.stores")
	p.Tap("tab.stores")
	row := "store." + id("store", 0).String()
	wait(row)
	p.Tap(row)
	p.Until("the store's page", func() bool { return p.Shows("联系方式") })
	p.Tap("visit.checkin")
	wait("visit.count")
	p.Tap("visit.count")
	wait(product(0) + ".packs.more")
	for range 30 {
		p.Tap(product(0) + ".packs.more")
		w.arrive()
		p.Tap(product(6) + ".cartons.more")
		if got := p.Text(product(0) + ".packs.value"); got == "–" {
			t.Fatal("an older read replaced a tap")
		}
	}
	p.App.Save()
	group.Wait()
	p.Settle()
	visits, err := w.store.Visits(t.Context(), 1)
	must(t, err)
	rows, err := w.store.CountSheet(t.Context(), visits[0].ID)
	must(t, err)
	for _, r := range rows {
		if r.Product == id("product", 0) && r.Line.Packs != 30 || r.Product == id("product", 6) && r.Line.Cartons != 30 || len(r.Siblings) > 1 {
			t.Errorf("%s: %+v, %d values", r.Name, r.Line, len(r.Siblings))
		}
	}
}
