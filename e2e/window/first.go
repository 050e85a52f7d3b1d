package window

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// rest is how long the first screen must not change to be whole: what it shows has been read by then.
const rest = 500 * time.Millisecond

// FirstScreen starts an app on a screen of its own and says how long after its process began its first screen was whole.
// That is when the window changed last before it rested. The app has ended when it returns.
func FirstScreen(ctx context.Context, app App) (took time.Duration, err error) {
	if err := need("Xvfb", "xdotool"); err != nil {
		return 0, err
	}
	folder, err := os.MkdirTemp("", "window-")
	if err != nil {
		return 0, fmt.Errorf("window: %w", err)
	}
	w := &Window{folder: folder}
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := w.light(ctx); err != nil {
		return 0, fmt.Errorf("window: screen: %w%s", err, w.said())
	}
	began := time.Now()
	if err := w.run(ctx, app); err != nil {
		return 0, fmt.Errorf("window: start %s: %w", app.Path, err)
	}
	if err := w.open(ctx); err != nil {
		return 0, fmt.Errorf("window: open %s: %w%s", app.Path, err, w.said())
	}
	var before []byte
	last := began
	err = w.poll(ctx, glance, func() (bool, error) {
		now, seen := time.Now(), w.memory()
		if !bytes.Equal(before, seen) {
			before, last = seen, now
			return false, nil
		}
		if now.Sub(last) < rest {
			return false, nil
		}
		img, err := decode(seen, Width*scale, Height*scale)
		return err == nil && drawn(img), nil
	})
	return last.Sub(began), err
}

// memory is the screen as Xvfb keeps it, or nothing yet.
func (w *Window) memory() []byte {
	data, err := os.ReadFile(w.dump())
	if err != nil {
		return nil
	}
	return data
}
