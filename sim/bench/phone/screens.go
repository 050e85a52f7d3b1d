package main

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"storewalk/demo/guyuan"
	"storewalk/mobile/store"
	"storewalk/mobile/ui"
	"storewalk/shared/field"
)

// samples says of every page what it is opened for the nth time: many different records, the largest of them first.
var samples = map[string]func(d *device, n int) ui.Target{
	"application":  func(d *device, n int) ui.Target { return ui.Target{ID: d.applications[n%len(d.applications)]} },
	"applications": nothing,
	"ask": func(d *device, n int) ui.Target {
		return ui.Target{ID: d.of.Stores[0], Part: d.open, What: field.RequestKinds[n%4]}
	},
	"conflicts":  nothing,
	"count":      inVisit,
	"count.menu": inVisit,
	"count.one": func(d *device, n int) ui.Target {
		return ui.Target{ID: d.open, Part: field.ProductID(products[n%len(products)].Code)}
	},
	"count.order": inVisit,
	"differ": func(d *device, n int) ui.Target {
		c := d.conflicts[n%len(d.conflicts)]
		return ui.Target{ID: c.Record, What: c.Field}
	},
	"edit":  ofStore,
	"group": func(d *device, n int) ui.Target { return ui.Target{ID: d.open} },
	"leave": func(d *device, n int) ui.Target { return ui.Target{ID: d.open} },
	"lock":  nothing,
	"map":   nothing,
	"me":    nothing,
	"news":  func(d *device, n int) ui.Target { return ui.Target{ID: d.open, What: field.NoteMarket} },
	"note":  func(d *device, n int) ui.Target { return ui.Target{ID: d.open} },
	"photo": func(d *device, n int) ui.Target {
		return ui.Target{ID: d.of.Visits[n%20], Part: d.of.Photos[n%20*4]}
	},
	"photos":   nothing,
	"phrases":  func(d *device, n int) ui.Target { return ui.Target{ID: d.open} },
	"receipt":  func(d *device, n int) ui.Target { return ui.Target{What: "2026-01-02"} },
	"damaged":  nothing,
	"receipts": nothing,
	"request":  func(d *device, n int) ui.Target { return ui.Target{ID: d.of.Requests[n%len(d.of.Requests)]} },
	"requests": func(d *device, n int) ui.Target {
		if n%2 == 0 {
			return ui.Target{} // of all stores
		}
		return ofStore(d, n)
	},
	"sign":   func(d *device, n int) ui.Target { return ui.Target{ID: d.open, What: "rating"} },
	"signin": nothing,
	"store":  ofStore,
	"stores": nothing,
	"survey": func(d *device, n int) ui.Target { return ui.Target{ID: d.open} },
	"sync":   nothing,
	"today":  nothing,
	"visit":  inVisit,
	"visits": nothing,
	"with":   func(d *device, n int) ui.Target { return ui.Target{ID: d.open} },
}

var products = guyuan.Products()

func nothing(*device, int) ui.Target { return ui.Target{} }

// ofStore is the busiest store every fourth time.
func ofStore(d *device, n int) ui.Target {
	if n%4 == 0 {
		return ui.Target{ID: d.of.Stores[0]}
	}
	return ui.Target{ID: d.of.Stores[n*977%len(d.of.Stores)]}
}

// inVisit is the visit in progress, that with most photos, or one of the last two thousand.
func inVisit(d *device, n int) ui.Target {
	switch n % 4 {
	case 0:
		return ui.Target{ID: d.open}
	case 1:
		return ui.Target{ID: d.of.Visits[0]}
	}
	return ui.Target{ID: d.of.Visits[n*37%2_000]}
}

// known finds what pages are opened for.
func (d *device) known(ctx context.Context) error {
	conflicts, err := d.store.Conflicts(ctx)
	if err != nil {
		return err
	}
	d.conflicts = conflicts
	applications, err := d.store.Applications(ctx)
	if err != nil {
		return err
	}
	for _, a := range applications {
		d.applications = append(d.applications, a.ID)
	}
	d.open, err = d.store.CheckIn(ctx, d.of.Stores[0], field.Moment{Position: field.Position{Lat: 36, Lon: 106}}, store.Purpose{})
	if err == nil && (len(d.conflicts) == 0 || len(d.applications) == 0) {
		err = fmt.Errorf("the county has no conflicts or no applications")
	}
	return err
}

// A page is opened as often as asked for; one that is slow to be laid out only until its time is over, but so often that
// one in twenty is known.
const (
	leastTimes = 20
	pageTime   = 2 * time.Second
)

// screens opens every page many times.
func (d *device) screens(ctx context.Context, state string, times int, into series, say func(string)) error {
	for _, page := range ui.Pages() {
		target, ok := samples[page]
		if !ok {
			return fmt.Errorf("no sample of the page %q", page)
		}
		// Back leads each time to a page that costs nothing.
		under := "receipts"
		if page == under {
			under = "lock"
		}
		if err := d.show(under, ui.Target{}); err != nil {
			return err
		}
		began, n := time.Now(), 0
		for ; n < times && (n < leastTimes || time.Since(began) < pageTime); n++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			d.reset()
			all := timed(func() {
				if err := d.show(page, target(d, n)); err != nil {
					d.Fatal(err)
				}
			})
			into.add(state+"."+page, d.read())
			into.add(state+"."+page+".all", all)
			d.Back()
		}
		d.Back()
		d.frame() // after which Fyne lets go of what was not shown lately
		name := state + "." + page
		say(fmt.Sprintf("%-22s %2d times: data %9s p95 (computing %9s), laid out %9s", name, n, ms(into.at(name, .95, wall)), ms(into.at(name, .95, cpu)), ms(into.at(name+".all", .95, wall))))
	}
	return nil
}

type found struct {
	conflicts    []store.Conflict
	applications []uuid.UUID
	open         uuid.UUID // the visit in progress
}
