package web

import (
	"net/http"
	"net/url"
	"strings"

	"storewalk/server/store"
	"storewalk/shared/field"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
)

type marketBody struct {
	store.NewsPage
	Kind, Territory string // as they stand in the address
	Kinds           []string
	Territories     []store.NamedTerritory
	Next            string // address of the next page
	First           bool   // this is the newest page
}

// Any reports whether the filter keeps something out.
func (b marketBody) Any() bool { return b.Kind != "" || b.Territory != "" }

// Newest is the address of the first page under the same filter.
func (b marketBody) Newest() string { return marketAddress(b.Kind, b.Territory, "") }

func marketAddress(kind, territory, before string) string {
	v := url.Values{}
	for name, value := range map[string]string{"kind": kind, "territory": territory, "before": before} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if len(v) == 0 {
		return "/market"
	}
	return "/market?" + v.Encode()
}

// market lists what managers heard of the market and saw of competitors, as it arrives.
func (w *Web) market(c *gin.Context) (err error) {
	ctx, before := c.Request.Context(), c.Query("before")
	b := marketBody{Kind: c.Query("kind"), Territory: c.Query("territory"), Kinds: []string{field.NoteMarket, field.NoteCompetitor}, First: before == ""}
	f := store.NewsFilter{Kind: b.Kind, Before: before}
	f.Territory, _ = uuid.Parse(b.Territory) // what is no id, as in a half-typed address, keeps nothing out
	if b.NewsPage, err = w.store.News(ctx, f); err != nil {
		return err
	}
	if b.Territories, err = w.store.TerritoryNames(ctx); err != nil {
		return err
	}
	if b.Older != "" {
		b.Next = marketAddress(b.Kind, b.Territory, b.Older)
	}
	return w.render(c, http.StatusOK, "market", page{Title: "market.title", Section: "market", Live: marketAddress(b.Kind, b.Territory, before), Body: b})
}

// newsLine is what is known of a competitor in one line.
func (v view) newsLine(n store.NewsRow) string {
	parts := []string{}
	add := func(yes bool, text string) {
		if yes {
			parts = append(parts, text)
		}
	}
	add(n.Brand != "", n.Brand)
	add(n.What != "", v.Enum("competitor_move", n.What))
	add(n.PriceFen > 0, v.T("market.price", "Price", yuan(n.PriceFen)))
	return strings.Join(parts, " · ")
}
