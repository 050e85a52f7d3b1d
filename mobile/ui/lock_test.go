package ui_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/words"
)

func TestSigningOutLocksAndTheSamePersonUnlocksWithoutANetwork(t *testing.T) {
	for _, lang := range words.Langs() {
		w := filled(t)
		p := w.phone()
		p.App.SetLang(lang)
		p.Tap("tab.stores")
		p.Tap("store." + id("store", 0).String())
		p.Tap("visit.checkin")
		visit := w.newest()
		p.Tap("visit.note")
		p.Type("note.text", "没发完的一句")
		p.Back()
		p.Back()
		p.Back()
		p.Tap("tab.me")
		p.Tap("me.signout")
		if !p.Has("lock.open") || p.Has("tab.today") || p.Shows(nameMeili) {
			t.Fatal("not locked:", p.Texts())
		}
		before, err := w.store.Unfinished(t.Context())
		must(t, err)
		if before.Records == 0 || p.Text("lock.state") != p.App.T("lock.waiting", "What", p.App.N("unit.records", before.Records)) {
			t.Error(before, p.Text("lock.state"))
		}
		p.Back() // leads out of the app, not into it
		p.Tap("lock.signin")
		p.Tap("signin.cancel")
		if !p.Has("lock.open") || p.Has("tab.today") {
			t.Fatal("the sign-in page leads past the lock")
		}

		p = uitest.Open(t, w.deps()) // killed and started again
		p.App.SetLang(lang)
		if !p.Has("lock.open") || p.Has("tab.today") {
			t.Fatal("a restart unlocks")
		}
		p.Type("lock.password", "Secret")
		p.Tap("lock.open")
		if p.Text("lock.fault") != p.App.T("fault.lock.wrong") {
			t.Error(p.Texts())
		}
		for range 3 {
			p.Type("lock.password", "nonsense")
			p.Tap("lock.open")
		}
		p.Type("lock.password", "secret")
		p.Tap("lock.open")
		if want := p.App.N("lock.seconds", 5); p.Text("lock.fault") != want {
			t.Errorf("%q, want %q", p.Text("lock.fault"), want)
		}
		w.sent() // goes on while locked
		p.App.Changed()
		p.Settle()
		if p.Text("lock.state") != p.App.T("lock.all_sent") {
			t.Error(p.Text("lock.state"))
		}
		must(t, w.store.SignIn(t.Context(), w.account())) // as over a network; the wait is by the boot clock
		must(t, w.store.Lock(t.Context()))
		p.Type("lock.password", "secret")
		p.Tap("lock.open")
		if !p.Has("tab.today") {
			t.Fatal("the right password does not unlock:", p.Texts())
		}
		page, err := w.store.VisitPage(t.Context(), visit)
		must(t, err)
		if len(page.Notes) != 1 || page.Notes[0].Text.Value != "没发完的一句" {
			t.Error("a note is gone", page.Notes)
		}
	}
}

func TestAPhoneOfAnEarlierVersionIsNotLockedForGood(t *testing.T) {
	w := newWorld(t)
	a := w.account()
	a.Verifier = ""
	must(t, w.store.SignIn(t.Context(), a))
	p := w.phone()
	p.Tap("tab.me")
	p.Tap("me.signout")
	if p.Has("lock.open") || p.Text("me.fault") != p.App.T("fault.lock.no_password") {
		t.Fatal(p.Texts())
	}
}

func TestWhoeverSignsInNextSeesNothingOpenOfTheOneBefore(t *testing.T) {
	w := filled(t)
	deps := w.deps()
	next := store.Account{Server: "https://visit.guyuan.example", ServerID: serverID, Login: "wangfang", User: wangFang, Name: "王芳", Device: uuid.New(), Token: "t2", Verifier: verifier}
	deps.Enrol = func(ctx context.Context, _, _, _ string) error { return w.store.SignIn(ctx, next) }
	p := uitest.Open(t, deps)
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	visit := w.newest()
	p.Back()
	p.Back()
	p.Tap("tab.sync")
	p.Tap("sync.photos_each")
	signIn := func() {
		p.Tap("tab.me")
		p.Tap("me.signout")
		p.Tap("lock.signin")
		p.Type("signin.user", "wangfang")
		p.Type("signin.password", "hers")
		p.Tap("signin.go")
	}
	signIn()
	if p.Has("tab.today") || p.Text("signin.fault") != p.App.T("fault.auth.other_user") {
		t.Fatal("another person got in over unsent work:", p.Texts())
	}
	p.Tap("signin.cancel")
	p.Type("lock.password", "secret")
	p.Tap("lock.open")
	w.sent()
	signIn()
	p.Tap("tab.sync")
	if p.Has("back") {
		t.Fatal("what the one before looked at is still open:", p.IDs())
	}
	p.Tap("tab.visits")
	if p.Has("visit." + visit.String()) {
		t.Error("the visits of the one before are among hers")
	}
}
