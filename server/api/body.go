package api

import (
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

// patience is how long the server waits for the next byte of a body. A phone gives up after as long.
const patience = 45 * time.Second

// A body is a request body of which a Read fails with os.ErrDeadlineExceeded when no byte has come for patience. How
// long all of it takes is not limited: a photo over 2G takes minutes.
type body struct {
	io.ReadCloser
	line *http.ResponseController

	mu    sync.Mutex
	ended bool // by SetReadDeadline: Read must not wait longer than that says
}

// limitSilence makes the body of a request one. What the handler leaves unread the server reads at the end; that may take
// no longer either.
func limitSilence(c *gin.Context) {
	if c.Request.Body == nil || c.Request.Body == http.NoBody {
		return
	}
	b := &body{ReadCloser: c.Request.Body, line: http.NewResponseController(c.Writer)}
	b.wait()
	c.Request.Body = b
}

// wait lets the next Read take patience. A writer without deadlines is no connection.
func (b *body) wait() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.ended {
		_ = b.line.SetReadDeadline(time.Now().Add(patience))
	}
}

// Read reads from the body.
func (b *body) Read(p []byte) (int, error) {
	b.wait()
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		_ = b.SetReadDeadline(time.Time{}) // the server listens on for a phone that hangs up
	}
	return n, err
}

// SetReadDeadline sets the time at which Read fails, also one under way in another goroutine: so a newer request for the
// same photo takes over.
func (b *body) SetReadDeadline(at time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	return b.line.SetReadDeadline(at)
}
