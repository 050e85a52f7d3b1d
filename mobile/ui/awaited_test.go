package ui_test

import (
	"log/slog"
	"os"
	"slices"
	"testing"

	"storewalk/mobile/capture"
	"storewalk/mobile/device"
	"storewalk/mobile/store"
	"storewalk/mobile/ui"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
)

// A slow camera is the one of the app itself: another program takes the pictures, which a test puts in their place.
type slow struct{ *capture.Shutter }

func (c slow) Again() { c.Wake() }

// A booth is a phone with a slow camera, in a visit, that may be killed at any time.
type booth struct {
	*world
	*uitest.Phone
	camera   slow
	pictures string
}

func newBooth(t *testing.T) *booth {
	t.Helper()
	b := &booth{world: newWorld(t), pictures: t.TempDir()}
	b.signIn()
	b.fill()
	b.open()
	return b
}

func (b *booth) open() {
	b.camera = slow{capture.NewShutter(b.store, device.NewProgram(b.t.Context(), b.pictures, ""), slog.New(slog.NewTextHandler(b.t.Output(), nil)))}
	deps := b.deps()
	deps.Camera = b.camera
	b.Phone = uitest.Open(b.t, deps)
	b.camera.Kept = func(a store.Awaited, taken capture.Taken, err error) {
		b.App.Kept(a, ui.Taken{Photo: taken.Photo, Blurred: taken.Blurred(), Dark: taken.Dark()}, err)
	}
}

// kill ends the app and starts it again.
func (b *booth) kill() {
	b.t.Helper()
	must(b.t, b.store.Close())
	var err error
	b.store, err = b.world.open(b.dir)
	must(b.t, err)
	b.open()
}

// brings lets the camera write the picture that was asked of it last.
func (b *booth) brings(picture []byte) {
	b.t.Helper()
	list, err := b.store.Awaited(b.t.Context())
	must(b.t, err)
	must(b.t, os.WriteFile(list[len(list)-1].Place, picture, 0o600))
}

// looks is the app looking for pictures, as once a second.
func (b *booth) looks() {
	_, _ = b.camera.Drain(b.t.Context(), true) // what fails is on the screen
	b.App.Changed()
	b.Settle()
}

func TestAPhotoTakenWithAnotherAppSurvivesThatThisOneIsKilledAtEachStep(t *testing.T) {
	steps := []string{"camera open", "half written", "taken", "kept"}
	for _, killed := range steps {
		t.Run(killed, func(t *testing.T) {
			b := newBooth(t)
			at := func(step string) {
				if step == killed {
					b.kill()
				}
			}
			b.Tap("tab.stores")
			b.Tap("store." + id("store", 0).String())
			b.Tap("visit.checkin")
			visit := b.newest()
			b.Tap("photo.take.shelf")
			b.Tap("photo.take.shelf") // by an impatient thumb
			at("camera open")
			b.App.Changed()
			b.Settle()
			if !b.Has("photo.awaited") {
				t.Error("the visit does not say that a photo is on its way:", b.Texts())
			}
			whole := picture(t, 1)
			b.brings(whole[:len(whole)/2])
			b.looks()
			at("half written")
			b.brings(whole)
			at("taken")
			b.looks()
			at("kept")
			b.looks()
			if got := photosOf(t, b.world, visit); len(got) != 1 || got[0] != "shelf" {
				t.Errorf("%v", got)
			}
			files, err := os.ReadDir(b.pictures)
			must(t, err)
			if b.Has("photo.awaited") || !b.Has("photo.show.0") || len(files) != 0 {
				t.Error("the screen does not show it, or the camera's copy is left:", b.IDs(), files)
			}
		})
	}
}

