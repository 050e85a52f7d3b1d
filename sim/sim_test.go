// Package sim runs phones, the office and the server for months in milliseconds: the real stores, syncer and
// handlers, over a line that loses, cuts, doubles and delays, on machines that are killed, copied and restored.
// All of it follows one seed, and after each run nothing that anyone entered may be missing, shown in vain, or
// where it does not belong.
//
//	go test ./sim -v -run TestSim -sim.seed 4711    runs one seed again and prints its trace
//	make sim SEEDS=5000                             runs many
//	make mutants                                    switches each rule off and demands that runs fail
//
// The numbers in the messages are those of the invariants:
//
//	 1 all copies in scope become equal                    world.checkScope, at rest
//	 2 a join has its laws                                 world.checkLaws, at rest, on copies of the whole run
//	 3 no write is lost, none replaced that nobody saw     ghost.check, at rest; ghost.entered, after each step
//	 4 what was replaced knowingly is not shown again      ghost.check, at rest
//	 5 what was removed stays hidden, and nothing else is    world.checkDeletes, at rest
//	 6 a vector covers the live dots                       world.read, whenever a database is looked at
//	 7 one dot, one content                                ghost.minted, after each step; world.checkDots, at rest
//	 8 own last                                            ghost.ownLast, after each step
//	 9 one winner, later than what it saw, no clock        ghost.minted, after each step; world.checkViews, at rest
//	10 cursors go on and leave nothing out                 world.afterRound and world.checkGaps, after each round
//	11 a request that comes again changes nothing          world.replay; world.sameReceipts
//	12 a receipt means durable, absence deletes nothing    world.afterRound, after each round; world.checkScope, at rest
//	13 a phone holds its territories, and no other         world.checkScope, at rest
//	14 who compares finds no difference where nothing broke  world.checkRest, at rest
//	15 no name is used by two lives, no life is split      ghost.minted, after each step; world.checkRest
//	16 after a restore all comes back that anyone holds    ghost.lost and ghost.check
//	17 an offset is durable, the bytes are those taken     world.deliver, after each answer; world.checkPhotos, at rest
//	18 on a good line all comes to rest soon               world.rest
//	19 the same seed gives the same trace                  TestTheSameSeedGivesTheSameTrace
//	20 of each write the server knows the clock            world.checkClocks, at rest
//
// The kinds of fault are listed in fault_test.go. A run leaves some out; TestSim counts them.
package sim

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/cryptotest"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"
)

var (
	seeds   = flag.Int("sim.seeds", 200, "how many seeds TestSim runs")
	first   = flag.Uint64("sim.first", 1, "the first of them")
	focus   = flag.String("sim.focus", "", "what the runs are about, see focuses")
	procs   = flag.Int("sim.procs", runtime.GOMAXPROCS(0), "how many processes share the seeds")
	tallies = flag.String("sim.tally", "", "write what came of the seeds to this file")
	stop    = flag.Bool("sim.stop", false, "stop at the first violation")
	single  = flag.Uint64("sim.seed", 0, "run this seed alone and print its trace")
)

// The length of a run.
const (
	phases = 2  // each ends at rest
	steps  = 40 // of a phase
)

func init() { gin.SetMode(gin.TestMode) }

// A result is what came of a run.
type result struct {
	violation string
	trace     []string
	writes    int
	faults    int
	kinds     map[string]int
}

// These tests share the process's source of randomness, so none is parallel.

