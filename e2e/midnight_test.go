package e2e

import (
	"testing"
	"time"

	"storewalk/shared/field"
)

// withinADay waits while a day will end in China before a time is over: phone and server go by the system's clock, and what a
// test did before midnight is not of the day that a phone shows after it.
func withinADay(t testing.TB, long time.Duration) {
	t.Helper()
	again := time.NewTicker(time.Second)
	defer again.Stop()
	for now := time.Now(); field.DayOf(now) != field.DayOf(now.Add(long)); {
		select {
		case now = <-again.C:
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		}
	}
}
