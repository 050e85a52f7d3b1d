//go:build !linux

package store

// bootClock: this system has no clock that counts while it sleeps and names its start.
func bootClock() Boot { return Boot{} }
