package crash

import (
	"bufio"
	"bytes"
	"database/sql"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A server is the server's program at work.
type server struct {
	t    *testing.T
	bin  string
	dir  string
	addr string

	cmd       *exec.Cmd
	listening chan struct{} // closed when it listens, or has ended
	complaint bytes.Buffer  // all that its lives wrote to their logs
}

func (s *server) url() string { return "http://" + s.addr }

func (s *server) begin() {
	s.t.Helper()
	s.cmd = exec.CommandContext(s.t.Context(), s.bin, "serve", "--data", s.dir, "--listen", s.addr)
	s.cmd.Stderr = &s.complaint
	out, err := s.cmd.StdoutPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		s.t.Fatal(err)
	}
	listening := make(chan struct{})
	s.listening = listening
	go func() { // ends with the process
		defer close(listening)
		bufio.NewReader(out).ReadString('\n')
	}()
}

// ready waits until the server answers; that it can not start is a failure.
func (s *server) ready() {
	s.t.Helper()
	<-s.listening
	resp, err := http.Get(s.url() + "/healthz")
	if err != nil {
		s.t.Fatalf("the server did not start: %v\n%s", err, s.complaint.String())
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		s.t.Fatal(resp.Status)
	}
}

func (s *server) kill() {
	s.t.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		s.t.Fatal(err)
	}
	<-s.listening
	var ended *exec.ExitError
	if err := s.cmd.Wait(); !errors.As(err, &ended) || ended.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		s.t.Fatalf("the server ended by itself: %v\n%s", err, s.complaint.String())
	}
}

// end stops the server as its owner does.
func (s *server) end() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("the server did not end well: %v\n%s", err, s.complaint.String())
	}
	for line := range strings.Lines(s.complaint.String()) {
		if !strings.Contains(line, `"level":"INFO"`) {
			s.t.Errorf("the server complained: %s", line)
		}
	}
}

func (s *server) checkFiles(dir string) {
	s.t.Helper()
	checkCopy(s.t, s.dir, dir)
}

// checkCopy copies the database that a dead process left in from, with its logs, and lets SQLite look for damage.
func checkCopy(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(to, 0o700); err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(to)
	for _, name := range []string{"storewalk.db", "storewalk.db-wal", "storewalk.db-journal"} {
		b, err := os.ReadFile(filepath.Join(from, name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	checkDatabase(t, to)
}

// checkDatabase may write to the file: what its logs say belongs to it.
func checkDatabase(t *testing.T, dir string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "storewalk.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var found string
	if err := db.QueryRowContext(t.Context(), `PRAGMA integrity_check`).Scan(&found); err != nil || found != "ok" {
		t.Errorf("%s is damaged: %s %v", dir, found, err)
	}
}
