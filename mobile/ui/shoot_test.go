package ui_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"maps"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/mobile/photo"
	"storewalk/mobile/store"
	"storewalk/mobile/ui"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/words"
)

// black is what a camera gives with a finger on its lens.
func black(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 320, 240))
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, img, nil))
	return b.Bytes()
}

// inShop opens the app in a visit of a store.
func inShop(t *testing.T, w *world, deps ui.Deps) (*uitest.Phone, uuid.UUID) {
	t.Helper()
	p := uitest.Open(t, deps)
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	return p, w.newest()
}

func photosOf(t *testing.T, w *world, visit uuid.UUID) (kinds []string) {
	t.Helper()
	page, err := w.store.VisitPage(t.Context(), visit)
	must(t, err)
	for _, p := range page.Photos {
		kinds = append(kinds, p.Kind)
	}
	return kinds
}

func TestAPhotoThatIsTooDarkMayBeTakenAgainAndTheFirstIsNotLost(t *testing.T) {
	w := filled(t)
	deps := w.deps()
	dark := true
	deps.Camera = ui.CameraFunc(func(context.Context) (io.ReadCloser, error) {
		if dark {
			return io.NopCloser(bytes.NewReader(black(t))), nil
		}
		return io.NopCloser(bytes.NewReader(drawn(t, "shelf", 0).jpeg)), nil
	})
	p, visit := inShop(t, w, deps)
	p.Tap("photo.take.shelf")
	if !p.Has("shot.poor") || len(photosOf(t, w, visit)) != 1 {
		t.Fatal("a black photo is not kept, or nobody says that it is black", p.Texts())
	}
	p.Tap("shot.keep")
	if p.Has("shot.poor") || len(photosOf(t, w, visit)) != 1 {
		t.Fatal("it may not stay as it is")
	}
	p.Tap("photo.take.display")
	dark = false
	p.Tap("shot.again")
	if got := photosOf(t, w, visit); p.Has("shot.poor") || len(got) != 2 || got[1] != "display" {
		t.Fatal(got, p.Texts())
	}
	page, err := w.store.VisitPage(t.Context(), visit)
	must(t, err)
	if len(page.Removed) != 1 || !page.Removed[0].MayRestore {
		t.Fatalf("the first is lost: %+v", page.Removed)
	}
}

func TestTheLastPhotoOfAKindStandsOnItsButton(t *testing.T) {
	w := newWorld(t)
	w.signIn()
	w.furnish() // Li was there a week ago
	p, _ := inShop(t, w, w.furnished())
	if !p.Has("shot.stand") {
		t.Fatal(p.Texts())
	}
}

func TestAPhotoIsSeenBesideTheOneFromLastTimeAndThroughIt(t *testing.T) {
	w := newWorld(t)
	w.signIn()
	w.furnish()
	p, _ := inShop(t, w, w.furnished())
	last := p.Find("photo.take.shelf").(fyne.SecondaryTappable)
	last.TappedSecondary(nil) // held
	p.Settle()
	if p.Text("title") != "货架" || p.Has("visit.checkout") {
		t.Fatal("the last photo is not shown large", p.Texts())
	}
	p.Back()
	p.Tap("photo.take.shelf")
	p.Tap("photo.show.0")
	p.Tap("photo.pair")
	if !p.Has("photo.pair.before") || !p.Has("photo.pair.after") {
		t.Fatal(p.IDs())
	}
	p.Tap("photo.ghost")
	if !p.Has("photo.pair.ghost") || p.Has("photo.pair.before") {
		t.Fatal(p.IDs())
	}
	p.Tap("photo.pair")
	p.Tap("photo.single")
	if p.Has("photo.pair.before") || !p.Has("photo.pair") {
		t.Fatal(p.IDs())
	}
}

// A fullStore has no room for photos.
type fullStore struct{ *store.Store }

func (fullStore) ReservePhotos(int) (int, error) {
	return 0, fault.New(fault.Unavailable, "photo.no_room", nil)
}

// A tightStore has room for one photo.
type tightStore struct{ ui.Store }

func (tightStore) PhotoRoom() (int, error) { return 1, nil }

func TestThatTheDiskIsFullIsSaidBeforeTheCameraOpens(t *testing.T) {
	w := filled(t)
	deps := w.deps()
	deps.Store = fullStore{w.store}
	opened := false
	deps.Camera = ui.CameraFunc(func(context.Context) (io.ReadCloser, error) { opened = true; return nil, nil })
	p, _ := inShop(t, w, deps)
	p.Tap("photo.take.shelf")
	if opened || p.Text("visit.fault") == "" {
		t.Fatal("the camera was opened, or nothing was said", opened, p.Texts())
	}
}

