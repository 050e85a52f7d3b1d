package capture

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"storewalk/mobile/device"
	"storewalk/mobile/photo/exif"
	"storewalk/mobile/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

// A roll is a phone with a camera of its own, whose pictures a test puts in their place.
type roll struct {
	*testing.T
	*Shutter
	dir, pictures string
	visit         uuid.UUID
	kept          []error // what Kept was told
}

func newRoll(t *testing.T) *roll {
	t.Helper()
	r := &roll{T: t, dir: t.TempDir(), pictures: t.TempDir()}
	s, visit := inVisitAt(t, r.dir)
	r.visit = visit
	r.load(s)
	return r
}

func (r *roll) load(s *store.Store) {
	r.Shutter = NewShutter(s, device.NewProgram(r.Context(), r.pictures, ""), slog.New(slog.NewTextHandler(r.Output(), nil)))
	r.Kept = func(_ store.Awaited, _ Taken, err error) { r.kept = append(r.kept, err) }
}

// restart is the app killed and started again.
func (r *roll) restart() {
	r.Helper()
	r.must(r.store.Close())
	s, err := store.Open(r.Context(), r.dir)
	r.must(err)
	r.Cleanup(func() { s.Close() })
	r.load(s)
}

func (r *roll) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// brings lets the camera write a picture, or a part of it, where it was told.
func (r *roll) brings(a store.Awaited, part float64) {
	r.Helper()
	b, err := io.ReadAll(picture(r.T, exif.Tags{}))
	r.must(err)
	r.must(os.WriteFile(a.Place, b[:int(float64(len(b))*part)], 0o600))
}

func (r *roll) awaited() []store.Awaited {
	r.Helper()
	list, err := r.store.Awaited(r.Context())
	r.must(err)
	return list
}

func (r *roll) drain() (soon bool) {
	r.Helper()
	soon, err := r.Drain(r.Context(), true)
	r.must(err)
	return soon
}

// photos are those of the visit.
func (r *roll) photos() []store.PhotoRow {
	r.Helper()
	page, err := r.store.VisitPage(r.Context(), r.visit)
	r.must(err)
	return page.Photos
}

func (r *roll) left() int {
	files, err := os.ReadDir(r.pictures)
	r.must(err)
	return len(files)
}

var shelf = store.AwaitedShot{Kind: "shelf", Position: field.Position{Lat: 36.01, Lon: 106.24, Acc: 9}}

func TestAPhotoIsKeptOnceWhereverTheAppIsEnded(t *testing.T) {
	t.Parallel()
	steps := []string{"asked", "taken", "half written", "kept", "copy deleted", "done"}
	for _, killed := range steps {
		t.Run(killed, func(t *testing.T) {
			t.Parallel()
			r := newRoll(t)
			r.must(r.Ask(t.Context(), store.Awaited{Visit: r.visit, AwaitedShot: shelf}))
			asked := r.awaited()[0]
			at := func(step string) {
				if step == killed {
					r.restart()
				}
			}
			at("asked")
			r.brings(asked, 0.5)
			at("half written")
			if !r.drain() || len(r.photos()) != 0 {
				t.Fatal("half a picture is a photo, or is not looked at again")
			}
			r.brings(asked, 1)
			at("taken")
			pic, err := r.lens.Look(asked.Place)
			r.must(err)
			_, err = keepAwaited(t.Context(), r.store, asked, pic)
			r.must(errors.Join(err, pic.Close()))
			at("kept")
			if killed == "copy deleted" {
				r.must(r.lens.Clear(asked.Place))
				r.restart()
			}
			r.drain()
			at("done")
			r.drain()
			photos := r.photos()
			if len(photos) != 1 || photos[0].ID != asked.ID || photos[0].TakenMS != asked.AskedMS || len(r.awaited()) != 0 || r.left() != 0 {
				t.Errorf("%+v, %d still awaited, %d files left", photos, len(r.awaited()), r.left())
			}
			if got := recordOf(t, r.store, asked.ID); got.Position != shelf.Position || got.Kind != "shelf" || got.Imported {
				t.Errorf("%+v", got)
			}
			page, err := r.store.VisitPage(t.Context(), r.visit)
			r.must(err)
			if len(page.Awaited) != 0 {
				t.Errorf("%+v", page.Awaited)
			}
		})
	}
}

