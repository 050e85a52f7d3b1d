package store

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// What is kept of the clocks only dates what is kept. If it can not be read, the app opens, and all is written and sent as ever.
func TestClocksThatCanNotBeReadStopNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	dir := t.TempDir()
	s := newPhoneIn(t, o, li, dir)
	asked(t, s, "刚说的")
	for _, value := range []string{`[{"rid":`, `{"lam":1}`, `[{"lam":"many"}]`} {
		must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.ExecContext(t.Context(), `UPDATE meta SET value = $1 WHERE key IN ('clocks', 'heard', 'projection')`, value)
			return err
		}))
		must(t, s.Close())
		s = openStore(t, dir)
		asked(t, s, "又说的")
		visitPage(t, s, checkIn(t, s, shop))
		_, err := s.Today(t.Context(), "", field.Position{})
		must(t, err)
		sent, err := s.NextPush(t.Context(), 1<<20)
		must(t, err)
		_, _, err = s.Clocks(t.Context(), sent)
		must(t, err)
		o.settled(t, s)
		o.hears(t, s)
		equal(t, len(spansOf(t, s)), 1)
	}
}

// A clockStore is a phone whose clocks a test sets: it was started an hour ago.
func clockStore(t testing.TB, o *office) (s *Store, set func(boot string, off time.Duration)) {
	s = newPhone(t, o, li)
	set = func(boot string, off time.Duration) {
		since := time.Now().Add(-time.Hour)
		s.wall = func() time.Time { return time.Now().Add(off) }
		s.boot = func() Boot { return Boot{ID: boot, MS: time.Since(since).Milliseconds()} }
	}
	return s, set
}

// An answer that was under way for hours, as a phone slept, makes its clock look ahead. The next one tells better, also of what
// was written before: or the office would put right times wrong once the phone was started anew.
func TestAnAnswerThatWasLongUnderWayIsNotTheLastWord(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s, set := clockStore(t, o)
	set("one", 0)
	asked(t, s, "刚说的")
	o.says(t, s, time.Now().Add(-3*time.Hour))
	asked(t, s, "又说的")
	o.hears(t, s)
	set("two", 0)
	for _, w := range spansOf(t, s) {
		if !right(w) {
			t.Errorf("a clock that was right is known as %v ahead", time.Duration(w.AheadMS)*time.Millisecond)
		}
	}
	sent, err := s.NextPush(t.Context(), 1<<20)
	must(t, err)
	_, clocks, err := s.Clocks(t.Context(), sent)
	must(t, err)
	for _, c := range clocks {
		if c.AheadMS == nil || !within(*c.AheadMS, clockTolerance) {
			t.Errorf("the office is told of a wrong clock: %+v", c)
		}
	}
}

// A write adds to the database what it is, and nothing else: on a full disk there may be room for no more. What other rows say
// is put right with the next page, or after the next answer.
func TestAWriteDoesNotPutRightWhatOthersSay(t *testing.T) {
	t.Parallel()
	year := 365 * 24 * time.Hour
	for name, putRight := range map[string]func(*office, *Store){
		"a page":    func(_ *office, s *Store) { _, err := s.Visits(t.Context(), 10); must(t, err) },
		"an answer": func(o *office, s *Store) { o.hears(t, s) },
	} {
		o := newOffice(t)
		s, set := clockStore(t, o)
		set("one", -year)
		visit := checkIn(t, s, shop)
		must(t, s.CheckOut(t.Context(), visit, field.Moment{}))
		off := func() (d time.Duration) {
			t.Helper()
			must(t, s.db.View(t.Context(), func(tx *sql.Tx) error {
				var at int64
				err := tx.QueryRowContext(t.Context(), `SELECT check_in_ms FROM visit WHERE id = $1`, visit.String()).Scan(&at)
				d = time.Until(time.UnixMilli(at)).Round(time.Hour)
				return err
			}))
			return d
		}
		set("one", 0)
		asked(t, s, "刚说的")
		if d := off(); d != -year {
			t.Errorf("%s: after a write the visit's row is %v off", name, d)
		}
		putRight(o, s)
		if d := off(); d != 0 {
			t.Errorf("after %s the visit's row is %v off", name, d)
		}
		asked(t, s, "又说的")
		if d := off(); d != 0 {
			t.Errorf("%s: after another write the visit's row is %v off", name, d)
		}
	}
}

