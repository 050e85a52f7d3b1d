package e2e

import (
	"maps"
	"testing"
	"time"
)

// The battery dies in the hills, and the phone starts with its clock in 2020 and without a network. Back in reach, its clock is
// set before anything is sent.
func TestSyncVisitsByAClockInThePastHaveTheirDayOnceItIsPutRight(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	p := w.clockPhone("ma")
	p.goesOut("tuesday", -6*clockYear)
	for range 10 {
		p.calls()
	}
	p.off, p.ago = 0, 0
	p.onPhone() // no server has been heard
	p.round()
	p.inOffice(w)
	p.onPhone()
	p.calls()
	p.round()
	p.starts("wednesday", 0) // and for good
	p.close()
	p.openIn(t, p.dir)
	p.onPhone()
	p.round()
	p.inOffice(w)
	w.settled(p.syncPhone)
}

// The phone names other clocks only while it has something to say of them.
func TestSyncOtherClocksAreNamedOnlyWhenThereAreAny(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	p := w.clockPhone("ma")
	named := func() int {
		t.Helper()
		sent, err := p.NextPush(t.Context(), 1<<20)
		p.try(err)
		_, clocks, err := p.Clocks(t.Context(), sent)
		p.try(err)
		return len(clocks)
	}
	for _, step := range []struct {
		what string
		do   func()
		want int
	}{
		{"nothing is written", func() {}, 0},
		{"a visit by the clock as it is", func() { p.calls() }, 0},
		{"the clock is set", func() { p.off = clockYear }, 1},
		{"and written by", func() { p.calls() }, 2},
		{"all is sent", func() { p.round() }, 0},
		{"a visit by the wrong clock", func() { p.calls() }, 0},
		{"the phone is started with a right clock", func() { p.starts("tuesday", 0) }, 1},
		{"all is sent again", func() { p.round() }, 0},
		{"what is new is by one clock", func() { p.calls() }, 0},
	} {
		step.do()
		if n := named(); n != step.want {
			t.Errorf("%s: %d clocks are named, want %d", step.what, n, step.want)
		}
	}
	p.round()
	p.inOffice(w)
}

func TestSyncAVisitBegunByAWrongClockAndEndedByARightOne(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{-6 * clockYear, clockYear, -3 * time.Hour, 20 * time.Minute} {
		w := newSyncWorld(t)
		p := w.clockPhone("ma")
		p.goesOut("tuesday", off)
		visit := p.arrives()
		p.passes(7 * time.Minute)
		p.off = 0
		p.leaves(visit)
		p.onPhone()
		p.round()
		p.inOffice(w)
		p.onPhone()

		p.off = off // and the other way round, sent in two parts
		visit = p.arrives()
		p.round()
		p.counts()
		p.off = 0
		p.leaves(visit)
		p.round()
		p.inOffice(w)
		p.onPhone()
	}
}

// Before the server was heard the phone was started anew: nobody knows how far the clock was off.
func TestSyncWhatAnUnknownClockWroteIsDoubted(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	p := w.clockPhone("ma")
	p.goesOut("tuesday", -6*clockYear)
	lost := p.calls()
	p.starts("wednesday", 0)
	delete(p.began, lost)
	p.calls()
	p.round()
	p.inOffice(w)
	d, err := w.store.VisitByID(t.Context(), lost)
	p.try(err)
	if diff := time.UnixMilli(d.CheckIn.AtMS).Sub(p.showed[lost]); diff.Abs() > time.Minute || !d.CheckIn.Doubtful {
		t.Errorf("%v from what the clock showed, doubtful %v", diff, d.CheckIn.Doubtful)
	}
}

// One push may hold what several clocks wrote, in several starts of the phone.
func TestSyncSeveralClocksInOnePush(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	p := w.clockPhone("ma")
	p.calls()
	p.off = 2 * clockYear
	p.calls()
	p.off = -time.Hour
	p.calls()
	p.off = 0
	p.calls()
	p.starts("tuesday", clockYear)
	p.calls()
	p.off = -clockYear
	p.calls()
	p.off = 3 * time.Hour // as it is sent
	p.round()
	p.inOffice(w)
	p.counts()
	p.off = 0
	p.onPhone()
}

// What a right clock wrote keeps its date when it is sent by a wrong one, also after a start of the phone.
func TestSyncWhatARightClockWroteKeepsItsDateWhenAWrongOneSends(t *testing.T) {
	t.Parallel()
	for _, boot := range []string{"monday", "tuesday"} {
		w := newSyncWorld(t)
		p := w.clockPhone("ma")
		p.calls()
		p.starts(boot, -6*clockYear)
		p.calls()
		p.round()
		p.inOffice(w)
		p.counts()
		p.off = 0
		p.onPhone()
	}
}

