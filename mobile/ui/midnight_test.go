package ui_test

import (
	"testing"
	"time"

	"storewalk/shared/field"
)

// withinADay waits while a day will end in China in less than a minute: what is written down in a test is of the day that its
// screens show, though the phone's data go by the system's clock.
func withinADay(t *testing.T) {
	t.Helper()
	again := time.NewTicker(time.Second)
	defer again.Stop()
	for now := time.Now(); field.DayOf(now) != field.DayOf(now.Add(time.Minute)); {
		select {
		case now = <-again.C:
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		}
	}
}