// The clock of an earlier start of the phone was right, which nobody knew, and the battery died: that of this start is years back.
// Were the first as far off, the phone would have been started in the future.
func TestAnEarlierStartIsNotTakenForALaterOne(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s, set := clockStore(t, o)
	set("one", 0)
	visit := checkIn(t, s, shop)
	set("two", -6*365*24*time.Hour)
	o.hears(t, s)
	set("two", 0)
	o.hears(t, s)
	rows, err := s.Visits(t.Context(), 10)
	must(t, err)
	equal(t, rows[0].ID, visit)
	if d := time.Until(time.UnixMilli(rows[0].CheckInMS)); d.Abs() > time.Minute {
		t.Errorf("the check-in is %v off", d.Round(time.Hour))
	}
	// and two starts with the same wrong clock still are
	want := heardTime{ServerMS: 1_800_000_000_000, WallMS: 1_600_000_000_000, Boot: "two", BootMS: 60_000}
	got := settle(ledger.Spans{{Boot: "one", Lam: 1, StartMS: want.WallMS - 3600_000}, {Boot: "two", Lam: 2, StartMS: want.WallMS - 60_000}}, want, -200_000_000_000)
	equal(t, fmt.Sprint(len(got), got[0].Known, got[0].AheadMS), "1 true -200000000000")
}

// The server was heard while the clock was a year ahead, and then that was put right: what was done today may be removed today.
// Before, a year had passed for the phone.
func TestWhatWasWrittenByAClockThatWasAheadIsRemovableOnceItIsPutRight(t *testing.T) {
	t.Parallel()
	year := 365 * 24 * time.Hour
	for _, boot := range []string{"one", "two"} { // the phone was started anew, or not
		o := newOffice(t)
		s, set := clockStore(t, o)
		set("one", year)
		visit := checkIn(t, s, shop)
		id, _, err := addPhoto(t.Context(), s, visit, "a passer-by")
		must(t, err)
		must(t, s.CheckOut(t.Context(), visit, nowhere))
		o.hears(t, s)
		set(boot, 0)
		p := visitPage(t, s, visit).Photos[0]
		equal(t, p.May, true)
		must(t, s.Remove(t.Context(), id, p.Saw))
	}
}

// A visit began by a clock that was a year ahead, and what is announced until tomorrow is told in it once that is put right, also
// when it is over.
func TestWhatIsAnnouncedNowIsToldInAVisitThatBeganByAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := uuid.New()
	a := field.Announcement{Title: field.Text{ZH: "所有户"}, UntilMS: time.Now().Add(24 * time.Hour).UnixMilli()}
	o.put(t, id, field.TypeAnnouncement, a.Fields()...)
	s, set := clockStore(t, o)
	set("one", 365*24*time.Hour)
	visit := checkIn(t, s, shop)
	told := func() []uuid.UUID {
		t.Helper()
		c, err := s.Checklist(t.Context(), visit)
		must(t, err)
		var ids []uuid.UUID
		for _, row := range c.Tell {
			ids = append(ids, row.ID)
		}
		return ids
	}
	set("one", 0)
	equal(t, told(), []uuid.UUID{id})
	must(t, s.SetTick(t.Context(), visit, field.ToldPrefix+id.String(), true, nil))
	set("one", 365*24*time.Hour)
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	set("one", 0)
	equal(t, told(), []uuid.UUID{id})
}

// The clock was set and set back before another page was opened, and something was written in between.
func TestAPageNoticesWhatWasWrittenWhileTheClockWasSetForthAndBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s, set := clockStore(t, o)
	set("one", 0)
	_, err := s.Visits(t.Context(), 10)
	must(t, err)
	set("one", -365*24*time.Hour)
	visit := checkIn(t, s, shop)
	set("one", 0)
	rows, err := s.Visits(t.Context(), 10)
	must(t, err)
	equal(t, rows[0].ID, visit)
	if d := time.Until(time.UnixMilli(rows[0].CheckInMS)); d.Abs() > time.Minute {
		t.Errorf("the check-in is %v off", d.Round(time.Hour))
	}
}
