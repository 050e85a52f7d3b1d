package ui

import (
	"fyne.io/fyne/v2"

	"storewalk/mobile/store"
)

// attendedTile is a group visit made at another store, on the page of one that was on its list: whether it came, and what
// came of it for this one.
func (a *App) attendedTile(v store.VisitRow) fyne.CanvasObject {
	came := newBadge(markPlain, a.T("group.absent"))
	if v.Attendance.Came {
		came = newBadge(markSent, a.T("group.came"))
	}
	below := joined(" · ", v.Manager, a.T("store.attended", "Store", firstOf(v.StoreName, a.T("value.unknown"))))
	if v.Attendance.Outcome != "" {
		below += "\n" + v.Attendance.Outcome
	}
	marks := []fyne.CanvasObject{newBadge(markPlain, a.Enum("visit_mode", "group")), came}
	if v.CheckOutMS == 0 {
		marks = append(marks, newBadge(markOpen, a.T("stores.open")))
	}
	return a.tile("visit."+v.ID.String(), v, a.ago(v.CheckInMS), below, append(marks, a.unfinished(v.Waiting, v.WaitingPhotos, v.Refused, v.Draft)...)...)
}
