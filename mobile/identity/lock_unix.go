//go:build unix

package identity

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"storewalk/shared/fault"
)

// A Lock is held by the one process that may use a data folder. The system lets go of it when the process
// ends, however it ends.
type Lock struct{ f *os.File }

// Acquire takes the lock file at path, or returns a fault "db.in_use" when another process holds it.
func Acquire(path string) (*Lock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("identity: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fault.New(fault.Conflict, "db.in_use", err)
		}
		return nil, fmt.Errorf("identity: lock: %w", err)
	}
	return &Lock{f}, nil
}

// Release lets go. It unlocks before it closes: a child process that is just being started may still have a
// copy of the file, and with it the lock.
func (l *Lock) Release() error {
	return errors.Join(syscall.Flock(int(l.f.Fd()), syscall.LOCK_UN), l.f.Close())
}
