package sim

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	phonestore "storewalk/mobile/store"
	"storewalk/shared/field"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// What runs have found, told step by step, so that it stays found when seeds come to mean something else.

// play runs a story on a good line and checks it at rest. The phones are those of ma, li (both west), wang (east)…
func play(t *testing.T, template string, tell func(w *world)) {
	t.Helper()
	inBubble(t, 1, func(ctx context.Context) {
		dir := folderInMemory(t, "story")
		defer os.RemoveAll(dir)
		time.Sleep(24 * time.Hour)
		w := newWorld(ctx, template, filepath.Join(dir, "w"), 1, nil)
		w.profile = profile{}
		defer func() {
			if v := recover(); v != nil {
				t.Errorf("%v", v)
			}
			if err := w.close(); err != nil {
				t.Error(err)
			}
		}()
		tell(w)
		w.rest()
	})
}

func (w *world) say(do ...func()) {
	for _, fn := range do {
		w.tick()
		fn()
	}
}

func (w *world) checkIn(p *phone, store uuid.UUID) func() {
	return func() {
		w.local(p, nil, func() error { _, err := p.st.CheckIn(w.ctx, store, field.Moment{}, phonestore.Purpose{}); return err })
	}
}

// takesPhoto is of the visit in progress.
func (w *world) takesPhoto(p *phone) func() {
	return func() {
		visits, err := p.st.Visits(w.ctx, 1)
		w.must(err)
		w.takePhoto(p, visits[0])
	}
}

func (w *world) grants(p *phone, holds ...uuid.UUID) func() {
	return func() {
		w.server.holds[p.account] = holds
		w.server.held[p.account] = append(w.server.held[p.account], holds...)
		w.must(w.server.st.SetTerritories(w.ctx, p.account, holds))
	}
}

func (w *world) moves(store, territory uuid.UUID) func() {
	return func() { w.must(w.server.st.MoveStore(w.ctx, store, territory)) }
}

// noAnswer is a round whose request arrives and whose answer does not.
func (w *world) noAnswer(p *phone) func() {
	return func() {
		w.profile.killPhone = 1
		w.round(p)
		w.profile.killPhone = 0
	}
}

// counts is in the latest visit on the phone.
func (w *world) counts(p *phone) func() {
	return func() {
		visits, err := p.st.Visits(w.ctx, 1)
		w.must(err)
		w.local(p, []record.Dot{}, func() error {
			return p.st.SetCount(w.ctx, visits[0].ID, products[0], w.line12(), nil)
		})
	}
}

// lateRequest is a round whose request is lost for the phone, and arrives when lateMessage is called.
func (w *world) lateRequest(p *phone) func() {
	return func() {
		w.profile.lose = 1
		for len(w.line.late) == 0 {
			w.round(p)
		}
		w.profile.lose = 0
	}
}

// checkOut ends the visits of the person with the phone.
func (w *world) checkOut(p *phone) {
	visits, err := p.st.Visits(w.ctx, 1000)
	w.must(err)
	for _, v := range visits {
		if v.CheckOutMS == 0 && v.Mine {
			w.tick()
			w.local(p, []record.Dot{}, func() error { return p.st.CheckOut(w.ctx, v.ID, field.Moment{}) })
		}
	}
}

