package sim

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	phonestore "storewalk/mobile/store"
	"storewalk/mobile/syncer"
	"storewalk/server/api"
	serverstore "storewalk/server/store"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
)

const password = "correct horse"

// The places and things of every run, and who holds what at its beginning.
var (
	territories = []uuid.UUID{field.TerritoryID("west"), field.TerritoryID("east"), field.TerritoryID("north")}
	products    = []uuid.UUID{field.ProductID("6901028000001"), field.ProductID("6901028000002")}
	managers    = []struct {
		login string
		holds []int // of territories
	}{{"ma", []int{0}}, {"li", []int{0}}, {"wang", []int{1}}, {"zhao", []int{0, 1}}, {"sun", []int{1, 2}}}
)

func storeID(territory, n int) uuid.UUID { return field.StoreID(licence(territory, n)) }

func licence(territory, n int) string { return fmt.Sprintf("640402%d0000%d", territory, n) }

var quiet = slog.New(slog.DiscardHandler)

// A world is one run: a server, its phones, the line between them, and the history a person could have kept.
type world struct {
	ctx context.Context
	dir string
	rnd *rand.Rand
	profile
	rule *rule // the rule that is switched off, or nil

	server *server
	phones []*phone
	ghost  *ghost
	line   *line

	ordinals map[uuid.UUID]string
	trace    []string
	faults   int
	flipped  map[string]bool // photos of which a bit flipped on the way
	kinds    map[string]int  // of faults
	folders  int
	bad      map[uuid.UUID]bool          // what the server puts aside
	values   int                         // how many values were made up
	nested   bool                        // a step inside a request is under way
	told     int                         // differences that were found
	calm     bool                        // no faults any more
	sent     map[record.Replica][]string // a rule: the tokens that went out
	doubled  bool                        // a phone's whole folder was copied and came to life
}

// A violation is a broken invariant; it travels as a panic to the end of the run.
type violation struct{ text string }

func (w *world) fail(format string, args ...any) { panic(violation{fmt.Sprintf(format, args...)}) }

// must ends the run when something failed that never may.
func (w *world) must(err error) {
	if err != nil {
		w.fail("unexpected: %v", err)
	}
}

func (w *world) note(format string, args ...any) {
	w.trace = append(w.trace, fmt.Sprintf(format, args...))
}

// fault counts a fault of one of the kinds in faults.
func (w *world) fault(kind, format string, args ...any) {
	w.faults++
	w.kinds[kind]++
	w.note("! "+format, args...)
}

// name is a record's ordinal: ids differ from what a person could follow.
func (w *world) name(id uuid.UUID) string {
	if w.ordinals[id] == "" {
		w.ordinals[id] = fmt.Sprintf("r%d", len(w.ordinals)+1)
	}
	return w.ordinals[id]
}

func (w *world) chance(p float64) bool { return p > 0 && w.rnd.Float64() < p }

func pick[T any](w *world, from []T) T { return from[w.rnd.IntN(len(from))] }

// folder returns the path of a new folder, not made yet.
func (w *world) folder(what string) string {
	w.folders++
	return filepath.Join(w.dir, fmt.Sprintf("%s-%d", what, w.folders))
}

// A database is an open file of a phone or the server, with a connection to look into it.
type database struct {
	dir  string
	look *sql.DB
	disk *disk
}

func (d *database) db() (*sql.DB, error) {
	if d.look == nil {
		look, err := sql.Open("sqlite", "file:"+filepath.Join(d.dir, "storewalk.db")+"?mode=ro&_pragma=busy_timeout(5000)")
		if err != nil {
			return nil, err
		}
		look.SetMaxOpenConns(1)
		d.look = look
	}
	return d.look, nil
}

func (d *database) stopLooking() error {
	if d.look == nil {
		return nil
	}
	look := d.look
	d.look = nil
	return look.Close()
}

// A server is the office's machine.
type server struct {
	database
	st      *serverstore.Store
	handler http.Handler
	backups []string                  // folders of Backup
	standby []string                  // folders of copies that a second machine took of the running one's files
	killed  string                    // folder of what the disk held when the server was killed in the middle of something
	life    int                       // how many histories ended
	holds   map[uuid.UUID][]uuid.UUID // the territories of each account
	held    map[uuid.UUID][]uuid.UUID // those that it ever had
}

