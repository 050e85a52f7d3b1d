package store

import (
	"testing"
	"time"

	"storewalk/shared/password"
)

// locked is a phone with unsent work whose person has signed out. Its boot clock stands at boot.
func locked(t *testing.T) (s *Store, boot *Boot) {
	t.Helper()
	s = newPhone(t, newOffice(t), li)
	a := accounts[li]
	wantFault(t, s.Lock(t.Context()), "lock.no_password")
	a.Verifier = password.Hash("正确的密码")
	must(t, s.SignIn(t.Context(), a))
	checkIn(t, s, shop)
	boot = &Boot{ID: "one", MS: 1_000}
	s.boot = func() Boot { return *boot }
	must(t, s.Lock(t.Context()))
	return s, boot
}

func isLocked(t *testing.T, s *Store) bool {
	t.Helper()
	on, err := s.Locked(t.Context())
	must(t, err)
	return on
}

func TestTheLockErasesNothingAndStopsNoSending(t *testing.T) {
	t.Parallel()
	s, _ := locked(t)
	before := unsentOn(t, s)
	s = reopen(t, s)
	equal(t, isLocked(t, s), true)
	before.stillHere(t, s)
	out, err := s.NextPush(t.Context(), 1<<20)
	must(t, err)
	if a, _, err := s.Account(t.Context()); err != nil || a.Token == "" || len(out) == 0 {
		t.Fatal("nothing is sent while locked", err)
	}
	_, err = s.Unlock(t.Context(), "正确的密码")
	must(t, err)
	equal(t, isLocked(t, s), false)
	before.stillHere(t, s)
}

func TestWrongPasswordsCostMoreAndMoreTime(t *testing.T) {
	t.Parallel()
	s, boot := locked(t)
	now := time.Now()
	s.wall = func() time.Time { return now }
	var waits []time.Duration
	for range 12 {
		wait, err := s.Unlock(t.Context(), "falsch")
		wantFault(t, err, "lock.wrong")
		waits = append(waits, wait)
		if wait == 0 {
			continue
		}
		s.wall = func() time.Time { return now.Add(240 * time.Hour) }
		if got, err := s.Unlock(t.Context(), "正确的密码"); got != wait || err == nil {
			t.Fatal("another date opens the lock before its time", got, err)
		}
		s.wall = func() time.Time { return now }
		boot.MS += wait.Milliseconds()
	}
	want := []time.Duration{0, 0, 0, 5, 10, 20, 40, 80, 160, 300, 300, 300}
	for i := range want {
		equal(t, waits[i], want[i]*time.Second)
	}
	boot.MS -= 1
	*boot = Boot{ID: "two", MS: 5} // the phone was started again, and its clock is a year back
	s.wall = func() time.Time { return now.AddDate(-1, 0, 0) }
	wait, err := s.Unlock(t.Context(), "正确的密码")
	wantFault(t, err, "lock.wait")
	equal(t, wait, 5*time.Minute)
	s.wall = func() time.Time { return now.Add(5 * time.Minute) }
	_, err = s.Unlock(t.Context(), "正确的密码")
	must(t, err)
	equal(t, isLocked(t, s), false)
	must(t, s.Lock(t.Context()))
	wait, err = s.Unlock(t.Context(), "falsch")
	wantFault(t, err, "lock.wrong") // the count begins anew
	equal(t, wait, time.Duration(0))
}

func TestATryCountsThoughTheAppIsKilledWhileItIsLookedAt(t *testing.T) {
	t.Parallel()
	s, _ := locked(t)
	for range freeTries + 1 {
		_, err := s.Unlock(t.Context(), "falsch")
		wantFault(t, err, "lock.wrong")
		boot := s.boot
		s = reopen(t, s)
		s.boot = boot
	}
	_, err := s.Unlock(t.Context(), "正确的密码")
	wantFault(t, err, "lock.wait")
}

func TestSigningInAtTheServerOpensTheLock(t *testing.T) {
	t.Parallel()
	s, _ := locked(t)
	wantFault(t, s.SignIn(t.Context(), accounts[wang]), "auth.other_user")
	equal(t, isLocked(t, s), true)
	must(t, s.SignIn(t.Context(), accounts[li]))
	equal(t, isLocked(t, s), false)
}
