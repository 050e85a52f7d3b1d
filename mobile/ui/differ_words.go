package ui

import (
	"encoding/json"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// fieldWord names a field of a store.
func (a *App) fieldWord(name string) string {
	return a.FieldName(field.TypeStore, name, field.Subject{})
}

// conflictWord names the field of a conflict.
func (a *App) conflictWord(c store.Conflict) string {
	name := a.FieldName(c.Type, c.Field, c.Subject)
	if c.Type == field.TypeRequest {
		return joined("：", a.T("term.request"), name)
	}
	return name
}

// conflictText says one value of a conflict in words.
func (a *App) conflictText(c store.Conflict, value json.RawMessage) string {
	return a.FieldValue(c.Type, c.Field, c.Subject, value)
}

// inVisit says in which visit something was written; "" for 0, which is none.
func (a *App) inVisit(checkInMS int64) string {
	if checkInMS == 0 {
		return ""
	}
	return a.T("differ.in_visit", "When", a.ShortDateTime(checkInMS))
}

// written says who wrote a value, when, and in which visit; of a person who wrote several of them on which device too.
func (a *App) written(c store.Conflict, v store.Sibling, when string) string {
	device, of := "", 0
	for _, other := range c.Values {
		if other.Author == v.Author {
			of++
		}
	}
	if of > 1 {
		switch v.Device {
		case store.ThisDevice:
			device = a.T("differ.here")
		case store.AnotherDevice:
			device = a.T("differ.elsewhere")
		}
	}
	who := joined(" · ", firstOf(v.Author, a.T("value.unknown")), device)
	return joined(" · ", a.T("differ.by", "Who", who, "When", when), a.inVisit(v.VisitMS))
}
