package web

import (
	"net/http"
	"net/url"
	"strings"

	"storewalk/server/auth"
	"storewalk/server/store"
	"storewalk/shared/field"

	"github.com/gin-gonic/gin"
)

type storesBody struct {
	Text, Township string
	Townships      []string
	Rows           []store.StoreRow
	Next           string // address of the next page
	First          bool
}

func (w *Web) stores(c *gin.Context) error {
	ctx := c.Request.Context()
	f := store.StoreFilter{Text: c.Query("q"), Township: c.Query("township"), After: c.Query("after")}
	list, err := w.store.Stores(ctx, f)
	if err != nil {
		return err
	}
	b := storesBody{Text: f.Text, Township: f.Township, Rows: list.Rows, First: f.After == ""}
	if b.Townships, err = w.store.Townships(ctx); err != nil {
		return err
	}
	address := func(after string) string {
		return "/stores?" + url.Values{"q": {f.Text}, "township": {f.Township}, "after": {after}}.Encode()
	}
	if list.Next != "" {
		b.Next = address(list.Next)
	}
	return w.render(c, http.StatusOK, "stores", page{Title: "term.stores", Section: "stores", Live: address(f.After), Body: b})
}

type storeBody struct {
	store.StoreDetail
	Visits   []store.VisitRow
	Older    bool // there are more visits than these
	Requests []store.RequestRow
	Edits    []storeInput
	Events   []event
}

// A storeInput is one field of the form that corrects a store.
type storeInput struct{ Name, Text, Seen string }

const visitsOfStore = 8

func (w *Web) storePage(c *gin.Context) error {
	ctx := c.Request.Context()
	id, err := pathID(c, "id", "store.not_found")
	if err != nil {
		return err
	}
	d, err := w.store.StoreByID(ctx, id)
	if err != nil {
		return err
	}
	visits, err := w.store.Visits(ctx, store.VisitFilter{Store: id, Limit: visitsOfStore})
	if err != nil {
		return err
	}
	requests, err := w.store.Requests(ctx, store.RequestFilter{Store: id, Any: true, Limit: maxOfOne})
	if err != nil {
		return err
	}
	b := storeBody{StoreDetail: d, Requests: requests.Rows, Visits: visits.Rows, Older: visits.Older != "", Events: events(d.History)}
	shown := map[string]string{"phone": d.Phone, "backup_phone": d.BackupPhone, "note": d.Note}
	for _, name := range field.EditableStoreFields {
		b.Edits = append(b.Edits, storeInput{name, shown[name], store.FormatSeen(d.Seen[name])})
	}
	return w.render(c, http.StatusOK, "store", page{Title: d.Name, Section: "stores", Live: c.Request.URL.Path, Body: b})
}

// editStore corrects the fields whose text differs from what the page had shown; the others may have
// changed meanwhile, which is no business of this form.
func (w *Web) editStore(c *gin.Context) error {
	id, err := pathID(c, "id", "store.not_found")
	if err != nil {
		return err
	}
	var edits []store.StoreEdit
	for _, name := range field.EditableStoreFields {
		text, sent := c.GetPostForm(name)
		text = strings.TrimSpace(text)
		if !sent || text == c.PostForm("was_"+name) {
			continue
		}
		seen, err := store.ParseSeen(c.PostForm("seen_" + name))
		if err != nil {
			return err
		}
		edits = append(edits, store.StoreEdit{Field: name, Text: text, Seen: seen})
	}
	to := "/stores/" + id.String()
	if len(edits) == 0 {
		c.Redirect(http.StatusSeeOther, to)
		return nil
	}
	return back(c, to, "saved", w.store.EditStore(c.Request.Context(), auth.Caller(c).Account, id, edits...))
}
