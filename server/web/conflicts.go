package web

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"storewalk/server/auth"
	"storewalk/server/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/record"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
)

func (w *Web) conflicts(c *gin.Context) error {
	open, err := w.store.Conflicts(c.Request.Context())
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, "conflicts", page{Title: "conflicts.title", Section: "conflicts", Live: "/conflicts", Body: open})
}

// other is the choice of a value that is typed.
const other = "other"

// settle writes the value that a person chose, in place of the values the page had shown.
func (w *Web) settle(c *gin.Context) error {
	id, seen, err := shown(c)
	if err != nil {
		return err
	}
	name, value := c.PostForm("field"), json.RawMessage(c.PostForm("choice"))
	if string(value) == other {
		if value, err = typed(c, name); err != nil {
			return back(c, c.PostForm("next"), "", err)
		}
	}
	if !json.Valid(value) {
		return back(c, c.PostForm("next"), "", fault.New(fault.Invalid, "conflict.no_choice", nil))
	}
	err = w.store.Settle(c.Request.Context(), auth.Caller(c).Account, id, name, value, seen)
	return back(c, c.PostForm("next"), "settled", err)
}

// shown reads which record a form is about, and what the page had shown of it.
func shown(c *gin.Context) (id uuid.UUID, seen []record.Dot, err error) {
	if id, err = uuid.Parse(c.PostForm("record")); err != nil {
		return id, nil, fault.New(fault.Invalid, "request.malformed", err)
	}
	seen, err = store.ParseSeen(c.PostForm("seen"))
	return id, seen, err
}

// typed reads the value that was typed instead of chosen.
func typed(c *gin.Context, name string) (json.RawMessage, error) {
	if !isLine(name) {
		return record.Value(strings.TrimSpace(c.PostForm("text")))
	}
	l := field.CountLine{OnDisplay: c.PostForm("on_display") != "", OutOfStock: c.PostForm("out_of_stock") != ""}
	for input, to := range map[string]*int{"cartons": &l.Cartons, "packs": &l.Packs} {
		text := strings.TrimSpace(c.PostForm(input))
		if text == "" {
			continue // nothing typed is none there
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, fault.New(fault.Invalid, "count.out_of_range", err)
		}
		*to = n
	}
	return record.Value(l)
}
