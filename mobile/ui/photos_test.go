package ui_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/mobile/ui"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/words"
)

// A partStore notes which parts of the list of photos are read.
type partStore struct {
	*store.Store
	most    int
	offsets []int
}

func (s *partStore) Photos(ctx context.Context, unsafe bool, offset, limit int) ([]store.SentPhoto, error) {
	out, err := s.Store.Photos(ctx, unsafe, offset, limit)
	s.most, s.offsets = max(s.most, len(out)), append(s.offsets, offset)
	return out, err
}

var _ ui.Store = (*partStore)(nil)

func TestOfManyPhotosOnlyThoseInSightAreRead(t *testing.T) {
	w := filled(t)
	visit, err := w.store.CheckIn(t.Context(), id("store", 0), field.Moment{}, store.Purpose{})
	must(t, err)
	const n = 400
	var first, last uuid.UUID
	thumb := drawn(t, "shelf", 0).thumb
	for i := range n {
		photo, err := w.store.AddPhoto(t.Context(), visit, field.Photo{Kind: "shelf", Ref: blob.Ref{1, byte(i), byte(i >> 8)}, Size: 1000,
			TakenMS: now.UnixMilli() + int64(i), Width: 4, Height: 3}, thumb, store.Sequel{})
		must(t, err)
		if i == 0 {
			first = photo
		}
		last = photo
	}
	deps := w.deps()
	parts := &partStore{Store: w.store}
	deps.Store = parts
	p := uitest.Open(t, deps)
	p.Tap("tab.sync")
	p.Tap("sync.photos_each")
	if !p.Has("photos."+first.String()) || p.Has("photos."+last.String()) { // what goes first stands first
		t.Fatal(p.IDs())
	}
	p.ScrollBy(1e6)
	if !p.Has("photos." + last.String()) {
		t.Fatalf("the end was not read: %v %v", parts.offsets, p.IDs())
	}
	at, read := p.Offset(), len(parts.offsets)
	redrawn(p)
	if !p.Has("photos."+last.String()) || p.Offset() != at {
		t.Fatalf("drawn anew it is at %v, and was at %v: %v", p.Offset(), at, p.IDs())
	}
	parts.offsets = parts.offsets[:read]
	if parts.most > 100 || len(parts.offsets) > 4 {
		t.Errorf("%d at once, %v", parts.most, parts.offsets)
	}
	p.Tap("photos.all") // the newest first
	if !p.Has("photos." + last.String()) {
		t.Fatal(p.IDs())
	}
	p.Tap("photos." + last.String())
	if got := p.Text("photo.number"); got != "400 / 400" {
		t.Fatal(got)
	}
}

// TestAPhotoIsSaidToBeInOnePlaceOnEveryPage: its row, its visit and the table of kinds agree at each step.
func TestThatNoPhotoIsUnsafeIsNoWarning(t *testing.T) {
	w := filled(t)
	visit, err := w.store.CheckIn(t.Context(), id("store", 0), field.Moment{}, store.Purpose{})
	must(t, err)
	_, err = w.store.AddPhoto(t.Context(), visit, field.Photo{Kind: "shelf", Ref: blob.Ref{1}, Size: 1000, TakenMS: now.UnixMilli(), Width: 4, Height: 3}, drawn(t, "shelf", 0).thumb, store.Sequel{})
	must(t, err)
	p := w.phone()
	p.Tap("tab.sync")
	p.Tap("sync.photos_each")
	is := func(name fyne.ThemeColorName) {
		t.Helper()
		o := p.Find("photos.unsafe")
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
		r, g, b, _ := p.Image(1).At(int(at.X+o.Size().Width/2), int(at.Y)+4).RGBA()
		wr, wg, wb, _ := theme.Color(name).RGBA()
		if r>>8 != wr>>8 || g>>8 != wg>>8 || b>>8 != wb>>8 {
			t.Errorf("the filter is drawn in %02x%02x%02x, want %s", r>>8, g>>8, b>>8, name)
		}
	}
	is("waitSoft")
	w.sent()
	must(t, w.store.Uploaded(t.Context(), blob.Ref{1}, 1000))
	p.App.Changed()
	p.Settle()
	is("accent")
}

func TestAPhotoIsSaidToBeInOnePlaceOnEveryPage(t *testing.T) {
	w := filled(t)
	visit, err := w.store.CheckIn(t.Context(), id("store", 0), field.Moment{}, store.Purpose{})
	must(t, err)
	p := w.phone()
	p.App.SetLang(words.EN)
	_, err = w.deps().TakePhoto(t.Context(), visit, ui.Shot{Kind: "shelf"}, bytes.NewReader(picture(t, 1)))
	must(t, err)
	says := func(row string, waiting, server, backup string) {
		t.Helper()
		p.App.Changed()
		p.Tap("tab.sync")
		for name, want := range map[string]string{"sync.photo.waiting": waiting, "sync.photo.server": server, "sync.photo.backup": backup} {
			if got := p.Text(name); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
		p.Tap("sync.photos_each")
		p.Tap("photos.all")
		if !p.Shows(row) {
			t.Errorf("the list does not say %q: %q", row, p.Texts())
		}
		photos, err := w.store.Photos(t.Context(), false, 0, 1)
		must(t, err)
		p.Tap("photos." + photos[0].ID.String())
		p.Back()
		p.Back()
	}
	says("Record waiting", "1", "0", "0")
	w.sent()
	says("Waiting to be sent", "1", "0", "0")
	w.partly()
	says("40% sent", "1", "0", "0")
	w.uploaded(-1)
	says("On the server", "0", "1", "0")
	w.backup()
	says("Backed up", "0", "1", "1")
}

func TestTheSyncPageSaysWhenItTriesAgain(t *testing.T) {
	w := filled(t)
	_, err := w.store.CheckIn(t.Context(), id("store", 0), field.Moment{}, store.Purpose{})
	must(t, err)
	p := w.phone()
	p.App.SetLang(words.EN)
	must(t, w.store.NoteExchange(t.Context(), store.Exchange{TriedMS: now.UnixMilli(), Code: "network.cut"}))
	w.sync.next = now.Add(9 * time.Minute)
	p.Tap("tab.sync")
	if got, want := p.Text("sync.next"), "Tries again by itself at "+w.sync.next.In(field.Zone).Format("15:04"); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	w.sync.running = true
	p.App.Changed()
	p.Settle()
	if p.Has("sync.next") {
		t.Error("it is trying")
	}
	w.sync.running, w.later = false, time.Hour // the phone slept
	p.App.Changed()
	p.Settle()
	if p.Has("sync.next") {
		t.Error("that is over")
	}
}

func TestWhatWasPutAsideLeadsToWhereItLies(t *testing.T) {
	w := filled(t)
	_, err := w.store.CheckIn(t.Context(), id("store", 0), field.Moment{}, store.Purpose{})
	must(t, err)
	w.asideThenSent("record.out_of_scope")
	p := w.phone()
	p.Tap("tab.sync")
	p.Tap("sync.refused.0.0")
	if got := p.Text("title"); got != nameMeili {
		t.Error(got)
	}
}
