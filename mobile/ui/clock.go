package ui

import (
	"time"

	"storewalk/mobile/store"
)

// clockOff says that the phone's clock is off, and what to do about it; "" when that is not known.
func (a *App) clockOff(c store.Clock) string {
	if c.Off == 0 {
		return ""
	}
	a.until(c.Shows.Truncate(time.Minute).Add(time.Minute))
	key := "clock.off"
	if c.AtLeast {
		key = "clock.off_at_least"
	}
	return a.T(key, "Shows", a.DateTime(c.Shows.UnixMilli()), "Right", a.DateTime(c.Shows.Add(c.Off).UnixMilli()))
}
