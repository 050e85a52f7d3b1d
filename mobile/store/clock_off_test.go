package store

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

func TestHowFarTheClockIsOffIsSaidAsFarAsItIsKnown(t *testing.T) {
	t.Parallel()
	server := time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC)
	const year, hour = 365 * 24 * time.Hour, 3_600_000
	heard := heardTime{ServerMS: server.UnixMilli(), WallMS: 1, Boot: "one", BootMS: 5_000}
	running := Boot{"one", 5_000 + 3*hour} // so it is 5 o'clock
	five := server.Add(3 * time.Hour)
	for name, tt := range map[string]struct {
		heard   heardTime
		shows   time.Time
		boot    Boot
		off     time.Duration
		atLeast bool
	}{
		"right":                       {heard, five, running, 0, false},
		"a slow answer":               {heard, five.Add(4 * time.Minute), running, 0, false},
		"drifted":                     {heard, five.Add(-4 * time.Minute), running, 0, false},
		"behind":                      {heard, five.Add(-year), running, year, false},
		"ahead":                       {heard, five.Add(year), running, -year, false},
		"a little behind":             {heard, five.Add(-6 * time.Minute), running, 6 * time.Minute, false},
		"behind after a start":        {heard, server.Add(-year), Boot{"two", 9_000}, year, true},
		"later after a start":         {heard, server.Add(year), Boot{"two", 9_000}, 0, false}, // it may have been off for a year
		"behind without such a clock": {heardTime{ServerMS: server.UnixMilli()}, server.Add(-year), Boot{}, year, true},
		"later without such a clock":  {heardTime{ServerMS: server.UnixMilli()}, five, Boot{}, 0, false},
		"no server has answered":      {heardTime{}, server.Add(-year), running, 0, false},
	} {
		c := tt.heard.clock(tt.shows, tt.boot)
		if c.Off != tt.off || c.AtLeast != tt.atLeast || !c.Shows.Equal(tt.shows) {
			t.Errorf("%s: %+v", name, c)
		}
		want := tt.shows.Add(tt.off)
		if tt.atLeast { // that is no time of which a day can be taken
			want = tt.shows
		}
		if !c.Now().Equal(want) {
			t.Errorf("%s: it is %v, want %v", name, c.Now(), want)
		}
	}
}

// The phone's clock goes wrong in the middle of the day. What it is by the server counts for what is planned, and what is begun
// meanwhile stays in sight.
func TestWithAClockThatIsOffTheDayIsThatOfTheServer(t *testing.T) {
	t.Parallel()
	const days = 24 * time.Hour
	for _, off := range []time.Duration{365 * days, -365 * days, days, -days} {
		right := time.Now().Add(off)
		day := field.DayOf(right)
		o := plannedOffice(t, day, village(0), village(1), village(2), village(3))
		s := newPhone(t, o, li)
		made := func(at time.Time, where uuid.UUID) {
			t.Helper()
			visit := visitAt(t, s, at, 1)
			must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error {
				_, err := tx.ExecContext(t.Context(), `UPDATE visit SET store = $1 WHERE id = $2`, where.String(), visit.String())
				return err
			}))
		}
		if off > 0 { // else it would be in the future
			made(time.Now(), village(3)) // long ago, by a clock that was right, and on the day that the phone shows now
		}
		made(right, village(0)) // today, before it went wrong
		boot := Boot{ID: "monday", MS: 5_000}
		s.boot = func() Boot { return boot }
		must(t, s.Apply(t.Context(), nil, wire.SyncResponse{ServerMS: right.UnixMilli()}))
		made(time.Now(), village(1)) // since, for no task
		made(time.Now(), village(5))
		open, err := s.CheckIn(t.Context(), village(2), nowhere, Purpose{})
		must(t, err)

		d := today(t, s, time.Now(), "", field.Position{})
		equal(t, d.Day, day)
		equal(t, d.Clock.AtLeast, false)
		if wrong := d.Clock.Off - off; wrong.Abs() > time.Minute {
			t.Fatal(off, d.Clock)
		}
		equal(t, fmt.Sprint(d.Route[0].State, d.Route[1].State, d.Route[2].State, d.Route[3].State), fmt.Sprint(StopDone, StopDone, StopOpen, StopLeft))
		equal(t, fmt.Sprint(names(d.Other)), fmt.Sprint([]uuid.UUID{village(5)}))
		equal(t, d.Other[0].State, StopDone)
		equal(t, field.VisitOf(loadRecord(t, s.db, open)).Task, field.RouteID(li, day)) // it is made for what is planned today

		end, err := s.DayEnd(t.Context(), time.Now())
		must(t, err)
		equal(t, end.Date, day)
		states, err := s.Map(t.Context(), time.Now())
		must(t, err)
		for _, dot := range states.Dots {
			if dot.Store == village(3) {
				equal(t, dot.State, DotDue)
			}
		}
		boot = Boot{ID: "tuesday", MS: 1} // from here on nobody knows what day it is
		d = today(t, s, time.Now(), "", field.Position{})
		equal(t, d.Day, field.DayOf(time.Now()))
		equal(t, d.Clock.AtLeast, off > 0)
	}
}