func (s *server) open(ctx context.Context) (err error) {
	if s.st, err = serverstore.Open(ctx, s.dir, quiet); err != nil {
		return err
	}
	if s.disk != nil {
		s.st.Blobs.Through = s.disk.through
	}
	engine := gin.New()
	api.New(s.st, quiet).Register(engine)
	s.handler = engine
	return nil
}

func (s *server) close() error {
	if s.st == nil {
		return nil
	}
	st := s.st
	s.st, s.handler = nil, nil
	return errors.Join(s.stopLooking(), st.Close())
}

// A phone is one device folder and, while the app runs, its store and syncer.
type phone struct {
	database
	name     string
	account  uuid.UUID
	st       *phonestore.Store
	sync     *syncer.Syncer
	pages    map[string]phonestore.Seen  // what the person was shown and may act on later
	glimpses map[uuid.UUID]record.Record // of photos and notes
	copies   []phoneCopy
	opens    int              // how often it was opened
	killed   string           // folder of what the disk held when the phone was killed in the middle of something
	busy     bool             // a round is under way
	skew     atomic.Int64     // how far its clock is ahead, time.Duration
	life     int              // how often an older copy or a clone of it came to life
	cursors  map[string]int64 // highest seen, by territory and epoch
	// It has a double with the same identity, and has not met the server since.
	unnoticed bool

	hidden bool           // a rule: the last push lacked a record
	asks   []wire.BlobAsk // a rule: the photos last asked about
}

// A phoneCopy is an older state of a phone's files.
type phoneCopy struct {
	dir     string
	replica record.Replica
	counter uint64
	opens   int
	said    uint64 // how often it was opened, as the database says
}

func (w *world) openPhone(p *phone) { w.must(w.tryOpenPhone(p)) }

func (w *world) tryOpenPhone(p *phone) error {
	if p.disk == nil {
		p.disk = newDisk(p.dir)
	}
	p.opens++
	st, err := phonestore.OpenBy(w.ctx, p.dir, p.wall, p.boot)
	if err != nil {
		return err
	}
	p.st, p.pages, p.glimpses = st, map[string]phonestore.Seen{}, map[uuid.UUID]record.Record{}
	p.sync = syncer.New(st, "sim", quiet)
	p.sync.WrapTransport(func(*http.Transport) http.RoundTripper { return trip{w, p} })
	return nil
}

// wall is what the phone's clock shows, and boot the one that nobody sets: a phone is never started anew.
func (p *phone) wall() time.Time { return time.Now().Add(time.Duration(p.skew.Load())) }
func (p *phone) boot() phonestore.Boot {
	return phonestore.Boot{ID: p.name, MS: time.Now().UnixMilli()}
}

func (p *phone) close() error {
	if p.st == nil {
		return nil
	}
	st := p.st
	p.st, p.sync = nil, nil
	return errors.Join(p.stopLooking(), st.Close())
}

// newWorld puts the template's server and some of its phones under dir.
func newWorld(ctx context.Context, template, dir string, seed uint64, r *rule) *world {
	w := &world{ctx: ctx, dir: dir, rnd: rand.New(rand.NewPCG(seed, 0x5704e)), rule: r, ordinals: map[uuid.UUID]string{}, kinds: map[string]int{}, flipped: map[string]bool{}, bad: map[uuid.UUID]bool{}}
	w.profile = newProfile(w.rnd)
	if r != nil && r.profile != nil {
		r.profile(&w.profile)
	}
	focuses[*focus](&w.profile)
	w.line = &line{}
	w.server = &server{database: database{dir: filepath.Join(dir, "server")}, holds: map[uuid.UUID][]uuid.UUID{}, held: map[uuid.UUID][]uuid.UUID{}}
	w.must(os.CopyFS(w.server.dir, os.DirFS(filepath.Join(template, "server"))))
	w.server.disk = newDisk(w.server.dir)
	w.must(w.server.open(ctx))
	for _, m := range managers {
		for _, t := range m.holds {
			account := field.UserID(m.login)
			w.server.holds[account] = append(w.server.holds[account], territories[t])
			w.server.held[account] = append(w.server.held[account], territories[t])
		}
	}
	for _, m := range managers[:3+w.rnd.IntN(len(managers)-2)] {
		p := &phone{database: database{dir: filepath.Join(dir, m.login)}, name: m.login, account: field.UserID(m.login), cursors: map[string]int64{}}
		w.must(os.CopyFS(p.dir, os.DirFS(filepath.Join(template, m.login))))
		w.openPhone(p)
		w.phones = append(w.phones, p)
	}
	w.ghost = newGhost(w)
	return w
}

