package sim

import (
	"fmt"
	"os"
	"path/filepath"

	"storewalk/mobile/identity"
)

// rollbackPhone takes a copy of a phone's files, or brings one back.
func (w *world) rollbackPhone(p *phone) {
	if len(p.copies) == 0 || w.chance(0.5) {
		w.copyPhone(p)
		return
	}
	from := pick(w, p.copies)
	files := databaseFiles
	switch {
	case w.wholeFolders:
		files = append(identityFiles, files...)
		w.fault(rolledBack, "%s: an older copy of the whole folder comes back", p.name)
	case w.chance(0.5):
		w.fault(rolledBack, "%s: an older copy of the database comes back, the identity file is gone", p.name)
		w.must(os.Remove(filepath.Join(p.dir, "identity.json")))
	case w.ghost.sent[from.replica] > from.counter:
		w.fault(rolledBack, "%s: an older copy of the database comes back, and a power cut took the mark", p.name)
		w.must(os.Truncate(filepath.Join(p.dir, "lock"), 0))
	default:
		w.fault(rolledBack, "%s: an older copy of the database comes back", p.name)
	}
	w.bringBack(p, from, files)
}

func (w *world) copyPhone(p *phone) {
	w.note("%s: copied", p.name)
	c := phoneCopy{dir: w.folder("copy"), opens: p.opens}
	c.replica, c.counter = w.replica(p)
	c.said = uint64(w.number(&p.database, `SELECT opens FROM replica`))
	w.must(copyFiles(p.dir, c.dir, append(identityFiles, databaseFiles...)...))
	p.copies = append(p.copies, c)
}

// bringBack opens a phone with files of a copy.
func (w *world) bringBack(p *phone, from phoneCopy, files []string) {
	replica, counter := w.replica(p)
	w.must(p.close())
	w.must(putBack(from.dir, p.dir, files...))
	p.disk.forget()
	p.life++
	if from.opens+4 > p.opens && from.replica == replica && from.counter == counter { // it lacks no write, and may not know what it lacks
		w.ghost.lives[replica] = fmt.Sprint(p.name, " ", p.life)
	}
	file, err := identity.Read(filepath.Join(p.dir, "identity.json"))
	w.must(err)
	w.openPhone(p)
	if now, _ := w.replica(p); now == from.replica && !w.wholeFolders && from.said+1 >= file.Opens { // it could not know
		w.ghost.back[now] = from.counter
	}
	w.doubled = w.doubled || w.wholeFolders
	p.unnoticed = w.wholeFolders
	p.cursors = map[string]int64{}
	w.ghost.lost()
}

// clonePhone makes a second phone of the first one's files.
func (w *world) clonePhone(p *phone) {
	if len(w.phones) > len(managers) {
		return
	}
	q := &phone{database: database{dir: w.folder("clone")}, name: fmt.Sprintf("%s~%d", p.name, len(w.phones)), account: p.account, cursors: map[string]int64{}}
	files := databaseFiles
	if w.wholeFolders {
		files = append(identityFiles, files...)
	} else if w.chance(0.3) {
		files = append([]string{"identity.json"}, files...)
	}
	w.fault(cloned, "%s: cloned as %s, %d files", p.name, q.name, len(files))
	w.must(copyFiles(p.dir, q.dir, files...))
	w.must(os.CopyFS(filepath.Join(q.dir, "photos"), os.DirFS(filepath.Join(p.dir, "photos"))))
	w.openPhone(q)
	w.doubled = w.doubled || w.wholeFolders
	p.unnoticed, q.unnoticed = w.wholeFolders, w.wholeFolders
	w.phones = append(w.phones, q)
}
