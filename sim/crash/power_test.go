package crash

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	phonestore "storewalk/mobile/store"
	"storewalk/mobile/syncer"
	"storewalk/server/api"
	serverstore "storewalk/server/store"
	"storewalk/shared/durable"
	"storewalk/shared/fault"
	"storewalk/shared/record"
	"storewalk/sim/drive"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
)

// stageVariable makes TestStage play in the folder it names, with the programs and the seed that follow it.
const stageVariable = "STOREWALK_CRASH_STAGE"

// steps is how much each phone does on the stage.
const steps = 40

// machines are the folders on the stage: what one power cut concerns. promisesFile beside them has a line for each
// thing that was promised.
var machines = []string{"server", "p00", "p10"}

const promisesFile = "promises"

func init() { gin.SetMode(gin.TestMode) }

// An enrolment says who a phone is.
type enrolment struct {
	Phone   string
	Replica record.Replica
	User    uuid.UUID
}

// TestStage is not a test but the run that TestPowerCuts traces: the real programs, and nobody is killed.
func TestStage(t *testing.T) {
	dir := os.Getenv(stageVariable)
	if dir == "" {
		t.Skip("started by TestPowerCuts")
	}
	seed, err := strconv.ParseUint(os.Getenv(stageVariable+"_SEED"), 10, 64)
	try(t, err)
	w := newWorld(t, dir, seed, 1, 1)
	for _, folder := range machines { // a machine has its folder before the app is installed
		try(t, os.Mkdir(filepath.Join(dir, folder), 0o700))
	}
	try(t, durable.Sync(dir))
	w.install(os.Getenv(stageVariable + "_BIN"))
	promises, err := os.Create(filepath.Join(dir, promisesFile))
	try(t, err)
	defer promises.Close()
	var mu sync.Mutex
	say := func(v any) {
		mu.Lock()
		defer mu.Unlock()
		if err := json.NewEncoder(promises).Encode(v); err != nil {
			t.Error(err)
		}
	}
	w.note = func(m promise) { say(m) }
	w.server.begin()
	w.server.ready()
	for _, d := range w.desks {
		d.begin()
	}
	for p := range w.phones() {
		p.enrol()
		say(enrolment{p.name, p.replica, p.user})
	}
	for range 2 {
		for p := range w.phones() {
			w.workers.Go(p.act)
		}
		w.workers.Wait()
		w.server.end() // closes the database: its log is written back and removed
		w.server.begin()
		w.server.ready()
	}
	for _, d := range w.desks {
		w.try(d.last.End())
	}
	w.server.end()
}

// act is work without anybody who is killed.
func (p *phone) act() {
	for range steps / 2 {
		switch n := p.rnd.IntN(100); {
		case n < 30:
			p.load()
		case n < 60 && !p.owes:
			p.edit()
		case n < 70:
			p.photograph()
		case n < 75:
			if _, err := p.do(drive.Command{Cmd: "close"}); err != nil {
				p.fail("%v", err)
			}
			p.reopen()
		default:
			p.sync()
		}
	}
}

func TestPowerCuts(t *testing.T) {
	t.Parallel()
	began, seed, dir := time.Now(), seedOf(t), t.TempDir()
	exe, err := os.Executable()
	try(t, err)
	cmd := exec.CommandContext(t.Context(), exe, "-test.run", "^TestStage$")
	cmd.Env = append(os.Environ(), stageVariable+"="+dir, stageVariable+"_BIN="+built(t), fmt.Sprintf("%s_SEED=%d", stageVariable, seed))
	ops := traced(t, dir, cmd)
	var syncs []int
	for i, o := range ops {
		if o.what == "sync" {
			syncs = append(syncs, i)
		}
	}
	rnd := rand.New(rand.NewPCG(seed, 1))
	var at []int // the calls before which the power goes: half of them an fsync, which has then done nothing yet
	for i := range *cuts {
		if i%2 == 0 {
			at = append(at, syncs[rnd.IntN(len(syncs))])
		} else {
			at = append(at, rnd.IntN(len(ops)))
		}
	}
	slices.Sort(at)
	fmt.Printf("crash: %d calls traced, %d of them syncs, %.0f s\n", len(ops), len(syncs), time.Since(began).Seconds())
	d := newDisk(dir)
	promised := 0
	for i, o := range ops {
		for len(at) > 0 && at[0] == i && !t.Failed() {
			at = at[1:]
			promised += cut(t, d, rnd, seed, i)
			if n := *cuts - len(at); n%20 == 0 {
				fmt.Printf("crash: %d power cuts, %d promises kept\n", n, promised)
			}
		}
		d.do(o)
	}
	if t.Failed() {
		return
	}
	fmt.Printf("crash: %d power cuts, %d promises looked for, 0 lost, %.0f s\n", *cuts, promised, time.Since(began).Seconds())
}

