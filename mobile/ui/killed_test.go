package ui_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/uuid"

	"storewalk/mobile/photo"
	"storewalk/mobile/store"
	"storewalk/mobile/ui"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
)

// reopened kills the app, and opens it on what its folder holds at this moment. The dead one closes nothing and saves
// nothing there.
func (w *world) reopened() *uitest.Phone {
	w.t.Helper()
	w.become(filepath.Join(w.t.TempDir(), "phone"))
	return w.phone()
}

// become goes on with a copy of the phone's folder.
func (w *world) become(dir string) {
	w.t.Helper()
	must(w.t, os.CopyFS(dir, os.DirFS(w.dir)))
	dead := w.store
	s, err := w.open(dir)
	must(w.t, err)
	w.store, w.dir = s, dir
	w.t.Cleanup(func() {
		if err := dead.Close(); err != nil {
			w.t.Error(err)
		}
	})
}

// write types letters into a field and stays in it: nothing has been saved by a pause or by leaving.
func write(p *uitest.Phone, id, text string) {
	p.Tap(id)
	e := p.Find(id).(fyne.Focusable)
	p.Window.Canvas().Focus(e)
	e.(interface{ SetText(string) }).SetText("")
	test.Type(e, text)
}

// hold presses a target for long, where the text of its row is on the screen.
func hold(p *uitest.Phone, id, text string) {
	p.Text(text) // scrolls there
	p.Find(id).(fyne.SecondaryTappable).TappedSecondary(nil)
	p.Settle()
}

func TestNoLetterIsLostThatWasTypedJustBeforeTheAppWasKilled(t *testing.T) {
	w, p := planning(t)
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	news, other := "新开了两家店😀", "柜台锁着，钥匙在儿子那里"
	for _, s := range []struct{ open, field, text string }{
		{"", "answer.news", news},
		{"", "answer.shelves", "十二个半"},
		{"visit.note", "note.text", "店主说：" + strings.Repeat("细支烟走得快。", 40)},
		{"back visit.checkout", "gap.question:tidy.text", other},
		{"back mode.group visit.group group.add", "group.outcome." + id("store", 2).String(), "愿意上柜"},
	} {
		for do := range strings.FieldsSeq(s.open) {
			if do == "group.add" {
				p.Type("group.search", "平安")
				do = "group.add." + id("store", 2).String()
			}
			p.Tap(do)
		}
		write(p, s.field, s.text)
		for range 2 { // also when it is killed again before a pause
			p = w.reopened()
			if got := p.Text(s.field); got != s.text {
				t.Fatalf("%s says %q", s.field, got)
			}
		}
		p.App.Save()
		p.Settle()
		if left := w.store.Typing(); len(left) > 0 {
			t.Fatalf("still unsaved: %+v", left)
		}
	}
	c, err := w.store.Checklist(t.Context(), w.newest())
	must(t, err)
	page, err := w.store.VisitPage(t.Context(), w.newest())
	must(t, err)
	got := []string{page.MyNote.Text.Value, c.Lacks[1].Reason, c.Attendees[0].Outcome}
	for _, q := range c.Items[2].Questions[2:] {
		got = append(got, string(q.Answer))
	}
	if want := []string{"店主说：" + strings.Repeat("细支烟走得快。", 40), other, "愿意上柜", `"十二个半"`, `"` + news + `"`}; !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for _, d := range page.Differ {
		t.Errorf("letters made a conflict with themselves: %+v", d)
	}
}

func TestATextThatWasSavedAndThenChangedElsewhereIsNotWrittenOverByAKilledApp(t *testing.T) {
	w, p := planning(t)
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Type("answer.news", "一家")
	q := func() store.QuestionRow {
		c, err := w.store.Checklist(t.Context(), w.newest())
		must(t, err)
		return c.Items[2].Questions[3]
	}
	must(t, w.store.SetAnswer(t.Context(), w.newest(), "news", "两家", q().Seen))
	p = w.reopened()
	if p.App.Save(); p.Text("answer.news") != "两家" || string(q().Answer) != `"两家"` {
		t.Error(p.Text("answer.news"), string(q().Answer))
	}
}

