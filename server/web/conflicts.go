package web

import (
	"encoding/json"
	"net/http"
	"strings"

	"storewalk/server/auth"
	"storewalk/server/store"
	"storewalk/shared/fault"
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
	name, choice, next := c.PostForm("field"), c.PostForm("choice"), c.PostForm("next")
	value := json.RawMessage(choice)
	if choice == other {
		value, err = typed(c, name)
	}
	if err == nil && !json.Valid(value) {
		err = fault.New(fault.Invalid, "conflict.no_choice", nil)
	}
	if err == nil {
		err = w.store.Settle(c.Request.Context(), auth.Caller(c).Account, id, name, value, seen)
	}
	if kind, _ := fault.Of(err); kind == fault.Invalid && choice == other && isLine(name) {
		next = withLine(next, c.Request.PostForm)
	}
	return back(c, next, "settled", err)
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
	l, err := readLine(c.Request.PostForm)
	if err != nil {
		return nil, err
	}
	return record.Value(l)
}
