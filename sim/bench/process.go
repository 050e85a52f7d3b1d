package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// A server is a server's process, ours or the floor's.
type server struct {
	cmd *exec.Cmd
	url string
	log bytes.Buffer // what it said besides; complete when it has ended
}

// startServer runs a server and returns when it can be reached: it prints where. A signal ends it.
func startServer(ctx context.Context, path string, args ...string) (*server, error) {
	s := &server{cmd: exec.CommandContext(ctx, path, args...)}
	s.cmd.Stderr = &s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	first, err := bufio.NewReader(out).ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(first), "listening on ")
	if err != nil || !ok {
		err = errors.Join(err, s.end())
		return nil, fmt.Errorf("%s does not serve: %q %w\n%s", path, first, err, s.log.String())
	}
	s.url = url
	return s, nil
}

// end asks the server to stop and waits for it.
func (s *server) end() error {
	return errors.Join(s.cmd.Process.Signal(os.Interrupt), s.cmd.Wait())
}

// A cost is what a process used between two looks at it.
type cost struct {
	cpu  time.Duration
	peak int64 // bytes of memory at its highest
}

// watch looks at a process now; the function it returns says what the process used since.
func watch(pid int) (func() (cost, error), error) {
	before, err := cpuTime(pid)
	if err == nil {
		err = resetPeak(pid)
	}
	return func() (cost, error) {
		after, err := cpuTime(pid)
		peak, peakErr := peakMemory(pid)
		return cost{after - before, peak}, errors.Join(err, peakErr)
	}, err
}
