package ui

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"storewalk/shared/field"
)

// A dayPick is a day that is chosen with the thumb: year, month and day go by steps of one, held by ten years.
type dayPick struct {
	composite
	app     *App
	day     time.Time // zero: none was chosen
	from    time.Time // the first that can be chosen
	until   time.Time // and the last
	handed  string    // the day that was handed over last, until it was read; "" for none
	figures [3]*paragraph
	change  func(day string)
}

func newDayPick(a *App, name string, from, until time.Time, change func(string)) *dayPick {
	p := &dayPick{app: a, from: from, until: until, change: change}
	var lines []fyne.CanvasObject
	for i, label := range []string{a.T("day.year"), a.T("day.month"), a.T("day.day")} {
		part := []string{"year", "month", "day"}[i]
		p.figures[i] = newText("", typeface{size: sizeTitle, bold: true, align: fyne.TextAlignCenter}).id(name + "." + part)
		less := newRound(name+"."+part+".less", iconMinus, func() { p.step(i, -1) })
		more := newRound(name+"."+part+".more", iconPlus, func() { p.step(i, 1) })
		if i == 0 {
			less.hold, more.hold = func() { p.step(i, -10) }, func() { p.step(i, 10) }
		}
		lines = append(lines, beside(gap, 0, newText(label, typeface{}), less, wide(grown(76), p.figures[i]), more))
	}
	p.compose(p, column(gap, lines...))
	p.draw()
	return p
}

// load shows a day that was read, as in field.DayOf; what is none is shown as not chosen. What was read before the last tap
// was saved does nothing: the next tap goes on from what is seen.
func (p *dayPick) load(day string) {
	if p.handed != "" && p.handed != day {
		return
	}
	p.handed = ""
	p.day, _ = time.Parse(time.DateOnly, day)
	p.draw()
}

// unsaved shows what is read next, after a write that failed.
func (p *dayPick) unsaved() { p.handed = "" }

// step begins with today; then it moves one part, and no other: the last day of a month is that of the next. It stops at the
// first and the last day that can be chosen.
func (p *dayPick) step(part, by int) {
	if p.day.IsZero() {
		y, m, d := p.app.deps.Now().In(field.Zone).Date()
		p.day, by = time.Date(y, m, d, 0, 0, 0, 0, time.UTC), 0
	}
	y, m, d := p.day.Date()
	switch part {
	case 0:
		y += by
	case 1:
		m += time.Month(by)
	default:
		d += by
	}
	if part < 2 {
		d = min(d, time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day())
	}
	to := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	if to.Before(p.from) {
		to = p.from
	}
	if to.After(p.until) {
		to = p.until
	}
	p.day, p.handed = to, to.Format(time.DateOnly)
	p.draw()
	p.change(p.handed)
}

func (p *dayPick) draw() {
	for i, f := range p.figures {
		if p.day.IsZero() {
			f.set("–")
			continue
		}
		y, m, d := p.day.Date()
		f.set(strconv.Itoa([]int{y, int(m), d}[i]))
	}
}
