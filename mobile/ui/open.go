package ui

import (
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
)

// A Target says what a page shows: the record and what lies in it, as far as the page needs them.
type Target struct {
	ID, Part uuid.UUID
	What     string // field of the record, kind, day
}

// routes makes every route there is, by the name of its page.
var routes = map[string]func(t Target) route{
	"application":  func(t Target) route { return applyRoute{t.ID, t.What} },
	"applications": func(Target) route { return applicationsRoute{} },
	"ask":          func(t Target) route { return askRoute{store: t.ID, visit: t.Part, kind: t.What} },
	"conflicts":    func(Target) route { return conflictsRoute{} },
	"count":        func(t Target) route { return countRoute{t.ID} },
	"count.menu":   func(t Target) route { return countMenuRoute{t.ID} },
	"count.one":    func(t Target) route { return countOneRoute{t.ID, t.Part, t.What} },
	"count.order":  func(t Target) route { return countOrderRoute{t.ID} },
	"damaged":      func(Target) route { return damagedRoute{} },
	"differ":       func(t Target) route { return differRoute{t.ID, t.What} },
	"edit":         func(t Target) route { return editRoute{t.ID} },
	"group":        func(t Target) route { return groupRoute{t.ID} },
	"leave":        func(t Target) route { return leaveRoute{t.ID} },
	"lock":         func(Target) route { return lockRoute{} },
	"map":          func(Target) route { return mapRoute{} },
	"me":           func(Target) route { return meRoute{} },
	"news":         func(t Target) route { return newsRoute{visit: t.ID, kind: t.What} },
	"note":         func(t Target) route { return noteRoute{t.ID, t.Part} },
	"photo":        func(t Target) route { return photoRoute{t.ID, t.Part} },
	"photos":       func(Target) route { return photosRoute{} },
	"phrases":      func(t Target) route { return phrasesRoute{t.ID} },
	"receipt":      func(t Target) route { return receiptRoute{t.What} },
	"receipts":     func(Target) route { return receiptsRoute{} },
	"request":      func(t Target) route { return requestRoute{t.ID} },
	"requests":     func(t Target) route { return requestsRoute{t.ID} },
	"sign":         func(t Target) route { return signRoute{t.ID, t.What} },
	"signin":       func(Target) route { return signInRoute{} },
	"store":        func(t Target) route { return storeRoute{t.ID} },
	"stores":       func(Target) route { return storesRoute{} },
	"survey":       func(t Target) route { return surveyRoute{t.ID} },
	"sync":         func(Target) route { return syncRoute{} },
	"today":        func(Target) route { return todayRoute{} },
	"visit":        func(t Target) route { return visitRoute{t.ID} },
	"visits":       func(Target) route { return visitsRoute{} },
	"with":         func(t Target) route { return withRoute{t.ID} },
}

// Pages lists the names of all pages, for what measures or pictures every one.
func Pages() []string { return slices.Sorted(maps.Keys(routes)) }

// Open shows a page by its name, as if the person had come there.
func (a *App) Open(page string, of Target) error {
	to, ok := routes[page]
	if !ok {
		return fmt.Errorf("ui: there is no page %q", page)
	}
	a.nav.push(to(of))
	return nil
}