func TestACrashBetweenTheBytesAndTheNoteThatTheyAreKeptMakesOnePhoto(t *testing.T) {
	t.Parallel()
	r := newRoll(t)
	r.must(r.Ask(t.Context(), store.Awaited{Visit: r.visit, AwaitedShot: shelf}))
	asked := r.awaited()[0]
	r.brings(asked, 1)
	for range 3 { // the same picture is kept again and again
		pic, err := r.lens.Look(asked.Place)
		r.must(err)
		_, err = keepAwaited(t.Context(), r.store, asked, pic)
		r.must(errors.Join(err, pic.Close()))
		r.restart()
	}
	r.drain()
	if n := len(r.photos()); n != 1 {
		t.Errorf("%d photos", n)
	}
}

func TestAPhotoTakenAgainTakesThePlaceOfTheFirst(t *testing.T) {
	t.Parallel()
	r := newRoll(t)
	take := func(old uuid.UUID) uuid.UUID {
		shot := shelf
		shot.Replaces = old
		r.must(r.Ask(t.Context(), store.Awaited{Visit: r.visit, AwaitedShot: shot}))
		list := r.awaited()
		r.brings(list[len(list)-1], 1)
		r.restart()
		r.drain()
		return list[len(list)-1].ID
	}
	first := take(uuid.Nil)
	second := take(first)
	if got := r.photos(); len(got) != 1 || got[0].ID != second {
		t.Errorf("%+v", got)
	}
	page, err := r.store.VisitPage(t.Context(), r.visit)
	r.must(err)
	if len(page.Removed) != 1 || page.Removed[0].Record != first {
		t.Errorf("the first is lost: %+v", page.Removed)
	}
	third := take(uuid.New()) // of a photo that is not here
	if got := r.photos(); len(got) != 2 || got[1].ID != third {
		t.Errorf("%+v", got)
	}
}

func TestEvidenceIsAwaitedLikeAPhoto(t *testing.T) {
	t.Parallel()
	r := newRoll(t)
	app, err := r.store.BeginApplication(t.Context(), uuid.Nil, field.ApplyNewStore)
	r.must(err)
	take := func(old uuid.UUID) uuid.UUID {
		r.must(r.Ask(t.Context(), store.Awaited{Application: app, AwaitedShot: store.AwaitedShot{Kind: "evidence", Sequel: store.Sequel{Replaces: old}}}))
		asked := r.awaited()[0]
		q, err := r.store.Application(t.Context(), app)
		r.must(err)
		if len(q.Awaited) != 1 {
			t.Errorf("the page does not know: %+v", q.Awaited)
		}
		r.brings(asked, 1)
		r.restart()
		r.drain()
		return asked.ID
	}
	second := take(take(uuid.Nil))
	q, err := r.store.Application(t.Context(), app)
	r.must(err)
	if len(q.Photos) != 1 || q.Photos[0] != second || len(q.Awaited) != 0 {
		t.Errorf("%+v", q.Application)
	}
}

func TestWhatWasNotTakenIsGivenUpButASlowCameraLosesNothing(t *testing.T) {
	t.Parallel()
	r := newRoll(t)
	r.must(r.Ask(t.Context(), store.Awaited{Visit: r.visit, AwaitedShot: shelf}))
	for range enough - 1 {
		if !r.drain() {
			t.Fatal("given up too early")
		}
	}
	page, err := r.store.VisitPage(t.Context(), r.visit)
	r.must(err)
	if r.drain() || len(page.Awaited) != 1 {
		t.Fatal("looked for without an end, or the screen never knew")
	}
	if page, err = r.store.VisitPage(t.Context(), r.visit); err != nil || len(page.Awaited) != 0 {
		t.Fatal("the screen still waits", err)
	}
	r.restart()
	r.brings(r.awaited()[0], 1)
	if _, err := r.Drain(t.Context(), false); err != nil || len(r.photos()) != 0 {
		t.Fatal("what was given up costs a look every second", err)
	}
	r.drain()
	if len(r.photos()) != 1 || len(r.awaited()) != 0 {
		t.Error("what came late is lost")
	}
}

func TestAPictureThatCannotBeKeptStaysWithTheCameraAndSaysWhy(t *testing.T) {
	t.Parallel()
	r := newRoll(t)
	r.must(r.Ask(t.Context(), store.Awaited{Visit: r.visit, AwaitedShot: shelf}))
	asked := r.awaited()[0]
	r.must(os.WriteFile(asked.Place, []byte("this is a letter"), 0o600))
	if _, err := r.Drain(t.Context(), true); !fault.Is(err, "photo.not_an_image") {
		t.Fatal(err)
	}
	page, err := r.store.VisitPage(t.Context(), r.visit)
	r.must(err)
	if len(page.Awaited) != 1 || page.Awaited[0].Code != "photo.not_an_image" || r.left() != 1 || !fault.Is(r.kept[0], "photo.not_an_image") {
		t.Errorf("%+v %v", page.Awaited, r.kept)
	}
	r.brings(asked, 1)
	r.drain()
	if len(r.photos()) != 1 || r.left() != 0 {
		t.Error("it is not tried again")
	}
}

