package auth

import (
	"sync"
	"time"

	"storewalk/shared/fault"

	"golang.org/x/time/rate"
)

// A Limiter brakes the guessing of passwords. A person who mistypes is not stopped: a login from one
// address may fail five times at once and then once in ten seconds; an address, thirty times and then once
// a second. The zero Limiter is ready and may be used from any goroutine.
type Limiter struct {
	mu   sync.Mutex
	seen map[string]*rate.Limiter
}

const (
	loginBurst, loginEvery     = 5, 10 * time.Second
	addressBurst, addressEvery = 30, time.Second
	maxSeen                    = 10_000 // above this all are forgotten: that bounds the memory, and a brake lasts seconds anyway
)

// Allow takes one attempt for the login from the address, or returns a fault "auth.too_many". Call it
// before the password is looked at, which costs 19 MiB.
func (l *Limiter) Allow(login, address string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen == nil || len(l.seen) > maxSeen {
		l.seen = map[string]*rate.Limiter{}
	}
	if !l.of(address, addressBurst, addressEvery).Allow() || !l.of(pair(login, address), loginBurst, loginEvery).Allow() {
		return fault.New(fault.Unavailable, "auth.too_many", nil)
	}
	return nil
}

// Forget clears the failures of a login that has now signed in from the address.
func (l *Limiter) Forget(login, address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.seen, pair(login, address))
}

func pair(login, address string) string { return address + "\x00" + login }

func (l *Limiter) of(key string, burst int, every time.Duration) *rate.Limiter {
	if l.seen[key] == nil {
		l.seen[key] = rate.NewLimiter(rate.Every(every), burst)
	}
	return l.seen[key]
}
