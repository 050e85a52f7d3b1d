package crash

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sector is how many bytes a disk writes in one piece.
const sector = 512

// A disk follows what a run wrote, and can tell what a power cut may leave of it:
//
//   - of a file's content, all that was written before its last fsync, and of what was written since anything: nothing, all,
//     the beginning, or single sectors in any order, with zeros where the file became longer around what is missing;
//   - of a folder's names, all up to its last fsync, and of what was done to them since, the beginning. A rename from one
//     folder to another is done in both or in none. That a file's content was synced says nothing about its name.
//
// It does not model disks that lie about an fsync, that damage what lies beside a sector being written, or that rot.
type disk struct {
	root  string
	now   map[string]*file // what the programs see
	kept  map[string]*file // what a cut leaves at least
	moves []move           // of names, since they were made to last
}

// A file is a file's content, or a folder's place.
type file struct {
	folder  bool
	kept    []byte
	pending []op // writes, truncates and grows not synced
}

// A move is one change of names. file is what appears at to; nothing appears where to is "".
type move struct {
	seq      int
	from, to string
	file     *file
}

func newDisk(root string) *disk {
	return &disk{root: root, now: map[string]*file{}, kept: map[string]*file{}}
}

// do follows one call.
func (d *disk) do(o op) {
	f := d.now[o.path]
	switch o.what {
	case "create", "mkdir":
		if f == nil {
			d.move(move{o.seq, "", o.path, &file{folder: o.what == "mkdir"}})
		}
	case "rename":
		d.move(move{o.seq, o.path, o.to, f})
	case "unlink":
		d.move(move{o.seq, o.path, "", nil})
	case "write", "truncate", "grow":
		if f != nil && (o.what == "write" || o.at > 0 || len(f.kept)+len(f.pending) > 0) {
			f.pending = append(f.pending, o)
		}
	case "sync":
		if f == nil || f.folder { // the root was not made in the run
			d.keepNames(o)
			return
		}
		later := slices.IndexFunc(f.pending, func(w op) bool { return w.seq >= o.since })
		if later < 0 {
			later = len(f.pending)
		}
		for _, w := range f.pending[:later] {
			f.kept = apply(f.kept, w)
		}
		f.pending = f.pending[later:]
	}
}

func (d *disk) move(m move) {
	m.do(d.now)
	d.moves = append(d.moves, m)
}

func (m move) do(names map[string]*file) {
	delete(names, m.from)
	if m.to != "" {
		names[m.to] = m.file
	}
}

// folders are those whose names the move changes.
func (m move) folders() (out []string) {
	for _, path := range []string{m.from, m.to} {
		if path != "" {
			out = append(out, filepath.Dir(path))
		}
	}
	return out
}

// keepNames makes the names of a folder last, and with them whatever in other folders must have come before.
func (d *disk) keepNames(o op) {
	last := map[string]bool{o.path: true}
	var left []move
	for _, m := range slices.Backward(d.moves) {
		if m.seq < o.since && slices.ContainsFunc(m.folders(), func(f string) bool { return last[f] }) {
			for _, f := range m.folders() {
				last[f] = true
			}
			defer m.do(d.kept) // the last one deferred is the first one done
			continue
		}
		left = append(left, m)
	}
	slices.Reverse(left)
	d.moves = left
}

// apply does one write to a content.
func apply(b []byte, w op) []byte {
	if w.what != "write" {
		if more := w.at - int64(len(b)); more > 0 {
			return append(b, make([]byte, more)...)
		}
		if w.what == "truncate" {
			b = b[:w.at]
		}
		return b
	}
	if end := w.at + int64(len(w.data)); end > int64(len(b)) {
		b = append(b, make([]byte, end-int64(len(b)))...)
	}
	copy(b[w.at:], w.data)
	return b
}

// A loss is how much of what was not synced a cut takes.
type loss int

const (
	nothing   loss = iota // the machine had no cut
	all                   // of what was not synced
	end                   // all after some moment, which may be in the middle of a write
	scattered             // single sectors
	losses
)

// left tells what a cut leaves below the folder from: the content of each file, and nil for a folder.
func (d *disk) left(rnd *rand.Rand, l loss, from string) map[string][]byte {
	names, out := d.now, map[string][]byte{}
	if l != nothing {
		names = d.namesLeft(rnd, l)
	}
	for _, path := range slices.Sorted(maps.Keys(names)) { // in order, so that the same chance takes the same
		rest, below := strings.CutPrefix(path, from+"/")
		switch f := names[path]; {
		case !below || !d.held(names, path):
		case f.folder:
			out[rest] = nil
		default:
			out[rest] = append([]byte{}, f.left(rnd, l)...)
		}
	}
	return out
}

// write puts what a cut leaves below the folder from into the folder to.
func (d *disk) write(t *testing.T, rnd *rand.Rand, l loss, from, to string) {
	t.Helper()
	try(t, os.MkdirAll(to, 0o700))
	files := d.left(rnd, l, from)
	for _, name := range slices.Sorted(maps.Keys(files)) { // folders before what is in them
		if b := files[name]; b == nil {
			try(t, os.Mkdir(filepath.Join(to, name), 0o700))
		} else {
			try(t, os.WriteFile(filepath.Join(to, name), b, 0o600))
		}
	}
}

func try(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// held reports whether all folders on the way to path are there.
func (d *disk) held(names map[string]*file, path string) bool {
	for dir := filepath.Dir(path); dir != d.root; dir = filepath.Dir(dir) {
		if f := names[dir]; f == nil || !f.folder {
			return false
		}
	}
	return true
}

func (d *disk) namesLeft(rnd *rand.Rand, l loss) map[string]*file {
	names, lost := maps.Clone(d.kept), map[string]bool{}
	for _, m := range d.moves {
		gone := l == all || rnd.IntN(4) == 0 || slices.ContainsFunc(m.folders(), func(f string) bool { return lost[f] })
		if gone {
			for _, f := range m.folders() {
				lost[f] = true
			}
			continue
		}
		m.do(names)
	}
	return names
}

func (f *file) left(rnd *rand.Rand, l loss) []byte {
	b := slices.Clone(f.kept)
	pending := f.pending
	switch l {
	case all:
		return b
	case end:
		pending = pending[:rnd.IntN(len(pending)+1)]
		if n := len(pending); n > 0 && pending[n-1].what == "write" {
			torn := pending[n-1]
			torn.data = torn.data[:rnd.IntN(len(torn.data)+1)]
			pending = append(slices.Clone(pending[:n-1]), torn)
		}
	}
	for _, w := range pending {
		if l != scattered || w.what != "write" {
			b = apply(b, w)
			continue
		}
		for len(w.data) > 0 {
			piece := w
			n := min(sector-w.at%sector, int64(len(w.data)))
			piece.data, w.data, w.at = w.data[:n], w.data[n:], w.at+n
			if rnd.IntN(2) == 0 {
				b = apply(b, piece)
			}
		}
	}
	return b
}
