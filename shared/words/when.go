package words

import (
	"time"

	"storewalk/shared/field"
)

// DateTime shows the instant ms (Unix milliseconds) with its year, to the minute; 0 is "".
func (w Words) DateTime(ms int64) string {
	return w.format(ms, "2006年1月2日 15:04", "2 Jan 2006, 15:04")
}

// Date shows the day of ms with its year; 0 is "".
func (w Words) Date(ms int64) string { return w.format(ms, "2006年1月2日", "2 Jan 2006") }

// Day shows a day that is kept as text, "2026-11-30"; what is no day stays as it is.
func (w Words) Day(text string) string {
	day, err := time.ParseInLocation(time.DateOnly, text, field.Zone)
	if err != nil {
		return text
	}
	return w.Date(day.UnixMilli())
}

// ShortDateTime shows ms without its year, for rows that are about this year; 0 is "".
func (w Words) ShortDateTime(ms int64) string { return w.format(ms, "1月2日 15:04", "2 Jan, 15:04") }

// Clock shows the time of day of ms, to the minute; 0 is "".
func (w Words) Clock(ms int64) string { return w.format(ms, "15:04", "15:04") }

func (w Words) format(ms int64, zh, en string) string {
	if ms == 0 {
		return ""
	}
	layout := zh
	if w.lang == EN {
		layout = en
	}
	return time.UnixMilli(ms).In(field.Zone).Format(layout)
}

// Ago says how long before now the instant ms was, as people do: minutes and hours today, then
// days, then the date. 0 is "". A time after now (a phone with a wrong clock) is shown in full.
func (w Words) Ago(now time.Time, ms int64) string {
	if ms == 0 {
		return ""
	}
	then, now := time.UnixMilli(ms).In(field.Zone), now.In(field.Zone)
	age := now.Sub(then)
	days := int(day(now).Sub(day(then)).Hours() / 24)
	switch {
	case age < -time.Minute:
		return w.DateTime(ms)
	case age < time.Minute:
		return w.T("when.now")
	case age < time.Hour:
		return w.N("when.minutes", int(age.Minutes()))
	case days == 0:
		return w.N("when.hours", int(age.Hours()))
	case days == 1:
		return w.T("when.yesterday", "Clock", w.Clock(ms))
	case days < 30:
		return w.N("when.days", days)
	}
	return w.Date(ms)
}

// day is midnight UTC of t's calendar day, so that differences are whole days.
func day(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Span says a length of time in the largest unit that tells enough of it: minutes up to two hours, hours up to two days,
// then days. What is shorter than a minute is one.
func (w Words) Span(ms int64) string {
	minutes := int(ms / 60_000)
	switch {
	case minutes < 120:
		return w.N("unit.minutes", max(1, minutes))
	case minutes < 48*60:
		return w.N("unit.hours", minutes/60)
	}
	return w.N("unit.days", minutes/(24*60))
}

// Window says when an owner wants to be visited; "" when nothing was agreed.
func (w Words) Window(from, to string) string {
	switch {
	case from != "" && to != "":
		return from + "–" + to
	case from != "":
		return w.T("store.window_from", "From", from)
	case to != "":
		return w.T("store.window_to", "To", to)
	}
	return ""
}
