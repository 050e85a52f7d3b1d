package api

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"storewalk/shared/wire"

	"github.com/gin-gonic/gin"
)

// pipes are connections without a network: what the server accepts is what the phone dialled.
type pipes struct{ dialled chan net.Conn }

func (p pipes) Accept() (net.Conn, error) {
	if c, ok := <-p.dialled; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}

func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p pipes) Close() error {
	close(p.dialled)
	return nil
}

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	p.dialled <- there
	return here, nil
}

func TestABodyMayTakeLongButNotBeSilent(t *testing.T) {
	t.Parallel()
	for name, version2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		for _, c := range []struct {
			pace        time.Duration // between the bytes; 0: none comes
			path, token string
			encoding    string
			status      int
			code        string
			took        time.Duration
		}{
			{0, wire.PathEnrol, "", "", 503, "timeout", patience},
			{patience - time.Second, wire.PathEnrol, "", "", 400, "request.malformed", 5 * (patience - time.Second)},
			{patience + time.Second, wire.PathEnrol, "", "", 503, "timeout", patience},
			{0, wire.PathSync, "", "", 401, "auth.signed_out", 0},
			{0, wire.PathEnrol, "", "br", 400, "request.encoding", 0},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					engine := gin.New()
					New(nil, slog.New(slog.DiscardHandler)).Register(engine) // nothing here comes as far as the store
					srv := &http.Server{Handler: engine, Protocols: new(http.Protocols)}
					srv.Protocols.SetHTTP1(true)
					srv.Protocols.SetUnencryptedHTTP2(true)
					line := pipes{make(chan net.Conn, 1)}
					served := make(chan error, 1)
					go func() { served <- srv.Serve(line) }()
					phone := &http.Transport{DialContext: line.dial, Protocols: new(http.Protocols)}
					phone.Protocols.SetHTTP1(!version2)
					phone.Protocols.SetUnencryptedHTTP2(version2)

					body, bytes := io.Pipe()
					var dripping sync.WaitGroup
					if c.pace > 0 {
						dripping.Go(func() { drip(bytes, c.pace) })
					}
					req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://server"+c.path, body)
					if err != nil {
						t.Fatal(err)
					}
					req.ContentLength = 5
					if c.encoding != "" {
						req.Header.Set("Content-Encoding", c.encoding)
					}
					begun := time.Now()
					resp, err := phone.RoundTrip(req)
					if err != nil {
						t.Fatal(err)
					}
					answer, err := io.ReadAll(resp.Body)
					if err != nil || resp.StatusCode != c.status || code(t, string(answer)) != c.code {
						t.Fatal(resp.StatusCode, string(answer), err, time.Since(begun))
					}
					if took := time.Since(begun); took < c.took || took > max(c.took, patience)+time.Second {
						t.Fatal("answered after", took)
					}
					body.Close()
					dripping.Wait()
					phone.CloseIdleConnections()
					srv.Close()
					<-served
				})
			})
		}
	}
}

// drip ends a body of five bytes, which are no JSON, each written after a pause.
func drip(w *io.PipeWriter, pause time.Duration) {
	defer w.Close()
	for range 5 {
		<-time.After(pause)
		if _, err := w.Write([]byte("x")); err != nil {
			return
		}
	}
}
