package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// A teller is the demo as a process of its own.
type teller struct {
	t         *testing.T
	cmd       *exec.Cmd
	out, errs watched
}

// newTeller starts the demo on a free port in a folder of its own, and where it can, on an address of its own: nobody takes the
// port before it was seen that the demo left it.
func newTeller(t *testing.T, args ...string) *teller {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	listen := "127.0.0.1:0"
	if runtime.GOOS == "linux" {
		listen = fmt.Sprintf("127.%d.%d.%d:0", 1+rand.IntN(254), rand.IntN(256), 1+rand.IntN(254))
	}
	s := &teller{t: t, cmd: exec.CommandContext(t.Context(), exe, append([]string{"day", "--listen", listen,
		"--data", filepath.Join(t.TempDir(), "demo")}, args...)...)}
	s.cmd.Env = append(os.Environ(), "DISPLAY=")
	s.cmd.Stdout, s.cmd.Stderr = &s.out, &s.errs
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return s
}

// wait returns the exit code.
func (s *teller) wait() int {
	s.t.Helper()
	var failed *exec.ExitError
	if err := s.cmd.Wait(); err != nil && !errors.As(err, &failed) {
		s.t.Fatal(err)
	}
	return s.cmd.ProcessState.ExitCode()
}

// signalAt sends the signal as soon as a text was printed.
func (s *teller) signalAt(text string, signal os.Signal) {
	s.out.when(text, func() {
		if err := s.cmd.Process.Signal(signal); err != nil {
			s.t.Error(err)
		}
	})
}

// A watched buffer calls once when a text has been written to it.
type watched struct {
	mu   sync.Mutex
	b    bytes.Buffer
	text string
	call func()
}

func (w *watched) when(text string, call func()) {
	w.mu.Lock()
	w.text, w.call = text, call
	w.mu.Unlock()
	_, _ = w.Write(nil) // it may be there already
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, err := w.b.Write(p)
	if w.call != nil && strings.Contains(w.b.String(), w.text) {
		w.call()
		w.call = nil
	}
	return n, err
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}

func TestAStoryThatIsStoppedSaysSoInOneSentence(t *testing.T) {
	t.Parallel()
	for text, signal := range map[string]syscall.Signal{"== The office": syscall.SIGTERM, "== In the hills": syscall.SIGINT, "== Evening": syscall.SIGHUP} {
		var s *teller
		code := -1
		for range 5 { // on a busy machine the story may be over when the signal comes
			s = newTeller(t, "--photos", ownPhotos(t))
			s.signalAt(text, signal)
			if code = s.wait(); !strings.Contains(s.out.String(), "until Ctrl-C") {
				break
			}
		}
		if code != 130 || s.errs.String() != "demo: stopped before the story's end\n" {
			t.Errorf("%v at %s: %d %q", signal, text, code, s.errs.String())
		}
		gone(t, s)
	}
}

func TestTheServingAfterTheStoryEndsWellWithASignal(t *testing.T) {
	t.Parallel()
	s := newTeller(t, "--photos", ownPhotos(t))
	s.signalAt("until Ctrl-C", os.Interrupt)
	if code := s.wait(); code != 0 || s.errs.String() != "" || !strings.Contains(s.out.String(), " 8 photos, 2 conflicts kept, 0 lost") {
		t.Fatalf("%d %q\n%s", code, s.errs.String(), s.out.String())
	}
	gone(t, s)
}

// gone checks that the story's server has ended: nobody listens where it did.
func gone(t *testing.T, s *teller) {
	t.Helper()
	_, rest, ok := strings.Cut(s.out.String(), "the server listens on http://")
	if !ok {
		return // it was stopped before
	}
	addr, _, _ := strings.Cut(rest, ": ")
	if err := free(t.Context(), addr); err != nil {
		t.Error(err)
	}
}