func (w *world) close() error {
	var errs []error
	for _, p := range w.phones {
		errs = append(errs, p.close())
		p.disk.remove()
	}
	defer w.server.disk.remove()
	return errors.Join(append(errs, w.server.close())...)
}

// makeTemplate makes a server with stores and accounts, and a signed-in phone for each, all at rest. Every run
// begins with a copy: hashing the passwords alone would take longer than a run.
func makeTemplate(ctx context.Context, dir string) error {
	s := &server{database: database{dir: filepath.Join(dir, "server")}}
	if err := s.open(ctx); err != nil {
		return err
	}
	defer s.close()
	for t, slug := range []string{"west", "east", "north"} {
		if err := s.st.EnsureTerritory(ctx, slug, slug, "640402"); err != nil {
			return err
		}
		var stores []field.Store
		for n := range 2 {
			stores = append(stores, field.Store{LicenceNo: licence(t, n), Name: fmt.Sprint("店", slug, n), Phone: "0954-1", Grade: 5})
		}
		if _, _, _, err := s.st.ImportStores(ctx, territories[t], stores); err != nil {
			return err
		}
	}
	var all []field.Product
	for _, n := range []string{"1", "2"} {
		all = append(all, field.Product{Code: "690102800000" + n, Name: "烟" + n, PriceClass: 2, GuidePriceFen: 2500, Status: "normal"})
	}
	if _, _, _, err := s.st.ImportProducts(ctx, all); err != nil {
		return err
	}
	w := &world{ctx: ctx, line: &line{}, server: s, calm: true, rnd: rand.New(rand.NewPCG(0, 0))}
	for _, m := range managers {
		var holds []uuid.UUID
		for _, t := range m.holds {
			holds = append(holds, territories[t])
		}
		if _, err := s.st.AddAccount(ctx, serverstore.NewAccount{Login: m.login, Name: "经理" + m.login, Role: field.RoleManager,
			Password: password, Territories: holds}); err != nil {
			return err
		}
	}
	for _, m := range managers {
		p := &phone{database: database{dir: filepath.Join(dir, m.login)}, name: m.login}
		w.openPhone(p)
		err := p.sync.Enrol(ctx, "http://server", m.login, password, m.login)
		for range 2 {
			if err == nil {
				err = p.sync.Round(ctx)
			}
		}
		if err := errors.Join(err, p.close()); err != nil {
			return err
		}
	}
	return nil
}

// The files of a folder that a copy takes: the database alone, or with what says whose it is.
var (
	databaseFiles = []string{"storewalk.db", "storewalk.db-wal"}
	identityFiles = []string{"identity.json", "device.key", "lock"}
)

// copyFiles copies files between folders; one that is not there is removed from the copy.
func copyFiles(from, to string, names ...string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join(from, name))
		if errors.Is(err, fs.ErrNotExist) {
			err = os.Remove(filepath.Join(to, name))
			if errors.Is(err, fs.ErrNotExist) {
				err = nil
			}
		} else if err == nil {
			err = os.WriteFile(filepath.Join(to, name), b, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// putBack makes the folder's database the one that a copy holds.
func putBack(from, to string, names ...string) error {
	err := os.Remove(filepath.Join(to, "storewalk.db-shm"))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, copyFiles(from, to, names...))
}

// tick makes each step happen at a time of its own, so that a write is known by its content.
func (w *world) tick() { time.Sleep(time.Duration(1+w.rnd.IntN(2000)) * time.Millisecond) }
