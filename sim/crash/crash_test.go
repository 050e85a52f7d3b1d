// Package crash kills the real programs: a server and phones, compiled as they are shipped, work under load and
// are killed (SIGKILL) at random moments, also while they start. It also cuts the power: what a run wrote is traced to
// the single call, and the disk is put together again as a cut at any of those calls may leave it. Whatever was
// acknowledged must be there afterwards, every database whole, and nobody taken for somebody else.
//
//	go test ./sim/crash -run TestKills -crash.seed 4711 -v
//
// The seed decides who does what and who is killed after how many answers; the machine decides what each was doing.
package crash

import (
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	serverstore "storewalk/server/store"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

var (
	seed  = flag.Uint64("crash.seed", 0, "what the run follows; 0 takes one by chance")
	cuts  = flag.Int("crash.cuts", 50, "how many power cuts TestPowerCuts makes")
	kills = flag.Int("crash.kills", 200, "how many processes TestKills kills")
)

// leastOfEach is how many of 200 kills hit the server, and how many phones, at least.
const leastOfEach = 60

const password = "correct horse"

// A world is one server and the processes of its phones.
type world struct {
	t       *testing.T
	dir     string
	seed    uint64
	rnd     *rand.Rand // of the test's goroutine
	server  *server
	desks   []*desk
	answers chan struct{} // gets a value with each command that was done, while there is room
	calm    atomic.Bool   // the faults are over
	fault   string        // what happens to it
	at      atomic.Int64  // how many of them so far
	note    func(promise) // is told of each, or nil
	workers sync.WaitGroup
}

// seedOf returns the run's seed and says it.
func seedOf(t *testing.T) uint64 {
	s := *seed
	if s == 0 {
		s = rand.Uint64N(1_000_000) + 1
	}
	fmt.Printf("crash: %s follows -crash.seed %d\n", t.Name(), s)
	return s
}

// newWorld makes a world in dir, with so many phones in each process. Nothing is on the disk yet.
func newWorld(t *testing.T, dir string, seed uint64, phones ...int) *world {
	t.Helper()
	w := &world{t: t, dir: dir, seed: seed, rnd: rand.New(rand.NewPCG(seed, 0)), answers: make(chan struct{}, 1000), fault: "kill"}
	w.server = &server{t: t, dir: filepath.Join(dir, "server")}
	for i, n := range phones {
		d := &desk{w: w}
		for j := range n {
			d.phones = append(d.phones, newPhone(w, d, fmt.Sprintf("p%d%d", i, j), []string{"west", "east"}[j%2]))
		}
		w.desks = append(w.desks, d)
	}
	return w
}

// install brings in the programs that build made, and the server's data.
func (w *world) install(bin string) {
	w.t.Helper()
	w.server.bin, w.server.addr = filepath.Join(bin, "server"), freeAddress(w.t)
	for _, d := range w.desks {
		d.bin = filepath.Join(bin, "phone")
	}
	for p := range w.phones() {
		p.write()
	}
	w.populate()
}

// programs is where build puts the two programs, or "".
var programs string

// build compiles them, once.
var build = sync.OnceValue(func() (err error) {
	if programs, err = os.MkdirTemp("", "storewalk-crash-"); err != nil {
		return err
	}
	cmd := exec.Command("go", "build", "-o", programs+"/", "storewalk/server", "storewalk/sim/phone")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
})

func TestMain(m *testing.M) {
	failed := m.Run()
	if programs != "" {
		os.RemoveAll(programs)
	}
	os.Exit(failed)
}

// built returns the folder of the two programs.
func built(t *testing.T) string {
	t.Helper()
	try(t, build())
	return programs
}

// freeAddress finds a port below those that connections take for themselves: the server comes back to it.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		ln, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 15_000+rand.IntN(15_000)))
		if err == nil {
			defer ln.Close()
			return ln.Addr().String()
		}
	}
	t.Fatal("no free port")
	return ""
}

