package web

import (
	"net/http"
	"strconv"
	"time"

	"storewalk/server/auth"
	"storewalk/server/store"
	"storewalk/shared/fault"

	"github.com/gin-gonic/gin"
)

type phonesBody struct {
	List    []phoneRow
	Open    []store.Alarm // nobody has seen
	Seen    []store.Alarm
	Holding int // phones with something that is not here yet
	Needing int // phones that somebody should look at
}

// A phoneRow is a phone with what makes somebody look at it.
type phoneRow struct {
	store.Phone
	Help, Look    bool // now, today
	Overdue, Full bool
}

// phones is the page of phones, the one most in need on top.
func (w *Web) phones(c *gin.Context) error {
	var b phonesBody
	list, err := w.store.Phones(c.Request.Context())
	if err != nil {
		return err
	}
	now := time.Now()
	for _, p := range list {
		need := p.Need(now)
		b.List = append(b.List, phoneRow{p, need == store.NeedHelp, need == store.NeedLook, p.RevokedMS == 0 && p.Overdue(now), p.Full()})
		if p.Holds() && p.RevokedMS == 0 {
			b.Holding++
		}
		if need != store.NeedNothing {
			b.Needing++
		}
	}
	alarms, err := w.store.Alarms(c.Request.Context())
	if err != nil {
		return err
	}
	for _, a := range alarms {
		if a.SeenMS == 0 {
			b.Open = append(b.Open, a)
		} else {
			b.Seen = append(b.Seen, a)
		}
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

// seeAlarm notes that the supervisor has seen an alarm as it stood on the page.
func (w *Web) seeAlarm(c *gin.Context) error {
	id, err := pathID(c, "id", "alarm.not_found")
	if err != nil {
		return err
	}
	raised, err := strconv.ParseInt(c.PostForm("raised"), 10, 64)
	if err != nil {
		return fault.New(fault.Invalid, "request.malformed", err)
	}
	return back(c, "/phones", "seen", w.store.SeeAlarm(c.Request.Context(), id, auth.Caller(c).Account, raised))
}
