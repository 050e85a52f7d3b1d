package sim

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/record"

	phonestore "storewalk/mobile/store"

	"github.com/google/uuid"
)

// A profile says what may happen in a run and how often.
type profile struct {
	lose, cut, duplicate  float64 // per request
	killPhone, killServer float64 // per request
	meanwhile             float64 // something else happens before a request arrives, or before its answer does
	smallBudget           bool    // the phone asks for the least at a time

	reopen, rollback, clone          float64 // of a phone, per step
	stopServer, backup, restore      float64 // of the server, per step
	office, move, grant, late, again float64 // per step
	photos, flip, removes            float64
	strike                           float64 // of a machine, whatever it does: killed, without power or without room in the middle
	clock, later, badly, second      float64 // of a phone, per step

	// Copies and clones of this run are of whole folders, with the identity file. Not mixed with copies of the database
	// alone: what a double of an unnoticed double still holds under their common name is more than names can tell.
	wholeFolders bool
}

// newProfile leaves some kinds of fault out, so that a run tells what the others do.
func newProfile(rnd *rand.Rand) (p profile) {
	some := func(max float64) float64 {
		if rnd.IntN(3) == 0 {
			return 0
		}
		return max * rnd.Float64()
	}
	return profile{
		lose: some(0.2), cut: some(0.2), duplicate: some(0.2), killPhone: some(0.1), killServer: some(0.06), meanwhile: some(0.4),
		smallBudget: rnd.IntN(2) == 0,
		reopen:      some(0.06), rollback: some(0.08), clone: some(0.03),
		stopServer: some(0.04), backup: some(0.08), restore: some(0.08),
		office: some(0.2), move: some(0.12), grant: some(0.08), late: some(0.1), again: some(0.1),
		strike: some(0.12), clock: some(0.06), later: some(0.06), second: some(0.04),
		photos: some(1), flip: some(0.5), wholeFolders: rnd.IntN(2) == 0, removes: some(0.3), badly: some(0.03),
	}
}

// step is one thing that happens in the world.
func (w *world) step() {
	w.tick()
	p := pick(w, w.phones)
	for _, s := range []struct {
		p  float64
		do func()
	}{
		{w.reopen, func() { w.reopenPhone(p) }},
		{w.rollback, func() { w.rollbackPhone(p) }},
		{w.clone, func() { w.clonePhone(p) }},
		{w.stopServer, w.reopenServer},
		{w.backup, func() {
			if w.chance(0.5) {
				w.copyServer()
			} else {
				w.backUpServer()
			}
		}},
		{w.restore, w.restoreServer},
		{w.move, w.moveStore},
		{w.grant, w.grantTerritories},
		{w.clock, func() { w.turnClock(p) }},
		{w.later, func() { w.editLater(p) }},
		{w.badly, func() { w.editBadly(p) }},
		{w.second, func() { w.secondProcess(p) }},
		{w.profile.office, w.officeEdits},
		{w.late, w.lateMessage},
		{w.again, w.replay},
		{w.removes, func() { w.removeOrKeep(p) }},
		{0.45, func() { w.round(p) }},
		{1, func() { w.edit(p) }},
	} {
		if w.chance(s.p) {
			s.do()
			return
		}
	}
}

// meanwhile lets something else happen while a request or its answer is under way.
func (w *world) meanwhile(p *phone) {
	if w.calm || w.nested || p.killed != "" || !w.chance(w.profile.meanwhile) {
		return
	}
	w.nested = true
	defer func() { w.nested = false }()
	w.tick()
	w.note("meanwhile")
	switch q := pick(w, w.phones); w.rnd.IntN(5) {
	case 0:
		w.officeEdits()
	case 1:
		w.moveStore()
	case 2:
		if q != p {
			w.round(q)
		}
	case 3:
		w.lateMessage()
	default:
		w.edit(p)
	}
}

