package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/mobile/store"
)

// kindColumn is the width of a column of figures in the table of kinds.
const kindColumn float32 = 68

// kinds is a table of what was written on this phone: of each kind how much waits, is on the server, and in a backup.
func (p *syncPage) kinds(s store.SyncPage) fyne.CanvasObject {
	a := p.app
	var head []fyne.CanvasObject
	for _, c := range []struct {
		mark mark
		word string
	}{{markWaiting, a.T("sync.kind_waiting")}, {markSent, a.T("sync.kind_server")}, {markSafe, a.T("sync.kind_backup")}} {
		res, ink, _ := c.mark.style()
		head = append(head, column(2, newCentred(0, icon(res, ink, 18)),
			newText(c.word, typeface{size: sizeSmall, color: colMuted, align: fyne.TextAlignCenter})))
	}
	objs := []fyne.CanvasObject{kindLine(space(0), head...)}
	for _, k := range s.Kinds {
		objs = append(objs, hair(), p.kind(k))
	}
	objs = append(objs, newText(a.T("sync.kinds_text"), typeface{size: sizeSmall, color: colMuted}),
		newButton("sync.photos_each", a.T("sync.photos_each"), iconCamera, quiet, func() { a.nav.push(photosRoute{}) }))
	return section(a.T("sync.kinds"), nil, column(8, objs...))
}

// kind is one line of the table.
func (p *syncPage) kind(k store.Kind) fyne.CanvasObject {
	a := p.app
	name := a.Enum("record_type", k.Type)
	if key := "kind." + k.Type; a.Has(key) {
		name = a.T(key)
	}
	var line []fyne.CanvasObject
	figure := func(what string, n int, ink fyne.ThemeColorName) {
		face := typeface{size: sizeName, bold: n > 0, color: ink, align: fyne.TextAlignCenter}
		if n == 0 {
			face.color = colMuted
		}
		line = append(line, newText(strconv.Itoa(n), face).id("sync."+k.Type+"."+what))
	}
	figure("waiting", k.Waiting, colWait)
	figure("server", k.Confirmed, colAccent)
	figure("backup", k.BackedUp, colAccent)
	row := kindLine(newText(name, typeface{bold: true}), line...)
	if k.Aside == 0 {
		return row
	}
	return column(4, row, chips(newBadge(markAlarm, a.N("wait.refused", k.Aside))))
}

// kindLine is one line of the table: its name, which large text puts above, and its columns.
func kindLine(name fyne.CanvasObject, columns ...fyne.CanvasObject) fyne.CanvasObject {
	if times() > 1 {
		return column(0, name, equal(4, columns...))
	}
	objs := []fyne.CanvasObject{name}
	for _, c := range columns {
		objs = append(objs, wide(kindColumn, c))
	}
	return beside(0, 0, objs...)
}

// hair is a thin line between two rows.
func hair() fyne.CanvasObject {
	r := plate(colLine, "", 0)
	r.SetMinSize(fyne.NewSize(0, hairline))
	return r
}

// refused says what the server put aside, why, and where to look.
func (p *syncPage) refused(all []store.Refused) fyne.CanvasObject {
	a := p.app
	_, ink, fill := markAlarm.style()
	objs := []fyne.CanvasObject{beside(10, 1, icon(iconAlarm, ink, 22), newText(a.T("sync.refused"), typeface{size: sizeName, bold: true, color: ink}))}
	for i, r := range all {
		lines := []fyne.CanvasObject{
			newText(a.T("sync.refused_what", "What", a.Enum("record_type", r.Type), "N", r.N), typeface{bold: true, color: ink}),
			newText(a.FaultCode(r.Code), typeface{color: ink}).id("sync.refused")}
		if r.Code == "record.damaged" {
			lines = append(lines, newButton("sync.damaged."+strconv.Itoa(i), a.T("damaged.look"), nil, quiet, func() { a.nav.push(damagedRoute{}) }))
		}
		for j, spot := range r.Spots {
			to := route(storeRoute{spot.Store})
			if spot.Visit != uuid.Nil {
				to = visitRoute{spot.Visit}
			}
			name := newText(firstOf(spot.StoreName, a.T("term.visit")), typeface{bold: true})
			lines = append(lines, newLead("sync.refused."+strconv.Itoa(i)+"."+strconv.Itoa(j), colSurface, name, func() { a.nav.push(to) }))
		}
		if more := r.N - len(r.Spots); more > 0 && len(r.Spots) > 0 {
			lines = append(lines, newText(a.N("sync.more", more), typeface{size: sizeSmall, color: ink}))
		}
		objs = append(objs, column(6, lines...))
	}
	return over(plate(fill, ink, radius), padded(pad(margin), 12, objs...))
}
