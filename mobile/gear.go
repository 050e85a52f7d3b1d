package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"storewalk/mobile/capture"
	"storewalk/mobile/device"
	"storewalk/mobile/store"
	"storewalk/mobile/ui"
)

// A gear is what the machine has beside its screen. What it lacks is nil.
type gear struct {
	lens    capture.Lens
	place   *device.Place
	network func() (handle int64, err error)  // the one in use, 0 for none
	texts   func() (times float64, err error) // how large they are to be, by the settings of the machine
	shutter *capture.Shutter
	close   func() // waits for what of it still runs when the app ends
}

// networkEvery is how often the app looks which network is in use: the system does not tell an app without Java of its own.
const networkEvery = 5 * time.Second

// fit gives the app what there is.
func (g *gear) fit(d *ui.Deps, st *store.Store, log *slog.Logger) {
	if g.lens != nil {
		g.shutter = capture.NewShutter(st, g.lens, log)
		d.Camera = camera{g.shutter}
	}
	if g.texts != nil {
		d.TextScale = func() float64 {
			times, err := g.texts()
			if err != nil {
				log.Error("Size of texts", "error", err)
			}
			return times
		}
	}
	if g.place != nil {
		d.Where, d.Near = g.place.Where, g.place.Near
	}
}

// run works until ctx ends. kept is told of photos, wake that there is a network.
func (g *gear) run(ctx context.Context, kept func(store.Awaited, ui.Taken, error), wake func()) {
	var group sync.WaitGroup
	defer g.close()
	defer group.Wait()
	if g.shutter != nil {
		g.shutter.Kept = func(a store.Awaited, taken capture.Taken, err error) { kept(a, shown(taken), err) }
		group.Go(func() { g.shutter.Run(ctx) })
	}
	if g.place != nil {
		group.Go(func() { g.place.Run(ctx) })
	}
	if g.network != nil {
		group.Go(func() { watchNetwork(ctx, g.lens.InFront, g.network, wake) })
	}
}

// front is called when the app comes to the front.
func (g *gear) front() {
	if g.shutter != nil {
		g.shutter.Wake()
	}
}

// watchNetwork wakes when another network is in use than before, while the app is seen.
func watchNetwork(ctx context.Context, inFront func() bool, network func() (int64, error), wake func()) {
	tick := time.NewTicker(networkEvery)
	defer tick.Stop()
	last := int64(-1) // the first one is no news: the app has just tried
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if !inFront() {
			continue
		}
		now, err := network()
		if err != nil {
			continue // the syncer tries by itself as well
		}
		if now != 0 && last != -1 && now != last {
			wake()
		}
		last = now
	}
}

// A camera is the shutter as the screens see it.
type camera struct{ *capture.Shutter }

// Again implements ui.SlowCamera.
func (c camera) Again() { c.Wake() }

// shown is a photo as the screens see it.
func shown(t capture.Taken) ui.Taken {
	return ui.Taken{Photo: t.Photo, Blurred: t.Blurred(), Dark: t.Dark()}
}
