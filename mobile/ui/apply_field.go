package ui

import (
	"maps"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// fields are those that the application may change. Of one that was begun for a single field the others are a tap away.
func (p *applyPage) fields(q store.Application) (objs []fyne.CanvasObject) {
	a := p.app
	hidden, unknown := 0, q.Unknown()
	for _, name := range p.order(q) {
		if slices.Contains(unknown, name) {
			continue
		}
		if _, changed := q.Change[name]; !changed && !q.Submitted() && p.only != "" && p.only != name && !p.whole {
			hidden++
			continue
		}
		if o := p.field(q, name); o != nil {
			objs = append(objs, o)
		}
	}
	for _, name := range unknown {
		objs = append(objs, p.wish(q, name, newBadge(markAlarm, a.T("apply.unknown")), newText(a.T("apply.unknown_text"), typeface{size: sizeSmall, color: colMuted})))
	}
	if q.Kind == field.ApplyNewStore {
		objs = append(objs, newText(a.T("apply.new_store_text"), typeface{size: sizeSmall, color: colMuted}))
	}
	if hidden > 0 {
		objs = append(objs, newButton("apply.more", a.T("apply.more"), nil, quiet, func() {
			p.whole = true
			p.show(p.shown, nil)
		}))
	}
	return objs
}

// order puts the field that the application was begun for first.
func (p *applyPage) order(q store.Application) []string {
	all := slices.Clone(field.ApplicationFields(q.Kind))
	if i := slices.Index(all, p.only); i > 0 {
		all = slices.Insert(slices.Delete(all, i, i+1), 0, p.only)
	}
	return all
}

// field is one field that the application may change: what it is now and what it is to be.
func (p *applyPage) field(q store.Application, name string) fyne.CanvasObject {
	a := p.app
	to, changed := q.Change[name]
	was := q.Was.Text(name)
	now := column(0)
	approved := q.Decision.State == field.DecisionApproved && !slices.Contains(q.Undone, name) && !slices.Contains(q.Coming, name)
	if was != "" && changed && was != to && !approved { // else it is what stands in the field
		now.Add(newText(a.T("apply.now", "Value", a.appliedText(q.Townships, name, was)), typeface{size: sizeSmall, color: colMuted}))
	}
	if q.Submitted() {
		if !changed {
			return nil
		}
		return p.wish(q, name, now)
	}
	if !changed {
		to = was
	}
	label := newText(a.fieldWord(name), typeface{size: sizeSmall, bold: true, color: colMuted})
	if codes, columns := p.codes(q, name); codes != nil {
		return column(6, label, p.toggles(q, name, to, codes, columns), now)
	}
	switch name {
	case "township": // nobody has named any
		return column(6, label, newText(a.T("apply.no_townships"), typeface{color: colMuted}))
	case "opened", "closed":
		return column(6, label, p.day(name, to), now)
	}
	e := p.entries[name]
	if e == nil {
		e = newEntry(a, "apply."+name, "", 1, func(text string) { p.set(name, text, func() { e.unsaved() }) })
		e.limit = field.MaxTextRunes
		p.entries[name] = e
	}
	e.load(to)
	return labelled(a.fieldWord(name), e, now)
}

// day is where a day is chosen. It stays while the page is read again: a tap that is not saved yet counts.
func (p *applyPage) day(name, to string) *dayPick {
	d := p.days[name]
	if d == nil {
		from, until := field.AppliedDays(name, p.app.deps.Now())
		d = newDayPick(p.app, "apply."+name, from, until, func(day string) { p.set(name, day, d.unsaved) })
		p.days[name] = d
	}
	d.load(to)
	return d
}

// wish is a field with what it is to be.
func (p *applyPage) wish(q store.Application, name string, below ...fyne.CanvasObject) fyne.CanvasObject {
	a := p.app
	return column(2, append([]fyne.CanvasObject{newText(a.fieldWord(name), typeface{size: sizeSmall, bold: true, color: colMuted}),
		newText(a.wantedText(q, name), typeface{size: sizeName, bold: true}).id("apply.to." + name)}, below...)...)
}

// codes are the values of a field that is chosen by tapping, and how many stand in a line; nil for any other field.
func (p *applyPage) codes(q store.Application, name string) (codes []string, columns int) {
	switch name {
	case "grade":
		for n := range field.MaxGrade {
			codes = append(codes, strconv.Itoa(n+1))
		}
		return codes, 6
	case "integrity_grade":
		return field.IntegrityGrades, 4
	case "township":
		return slices.Sorted(maps.Keys(q.Townships)), 2
	}
	return choices[name], 2
}

func (p *applyPage) toggles(q store.Application, name, to string, codes []string, columns int) fyne.CanvasObject {
	var objs []fyne.CanvasObject
	for _, code := range codes {
		label := p.app.appliedText(q.Townships, name, code)
		if name == "grade" {
			label = code // thirty of them stand close together
		}
		t := newChoice("apply."+name+"."+code, label)
		t.set(code == to)
		t.onChange = func(bool) { p.set(name, code, nil) }
		objs = append(objs, t)
	}
	return grid(columns, gap, objs...)
}
