package ui

import (
	"fyne.io/fyne/v2"

	"storewalk/mobile/store"
)

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
			objs = append(objs, column(4, title, chips(newBadge(markSent, a.T("store.told", "When", a.ago(t.ToldMS))))))
			continue
		}
		objs = append(objs, column(4, title, newText(t.Text.In(string(a.Lang())), typeface{}), chips(newBadge(markTodo, a.T("store.not_told")))))
	}
	return []fyne.CanvasObject{section(a.T("store.announcements"), nil, objs...)}
}
