package ui_test

import (
	"testing"
	"time"

	"storewalk/mobile/store"
	"storewalk/mobile/ui"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/fault"
	"storewalk/shared/field"
)

// A day from signing in to the evening.
func TestEveryScreenFitsThePhoneInBothLanguages(t *testing.T) {
	everyView(t, func(t *testing.T, v view, snap func(*uitest.Phone, string)) {
		w := newWorld(t)
		p := w.phone()
		if !v.long {
			p = uitest.Open(t, w.furnished())
		}
		walk(t, w, p, func() { v.fill(w) }, func(screen string) { snap(p, screen) })
	})
}

// What is seen before there is any page.
func TestWhatIsShownWhileTheDataIsOpenedFitsAsWell(t *testing.T) {
	everyView(t, func(t *testing.T, _ view, snap func(*uitest.Phone, string)) {
		p := newWorld(t).phone()
		p.Window.SetContent(ui.Opening())
		p.Window.Resize(uitest.Size)
		snap(p, "opening")
		p.Window.SetContent(ui.CannotOpen(fault.New(fault.Internal, "db.newer", nil)))
		p.Window.Resize(uitest.Size)
		snap(p, "cannot-open")
	})
}

// walk goes through a day and stops at every screen.
func walk(t *testing.T, w *world, p *uitest.Phone, arrive func(), snap func(name string)) {
	snap("signin")
	p.Type("signin.server", "https://visit.guyuan.example")
	p.Tap("signin.go")
	snap("signin-incomplete")
	p.Type("signin.user", "liming")
	p.Type("signin.password", "secret")
	p.Tap("signin.go")
	snap("today-empty")
	p.Tap("tab.stores")
	snap("stores-empty")
	p.Tap("tab.sync")
	snap("sync-first")
	running := func(on bool) {
		w.sync.running = on
		p.App.Changed()
		p.Settle()
	}
	running(true)
	snap("sync-fetching")
	running(false)

	arrive()
	must(t, w.store.NoteExchange(t.Context(), store.Exchange{OKMS: now.Add(-2 * time.Hour).UnixMilli(), TriedMS: now.Add(-2 * time.Hour).UnixMilli()}))
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 8).String()) // nobody has been there
	snap("store-new")
	p.Back()

	beforeVisit(t, w, p, snap)
	inVisit(t, w, p, snap)

	p.Back()
	p.Back()
	snap("stores")
	p.Type("stores.search", "zzz")
	snap("stores-none")
	p.Tap("stores.clear")
	p.Tap("tab.visits")
	snap("visits")
	p.Tap("visit." + id("visit", 1).String())
	snap("visit-past")
	if p.Has("photo.show.1") {
		p.Tap("photo.show.1")
		snap("photo-elsewhere")
		p.Back()
	}
	p.Back()

	syncing(t, w, p, snap, running)

	p.Tap("tab.me")
	snap("me")
	p.Tap("me.signout")
	snap("locked")
	p.Type("lock.password", "wrong")
	p.Tap("lock.open")
	snap("locked-wrong")
	p.Tap("lock.signin")
	snap("signin-again")
	p.Tap("signin.cancel")
	p.Type("lock.password", "secret")
	p.Tap("lock.open")
	p.Tap("me.conflicts")
	snap("conflicts")
	p.Back()
	p.Tap("me.applications")
	snap("applications-none")
	p.Back()
}

// beforeVisit looks at a store whose phone number was changed in two places.
func beforeVisit(t *testing.T, w *world, p *uitest.Phone, snap func(string)) {
	t.Helper()
	p.Tap("store." + id("store", 0).String())
	p.Tap("store.edit")
	p.Type("edit.phone", "13995401000")
	p.Back()
	w.office(wangFang, now.Add(-40*time.Minute), id("store", 0), field.TypeStore, field.Value{Field: "phone", Value: "13709541888"})
	w.arrive()
	p.App.Changed()
	p.Settle()
	snap("store")
	p.Tap("store.edit")
	snap("store-edit")
	p.Back()
	p.Tap("differ.phone")
	snap("conflict")
	p.Back()
	p.ScrollBy(520)
	snap("store-below")
	p.Back()
	p.Tap("tab.me")
	p.Tap("me.conflicts")
	snap("conflicts")
	p.Back()
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
}

