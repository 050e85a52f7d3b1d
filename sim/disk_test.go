package sim

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// A disk is the disk of one machine, as SQLite and the folder of photos write to it: it can fill up, its machine can
// be killed before any one write or fsync, and it knows what a power cut would leave.
type disk struct {
	dir    string
	synced map[string]*bytesAt // of each file, what the last fsync made durable
	loose  map[string][]write1 // of each file, what was written since

	photos map[string]*int64 // by name, how much of each is durable
	cut    map[string]int64  // the same when the power was cut

	left int    // operations until strike is called
	torn bool   // half of the write that is struck is done
	done func() // what happens then, once; nil when nothing is to
	full bool   // there is no room, from then on
	ops  int
}

type bytesAt struct{ b []byte }

type write1 struct {
	at   int64
	data []byte // nil: the file ends here
}

// strike lets something happen at one of the next operations: before it, or in the middle of its write.
func (d *disk) strike(after int, torn bool, happens func()) {
	d.left, d.torn, d.done = after, torn, happens
}

// calm ends what strike began, and makes room again.
func (d *disk) calm() { d.done, d.full = nil, false }

// before is called before each operation. half tells the caller to do half of it and call struck.
func (d *disk) before(writes bool) (half bool) {
	d.ops++
	if d.done == nil {
		return false
	}
	if d.left--; d.left > 0 {
		return false
	}
	if writes && d.torn {
		return true
	}
	d.struck()
	return false
}

func (d *disk) struck() {
	happens := d.done
	d.done = nil
	happens()
}

func (d *disk) wrote(path string, at int64, data []byte) {
	d.loose[path] = append(d.loose[path], write1{at, data})
}

func (d *disk) sync(path string) {
	c := d.synced[path]
	if c == nil {
		return
	}
	for _, l := range d.loose[path] {
		if l.data == nil {
			c.b = c.b[:min(int64(len(c.b)), l.at)]
			continue
		}
		if end := l.at + int64(len(l.data)); end > int64(len(c.b)) {
			c.b = append(c.b, make([]byte, end-int64(len(c.b)))...)
		}
		copy(c.b[l.at:], l.data)
	}
	d.loose[path] = d.loose[path][:0]
}

// known takes what a file holds when it is first written to for durable.
func (d *disk) known(path string) {
	if d.synced[path] != nil {
		return
	}
	b, err := os.ReadFile(path)
	if err != nil {
		b = nil
	}
	d.synced[path] = &bytesAt{b}
}

// forget is called when files were put into the folder by other means.
func (d *disk) forget() {
	d.photos = map[string]*int64{}
	d.synced, d.loose = map[string]*bytesAt{}, map[string][]write1{}
}

