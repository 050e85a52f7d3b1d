package ui_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"storewalk/mobile/store"
	"storewalk/shared/field"
	"storewalk/shared/words"
)

// The pictures go to the folder named by SCREENS, if it names one.
func TestEveryScreenFitsThePhoneInBothLanguages(t *testing.T) {
	dir := os.Getenv("SCREENS")
	for _, lang := range words.Langs() {
		t.Run(string(lang), func(t *testing.T) {
			w := newWorld(t)
			p := w.phone()
			snap := func(name string) {
				p.Check(name)
				if dir != "" {
					p.Picture(filepath.Join(dir, "app-"+name+"-"+string(lang)+".png"))
				}
			}
			p.App.SetLang(lang)
			p.Settle()
			snap("signin")
			p.Type("signin.server", "https://visit.guyuan.example")
			p.Tap("signin.go")
			snap("signin-incomplete")
			p.Type("signin.user", "liming")
			p.Type("signin.password", "secret")
			p.Tap("signin.go")
			snap("stores-empty")
			p.Tap("tab.sync")
			snap("sync-first")

			w.fill()
			p.Tap("tab.stores")
			p.Tap("store." + id("store", 2).String())
			snap("store-new")
			p.Back()

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

			p.Tap("visit.checkin")
			snap("visit-start")
			p.Tap("visit.checkout")
			snap("visit-sure")
			p.Tap("visit.stay")
			p.Tap("photo.take.storefront")
			p.Tap("photo.take.shelf")
			p.Tap("photo.take.price_tag")
			p.Tap("visit.count")
			snap("count-start")
			c := func(i int) string { return "count." + id("product", i).String()[:8] }
			for range 3 {
				p.Tap(c(0) + ".cartons.more")
			}
			p.Tap(c(0) + ".packs.more")
			p.Tap(c(0) + ".display")
			p.Tap(c(5) + ".same")
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
			p.Tap("note.done")
			snap("visit")
			p.Tap("visit.checkout")
			snap("visit-done")
			p.Back()
			p.Back()
			snap("stores")
			p.Type("stores.search", "zzz")
			snap("stores-none")
			p.Tap("stores.clear")
			p.Tap("tab.visits")
			snap("visits")
			must(t, w.store.NoteExchange(t.Context(), store.Exchange{OKMS: now.Add(-2 * time.Hour).UnixMilli(), TriedMS: now.Add(-9 * time.Minute).UnixMilli(), Code: "network.unreachable"}))
			p.Tap("tab.sync")
			snap("sync")
			w.sent()
			must(t, w.store.NoteExchange(t.Context(), store.Exchange{OKMS: now.Add(-time.Minute).UnixMilli(), TriedMS: now.UnixMilli()}))
			p.App.Changed()
			p.Settle()
			snap("sync-records-sent")
			p.Tap("tab.me")
			snap("me")
			p.Tap("me.look.night")
			snap("me-night")
			p.Tap("tab.stores")
			snap("stores-night")
			fyne.CurrentApp().Preferences().RemoveValue("look")
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
