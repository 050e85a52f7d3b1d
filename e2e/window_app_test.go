package e2e

import (
	"errors"
	"image"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"storewalk/e2e/window"
	"storewalk/mobile/store"
	"storewalk/mobile/syncer"
)

// The app as it is built for a phone, in a real window: touches end on the disk, and the app opens again where the
// person was.
func TestTouchesInARealWindowAreOnTheDisk(t *testing.T) {
	office := startOffice(t)
	dir := filepath.Join(t.TempDir(), "phone")
	st, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	sync := syncer.New(st, "storewalk e2e", slog.New(slog.DiscardHandler))
	err = sync.Enrol(t.Context(), office, "li", "liupanshan-li", "window")
	if err == nil {
		err = sync.Round(t.Context())
	}
	if err := errors.Join(err, st.Close()); err != nil {
		t.Fatal(err)
	}

	path := appOrSkip(t)
	start := func() *window.Window {
		t.Helper()
		w, err := window.Start(t.Context(), window.App{Path: path, Args: []string{"--data", dir}, Env: []string{"HOME=" + t.TempDir(), "STOREWALK_SOCKET=" + filepath.Join(t.TempDir(), "ear")}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { w.Close() })
		return w
	}
	visits := func() int {
		return syncCount(t, dir, `SELECT count(*) FROM visit v JOIN meta m ON m.key = 'user' AND m.value = v.manager WHERE v.check_out_ms = 0`)
	}
	w := start()
	if err := w.WaitFor(t.Context(), started, 30*time.Second); err != nil {
		t.Fatal(err, w.Log())
	}
	if err := w.Tap(t.Context(), 117, 808); err != nil { // the second of the five tabs
		t.Fatal(err)
	}
	if err := w.WaitFor(t.Context(), listed, 30*time.Second); err != nil {
		t.Fatal(err, w.Log())
	}
	// The list's first store, then the button at the bottom of its page.
	deadline := time.After(60 * time.Second)
	for _, at := range []struct{ x, y float32 }{{195, 210}, {195, 800}} {
		was, err := w.Image()
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Tap(t.Context(), at.x, at.y); err != nil {
			t.Fatal(err)
		}
		if err := w.WaitChange(t.Context(), was, 20*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	for visits() == 0 {
		select {
		case <-deadline:
			t.Fatal("a visit was begun by two touches, and is not on the disk\n", w.Log())
		case <-time.After(50 * time.Millisecond):
		}
	}
	if err := w.Close(); err != nil { // killed, as a phone does
		t.Log(err)
	}
	start()
	if n := visits(); n != 1 {
		t.Fatal(n, "visits in progress after the app was killed")
	}
}

// started reports whether a picture has the green bar with the title.
func started(screen image.Image) bool {
	r, g, b, _ := screen.At(20, 16).RGBA()
	return g > 0x3000 && g > 2*r && g > b
}

// listed reports whether a picture of the stores shows the name of the first: bold dark letters on white.
func listed(screen image.Image) bool {
	dark := 0
	for y := 340; y < 400; y++ {
		for x := 30; x < 320; x++ {
			if r, g, b, _ := screen.At(x, y).RGBA(); r+g+b < 3*0x4000 {
				dark++
			}
		}
	}
	return dark > 300
}
