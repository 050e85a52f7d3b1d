package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"storewalk/mobile/store"
)

// trendsAtOnce is how many products are shown before a person asks for all: enough for a look, few enough to draw.
const trendsAtOnce = 8

// trends shows of each product how the last counts went and how often it was on display, here and around.
func (p *storePage) trends(s store.StorePage) fyne.CanvasObject {
	a := p.app
	if len(s.Trends) == 0 {
		return section(a.T("store.count"), nil, newText(a.T("store.no_count"), typeface{color: colMuted}))
	}
	objs := []fyne.CanvasObject{newText(a.T("store.trend_intro", "When", a.DateTime(s.Trends[0].Last().AtMS)), typeface{size: sizeSmall, color: colMuted})}
	list := s.Trends
	if !p.whole && len(list) > trendsAtOnce+1 {
		list = list[:trendsAtOnce]
	}
	for _, t := range list {
		objs = append(objs, a.trend(t))
	}
	if len(list) < len(s.Trends) {
		objs = append(objs, p.more("store.trends", a.N("store.trends_all", len(s.Trends))))
	}
	return section(a.T("store.count"), nil, objs...)
}

// trend is one product: its name, the line of its counts with the last one in figures, and its on-display rates.
func (a *App) trend(t store.Trend) fyne.CanvasObject {
	last := t.Last().Line
	figure := fyne.CanvasObject(newText(a.CountLine(last), typeface{bold: true, align: fyne.TextAlignTrailing}))
	if last.OutOfStock {
		figure = newBadge(markAlarm, a.T("count.out"))
	}
	rate := a.T("store.display_here", "On", t.On(), "Of", len(t.Points))
	if t.AreaOf > 0 {
		rate = joined(" · ", rate, a.T("store.display_area", "Percent", (100*t.AreaOn+t.AreaOf/2)/t.AreaOf, "Of", t.AreaOf))
	}
	line := beside(gap, 0, newText(t.Name, typeface{}), newSpark(t.Points), figure)
	return column(2, line, newText(rate, typeface{size: sizeSmall, color: colMuted}))
}

// The size of a spark line and of the dots that stand for its counts.
const (
	sparkWidth  float32 = 76
	sparkHeight float32 = 22 // no more than the line of text it stands in
	sparkDot    float32 = 5
)

// newSpark draws counts as a line, oldest at the left. A count that found nothing is a square on the floor.
func newSpark(points []store.TrendPoint) fyne.CanvasObject {
	l := &sparkLayout{}
	var objs []fyne.CanvasObject
	most := 1
	for _, p := range points {
		most = max(most, p.Line.Total())
	}
	for i, p := range points {
		part := float32(p.Line.Total()) / float32(most)
		if p.Line.OutOfStock {
			part = 0
		}
		l.parts = append(l.parts, part)
		if i > 0 {
			line := canvas.NewLine(theme.Color(colMuted))
			line.StrokeWidth = 1.5
			objs = append(objs, line)
		}
	}
	for _, p := range points {
		if p.Line.OutOfStock {
			objs = append(objs, canvas.NewRectangle(theme.Color(colAlarm)))
		} else {
			objs = append(objs, canvas.NewCircle(theme.Color(colAccent)))
		}
	}
	return container.New(l, objs...)
}

// sparkLayout places the lines of a spark line, then its dots. parts are the heights of the dots between 0 and 1.
type sparkLayout struct{ parts []float32 }

// Layout implements fyne.Layout.
func (l *sparkLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	n := len(l.parts)
	at := func(i int) fyne.Position {
		x := size.Width - sparkDot // the last count is always at the right
		if n > 1 {
			x = (size.Width - sparkDot) * float32(i) / float32(n-1)
		}
		return fyne.NewPos(x+sparkDot/2, (size.Height-sparkDot)*(1-l.parts[i])+sparkDot/2)
	}
	for i := range n {
		if i > 0 {
			line := objs[i-1].(*canvas.Line)
			line.Position1, line.Position2 = at(i-1), at(i)
		}
		dot := objs[max(0, n-1)+i]
		dot.Resize(fyne.NewSquareSize(sparkDot))
		dot.Move(at(i).SubtractXY(sparkDot/2, sparkDot/2))
	}
}

// MinSize implements fyne.Layout.
func (*sparkLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(sparkWidth, sparkHeight)
}
