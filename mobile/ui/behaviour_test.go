package ui_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/mobile/ui"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/words"
)

func product(i int) string { return "count." + id("product", i).String()[:8] }

// visiting opens the app in a visit at store 0.
func visiting(t *testing.T) (*world, *uitest.Phone) {
	t.Helper()
	w := filled(t)
	p := w.phone()
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	return w, p
}

func TestSignInKeepsWhatWasTypedAndSaysWhatIsWrong(t *testing.T) {
	w := newWorld(t)
	deps := w.deps()
	answer := fault.New(fault.Unauthorized, "auth.wrong_password", nil)
	deps.Enrol = func(context.Context, string, string, string) error {
		if answer == nil {
			w.signIn()
		}
		return answer
	}
	p := uitest.Open(t, deps)
	p.Type("signin.server", "https://visit.example.cn")
	p.Type("signin.user", "liming")
	p.Type("signin.password", "wrong")
	p.Tap("signin.go")
	if !strings.Contains(p.Text("signin.fault"), "密码不对") {
		t.Error(p.Text("signin.fault"))
	}
	if p.Text("signin.server") != "https://visit.example.cn" || p.Text("signin.user") != "liming" || p.Text("signin.password") != "wrong" {
		t.Error("what was typed is gone")
	}
	p.Tap("signin.lang")
	if p.Text("signin.server") != "https://visit.example.cn" || p.Text("signin.user") != "liming" || p.Text("title") != "Storewalk" {
		t.Error("what was typed is gone after the language changed")
	}
	answer = nil
	p.Type("signin.password", "right")
	p.Tap("signin.go")
	if p.Has("signin.go") || p.Text("title") != "Today" {
		t.Errorf("still there: %v", p.IDs())
	}
	if w.sync.woken == 0 {
		t.Error("the first sync was not asked for")
	}
}

func TestEveryTapIsInTheDatabaseBeforeTheNextAndSurvivesAKill(t *testing.T) {
	w, p := visiting(t)
	p.Tap("visit.count")
	p.Tap(product(1) + ".cartons.more")
	p.Tap(product(1) + ".cartons.more")
	p.Tap(product(1) + ".packs.more")
	p.Tap(product(1) + ".display")
	p.Tap(product(2) + ".out")

	// No Close, no Save: the app is gone, a new one opens on the same data.
	again := w.phone()
	if !again.Has("count.done") {
		t.Error("the app does not open where it was")
	}
	for target, want := range map[string]string{".cartons.value": "2", ".packs.value": "1"} {
		if got := again.Text(product(1) + target); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
	visits, err := w.store.Visits(t.Context(), 10)
	must(t, err)
	rows, err := w.store.CountSheet(t.Context(), visits[0].ID)
	must(t, err)
	for _, r := range rows {
		switch {
		case r.Product == id("product", 1) && (r.Line != field.CountLine{Cartons: 2, Packs: 1, OnDisplay: true}):
			t.Errorf("%+v", r.Line)
		case r.Product == id("product", 2) && (r.Line != field.CountLine{OutOfStock: true}):
			t.Errorf("%+v", r.Line)
		case len(r.Siblings) > 1:
			t.Errorf("%s: quick taps made a conflict with themselves", r.Name)
		}
	}
}

func TestOutOfStockAndANumberExcludeEachOther(t *testing.T) {
	_, p := visiting(t)
	p.Tap("visit.count")
	p.Tap(product(0) + ".packs.more")
	p.Tap(product(0) + ".out")
	if got := p.Text(product(0) + ".packs.value"); got != "0" {
		t.Errorf("out of stock with %s packs", got)
	}
	p.Tap(product(0) + ".packs.more")
	p.Tap(product(0) + ".packs.less")
	p.Tap(product(0) + ".packs.less")
	if got := p.Text(product(0) + ".packs.value"); got != "0" {
		t.Errorf("below zero: %s", got)
	}
	p.Tap("count.todo")
	if p.Has(product(0) + ".packs.more") {
		t.Error("a counted product is listed under what is to be counted")
	}
	p.Tap(product(6) + ".same")
	if !p.Has(product(6) + ".same") {
		t.Error("the row vanished under the thumb")
	}
}

func TestAPhotoThatIsNoPhotoIsRefusedWhereItHappened(t *testing.T) {
	w := filled(t)
	deps := w.deps()
	deps.Camera = ui.CameraFunc(func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("this is a letter")), nil
	})
	p := uitest.Open(t, deps)
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Tap("photo.take.shelf")
	if !strings.Contains(p.Text("visit.fault"), "不是照片") {
		t.Error(p.Text("visit.fault"))
	}
	p.Tap("visit.count") // and one goes on working
	p.Tap(product(0) + ".packs.more")
}

