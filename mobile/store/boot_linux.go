package store

import (
	"os"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// bootID reads the name of this start of the system; "" where it may not be read.
var bootID = sync.OnceValue(func() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
})

// bootClock reads the clock of this start of the system, Linux or Android. Where it may not be read there is none.
func bootClock() Boot {
	id := bootID()
	if id == "" {
		return Boot{}
	}
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		return Boot{}
	}
	return Boot{ID: id, MS: t.Nano() / 1e6}
}