// round is one Round of a phone's syncer, whatever becomes of it.
func (w *world) round(p *phone) {
	w.note("%s: round", p.name)
	safe := w.endanger(p)
	p.busy = true
	err := p.sync.Round(w.ctx)
	p.busy = false
	safe()
	w.note("  %s: %s", p.name, outcome(err))
	switch kind, _ := fault.Of(err); {
	case p.killed != "":
		w.reviveKilled(p)
	case err == nil:
		w.noticed(p)
		w.afterRound(p)
	case kind != fault.Unavailable && kind != fault.Conflict && kind != fault.Invalid:
		w.fail("%s: a round ended with %v", p.name, err)
	}
}

func outcome(err error) string {
	if err == nil {
		return "ok"
	}
	_, code := fault.Of(err)
	return code
}

// local is what a person does on a phone.
func (w *world) local(p *phone, seen []record.Dot, do func() error) {
	before := w.phoneState(p)
	safe := w.endanger(p)
	err := do()
	safe()
	if p.killed != "" {
		w.reviveKilled(p)
		err = nil
	}
	if kind, _ := fault.Of(err); err != nil && (kind == fault.Internal || kind == fault.Unauthorized) {
		w.fail("%s: %v", p.name, err)
	}
	w.ghost.entered(p.name, p.life, before, w.phoneState(p), seen)
}

func (w *world) text() string { w.values++; return fmt.Sprintf("13%09d", w.values) }

func (w *world) line12() field.CountLine {
	w.values++
	return field.CountLine{Cartons: w.values % 1000, Packs: w.values / 1000, OnDisplay: w.chance(0.5)}
}

// edit is one thing that the person with the phone enters.
func (w *world) edit(p *phone) {
	stores, err := p.st.Stores(w.ctx, "")
	w.must(err)
	visits, err := p.st.Visits(w.ctx, 1000)
	w.must(err)
	conflicts, err := p.st.Conflicts(w.ctx)
	w.must(err)
	switch n := w.rnd.IntN(10); {
	case n < 3 && len(stores) > 0:
		s := pick(w, stores)
		w.editStore(p, s.ID, pick(w, field.EditableStoreFields))
	case n < 5 && len(stores) > 0:
		s := pick(w, stores)
		w.note("%s: checks in at %s", p.name, w.name(s.ID))
		w.local(p, nil, func() error {
			_, err := p.st.CheckIn(w.ctx, s.ID, field.Moment{Position: field.Position{Lat: 36, Lon: 106}}, phonestore.Purpose{})
			return err
		})
	case n == 5 && len(conflicts) > 0:
		c := pick(w, conflicts)
		v := pick(w, c.Values)
		w.note("%s: settles %s.%s", p.name, w.name(c.Record), c.Field)
		w.local(p, c.Seen, func() error { return p.st.Settle(w.ctx, c.Record, c.Field, v.Value, c.Seen) })
	case len(visits) > 0:
		w.work(p, pick(w, visits))
	}
}

func (w *world) editStore(p *phone, id uuid.UUID, name string) {
	page, err := p.st.StorePage(w.ctx, id)
	w.must(err)
	now := map[string]phonestore.Text{"phone": page.Phone, "backup_phone": page.BackupPhone, "note": page.Note}[name].Seen
	key := id.String() + name
	seen, open := p.pages[key]
	if !open || w.chance(0.6) {
		seen = now
	}
	p.pages[key] = now
	seen = append(phonestore.Seen{}, seen...) // that nothing was there was seen too
	w.note("%s: edits %s.%s", p.name, w.name(id), name)
	w.local(p, seen, func() error { return p.st.SetStoreText(w.ctx, id, name, w.text(), seen) })
}

