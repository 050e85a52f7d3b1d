package device

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
)

// A Program is the camera of a machine without an app for it: a program that writes a picture to the file it is given.
type Program struct {
	ctx     context.Context // of the programs
	dir     string
	command []string
	running atomic.Int32
	group   sync.WaitGroup
}

// NewProgram returns a camera that runs a command, with the file as its last argument, until ctx ends. Pictures lie in dir until
// they are kept. Without a command somebody else puts them there.
func NewProgram(ctx context.Context, dir, command string) *Program {
	return &Program{ctx: ctx, dir: dir, command: strings.Fields(command)}
}

// Place returns the path of a file that is not there yet.
func (p *Program) Place(name string) (string, error) {
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return "", fmt.Errorf("device: %w", err)
	}
	return filepath.Join(p.dir, name), nil
}

// Shoot starts the program.
func (p *Program) Shoot(place string) error {
	if len(p.command) == 0 {
		return nil
	}
	cmd := exec.CommandContext(p.ctx, p.command[0], append(p.command[1:len(p.command):len(p.command)], place)...)
	if err := cmd.Start(); err != nil {
		return noCamera(err)
	}
	p.running.Add(1)
	p.group.Go(func() {
		_ = cmd.Wait() // what it brought says how it went
		p.running.Add(-1)
	})
	return nil
}

// Look opens the picture; nil, nil when there is none yet.
func (p *Program) Look(place string) (io.ReadCloser, error) {
	f, err := os.Open(place)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("device: %w", err)
	}
	return f, nil
}

// Clear deletes the picture.
func (p *Program) Clear(place string) error {
	if err := os.Remove(place); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("device: %w", err)
	}
	return nil
}

// InFront reports whether no program is running.
func (p *Program) InFront() bool { return p.running.Load() == 0 }

// Close waits for the programs; they end with the context.
func (p *Program) Close() { p.group.Wait() }
