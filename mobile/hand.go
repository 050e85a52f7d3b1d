//go:build !e2e

package main

import (
	"context"
	"log/slog"

	"storewalk/mobile/ui"

	"fyne.io/fyne/v2"
)

// The app as people get it has nobody but them to listen to; see hand_e2e.go.

func equip(*ui.Deps) {}

func listen(context.Context, fyne.Window, *slog.Logger) {}
