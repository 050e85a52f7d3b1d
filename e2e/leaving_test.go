package e2e

import (
	"fmt"
	"testing"

	phonestore "storewalk/mobile/store"
	"storewalk/server/store"
	"storewalk/shared/fault"
	"storewalk/shared/words"

	"github.com/google/uuid"
)

// A store leaves the phone while a person is in it: because the office moves it, or takes the whole territory away. The visit
// is finished with everything, sent and taken; then the store goes, and the person is told all the while.
func TestAVisitToAStoreThatLeavesIsFinishedSentAndOnlyThenGone(t *testing.T) {
	for name, c := range map[string]struct {
		leave func(*syncWorld) error
		lang  words.Lang
	}{
		"the store is moved": {func(w *syncWorld) error { return w.store.MoveStore(t.Context(), syncCorner, syncEast) }, words.ZH},
		"the territory is taken away": {func(w *syncWorld) error {
			return w.store.SetTerritories(t.Context(), w.users["ma"], []uuid.UUID{syncEast})
		}, words.EN},
	} {
		t.Run(name, func(t *testing.T) {
			w := newSyncWorld(t)
			p := openApp(t)
			p.App.SetLang(c.lang)
			p.Settle()
			for name, text := range map[string]string{"server": w.line.url(), "user": "ma", "password": syncPassword} {
				p.Type("signin."+name, text)
			}
			p.Tap("signin.go")
			p.Until("signed in", func() bool { return p.Has("tab.stores") })
			p.Tap("tab.stores")
			row := "store." + syncCorner.String()
			p.Until("the store is here", func() bool { return p.Has(row) })
			p.Tap(row)
			p.Tap("visit.checkin")
			p.Tap("photo.take.shelf")
			visits, err := p.store.Visits(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			visit := visits[0].ID
			sent := func() bool {
				got, err := p.store.Waiting(t.Context())
				return err == nil && got.Records+got.Photos == 0
			}
			p.Until("the beginning is sent", func() bool { p.sync.Wake(); return sent() })

			if err := c.leave(w); err != nil {
				t.Fatal(err)
			}
			p.Until("the phone says so", func() bool { p.sync.Wake(); return p.Has("visit.leaving") })
			p.stop() // and there is no signal in the store
			p.Tap("photo.take.storefront")
			p.Tap("visit.count")
			line := "count." + syncProduct.String()[:8]
			p.Tap(line + ".cartons.more")
			p.Tap("count.done")
			p.Tap("visit.note")
			p.Type("note.text", "店主问为什么换人")
			p.Tap("note.done")
			p.Tap("visit.checkout")
			if p.Has("visit.checkout.confirm") {
				p.Tap("visit.checkout.confirm")
			}
			if !p.Has("visit.leaving") || sent() {
				t.Fatal("before it is sent:", p.Texts())
			}
			if _, err := p.store.VisitPage(t.Context(), visit); err != nil {
				t.Fatal("it went before the server had it:", err)
			}
			day := func() phonestore.DayEnd {
				t.Helper()
				d, err := p.store.DayEnd(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				return d
			}
			if d := day(); d.Visits != 1 || d.Photos != 2 || d.Left.Visits != 1 || d.Left.Waiting.Photos != 1 || d.Gone.Visits != 0 {
				t.Errorf("the day loses the visit: %+v", d)
			}
			p.connect(t)
			p.Until("it is gone once it is sent", func() bool {
				p.sync.Wake()
				_, err := p.store.VisitPage(t.Context(), visit)
				return fault.Is(err, "visit.not_found")
			})
			p.Until("the day tells of it", func() bool { return day().Gone == phonestore.Left{Visits: 1} })
			if d := day(); d.Visits != 0 || d.Left.Visits != 0 {
				t.Errorf("%+v", d)
			}
			said := map[words.Lang]string{words.ZH: "不在您的片区", words.EN: "not in your territory"}[c.lang]
			p.Until("the phone says that it is sent and gone", func() bool { return p.Shows(said) })
			p.Until("nothing waits", func() bool { p.sync.Wake(); return sent() })
			for range 5 { // Back leads to where nothing is missing
				p.Back()
			}
			p.Tap("tab.stores")
			if p.Has(row) {
				t.Error("the store is still here")
			}

			d, err := w.store.VisitByID(t.Context(), visit)
			if err != nil {
				t.Fatal(err)
			}
			var kinds []string
			for _, photo := range d.AllPhotos {
				kinds = append(kinds, photo.Kind)
				if _, ok := w.store.Blobs.Has(photo.Ref); !ok || !photo.Proof.Sound() || photo.Proof.Finding != store.ProofGood {
					t.Errorf("%s: %+v", photo.Kind, photo.Proof)
				}
			}
			if fmt.Sprint(kinds) != "[shelf storefront]" || len(d.Counts) != 1 || d.Counts[0].Cartons != 1 || d.CheckOut.AtMS == 0 || len(d.Notes) != 1 || d.Notes[0].Text != "店主问为什么换人" {
				t.Errorf("%v %+v", kinds, d)
			}
			if n := syncCount(t, w.dir, `SELECT count(*) FROM quarantine`); n != 0 {
				t.Errorf("%d records were put aside", n)
			}
		})
	}
}
