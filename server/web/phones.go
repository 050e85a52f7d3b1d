package web

import (
	"net/http"

	"storewalk/server/store"

	"github.com/gin-gonic/gin"
)

type phonesBody struct {
	List   []store.Phone
	Alarms []store.Alarm
}

func (w *Web) phones(c *gin.Context) error {
	var b phonesBody
	var err error
	if b.List, err = w.store.Phones(c.Request.Context()); err != nil {
		return err
	}
	if b.Alarms, err = w.store.Alarms(c.Request.Context()); err != nil {
		return err
	}
	return w.render(c, http.StatusOK, "phones", page{Title: "phones.title", Section: "phones", Live: "/phones", Body: b})
}

func (w *Web) revoke(c *gin.Context) error {
	id, err := pathID(c, "id", "device.not_found")
	if err != nil {
		return err
	}
	return back(c, "/phones", "revoked", w.store.RevokeDevice(c.Request.Context(), id))
}
