package sim

import (
	"encoding/json"
	"os"
	"slices"

	serverstore "storewalk/server/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

// supervisor is who decides in the office.
var supervisor = field.UserID("office")

func (w *world) someStore() uuid.UUID { return storeID(w.rnd.IntN(len(territories)), w.rnd.IntN(2)) }

// officeEdits lets the office correct a store or settle a conflict.
func (w *world) officeEdits() {
	before := w.serverState()
	conflicts, err := w.server.st.Conflicts(w.ctx)
	w.must(err)
	if len(conflicts) > 0 && w.chance(0.5) {
		c := pick(w, conflicts)
		var value json.RawMessage = pick(w, c.Values).Value
		w.note("office: settles %s.%s", w.name(c.Record), c.Field)
		w.allowed(w.server.st.Settle(w.ctx, supervisor, c.Record, c.Field, value, c.Seen))
		w.ghost.entered("office", before, w.serverState(), c.Seen)
		return
	}
	id, name := w.someStore(), pick(w, field.EditableStoreFields)
	detail, err := w.server.st.StoreByID(w.ctx, id)
	w.must(err)
	w.note("office: edits %s.%s", w.name(id), name)
	w.allowed(w.server.st.EditStore(w.ctx, supervisor, id, serverstore.StoreEdit{Field: name, Text: w.text(), Seen: detail.Seen[name]}))
	w.ghost.entered("office", before, w.serverState(), detail.Seen[name])
}

// allowed ends the run unless the office was told something that a person understands.
func (w *world) allowed(err error) {
	if kind, _ := fault.Of(err); err != nil && kind != fault.Conflict && kind != fault.Invalid {
		w.fail("office: %v", err)
	}
}

func (w *world) moveStore() {
	id, to := w.someStore(), pick(w, territories)
	w.note("office: moves %s to %d", w.name(id), territoryIndex(to))
	w.must(w.server.st.MoveStore(w.ctx, id, to))
}

func territoryIndex(id uuid.UUID) int {
	for i, t := range territories {
		if t == id {
			return i
		}
	}
	return -1
}

func (w *world) grantTerritories() {
	p := pick(w, w.phones)
	var holds []uuid.UUID
	for _, t := range territories {
		if w.chance(0.5) {
			holds = append(holds, t)
		}
	}
	w.note("office: %s holds %d territories", p.name, len(holds))
	w.server.holds[p.account] = holds
	w.server.held[p.account] = append(w.server.held[p.account], holds...)
	w.must(w.server.st.SetTerritories(w.ctx, p.account, holds))
}

func (w *world) reopenServer() {
	if w.chance(0.5) {
		w.note("server: closed and opened")
		w.must(w.server.close())
		w.must(w.server.open(w.ctx))
		return
	}
	w.fault("server: killed")
	w.killServerNow()
}

var serverFiles = append([]string{"epoch.json"}, databaseFiles...)

// killServerNow ends the server's process, and starts it with what its disk held then.
func (w *world) killServerNow() {
	dir := w.folder("killed")
	w.must(copyFiles(w.server.dir, dir, serverFiles...))
	w.must(w.server.close())
	w.must(putBack(dir, w.server.dir, serverFiles...))
	w.must(os.RemoveAll(dir))
	w.must(w.server.open(w.ctx))
}

func (w *world) backUpServer() {
	w.note("server: backed up")
	dir := w.folder("backup")
	if w.rule != nil && w.rule.sameHistory {
		w.must(copyFiles(w.server.dir, dir, serverFiles...))
		w.server.backups = append(w.server.backups, dir)
		return
	}
	_, err := w.server.st.Backup(w.ctx, dir, false)
	w.must(err)
	w.server.backups = append(w.server.backups, dir)
}

// restoreServer loses the server and brings back one of its backups. The office grants again what it had granted and
// takes what it had taken: else what phones hold of it would be put aside for it to look at.
//
// Not while a double of a phone is unnoticed: what others relay of its first life, and its second life then enters
// anew under the same names, a server without its memory cannot tell apart.
func (w *world) restoreServer() {
	if len(w.server.backups) == 0 || slices.ContainsFunc(w.phones, func(p *phone) bool { return p.unnoticed }) {
		return
	}
	if w.wholeFolders {
		for _, p := range w.phones {
			p.copies = nil
		}
	}
	w.fault("server: lost and restored")
	w.must(w.server.close())
	if w.rule != nil && w.rule.sameHistory {
		w.must(putBack(pick(w, w.server.backups), w.server.dir, serverFiles...))
		w.must(w.server.open(w.ctx))
		w.afterRestore()
		return
	}
	w.must(os.Rename(w.server.dir, w.folder("lost")))
	_, err := serverstore.Restore(w.ctx, pick(w, w.server.backups), w.server.dir, false)
	w.must(err)
	w.must(w.server.open(w.ctx))
	w.afterRestore()
}

func (w *world) afterRestore() {
	for _, m := range managers {
		account := field.UserID(m.login)
		w.must(w.server.st.SetTerritories(w.ctx, account, w.server.held[account]))
		w.must(w.server.st.SetTerritories(w.ctx, account, w.server.holds[account]))
	}
	w.line.past = nil
	w.ghost.lost()
}
