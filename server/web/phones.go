package web

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

func (w *Web) phones(c *gin.Context) error {
	list, err := w.store.Phones(c.Request.Context())
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, "phones", page{Title: "phones.title", Section: "phones", Live: "/phones", Body: list})
}

func (w *Web) revoke(c *gin.Context) error {
	id, err := pathID(c, "id", "device.not_found")
	if err != nil {
		return err
	}
	return back(c, "/phones", "revoked", w.store.RevokeDevice(c.Request.Context(), id))
}

// aside shows what phones sent that could not be taken in, so that none of it is out of sight.
func (w *Web) aside(c *gin.Context) error {
	list, err := w.store.Quarantined(c.Request.Context())
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, "aside", page{Title: "aside.title", Section: "aside", Live: "/aside", Body: list})
}
