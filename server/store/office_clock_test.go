package store

import (
	"testing"

	"storewalk/shared/field"

	"github.com/google/uuid"
)

func TestTheDayOfAVisitIsThatOfACorrectClock(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	d := newFieldDevice(t, addAccount(t, s, "ma", field.RoleManager))
	store := newStore(t, s, "1", "三营便利店", "640402100")
	const year = 365 * 24 * 3600 * 1000
	d.visit(store, morning.UnixMilli()+year)
	d.send(s, morning.UnixMilli(), year)
	page, err := s.Visits(t.Context(), VisitFilter{Day: morning})
	if err != nil || len(page.Rows) != 1 {
		t.Fatal(page, err)
	}
	if got := page.Rows[0].CheckIn; got != (Stamp{AtMS: morning.UnixMilli(), Corrected: true}) {
		t.Fatal(got)
	}
}

func TestAClockAMinuteOffIsNotCorrected(t *testing.T) {
	t.Parallel()
	if got := stamp(5_000_000, 60_000, 5_000_000); got != (Stamp{AtMS: 5_000_000}) {
		t.Fatal(got)
	}
	if got := stamp(0, 10*clockTolerance, 1); got != (Stamp{}) {
		t.Fatal("something that was not done got a time", got)
	}
}

// TestAClockThatWasPutRightBeforeThePhoneCalledIsDoubted: nothing says how far it was off.
func TestAClockThatWasPutRightBeforeThePhoneCalledIsDoubted(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	d := newFieldDevice(t, addAccount(t, s, "ma", field.RoleManager))
	store := newStore(t, s, "1", "三营便利店", "640402100")
	const day = 24 * 3600 * 1000
	arrived := morning.UnixMilli()
	want := map[uuid.UUID]Stamp{
		d.visit(store, arrived+3*day):        {AtMS: arrived, Corrected: true, Doubtful: true},
		d.visit(store, arrived-5*365*day):    {AtMS: arrived - 5*365*day, Doubtful: true},
		d.visit(store, arrived-29*day):       {AtMS: arrived - 29*day},
		d.visit(store, arrived+60_000):       {AtMS: arrived + 60_000},
		d.visit(store, arrived-3*3600*1_000): {AtMS: arrived - 3*3600*1_000},
	}
	d.send(s, arrived, 0)
	page, err := s.Visits(t.Context(), VisitFilter{})
	if err != nil || len(page.Rows) != len(want) {
		t.Fatal(page, err)
	}
	for _, v := range page.Rows {
		if v.CheckIn != want[v.ID] {
			t.Errorf("%+v, want %+v", v.CheckIn, want[v.ID])
		}
	}
	if page, err = s.Visits(t.Context(), VisitFilter{Day: morning}); err != nil || len(page.Rows) != 3 {
		t.Fatal("the day of what is shown as of today:", len(page.Rows), err)
	}
}

func TestACheckOutThatComesAfterItsCheckInIsNotDoubted(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	d := newFieldDevice(t, addAccount(t, s, "ma", field.RoleManager))
	in, out := morning.UnixMilli(), morning.UnixMilli()+1_800_000
	v := d.visit(newStore(t, s, "1", "三营便利店", "640402100"), in)
	d.send(s, in, 0)
	d.set(v, field.TypeVisit, "check_out", field.Moment{AtMS: out}, out)
	d.send(s, out, 0)
	got, err := s.VisitByID(t.Context(), v)
	if err != nil || got.CheckIn != (Stamp{AtMS: in}) || got.CheckOut != (Stamp{AtMS: out}) {
		t.Fatalf("%+v %+v %v", got.CheckIn, got.CheckOut, err)
	}
}
