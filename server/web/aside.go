package web

import (
	"fmt"
	"net/http"

	"storewalk/server/store"
	"storewalk/shared/fault"

	"github.com/gin-gonic/gin"
)

type asideBody struct {
	List   []store.Aside
	Phones []store.AsidePhone // with more than one thing aside
}

// aside shows what phones sent that could not be taken in, so that none of it is out of sight.
func (w *Web) aside(c *gin.Context) error {
	ctx := c.Request.Context()
	var b asideBody
	var err error
	if b.List, err = w.store.Quarantined(ctx); err != nil {
		return err
	}
	phones, err := w.store.QuarantinedPhones(ctx)
	if err != nil {
		return err
	}
	for _, p := range phones {
		if p.N > 1 {
			b.Phones = append(b.Phones, p)
		}
	}
	return w.render(c, http.StatusOK, "aside", page{Title: "aside.title", Section: "aside", Live: "/aside", Body: b})
}

// asideRaw gives what a phone sent as a file, byte for byte.
func (w *Web) asideRaw(c *gin.Context) error {
	id, err := pathID(c, "id", "aside.not_found")
	if err != nil {
		return err
	}
	raw, err := w.store.QuarantinedRaw(c.Request.Context(), id.String())
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="storewalk-%s.json"`, id))
	c.Data(http.StatusOK, "application/octet-stream", raw)
	return nil
}

// takeAgain looks at one thing once more.
func (w *Web) takeAgain(c *gin.Context) error {
	id, err := pathID(c, "id", "aside.not_found")
	if err != nil {
		return err
	}
	err = w.store.TakeAgain(c.Request.Context(), id.String())
	if fault.Is(err, "aside.not_found") { // somebody else was first
		err = nil
	}
	return back(c, "/aside", "taken", err)
}

// takeAllAgain looks once more at all that came from one phone.
func (w *Web) takeAllAgain(c *gin.Context) error {
	id, err := pathID(c, "id", "device.not_found")
	if err != nil {
		return err
	}
	taken, still, err := w.store.TakeAllAgain(c.Request.Context(), id)
	done := "taken"
	switch {
	case err == nil && taken == 0 && still > 0:
		err = fault.New(fault.Conflict, "aside.still", nil)
	case still > 0:
		done = "taken_some"
	}
	return back(c, "/aside", done, err)
}
