//go:build !((android || jvm) && cgo)

package main

import (
	"context"
	"log/slog"

	"storewalk/mobile/device"

	"fyne.io/fyne/v2"
)

// newGear is what a desktop has: a camera, if somebody names a program that takes pictures into a file.
func newGear(ctx context.Context, _ fyne.App, dir, program string, _ *slog.Logger) *gear {
	if program == "" {
		return &gear{close: func() {}}
	}
	camera := device.NewProgram(ctx, dir, program)
	return &gear{lens: camera, close: camera.Close}
}