// Everything that is done to photos and in the count, with the app killed after each tap.
func TestTheAppIsKilledAfterEachTapOfPhotosAndTheCount(t *testing.T) {
	w, p := planning(t)
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	tap := func(id string) func() { return func() { p.Tap(id) } }
	order := "order." + id("product", 4).String()[:8]
	steps := []struct {
		do    func()
		there string // on the screen afterwards, also when the app has been killed
		text  string // of it; "" for any
	}{
		{tap("photo.take.shelf"), "photo.show.0", ""},
		{tap("photo.take.before"), "photo.show.1", ""},
		{tap("photo.take.after"), "photo.show.2", ""},
		{tap("photo.show.1"), "photo.number", "2 / 3"},
		{tap("photo.after"), "photo.number", "3 / 3"},
		{tap("photo.remove"), "visit.checkout", ""},
		{tap("visit.count"), "count.done", ""},
		{tap(product(0) + ".same"), "count.progress", "已盘 1 / 12"},
		{tap(product(1) + ".out"), "count.progress", "已盘 2 / 12"},
		{func() { hold(p, product(2)+".cartons.more", product(2)+".cartons.value") }, product(2) + ".cartons.value", "10"},
		{tap(product(2) + ".packs.pad"), "one.packs.value", "0"},
		{tap("key.7"), "one.packs.value", "7"},
		{tap("one.price"), "one.price.value", "–"},
		{tap("key.9"), "one.price.value", "9"},
		{tap("one.why.promotion"), "one.why.promotion", ""},
		{tap("one.facings"), "", ""},
		{tap("key.3"), "one.facings.value", "3"},
		{tap("back"), product(2) + ".packs.value", "7"},
		{tap(product(3) + ".more"), "one.why.stored_elsewhere", ""},
		{tap("one.why.stored_elsewhere"), "one.why.stored_elsewhere", ""},
		{tap("back"), "count.done", ""},
		{tap("count.menu"), "menu.order", ""},
		{tap("menu.order"), order + ".handle", ""},
		{func() { p.Text(order + ".name"); drag(t, p, order+".handle", -100) }, order + ".handle", ""},
		{tap("back"), "menu.order", ""},
		{tap("menu.none.refused"), "menu.none.refused", ""},
		{tap("menu.none.refused"), "menu.none.refused", ""}, // taken back
		{tap("back"), "count.done", ""},
		{tap("count.done"), "visit.counted", "已盘 3 / 12 个品规"},
	}
	for i, s := range steps {
		s.do()
		p = w.reopened()
		if s.there != "" && !p.Has(s.there) && p.Text(s.there) == "" {
			t.Fatalf("step %d: no %s", i, s.there)
		}
		if s.text != "" && p.Text(s.there) != s.text {
			t.Fatalf("step %d: %s says %q, want %q", i, s.there, p.Text(s.there), s.text)
		}
	}
	for i, want := range []field.CountLine{{OnDisplay: true}, {OutOfStock: true}, {Cartons: 10, Packs: 7, PriceFen: 900, Facings: 3, Why: "promotion"}, {Why: "stored_elsewhere"}} {
		if got := w.line(i); got != want {
			t.Errorf("product %d: %+v, want %+v", i, got, want)
		}
	}
	walk, err := w.store.Walk(t.Context(), w.newest())
	must(t, err)
	if !slices.Contains(walk.Order, id("product", 4)) {
		t.Errorf("the order of the shelves is lost: %v", walk.Order)
	}
}

