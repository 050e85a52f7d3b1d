package drive

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
)

// A Process is a running program that answers commands. Its methods may be called from any goroutine.
type Process struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	dead chan struct{} // closed when the output has ended

	mu      sync.Mutex
	next    int
	waiting map[int]chan Reply
	err     error // why the output ended
}

// A Reply is the answer to one command. Numbers not answered are zero.
type Reply struct {
	I             int     `json:"i"`
	OK            bool    `json:"ok"`
	Err           string  `json:"err"`
	N             int     `json:"n"`
	Sha           string  `json:"sha"`
	Values        int     `json:"values"`
	Conflicts     int     `json:"conflicts"`
	Up            int64   `json:"up"`
	Down          int64   `json:"down"`
	Headers       int64   `json:"headers"`
	Requests      int64   `json:"requests"`
	Seconds       float64 `json:"seconds"`
	Waiting       int     `json:"waiting"`
	WaitingPhotos int     `json:"waiting_photos"`
	Bytes         int64   `json:"bytes"`
}

// ErrDied says that the process ended before it answered.
var ErrDied = errors.New("drive: the process has ended")

// Start runs the program at path and returns when it is ready. Its errors go to this process's. End or Kill it.
func Start(ctx context.Context, path string, args ...string) (*Process, error) {
	p := &Process{cmd: exec.CommandContext(ctx, path, args...), dead: make(chan struct{}), waiting: map[int]chan Reply{}}
	p.cmd.Stderr = os.Stderr
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("drive: %w", err)
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, maxLine)
	if !lines.Scan() || lines.Text() != `{"ready":true}` {
		return nil, errors.Join(fmt.Errorf("drive: %s is not ready: %q", path, lines.Text()), p.cmd.Process.Kill(), p.cmd.Wait())
	}
	go p.listen(lines) // ends with the process's output, which Wait waits for
	return p, nil
}

func (p *Process) listen(lines *bufio.Scanner) {
	defer close(p.dead)
	for lines.Scan() {
		var r Reply
		err := json.Unmarshal(lines.Bytes(), &r)
		p.mu.Lock()
		to := p.waiting[r.I]
		delete(p.waiting, r.I)
		p.err = errors.Join(p.err, err)
		p.mu.Unlock()
		if to != nil {
			to <- r
		}
	}
	p.mu.Lock()
	p.err = errors.Join(p.err, lines.Err())
	p.mu.Unlock()
}

// Do sends a command and waits for its answer; an answer with "err" is an error.
func (p *Process) Do(c Command) (Reply, error) {
	to := make(chan Reply, 1)
	p.mu.Lock()
	p.next++
	i := p.next
	p.waiting[i] = to
	c.I = json.RawMessage(fmt.Sprint(i))
	line, err := json.Marshal(c)
	if err == nil {
		_, err = p.in.Write(append(line, '\n'))
	}
	p.mu.Unlock()
	if err != nil {
		return Reply{}, errors.Join(ErrDied, err)
	}
	select {
	case r := <-to:
		return r, r.fault(c)
	case <-p.dead:
	}
	select {
	case r := <-to: // its last words
		return r, r.fault(c)
	default:
		p.mu.Lock()
		defer p.mu.Unlock()
		return Reply{}, errors.Join(fmt.Errorf("%w: %s %s", ErrDied, c.Cmd, c.Dev), p.err)
	}
}

func (r Reply) fault(c Command) error {
	if r.Err == "" {
		return nil
	}
	return fmt.Errorf("drive: %s %s: %s", c.Cmd, c.Dev, r.Err)
}

// PID is the process's number.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// End lets the process finish what it was told, and waits for it.
func (p *Process) End() error {
	err := p.in.Close()
	<-p.dead
	return errors.Join(err, p.cmd.Wait())
}

// Kill ends the process at once (SIGKILL), so that it can tidy up nothing.
func (p *Process) Kill() error {
	if err := p.cmd.Process.Kill(); err != nil {
		return err
	}
	<-p.dead
	var killed *exec.ExitError
	if err := p.cmd.Wait(); !errors.As(err, &killed) {
		return fmt.Errorf("drive: it ended before it was killed: %w", err)
	}
	return nil
}