// cut takes the power of one machine or of all, starts them again, and looks whether every promise is kept. It returns
// how many there were.
func cut(t *testing.T, d *disk, rnd *rand.Rand, seed uint64, at int) (promised int) {
	t.Helper()
	dir := t.TempDir()
	defer os.RemoveAll(dir)
	w := newWorld(t, dir, seed, 1, 1)
	w.at.Store(int64(at))
	victims := machines
	w.fault = "power cut of all at call"
	if n := rnd.IntN(len(victims) + 1); n < len(victims) {
		w.fault = "power cut of " + victims[n] + " at call"
		victims = victims[n : n+1]
	}
	how := all + loss(rnd.IntN(int(losses-all)))
	for _, machine := range machines {
		l := nothing
		if slices.Contains(victims, machine) {
			l = how
		}
		d.write(t, rnd, l, filepath.Join(d.root, machine), filepath.Join(dir, machine))
	}
	enrolled := w.remember(d)
	w.recover(enrolled)
	for _, desk := range w.desks {
		desk.phones = slices.DeleteFunc(desk.phones, func(p *phone) bool { return !enrolled[p.name] })
	}
	if len(enrolled) > 0 && !t.Failed() {
		w.check()
	}
	for p := range w.phones() {
		promised += len(p.acked.records) + len(p.acked.edits) + p.acked.photos
	}
	return promised
}

// remember reads what was promised before the cut: whoever was promised it has not lost his memory.
func (w *world) remember(d *disk) (enrolled map[string]bool) {
	w.t.Helper()
	enrolled = map[string]bool{}
	f := d.now[filepath.Join(d.root, promisesFile)]
	if f == nil {
		return enrolled
	}
	lines := json.NewDecoder(bytes.NewReader(f.left(nil, nothing)))
	for lines.More() {
		var line struct {
			promise
			enrolment
		}
		var raw json.RawMessage
		w.try(lines.Decode(&raw))
		w.try(json.Unmarshal(raw, &line.promise))
		w.try(json.Unmarshal(raw, &line.enrolment))
		for p := range w.phones() {
			switch {
			case p.name != line.promise.Phone:
			case line.Replica != record.Replica{}:
				p.replica, p.user = line.Replica, line.User
				enrolled[p.name] = true
			default:
				p.promised(line.promise)
			}
		}
	}
	return enrolled
}

// recover starts all machines again and lets the phones sync until nothing moves.
func (w *world) recover(enrolled map[string]bool) {
	w.t.Helper()
	ctx, quiet := context.WithoutCancel(w.t.Context()), slog.New(slog.DiscardHandler)
	for _, machine := range machines {
		if _, err := os.Stat(filepath.Join(w.dir, machine, "storewalk.db")); err == nil {
			checkCopy(w.t, filepath.Join(w.dir, machine), filepath.Join(w.dir, "look"))
		}
	}
	if w.t.Failed() {
		w.t.Fatalf("%s %d", w.fault, w.at.Load())
	}
	st, err := serverstore.Open(ctx, w.server.dir, quiet)
	w.try(err)
	engine := gin.New()
	api.New(st, quiet).Register(engine)
	srv := httptest.NewServer(engine)
	var syncers []*syncer.Syncer
	var phones []*phonestore.Store
	for p := range w.phones() {
		phone, err := phonestore.Open(ctx, p.dir)
		w.try(err)
		phones = append(phones, phone)
		if !enrolled[p.name] {
			continue
		}
		w.checkReceipts(p)
		account, _, err := phone.Account(ctx)
		w.try(err)
		account.Server = srv.URL
		w.try(phone.SignIn(ctx, account))
		syncers = append(syncers, syncer.New(phone, "storewalk crash", quiet))
	}
	for range 3 { // what a power cut made of the bytes of a photo's part is found by their hash, and they are sent again
		for _, s := range syncers {
			if err := s.Round(ctx); !fault.Is(err, "blob.corrupt") {
				w.try(err)
			}
		}
	}
	for _, s := range syncers {
		w.try(s.Round(ctx))
	}
	srv.Close()
	for _, phone := range phones {
		w.try(phone.Close())
	}
	w.try(st.Close())
}

// checkReceipts looks whether the server has what it gave this phone a receipt for, before they talk again.
func (w *world) checkReceipts(p *phone) {
	w.t.Helper()
	server, phone := w.records(w.server.dir, `SELECT body FROM record`), w.records(p.dir, `SELECT body FROM record WHERE version IS acked`)
	for id, r := range phone {
		if !server[id].Context().Covers(r.Context()) {
			p.fail("it has a receipt for %s %s, which the server does not have", r.Type, id)
		}
	}
	w.wholePhotos(w.open(p.dir), `SELECT sha256 FROM upload WHERE done_ms > 0`)
}

func (w *world) records(dir, query string) map[uuid.UUID]record.Record {
	w.t.Helper()
	rows, err := w.open(dir).QueryContext(w.t.Context(), query)
	w.try(err)
	defer rows.Close()
	out := map[uuid.UUID]record.Record{}
	for rows.Next() {
		var body []byte
		w.try(rows.Scan(&body))
		r, err := record.Decode(body)
		w.try(err)
		out[r.ID] = r
	}
	w.try(rows.Err())
	return out
}