// askFor makes the list of usual visits ask for photos.
func (w *world) askFor(needs ...field.PhotoNeed) {
	w.t.Helper()
	tmpl := field.Template{Format: 1, Kind: field.VisitRoutine, Name: field.Text{ZH: "常规", EN: "Routine"},
		Items: []field.TemplateItem{{Code: "image", Name: field.Text{ZH: "形象提升", EN: "Image"}, Photos: needs}}}
	w.office(uuid.Nil, now, field.TemplateID(field.VisitRoutine), field.TypeTemplate, tmpl.Fields()...)
	w.arrive()
}

func TestTheGalleryIsOfferedOnlyWhereTheTemplateSaysSo(t *testing.T) {
	w := filled(t)
	w.askFor(field.PhotoNeed{Kind: "storefront", Least: 1, Import: true}, field.PhotoNeed{Kind: "shelf", Least: 2})
	p, _ := inShop(t, w, w.deps())
	if !p.Has("photo.import.storefront") || p.Has("photo.import.shelf") {
		t.Fatal(p.IDs())
	}
}

func TestThePhotoAfterAChangeIsSeenBesideTheOneBefore(t *testing.T) {
	w := filled(t)
	p, visit := inShop(t, w, w.furnished())
	p.Tap("photo.take.before")
	p.Tap("photo.take.after")
	p.Tap("photo.show.1")
	p.Tap("photo.pair")
	if !p.Has("photo.pair.before") || !p.Has("photo.pair.after") || len(photosOf(t, w, visit)) != 2 {
		t.Fatal(p.IDs())
	}
	p.Tap("photo.single")
	if p.Has("photo.pair.before") {
		t.Fatal(p.IDs())
	}
	p.Tap("photo.before")
	if !p.Has("photo.pair") {
		t.Fatal("the photo before does not know of the one after", p.IDs())
	}
}

// Two photos together have more than half of even a small screen with the largest text.
func TestAPairOfPhotosHasTheRoomOfASmallScreen(t *testing.T) {
	size, prefer := uitest.Size, maps.Clone(uitest.Prefer)
	defer func() { uitest.Size, uitest.Prefer = size, prefer }()
	uitest.Size = smallPhone
	for _, lang := range words.Langs() {
		uitest.Prefer = map[string]string{"lang": string(lang), "text_size": "largest"}
		w := filled(t)
		p, _ := inShop(t, w, w.furnished())
		p.Tap("photo.take.before")
		p.Tap("photo.take.after")
		p.Tap("photo.show.1")
		p.Tap("photo.pair")
		at := func(id string) fyne.Position { return fyne.CurrentApp().Driver().AbsolutePositionForObject(p.Find(id)) }
		before, after := at("photo.pair.before"), at("photo.pair.after")
		if high := after.Y - before.Y - p.Find("photo.pair.before").Size().Height; high < 150 {
			t.Errorf("%s: the picture is %.0f high", lang, high)
		}
	}
}

func TestTakingPhotosFitsThePhoneInBothLanguages(t *testing.T) {
	everyView(t, func(t *testing.T, v view, snap func(*uitest.Phone, string)) {
		w := newWorld(t)
		w.signIn()
		v.fill(w)
		w.askFor(field.PhotoNeed{Kind: "storefront", Least: 1, Import: true}, field.PhotoNeed{Kind: "shelf", Least: 12})
		deps := w.furnished()
		take := deps.TakePhoto
		deps.TakePhoto = func(ctx context.Context, visit uuid.UUID, shot ui.Shot, src io.Reader) (ui.Taken, error) {
			taken, err := take(ctx, visit, shot, src)
			taken.Blurred = shot.Kind == "price_tag"
			return taken, err
		}
		deps.Store = tightStore{deps.Store}
		p, visit := inShop(t, w, deps)
		p.ScrollBy(160)
		snap(p, "shots-none")
		p.Tap("photo.take.before")
		w.later += time.Minute
		p.Tap("photo.take.after")
		p.Tap("photo.take.price_tag")
		p.ScrollBy(160)
		snap(p, "shots")
		p.ScrollBy(-1e6)
		p.Tap("photo.show.1")
		p.Tap("photo.pair")
		snap(p, "photo-pair")
		p.Back()
		if !v.long { // else nobody took photos there before
			p.Tap("photo.take.shelf")
			p.Tap("photo.show.3")
			p.Tap("photo.pair")
			p.Tap("photo.ghost")
			snap(p, "photo-ghost")
			p.Back()
		}
		w.taken(visit, 40)
		p.App.Changed()
		p.Settle()
		p.ScrollBy(160)
		snap(p, "shots-many")
	})
}

