package web

import (
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

const (
	eventGap  = 300 * time.Millisecond // a burst of changes is one event
	heartbeat = 25 * time.Second       // proxies cut what is silent for longer
)

// events tells a page that something arrived, as server-sent events without content: the page asks for
// what it shows. It ends with the request. A page costs one goroutine that sleeps.
func (w *Web) events(c *gin.Context) {
	changes, stop := w.store.Watch()
	defer stop()
	h := c.Writer.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	c.Status(http.StatusOK)
	alive := time.NewTicker(heartbeat)
	defer alive.Stop()
	send := func(text string) bool {
		if _, err := io.WriteString(c.Writer, text); err != nil {
			return false
		}
		c.Writer.Flush()
		return true
	}
	gone := c.Request.Context().Done()
	for ok := send("retry: 3000\n\n"); ok; {
		select {
		case <-gone:
			return
		case <-alive.C:
			ok = send(":\n\n")
		case <-changes:
			ok = send("event: change\ndata:\n\n")
			select {
			case <-gone:
				return
			case <-time.After(eventGap):
			}
		}
	}
}