// The server was heard in the start of the phone in which the clock was wrong, but not all was sent.
func TestSyncAWrongClockIsRememberedUntilAllIsSent(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	p := w.clockPhone("ma")
	p.starts("tuesday", -6*clockYear)
	p.calls()
	p.round()
	p.calls()
	p.starts("wednesday", 0)
	p.calls()
	p.round()
	p.inOffice(w)
	p.onPhone()
}

// Two lives of one database write by clocks of their own, and each renames its writes or not: the dates stay.
func TestSyncAnotherLifeOfTheDatabaseKeepsItsClocks(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	a := w.clockPhone("ma")
	a.goesOut("tuesday", -6*clockYear)
	a.calls()
	a.close()
	b := &clockPhone{syncClock: new(syncClock), began: maps.Clone(a.began), ended: maps.Clone(a.ended),
		showed: maps.Clone(a.showed)}
	*b.syncClock = *a.syncClock
	dir := t.TempDir()
	syncCopy(t, a.dir, dir, syncFolder...)
	a.openIn(t, a.dir)
	b.openIn(t, dir)
	for i, p := range []*clockPhone{a, b} {
		p.calls()
		p.off = time.Duration(i+1) * clockYear
		p.calls()
		open := p.arrives()
		p.off = 0
		p.leaves(open)
	}
	for _, p := range []*clockPhone{a, b, a, b} {
		p.round()
	}
	if x, y := syncReplica(t, a.dir), syncReplica(t, b.dir); x == y {
		t.Fatal("two lives still share a replica id")
	}
	a.inOffice(w)
	b.inOffice(w)
	for _, two := range [][2]*clockPhone{{a, b}, {b, a}} { // what the other life wrote is shown by what its clock showed
		for visit, showed := range two[1].showed {
			if two[0].began[visit].IsZero() {
				two[0].began[visit], two[0].ended[visit] = showed, showed
			}
		}
		two[0].dates()
	}
}

// A phone that lost its identity file goes on under another name. What it had written under the first is sent as it is.
func TestSyncUnderAnotherNameThePhoneKnowsItsClocks(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	p := w.clockPhone("ma")
	before := syncReplica(t, p.dir)
	p.goesOut("tuesday", -6*clockYear)
	p.calls()
	open := p.arrives()
	p.close()
	syncCopy(t, t.TempDir(), p.dir, "identity.json") // there is none
	p.openIn(t, p.dir)
	p.leaves(open)
	p.calls()
	p.off, p.ago = 0, 0
	p.onPhone()
	p.round()
	if syncReplica(t, p.dir) == before {
		t.Fatal("it has the same name")
	}
	p.inOffice(w)
	p.onPhone()
}

// A server that was restored gets again, from a phone whose clock is right by now, what a wrong one wrote.
func TestSyncARestoredServerIsToldOfTheClocksAgain(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	p := w.clockPhone("ma")
	backup := t.TempDir()
	w.backup(backup)
	p.starts("tuesday", -6*clockYear)
	p.calls()
	p.round()
	p.calls()
	p.off = 0
	p.calls()
	p.round()
	p.starts("wednesday", 0)
	p.calls()
	w.lose()
	w.restore(backup)
	p.round()
	p.inOffice(w)
	p.onPhone()
}

// An exchange whose answer is lost is made again, when the clock was set in between.
func TestSyncAnExchangeThatIsMadeAgainTellsTheSameDates(t *testing.T) {
	t.Parallel()
	for _, direction := range []int{syncUp, syncDown} {
		w := newSyncWorld(t)
		p := w.clockPhone("ma")
		p.goesOut("tuesday", -6*clockYear)
		p.calls()
		p.ago = 0
		w.line.breakAfter(direction, 200, nil)
		p.mayFail()
		w.line.mend()
		p.off = 0
		p.calls()
		p.round()
		p.inOffice(w)
		p.onPhone()
	}
}

// Somebody else signs in: the clock is that of the phone.
func TestSyncTheClocksStayThoseOfThePhoneWhoeverSignsIn(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	p := w.clockPhone("ma")
	p.starts("tuesday", -6*clockYear)
	p.calls()
	p.off = 0
	p.calls()
	p.round()
	p.off = clockYear
	p.try(p.Enrol(t.Context(), w.line.url(), "li", syncPassword, "the same phone"))
	p.round()
	p.calls()
	p.off = 0
	p.calls()
	p.round()
	p.inOffice(w)
	w.settled(p.syncPhone)
}
