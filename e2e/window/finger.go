package window

import (
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
	orders  io.Writer // closed when the program has ended
}

// Finger starts one. It ends with Close, or with ctx, whichever is first.
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

// Close takes the finger away, unless its context has.
func (f *Finger) Close() { f.program.kill() }

func (f *Finger) order(format string, args ...any) error {
	_, err := fmt.Fprintf(f.orders, format+"\n", args...)
	return err
}

// someFrames is how long nothing must have changed before a touch, so that what changes then is its answer.
const someFrames = 100 * time.Millisecond

// A Spent is how long after a touch something was on the screen, and how long all threads of the app computed meanwhile.
type Spent struct{ Took, Used time.Duration }

// An Answer is what was spent until a touch was answered: since the order to touch, since the app was handed the touch, and since it
// began to draw. The latter two are zero in a window that is Deaf.
type Answer struct{ Ordered, Handed, Begun Spent }

// Tap touches a place and returns when, after the order to touch, a part of the screen showed something else: in a blank window,
// when a frame was handed over that was begun after the app was handed the touch. Places are in points.
func (f *Finger) Tap(ctx context.Context, x, y float32, part image.Rectangle) (a Answer, err error) {
	if err := f.order("mousemove %s %s", pixels(x), pixels(y)); err != nil {
		return a, err
	}
	look, err := f.window.watch(part)
	if err != nil {
		return a, err
	}
	defer look.Close()
	if err := look.rested(ctx, someFrames); err != nil {
		return a, err
	}
	notes, err := f.window.listen()
	if err != nil {
		return a, err
	}
	defer notes.Close()
	began := f.window.now()
	if err := f.order("click 1"); err != nil {
		return a, err
	}
	err = look.until(ctx, func(answered bool) (bool, error) {
		now, err := f.window.now(), error(nil)
		if a = (Answer{Ordered: now.since(began)}); notes.heard() {
			a, answered, err = notes.answer(began)
		}
		if !answered && err == nil && now.since(began).Took > stepLimit {
			err = errors.New("window: nothing answered the touch")
		}
		return answered, err
	})
	return a, err
}

// Drag draws a finger up from a place for a time, speed points a second, and lifts it without a rest. It returns when the part
// of the screen showed something else, or a blank window handed over a frame, counted from the first touch, until it rested.
func (f *Finger) Drag(ctx context.Context, x, y, speed float32, during time.Duration, part image.Rectangle) (frames []Spent, err error) {
	const (
		still = 100 * time.Millisecond
		torn  = 5 * time.Millisecond // a frame comes to the screen in pieces
	)
	look, err := f.window.watch(part)
	if err != nil {
		return nil, err
	}
	defer look.Close()
	if err := look.rested(ctx, someFrames); err != nil {
		return nil, err
	}
	if err := f.order("mousemove %s %s mousedown 1", pixels(x), pixels(y)); err != nil {
		return nil, err
	}
	began, lifted, last := f.window.now(), false, time.Duration(0)
	err = look.until(ctx, func(changed bool) (bool, error) {
		s := f.window.now().since(began)
		at := s.Took
		if changed {
			if len(frames) == 0 || at-last > torn {
				frames = append(frames, s)
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
