package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"fyne.io/fyne/v2"

	"storewalk/mobile/capture"
	"storewalk/mobile/store"
	"storewalk/mobile/ui"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
	"storewalk/sim/county"

	"io"

	"github.com/google/uuid"
)

// A cost is how long something took, and how long its thread computed for it: on a busy machine the two differ.
type cost struct{ wall, cpu time.Duration }

func (c cost) plus(d cost) cost { return cost{c.wall + d.wall, c.cpu + d.cpu} }

// timed runs do on one thread and says what it cost.
func timed(do func()) cost {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cpu, began := threadTime(), time.Now()
	do()
	return cost{time.Since(began), threadTime() - cpu}
}

// A device is the app on the folder of a county, in the test driver's window. What it does beside the window's goroutine is
// done at once and timed, or kept for later.
type device struct {
	*uitest.Phone
	store *store.Store
	found
	of      county.County
	opening time.Duration // of the database

	reads []cost   // of what was read for screens, since reset
	wrote bool     // the work that is running has written something
	later []func() // the work, while hold is true
	hold  bool
	clean []func()
}

// open starts the app on a folder.
func open(ctx context.Context, c county.County) (d *device, err error) {
	began := time.Now()
	st, err := store.Open(ctx, c.Dir)
	if err != nil {
		return nil, err
	}
	d = &device{store: st, of: c, opening: time.Since(began)}
	defer func() {
		if said := recover(); said != nil {
			err = errors.Join(fmt.Errorf("%v", said), st.Close())
		}
	}()
	d.Phone = uitest.Open(d, d.deps())
	return d, nil
}

func (d *device) deps() ui.Deps {
	take := func(keep func(context.Context, *store.Store, uuid.UUID, capture.Shot, io.Reader) (capture.Taken, error)) func(context.Context, uuid.UUID, ui.Shot, io.Reader) (ui.Taken, error) {
		return func(ctx context.Context, id uuid.UUID, s ui.Shot, picture io.Reader) (ui.Taken, error) {
			t, err := keep(ctx, d.store, id, capture.Shot{Kind: s.Kind, Item: s.Item, Imported: s.Imported, Position: s.At.Position, Sequel: s.Sequel}, picture)
			return ui.Taken{Photo: t.Photo, Blurred: t.Blurred(), Dark: t.Dark()}, err
		}
	}
	return ui.Deps{Store: watched{d.store, d}, Sync: quiet{}, Version: "bench", Go: d.work,
		Where:     func() field.Moment { return field.Moment{Position: field.Position{Lat: 36, Lon: 106.2, Acc: 12}} },
		TakePhoto: take(capture.Photo), TakeEvidence: take(capture.Evidence)}
}

// work is what the app hands to another goroutine.
func (d *device) work(job func()) {
	if d.hold {
		d.later = append(d.later, job)
		return
	}
	d.wrote = false
	if c := timed(job); !d.wrote {
		d.reads = append(d.reads, c)
	}
}

// read is what was read since reset.
func (d *device) read() (sum cost) {
	for _, c := range d.reads {
		sum = sum.plus(c)
	}
	return sum
}

func (d *device) reset() { d.reads = nil }

// show opens a page and waits until all it reads is shown.
func (d *device) show(page string, of ui.Target) error {
	if err := d.App.Open(page, of); err != nil {
		return err
	}
	d.Settle()
	return nil
}

// frame draws what the screen shows now, as a phone of 390 × 844 points at two pixels a point has it.
func (d *device) frame() {
	d.Window.Canvas().Capture()
}

// sharp makes the window as fine as a phone's.
func (d *device) sharp() {
	if c, ok := d.Window.Canvas().(interface {
		SetScale(float32)
		Resize(fyne.Size)
	}); ok {
		c.SetScale(2)
		c.Resize(uitest.Size)
	}
}

// end closes the app and its folder.
func (d *device) end() error {
	for i := len(d.clean) - 1; i >= 0; i-- {
		d.clean[i]()
	}
	return d.store.Close()
}

// watched marks the writes that the app does by itself when a page opens: they are no reading.
type watched struct {
	*store.Store
	d *device
}

// SetBookmark implements ui.Store.
func (w watched) SetBookmark(ctx context.Context, b store.Bookmark) error {
	w.d.wrote = true
	return w.Store.SetBookmark(ctx, b)
}

// quiet is a syncer that has nothing to do: the network is not what is measured.
type quiet struct{}

// Wake implements ui.Syncer.
func (quiet) Wake() {}

// Running implements ui.Syncer.
func (quiet) Running() bool { return false }

// NextTry implements ui.Syncer.
func (quiet) NextTry() time.Time { return time.Time{} }

// A device is also what uitest asks of a test.

// Helper implements uitest.T.
func (d *device) Helper() {}

// Error implements uitest.T.
func (d *device) Error(args ...any) { fmt.Fprintln(os.Stderr, args...) }

// Errorf implements uitest.T.
func (d *device) Errorf(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// Fatal implements uitest.T.
func (d *device) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

// Fatalf implements uitest.T.
func (d *device) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// Cleanup implements uitest.T.
func (d *device) Cleanup(f func()) { d.clean = append(d.clean, f) }
