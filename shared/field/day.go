package field

import "time"

// Zone is where every day begins and ends, and every time is shown: China has one zone, without summer time.
var Zone = time.FixedZone("CST", 8*60*60)

// DayOf returns the day of a moment, as 2026-11-22.
func DayOf(at time.Time) string { return at.In(Zone).Format(time.DateOnly) }

// DaySpan returns the first millisecond of a day and of the one after; ok is false when it is no day.
func DaySpan(day string) (from, to int64, ok bool) {
	t, err := time.ParseInLocation(time.DateOnly, day, Zone)
	if err != nil || t.Year() < 1970 || t.Year() > 2200 {
		return 0, 0, false
	}
	return t.UnixMilli(), t.AddDate(0, 0, 1).UnixMilli(), true
}