// cutPower makes the copy of the folder's files in to what the last fsyncs left of them.
func (d *disk) cutPower(to string, names ...string) error {
	d.cut = map[string]int64{}
	for name, size := range d.photos {
		d.cut[name] = *size
	}
	for _, name := range names {
		path := filepath.Join(d.dir, name)
		c := d.synced[path]
		if c == nil || len(d.loose[path]) == 0 {
			continue
		}
		if _, err := os.Stat(filepath.Join(to, name)); err != nil {
			continue // it was deleted
		}
		if err := os.WriteFile(filepath.Join(to, name), c.b, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// disks are those of the running world, by folder. SQLite's files find theirs here.
var disks = struct {
	sync.Mutex
	byDir  map[string]*disk
	open   map[uintptr]file   // by the address of SQLite's file
	tables map[uintptr]*table // by the address of SQLite's own
}{byDir: map[string]*disk{}, open: map[uintptr]file{}, tables: map[uintptr]*table{}}

// A file is one that SQLite has open.
type file struct {
	path string
	own  *table
}

// newDisk gives a folder a disk that is watched.
func newDisk(dir string) *disk {
	d := &disk{dir: dir}
	d.forget()
	disks.Lock()
	defer disks.Unlock()
	disks.byDir[dir] = d
	return d
}

func (d *disk) remove() {
	disks.Lock()
	defer disks.Unlock()
	if disks.byDir[d.dir] == d {
		delete(disks.byDir, d.dir)
	}
}

// find returns SQLite's file at an address and its disk, or nil when nobody watches that.
func find(address uintptr) (f file, d *disk) {
	disks.Lock()
	defer disks.Unlock()
	f = disks.open[address]
	return f, disks.byDir[filepath.Dir(f.path)]
}

// SQLite is asked to open its files through the functions below, which hand everything on to those of its own.

type (
	openFunc  = func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
	closeFunc = func(*libc.TLS, uintptr) int32
	writeFunc = func(*libc.TLS, uintptr, uintptr, int32, int64) int32
	truncFunc = func(*libc.TLS, uintptr, int64) int32
	syncFunc  = func(*libc.TLS, uintptr, int32) int32
)

// A table is what SQLite does to one kind of file, and the same with the disk in between.
type table struct {
	ours     sqlite3.Tsqlite3_io_methods
	close    closeFunc
	write    writeFunc
	truncate truncFunc
	sync     syncFunc
}

func newTable(own sqlite3.Tsqlite3_io_methods) *table {
	t := &table{ours: own, close: function[closeFunc](own.FxClose), write: function[writeFunc](own.FxWrite),
		truncate: function[truncFunc](own.FxTruncate), sync: function[syncFunc](own.FxSync)}
	t.ours.FxClose, t.ours.FxWrite = pointer(closeFile), pointer(writeFile)
	t.ours.FxTruncate, t.ours.FxSync = pointer(truncateFile), pointer(syncFile)
	return t
}

var ownOpen openFunc

func init() {
	first, err := sql.Open("sqlite", ":memory:") // the driver sets SQLite up when it opens a file
	if err == nil {
		err = errors.Join(first.Ping(), first.Close())
	}
	if err != nil {
		panic(err)
	}
	tls := libc.NewTLS()
	defer tls.Close()
	vfs := at[sqlite3.Tsqlite3_vfs](sqlite3.Xsqlite3_vfs_find(tls, 0))
	ownOpen = function[openFunc](vfs.FxOpen)
	vfs.FxOpen = pointer(openFile)
}

// at is the value that lies at an address outside of Go's memory.
func at[T any](address uintptr) *T { return *(**T)(unsafe.Pointer(&address)) }

// function and pointer turn what SQLite's translation to Go keeps of a function into one and back.
func function[F any](p uintptr) F { return *(*F)(unsafe.Pointer(&p)) }
func pointer[F any](f F) uintptr  { return *(*uintptr)(unsafe.Pointer(&f)) }

func openFile(tls *libc.TLS, vfs, name, address uintptr, flags int32, out uintptr) int32 {
	rc := ownOpen(tls, vfs, name, address, flags, out)
	if rc != sqlite3.SQLITE_OK || name == 0 || flags&(sqlite3.SQLITE_OPEN_MAIN_DB|sqlite3.SQLITE_OPEN_WAL) == 0 {
		return rc
	}
	disks.Lock()
	defer disks.Unlock()
	base, path := at[sqlite3.Tsqlite3_file](address), libc.GoString(name)
	own := disks.tables[base.FpMethods]
	if own == nil {
		own = newTable(*at[sqlite3.Tsqlite3_io_methods](base.FpMethods))
		disks.tables[base.FpMethods] = own
	}
	base.FpMethods = uintptr(unsafe.Pointer(&own.ours))
	disks.open[address] = file{path, own}
	if d := disks.byDir[filepath.Dir(path)]; d != nil {
		if info, err := os.Stat(path); err == nil && info.Size() == 0 { // a new one under an old name
			delete(d.synced, path)
			delete(d.loose, path)
		}
	}
	return rc
}

func closeFile(tls *libc.TLS, address uintptr) int32 {
	f, _ := find(address)
	disks.Lock()
	delete(disks.open, address)
	disks.Unlock()
	return f.own.close(tls, address)
}

func writeFile(tls *libc.TLS, address, data uintptr, n int32, offset int64) int32 {
	f, d := find(address)
	if d == nil {
		return f.own.write(tls, address, data, n, offset)
	}
	d.known(f.path)
	if d.before(true) {
		if rc := f.own.write(tls, address, data, n/2, offset); rc != sqlite3.SQLITE_OK {
			return rc
		}
		d.struck()
	}
	if d.full {
		return sqlite3.SQLITE_FULL
	}
	d.wrote(f.path, offset, append([]byte{}, unsafe.Slice(at[byte](data), n)...))
	return f.own.write(tls, address, data, n, offset)
}

func truncateFile(tls *libc.TLS, address uintptr, size int64) int32 {
	f, d := find(address)
	if d != nil {
		d.known(f.path)
		d.before(false)
		d.wrote(f.path, size, nil)
	}
	return f.own.truncate(tls, address, size)
}

func syncFile(tls *libc.TLS, address uintptr, flags int32) int32 {
	f, d := find(address)
	if d != nil {
		d.known(f.path)
		d.before(false)
		d.sync(f.path)
	}
	return f.own.sync(tls, address, flags)
}
