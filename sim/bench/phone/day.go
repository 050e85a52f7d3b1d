package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"runtime/pprof"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/uuid"

	"storewalk/demo/shelf"
	"storewalk/mobile/capture"
	"storewalk/mobile/store"
	"storewalk/mobile/ui"
	"storewalk/shared/field"
	"storewalk/sim/county"
)

// A day is what an hour's work in one process left in memory, in bytes.
type day struct {
	Actions        int
	Peak, Resident int64
}

// hasty tells Fyne how long to keep what it has made of a widget that is no longer drawn. In the app that is a minute, in
// which a person does ten things. Here an hour's are done in one or two minutes.
const hasty = "FYNE_CACHE=3s"

const (
	dayVisits = 12 // of five minutes each
	dayPhotos = 4  // in a visit: 45 of 12 megapixels in all, and three of 50, each the first of every fourth visit
)

// aDay draws what the camera sees, and lives the day in a process of its own.
func aDay(ctx context.Context, o options, dir string) (d day, err error) {
	camera := filepath.Join(o.cache, "camera")
	if err := pictures(camera); err != nil {
		return d, err
	}
	self, err := os.Executable()
	if err != nil {
		return d, err
	}
	cmd := exec.CommandContext(ctx, self, "-heap", o.heap, "day", dir, camera)
	var said bytes.Buffer
	cmd.Stderr = &said
	cmd.Env = append(os.Environ(), hasty)
	out, err := cmd.Output()
	if err != nil {
		return d, fmt.Errorf("day: %w\n%s", err, said.String())
	}
	return d, json.Unmarshal(out, &d)
}

// pictures are one of 12 megapixels and one of 50, as a camera gives them.
func pictures(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, "50.jpg")); err == nil {
		return nil
	}
	twelve, err := shelf.Draw(shelf.Options{Seed: 12, Orientation: 6})
	if err != nil {
		return err
	}
	img := image.NewYCbCr(image.Rect(0, 0, 8160, 6144), image.YCbCrSubsampleRatio420)
	for i := range img.Y {
		img.Y[i] = uint8(i*i>>7) ^ uint8(i>>5)
	}
	var fifty bytes.Buffer
	if err := jpeg.Encode(&fifty, img, nil); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "12.jpg"), twelve, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "50.jpg"), fifty.Bytes(), 0o644)
}

// liveDay visits stores without resting: what a person does in an hour, each step with the frame it brings.
func liveDay(ctx context.Context, dir, camera, heap string) error {
	c := county.County{Dir: dir}
	d, err := open(ctx, c)
	if err != nil {
		return err
	}
	d.sharp()
	ui.SpareMemory()
	l := &life{device: d, camera: camera}
	all, err := d.store.Stores(ctx, "")
	if err != nil {
		return err
	}
	for n := range dayVisits {
		if err := l.visit(ctx, n, all[n*37].ID); err != nil {
			return err
		}
	}
	debug.FreeOSMemory()
	if heap != "" {
		f, err := os.Create(heap)
		if err != nil {
			return err
		}
		if err := errors.Join(pprof.WriteHeapProfile(f), f.Close()); err != nil {
			return err
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(day{l.actions, memory("VmHWM:"), memory("VmRSS:")}); err != nil {
		return err
	}
	return d.end()
}

// A life counts what is done.
type life struct {
	*device
	camera  string
	actions int
}

// did draws the frame that every third action brings: in software one takes longer than most actions.
func (l *life) did() {
	l.Settle()
	if l.actions++; l.actions%3 == 0 {
		l.frame()
	}
}

func (l *life) see(page string, of ui.Target) error {
	err := l.show(page, of)
	l.did()
	return err
}

func (l *life) visit(ctx context.Context, n int, id uuid.UUID) error {
	for _, page := range []string{"today", "map", "stores"} {
		if err := l.see(page, ui.Target{}); err != nil {
			return err
		}
	}
	for range 20 {
		l.ScrollBy(400)
		l.did()
	}
	if err := l.see("store", ui.Target{ID: id}); err != nil {
		return err
	}
	visit, err := l.store.CheckIn(ctx, id, field.Moment{Position: field.Position{Lat: 36, Lon: 106}}, store.Purpose{})
	if err != nil {
		return err
	}
	if err := l.see("visit", ui.Target{ID: visit}); err != nil {
		return err
	}
	for i := range dayPhotos {
		name := "12.jpg"
		if i == 0 && n%4 == 0 {
			name = "50.jpg"
		}
		if err := l.shoot(ctx, visit, name, field.PhotoKinds[i]); err != nil {
			return err
		}
		if err := l.see("visit", ui.Target{ID: visit}); err != nil {
			return err
		}
	}
	if err := l.see("count", ui.Target{ID: visit}); err != nil {
		return err
	}
	l.count()
	if err := l.store.SetNote(ctx, visit, uuid.Nil, "老板说细支烟走得快，下周多送两条。", nil); err != nil {
		return err
	}
	for _, page := range []string{"note", "leave", "visit"} {
		if err := l.see(page, ui.Target{ID: visit}); err != nil {
			return err
		}
	}
	if err := l.store.CheckOut(ctx, visit, field.Moment{}); err != nil {
		return err
	}
	for _, page := range []string{"sync", "photos", "visits", "conflicts", "requests"} {
		if err := l.see(page, ui.Target{}); err != nil {
			return err
		}
	}
	for range 14 { // the way back
		l.Back()
		l.did()
	}
	return nil
}

func (l *life) shoot(ctx context.Context, visit uuid.UUID, name, kind string) error {
	f, err := os.Open(filepath.Join(l.camera, name))
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = capture.Photo(ctx, l.store, visit, capture.Shot{Kind: kind}, f)
	l.did()
	return err
}

// count taps every stepper in sight, screen by screen.
func (l *life) count() {
	for range 4 {
		for _, id := range l.IDs() {
			if !strings.HasSuffix(id, ".more") {
				continue
			}
			if t, ok := l.Find(id).(fyne.Tappable); ok {
				test.Tap(t)
				l.did()
			}
		}
		l.ScrollBy(1_000)
		l.did()
	}
}

// memory reads a line of /proc/self/status, in bytes; 0 where there is none.
func memory(line string) int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), line)
	var kB int64
	if _, err := fmt.Sscanf(rest, "%d kB", &kB); err != nil {
		return 0
	}
	return kB << 10
}
