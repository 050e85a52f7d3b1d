package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"storewalk/mobile/store"
	"storewalk/shared/words"
)

// identity is what tells one store from another at a glance: how it looks, and how it is classed.
func (p *storePage) identity(s store.StorePage) fyne.CanvasObject {
	a, f := p.app, s.Profile
	var marks []fyne.CanvasObject
	if f.Closed != "" {
		marks = append(marks, newBadge(markAlarm, a.T("store.closed", "Day", a.Day(f.Closed))))
	}
	add := func(text string) {
		if text != "" {
			marks = append(marks, newBadge(markPlain, text))
		}
	}
	if f.Grade > 0 {
		add(a.T("store.grade", "Grade", f.Grade))
	}
	add(a.Enum("terminal_level", f.TerminalLevel))
	if f.IntegrityGrade != "" {
		add(a.T("store.integrity", "Grade", a.Enum("integrity", f.IntegrityGrade)))
	}
	// What waits comes last, beside the photo: the page below stays where it is when it is sent.
	marks = append(marks, a.unfinished(s.Waiting, s.WaitingPhotos, s.Refused, false)...)
	words := column(6, newText(firstOf(f.Address, a.T("store.no_address")), typeface{size: sizeSmall, color: colMuted}), chips(marks...))
	front := p.storefront(s)
	return card(besideTop(12, 1, front, words))
}

// storefrontSide is the width and height of the photo of the store.
const storefrontSide float32 = 104

// storefront is the latest photo from outside, or a sign that there is none.
func (p *storePage) storefront(s store.StorePage) fyne.CanvasObject {
	back := plate(colLine, "", 8)
	if s.Storefront == nil {
		none := newText(p.app.T("store.no_storefront"), typeface{size: sizeSmall, color: colMuted, align: fyne.TextAlignCenter})
		return wide(grownIcon(storefrontSide), over(plate(colPaper, "", 8), padded(padXY(6, 14), 6, newCentred(0, icon(iconStore, colMuted, 32)), none)))
	}
	f := s.Storefront
	picture := fyne.CanvasObject(newCentred(0, icon(iconStore, colMuted, 40)))
	if len(f.Thumb) > 0 {
		img := canvas.NewImageFromResource(fyne.NewStaticResource(f.Photo.String()+".jpg", f.Thumb))
		img.FillMode, img.CornerRadius = canvas.ImageFillCover, 8
		picture = img
	}
	square := container.New(squareLayout{}, back, picture)
	words := newText(p.app.ago(f.TakenMS), typeface{size: sizeSmall, color: colMuted, align: fyne.TextAlignCenter})
	return wide(grownIcon(storefrontSide), newTap("store.storefront", column(2, square, words), func() { p.app.nav.push(photoRoute{f.Visit, f.Photo}) }))
}

// contact is whom to ask for, how, when, and what to have in mind with them.
func (p *storePage) contact(s store.StorePage) fyne.CanvasObject {
	care := column(4)
	for _, code := range s.Profile.CareFlags {
		care.Add(besideTop(gap, 1, icon(iconCare, colDiffer, 20), newText(p.app.Enum("care", code), typeface{bold: true, color: colDiffer})))
	}
	care.Hidden = len(care.Objects) == 0
	edit := newRound("store.edit", iconPen, func() { p.app.nav.push(editRoute{p.id}) })
	return section(p.app.T("store.contact"), edit,
		p.fact("owner", p.app.T("term.owner"), s.Profile.Owner, "", s), care,
		p.phone("phone", s.Phone), p.phone("backup_phone", s.BackupPhone),
		p.fact("window", p.app.T("term.window"), p.app.Window(s.Profile.WindowFrom, s.Profile.WindowTo), p.app.T("store.no_window"), s),
		p.value("note", p.app.T("term.store_note"), firstOf(s.Note.Value, p.app.T("store.no_note")), s.Note, nil))
}

// phone is a number one tap calls.
func (p *storePage) phone(name string, t store.Text) fyne.CanvasObject {
	var call fyne.CanvasObject
	if t.Value != "" {
		call = newRound("store.call."+name, iconPhone, func() { p.app.dial(t.Value) })
	}
	return p.value(name, p.app.T("term."+name), firstOf(t.Value, p.app.T("store.no_phone")), t, call)
}

// value is a line of the table with a value that can be edited; where two values exist the winner is shown with a mark to tap.
func (p *storePage) value(name, label, value string, t store.Text, action fyne.CanvasObject) fyne.CanvasObject {
	face := typeface{}
	if t.Value == "" {
		face.color = colMuted
	}
	words := []fyne.CanvasObject{tabled(newText(label, typeface{color: colMuted}), newText(value, face).id("store."+name))}
	if n := len(t.Siblings); n > 1 {
		words = append(words, p.app.differMark(p.id, name, n))
	}
	line := []fyne.CanvasObject{column(2, words...)}
	if action != nil {
		line = append(line, action)
	}
	return beside(gap, 0, line...)
}

// fact is a line of the table with a mark to tap where there are several values; none is said in place of an empty value.
func (p *storePage) fact(name, label, value, none string, s store.StorePage) fyne.CanvasObject {
	face := typeface{}
	if value == "" {
		value, face.color = none, colMuted
	}
	objs := []fyne.CanvasObject{tabled(newText(label, typeface{color: colMuted}), newText(value, face))}
	for _, d := range s.Differ {
		if d.Field == name || name == "window" && (d.Field == "window_from" || d.Field == "window_to") {
			objs = append(objs, p.app.differMark(p.id, d.Field, d.Values))
		}
	}
	return column(0, objs...)
}

// profile is the rest of what the office knows about the store.
func (p *storePage) profile(s store.StorePage) fyne.CanvasObject {
	a, f := p.app, s.Profile
	grade := ""
	if f.Grade > 0 {
		grade = strconv.Itoa(f.Grade)
	}
	place := words.Degrees(f.Position)
	var objs []fyne.CanvasObject
	for _, kv := range [][3]string{
		{"licence_no", "term.licence_no", f.LicenceNo}, {"name", "term.name", f.Name}, {"opened", "term.opened", a.Day(f.Opened)},
		{"business_type", "term.business_type", a.Enum("business_type", f.BusinessType)},
		{"market_type", "term.market_type", a.Enum("market_type", f.MarketType)}, {"grade", "term.grade", grade},
		{"terminal_level", "term.terminal_level", a.Enum("terminal_level", f.TerminalLevel)},
		{"integrity_grade", "term.integrity", a.Enum("integrity", f.IntegrityGrade)},
		{"district_type", "term.district_type", a.Enum("district_type", f.DistrictType)},
		{"territory", "term.territory", s.TerritoryName}, {"township", "term.township", s.TownshipName},
		{"address", "term.address", f.Address}, {"position", "term.position", place},
	} {
		if kv[2] != "" {
			objs = append(objs, p.fact(kv[0], a.T(kv[1]), kv[2], "", s))
		}
	}
	return section(a.T("store.profile"), nil, objs...)
}
