package window

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"time"
)

// A Finger touches the window at once: starting xdotool for each touch takes longer than the app takes to answer.
type Finger struct {
	window  *Window
	program *process
	orders  io.WriteCloser
}

// Finger starts one. It must be closed.
func (w *Window) Finger(ctx context.Context) (*Finger, error) {
	cmd := exec.CommandContext(ctx, "xdotool", "-")
	cmd.Env = append(os.Environ(), "DISPLAY="+w.display)
	orders, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("window: finger: %w", err)
	}
	p, err := run(cmd)
	if err != nil {
		return nil, fmt.Errorf("window: finger: %w", err)
	}
	return &Finger{w, p, orders}, nil
}

// Close takes the finger away.
func (f *Finger) Close() error {
	err := f.orders.Close()
	f.program.kill()
	return err
}

func (f *Finger) order(format string, args ...any) error {
	_, err := fmt.Fprintf(f.orders, format+"\n", args...)
	return err
}

// Tap touches a place and returns how long after the order to touch a part of the screen showed something else. Places are in
// points.
func (f *Finger) Tap(ctx context.Context, x, y float32, part image.Rectangle) (time.Duration, error) {
	if err := f.order("mousemove %s %s", pixels(x), pixels(y)); err != nil {
		return 0, err
	}
	look, err := f.window.watch(part)
	if err != nil {
		return 0, err
	}
	defer look.Close()
	if err := look.rested(ctx); err != nil {
		return 0, err
	}
	began := time.Now()
	if err := f.order("click 1"); err != nil {
		return 0, err
	}
	var took time.Duration
	err = look.until(ctx, func(now time.Time, changed bool) (bool, error) {
		took = now.Sub(began)
		if !changed && took > stepLimit {
			return false, errors.New("window: nothing answered the touch")
		}
		return changed, nil
	})
	return took, err
}

// Drag draws a finger up from a place for a time, speed points a second, and lifts it without a rest. It returns when the part
// of the screen showed something else, counted from the first touch, until it rested.
func (f *Finger) Drag(ctx context.Context, x, y, speed float32, during time.Duration, part image.Rectangle) (frames []time.Duration, err error) {
	const (
		still = 100 * time.Millisecond
		torn  = 5 * time.Millisecond // a frame comes to the screen in pieces
	)
	look, err := f.window.watch(part)
	if err != nil {
		return nil, err
	}
	defer look.Close()
	if err := look.rested(ctx); err != nil {
		return nil, err
	}
	if err := f.order("mousemove %s %s mousedown 1", pixels(x), pixels(y)); err != nil {
		return nil, err
	}
	began, lifted, last := time.Now(), false, time.Duration(0)
	err = look.until(ctx, func(now time.Time, changed bool) (bool, error) {
		at := now.Sub(began)
		if changed {
			if len(frames) == 0 || at-last > torn {
				frames = append(frames, at)
			}
			last = at
		}
		switch {
		case at < during:
			return false, f.order("mousemove %s %s", pixels(x), pixels(y-speed*float32(at.Seconds())))
		case !lifted:
			lifted, last = true, at
			return false, f.order("mouseup 1")
		}
		return at-last > still, nil
	})
	return frames, err
}

// A watcher looks at a part of the screen without copying the rest.
type watcher struct {
	file         *os.File
	at, size     int64
	before, seen []byte
}

// watch begins to look at all rows of the screen that a part, in points, is in.
func (w *Window) watch(part image.Rectangle) (*watcher, error) {
	file, err := os.Open(w.dump())
	if err != nil {
		return nil, fmt.Errorf("window: look: %w", err)
	}
	head := make([]byte, headWords*4)
	if _, err := file.ReadAt(head, 0); err != nil {
		return nil, errors.Join(fmt.Errorf("window: look: %w", err), file.Close())
	}
	start, stride := pixelsAt(head)
	l := &watcher{file: file, at: int64(start + part.Min.Y*scale*stride), size: int64(part.Dy() * scale * stride)}
	l.before, l.seen = make([]byte, l.size), make([]byte, l.size)
	_, err = l.changed()
	return l, err
}

// changed reports whether the part shows something else than when it was asked last.
func (l *watcher) changed() (bool, error) {
	if _, err := l.file.ReadAt(l.seen, l.at); err != nil {
		return false, fmt.Errorf("window: look: %w", err)
	}
	if bytes.Equal(l.before, l.seen) {
		return false, nil
	}
	l.before, l.seen = l.seen, l.before
	return true, nil
}

// until looks four times in a millisecond, which leaves the processor to who draws, until each says that it is enough.
func (l *watcher) until(ctx context.Context, each func(now time.Time, changed bool) (enough bool, err error)) error {
	again := time.NewTicker(time.Millisecond / 4)
	defer again.Stop()
	for {
		changed, err := l.changed()
		if err != nil {
			return err
		}
		if enough, err := each(time.Now(), changed); enough || err != nil {
			return err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// rested waits until the part has not changed for some frames.
func (l *watcher) rested(ctx context.Context) error {
	const frames = 100 * time.Millisecond
	still := time.Now()
	return l.until(ctx, func(now time.Time, changed bool) (bool, error) {
		if changed {
			still = now
		}
		return now.Sub(still) > frames, nil
	})
}

func (l *watcher) Close() error { return l.file.Close() }
