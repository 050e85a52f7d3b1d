package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"storewalk/shared/field"
)

// A spokeStep says when the store spoke: the clocks run from then, not from when it was typed.
type spokeStep struct {
	composite
	app   *App
	days  []*toggle // just now, today, yesterday, the day before
	step  *timeStep
	words *paragraph
	due   *fyne.Container
	ms    int64
	now   int64 // when "just now" was, so that it stays that
	save  func(ms int64)
}

// spokeDays are the days that a person may choose, by how long ago they are; the first is now.
var spokeDays = []string{"ask.now", "ask.today", "ask.yesterday", "ask.before"}

func newSpokeStep(a *App, save func(ms int64)) *spokeStep {
	s := &spokeStep{app: a, save: save, now: a.deps.Now().UnixMilli(), due: column(0)}
	var days []fyne.CanvasObject
	for i, key := range spokeDays {
		t := newChoice(key, a.T(key))
		t.onChange = func(bool) { s.choose(i) }
		s.days, days = append(s.days, t), append(days, t)
	}
	s.step = newTimeStep("ask.spoke", a.T("ask.spoke_at"), s.stepped)
	s.words = newText("", typeface{bold: true}).id("ask.spoke_text")
	s.compose(s, column(10, grid(2, gap, days...), s.step, s.words, s.due))
	return s
}

// show draws when the store spoke and what follows from it.
func (s *spokeStep) show(q field.Request) {
	s.ms = q.SpokeMS
	day := s.day()
	s.app.until(nextMidnight(s.app.deps.Now()))
	if day == 0 {
		s.app.until(time.UnixMilli(s.ms).Add(justNow))
	}
	for i, t := range s.days {
		t.set(i == day)
	}
	s.step.at = time.UnixMilli(s.ms).In(field.Zone).Format(clock)
	s.step.draw()
	s.step.Hidden = day == 0
	s.words.set(s.app.DateTime(s.ms))
	next, due := q.Due()
	s.due.Objects = []fyne.CanvasObject{chips(s.app.dueMark(next, due))}
	s.Refresh()
}

// day is which of the days it was; beyond them none.
func (s *spokeStep) day() int {
	now, at := s.app.deps.Now().In(field.Zone), time.UnixMilli(s.ms).In(field.Zone)
	if since := now.Sub(at); since >= 0 && since < justNow {
		return 0
	}
	for i := range 3 {
		if now.AddDate(0, 0, -i).Format(time.DateOnly) == at.Format(time.DateOnly) {
			return i + 1
		}
	}
	return -1
}

// justNow is for how long what the store said is "just now".
const justNow = 15 * time.Minute

// choose takes a day: the time of the day stays, in half hours, but nobody speaks in the future.
func (s *spokeStep) choose(i int) {
	now := s.app.deps.Now().In(field.Zone)
	if i == 0 {
		s.set(now)
		return
	}
	at := time.UnixMilli(s.ms).In(field.Zone).Truncate(30 * time.Minute)
	y, m, d := now.AddDate(0, 0, 1-i).Date()
	at = time.Date(y, m, d, at.Hour(), at.Minute(), 0, 0, field.Zone)
	if i == 1 && now.Sub(at) < justNow {
		at = at.Add(-30 * time.Minute)
	}
	s.set(at)
}

func (s *spokeStep) stepped() {
	of, err := time.Parse(clock, s.step.at)
	if err != nil {
		return
	}
	y, m, d := time.UnixMilli(s.ms).In(field.Zone).Date()
	s.set(time.Date(y, m, d, of.Hour(), of.Minute(), 0, 0, field.Zone))
}

func (s *spokeStep) set(at time.Time) {
	if now := s.app.deps.Now(); at.After(now) {
		at = now
	}
	s.save(at.UnixMilli())
}