func TestSim(t *testing.T) {
	from, n := *first, *seeds
	if *single != 0 {
		from, n = *single, 1
	}
	if *tallies != "" { // this process is one of several
		b, err := json.Marshal(runSeeds(t, from, n))
		if err == nil {
			err = os.WriteFile(*tallies, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	all := make([]tally, min(max(*procs, 1), n))
	var wg sync.WaitGroup
	for i := range all[1:] {
		mine := n * (i + 1) / len(all)
		wg.Go(func() { all[i+1] = runElsewhere(t, from+uint64(mine), n*(i+2)/len(all)-mine) })
	}
	all[0] = runSeeds(t, from, n/len(all))
	wg.Wait()
	sum := tally{Kinds: map[string]int{}}
	for _, a := range all {
		sum.Writes, sum.Faults, sum.Violations = sum.Writes+a.Writes, sum.Faults+a.Faults, sum.Violations+a.Violations
		for kind, times := range a.Kinds {
			sum.Kinds[kind] += times
		}
	}
	for _, kind := range faults {
		if fmt.Printf("%7d %s\n", sum.Kinds[kind], kind); sum.Kinds[kind] == 0 && n >= 100 && sum.Violations == 0 && *focus == "" {
			t.Errorf("no run had the fault %q", kind)
		}
	}
	fmt.Printf("sim: %d seeds, %d writes, %d faults, %d violations\n", n, sum.Writes, sum.Faults, sum.Violations)
}

// A tally is what came of several runs.
type tally struct {
	Writes, Faults, Violations int
	Kinds                      map[string]int
}

// runSeeds runs n seeds, or as many as it takes to find some violations.
func runSeeds(t *testing.T, from uint64, n int) tally {
	template := newTemplate(t)
	sum := tally{Kinds: map[string]int{}}
	for seed := from; seed < from+uint64(n); seed++ {
		r := simulate(t, template, seed, nil)
		sum.Writes, sum.Faults = sum.Writes+r.writes, sum.Faults+r.faults
		for kind, times := range r.kinds {
			sum.Kinds[kind] += times
		}
		if *single != 0 {
			fmt.Println(strings.Join(r.trace, "\n"))
		}
		if r.violation != "" {
			sum.Violations++
			t.Errorf("seed %d: %s\n%s\nagain: go test ./sim -v -run TestSim -sim.focus %q -sim.seed %d", seed, r.violation,
				strings.Join(r.trace[max(0, len(r.trace)-15):], "\n"), *focus, seed)
		}
		if sum.Violations == 5 || sum.Violations > 0 && *stop {
			break
		}
	}
	return sum
}

// runElsewhere runs seeds in a process of their own: a process has one source of randomness.
func runElsewhere(t *testing.T, from uint64, n int) (sum tally) {
	path := filepath.Join(t.TempDir(), "tally")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestSim$", "-test.timeout", "0", "-sim.first", fmt.Sprint(from),
		"-sim.seeds", fmt.Sprint(n), "-sim.focus", *focus, "-sim.tally", path, fmt.Sprint("-sim.stop=", *stop))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s", out)
	}
	b, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(b, &sum)
	}
	if err != nil {
		t.Error(err)
	}
	return sum
}

func TestTheSameSeedGivesTheSameTrace(t *testing.T) {
	template := newTemplate(t)
	for seed := uint64(1); seed < 4; seed++ {
		if a, b := simulate(t, template, seed, nil), simulate(t, template, seed, nil); !slices.Equal(a.trace, b.trace) {
			for i := range a.trace {
				if i >= len(b.trace) || a.trace[i] != b.trace[i] {
					t.Fatalf("seed %d: line %d: %q and %q", seed, i, a.trace[i], b.trace[min(i, len(b.trace)-1)])
				}
			}
			t.Fatalf("seed %d: %d and %d lines", seed, len(a.trace), len(b.trace))
		}
	}
}

// simulate runs one seed.
func simulate(t *testing.T, template string, seed uint64, r *rule) (out result) {
	t.Helper()
	inBubble(t, seed, func(ctx context.Context) {
		dir := folderInMemory(t, "run")
		defer os.RemoveAll(dir)
		time.Sleep(24 * time.Hour) // later than everything in the template
		var w *world
		defer func() {
			if w == nil {
				return
			}
			if v := recover(); v != nil {
				broken, ok := v.(violation)
				if !ok {
					w.close()
					panic(v)
				}
				out.violation = broken.text
			}
			if err := w.close(); err != nil && out.violation == "" {
				out.violation = err.Error()
			}
			out.trace, out.writes, out.faults, out.kinds = w.trace, w.ghost.made, w.faults, w.kinds
		}()
		w = newWorld(ctx, template, filepath.Join(dir, "w"), seed, r)
		for range phases {
			for range steps {
				w.step()
			}
			w.rest()
		}
	})
	return out
}

// inBubble runs fn with a clock of its own, which stands still while anything runs, and with randomness that
// follows the seed.
func inBubble(t *testing.T, seed uint64, fn func(ctx context.Context)) {
	t.Helper()
	t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
		cryptotest.SetGlobalRandom(t, seed)
		synctest.Test(t, func(t *testing.T) { fn(context.WithoutCancel(t.Context())) })
	})
}

func newTemplate(t *testing.T) string {
	t.Helper()
	dir := folderInMemory(t, "template")
	t.Cleanup(func() { os.RemoveAll(dir) })
	inBubble(t, 0, func(ctx context.Context) {
		if err := makeTemplate(ctx, dir); err != nil {
			t.Fatal(err)
		}
	})
	return dir
}

// folderInMemory makes a folder where an fsync costs nothing, if there is such a place.
func folderInMemory(t *testing.T, what string) string {
	t.Helper()
	parent := ""
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		parent = "/dev/shm"
	}
	dir, err := os.MkdirTemp(parent, "storewalk-sim-"+what+"-")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
