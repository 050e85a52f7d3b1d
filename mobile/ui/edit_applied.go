package ui

import (
	"fyne.io/fyne/v2"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// applied lists the fields that change with the office's approval: what each is now, what was asked for, and the way to
// ask, with the field chosen already.
func (p *editPage) applied(s store.StorePage) fyne.CanvasObject {
	a := p.app
	objs := []fyne.CanvasObject{newText(a.T("edit.applied_text"), typeface{size: sizeSmall, color: colMuted})}
	for _, name := range field.AppliedFields {
		objs = append(objs, p.appliedRow(s, name))
	}
	return section(a.T("edit.applied"), nil, append(objs, p.asking)...)
}

func (p *editPage) appliedRow(s store.StorePage, name string) fyne.CanvasObject {
	a := p.app
	value, face := a.storeText(s, name), typeface{}
	if value == "" {
		value, face.color = a.T("edit.no_value"), colMuted
		if name == "closed" {
			value = a.T("edit.still_open")
		}
	}
	words := []fyne.CanvasObject{tabled(newText(a.fieldWord(name), typeface{color: colMuted}), newText(value, face).id("edit.now."+name))}
	q, asked := s.Asked[name]
	if asked {
		to := a.T("edit.asked", "To", a.wantedText(q, name))
		words = append(words, newText(to, typeface{bold: true}).id("edit.asked."+name), chips(a.applicationMarks(q)...))
		if q.Decision.Text != "" {
			words = append(words, newText(q.Decision.Text, typeface{size: sizeSmall}))
		}
		if q.Submitted() {
			words = append(words, newText(joined(" · ", a.T("edit.asked_at", "When", a.ShortDateTime(q.MadeMS)), q.Author), typeface{size: sizeSmall, color: colMuted}))
		}
	}
	open := func() { a.beginApplication(p.id, field.ApplicationFor(name), name, p.asking) }
	if asked && q.Decision.State == "" { // it is being written, or waits
		open = func() { a.nav.push(applyRoute{q.ID, name}) }
	}
	row := newLead("edit.apply."+name, colPaper, column(4, words...), open)
	for _, d := range s.Differ {
		if d.Field == name {
			return column(4, row, a.differMark(p.id, name, d.Values))
		}
	}
	return row
}

// storeText is the value of a field of a store that an application may change, as people say it; "" when there is none.
func (a *App) storeText(s store.StorePage, name string) string {
	text := s.Profile.Text(name)
	if name == "township" {
		return firstOf(s.TownshipName, text)
	}
	return a.StoreText(name, text, nil)
}

// wantedText is what an application wants a field to be, as people say it.
func (a *App) wantedText(q store.Application, name string) string {
	return a.appliedText(q.Townships, name, q.Change[name])
}

// appliedText is a value of a field of a store as people say it, where townships are named by their codes.
func (a *App) appliedText(townships map[string]string, name, value string) string {
	return firstOf(a.StoreText(name, value, townships), a.T("value.empty"))
}
