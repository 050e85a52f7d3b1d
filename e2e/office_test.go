package e2e

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// built are the folders of programs that were compiled for the tests.
var built []string

// buildServer compiles the server once for all tests that run it as a program of its own.
var buildServer = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "storewalk-e2e-")
	if err != nil {
		return "", err
	}
	built = append(built, dir)
	path := filepath.Join(dir, "server")
	cmd := exec.Command("go", "build", "-o", path, "storewalk/server")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	for _, dir := range built {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// startOffice runs the real server program on the demonstration's territory and returns its address. The
// program ends with the test, and the test fails when it does not end cleanly.
func startOffice(t *testing.T) string {
	t.Helper()
	url, _ := startOfficeIn(t)
	return url
}

// startOfficeIn also returns the folder of the server's data.
func startOfficeIn(t *testing.T) (url, data string) {
	t.Helper()
	path, err := buildServer()
	if err != nil {
		t.Fatal(err)
	}
	withinADay(t, 5*time.Minute) // a whole day may be lived
	data = t.TempDir()
	if out, err := exec.Command(path, "demo", "seed", "--data", data).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), path, "serve", "--debug", "--data", data, "--listen", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	ok := false
	url, ok = strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if !ok {
		cmd.Process.Kill()
		t.Fatalf("the server said %q, %v\n%s", line, err, said.String())
	}
	t.Cleanup(func() {
		stuck := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
		defer stuck.Stop()
		cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the server ended with %v\n%s", err, said.String())
		}
		if t.Failed() {
			t.Log(said.String())
		}
		if strings.Contains(said.String(), `"level":"ERROR"`) {
			t.Errorf("the server logged an error:\n%s", said.String())
		}
	})
	return url, data
}