func TestAPictureOfABrokenPhotoIsSaidOnlyWhenItHasBeenLongEnough(t *testing.T) {
	t.Parallel()
	r := newRoll(t)
	r.must(r.Ask(t.Context(), store.Awaited{Visit: r.visit, AwaitedShot: shelf}))
	r.brings(r.awaited()[0], 0.5)
	for range enough - 1 {
		r.drain()
	}
	if _, err := r.Drain(t.Context(), true); !fault.Is(err, "photo.broken") || r.left() != 1 {
		t.Error(err)
	}
}

func TestTheCameraIsNotDisturbedWhileItIsOpen(t *testing.T) {
	t.Parallel()
	r := newRoll(t)
	r.lens = covered{r.lens}
	r.must(r.Ask(t.Context(), store.Awaited{Visit: r.visit, AwaitedShot: shelf}))
	r.brings(r.awaited()[0], 1)
	for range 2 * enough {
		if !r.drain() || len(r.photos()) != 0 {
			t.Fatal("it was taken from under the camera")
		}
	}
}

// A covered lens has the camera before it.
type covered struct{ Lens }

func (covered) InFront() bool { return false }

func TestABarCodesPictureIsLookedAtAndNotKept(t *testing.T) {
	t.Parallel()
	r := newRoll(t)
	got := make(chan []byte, 1)
	go func() {
		pic, err := r.Picture(t.Context())
		if err != nil || pic == nil {
			got <- nil
			return
		}
		b, _ := io.ReadAll(pic)
		got <- b
	}()
	for deadline := time.Now().Add(time.Minute); len(r.awaited()) == 0; {
		if time.Now().After(deadline) {
			t.Fatal("the camera was not asked")
		}
	}
	r.brings(r.awaited()[0], 1)
	want, err := os.ReadFile(r.awaited()[0].Place)
	r.must(err)
	r.drain()
	if !bytes.Equal(<-got, want) || len(r.awaited()) != 0 || r.left() != 0 {
		t.Error("not what the camera took, or it is kept")
	}
	r.must(r.Ask(t.Context(), store.Awaited{})) // and one whose asker was killed
	r.brings(r.awaited()[0], 1)
	r.restart()
	r.drain()
	if len(r.awaited()) != 0 || r.left() != 0 || len(r.photos()) != 0 {
		t.Error("it stays for ever")
	}
}

// A shut lens has no camera.
type shut struct{ Lens }

func (shut) Shoot(string) error { return fault.New(fault.Unavailable, "photo.no_camera", nil) }

func TestACameraThatDoesNotOpenLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	r := newRoll(t)
	r.lens = shut{r.lens}
	if err := r.Ask(t.Context(), store.Awaited{Visit: r.visit, AwaitedShot: shelf}); !fault.Is(err, "photo.no_camera") {
		t.Error(err)
	}
	if len(r.awaited()) != 0 {
		t.Error("it is awaited")
	}
}

func TestTheShutterRunsByItself(t *testing.T) {
	t.Parallel()
	r := newRoll(t)
	shots := filepath.Join(t.TempDir(), "shot.jpg")
	b, err := io.ReadAll(picture(t, exif.Tags{}))
	r.must(errors.Join(err, os.WriteFile(shots, b, 0o600)))
	ctx, end := context.WithCancel(t.Context())
	cam := device.NewProgram(ctx, r.pictures, "cp "+shots) // a camera that takes the same picture
	r.lens = cam
	changes, stop := r.store.Watch()
	defer stop()
	done := make(chan struct{})
	go func() { r.Shutter.Run(ctx); close(done) }()
	r.must(r.Ask(t.Context(), store.Awaited{Visit: r.visit, AwaitedShot: shelf}))
	deadline := time.After(time.Minute)
	for len(r.photos()) != 1 || len(r.awaited()) != 0 {
		select {
		case <-changes:
		case <-deadline:
			t.Fatal("nothing was kept")
		}
	}
	end()
	<-done
	cam.Close()
	if r.left() != 0 {
		t.Error("the camera's copy is still there")
	}
}
