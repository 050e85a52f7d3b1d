package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"storewalk/server/auth"
	"storewalk/server/store"
	"storewalk/shared/field"

	"github.com/gin-gonic/gin"
)

// requestsBody is one page of the open requests, or of the closed ones. The first of the open shows the latest closed too.
type requestsBody struct {
	Open, Closed                  store.RequestPage
	First                         bool
	NextOpen, NextClosed, ToFirst string // addresses
}

// requests lists what stores asked for. "after" goes on with the open ones, "closed" with those that are closed.
func (w *Web) requests(c *gin.Context) (err error) {
	ctx, after, closed := c.Request.Context(), c.Query("after"), c.Query("closed")
	b := requestsBody{First: after == "" && closed == "", ToFirst: "/requests"}
	if b.Open, err = w.store.Requests(ctx, store.RequestFilter{After: after}); err != nil {
		return err
	}
	if after == "" {
		if b.Closed, err = w.store.Requests(ctx, store.RequestFilter{Closed: true, After: closed}); err != nil {
			return err
		}
	}
	live := "/requests"
	switch {
	case closed != "":
		b.Open.Rows, b.Open.Next = nil, ""
		live = requestsAddress("closed", closed)
	case after != "":
		live = requestsAddress("after", after)
	}
	b.NextOpen, b.NextClosed = requestsAddress("after", b.Open.Next), requestsAddress("closed", b.Closed.Next)
	return w.render(c, http.StatusOK, "requests", page{Title: "requests.title", Section: "requests", Live: live, Body: b})
}

// requestsAddress is where a page of requests begins; "" where there is none.
func requestsAddress(of, from string) string {
	if from == "" {
		return ""
	}
	return "/requests?" + url.Values{of: {from}}.Encode()
}

// maxOfOne is how many requests the page of one visit, or of one store, lists.
const maxOfOne = 300

func (w *Web) request(c *gin.Context) error {
	id, err := pathID(c, "id", "request.not_found")
	if err != nil {
		return err
	}
	d, err := w.store.RequestByID(c.Request.Context(), id)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, "request", page{Title: "requests.title", Section: "requests", Live: c.Request.URL.Path, Body: d})
}

// requestEvent adds what the office did to the story of a request.
func (w *Web) requestEvent(c *gin.Context) error {
	id, err := pathID(c, "id", "request.not_found")
	if err != nil {
		return err
	}
	err = w.store.AddRequestEvent(c.Request.Context(), auth.Caller(c).Account, id, c.PostForm("event"), strings.TrimSpace(c.PostForm("text")))
	return back(c, "/requests/"+id.String(), "noted", err)
}

// A dueView is what is due of a request, told by shape, colour and words.
type dueView struct{ Class, Icon, Text string }

// requestDue says what is due of a request and how much time is left, or that it is too late.
func (v view) requestDue(q store.RequestRow) dueView {
	now := time.Now().UnixMilli()
	switch {
	case q.State == field.RequestClosed:
		return dueView{"chip--good", "ok", v.rated(v.Enum("request_state", q.State), q.Rating)}
	case q.DueMS == 0:
		return dueView{"chip--good", "ok", v.Enum("request_state", q.State)}
	case q.Late(now):
		return dueView{"chip--alarm", "warn", v.T("request.overdue", "What", v.Enum("request_clock", q.Next), "For", v.Span(now-q.DueMS))}
	}
	return dueView{"chip--wait", "clock", v.T("request.left", "What", v.Enum("request_clock", q.Next), "For", v.Span(q.DueMS-now))}
}

func (v view) rated(text string, rating int) string {
	if rating == 0 {
		return text
	}
	return text + " · " + v.T("request.rated", "N", rating)
}

// requestClock says of one time within which something is to be done whether it was kept, runs, or has run out.
func (v view) requestClock(c field.Clock) dueView {
	now := time.Now().UnixMilli()
	switch late := c.Late(now); {
	case c.DoneMS != 0 && late:
		return dueView{"chip--alarm", "warn", v.T("request.done_late", "For", v.Span(c.DoneMS-c.DueMS))}
	case c.DoneMS != 0:
		return dueView{"chip--good", "ok", v.T("request.in_time")}
	case late:
		return dueView{"chip--alarm", "warn", v.T("request.late", "For", v.Span(now-c.DueMS))}
	}
	return dueView{"chip--wait", "clock", v.T("request.still", "For", v.Span(c.DueMS-now))}
}

// whyNot says why an event leads nowhere.
func (v view) whyNot(ev store.RequestStep) string {
	state := v.Enum("request_state", ev.Found)
	if ev.RequestEvent.FoundBy == "" {
		return v.T("request.found", "State", state)
	}
	return v.T("request.found_by", "Who", v.who(ev.FoundBy), "State", state)
}
