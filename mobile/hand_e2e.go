//go:build e2e

package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"

	"storewalk/mobile/ui"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"

	"fyne.io/fyne/v2"
)

// What a test gives the app that it runs in a real window. Only a build with the tag e2e has it.
const (
	socketVariable   = "STOREWALK_SOCKET"   // where the test asks what is on the screen, and types
	picturesVariable = "STOREWALK_PICTURES" // folder of what the camera sees, one after the other
)

// equip gives the app a place, and a camera unless it has one.
func equip(d *ui.Deps) {
	d.Where = func() field.Moment {
		return field.Moment{Position: field.Position{Lat: 36.2812, Lon: 106.0731, Acc: 9}}
	}
	if d.Camera != nil {
		return
	}
	var taken atomic.Int64
	d.Camera = ui.CameraFunc(func(context.Context) (io.ReadCloser, error) {
		files, err := filepath.Glob(filepath.Join(os.Getenv(picturesVariable), "*.jpg"))
		if err != nil || len(files) == 0 {
			return nil, err
		}
		slices.Sort(files)
		return os.Open(files[int(taken.Add(1)-1)%len(files)])
	})
}

// listen lets the test see and type.
func listen(ctx context.Context, w fyne.Window, log *slog.Logger) {
	if err := uitest.Listen(ctx, os.Getenv(socketVariable), w); err != nil {
		log.Error("The test is not heard", "error", err)
	}
}