func TestWhatRunsHaveFound(t *testing.T) {
	template := newTemplate(t)
	west, east := territories[0], territories[1]
	shop := storeID(0, 0)
	for name, tell := range map[string]func(w *world){
		"two doubles wait for the same answer": func(w *world) {
			p := w.phones[0]
			w.wholeFolders = true
			w.say(func() { w.editStore(p, shop, "note") }, w.noAnswer(p), func() { w.clonePhone(p) })
			double := w.phones[len(w.phones)-1]
			w.say(func() { w.editStore(double, shop, "phone") }, w.checkIn(p, shop), func() { w.round(double) }, func() { w.round(p) })
		},
		"one backup is restored twice, and records had moved in between": func(w *world) {
			w.say(w.backUpServer, w.restoreServer, w.moves(shop, east))
			for _, p := range w.phones {
				w.say(func() { w.round(p) })
			}
			w.say(w.restoreServer, func() { w.editStore(w.phones[0], storeID(0, 1), "note") })
		},
		"a visit is in progress where the territory was taken away, and the server is restored": func(w *world) {
			p := w.phones[0]
			w.say(w.backUpServer, w.checkIn(p, shop), func() { w.round(p) }, w.grants(p), func() { w.round(p) })
			w.say(func() { w.editStore(p, shop, "note") }, func() { w.round(p) }, w.restoreServer)
		},
		"a territory is given back during a visit": func(w *world) {
			p := w.phones[0]
			w.say(w.checkIn(p, shop), func() { w.round(p) }, w.grants(p), func() { w.round(p) }, w.grants(p, west), func() { w.round(p) })
		},
		"a territory is given back during a visit, and the server is restored": func(w *world) {
			p := w.phones[0]
			w.say(w.backUpServer, w.checkIn(p, shop), func() { w.round(p) }, w.grants(p), func() { w.round(p) }, w.grants(p, west), w.restoreServer)
		},
		"a photo's record has gone when the server is restored, and another phone brings it back": func(w *world) {
			p, other := w.phones[0], w.phones[1]
			w.say(w.backUpServer, w.checkIn(p, shop), w.takesPhoto(p), func() { w.checkOut(p) }, func() { w.round(p) }, func() { w.round(other) })
			w.say(w.grants(p), func() { w.round(p) }, w.restoreServer, p.sync.Compare, func() { w.round(p) })
			w.say(w.grants(p, west)) // nothing compares soon, which would find it too
		},
		"a territory is given back while the phone has heard nothing": func(w *world) {
			p := w.phones[0]
			w.say(w.checkIn(p, shop), func() { w.round(p) }, w.grants(p), func() { w.checkOut(p) }, w.noAnswer(p), w.grants(p, west))
		},
		"a territory is given back from which the store has gone during a visit": func(w *world) {
			p := w.phones[0]
			w.say(w.checkIn(p, shop), w.moves(shop, east), w.grants(p), func() { w.round(p) }, w.grants(p, west), func() { w.round(p) })
		},
		"a request arrives late at a server that was restored meanwhile": func(w *world) {
			p := w.phones[0]
			w.say(w.backUpServer, func() { w.editStore(p, shop, "note") }, w.lateRequest(p), func() { w.round(p) }, func() { w.round(p) })
			w.say(w.restoreServer, func() { w.editStore(p, shop, "note") }, w.lateMessage)
		},
		"a double meets a restored server after the phone": func(w *world) {
			p := w.phones[0]
			w.wholeFolders = true
			w.say(w.checkIn(p, shop), func() { w.round(p) }, w.backUpServer, w.restoreServer, func() { w.clonePhone(p) })
			double := w.phones[len(w.phones)-1]
			w.say(func() { w.editStore(p, storeID(0, 1), "note") }, func() { w.checkOut(p) }, func() { w.checkOut(double) })
			w.say(func() { w.round(p) }, func() { w.round(double) })
		},
		"a store moves on from a territory that was taken away": func(w *world) {
			p := w.phones[0]
			w.say(func() { w.editStore(p, shop, "note") }, w.moves(shop, east), w.grants(p), w.moves(shop, territories[2]))
		},
		"a move is lost with the server while a visit to the store is in progress": func(w *world) {
			p := w.phones[0]
			w.say(w.backUpServer, w.checkIn(p, shop), w.moves(shop, east), func() { w.round(p) }, w.restoreServer)
		},
		"a move is lost with the server, and so is its territory for the phone": func(w *world) {
			p := w.phones[0]
			w.say(w.backUpServer, w.moves(storeID(1, 0), west), func() { w.round(p) }, w.restoreServer, w.grants(p))
		},
		"an older copy of a phone returns after the server was restored": func(w *world) {
			p := w.phones[0]
			w.wholeFolders = true
			w.say(func() { w.rollbackPhone(p) }, w.checkIn(p, shop), func() { w.round(p) }, w.backUpServer)
			copies := p.copies
			w.say(w.restoreServer)
			p.copies = copies
			for w.faults < 2 { // a copy is taken or comes back
				w.say(func() { w.rollbackPhone(p) })
			}
			w.say(w.checkIn(p, storeID(0, 1)), func() { w.editStore(p, shop, "note") })
		},
		"an older copy of a database that lacks exchanges, but no openings and no writes": func(w *world) {
			p := w.phones[0]
			w.say(func() { w.editStore(p, shop, "phone") }, func() { w.copyPhone(p) }, func() { w.round(p) })
			w.fault(rolledBack, "%s: an older copy of the database comes back", p.name)
			w.say(func() { w.bringBack(p, p.copies[0], databaseFiles) })
			w.say(func() { w.editStore(p, shop, "phone") }) // over a value of which it does not know that it was sent
		},
		"two older copies of a database come back, the one with fewer writes first": func(w *world) {
			p := w.phones[0]
			w.say(w.checkIn(p, shop), func() { w.copyPhone(p) }, func() { w.editStore(p, shop, "phone") }, func() { w.copyPhone(p) })
			w.fault(rolledBack, "%s: older copies of the database come back", p.name)
			copies := p.copies
			w.say(func() { w.bringBack(p, copies[0], databaseFiles) }, func() { w.editStore(p, shop, "note") }, func() { w.round(p) })
			w.say(func() { w.must(p.close()) }, func() { w.openPhone(p) }, func() { w.bringBack(p, copies[1], databaseFiles) })
		},
		"two lives write, and one replaces its own before it hears of the other": func(w *world) {
			p := w.phones[0]
			w.wholeFolders = true
			w.say(w.checkIn(p, shop), func() { w.round(p) }, func() { w.clonePhone(p) })
			double := w.phones[len(w.phones)-1]
			for range 3 {
				w.say(func() { w.editStore(p, storeID(0, 1), "note") })
			}
			w.say(func() { w.round(double) })
		},
		"a walk is begun on both sides of a move": func(w *world) {
			p, other := w.phones[0], w.phones[2]
			w.say(w.moves(shop, east), func() { w.round(other) }, w.checkIn(other, shop), w.counts(other), func() { w.round(other) })
			w.say(w.checkIn(p, shop), w.counts(p), func() { w.checkOut(p) }, func() { w.round(p) })
		},
		"a walk is begun on both sides of a move, and one phone holds both": func(w *world) {
			shop := storeID(1, 0) // of two territories with the same place a join takes the one that it leaves
			p, other := w.phones[2], w.phones[0]
			w.say(w.grants(p, west, east), func() { w.round(p) })
			w.say(w.moves(shop, west), func() { w.round(other) }, w.checkIn(other, shop), w.counts(other), func() { w.round(other) })
			w.say(w.checkIn(p, shop), w.counts(p), func() { w.round(p) })
		},
		"a store that had gone comes back with a restored server, older than what the phone wrote, and the next server knows that again": func(w *world) {
			p, other := w.phones[0], w.phones[1]
			w.say(w.backUpServer, func() { w.editStore(p, shop, "note") }, func() { w.round(p) }, func() { w.round(other) })
			w.say(w.moves(shop, east), func() { w.round(p) }, w.restoreServer, func() { w.round(p) }, func() { w.round(other) })
			w.server.backups = nil
			w.say(w.backUpServer, w.restoreServer, func() { w.round(p) })
		},
	} {
		t.Run(name, func(t *testing.T) { play(t, template, tell) })
	}
}