// taken adds photos to a visit, as a person takes them.
func (w *world) taken(visit uuid.UUID, n int) {
	w.t.Helper()
	shot, err := photo.Take(w.t.Context(), bytes.NewReader(picture(w.t, 1)), w.store.Blobs, photo.Wish{})
	must(w.t, err)
	for range n {
		w.n++
		_, err := w.store.AddPhoto(w.t.Context(), visit, field.Photo{Kind: "shelf", Ref: shot.Ref, Size: shot.Size, Width: shot.Width,
			Height: shot.Height, TakenMS: now.UnixMilli() + int64(w.n)}, shot.Thumb, store.Sequel{})
		must(w.t, err)
	}
}

// What one does next is where the thumb has learned that it is, however many photos there are, and shows what was taken last.
func TestTheKindsOfPhotosStayWhereTheyAreAboveWhatWasTaken(t *testing.T) {
	w := filled(t)
	p, visit := inShop(t, w, w.deps())
	at := func(id string) fyne.Position {
		return fyne.CurrentApp().Driver().AbsolutePositionForObject(p.Find(id)).AddXY(0, p.Offset())
	}
	p.Tap("photo.take.shelf") // in place of the hint
	kind := at("photo.take.shelf")
	for _, n := range []int{3, 200} {
		w.taken(visit, n-len(photosOf(t, w, visit)))
		p.App.Changed()
		p.Settle()
		if n > 30 {
			p.Tap("photo.all")
		}
		last, first := at("photo.show."+strconv.Itoa(n-1)), at("photo.show.0")
		if at("photo.take.shelf") != kind || last.Y < kind.Y || last.X >= first.X && last.Y >= first.Y {
			t.Fatalf("of %d photos the first is at %v and the last at %v, the kind at %v, and was at %v", n, first, last, at("photo.take.shelf"), kind)
		}
	}
	must(t, w.store.CheckOut(t.Context(), visit, field.Moment{}))
	p.App.Changed()
	p.Settle()
	if last, first := at("photo.show.199"), at("photo.show.0"); last.Y < first.Y {
		t.Errorf("of a visit that is over the last stands first: %v and %v", last, first)
	}
}

func TestTwoQuickTapsAskForOneFile(t *testing.T) {
	w := filled(t)
	deps := w.deps()
	deps.Camera = nil
	p, _ := inShop(t, w, deps)
	kind := p.Find("photo.take.storefront").(fyne.Tappable)
	kind.Tapped(&fyne.PointEvent{})
	kind.Tapped(&fyne.PointEvent{})
	p.Settle()
	if n := len(p.Window.Canvas().Overlays().List()); n != 1 {
		t.Errorf("%d dialogs", n)
	}
}

func TestAPhotoThatCouldNotBeKeptIsSaidAlsoWhenItsPageWasLeft(t *testing.T) {
	for name, take := range map[string][]string{
		"of a visit":            {"visit.checkin", "photo.take.shelf"},
		"of a request":          {"visit.checkin", "ask.supply", "ask.take"},
		"evidence of something": {"apply.begin.terminal", "apply.take"},
	} {
		t.Run(name, func(t *testing.T) {
			w := filled(t)
			var p *uitest.Phone
			deps := w.deps()
			deps.TakePhoto = func(context.Context, uuid.UUID, ui.Shot, io.Reader) (ui.Taken, error) {
				p.App.Back() // while the picture is made smaller
				return ui.Taken{}, fault.New(fault.Unavailable, "disk.full", nil)
			}
			deps.TakeEvidence = deps.TakePhoto
			p = uitest.Open(t, deps)
			p.Tap("tab.stores")
			p.Tap("store." + id("store", 0).String())
			for _, tap := range take {
				p.Tap(tap)
			}
			if p.Has(take[len(take)-1]) || !strings.Contains(p.Text("nav.fault"), "没有存上") {
				t.Error("nothing is said:", p.Texts())
			}
		})
	}
}

// The thumb is faster than what is saved, and the page moves under it: each picture that the camera took is a photo all the same.
func TestEachPictureOfTheCameraIsAPhotoHoweverFastTheyCome(t *testing.T) {
	w := filled(t)
	deps := w.deps()
	var pictures atomic.Int64
	picture := drawn(t, "shelf", 0).jpeg
	deps.Camera = ui.CameraFunc(func(context.Context) (io.ReadCloser, error) {
		n := pictures.Add(1)
		return io.NopCloser(bytes.NewReader(fmt.Append(bytes.Clone(picture), n))), nil
	})
	p, visit := inShop(t, w, deps)
	const touches = 24
	for range touches {
		p.Find("photo.take.shelf").(fyne.Tappable).Tapped(&fyne.PointEvent{})
	}
	p.Settle()
	if photos, took := len(photosOf(t, w, visit)), int(pictures.Load()); photos != took || took != touches {
		t.Errorf("%d photos of %d pictures that were asked for %d times", photos, took, touches)
	}
}
