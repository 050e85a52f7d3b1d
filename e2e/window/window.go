// Package window runs the phone app in a real window under Xvfb, looks at it and taps it, for
// tests and for the pictures in docs/screens. The window draws what a phone of 390×844 points
// at scale 2 would; nothing can be typed into it.
package window

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The phone's screen. Fyne's mobile driver always draws at scale 2 on a desktop.
const (
	Width  = 390 // points
	Height = 844 // points
	scale  = 2   // pixels in a point
)

// stepLimit is how long one step may take, and how long a picture is waited for; software GL on a busy machine is slow, and a
// limit costs time only when it is missed.
const stepLimit = time.Minute

// ErrNotInstalled is returned by Start and Build when the machine lacks what they need.
var ErrNotInstalled = errors.New("window: missing here; 'make apt' installs it")

// Build compiles an app's main package as the phone's window, with tags of its own, and writes the program to out.
// The first build compiles Fyne with cgo, about a minute of processor time.
func Build(ctx context.Context, pkg, out string, tags ...string) error {
	if err := need("gcc", "pkg-config"); err != nil {
		return err
	}
	tags = append(tags, "mobile", "migrated_fynedo")
	cmd := exec.CommandContext(ctx, "go", "build", "-tags", strings.Join(tags, ","), "-o", out, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("window: build %s: %w\n%s", pkg, err, text)
	}
	return nil
}

// App says what to run in the window.
type App struct {
	Path string   // the program, as Build wrote it
	Args []string // its arguments
	Env  []string // added to this process's environment, such as HOME=…

	// Blank makes the window draw nothing, for measuring what a frame costs with a graphics processor that takes no time.
	Blank bool
}

// Window is one app on a screen of its own. One goroutine uses it at a time.
type Window struct {
	screen  *process
	app     *process
	display string // such as :7
	folder  string // where Xvfb keeps the screen's memory
	blank   bool   // nothing is drawn: there are frames, and no pictures
	deaf    error  // why nothing tells when the app is handed a touch, if it is known
}

