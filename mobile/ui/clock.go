package ui

import "storewalk/mobile/store"

// clockOff says that the phone's clock is off, and what to do about it; "" when that is not known.
func (a *App) clockOff(c store.Clock) string {
	if c.Off == 0 {
		return ""
	}
	key := "clock.off"
	if c.AtLeast {
		key = "clock.off_at_least"
	}
	return a.T(key, "Shows", a.DateTime(c.Shows.UnixMilli()), "Right", a.DateTime(c.Shows.Add(c.Off).UnixMilli()))
}
