package e2e

import (
	"testing"
	"time"

	"storewalk/shared/field"
)

// withinADay returns when no day ends in China for so long: phone and server go by the system's clock, and what a test did
// before midnight is not of the day that a phone shows after it. It waits for midnight where that is nearer.
func withinADay(t testing.TB, long time.Duration) {
	t.Helper()
	left := untilMidnight(time.Now())
	if left > long {
		return
	}
	t.Logf("waits %v for the next day", left.Round(time.Second))
	select {
	case <-time.After(left + time.Second):
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	}
}

func untilMidnight(now time.Time) time.Duration {
	y, m, d := now.In(field.Zone).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, field.Zone).Sub(now)
}

func TestADayEndsAtMidnightInChina(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]time.Duration{
		"2026-12-31T15:59:30Z": 30 * time.Second, "2026-12-31T16:00:00Z": 24 * time.Hour, "2028-02-29T00:00:00+08:00": 24 * time.Hour,
	} {
		now, err := time.Parse(time.RFC3339, at)
		if got := untilMidnight(now); err != nil || got != want {
			t.Errorf("%s: %v, want %v %v", at, got, want, err)
		}
	}
}
