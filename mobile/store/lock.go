package store

import (
	"context"
	"database/sql"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/password"
)

// A lockState says whether the person signed out. Nothing is erased by that, and what waits goes on being sent: only the
// screens are closed until the same person opens them, or somebody signs in at the server.
type lockState struct {
	Locked bool   `json:"locked"`
	Fails  int    `json:"fails"` // wrong passwords in a row
	WaitMS int64  `json:"wait"`  // no other try before this, by the phone's clock
	Boot   string `json:"boot"`  // or, while the phone has not been started since,
	BootMS int64  `json:"boot_ms"`
}

// freeTries is how many wrong passwords cost nothing; then the wait begins and doubles.
const (
	freeTries = 3
	firstWait = 5 * time.Second
	maxWait   = 5 * time.Minute
)

// delay is how long to wait after so many wrong passwords.
func delay(fails int) time.Duration {
	if fails <= freeTries {
		return 0
	}
	return min(firstWait<<min(fails-freeTries-1, 10), maxWait)
}

// wait is how long there is still to wait. The boot clock says it, which nobody sets; after a restart the phone's clock
// does, and never more than the longest wait.
func (l lockState) wait(now time.Time, boot Boot) time.Duration {
	left := time.UnixMilli(l.WaitMS).Sub(now)
	if l.Boot != "" && l.Boot == boot.ID {
		left = time.Duration(l.BootMS-boot.MS) * time.Millisecond
	}
	return max(0, min(left, delay(l.Fails)))
}

// Locked reports whether the person signed out of the screens.
func (s *Store) Locked(ctx context.Context) (bool, error) {
	if s.unlocked.Load() {
		return false, nil
	}
	l, err := s.lockState(ctx, s.db.Read)
	return l.Locked, err
}

// Lock signs the person out of the screens. It is a fault "lock.no_password" when this phone was enrolled before it kept
// what opens the lock again without a network. On a full disk it is written beside the database, where that needs no room.
func (s *Store) Lock(ctx context.Context) error {
	s.unlocked.Store(false) // before the transaction: none after it settles the lock as opened
	var l lockState
	read := func(tx *sql.Tx) (err error) {
		var a Account
		if _, err := getMeta(ctx, tx, metaAccount, &a); err != nil {
			return err
		}
		if a.Verifier == "" {
			return fault.New(fault.Conflict, "lock.no_password", nil)
		}
		_, err = getMeta(ctx, tx, metaLock, &l)
		return err
	}
	err := s.change(ctx, func(tx *sql.Tx) error {
		if err := read(tx); err != nil || l.Locked { // Unlock could not write on a full disk
			return err
		}
		l.Locked = true
		return setMetaJSON(ctx, tx, metaLock, l)
	})
	if !fault.Is(err, "disk.full") {
		if err != nil {
			return err
		}
		return s.tries.forget()
	}
	if err := s.db.View(ctx, read); err != nil { // a transaction that never began has read nothing
		return err
	}
	l.Locked = true
	if err := s.tries.write(l); err != nil {
		return err
	}
	s.changed.Beat()
	return nil
}

// Unlock opens the screens with the password of the last sign-in, without a network. Faults: "lock.wrong", and "lock.wait"
// while there have been too many wrong ones; wait says how long. A try counts before it is looked at, so that killing the
// app does not undo it. On a full disk the right password opens the screens for this run: what could not be written is
// written with the next change that finds room, and until then a restart asks again.
func (s *Store) Unlock(ctx context.Context, text string) (wait time.Duration, err error) {
	var a Account
	var l lockState
	now, boot := s.wall(), s.boot()
	try := func(tx *sql.Tx) (err error) {
		if _, err := getMeta(ctx, tx, metaAccount, &a); err != nil {
			return err
		}
		if l, err = s.lockState(ctx, tx); err != nil {
			return err
		}
		if wait = l.wait(now, boot); wait > 0 {
			return fault.New(fault.Unavailable, "lock.wait", nil)
		}
		l.Fails++
		next := delay(l.Fails)
		l.WaitMS, l.Boot, l.BootMS = now.Add(next).UnixMilli(), boot.ID, boot.MS+next.Milliseconds()
		return nil
	}
	err = s.change(ctx, func(tx *sql.Tx) error {
		if err := try(tx); err != nil {
			return err
		}
		return setMetaJSON(ctx, tx, metaLock, l)
	})
	if fault.Is(err, "disk.full") {
		if err = s.db.View(ctx, try); err == nil { // read anew: a transaction that never began knows of no try before
			err = s.tries.write(l)
		}
	}
	if err != nil {
		return wait, err
	}
	if !password.Check(a.Verifier, text) {
		return l.wait(s.wall(), s.boot()), fault.New(fault.Unauthorized, "lock.wrong", nil)
	}
	err = s.change(ctx, func(tx *sql.Tx) error { return setMetaJSON(ctx, tx, metaLock, lockState{}) })
	if fault.Is(err, "disk.full") {
		s.unlocked.Store(true)
		err = nil
	}
	if err != nil {
		return 0, err
	}
	return 0, s.tries.forget()
}

// lockState returns the lock as it was written last, in the database or, while the disk was full, beside it.
func (s *Store) lockState(ctx context.Context, q querier) (l lockState, err error) {
	if _, err := getMeta(ctx, q, metaLock, &l); err != nil {
		return l, err
	}
	beside, err := s.tries.read()
	l.Locked = l.Locked || beside.Locked
	if beside.Fails > l.Fails {
		l.Fails, l.WaitMS, l.Boot, l.BootMS = beside.Fails, beside.WaitMS, beside.Boot, beside.BootMS
	}
	return l, err
}

// settleLock writes what Unlock could not on a full disk, after a change that found room. Its failure changes nothing: the
// next change tries again.
func (s *Store) settleLock(ctx context.Context) {
	if !s.unlocked.Load() {
		return
	}
	err := s.db.Tx(ctx, func(tx *sql.Tx) error {
		if !s.unlocked.Load() { // locked meanwhile
			return nil
		}
		return setMetaJSON(ctx, tx, metaLock, lockState{})
	})
	if err == nil {
		s.unlocked.Store(false)
	}
}
