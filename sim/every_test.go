package sim

import (
	"flag"
	"fmt"
	"testing"

	"storewalk/shared/field"
)

var stride = flag.Int("sim.stride", 7, "of the points that could be cut, take every so manieth; 1 takes all")

// An exchange cut after each byte, both ways, is the same exchange later.
func TestAnExchangeMayBeCutAfterEveryByte(t *testing.T) {
	template := newTemplate(t)
	play(t, template, func(w *world) {
		p := w.phones[0]
		shop := storeID(0, 0)
		for k, cuts := 0, 2; cuts > 0; k += *stride {
			w.say(func() { w.editStore(p, shop, pick(w, field.EditableStoreFields)) }, w.officeEdits)
			before := w.faults
			w.line.cutRequest = k + 1
			w.say(func() { w.round(p) })
			w.line.cutRequest, w.line.cutAnswer = 0, k+1
			w.say(func() { w.editStore(p, shop, "note") }, func() { w.round(p) })
			w.line.cutAnswer = 0
			cuts = w.faults - before
		}
		t.Logf("%d cuts", w.faults)
	})
}

// Whatever write or fsync is the last one before the end, nothing is lost.
func TestAnyWriteAndFsyncMayBeTheLast(t *testing.T) {
	template := newTemplate(t)
	for _, machine := range []string{"phone", "server"} {
		for kind, what := range []string{"killed", "without power", "full"} {
			t.Run(fmt.Sprint(machine, " ", what), func(t *testing.T) {
				play(t, template, func(w *world) {
					p := w.phones[0]
					for n, struck := 1+kind, true; struck; n += *stride {
						before := w.faults
						d := w.server.disk
						if machine == "phone" {
							d = p.disk
							w.strikePhone(p, kind, n, n%2 == 0)
						} else {
							w.strikeServer(kind, n, n%2 == 0)
						}
						w.say(func() { w.editStore(p, storeID(0, 0), "note") }, w.checkIn(p, storeID(0, n%2)), w.officeEdits)
						w.say(func() { w.round(p) }, func() { w.checkOut(p) }, func() { w.round(p) })
						d.calm()
						struck = w.faults > before
					}
					t.Logf("%d times", w.faults)
				})
			})
		}
	}
}