// inVisit is a whole visit, from check-in to check-out.
func inVisit(t *testing.T, w *world, p *uitest.Phone, snap func(string)) {
	t.Helper()
	p.Tap("visit.checkin")
	w.later = 2 * time.Minute
	snap("visit-start")
	p.Tap("visit.checkout")
	snap("visit-sure")
	p.Tap("visit.stay")
	p.Tap("photo.take.storefront")
	p.Tap("photo.take.shelf")
	p.Tap("photo.take.price_tag")
	p.Tap("visit.count")
	snap("count-start")
	visits, err := w.store.Visits(t.Context(), 1)
	must(t, err)
	sheet, err := w.store.CountSheet(t.Context(), visits[0].ID)
	must(t, err)
	row := func(i int) string { return "count." + sheet[i].Product.String()[:8] }
	for range 3 {
		p.Tap(row(0) + ".cartons.more")
	}
	p.Tap(row(0) + ".packs.more")
	p.Tap(row(0) + ".display")
	p.Tap(row(1) + ".same")
	p.Tap(row(2) + ".out")
	snap("count")
	p.ScrollBy(1200)
	snap("count-end")
	p.Type("count.search", "nosuch")
	snap("count-none")
	p.Tap("count.clear")
	p.Tap("count.done")
	p.Tap("visit.note")
	p.Tap("note.phrase.1")
	p.Tap("note.phrase.3")
	snap("note")
	w.later = 17 * time.Minute
	p.Tap("note.done")
	p.ScrollBy(-1e6)
	snap("visit")
	p.Tap("photo.show.1")
	snap("photo")
	p.Tap("photo.zoom")
	snap("photo-near")
	p.Tap("photo.zoom")
	p.Back()
	p.Tap("visit.checkout")
	snap("visit-done")
}

// syncing is the evening: no network, then a round, what was refused, everything there, and a phone that was blocked.
func syncing(t *testing.T, w *world, p *uitest.Phone, snap func(string), running func(bool)) {
	t.Helper()
	exchange := func(code string) {
		x := store.Exchange{OKMS: now.Add(-2 * time.Hour).UnixMilli(), TriedMS: now.Add(w.later - 9*time.Minute).UnixMilli(), Code: code}
		if code == "" {
			x.OKMS = now.Add(w.later - time.Minute).UnixMilli()
		}
		must(t, w.store.NoteExchange(t.Context(), x))
		p.App.Changed()
		p.Settle()
	}
	p.Tap("tab.sync")
	w.sync.next = now.Add(w.later + 7*time.Minute)
	exchange("network.unreachable")
	snap("sync")
	p.ScrollBy(620)
	snap("sync-kinds")
	p.Tap("sync.photos_each")
	snap("photos")
	p.Back()
	must(t, w.store.Revoked(t.Context(), "auth.revoked"))
	exchange("auth.revoked")
	snap("sync-blocked")
	w.signIn()
	w.sent()
	exchange("")
	snap("sync-records-sent")
	w.uploaded(1)
	w.partly()
	running(true)
	snap("sync-running")
	p.Tap("sync.photos_each")
	p.Tap("photos.all")
	snap("photos-sending")
	p.Back()
	p.Tap("tab.visits")
	p.Tap("visit." + w.newest().String())
	snap("visit-sending")
	p.Back()
	p.Tap("tab.sync")
	running(false)
	w.uploaded(-1)
	exchange("")
	snap("sync-done")
	closingTheDay(t, w, p, snap)
	w.backup()
	p.Tap("sync.photos_each")
	snap("photos-none")
	p.Tap("photos.all")
	snap("photos-backed-up")
	p.Back()
	moved, err := w.store.StorePage(t.Context(), id("store", 3))
	must(t, err)
	must(t, w.store.SetStoreText(t.Context(), id("store", 3), "phone", "13995407711", moved.Phone.Seen))
	w.asideThenSent("record.out_of_scope")
	w.asidePhoto("blob.corrupt")
	exchange("")
	snap("sync-refused")
	p.Tap("sync.photos_each")
	snap("photos-refused")
	p.Back()
}

// closingTheDay looks at the receipt, which came with the last round, and at those of other days.
func closingTheDay(t *testing.T, w *world, p *uitest.Phone, snap func(string)) {
	t.Helper()
	w.common()
	w.receipt(false)
	p.App.Changed()
	p.Settle()
	p.ScrollBy(-1e6)
	snap("sync-receipt")
	p.Tap("sync.receipt")
	snap("receipt")
	p.ScrollBy(1200)
	snap("receipt-words")
	p.Tap("receipt.list")
	snap("receipts")
	p.Back()
	p.Back()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
