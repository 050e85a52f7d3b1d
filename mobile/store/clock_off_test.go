package store

import (
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

// aheadOf is a phone whose clock is ahead by so much from now on, and what time it is; it hears that of the server.
func aheadOf(t *testing.T, s *Store, at time.Time, ahead time.Duration) {
	t.Helper()
	s.wall = func() time.Time { return at.Add(ahead) }
	s.boot = func() Boot { return Boot{ID: "monday", MS: at.UnixMilli() - 1_700_000_000_000} }
	must(t, s.Apply(t.Context(), nil, wire.SyncResponse{ServerMS: at.UnixMilli()}))
}

// The phone's clock goes wrong in the middle of the day, as it was some days before. What it is by the server counts for what is
// planned and done, on each page, while the clock is off and when it has been put right.
func TestWithAClockThatIsOffTheDayIsThatOfTheServer(t *testing.T) {
	t.Parallel()
	right := time.Date(2026, 12, 1, 15, 0, 0, 0, field.Zone)
	const day, before = "2026-12-01", "2026-11-30"
	for _, hours := range []time.Duration{20, 24, 48, 365 * 24, -20, -24, -48, -365 * 24} {
		ahead := hours * time.Hour
		o := plannedOffice(t, day, village(0), village(1), village(2), village(3))
		o.write(t, wholly(field.RouteID(li, before), field.TypeTask, field.Task{Kind: field.TaskRoute, Manager: li, Day: before,
			Stores: []uuid.UUID{village(4), village(1)}}.Fields())...)
		o.write(t, wholly(field.TemplateID(field.VisitInspection), field.TypeTemplate, field.Template{Format: 1, Kind: field.VisitInspection}.Fields())...)
		s := newPhone(t, o, li)
		made := func(n int, why Purpose) uuid.UUID {
			t.Helper()
			visit, err := s.CheckIn(t.Context(), village(n), nowhere, why)
			must(t, err)
			must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Packs: 12}, nil))
			must(t, s.CheckOut(t.Context(), visit, nowhere))
			return visit
		}
		aheadOf(t, s, right.Add(-ahead.Abs()), max(0, ahead)) // it shows today's date, or the clock will show that of then
		old := made(3, Purpose{})
		aheadOf(t, s, right.Add(-18*time.Hour), ahead)
		yesterday := made(4, Purpose{})
		aheadOf(t, s, right.Add(-4*time.Hour), 0)
		morning := made(0, Purpose{})
		aheadOf(t, s, right.Add(-time.Hour), ahead)
		noon := made(1, Purpose{Template: field.TemplateID(field.VisitInspection)})
		noPlan := made(5, Purpose{})
		open, err := s.CheckIn(t.Context(), village(2), nowhere, Purpose{})
		must(t, err)
		equal(t, field.VisitOf(loadRecord(t, s.db, open)).Task, field.RouteID(li, day)) // it is made for what is planned today

		for _, off := range []time.Duration{ahead, 0} { // then it is put right
			aheadOf(t, s, right, off)
			d := today(t, s, "", field.Position{})
			equal(t, []any{d.Day, d.Clock.Off, d.Clock.AtLeast}, []any{day, -off, false})
			equal(t, d.Clock.DayEnds().Equal(right.Add(9*time.Hour+off)), true)
			states := func(stops []Stop) (out []StopState) {
				for _, s := range stops {
					out = append(out, s.State)
				}
				return out
			}
			equal(t, states(d.Route), []StopState{StopDone, StopDone, StopOpen, StopLeft})
			equal(t, d.Route[1].Inspect, false)
			equal(t, d.Inspects, 7)
			equal(t, names(d.Other), []uuid.UUID{village(5)})
			equal(t, states(d.Other), []StopState{StopDone})
			equal(t, states(today(t, s, before, field.Position{}).Route), []StopState{StopDone, StopLeft})

			end := dayEnd(t, s)
			equal(t, []any{end.Date, end.Visits, end.Lines, end.Waiting.Records}, []any{day, 4, 3, 8}) // four visits, three counts, and the list of the inspection
			v, err := s.DayVisits(t.Context())
			must(t, err)
			equal(t, []any{v.Visits, v.Clock.Day()}, []any{4, day})
			for _, visit := range []uuid.UUID{old, yesterday, morning, noon, noPlan, open} {
				equal(t, v.Has(visit), visit != old && visit != yesterday)
			}
			m, err := s.Map(t.Context())
			must(t, err)
			for _, dot := range m.Dots {
				want := map[uuid.UUID]DotState{village(0): DotDone, village(1): DotDone, village(2): DotDue, village(3): DotDue, village(5): DotDone}
				if dot.State != want[dot.Store] {
					t.Errorf("%v ahead: %s is %v", off, dot.Name, dot.State)
				}
			}
		}
		aheadOf(t, s, right, ahead)
		s.boot = func() Boot { return Boot{ID: "tuesday", MS: 1} } // from here on nobody knows what day it is
		d := today(t, s, "", field.Position{})
		equal(t, d.Day, field.DayOf(right.Add(ahead)))
		equal(t, d.Clock.AtLeast, ahead < 0)
		if !d.Clock.DayEnds().After(d.Clock.Shows) {
			t.Error("the day has ended for ever:", d.Clock.DayEnds(), d.Clock)
		}
	}
}
