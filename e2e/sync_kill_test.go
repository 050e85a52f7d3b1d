package e2e

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	serverstore "storewalk/server/store"
)

// syncServerDir makes TestSyncServerProcess serve the data in the folder it names.
const syncServerDir = "STOREWALK_SYNC_TEST_SERVER"

// TestSyncServerProcess is not a test but the server that other tests start as a process, to kill it.
func TestSyncServerProcess(t *testing.T) {
	dir := os.Getenv(syncServerDir)
	if dir == "" {
		t.Skip("started by TestSyncAServerKilledBetweenItsCommitAndItsAnswerTakesNothingTwice")
	}
	log := slog.New(slog.DiscardHandler)
	st, err := serverstore.Open(context.Background(), dir, log)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("\nlistening on %s\n", ln.Addr())
	t.Fatal(http.Serve(ln, syncHandler(st, log)))
}

// startProcess serves the world's data from a process of its own, which kill ends as a power cut does.
func (w *syncWorld) startProcess() (kill func()) {
	w.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		w.t.Fatal(err)
	}
	cmd := exec.CommandContext(w.t.Context(), exe, "-test.run", "^TestSyncServerProcess$")
	cmd.Env = append(os.Environ(), syncServerDir+"="+w.dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if addr, ok := strings.CutPrefix(lines.Text(), "listening on "); ok {
			w.line.lead(addr)
			return sync.OnceFunc(func() { // a second Wait would never return
				cmd.Process.Kill()
				cmd.Wait()
			})
		}
	}
	w.t.Fatal("the server did not start")
	return nil
}

func TestSyncAServerKilledBetweenItsCommitAndItsAnswerTakesNothingTwice(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	a, b := w.phone("ma"), w.phone("li")
	w.stop()
	visits := 0
	for i, at := range []struct {
		direction int
		after     int64
	}{{syncDown, 1}, {syncUp, 2000}, {syncDown, 200}, {syncUp, 700}, {syncUp, 3000}} {
		kill := w.startProcess()
		a.visit(60_000)
		visits++
		var killed atomic.Bool
		w.line.breakAfter(at.direction, at.after, func() {
			killed.Store(true)
			kill() // the answer, or the rest of the request, is gone with it
		})
		if err := a.Round(t.Context()); err == nil {
			t.Error(i, "nothing broke")
		}
		if !killed.Load() {
			t.Error(i, "it was not killed")
		}
		kill() // the phone may know before it is gone
		w.line.mend()
		kill = w.startProcess()
		a.round()
		a.waits(0, 0)
		kill()
	}
	w.start()
	b.round()
	w.settled(a, b)
	if n := syncCount(t, w.dir, `SELECT count(*) FROM visit`); n != visits {
		t.Error(n, "visits, want", visits)
	}
	if n := syncCount(t, w.dir, `SELECT count(*) FROM record WHERE type = 'photo'`); n != visits {
		t.Error(n, "photos, want", visits)
	}
}
