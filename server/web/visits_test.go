package web

import (
	"testing"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/words"
)

func TestEveryDayStandsOnceInTheFilterWhicheverIsChosen(t *testing.T) {
	t.Parallel()
	book, err := words.Load(Words())
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 12, 1, 10, 0, 0, 0, field.Zone)
	for chosen, want := range map[string]int{
		"": calendarDays, "x": calendarDays, "2026-12-01": calendarDays, "2026-11-02": calendarDays, "2026-11-01": calendarDays,
		"2026-10-31": calendarDays + 1, "2025-12-01": calendarDays + 1,
	} {
		days := calendar(now, chosen, book.In(words.ZH))
		times := map[string]int{}
		for _, d := range days {
			times[d.Value]++
		}
		if len(days) != want || len(times) != want {
			t.Errorf("%q: %d days, of which %d differ, want %d", chosen, len(days), len(times), want)
		}
		if last := days[len(days)-1].Value; want > calendarDays && last != chosen {
			t.Errorf("%q: the last day is %s", chosen, last)
		}
	}
}
