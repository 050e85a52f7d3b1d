package window

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"path/filepath"
	"time"
)

// A watcher sees when the screen changes.
type watcher struct{ looker }

// A looker says whether there is something else to see than when it was asked last.
type looker interface {
	changed() (bool, error)
	io.Closer
}

// watch begins to look at all rows of the screen that a part, in points, is in; in a blank window, at its frames.
func (w *Window) watch(part image.Rectangle) (watcher, error) {
	var look looker
	var err error
	if w.blank {
		look, err = w.watchFrames()
	} else {
		look, err = w.watchPixels(part)
	}
	if err == nil {
		_, err = look.changed()
	}
	return watcher{look}, err
}

// until looks four times in a millisecond, which leaves the processor to who draws, until each says that it is enough.
func (l watcher) until(ctx context.Context, each func(changed bool) (enough bool, err error)) error {
	again := time.NewTicker(time.Millisecond / 4)
	defer again.Stop()
	for {
		changed, err := l.changed()
		if err != nil {
			return err
		}
		if enough, err := each(changed); enough || err != nil {
			return err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// rested waits until nothing has changed for a time.
func (l watcher) rested(ctx context.Context, long time.Duration) error {
	still := time.Now()
	return l.until(ctx, func(changed bool) (bool, error) {
		now := time.Now()
		if changed {
			still = now
		}
		return now.Sub(still) > long, nil
	})
}

// pixelRows are some rows of the screen, read without copying the rest.
type pixelRows struct {
	*os.File
	at           int64
	before, seen []byte
}

func (w *Window) watchPixels(part image.Rectangle) (looker, error) {
	file, err := os.Open(w.dump())
	if err != nil {
		return nil, fmt.Errorf("window: look: %w", err)
	}
	head := make([]byte, headWords*4)
	if _, err := file.ReadAt(head, 0); err != nil {
		return nil, errors.Join(fmt.Errorf("window: look: %w", err), file.Close())
	}
	start, stride := pixelsAt(head)
	size := part.Dy() * scale * stride
	return &pixelRows{file, int64(start + part.Min.Y*scale*stride), make([]byte, size), make([]byte, size)}, nil
}

func (l *pixelRows) changed() (bool, error) {
	if _, err := l.ReadAt(l.seen, l.at); err != nil {
		return false, fmt.Errorf("window: look: %w", err)
	}
	if bytes.Equal(l.before, l.seen) {
		return false, nil
	}
	l.before, l.seen = l.seen, l.before
	return true, nil
}

// In a blank window OpenGL does everything up to the graphics processor, which takes no time and draws nothing: what a frame
// costs there is what the app, Fyne and the calls of OpenGL cost. Mesa, which draws for us, can do that, and it writes a line
// into a file of its own for each frame that is handed over.
var blankEnv = []string{"GALLIUM_NOOP=1", "GALLIUM_HUD=frametime", "GALLIUM_HUD_PERIOD=0", "GALLIUM_HUD_VISIBLE=false"}

// frameFile is where Mesa writes how long each frame took.
func (w *Window) frameFile() string { return filepath.Join(w.folder, "frametime_(ms)") }

// ErrNoFrames is returned by Start when a blank window's OpenGL does not say that it has got a frame: it is not Mesa's gallium.
var ErrNoFrames = errors.New("window: OpenGL does not tell of its frames")

// frameLines is the file, as long as it was when it was looked at last.
type frameLines struct {
	*os.File
	size int64
}

func (w *Window) watchFrames() (looker, error) {
	file, err := os.Open(w.frameFile())
	if err != nil {
		return nil, fmt.Errorf("window: look: %w", err)
	}
	return &frameLines{File: file}, nil
}

func (l *frameLines) changed() (bool, error) {
	info, err := l.Stat()
	if err != nil {
		return false, fmt.Errorf("window: look: %w", err)
	}
	was := l.size
	l.size = info.Size()
	return l.size != was, nil
}

// drewBlank waits for the first frames of a blank window.
func (w *Window) drewBlank(ctx context.Context) error {
	came := func() (bool, error) {
		info, err := os.Stat(w.frameFile())
		return err == nil && info.Size() > 0, nil
	}
	if err := w.poll(ctx, glance, came); err != nil {
		return errors.Join(ErrNoFrames, err)
	}
	look, err := w.watch(image.Rectangle{})
	if err != nil {
		return err
	}
	defer look.Close()
	return look.rested(ctx, rest)
}
