package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// A handset is a phone as the story holds it in its hand: a process, with a battery that can be pulled.
type handset struct {
	dir   string
	login string
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Scanner
	pulls int // how often it lost its power
}

// on starts the phone's process.
func (h *handset) on(ctx context.Context) error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	h.cmd = exec.CommandContext(ctx, exe, "phone", "--data", h.dir)
	h.cmd.Stderr = os.Stderr
	h.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for the story, which ends its phones
	if h.in, err = h.cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := h.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	h.out = bufio.NewScanner(out)
	h.out.Buffer(nil, 1<<20)
	if err := h.cmd.Start(); err != nil {
		return fmt.Errorf("phone of %s: %w", h.login, err)
	}
	return nil
}

// errDied says that the process ended before it acknowledged an action.
var errDied = errors.New("the phone's process has ended")

// do has the phone do one thing. An ack that is not OK is an error only when the phone says it is a bug.
func (h *handset) do(a action) (ack, error) {
	if err := h.begin(a); err != nil {
		return ack{}, err
	}
	r, err := h.read()
	if err == nil && !r.OK && r.Code == "internal" {
		err = fmt.Errorf("phone of %s: %s: %s", h.login, a.Do, r.Err)
	}
	return r, err
}

// must is do for what has to work.
func (h *handset) must(a action) (ack, error) {
	r, err := h.do(a)
	if err == nil && !r.OK {
		err = fmt.Errorf("phone of %s: %s: %s", h.login, a.Do, r.Err)
	}
	return r, err
}

// begin returns when the phone has started on the action.
func (h *handset) begin(a action) error {
	b, err := json.Marshal(a)
	if err != nil {
		return err
	}
	if _, err := h.in.Write(append(b, '\n')); err != nil {
		return errors.Join(errDied, err)
	}
	_, err = h.read()
	return err
}

func (h *handset) read() (r ack, err error) {
	if !h.out.Scan() {
		return r, errors.Join(errDied, h.out.Err())
	}
	err = json.Unmarshal(h.out.Bytes(), &r)
	return r, err
}

// pull takes the battery out: SIGKILL, so that the process can tidy up nothing.
func (h *handset) pull() error {
	h.pulls++
	if err := h.cmd.Process.Kill(); err != nil {
		return err
	}
	var killed *exec.ExitError
	if err := h.cmd.Wait(); !errors.As(err, &killed) {
		return fmt.Errorf("phone of %s: ended before it was killed: %w", h.login, err)
	}
	return nil
}

// off ends the process in the orderly way.
func (h *handset) off() error {
	if h.cmd == nil || h.cmd.ProcessState != nil {
		return nil
	}
	return errors.Join(h.in.Close(), h.cmd.Wait())
}

// A serverProcess is the server's binary at work.
type serverProcess struct {
	cmd  *exec.Cmd
	end  context.CancelFunc
	log  *os.File
	base string // http://host:port
	data string
}

// buildServer compiles the server into dir and returns the binary.
func buildServer(ctx context.Context, dir string) (string, error) {
	root, err := moduleRoot(ctx)
	if err != nil {
		return "", err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "storewalk-server")
	cmd := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", binary, "./server")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the server: %w\n%s", err, out)
	}
	return binary, nil
}

// moduleRoot is where the sources are that this program was made from.
func moduleRoot(ctx context.Context) (string, error) {
	file, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(file))), nil
}

// startServer seeds a folder, serves it, and returns how people sign in: passwords by login.
func startServer(ctx context.Context, binary, data, listen, log string) (*serverProcess, map[string]string, error) {
	seeded, err := exec.CommandContext(ctx, binary, "demo", "seed", "--data", data).Output()
	if err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			err = fmt.Errorf("%w: %s", err, failed.Stderr)
		}
		return nil, nil, fmt.Errorf("seed: %w", err)
	}
	passwords := map[string]string{}
	for text := range strings.Lines(string(seeded)) {
		var login, password string
		if n, _ := fmt.Sscanf(text, "sign in: %s %s", &login, &password); n == 2 {
			passwords[login] = password
		}
	}
	s := &serverProcess{data: data}
	if s.log, err = os.Create(log); err != nil {
		return nil, nil, err
	}
	life, stop := context.WithCancel(context.WithoutCancel(ctx)) // it outlives the story and is ended by stop
	s.end = stop
	s.cmd = exec.CommandContext(life, binary, "serve", "--listen", listen, "--data", data)
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	s.cmd.WaitDelay = 30 * time.Second // and then it is killed
	s.cmd.Stderr = s.log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, nil, errors.Join(err, s.log.Close())
	}
	if err := s.cmd.Start(); err != nil {
		return nil, nil, errors.Join(err, s.log.Close())
	}
	first, err := bufio.NewReader(out).ReadString('\n')
	base, ok := strings.CutPrefix(strings.TrimSpace(first), "listening on ")
	if err != nil || !ok {
		said, _ := os.ReadFile(log)
		return nil, nil, errors.Join(fmt.Errorf("the server did not start: %s", bytes.TrimSpace(said)), s.stop())
	}
	s.base = base
	return s, passwords, nil
}

// host is the server's host:port.
func (s *serverProcess) host() string { return strings.TrimPrefix(s.base, "http://") }

// stop asks the server to end and waits for it; after half a minute it is killed, which is an error.
func (s *serverProcess) stop() error {
	s.end()
	err := s.cmd.Wait()
	if errors.Is(err, context.Canceled) { // it ended well, because it was asked to
		err = nil
	}
	return errors.Join(err, s.log.Close())
}

// free says whether somebody could listen on the address now.
func free(ctx context.Context, addr string) error {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("%s is taken; is another demo running? %w", addr, err)
	}
	return ln.Close()
}
