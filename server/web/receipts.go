package web

import (
	"net/http"
	"net/url"

	"storewalk/server/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"

	"github.com/gin-gonic/gin"
)

type receiptBody struct {
	Asked   string // what was pasted
	Fault   string // why it is not genuine
	Genuine bool
	store.Verified
}

// Noon is a time in a receipt's day, for the words of dates.
func (receiptBody) Noon(date string) int64 {
	from, to, _ := field.DaySpan(date)
	return (from + to) / 2
}

// receipts verifies a receipt from its code, its address or its short code, and says whether the server still holds what
// it says.
func (w *Web) receipts(c *gin.Context) error {
	b := receiptBody{Asked: c.Query("code")}
	if b.Asked != "" {
		v, err := w.store.VerifyReceipt(c.Request.Context(), b.Asked)
		kind, code := fault.Of(err)
		if err != nil && kind != fault.Invalid {
			return err
		}
		b.Fault, b.Genuine, b.Verified = code, err == nil, v
		if err == nil {
			b.Fault = ""
		}
	}
	return w.render(c, http.StatusOK, "receipts", page{Title: "receipts.title", Section: "phones", Body: b})
}

// scanned is where a camera leads that reads the code on a phone.
func (w *Web) scanned(c *gin.Context) error {
	c.Redirect(http.StatusSeeOther, "/receipts?code="+url.QueryEscape(c.Param("code")))
	return nil
}