// work is something within a visit.
func (w *world) work(p *phone, v phonestore.VisitRow) {
	at := func(what string) { w.note("%s: %s in %s", p.name, what, w.name(v.ID)) }
	switch n := w.rnd.IntN(9); {
	case n == 8:
		list, err := p.st.Checklist(w.ctx, v.ID)
		w.must(err)
		if len(list.Lacks) == 0 {
			return
		}
		gap := pick(w, list.Lacks)
		seen := append(phonestore.Seen{}, gap.Seen...)
		at("says why there is no " + gap.What)
		w.local(p, seen, func() error { return p.st.SetGap(w.ctx, v.ID, gap.What, w.text(), seen) })
	case n < 4:
		product, seen := pick(w, products), phonestore.Seen{}
		rows, err := p.st.CountSheet(w.ctx, v.ID)
		w.must(err)
		for _, r := range rows {
			if r.Product == product {
				seen = append(seen, r.Seen...)
			}
		}
		walk, err := p.st.Walk(w.ctx, v.ID)
		w.must(err)
		seen = append(seen, walk.Seen...) // a product that joins the walk is put into all orders that there are
		at("counts")
		w.local(p, seen, func() error { return p.st.SetCount(w.ctx, v.ID, product, w.line12(), seen) })
	case n < 5:
		page, err := p.st.VisitPage(w.ctx, v.ID)
		w.must(err)
		seen, correction := append(phonestore.Seen{}, page.MyNote.Text.Seen...), uuid.Nil
		if v.CheckOutMS != 0 {
			seen, correction = phonestore.Seen{}, uuid.New()
		}
		at("notes")
		w.local(p, seen, func() error { return p.st.SetNote(w.ctx, v.ID, correction, "话"+w.text(), seen) })
	case n < 7 && w.chance(w.photos):
		w.takePhoto(p, v)
	default:
		at("checks out")
		w.local(p, []record.Dot{}, func() error { return p.st.CheckOut(w.ctx, v.ID, field.Moment{}) })
	}
}

func (w *world) takePhoto(p *phone, v phonestore.VisitRow) {
	b := make([]byte, 100+w.rnd.IntN(600))
	for i := range b {
		b[i] = byte(w.rnd.Uint32())
	}
	ref, size, err := p.st.Blobs.Add(bytes.NewReader(b))
	w.must(err)
	w.note("%s: takes a photo in %s", p.name, w.name(v.ID))
	w.local(p, []record.Dot{}, func() error {
		_, err := p.st.AddPhoto(w.ctx, v.ID, field.Photo{Kind: field.PhotoKinds[0], Ref: ref, Size: size, Width: 3, Height: 4, TakenMS: 1}, b[:50], phonestore.Sequel{})
		return err
	})
}

// replica reads who writes in a phone's database, and how much.
func (w *world) replica(p *phone) (rid record.Replica, counter uint64) {
	db, err := p.db()
	w.must(err)
	var text string
	w.must(db.QueryRowContext(w.ctx, `SELECT rid, counter FROM replica`).Scan(&text, &counter))
	w.must(rid.UnmarshalText([]byte(text)))
	return rid, counter
}

func (w *world) reopenPhone(p *phone) {
	if w.chance(0.5) {
		w.fault(killed, "%s: killed", p.name)
		w.snapshotKilled(p)
		w.reviveKilled(p)
		return
	}
	w.note("%s: closed and opened", p.name)
	safe := w.endanger(p)
	err := p.close()
	if err == nil && p.killed == "" {
		err = w.tryOpenPhone(p)
	}
	safe()
	switch {
	case p.killed != "":
		w.reviveKilled(p)
	case err != nil:
		w.noRoom(err)
		w.openPhone(p)
	}
}

// snapshotKilled takes what the disk holds at the moment when a phone's process ends.
func (w *world) snapshotKilled(p *phone) {
	p.killed = w.folder("killed")
	w.must(copyFiles(p.dir, p.killed, append(identityFiles, databaseFiles...)...))
}

func (w *world) reviveKilled(p *phone) {
	w.must(p.close())
	w.must(putBack(p.killed, p.dir, append(identityFiles, databaseFiles...)...))
	p.disk.forget()
	w.must(os.RemoveAll(p.killed))
	p.killed = ""
	w.openPhone(p)
}

func (w *world) lateMessage() {
	if len(w.line.late) == 0 {
		return
	}
	i := w.rnd.IntN(len(w.line.late))
	m := w.line.late[i]
	w.line.late = append(w.line.late[:i:i], w.line.late[i+1:]...)
	w.fault(late, "%s: a request arrives late", m.phone)
	w.deliver(m)
}