// populate writes the server's data: two territories, and an account for each phone.
func (w *world) populate() {
	w.t.Helper()
	ctx := w.t.Context()
	st, err := serverstore.Open(ctx, w.server.dir, slog.New(slog.DiscardHandler))
	w.try(err)
	for _, slug := range []string{"west", "east"} {
		w.try(st.EnsureTerritory(ctx, slug, slug, "640402"))
	}
	for p := range w.phones() {
		p.user, err = st.AddAccount(ctx, serverstore.NewAccount{Login: p.name, Name: p.name, Role: field.RoleManager, Password: password,
			Territories: []uuid.UUID{field.TerritoryID(p.territory)}})
		w.try(err)
	}
	w.try(st.Close())
}

func (w *world) phones() func(func(*phone) bool) {
	return func(yield func(*phone) bool) {
		for _, d := range w.desks {
			for _, p := range d.phones {
				if !yield(p) {
					return
				}
			}
		}
	}
}

func (w *world) try(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%s %d: %v", w.fault, w.at.Load(), err)
	}
}

// answered waits for so many commands to be done, or for as long as a machine that does nothing needs.
func (w *world) answered(n int) {
	for len(w.answers) > 0 {
		<-w.answers
	}
	limit := time.NewTimer(2 * time.Second)
	defer limit.Stop()
	for range n {
		select {
		case <-w.answers:
		case <-limit.C:
			return
		}
	}
}

// moment lets a random time pass: a kill should hit anywhere, not only after an answer.
func (w *world) moment(most time.Duration) {
	<-time.After(time.Duration(w.rnd.Int64N(int64(most))))
}

// A victim is a process that can be killed.
type victim interface {
	kill()
	checkFiles(dir string) // those that the dead process left, copied to dir
	begin()                // starts it again
	ready()                // waits until it has started
}

func TestKills(t *testing.T) {
	t.Parallel()
	began := time.Now()
	w := newWorld(t, t.TempDir(), seedOf(t), 2, 2, 1)
	w.install(built(t))
	w.server.begin()
	w.server.ready()
	for _, d := range w.desks {
		d.begin()
	}
	for p := range w.phones() {
		p.enrol()
	}
	for p := range w.phones() {
		w.workers.Go(p.work)
	}
	killed := w.killAll()
	w.calm.Store(true)
	w.server.ready()
	w.workers.Wait()
	if t.Failed() {
		return
	}
	w.rest()
	w.check()
	if *kills >= 200 && min(killed, *kills-killed) < leastOfEach {
		t.Errorf("too few of a kind: %d of %d were the server", killed, *kills)
	}
	if t.Failed() {
		return
	}
	fmt.Printf("crash: %d kills, %s, 0 lost, %.0f s\n", *kills, w.acknowledged(), time.Since(began).Seconds())
}

// killAll kills one process after the other and starts it again. One start in three is cut short by the next kill.
func (w *world) killAll() (servers int) {
	var starting victim
	for n := 0; n < *kills && !w.t.Failed(); n++ {
		w.at.Store(int64(n + 1))
		v := starting
		if v == nil {
			w.answered(w.rnd.IntN(8))
			v = w.desks[w.rnd.IntN(len(w.desks))]
			if ahead := 2*servers - n; ahead < -20 || ahead <= 20 && w.rnd.IntN(2) == 0 {
				v = w.server
			}
		}
		w.moment(30 * time.Millisecond)
		v.kill()
		if n%10 == 9 {
			v.checkFiles(filepath.Join(w.dir, "look"))
		}
		v.begin()
		if starting = v; w.rnd.IntN(3) > 0 {
			v.ready()
			starting = nil
		}
		if v == victim(w.server) {
			servers++
		}
		if (n+1)%20 == 0 {
			fmt.Printf("crash: %d kills (%d of the server), %s\n", n+1, servers, w.acknowledged())
		}
	}
	return servers
}

// acknowledged sums up what the phones have been promised.
func (w *world) acknowledged() string {
	var sum acked
	for p := range w.phones() {
		p.mu.Lock()
		sum.add(p.acked)
		p.mu.Unlock()
	}
	return sum.String()
}
