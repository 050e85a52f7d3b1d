// Package sim runs phones, the office and the server for months in milliseconds: the real stores, syncer and
// handlers, over a line that loses, cuts, doubles and delays, on machines that are killed, copied and restored.
// All of it follows one seed, and after each run nothing that anyone entered may be missing, shown in vain, or
// where it does not belong. The numbers in the messages are those of the invariants in docs/protocol.md.
//
//	go test ./sim -run TestSim -sim.seed 4711 -v    runs one seed again and prints its trace
package sim

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/cryptotest"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"
)

var (
	seeds  = flag.Int("sim.seeds", 100, "how many seeds TestSim runs")
	first  = flag.Uint64("sim.first", 1, "the first of them")
	focus  = flag.String("sim.focus", "", "what the runs are about, see focuses")
	stop   = flag.Bool("sim.stop", false, "stop at the first violation")
	single = flag.Uint64("sim.seed", 0, "run this seed alone and print its trace")
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
	template := newTemplate(t)
	var writes, made, violations int
	kinds := map[string]int{}
	for seed := from; seed < from+uint64(n); seed++ {
		r := simulate(t, template, seed, nil)
		writes, made = writes+r.writes, made+r.faults
		for kind, times := range r.kinds {
			kinds[kind] += times
		}
		if *single != 0 {
			fmt.Println(strings.Join(r.trace, "\n"))
		}
		if r.violation != "" {
			violations++
			t.Errorf("seed %d: %s\n%s", seed, r.violation, strings.Join(r.trace[max(0, len(r.trace)-15):], "\n"))
		}
		if violations == 5 || violations > 0 && *stop {
			break
		}
	}
	for _, kind := range faults {
		if fmt.Printf("%6d %s\n", kinds[kind], kind); kinds[kind] == 0 && n >= 100 && violations == 0 && *focus == "" {
			t.Errorf("no run had the fault %q", kind)
		}
	}
	fmt.Printf("sim: %d seeds, %d writes, %d faults, %d violations\n", n, writes, made, violations)
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
