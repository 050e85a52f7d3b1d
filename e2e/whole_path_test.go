// Package e2e follows work through the whole product: the real app in Fyne's test driver, the real server
// as a program of its own, and the supervisor's page in a real Chromium.
package e2e

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"storewalk/demo/shelf"
	"storewalk/e2e/browser"
	"storewalk/mobile/capture"
	"storewalk/mobile/store"
	"storewalk/mobile/syncer"
	"storewalk/mobile/ui"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

// A hand is a person with the real app: its store, its syncer and its screens.
type hand struct {
	*uitest.Phone
	store *store.Store
	dir   string // its data
	sync  *syncer.Syncer
	stop  func() // takes the network away: the syncer ends
}

// openApp starts the app on an empty phone. The network is there until stop.
func openApp(t *testing.T) *hand {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "phone")
	st, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &hand{store: st, dir: dir, sync: syncer.New(st, "storewalk e2e", slog.New(slog.NewTextHandler(t.Output(), nil)))}
	changes, stopWatching := st.Watch()
	t.Cleanup(stopWatching)
	rounds, stopRounds := h.sync.Watch()
	t.Cleanup(stopRounds)
	seed := uint64(0)
	h.Phone = uitest.Open(t, ui.Deps{
		Store: st, Sync: h.sync, Changes: []<-chan struct{}{changes, rounds}, Version: "e2e",
		Camera: ui.CameraFunc(func(context.Context) (io.ReadCloser, error) {
			seed++
			picture, err := shelf.Draw(shelf.Options{Seed: seed, Width: 800, Height: 600})
			return io.NopCloser(bytes.NewReader(picture)), err
		}),
		Enrol: func(ctx context.Context, server, login, password string) error {
			return h.sync.Enrol(ctx, server, login, password, "e2e")
		},
		Where: func() field.Moment {
			return field.Moment{Position: field.Position{Lat: 36.2812, Lon: 106.0731, Acc: 9}}
		},
		TakeEvidence: func(ctx context.Context, application uuid.UUID, shot ui.Shot, picture io.Reader) (ui.Taken, error) {
			taken, err := capture.Evidence(ctx, st, application, capture.Shot{Kind: shot.Kind, Position: shot.At.Position, Sequel: shot.Sequel}, picture)
			return ui.Taken{Photo: taken.Photo}, err
		},
		TakePhoto: func(ctx context.Context, visit uuid.UUID, shot ui.Shot, picture io.Reader) (ui.Taken, error) {
			taken, err := capture.Photo(ctx, st, visit, capture.Shot{Kind: shot.Kind, Item: shot.Item, Imported: shot.Imported,
				Position: shot.At.Position, Mocked: shot.At.Mocked, Sequel: shot.Sequel}, picture)
			return ui.Taken{Photo: taken.Photo, Blurred: taken.Blurred(), Dark: taken.Dark()}, err
		},
	})
	h.connect(t)
	return h
}

// connect lets the syncer run, until stop or the end of the test.
func (h *hand) connect(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- h.sync.Run(ctx) }()
	stopped := false
	h.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(h.stop)
}

func (h *hand) signIn(server, login, password string) {
	h.Type("signin.server", server)
	h.Type("signin.user", login)
	h.Type("signin.password", password)
	h.Tap("signin.go")
	h.Until("the app is open", func() bool { return h.Has("tab.stores") })
	h.Tap("tab.stores")
	h.Until("the territory is on the phone", func() bool { return h.Shows("250") })
}

func supervisor(t *testing.T, office string) *browser.Desk {
	t.Helper()
	desk := browser.NewDesk(t)
	desk.Open(office + "/signin")
	desk.Type("[name=login]", "zhao")
	desk.Type("[name=password]", "liupanshan-zhao")
	desk.Click("button.primary")
	desk.WaitFor(`location.pathname == "/visits"`)
	return desk
}

