package web

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"storewalk/server/store"
	"storewalk/shared/field"
)

// spot says where a store is, or what the phone of a person said who wanted to fix that and could not.
func (v view) spot(name string, raw json.RawMessage) string {
	var m field.Moment
	var why string
	if name == "position" {
		if json.Unmarshal(raw, &m.Position) != nil || !m.Position.Valid() {
			return v.T("value.empty")
		}
	} else if json.Unmarshal(raw, &m) != nil {
		return string(raw)
	}
	switch p := m.Position; {
	case m.Mocked:
		why = v.T("place.mocked")
	case m.Lack == field.LackRefused:
		why = v.T("place.refused")
	case !p.Valid():
		why = v.T("place.none")
	}
	parts := []string{why}
	if p := m.Position; p.Valid() {
		parts = append(parts, fmt.Sprintf("%.5f, %.5f", p.Lat, p.Lon))
		if p.Acc > 0 {
			parts = append(parts, v.T("place.accuracy", "N", int(math.Ceil(p.Acc))))
		}
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

// moved says how far a store's position moved with a change; "" for any other change, and where there was none before.
func (v view) moved(c *store.Change) string {
	var from, to field.Position
	if c.Type != field.TypeStore || c.Field != "position" || json.Unmarshal(c.Old, &from) != nil || json.Unmarshal(c.New, &to) != nil || !from.Valid() || !to.Valid() {
		return ""
	}
	if d := from.Metres(to); d < 1000 {
		return v.T("place.moved_m", "N", int(math.Round(d)))
	}
	return v.T("place.moved_km", "N", math.Round(from.Metres(to)/100)/10)
}

// wanted is the text of a store's field in an application.
func (v view) wanted(name, text string) string {
	switch {
	case text == "":
		return v.T("value.empty")
	case name == "business_type" || name == "terminal_level":
		return v.Enum(name, text)
	case name == "integrity_grade":
		return v.Enum("integrity", text)
	case name == "township":
		return v.township(text)
	}
	return text
}
