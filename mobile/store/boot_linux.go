package store

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// bootClock reads the clock of this start of the system, Linux or Android. Where it may not be read there is none.
func bootClock() Boot {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return Boot{}
	}
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		return Boot{}
	}
	return Boot{ID: strings.TrimSpace(string(id)), MS: t.Nano() / 1e6}
}
