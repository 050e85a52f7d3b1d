package web

import (
	"encoding/json"
	"math"

	"storewalk/server/store"
	"storewalk/shared/field"
)

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
	if text = v.StoreText(name, text, v.townships); text == "" {
		return v.T("value.empty")
	}
	return text
}
