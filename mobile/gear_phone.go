//go:build (android || jvm) && cgo

package main

import (
	"context"
	"log/slog"

	"storewalk/mobile/device"

	"fyne.io/fyne/v2"
)

// askedPlace is the preference which says that the person was asked for their place.
const askedPlace = "asked_place"

// newGear is what a phone has. What its system lacks is logged: the app does without.
func newGear(_ context.Context, a fyne.App, _, _ string, log *slog.Logger) *gear {
	var phone device.Phone
	if missing, err := phone.Check(); err != nil || missing != "" {
		log.Error("This Android is not as expected", "missing", missing, "error", err)
	}
	place := device.NewPlace(phone, device.SinceBoot, log)
	place.Asked = func() bool { return a.Preferences().Bool(askedPlace) }
	place.SetAsked = func() { a.Preferences().SetBool(askedPlace, true) }
	return &gear{lens: phone, place: place, network: phone.Network, texts: phone.TextScale, close: func() {}}
}
