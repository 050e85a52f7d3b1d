package store

import (
	"path/filepath"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/password"
)

// lockedOnSmallDisk is a locked phone on a disk that full fills to the last byte, until empty.
func lockedOnSmallDisk(t *testing.T) (s *Store, full func(*Store) (empty func())) {
	t.Helper()
	o := newOffice(t)
	disk := smallDisk(t)
	s = openStore(t, filepath.Join(disk, "data"))
	a := accounts[li]
	a.Verifier = password.Hash("正确的密码")
	must(t, s.SignIn(t.Context(), a))
	o.exchange(t, s)
	must(t, s.Lock(t.Context()))
	return s, func(s *Store) func() {
		checkpoint(t, s)
		return fill(t, disk, 0)
	}
}

func TestAFullPhoneIsUnlockedForThisRun(t *testing.T) {
	t.Parallel()
	s, full := lockedOnSmallDisk(t)
	empty := full(s)
	if _, err := s.CheckIn(t.Context(), shop, nowhere, Purpose{}); err == nil {
		t.Fatal("the disk is not full: it is no test")
	}
	_, err := s.Unlock(t.Context(), "正确的密码")
	must(t, err)
	equal(t, isLocked(t, s), false)
	equal(t, page(t, s, shop).ID, shop) // everything can be read

	must(t, s.Lock(t.Context())) // signing out needs no room then
	equal(t, isLocked(t, s), true)
	_, err = s.Unlock(t.Context(), "正确的密码")
	must(t, err)
	empty()
	s = reopen(t, s) // ended before there was a write: a restart asks again
	equal(t, isLocked(t, s), true)

	empty = full(s)
	_, err = s.Unlock(t.Context(), "正确的密码")
	must(t, err)
	empty()
	visit := checkIn(t, s, shop) // there is room: it is written
	must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Packs: 1}, nil))
	s = reopen(t, s)
	equal(t, isLocked(t, s), false)
	must(t, s.Close()) // before the disk goes
}

func TestAFullDiskMakesNoPasswordCheaperToGuess(t *testing.T) {
	t.Parallel()
	s, full := lockedOnSmallDisk(t)
	s.boot = func() Boot { return Boot{ID: "one", MS: 1_000} }
	for range freeTries {
		empty := full(s)
		_, err := s.Unlock(t.Context(), "falsch")
		wantFault(t, err, "lock.wrong")
		empty()
		boot := s.boot
		s = reopen(t, s) // each time it is ended, with room, to make it forget
		s.boot = boot
	}
	empty := full(s)
	wait, err := s.Unlock(t.Context(), "falsch")
	wantFault(t, err, "lock.wrong")
	equal(t, wait, firstWait)
	_, err = s.Unlock(t.Context(), "正确的密码")
	wantFault(t, err, "lock.wait")
	equal(t, isLocked(t, s), true)
	empty()
	_, err = s.Unlock(t.Context(), "正确的密码")
	wantFault(t, err, "lock.wait")
	s.boot = func() Boot { return Boot{ID: "one", MS: 1_000 + firstWait.Milliseconds()} }
	_, err = s.Unlock(t.Context(), "正确的密码")
	must(t, err)
	must(t, s.Lock(t.Context()))
	_, err = s.Unlock(t.Context(), "falsch") // the count begins anew
	wantFault(t, err, "lock.wrong")
	equal(t, s.lockFails(t), 1)
	must(t, s.Close())
}

// The phone goes to somebody else: whether the disk is full does not matter to that.
func TestWhoSignsOutOnAFullPhoneIsSignedOutAndAskedAtTheNextStart(t *testing.T) {
	t.Parallel()
	s, full := lockedOnSmallDisk(t)
	_, err := s.Unlock(t.Context(), "正确的密码")
	must(t, err)
	equal(t, isLocked(t, s), false)
	empty := full(s)
	must(t, s.Lock(t.Context()))
	equal(t, isLocked(t, s), true)
	s = reopen(t, s)
	equal(t, isLocked(t, s), true)
	for range freeTries {
		_, err = s.Unlock(t.Context(), "falsch")
		wantFault(t, err, "lock.wrong")
	}
	s = reopen(t, s) // the tries that were counted beside it leave the lock there
	equal(t, isLocked(t, s), true)
	_, err = s.Unlock(t.Context(), "正确的密码")
	must(t, err)
	equal(t, isLocked(t, s), false)
	must(t, s.Lock(t.Context()))
	empty()
	s = reopen(t, s)
	equal(t, isLocked(t, s), true) // room alone opens nothing
	a := accounts[li]
	a.Verifier = password.Hash("新的密码")
	must(t, s.SignIn(t.Context(), a)) // the server has taken the password
	s = reopen(t, s)
	equal(t, isLocked(t, s), false)
	must(t, s.Close())
}

// lockFails is how many wrong passwords in a row are written.
func (s *Store) lockFails(t *testing.T) int {
	t.Helper()
	var l lockState
	_, err := getMeta(t.Context(), s.db.Read, metaLock, &l)
	must(t, err)
	return l.Fails
}

// The app is ended on a full phone, or by it, and started again, as often as one likes: all can be read, and the lock opened.
func TestAFullPhoneIsStartedAgainAndRead(t *testing.T) {
	t.Parallel()
	s, full := lockedOnSmallDisk(t)
	_, err := s.Unlock(t.Context(), "正确的密码")
	must(t, err)
	visit := checkIn(t, s, shop)
	must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Packs: 7}, nil))
	must(t, s.Lock(t.Context()))
	full(s)
	for range 4 {
		s = reopen(t, s)
		equal(t, isLocked(t, s), true)
		_, err := s.Unlock(t.Context(), "正确的密码")
		must(t, err)
		equal(t, isLocked(t, s), false)
		equal(t, sheetRow(t, s, visit, furong).Line.Packs, 7)
		equal(t, page(t, s, shop).OpenVisit, visit)
		must(t, s.Lock(t.Context()))
	}
	must(t, s.Close())
}
