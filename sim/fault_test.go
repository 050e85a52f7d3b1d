package sim

import (
	"database/sql"
	"os"
	"path/filepath"
	"time"

	phonestore "storewalk/mobile/store"
	serverstore "storewalk/server/store"
	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// The kinds of fault, and where they are done.
const (
	lost         = "lost"           // a request or an answer: trip.RoundTrip
	late         = "late"           // a request that was lost for the phone arrives after others: world.lateMessage
	doubled      = "doubled"        // a request comes twice at once: trip.RoundTrip
	repeated     = "repeated"       // a request that was answered comes again later: world.replay
	cut          = "cut"            // a request or an answer, after any byte: trip.RoundTrip
	flipped      = "flipped"        // a bit of a photo's bytes: trip.RoundTrip
	killed       = "phone killed"   // before or in the middle of any write or fsync, or between two requests: world.endanger
	powerCut     = "phone power"    // the disk holds what the last fsync left: world.endanger
	noSpace      = "phone full"     // the disk is full from any write on: world.endanger
	serverKilled = "server killed"  // as a phone: world.endangerServer
	serverPower  = "server power"   // as a phone: world.endangerServer
	serverFull   = "server full"    // as a phone: world.endangerServer
	rolledBack   = "rolled back"    // an older copy of a phone's database or of its whole folder: world.rollbackPhone
	cloned       = "cloned"         // world.clonePhone
	twoProcesses = "two processes"  // on one database, of a phone or of the server: world.secondProcess
	wrongClock   = "wrong clock"    // of a phone, by up to ten years, and another one later: world.turnClock
	restored     = "restored"       // the server, from a backup: world.restoreServer
	failedOver   = "failed over"    // to a copy of the database on another machine: world.restoreServer
	serverBack   = "rolled back, s" // an older copy of the server's database beside its epoch file: world.restoreServer
	decayed      = "decayed"        // a bit of a record on a disk: world.decay
	laterSchema  = "later schema"   // types and fields that nobody here knows: world.editLater
	badValue     = "bad value"      // a record that the server puts aside: world.editBadly
)

var faults = []string{lost, late, doubled, repeated, cut, flipped, killed, powerCut, noSpace, serverKilled, serverPower, serverFull, rolledBack,
	cloned, twoProcesses, wrongClock, restored, failedOver, serverBack, decayed, laterSchema, badValue}

// What may happen to a machine in the middle of something.
const (
	isKilled = iota
	isWithoutPower
	isFull
)

// endanger may let something happen to a phone's machine at any of the writes and fsyncs that follow, until safe is
// called.
func (w *world) endanger(p *phone) (safe func()) {
	if p.busy { // what is entered in the middle of a round stays entered
		happens := p.disk.done
		p.disk.done = nil
		return func() { p.disk.done = happens }
	}
	return w.maybe(p.disk, func(kind, after int, torn bool) { w.strikePhone(p, kind, after, torn) })
}

// endangerServer is endanger for the server's machine.
func (w *world) endangerServer() (safe func()) { return w.maybe(w.server.disk, w.strikeServer) }

func (w *world) maybe(d *disk, strike func(kind, after int, torn bool)) (safe func()) {
	if w.calm || d.done != nil || !w.chance(w.profile.strike) {
		return func() {}
	}
	strike(w.rnd.IntN(3), 1+w.rnd.IntN(pick(w, []int{5, 30, 100})), w.chance(0.5))
	return d.calm
}

// strikePhone lets something happen to a phone's machine at one of its writes or fsyncs.
func (w *world) strikePhone(p *phone, kind, after int, torn bool) {
	w.strike(p.disk, p.name, []string{killed, powerCut, noSpace}, kind, after, torn, func() string { w.snapshotKilled(p); return p.killed })
}

// strikeServer is strikePhone for the server's machine.
func (w *world) strikeServer(kind, after int, torn bool) {
	w.strike(w.server.disk, "server", []string{serverKilled, serverPower, serverFull}, kind, after, torn, func() string { w.snapshotServer(); return w.server.killed })
}

func (w *world) strike(d *disk, name string, names []string, kind, after int, torn bool, snapshot func() string) {
	d.strike(after, torn, func() {
		w.fault(names[kind], "%s: %s", name, names[kind])
		switch kind {
		case isFull:
			d.full = true
		case isWithoutPower:
			left := snapshot()
			w.must(d.cutPower(left, databaseFiles...))
			w.must(os.RemoveAll(filepath.Join(left, "lock"))) // of a mark, the disk may hold nothing
		default:
			snapshot()
		}
	})
}

// noRoom ends the run unless err says that the disk is full.
func (w *world) noRoom(err error) {
	if _, code := fault.Of(err); code != "disk.full" {
		w.fail("unexpected: %v", err)
	}
}

// turnClock sets a phone's clock to another wrong time.
func (w *world) turnClock(p *phone) {
	skew := time.Duration(w.rnd.Int64N(int64(20*365*24*time.Hour))) - 10*365*24*time.Hour
	p.skew.Store(int64(skew))
	w.fault(wrongClock, "%s: its clock is %.0f days ahead", p.name, skew.Hours()/24)
}

// inPhone changes a phone's database from outside; nothing happens to its machine meanwhile.
func (w *world) inPhone(p *phone, fn func(*sql.Tx) error) {
	happens := p.disk.done
	p.disk.done = nil
	defer func() { p.disk.done = happens }()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(p.dir, "storewalk.db")+"?_pragma=busy_timeout(5000)&_pragma=synchronous(FULL)&_txlock=immediate")
	w.must(err)
	defer db.Close()
	tx, err := db.BeginTx(w.ctx, nil)
	w.must(err)
	defer tx.Rollback()
	w.must(fn(tx))
	w.must(tx.Commit())
	w.must(p.st.Uploaded(w.ctx, blob.Ref{}, 0)) // whatever the app changes, it marks how far its database is written
}