func TestAnAppKilledWhileItSavesAPhotoHasAllOfItOrNone(t *testing.T) {
	for name, after := range map[string]bool{"the picture is being read": false, "the picture is kept, its record is not": true} {
		t.Run(name, func(t *testing.T) {
			w, _ := planning(t)
			dying := filepath.Join(t.TempDir(), "phone")
			deps := w.deps()
			deps.TakePhoto = func(ctx context.Context, visit uuid.UUID, shot ui.Shot, src io.Reader) (ui.Taken, error) {
				if after {
					if _, err := photo.Take(ctx, src, w.store.Blobs, photo.Wish{}); err != nil {
						return ui.Taken{}, err
					}
				}
				return ui.Taken{}, errors.Join(os.CopyFS(dying, os.DirFS(w.dir)), errors.New("killed"))
			}
			p := uitest.Open(t, deps)
			p.Tap("tab.stores")
			p.Tap("store." + id("store", 0).String())
			p.Tap("visit.checkin")
			p.Tap("need.image.display")
			w.dir = dying
			p = w.reopened()
			if !p.Has("visit.checkout") || p.Has("photo.show.0") {
				t.Fatal("not in the visit, or with half a photo:", p.IDs())
			}
			if _, err := os.Stat(filepath.Join(w.dir, "reserve")); !os.IsNotExist(err) {
				t.Error("the room for it is still kept:", err)
			}
			p.Tap("need.image.display")
			page, err := w.store.VisitPage(t.Context(), w.newest())
			must(t, err)
			if len(page.Photos) != 1 || !page.Photos[0].Here {
				t.Errorf("%+v", page.Photos)
			}
		})
	}
}

func TestAKilledAppOpensWhereThePersonStoodOnThePage(t *testing.T) {
	w, p := planning(t)
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.ScrollBy(700)
	before := p.Offset()
	p.Until("the place is on the disk", func() bool {
		b, err := w.store.Bookmark(t.Context())
		return err == nil && b.Scroll > 0
	})
	if after := w.reopened().Offset(); before != after || before == 0 {
		t.Errorf("%v, then %v", before, after)
	}
}

// The pages beside a visit that goes on: the person is in the shop, and looks something up.
func TestAnAppKilledBesideAnOpenVisitOpensWhereItWas(t *testing.T) {
	w, p := planning(t)
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	steps := []struct{ tap, there string }{
		{"back", "visit.checkin"}, // the store's page, where the visit goes on
		{"store.edit", "edit.phone"},
		{"edit.apply.owner", "apply.owner"},
		{"back", "edit.phone"},
		{"back", "visit.checkin"},
		{"back", "stores.search"},
		{"store." + id("store", 2).String(), "store.edit"}, // another store than that of the visit
		{"back", "stores.search"},
		{"map.open", "map.sync"},
		{"back", "stores.search"},
		{"tab.me", "me.conflicts"},
		{"me.conflicts", "conflicts.today"},
		{"back", "me.conflicts"},
		{"me.applications", "apply.new_store"},
	}
	for _, s := range steps {
		p.Tap(s.tap)
		screen := p.App.Screen()
		p = w.reopened()
		if p.App.Screen() != screen || !p.Has(s.there) {
			t.Fatalf("after %s: %s, and not %s with %s; %v", s.tap, p.App.Screen(), screen, s.there, p.IDs())
		}
	}
}

// Somebody in a shop looks for another: the words are there again, also under the store that was found, and wait for nothing.
func TestWhatIsLookedForAmongTheStoresIsThereWhenTheAppWasKilled(t *testing.T) {
	w, p := planning(t)
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Tap("back")
	p.Tap("back")
	wants := func(text string) {
		t.Helper()
		p = w.reopened()
		if p.App.Screen() != "storesRoute" || p.Text("stores.search") != text {
			t.Fatalf("%s with %q, not %q", p.App.Screen(), p.Text("stores.search"), text)
		}
		if left := w.store.Typing(); len(left) > 0 {
			t.Fatalf("what is looked for waits to be saved: %+v", left)
		}
	}
	write(p, "stores.search", "平安") // and no pause yet
	wants("平安")
	if p.Has("store."+id("store", 0).String()) || !p.Has("store."+id("store", 2).String()) {
		t.Fatal("the list is not that of what is looked for:", p.IDs())
	}
	p.Tap("store." + id("store", 2).String())
	p = w.reopened()
	p.Tap("back")
	wants("平安")
	p.Tap("tab.me")
	p = w.reopened()
	p.Tap("tab.stores")
	wants("平安")
	write(p, "stores.search", "没有这家")
	wants("没有这家")
	p.Tap("stores.clear")
	wants("")
	if !p.Has("store." + id("store", 0).String()) {
		t.Error(p.IDs())
	}
}

