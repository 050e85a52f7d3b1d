package window_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"storewalk/e2e/window"
)

// lamp builds and starts the test's app, or skips the test where it cannot run, unless the
// environment says E2E=must.
func lamp(t *testing.T) *window.Window { return lampOf(t, window.App{}) }

func lampOf(t *testing.T, app window.App) *window.Window {
	t.Helper()
	program := filepath.Join(t.TempDir(), "lamp")
	w, err := (*window.Window)(nil), window.Build(t.Context(), "./testdata/lamp", program)
	app.Path, app.Env = program, append(app.Env, "HOME="+t.TempDir())
	if err == nil {
		w, err = window.Start(t.Context(), app)
	}
	if errors.Is(err, window.ErrNotInstalled) && os.Getenv("E2E") != "must" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// The lamp's two colours.
var blue, yellow = color.RGBA{20, 60, 160, 255}, color.RGBA{240, 200, 10, 255}

// shows is true of a picture with the lamp in a colour.
func shows(want color.RGBA) func(image.Image) bool {
	return func(img image.Image) bool { return img.At(390, 200) == want }
}

// switched waits until the app has printed so often that it was switched. That comes through a pipe, later than what is drawn.
func switched(t *testing.T, w *window.Window, times int) {
	t.Helper()
	for deadline := time.After(time.Minute); strings.Count(w.Log(), "switched") != times; {
		select {
		case <-time.After(time.Millisecond):
		case <-deadline:
			t.Fatalf("the lamp was not switched %d times: the app printed %q", times, w.Log())
		}
	}
}

func TestATapSwitchesTheLampOnAndOff(t *testing.T) {
	t.Parallel()
	w := lamp(t)
	if err := w.WaitFor(t.Context(), shows(blue)); err != nil {
		t.Fatal(err)
	}
	before, err := w.Image()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Tap(t.Context(), window.Width/2, window.Height/2); err != nil {
		t.Fatal(err)
	}
	if err := w.WaitChange(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	if err := w.WaitFor(t.Context(), shows(yellow)); err != nil {
		t.Fatal(err)
	}
	switched(t, w, 1)
	picture := filepath.Join(t.TempDir(), "sub", "lamp.png")
	if err := w.Screenshot(picture); err != nil {
		t.Fatal(err)
	}
}

func fingerOn(t *testing.T, w *window.Window) *window.Finger {
	finger, err := w.Finger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(finger.Close)
	return finger
}

func TestAFingerIsAnswered(t *testing.T) {
	t.Parallel()
	w := lamp(t)
	finger := fingerOn(t, w)
	for n := range 3 {
		took, err := finger.Tap(t.Context(), window.Width/2, window.Height/2, image.Rect(0, 90, window.Width, 110))
		if err != nil || took.Ordered.Took <= 0 {
			t.Fatal("touch", n, took, err)
		}
	}
	if err := w.WaitFor(t.Context(), shows(yellow)); err != nil {
		t.Error("three touches do not leave the lamp on:", err)
	}
}

// What does not scroll is touched when the finger is lifted. To an app that is busy the finger may have rested too long for a
// touch, or it answers when nobody looks any more: then another lamp is tried.
func TestAFingerThatIsDrawnOverASwitchTouchesItWhenItIsLifted(t *testing.T) {
	t.Parallel()
	const during = 200 * time.Millisecond
	for range 10 {
		w := lamp(t)
		frames, err := fingerOn(t, w).Drag(t.Context(), window.Width/2, window.Height*3/4, 500, during, image.Rect(0, 90, window.Width, 110))
		if err != nil || slices.ContainsFunc(frames, func(s window.Spent) bool { return s.Took < during }) {
			t.Fatal("a finger that is drawn over the switch for 200 ms changed the lamp after", frames, err)
		}
		if len(frames) > 0 {
			return
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Error("no finger changed its lamp")
}

func TestABlankWindowTellsOfItsFramesAndShowsNothing(t *testing.T) {
	t.Parallel()
	w := lampOf(t, window.App{Blank: true})
	finger := fingerOn(t, w)
	before, err := w.Image()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Deaf(); err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		a, err := finger.Tap(t.Context(), window.Width/2, window.Height/2, image.Rectangle{})
		if err != nil || a.Begun.Used <= 0 {
			t.Fatal("touch", n, a, err)
		}
		if a.Begun.Took <= 0 || a.Begun.Took >= a.Handed.Took || a.Handed.Took >= a.Ordered.Took {
			t.Errorf("touch %d was ordered, handed over and its frame begun %v, %v and %v before that was handed over", n, a.Ordered.Took, a.Handed.Took, a.Begun.Took)
		}
		switched(t, w, n+1)
	}
	if after, err := w.Image(); err != nil || !bytes.Equal(before.Pix, after.Pix) {
		t.Error("something was drawn", err)
	}
}

func TestABlankWindowThatIsNotToldOfTouchesSaysSoAndStillTellsOfItsFrames(t *testing.T) {
	t.Parallel()
	w := lampOf(t, window.App{Blank: true, Env: []string{"LD_PRELOAD="}})
	if w.Deaf() == nil {
		t.Error("it claims to be told")
	}
	a, err := fingerOn(t, w).Tap(t.Context(), window.Width/2, window.Height/2, image.Rectangle{})
	if err != nil || a.Ordered.Took <= 0 || a.Handed != (window.Spent{}) || a.Begun != (window.Spent{}) {
		t.Error("touch", a, err)
	}
}

func TestAnAppThatEndsIsReportedWithItsLastWords(t *testing.T) {
	t.Parallel()
	_, err := window.Start(t.Context(), window.App{Path: "/bin/sh", Args: []string{"-c", "echo the database is from a newer app"}})
	if errors.Is(err, window.ErrNotInstalled) && os.Getenv("E2E") != "must" {
		t.Skip(err)
	}
	if err == nil || !strings.Contains(err.Error(), "from a newer app") {
		t.Errorf("Start: %v", err)
	}
}
