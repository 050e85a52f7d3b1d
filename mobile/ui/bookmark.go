package ui

import (
	"context"
	"reflect"
	"strings"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/mobile/store"
)

// single are the pages of which there is one.
var single = map[string]route{"stores": storesRoute{}, "map": mapRoute{}, "applications": applicationsRoute{}, "conflicts": conflictsRoute{}, "photos": photosRoute{}}

// routeName is how a page is written down, "" when it is not.
func routeName(r route) string {
	for name, one := range single {
		if r == one {
			return name
		}
	}
	switch r := r.(type) {
	case editRoute:
		return "edit/" + r.id.String()
	case applyRoute:
		return "apply/" + r.id.String() + "/" + r.field
	case differRoute:
		return "differ/" + r.record.String() + "/" + r.field
	case storeRoute:
		return "store/" + r.id.String()
	case visitRoute:
		return "visit/" + r.id.String()
	case photoRoute:
		return "photo/" + r.visit.String() + "/" + r.photo.String()
	case countRoute:
		return "count/" + r.visit.String()
	case countOneRoute:
		return "one/" + r.visit.String() + "/" + r.product.String() + "/" + r.what
	case countMenuRoute:
		return "menu/" + r.visit.String()
	case countOrderRoute:
		return "order/" + r.visit.String()
	case leaveRoute:
		return "leave/" + r.visit.String()
	case withRoute:
		return "with/" + r.visit.String()
	case groupRoute:
		return "group/" + r.visit.String()
	case surveyRoute:
		return "survey/" + r.visit.String()
	case signRoute:
		return "sign/" + r.visit.String() + "/" + r.question
	case newsRoute:
		if r.corrects == uuid.Nil {
			return "news/" + r.visit.String() + "/" + r.id.String() + "/" + r.kind
		}
	case phrasesRoute:
		return "phrases/" + r.visit.String()
	case requestsRoute:
		return "requests/" + r.store.String()
	case requestRoute:
		return "request/" + r.id.String()
	case askRoute:
		return "ask/" + r.name()
	case noteRoute:
		if r.correction == uuid.Nil {
			return "note/" + r.visit.String()
		}
	}
	return ""
}

// routeNamed is the route that was written down; ok is false for one of another version.
func routeNamed(name string) (r route, ok bool) {
	kind, text, _ := strings.Cut(name, "/")
	if kind == "ask" {
		return askNamed(text)
	}
	if r, ok := single[name]; ok {
		return r, true
	}
	text, more, _ := strings.Cut(text, "/")
	id, err := uuid.Parse(text)
	if err != nil {
		return nil, false
	}
	switch kind {
	case "store":
		return storeRoute{id}, true
	case "edit":
		return editRoute{id}, true
	case "apply":
		return applyRoute{id, more}, true
	case "differ":
		return differRoute{id, more}, true
	case "visit":
		return visitRoute{id}, true
	case "photo":
		photo, err := uuid.Parse(more)
		return photoRoute{id, photo}, err == nil
	case "count":
		return countRoute{id}, true
	case "one":
		text, what, _ := strings.Cut(more, "/")
		product, err := uuid.Parse(text)
		return countOneRoute{id, product, what}, err == nil
	case "menu":
		return countMenuRoute{id}, true
	case "order":
		return countOrderRoute{id}, true
	case "leave":
		return leaveRoute{id}, true
	case "with":
		return withRoute{id}, true
	case "group":
		return groupRoute{id}, true
	case "survey":
		return surveyRoute{id}, true
	case "sign":
		return signRoute{id, more}, true
	case "news":
		note, kind, _ := strings.Cut(more, "/")
		of, err := uuid.Parse(note)
		return newsRoute{visit: id, id: of, kind: kind}, err == nil
	case "phrases":
		return phrasesRoute{id}, true
	case "requests":
		return requestsRoute{id}, true
	case "request":
		return requestRoute{id}, true
	case "note":
		return noteRoute{visit: id}, true
	}
	return nil, false
}

// moved says that the page in front is at another place of its own by now.
func (n *nav) moved(r route) {
	n.current().route = r
	n.note()
}

// note writes down where the person is.
func (n *nav) note() {
	if n.gate != nil || n.app.ctx.Err() != nil {
		return
	}
	b := store.Bookmark{Tab: tabs[n.tab].id}
	for _, p := range n.stacks[n.tab][1:] {
		name := routeName(p.route)
		if name == "" {
			break
		}
		b.Pages = append(b.Pages, name)
	}
	b.Scroll, b.Sought = n.offset(), n.sought()
	if reflect.DeepEqual(n.noted, b) {
		return
	}
	n.noted = b
	n.app.places.push(func(ctx context.Context) error { return n.app.deps.Store.SetBookmark(ctx, b) }, func(err error) {
		if err != nil { // nothing is lost by it but the way back
			fyne.LogError("bookmark", err)
		}
	})
}

// sought is what is looked for on each page.
func (n *nav) sought() map[string]string {
	found := map[string]string{}
	for _, s := range n.stacks {
		for _, p := range s {
			if text := p.looksFor(); text != "" {
				found[routeName(p.route)] = text
			}
		}
	}
	return found
}

// reopen goes to where the person was when the app ended, if they were in the middle of something: a visit that is still in
// progress, on whichever page, or a request or an application that was being written.
func (n *nav) reopen() {
	b, err := n.app.deps.Store.Bookmark(n.app.ctx)
	if err != nil {
		fyne.LogError("bookmark", err)
		return
	}
	var above []place
	going := b.Tab != "" && n.visiting()
	for _, name := range b.Pages {
		r, ok := routeNamed(name)
		if !ok {
			break
		}
		going = going || n.begun(r)
		above = append(above, place{route: r, sought: b.Sought[name]})
	}
	if !going {
		return
	}
	for i, t := range tabs {
		n.stacks[i][0].sought = b.Sought[routeName(t.root)]
		if t.id != b.Tab || len(n.stacks[i]) > 1 {
			continue
		}
		n.tab = i
		n.stacks[i] = append(n.stacks[i], above...)
		n.current().spot = spot{at: b.Scroll}
	}
}

// visiting reports whether the person is in a shop: a visit of theirs is in progress.
func (n *nav) visiting() bool {
	latest, err := n.app.deps.Store.Visits(n.app.ctx, 1)
	return err == nil && len(latest) > 0 && latest[0].CheckOutMS == 0
}

// begun reports whether a page holds something that was begun and not finished.
func (n *nav) begun(r route) bool {
	switch r := r.(type) {
	case requestRoute:
		page, err := n.app.deps.Store.RequestPage(n.app.ctx, store.Asking{ID: r.id})
		return err == nil && page.Draft != (store.RequestDraft{})
	case applyRoute:
		q, err := n.app.deps.Store.Application(n.app.ctx, r.id)
		return err == nil && q.Mine && !q.Submitted()
	case askRoute:
		return true
	}
	return false
}
