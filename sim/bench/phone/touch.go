package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"strings"
	"time"

	"storewalk/e2e/window"
	"storewalk/mobile/store"
	"storewalk/mobile/ui"
	"storewalk/sim/county"

	"fyne.io/fyne/v2"
)

// touchPoints are where a finger goes in the real window: the test driver's window has the same size and the same layout.
type touchPoints struct {
	page   store.Bookmark  // the count sheet of the visit in progress
	more   fyne.Position   // middle of a stepper's +
	figure image.Rectangle // rows in which its number stands
	list   image.Rectangle // rows of the list of stores
}

// touched measures taps and scrolling in a real window, and then in a blank one.
func touched(ctx context.Context, o options, c county.County, into series, say func(string)) error {
	d, err := open(ctx, c)
	if err != nil {
		return err
	}
	if err := d.known(ctx); err != nil {
		return err
	}
	at, err := d.points()
	if err := errors.Join(err, d.end()); err != nil {
		return err
	}
	say("taps and scrolling in a real window")
	if err := touches(ctx, o, c.Dir, at, false, into, say); err != nil {
		return err
	}
	say("the same with a graphics processor that takes no time")
	if err := touches(ctx, o, c.Dir, at, true, into, say); errors.Is(err, window.ErrNoFrames) {
		say(err.Error())
	} else if err != nil {
		return err
	}
	return nil
}

// points finds them.
func (d *device) points() (t touchPoints, err error) {
	if err := d.show("count", ui.Target{ID: d.open}); err != nil {
		return t, err
	}
	defer d.Back()
	t.page = store.Bookmark{Tab: "today", Pages: []string{"visit/" + d.open.String(), "count/" + d.open.String()}}
	for _, id := range d.IDs() {
		name, ok := strings.CutSuffix(id, ".packs.more")
		if !ok {
			continue
		}
		t.more, _ = d.place(id)
		middle, size := d.place(name + ".packs.value")
		t.figure = image.Rect(0, int(middle.Y-size.Height/2), window.Width, int(middle.Y+size.Height/2))
		t.list = image.Rect(0, window.Height/3, window.Width, window.Height*2/3)
		return t, nil
	}
	return t, errors.New("no stepper on the count sheet")
}

// place is the middle and the size of what has an id.
func (d *device) place(id string) (middle fyne.Position, size fyne.Size) {
	o := d.Find(id)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	return at.AddXY(o.Size().Width/2, o.Size().Height/2), o.Size()
}

// touches measures the app in a real window by a finger: from the touch on a stepper until its number was on the screen, and
// how long each frame stood while the list of stores was drawn up. In a blank window nothing is drawn, and the same is counted
// until each frame was handed over, for a tap also from when the app was handed the touch.
func touches(ctx context.Context, o options, dir string, at touchPoints, blank bool, into series, say func(string)) (err error) {
	st, err := store.Open(ctx, dir)
	if err != nil {
		return err
	}
	if err := errors.Join(st.SetBookmark(ctx, at.page), st.Close()); err != nil {
		return err
	}
	home, err := os.MkdirTemp("", "storewalk-bench-home")
	if err != nil {
		return err
	}
	defer os.RemoveAll(home)
	w, err := window.Start(ctx, window.App{Path: appPath(o), Args: []string{"--data", dir}, Env: []string{"HOME=" + home}, Blank: blank})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	finger, err := w.Finger(ctx)
	if err != nil {
		return err
	}
	defer finger.Close()
	name := "touch."
	if blank {
		name = "blank."
		if err := w.Deaf(); err != nil {
			say("when the app is handed a touch is not known: " + err.Error())
		}
	}
	note := func(what string, s window.Spent) {
		into.add(name+what, cost{s.Took, s.Used})
		into.add(name+what+".used", cost{s.Used, s.Used})
	}
	for range max(60, 2*o.times) {
		a, err := finger.Tap(ctx, at.more.X, at.more.Y, at.figure)
		if err != nil {
			return fmt.Errorf("stepper in a window: %w", err)
		}
		note("step", a.Ordered)
		if a.Handed != (window.Spent{}) {
			note("handed", a.Handed)
			note("begun", a.Begun)
		}
	}
	for range len(at.page.Pages) {
		if _, err := finger.Tap(ctx, 24, 28, at.list); err != nil { // back
			return fmt.Errorf("back in a window: %w", err)
		}
	}
	if _, err := finger.Tap(ctx, 117, 808, at.list); err != nil { // the stores' tab
		return fmt.Errorf("the stores in a window: %w", err)
	}
	for pace, speed := range map[string]float32{"slow": 300, "fling": 3000} { // points a second
		const way = window.Height / 2
		for range 3 {
			frames, err := finger.Drag(ctx, window.Width/2, window.Height*3/4, speed, time.Duration(way/speed*float32(time.Second)), at.list)
			if err != nil {
				return fmt.Errorf("scrolling in a window: %w", err)
			}
			for i := 1; i < len(frames); i++ {
				note(pace, window.Spent{Took: frames[i].Took - frames[i-1].Took, Used: frames[i].Used - frames[i-1].Used})
			}
		}
	}
	return nil
}