func TestWhatIsLookedForInAVisitIsThereWhenTheAppWasKilled(t *testing.T) {
	w, p := planning(t)
	p.Tap("store." + id("store", 0).String())
	p.Tap("ask.enquiry")
	for _, s := range []struct{ open, field, text, found, not, clear string }{
		{"", "ask.search", "中华", "ask.found." + id("product", 2).String()[:8], "ask.found." + id("product", 0).String()[:8], "ask.found." + id("product", 2).String()[:8]},
		{"back visit.checkin mode.group visit.group", "group.search", "平安", "group.add." + id("store", 2).String(), "group.add." + id("store", 1).String(), "group.add." + id("store", 2).String()},
		{"back visit.count", "count.search", "中华", product(2) + ".out", product(0) + ".out", ""},
		{"", "count.search", "没有这个", "count.clear", product(2) + ".out", "count.clear"},
	} {
		for tap := range strings.FieldsSeq(s.open) {
			p.Tap(tap)
		}
		write(p, s.field, s.text) // and no pause yet
		for range 2 {
			p = w.reopened()
			if p.Text(s.field) != s.text || !p.Has(s.found) || p.Has(s.not) {
				t.Fatalf("%s says %q: %v", s.field, p.Text(s.field), p.IDs())
			}
			if left := w.store.Typing(); len(left) > 0 {
				t.Fatalf("what is looked for waits to be saved: %+v", left)
			}
		}
		if s.clear == "" {
			continue
		}
		p.Tap(s.clear)
		want := ""
		if s.field == "ask.search" { // what is looked for may be more than one product
			want = s.text
		}
		if p = w.reopened(); p.Text(s.field) != want || p.Has(s.clear) {
			t.Fatalf("%s says %q after %s: %v", s.field, p.Text(s.field), s.clear, p.IDs())
		}
	}
}

func TestAnAppKilledWithNothingBegunOpensOnToday(t *testing.T) {
	w, p := planning(t)
	p.Tap("store." + id("store", 0).String())
	p = w.reopened()
	if p.App.Screen() != "todayRoute" {
		t.Error(p.App.Screen())
	}
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Tap("mode.by_phone")
	must(t, w.store.CheckOut(t.Context(), w.newest(), field.Moment{}))
	p.Tap("back")
	if p = w.reopened(); p.App.Screen() != "todayRoute" {
		t.Error("the visit is over:", p.App.Screen())
	}
}

func TestAnAppKilledWhileAnApplicationIsWrittenOpensThere(t *testing.T) {
	w, p := planning(t)
	p.Tap("store." + id("store", 0).String())
	p.Tap("store.edit")
	p.Tap("edit.apply.owner")
	write(p, "apply.owner", "马小兰")
	p = w.reopened()
	if p.Text("apply.owner") != "马小兰" || p.Has("apply.name") {
		t.Fatal(p.App.Screen(), p.Texts())
	}
	p.Back()
	p.Back()
	all, err := w.store.Applications(t.Context())
	must(t, err)
	p.Tap("apply." + all[0].ID.String()[:8]) // the same application, not for one field
	if p.Text("apply.owner") != "马小兰" {
		t.Fatal(p.Texts())
	}
	p.Tap("apply.submit")
	if p = w.reopened(); p.App.Screen() != "todayRoute" {
		t.Error("it is submitted:", p.App.Screen())
	}
}
