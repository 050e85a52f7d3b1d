package field_test

import (
	"testing"
	"time"

	"storewalk/shared/field"
)

func TestADayIsOneOfChina(t *testing.T) {
	t.Parallel()
	day := func(ms int64) string { return field.DayOf(time.UnixMilli(ms)) }
	from, to, ok := field.DaySpan("2026-11-30")
	if !ok || to-from != 86_400_000 || day(from) != "2026-11-30" || day(from-1) != "2026-11-29" || day(to-1) != "2026-11-30" {
		t.Fatal(from, to, ok)
	}
	for _, date := range []string{"", "2026-13-01", "today", "1969-12-31", "9999-01-01"} {
		if _, _, ok := field.DaySpan(date); ok {
			t.Error(date)
		}
	}
}