func TestChangingOnesMindAtTheCameraChangesNothing(t *testing.T) {
	w := filled(t)
	deps := w.deps()
	deps.Camera = ui.CameraFunc(func(context.Context) (io.ReadCloser, error) { return nil, nil })
	p := uitest.Open(t, deps)
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Tap("photo.take.shelf")
	if p.Has("visit.fault") {
		t.Error(p.Text("visit.fault"))
	}
}

func TestANoteThatIsTooLongStaysOnThePhoneAndSaysSo(t *testing.T) {
	w, p := visiting(t)
	p.Tap("visit.note")
	p.Tap("note.phrase.2")
	p.Back()
	if !p.Shows("反映货源不足") {
		t.Error("the note is not on the visit's page")
	}
	p.Tap("visit.note")
	long := strings.Repeat("这一行有十个汉字。\n", field.MaxNoteRunes/10+1)
	e := p.Find("note.text").(interface{ SetText(string) })
	e.SetText(long)
	p.App.Save()
	p.Settle()
	if !strings.Contains(p.Text("note.fault"), "太长") {
		t.Error(p.Text("note.fault"))
	}
	again := w.phone()
	if p := again; !strings.HasPrefix(p.Text("note.excerpt"), "这一行有十个汉字。") {
		t.Error("what was typed is gone after a restart")
	}
}

func TestCheckingOutAsksOnlyWhenSomethingIsMissing(t *testing.T) {
	w, p := visiting(t)
	p.Tap("visit.checkout")
	if !p.Has("visit.checkout.confirm") {
		t.Fatal("an empty visit ended without a question")
	}
	p.Tap("visit.stay")
	p.Tap("photo.take.display")
	p.Tap("visit.count")
	p.Tap(product(0) + ".same")
	p.Tap("count.done")
	p.Tap("visit.checkout")
	visits, err := w.store.Visits(t.Context(), 1)
	must(t, err)
	if visits[0].CheckOutMS == 0 || visits[0].Photos != 1 || visits[0].Lines != 1 {
		t.Errorf("%+v", visits[0])
	}
	if p.Has("photo.take.display") || p.Has("visit.checkout") {
		t.Error("a closed visit still takes photos")
	}
	p.Tap("visit.note")
	p.Tap("note.phrase.1")
	page, err := w.store.VisitPage(t.Context(), visits[0].ID)
	must(t, err)
	if len(page.Notes) != 1 || page.Notes[0].Corrects == uuid.Nil {
		t.Errorf("a note after check-out is a correction: %+v", page.Notes)
	}
}

func TestTheSyncPageCountsRecordsAndPhotosApartAndAlwaysHasItsButton(t *testing.T) {
	w, p := visiting(t)
	p.Tap("photo.take.shelf")
	p.Tap("photo.take.storefront")
	p.Back()
	p.Back()
	p.Tap("tab.sync")
	want, err := w.store.Waiting(t.Context())
	must(t, err)
	if p.Text("sync.records") != "1" || want.Records != 1 || p.Text("sync.photos") != "2" {
		t.Errorf("%s records, %s photos; want %+v", p.Text("sync.records"), p.Text("sync.photos"), want)
	}
	woken := w.sync.woken
	for _, running := range []bool{false, true} {
		w.sync.running = running
		p.Tap("sync.now")
	}
	if w.sync.woken != woken+2 {
		t.Errorf("woken %d times", w.sync.woken-woken)
	}
}

func TestALanguageIsSwitchedInPlaceAndTheWayBackStays(t *testing.T) {
	_, p := visiting(t)
	p.App.SetLang(words.EN)
	p.Settle()
	if !p.Shows("Check out") || !p.Shows("Photos") {
		t.Errorf("not English: %v", p.Texts())
	}
	p.Back()
	if !p.Shows("Contact") {
		t.Errorf("the way back is lost: %v", p.Texts())
	}
	p.Back()
	if p.Text("title") != "Stores" {
		t.Error(p.Text("title"))
	}
}

