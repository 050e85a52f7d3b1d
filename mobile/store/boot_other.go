//go:build !linux

package store

// bootClock returns nothing: this system has no clock that goes on while it sleeps and whose start has a name.
func bootClock() Boot { return Boot{} }
