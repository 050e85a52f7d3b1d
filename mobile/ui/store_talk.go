package ui

import (
	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// requests shows what the store asked for and waits for; nothing when it waits for nothing.
func (p *storePage) requests(s store.StorePage) []fyne.CanvasObject {
	if len(s.Requests) == 0 {
		return nil
	}
	var objs []fyne.CanvasObject
	for _, q := range s.Requests {
		objs = append(objs, p.request(q))
	}
	return []fyne.CanvasObject{section(p.app.N("store.requests", len(s.Requests)), nil, objs...)}
}

func (p *storePage) request(q store.OpenRequest) fyne.CanvasObject {
	a := p.app
	title := a.Enum("request_kind", q.Kind)
	if q.Urgent {
		title = joined(" · ", title, a.T("store.urgent"))
	}
	by := joined(" · ", a.T("store.spoke", "When", a.Ago(a.deps.Now(), q.SpokeMS)), q.Owner)
	words := column(6,
		column(2, newText(title, typeface{size: sizeName, bold: true}), newText(q.Text, typeface{}), newText(by, typeface{size: sizeSmall, color: colMuted})),
		chips(a.clockMark(q)))
	plain := padded(padXY(12, 12), 0, words)
	if q.Visit == uuid.Nil {
		return over(plate(colPaper, "", radius), plain)
	}
	line := padded(padXY(12, 12), 0, beside(gap, 0, words, icon(iconNext, colMuted, 24)))
	return newTap("store.request."+shortID(q.ID), over(plate(colPaper, "", radius), line), func() { p.app.nav.push(visitRoute{q.Visit}) })
}

// clockMark says what is due of a request and how much time is left, or that it is too late.
func (a *App) clockMark(q store.OpenRequest) fyne.CanvasObject {
	if q.DueMS == 0 {
		return newBadge(markOpen, a.Enum("request_due", firstOf(q.Next, field.EventFollowUp)))
	}
	left := q.DueMS - a.deps.Now().UnixMilli()
	what := a.Enum("request_due", q.Next)
	if left < 0 {
		return newBadge(markAlarm, a.T("store.overdue", "What", what, "For", a.span(-left)))
	}
	return newBadge(markDue, a.T("store.left", "What", what, "For", a.span(left)))
}

// span says a length of time in the largest unit that tells enough of it.
func (a *App) span(ms int64) string {
	minutes := int(ms / 60_000)
	switch {
	case minutes < 120:
		return a.N("unit.minutes", max(1, minutes))
	case minutes < 48*60:
		return a.N("store.hours", minutes/60)
	}
	return a.N("store.days", minutes/(24*60))
}

// announcements shows what this store is to be told; what it has heard is a line only.
func (p *storePage) announcements(s store.StorePage) []fyne.CanvasObject {
	if len(s.Announcements) == 0 {
		return nil
	}
	a := p.app
	var objs []fyne.CanvasObject
	for _, t := range s.Announcements {
		title := newText(t.Title.In(string(a.Lang())), typeface{size: sizeName, bold: true})
		if t.ToldMS > 0 {
			objs = append(objs, column(4, title, chips(newBadge(markSent, a.T("store.told", "When", a.Ago(a.deps.Now(), t.ToldMS))))))
			continue
		}
		objs = append(objs, column(4, title, newText(t.Text.In(string(a.Lang())), typeface{}), chips(newBadge(markOpen, a.T("store.not_told")))))
	}
	return []fyne.CanvasObject{section(a.T("store.announcements"), nil, objs...)}
}