func TestAStoreIsFoundByNameOwnerLicencePinyinAndInitials(t *testing.T) {
	w := filled(t)
	p := w.phone()
	p.Tap("tab.stores")
	for _, typed := range []string{"平安", "杨秀兰", "640402100022", "pinganyan", "payjd"} {
		p.Type("stores.search", typed)
		if !p.Has("store."+id("store", 2).String()) || p.Text("stores.found") != "1 户" {
			t.Errorf("%q: %s", typed, p.Text("stores.found"))
		}
	}
	p.Type("stores.search", "nothing like this")
	p.Tap("stores.clear")
	if p.Text("stores.found") != "9 户" || p.Text("stores.search") != "" {
		t.Error(p.Text("stores.found"))
	}
}

// fullDisk is a store that has no room for counts any more.
type fullDisk struct{ ui.Store }

func (fullDisk) SetCount(context.Context, uuid.UUID, uuid.UUID, field.CountLine, store.Seen) error {
	return fault.New(fault.Unavailable, "disk.full", errors.New("ENOSPC"))
}

func TestAFullDiskIsSaidOnTheCountSheet(t *testing.T) {
	w := filled(t)
	deps := w.deps()
	deps.Store = fullDisk{deps.Store}
	p := uitest.Open(t, deps)
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Tap("visit.count")
	p.Tap(product(0) + ".packs.more")
	if !strings.Contains(p.Text("count.fault"), "存储已满") {
		t.Error(p.Texts())
	}
}

func TestAPhotoOpensLargeSaysWhereItIsAndBackClosesIt(t *testing.T) {
	w, p := visiting(t)
	p.Tap("photo.take.shelf")
	p.Tap("photo.take.storefront")
	p.Tap("photo.show.0")
	if p.Text("title") != "货架" || p.Text("photo.number") != "1 / 2" || !p.Shows("记录待发") || p.Has("photo.before") {
		t.Error(p.Texts())
	}
	w.sent()
	w.uploaded(-1)
	p.App.Changed()
	p.Settle()
	if !p.Shows("已到服务器") {
		t.Error(p.Texts())
	}
	p.Tap("photo.after")
	if p.Text("title") != "店面" || p.Text("photo.number") != "2 / 2" || p.Has("photo.after") {
		t.Error(p.Texts())
	}
	p.Back()
	if !p.Has("visit.checkout") {
		t.Error("Back did not close the photo:", p.IDs())
	}
}

func TestAPhotoWhoseBytesAreElsewhereShowsItsThumbnailAndSaysSo(t *testing.T) {
	w, p := visiting(t)
	p.Tap("photo.take.shelf")
	visits, err := w.store.Visits(t.Context(), 1)
	must(t, err)
	page, err := w.store.VisitPage(t.Context(), visits[0].ID)
	must(t, err)
	must(t, w.store.Blobs.Remove(page.Photos[0].Ref))
	p.App.Changed()
	p.Settle()
	p.Tap("photo.show.0")
	if !p.Has("photo.elsewhere") || p.Has("photo.fault") {
		t.Error(p.Texts())
	}
}

func TestEarlierVisitsAreReadWhenTheEndOfThoseShownIsNear(t *testing.T) {
	w := filled(t)
	const part = 60
	for range 2*part + 5 {
		visit, err := w.store.CheckIn(t.Context(), id("store", 0), field.Moment{}, store.Purpose{})
		must(t, err)
		must(t, w.store.CheckOut(t.Context(), visit, field.Moment{}))
	}
	all, err := w.store.Visits(t.Context(), 1_000)
	must(t, err)
	p := w.phone()
	must(t, p.App.Open("visits", ui.Target{}))
	p.Settle()
	want := func(n int, when string) {
		t.Helper()
		shown := 0
		for _, id := range p.IDs() {
			if strings.HasPrefix(id, "visit.") {
				shown++
			}
		}
		if shown != n {
			t.Errorf("%d visits %s, want %d", shown, when, n)
		}
	}
	want(part, "before anybody scrolled")
	if day := fmt.Sprintf("今天 %d 次拜访", 2*part+5); !strings.Contains(strings.Join(p.Texts(), "|"), day) {
		t.Errorf("not %q: the visits that are not read yet are of today too", day)
	}
	p.ScrollBy(200)
	want(part, "at their beginning")
	at := p.Offset()
	for range 4 {
		p.ScrollBy(1e6)
		if p.Offset() <= at {
			t.Error("the list jumped back")
		}
	}
	want(len(all), "at their end")
}
