package window

import (
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// A desktop's app asks X for touches 60 times a second, where a phone hands each to its app at once. When the app got one, only
// its process can tell, so a small library is loaded into that of a blank window.
//
//go:embed preload/notes.c
var notesSource []byte

// notesFile is where the library writes.
func (w *Window) notesFile() string { return filepath.Join(w.folder, "notes") }

// hear compiles the library and returns the environment that loads it into the app.
func (w *Window) hear(ctx context.Context) ([]string, error) {
	if err := need("gcc"); err != nil {
		return nil, err
	}
	source, library := filepath.Join(w.folder, "notes.c"), filepath.Join(w.folder, "notes.so")
	if err := os.WriteFile(source, notesSource, 0o600); err != nil {
		return nil, fmt.Errorf("window: %w", err)
	}
	if text, err := exec.CommandContext(ctx, "gcc", "-O1", "-shared", "-fPIC", "-o", library, source, "-ldl").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("window: compile what notes touches: %w\n%s", err, text)
	}
	return []string{"LD_PRELOAD=" + library, "WINDOW_NOTES=" + w.notesFile()}, nil
}

// Deaf says why a window does not know when its app is handed a touch; nil: it does. Only a blank window is made to.
func (w *Window) Deaf() error {
	if w.deaf != nil {
		return w.deaf
	}
	if _, err := os.Stat(w.notesFile()); err != nil {
		return errors.New("window: the app was started without what notes touches (LD_PRELOAD)")
	}
	return nil
}

// A note is what the library writes, in the machine's order of bytes. It is exact also when the finger looks late.
type note struct {
	What noted
	Time time.Duration
	Used time.Duration
	Held time.Duration // by the library, before the app was handed it
}

type noted int64

const (
	touched noted = iota
	begun
	swapped
)

func (n note) moment() moment { return moment{n.Time, n.Used} }

// notes are read on from where they ended when they were looked at last.
type notes struct {
	*os.File // nil in a window that is deaf
	at       int64
	seen     []note // a touch, and what else of the answer to it has come
}

// listen looks for what is noted from now on.
func (w *Window) listen() (*notes, error) {
	if w.Deaf() != nil {
		return &notes{}, nil
	}
	file, err := os.Open(w.notesFile())
	if err != nil {
		return nil, fmt.Errorf("window: listen: %w", err)
	}
	end, err := file.Seek(0, io.SeekEnd)
	return &notes{File: file, at: end}, err
}

func (n *notes) heard() bool { return n.File != nil }

// answer is that to an order to touch, if it has come: the first frame that was begun after the app was handed the touch.
func (n *notes) answer(began moment) (a Answer, ok bool, err error) {
	for len(n.seen) <= int(swapped) {
		var next note
		size := int64(binary.Size(next))
		err := binary.Read(io.NewSectionReader(n, n.at, size), binary.NativeEndian, &next)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return a, false, nil
		}
		if err != nil {
			return a, false, fmt.Errorf("window: listen: %w", err)
		}
		n.at += size
		if next.What == noted(len(n.seen)) {
			n.seen = append(n.seen, next)
		}
	}
	end := n.seen[swapped].moment()
	a = Answer{end.since(began), end.since(n.seen[touched].moment()), end.since(n.seen[begun].moment())}
	a.Ordered.Took -= n.seen[touched].Held // had it not been held back, the order would have come so much later
	return a, true, nil
}