// Start starts a screen and the app on it, and waits until the app has drawn. Both end with
// Close, or with ctx, whichever is first.
func Start(ctx context.Context, app App) (*Window, error) {
	if err := need("Xvfb", "xdotool"); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "window-")
	if err != nil {
		return nil, fmt.Errorf("window: %w", err)
	}
	w := &Window{folder: folder, blank: app.Blank}
	if err := w.start(ctx, app); err != nil {
		err = fmt.Errorf("window: start %s: %w%s", app.Path, err, w.said())
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func (w *Window) start(ctx context.Context, app App) error {
	if err := w.light(ctx); err != nil {
		return err
	}
	if err := w.run(ctx, app); err != nil {
		return err
	}
	if err := w.open(ctx); err != nil {
		return err
	}
	if w.blank {
		return w.drewBlank(ctx)
	}
	return w.WaitFor(ctx, drawn)
}

// light starts the screen.
func (w *Window) light(ctx context.Context) error {
	ready, tell, err := os.Pipe()
	if err != nil {
		return err
	}
	defer ready.Close()
	xvfb := exec.CommandContext(ctx, "Xvfb", "-displayfd", "3", "-screen", "0", "800x1700x24", "-fbdir", w.folder, "-nolisten", "tcp", "-noreset")
	xvfb.ExtraFiles = []*os.File{tell}
	w.screen, err = run(xvfb)
	tell.Close() // so that reading ends if Xvfb does
	if err != nil {
		return err
	}
	number, err := bufio.NewReader(ready).ReadString('\n')
	if err != nil {
		return fmt.Errorf("the screen did not start: %w", err)
	}
	w.display = ":" + strings.TrimSpace(number)
	return nil
}

// run starts the app on the screen.
func (w *Window) run(ctx context.Context, app App) (err error) {
	program := exec.CommandContext(ctx, app.Path, app.Args...)
	program.Env = append(os.Environ(), "DISPLAY="+w.display, "WAYLAND_DISPLAY=", "LIBGL_ALWAYS_SOFTWARE=1", "LANG=zh_CN.UTF-8")
	// Where Fyne keeps the preferences of an app that is built for a phone and runs on a desktop: what one window was set to
	// is nothing to the next, unless app.Env says so.
	program.Env = append(program.Env, "TMPDIR="+w.folder)
	if app.Blank {
		program.Env = append(append(program.Env, blankEnv...), "GALLIUM_HUD_DUMP_DIR="+w.folder)
		var ears []string
		ears, w.deaf = w.hear(ctx)
		program.Env = append(program.Env, ears...)
	}
	program.Env = append(program.Env, app.Env...)
	w.app, err = run(program)
	return err
}

// open finds the app's window and gives it the phone's size, without which it stays blank.
func (w *Window) open(ctx context.Context) error {
	var id string
	err := w.poll(ctx, glance, func() (bool, error) {
		out, err := w.xdotool(ctx, "search", "--onlyvisible", "--name", ".")
		id, _, _ = strings.Cut(strings.TrimSpace(out), "\n")
		return err == nil && id != "", nil // an error is how xdotool says "none yet"
	})
	if err != nil {
		return fmt.Errorf("no window came: %w", err)
	}
	_, err = w.xdotool(ctx, "windowsize", id, strconv.Itoa(Width*scale), strconv.Itoa(Height*scale))
	return err
}

// Tap touches the screen at a place in points from the top left.
func (w *Window) Tap(ctx context.Context, x, y float32) error {
	_, err := w.xdotool(ctx, "mousemove", pixels(x), pixels(y), "mousedown", "1", "mouseup", "1")
	return err
}

// Drag moves a finger from one place to another, in points, as for scrolling. It rests there before it is lifted, so that
// what it moved stays.
func (w *Window) Drag(ctx context.Context, fromX, fromY, toX, toY float32) error {
	args := []string{"mousemove", pixels(fromX), pixels(fromY), "mousedown", "1"}
	const moves = 12
	for i := range moves {
		part := float32(i+1) / moves
		args = append(args, "mousemove", pixels(fromX+(toX-fromX)*part), pixels(fromY+(toY-fromY)*part), "sleep", "0.02")
	}
	_, err := w.xdotool(ctx, append(args, "sleep", "0.05", "mousemove", pixels(toX), strconv.Itoa(int(toY*scale)+1), "sleep", "0.05", "mouseup", "1")...)
	return err
}

// dump is the file that Xvfb keeps the screen in.
func (w *Window) dump() string { return filepath.Join(w.folder, "Xvfb_screen0") }

// Image is what the window shows now, at two pixels a point.
func (w *Window) Image() (*image.RGBA, error) {
	data, err := os.ReadFile(w.dump())
	if err != nil {
		return nil, fmt.Errorf("window: look: %w", err)
	}
	return decode(data, Width*scale, Height*scale)
}

// Screenshot writes what the window shows now as a PNG.
func (w *Window) Screenshot(path string) error {
	img, err := w.Image()
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		return fmt.Errorf("window: screenshot: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("window: screenshot: %w", err)
	}
	return os.WriteFile(path, file.Bytes(), 0o644)
}

// WaitFor looks again and again until what the window shows is as wanted and has stopped
// changing.
func (w *Window) WaitFor(ctx context.Context, wanted func(image.Image) bool) error {
	var before *image.RGBA
	return w.poll(ctx, look, func() (bool, error) {
		now, err := w.Image()
		if err != nil {
			return false, err
		}
		still := before != nil && bytes.Equal(before.Pix, now.Pix)
		before = now
		return still && wanted(now), nil
	})
}

// WaitChange waits until the window shows something else than it did, and has settled.
func (w *Window) WaitChange(ctx context.Context, was *image.RGBA) error {
	return w.WaitFor(ctx, func(now image.Image) bool { return !bytes.Equal(was.Pix, now.(*image.RGBA).Pix) })
}

// Log is what the app has printed so far.
func (w *Window) Log() string { return w.app.output.String() }

// Close ends the app and the screen and waits until both are gone.
func (w *Window) Close() error {
	w.app.kill()
	w.screen.kill()
	return os.RemoveAll(w.folder)
}

// How often the screen is looked at: rarely, so that drawing has the processor, or often, for the moment that something comes.
const (
	look   = 100 * time.Millisecond
	glance = 10 * time.Millisecond
)

// poll asks until the answer is yes, the app ends, or the time is over.
func (w *Window) poll(ctx context.Context, every time.Duration, yes func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	again := time.NewTicker(every)
	defer again.Stop()
	for {
		if ok, err := yes(); ok || err != nil {
			return err
		}
		select {
		case <-again.C:
		case <-w.app.done:
			return fmt.Errorf("window: the app ended%s", w.said())
		case <-ctx.Done():
			return fmt.Errorf("window: not within %s: %w%s", stepLimit, ctx.Err(), w.said())
		}
	}
}

func (w *Window) xdotool(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "xdotool", args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+w.display)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("window: xdotool %s: %w", args[0], err)
	}
	return string(out), nil
}

// said is the app's and the screen's last words, for an error's end.
func (w *Window) said() string {
	var text string
	for _, p := range []*process{w.screen, w.app} {
		if p != nil && p.output.String() != "" {
			text += "\n" + p.output.String()
		}
	}
	return text
}

func need(programs ...string) error {
	for _, name := range programs {
		if _, err := exec.LookPath(name); err != nil {
			return fmt.Errorf("%s: %w", name, ErrNotInstalled)
		}
	}
	return nil
}

func pixels(points float32) string { return strconv.Itoa(int(points * scale)) }

// output keeps what a process prints; the process writes while others read.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
