package sim

import (
	"encoding/json"
	"os"
	"path/filepath"
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
		w.office(func() error { return w.server.st.Settle(w.ctx, supervisor, c.Record, c.Field, value, c.Seen) })
		w.ghost.entered("the office", w.server.life, before, w.serverState(), c.Seen)
		return
	}
	id, name := w.someStore(), pick(w, field.EditableStoreFields)
	detail, err := w.server.st.StoreByID(w.ctx, id)
	w.must(err)
	w.note("office: edits %s.%s", w.name(id), name)
	edit := serverstore.StoreEdit{Field: name, Text: w.text(), Seen: detail.Seen[name]}
	w.office(func() error { return w.server.st.EditStore(w.ctx, supervisor, id, edit) })
	w.ghost.entered("the office", w.server.life, before, w.serverState(), detail.Seen[name])
}

// office does something on the server's machine, whatever becomes of it, and ends the run unless the office was told
// something that a person understands.
func (w *world) office(do func() error) (done bool) {
	safe := w.endangerServer()
	err := do()
	safe()
	if w.server.killed != "" {
		w.reviveServer()
		return false
	}
	if kind, code := fault.Of(err); err != nil && kind != fault.Conflict && kind != fault.Invalid && code != "disk.full" && code != "backup.no_room" {
		w.fail("office: %v", err)
	}
	return err == nil
}

func (w *world) moveStore() {
	id, to := w.someStore(), pick(w, territories)
	w.note("office: moves %s to %d", w.name(id), territoryIndex(to))
	w.office(func() error { return w.server.st.MoveStore(w.ctx, id, to) })
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
	w.office(func() error { return w.server.st.SetTerritories(w.ctx, p.account, holds) })
}

func (w *world) reopenServer() {
	if w.chance(0.5) {
		w.note("server: closed and opened")
		safe := w.endangerServer()
		err := w.server.close()
		if err == nil && w.server.killed == "" {
			err = w.server.open(w.ctx)
		}
		safe()
		switch {
		case w.server.killed != "":
			w.reviveServer()
		case err != nil:
			w.noRoom(err)
			w.must(w.server.open(w.ctx))
		}
		return
	}
	w.fault(serverKilled, "server: killed")
	w.killServerNow()
}

var serverFiles = append([]string{"epoch.json"}, databaseFiles...)

// killServerNow ends the server's process, and starts it with what its disk held then.
func (w *world) killServerNow() {
	w.snapshotServer()
	w.reviveServer()
}

// snapshotServer takes what the disk holds at the moment when the server's process ends.
func (w *world) snapshotServer() {
	w.server.killed = w.folder("killed")
	w.must(copyFiles(w.server.dir, w.server.killed, serverFiles...))
}

func (w *world) reviveServer() {
	w.must(w.server.close())
	w.must(putBack(w.server.killed, w.server.dir, serverFiles...))
	w.must(w.server.disk.losePhotos())
	w.server.disk.forget()
	w.must(os.RemoveAll(w.server.killed))
	w.server.killed = ""
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
	if w.office(func() error { _, err := w.server.st.Backup(w.ctx, dir, false); return err }) {
		w.server.backups = append(w.server.backups, dir)
	}
}

// copyServer lets a second machine take a copy of the running server's files, as a replica that lags behind does.
func (w *world) copyServer() {
	w.note("server: copied")
	dir := w.folder("standby")
	w.must(copyFiles(w.server.dir, dir, serverFiles...))
	w.must(os.CopyFS(filepath.Join(dir, "photos"), os.DirFS(filepath.Join(w.server.dir, "photos"))))
	w.server.standby = append(w.server.standby, dir)
}

// restoreServer loses the server and brings back one of its backups or copies. The office grants again what it had
// granted and takes what it had taken: else what phones hold of it would be put aside for it to look at.
//
// Not while a double of a phone is unnoticed: what others relay of its first life, and its second life then enters
// anew under the same names, a server without its memory cannot tell apart.
func (w *world) restoreServer() {
	if len(w.server.backups)+len(w.server.standby) == 0 || slices.ContainsFunc(w.phones, func(p *phone) bool { return p.unnoticed }) {
		return
	}
	if w.wholeFolders {
		for _, p := range w.phones {
			p.copies = nil
		}
	}
	before := w.epoch()
	w.must(w.server.close())
	i := w.rnd.IntN(len(w.server.backups) + len(w.server.standby))
	switch {
	case i < len(w.server.backups) && (w.rule == nil || !w.rule.sameHistory):
		w.fault(restored, "server: lost and restored")
		w.must(os.Rename(w.server.dir, w.folder("lost")))
		_, err := serverstore.Restore(w.ctx, w.server.backups[i], w.server.dir, false)
		w.must(err)
	case i < len(w.server.backups):
		w.fault(restored, "server: lost and restored")
		w.must(putBack(w.server.backups[i], w.server.dir, serverFiles...))
	case w.chance(0.5):
		w.fault(failedOver, "server: lost, and a copy takes its place")
		from := w.server.standby[i-len(w.server.backups)]
		w.must(os.Rename(w.server.dir, w.folder("lost")))
		w.must(copyFiles(from, w.server.dir, databaseFiles...))
		w.must(os.CopyFS(filepath.Join(w.server.dir, "photos"), os.DirFS(filepath.Join(from, "photos"))))
	default:
		w.fault(serverBack, "server: an older copy of its database comes back")
		w.must(putBack(w.server.standby[i-len(w.server.backups)], w.server.dir, databaseFiles...))
	}
	w.server.disk.forget()
	w.must(w.server.open(w.ctx))
	if w.epoch() != before { // else the copy was not older
		w.server.life++
	}
	w.afterRestore()
}

func (w *world) epoch() (epoch string) {
	db, err := w.server.db()
	w.must(err)
	w.must(db.QueryRowContext(w.ctx, `SELECT epoch FROM replica`).Scan(&epoch))
	return epoch
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