// editLater enters on a phone what only a later version of the app could: nobody else knows the type or the field.
func (w *world) editLater(p *phone) {
	stores, err := p.st.Stores(w.ctx, "")
	w.must(err)
	if len(stores) == 0 {
		return
	}
	before := w.phoneState(p)
	s := pick(w, stores)
	edit := ledger.Edit{ID: s.ID, Field: "later", Value: w.text(), Seen: before[s.ID].rec.Seen("later")}
	if w.chance(0.5) {
		edit = ledger.Edit{ID: uuid.New(), Type: "later", Territory: before[s.ID].rec.Territory, Field: "what", Value: map[string]any{"deep": []int{w.values}, "text": w.text()}}
	}
	w.fault(laterSchema, "%s: enters what nobody knows", p.name)
	w.inPhone(p, func(tx *sql.Tx) error {
		_, err := ledger.Write(w.ctx, tx, ledger.Writer{Author: p.account, WallMS: time.Now().UnixMilli()}, edit)
		return err
	})
	w.ghost.entered(p.name, p.life, before, w.phoneState(p), edit.Seen)
}

// editBadly enters on a phone what no screen lets through. The server puts it aside, and the phone keeps it.
func (w *world) editBadly(p *phone) {
	stores, err := p.st.Stores(w.ctx, "")
	w.must(err)
	if len(stores) == 0 {
		return
	}
	at, id := w.phoneState(p)[pick(w, stores).ID].rec.Territory, uuid.New()
	w.fault(badValue, "%s: enters %s, which nobody may", p.name, w.name(id))
	w.bad[id] = true
	w.inPhone(p, func(tx *sql.Tx) error {
		_, err := ledger.Write(w.ctx, tx, ledger.Writer{Author: p.account, WallMS: time.Now().UnixMilli()}, ledger.Edit{ID: id, Type: field.TypeCount,
			Territory: at, Field: field.LineField(products[0]), Value: field.CountLine{Packs: -1}})
		return err
	})
}

// secondProcess opens a database that is open: a phone's refuses, and the server's takes another process's edits.
func (w *world) secondProcess(p *phone) {
	if w.chance(0.5) {
		w.fault(twoProcesses, "%s: is opened twice", p.name)
		st, err := phonestore.OpenBy(w.ctx, p.dir, p.wall, p.boot)
		if err == nil {
			st.Close()
			w.fail("15 %s: two processes have one database", p.name)
		}
		if _, code := fault.Of(err); code != "db.in_use" {
			w.fail("15 %s: %v", p.name, err)
		}
		return
	}
	w.fault(twoProcesses, "server: another process edits")
	strike := w.profile.strike
	w.profile.strike = 0 // one machine at a time
	defer func() { w.profile.strike = strike }()
	second, err := serverstore.Open(w.ctx, w.server.dir, quiet)
	w.must(err)
	first := w.server.st
	w.server.st = second
	w.officeEdits()
	w.server.st = first
	w.must(second.Close())
}
