package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"storewalk/server/store"
	"storewalk/shared/field"
	"storewalk/shared/words"
)

// A stage is where the story is told, line by line, also by two at a time.
type stage struct {
	mu    sync.Mutex
	out   io.Writer
	began time.Time
}

func (s *stage) line(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.out, format+"\n", args...)
}

func (s *stage) scene(format string, args ...any) {
	s.line("\n== %s", fmt.Sprintf(format, args...))
}

func (s *stage) says(m *manager, format string, args ...any) {
	s.line("%3.0fs  %-4s %s", time.Since(s.began).Seconds(), m.login, fmt.Sprintf(format, args...))
}

// fault puts a code into words.
func (s *stage) fault(code string) string {
	book, err := words.Load()
	if err != nil {
		return code
	}
	return fmt.Sprintf("%s [%s]", book.In(words.EN).FaultCode(code), code)
}

// report tells what the supervisor now sees, and what is missing.
func (d *day) report(ctx context.Context, v verdict) (err error) {
	st, err := store.Open(ctx, d.server.data, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	page, err := st.Visits(ctx, store.VisitFilter{Limit: len(d.book.visits)})
	if err != nil {
		return err
	}
	conflicts, err := st.Conflicts(ctx)
	if err != nil {
		return err
	}
	requests, err := st.Requests(ctx, store.RequestFilter{})
	if err != nil {
		return err
	}
	d.out.scene("What the supervisor sees")
	row := func(cells ...any) {
		d.out.line("%s %s %s %s %s %s %s", pad(9, cells[0]), pad(8, cells[1]), pad(7, cells[2]), pad(6, cells[3]), pad(13, cells[4]),
			pad(26, cells[5]), fmt.Sprint(cells[6]))
	}
	row("CHECK-IN", "MANAGER", "PHOTOS", "LINES", "OUT OF STOCK", "STORE", "NOTE")
	for _, r := range page.Rows {
		row(time.UnixMilli(r.CheckIn.AtMS).In(field.Zone).Format("15:04:05"), r.Manager.Name, fmt.Sprintf("%d/%d", r.PhotosWhole, r.Photos),
			r.Lines, r.OutOfStock, r.StoreName, r.Note)
	}
	for _, q := range requests.Rows {
		due := time.UnixMilli(q.DueMS).In(field.Zone).Format("15:04")
		d.out.line("request: %s at %s: %s (%s is to see it through, answer by %s)", q.Kind, q.StoreName, q.Text, q.Owner.Name, due)
	}
	for _, c := range conflicts {
		d.out.line("conflict: %s at %s: %s", subject(c), c.StoreName, versus(c))
	}
	for _, what := range v.lost {
		d.out.line("LOST: %s", what)
	}
	d.out.line("\nthe office's pages: %s  sign in as zhao / %s", d.server.base, d.people["zhao"])
	return nil
}

// pad fills a cell up to a width in columns of a terminal, where a Chinese character takes two.
func pad(width int, cell any) string {
	text := fmt.Sprint(cell)
	for _, r := range text {
		width--
		if r > 0x2e80 {
			width--
		}
	}
	return text + strings.Repeat(" ", max(0, width))
}

func subject(c store.Conflict) string {
	if c.Product != "" {
		return "count of " + c.Product
	}
	return c.Field
}

// versus says who entered what.
func versus(c store.Conflict) (out string) {
	for i, v := range c.Values {
		var value string
		if json.Unmarshal(v.Value, &value) != nil {
			value = string(v.Value)
		}
		var line field.CountLine
		if c.Product != "" && json.Unmarshal(v.Value, &line) == nil {
			value = fmt.Sprintf("%d 条 %d 包", line.Cartons, line.Packs)
		}
		if i > 0 {
			out += " / "
		}
		out += fmt.Sprintf("%s (%s, %s)", value, v.Author.Name, time.UnixMilli(v.Wrote.AtMS).In(field.Zone).Format("15:04"))
	}
	return out
}

// openWindow starts the phone app where there is a display, and returns what ends it. The app is no part
// of the story: when it cannot start, that is told and all else goes on.
func (d *day) openWindow(ctx context.Context) (end func() error) {
	nothing := func() error { return nil }
	if os.Getenv("DISPLAY") == "" {
		d.out.line("no display here: the phone's window is not opened")
		return nothing
	}
	log, err := os.Create(filepath.Join(d.dir, "window.log"))
	if err != nil {
		d.out.line("the phone's window is not opened: %v", err)
		return nothing
	}
	root, rootErr := moduleRoot(ctx)
	dir, dirErr := filepath.Abs(filepath.Join(d.dir, "phone-window"))
	if err := errors.Join(rootErr, dirErr); err != nil {
		d.out.line("the phone's window is not opened: %v", err)
		return log.Close
	}
	cmd := exec.CommandContext(ctx, "go", "run", "-buildvcs=false", "-tags", "migrated_fynedo", "./mobile",
		"--data", dir, "--server", d.server.base)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) } // go run and what it runs
	if err := cmd.Start(); err != nil {
		d.out.line("the phone's window is not opened: %v", err)
		return log.Close
	}
	d.out.line("the phone's window opens once it is compiled: sign in as wang / %s", d.people["wang"])
	var ended sync.WaitGroup
	ended.Go(func() {
		if err := cmd.Wait(); err != nil && ctx.Err() == nil {
			d.out.line("the phone's window has ended: %v, see %s", err, log.Name())
		}
	})
	return func() error {
		if ctx.Err() == nil { // the story failed
			_ = cmd.Cancel() // it may have ended by itself
		}
		ended.Wait()
		return log.Close()
	}
}