func TestADarkPhotoFromASlowCameraMayBeTakenAgain(t *testing.T) {
	b := newBooth(t)
	b.Tap("tab.stores")
	b.Tap("store." + id("store", 0).String())
	b.Tap("visit.checkin")
	visit := b.newest()
	b.Tap("photo.take.shelf")
	b.brings(black(t))
	b.looks()
	b.Tap("shot.again")
	b.kill()
	b.brings(drawn(t, "shelf", 0).jpeg)
	b.looks()
	page, err := b.store.VisitPage(t.Context(), visit)
	must(t, err)
	if len(page.Photos) != 1 || len(page.Removed) != 1 || b.Has("shot.poor") {
		t.Errorf("%d photos, %d removed", len(page.Photos), len(page.Removed))
	}
}

func TestEvidenceFromASlowCameraProvesItsApplication(t *testing.T) {
	b := newBooth(t)
	b.Tap("tab.me")
	b.Tap("me.applications")
	b.Tap("apply.new_store")
	b.Tap("apply.take")
	b.kill()
	b.brings(picture(t, 1))
	b.looks()
	all, err := b.store.Applications(t.Context())
	must(t, err)
	if len(all) != 1 || len(all[0].Photos) != 1 {
		t.Errorf("%+v", all)
	}
}

func TestAPictureThatCannotBeKeptFitsThePhoneUntilThePersonDecides(t *testing.T) {
	everyView(t, func(t *testing.T, _ view, snap func(*uitest.Phone, string)) {
		b := newBooth(t)
		b.Tap("tab.stores")
		b.Tap("store." + id("store", 0).String())
		b.Tap("visit.checkin")
		must(t, b.store.NoteExchange(t.Context(), store.Exchange{OKMS: now.UnixMilli(), TriedMS: now.UnixMilli()}))
		b.Tap("photo.take.shelf")
		b.brings([]byte("this is a letter"))
		b.looks()
		b.Tap("photo.take.display")
		b.looks()
		b.search("photo.unkept")
		snap(b.Phone, "awaited")
		b.sent()
		b.Tap("back")
		b.Tap("back")
		b.Tap("tab.sync")
		list, err := b.store.Awaited(t.Context())
		must(t, err)
		b.search("sync.awaited." + list[0].ID.String()[:8])
		snap(b.Phone, "sync-awaited")
		u, err := b.store.Unfinished(t.Context())
		must(t, err)
		if u.Awaited != 2 {
			t.Errorf("%+v", u)
		}
		b.Tap("sync.awaited." + list[0].ID.String()[:8])
		b.Tap("photo.let_go")
		if list, err = b.store.Awaited(t.Context()); err != nil || len(list) != 1 || list[0].Kind != "display" {
			t.Errorf("%+v %v", list, err)
		}
		files, err := os.ReadDir(b.pictures)
		must(t, err)
		if len(files) != 1 {
			t.Error("what the person does without is deleted")
		}
	})
}

// search scrolls to what has the id.
func (b *booth) search(id string) {
	b.t.Helper()
	for range 20 {
		if b.Has(id) {
			return
		}
		b.ScrollBy(300)
	}
	b.t.Fatal("no", id, b.IDs())
}

func TestAPlaceIsLookedForBeforeAVisitBeginsAndAskedForWhereOneSeesWhatFor(t *testing.T) {
	w := filled(t)
	deps := w.deps()
	var near []bool
	deps.Near = func(ask bool) { near = append(near, ask) }
	deps.Where = func() field.Moment { return field.Moment{Lack: field.LackRefused} }
	p := uitest.Open(t, deps)
	if len(near) == 0 || slices.Contains(near, true) {
		t.Errorf("the list of today: %v", near)
	}
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	if !slices.Contains(near, true) {
		t.Errorf("a store: %v", near)
	}
	p.Tap("visit.checkin")
	page, err := w.store.Checklist(t.Context(), w.newest())
	must(t, err)
	if page.Visit.CheckIn.Lack != field.LackRefused || !p.Shows("没有允许定位") {
		t.Errorf("%+v %v", page.Visit.CheckIn, p.Texts())
	}
}