func TestOneVisitFromTheTapToTheSupervisorsPage(t *testing.T) {
	office := startOffice(t)
	desk := supervisor(t, office)
	desk.WaitFor(`!document.body.innerText.includes("老板娘说新品卖得快")`)

	p := openApp(t)
	p.Type("signin.server", office)
	p.Type("signin.user", "li")
	p.Type("signin.password", "wrong password")
	p.Tap("signin.go")
	if !p.Has("signin.fault") || p.Text("signin.user") != "li" {
		t.Fatal("a wrong password is not said, or what was typed is gone:", p.Texts())
	}
	p.signIn(office, "li", "liupanshan-li")
	p.stop() // the last house with a signal is behind us

	rows, err := p.store.Stores(t.Context(), "tkbld")
	if err != nil || len(rows) == 0 {
		rows, err = p.store.Stores(t.Context(), "")
	}
	if err != nil || len(rows) == 0 {
		t.Fatal(rows, err)
	}
	shop := rows[0]
	page, err := p.store.StorePage(t.Context(), shop.ID)
	if err != nil {
		t.Fatal(err)
	}
	p.Type("stores.search", page.Profile.LicenceNo)
	p.Tap("store." + shop.ID.String())
	p.Tap("visit.checkin")
	p.Tap("photo.take.storefront")
	p.Tap("photo.take.shelf")
	p.Tap("visit.count")
	visits, err := p.store.Visits(t.Context(), 1)
	if err != nil || len(visits) != 1 {
		t.Fatal(visits, err)
	}
	visit := visits[0].ID
	sheet, err := p.store.CountSheet(t.Context(), visit)
	if err != nil {
		t.Fatal(err)
	}
	line := "count." + sheet[0].Product.String()[:8]
	for range 4 {
		p.Tap(line + ".cartons.more")
	}
	p.Tap(line + ".packs.more")
	p.Tap("count.done")
	p.Tap("visit.note")
	p.Type("note.text", "老板娘说新品卖得快，<b>要加一条</b>。")
	p.Tap("note.done")
	p.Tap("visit.checkout")
	if p.Has("visit.checkout.confirm") {
		p.Tap("visit.checkout.confirm")
	}
	for p.Has("back") {
		p.Back()
	}
	p.Tap("tab.sync")
	w, err := p.store.Waiting(t.Context())
	if err != nil || w.Records != 5 || w.Photos != 2 {
		t.Fatalf("waiting %+v, %v: want the visit, its list, its count, the walk of the store and the note, and two photos", w, err)
	}

	p.connect(t) // a hilltop
	p.Tap("sync.now")
	p.Until("everything is on the server", func() bool {
		w, err := p.store.Waiting(t.Context())
		return err == nil && w.Records+w.Photos == 0
	})
	arrived := time.Now()
	desk.WaitFor(`document.body.innerText.includes("老板娘说新品卖得快")`)
	t.Logf("the page showed the visit %v after the phone knew it had arrived", time.Since(arrived).Round(time.Millisecond))

	desk.Click(`a[href*="` + visit.String() + `"]`)
	desk.WaitFor(`location.pathname.startsWith("/visits/")`)
	desk.WaitText("main", "<b>要加一条</b>") // as typed, not as markup
	desk.WaitText("main", sheet[0].Name)
	desk.WaitFor(`[...document.querySelectorAll("main img")].filter(i => i.complete && i.naturalWidth > 0).length >= 2`)
}

func TestTwoPeopleWhoChangedTheSamePhoneNumberLoseNothing(t *testing.T) {
	office := startOffice(t)
	desk := supervisor(t, office)
	p := openApp(t)
	p.signIn(office, "li", "liupanshan-li")
	rows, err := p.store.Stores(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	shop := rows[0]
	p.stop()
	p.Tap("store." + shop.ID.String())
	p.Tap("store.edit")
	p.Type("edit.phone", "19900009001")
	p.Back()

	desk.Open(office + "/stores/" + shop.ID.String()) // meanwhile, in the office
	desk.Set("[name=phone]", "19900009002")
	desk.Click("#edit button.primary")
	desk.WaitFor(`document.querySelector("[role=status]") && !document.querySelector("[role=alert]")`) // it is saved

	p.connect(t)
	p.sync.Wake()
	p.Until("both values are on the phone", func() bool { return p.Has("differ.phone") })
	desk.Open(office + "/conflicts")
	desk.WaitText("main", "19900009001")
	desk.WaitText("main", "19900009002")

	p.Tap("differ.phone")
	p.Tap("differ.choose.1")
	p.Tap("differ.done")
	p.Until("settled on the phone", func() bool { return p.Has("store.edit") && !p.Has("differ.phone") })
	p.sync.Wake()
	p.Until("the choice is on the server", func() bool {
		w, err := p.store.Waiting(t.Context())
		return err == nil && w.Records == 0
	})
	desk.WaitFor(`!document.querySelector("main").innerText.includes("1990000900")`)
}
