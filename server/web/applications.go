package web

import (
	"net/http"
	"strings"

	"storewalk/server/auth"
	"storewalk/server/store"

	"github.com/gin-gonic/gin"
)

type applicationsBody struct{ Open, Decided []store.Application }

func (w *Web) applications(c *gin.Context) (err error) {
	var b applicationsBody
	ctx := c.Request.Context()
	if b.Open, err = w.store.Applications(ctx, false); err != nil {
		return err
	}
	if b.Decided, err = w.store.Applications(ctx, true); err != nil {
		return err
	}
	return w.render(c, http.StatusOK, "applications", page{Title: "applications.title", Section: "applications", Live: "/applications", Body: b})
}

func (w *Web) application(c *gin.Context) error {
	id, err := pathID(c, "id", "application.not_found")
	if err != nil {
		return err
	}
	a, err := w.store.ApplicationByID(c.Request.Context(), id)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, "application", page{Title: "applications.title", Section: "applications", Body: a})
}

func (w *Web) decide(c *gin.Context) error {
	id, err := pathID(c, "id", "application.not_found")
	if err != nil {
		return err
	}
	err = w.store.Decide(c.Request.Context(), auth.Caller(c).Account, id, c.PostForm("decision") == "approve", strings.TrimSpace(c.PostForm("text")), c.PostForm("seen"))
	return back(c, "/applications/"+id.String(), "decided", err)
}
