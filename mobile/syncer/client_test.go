package syncer

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/pack"
	"storewalk/shared/wire"
)

// unpacked is a request's body without its compression.
func unpacked(r *http.Request) io.Reader {
	b, err := io.ReadAll(r.Body)
	if err == nil && r.Header.Get("Content-Encoding") == pack.Encoding {
		b, _, err = pack.Open(b, wire.MaxRequestBytes)
	}
	if err != nil {
		return strings.NewReader("")
	}
	return bytes.NewReader(b)
}

func TestTheAddressAPersonTypesBecomesAServers(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"storewalk.example":           "https://storewalk.example",
		" storewalk.example/ ":        "https://storewalk.example",
		"storewalk.example:8443":      "https://storewalk.example:8443",
		"storewalk.example/gy//":      "https://storewalk.example/gy",
		"https://storewalk.example":   "https://storewalk.example",
		"HTTPS://storewalk.example/":  "https://storewalk.example",
		"http://storewalk.example":    "http://storewalk.example",
		"https://192.168.1.5":         "https://192.168.1.5",
		"localhost:8080":              "http://localhost:8080",
		"127.0.0.1:8080":              "http://127.0.0.1:8080",
		"192.168.1.5":                 "http://192.168.1.5",
		"192.168.1.5/gy":              "http://192.168.1.5/gy",
		"10.0.2.2:8080":               "http://10.0.2.2:8080",
		"172.31.0.1":                  "http://172.31.0.1",
		"172.32.0.1":                  "https://172.32.0.1",
		"8.8.8.8:80":                  "https://8.8.8.8:80",
		"[::1]:8080":                  "http://[::1]:8080",
		"[fd00::1]":                   "http://[fd00::1]",
		"[2001:db8::1]:8080":          "https://[2001:db8::1]:8080",
		"localhost.evil.example":      "https://localhost.evil.example",
		"https://storewalk.example?x": "https://storewalk.example",
	} {
		if got, err := BaseURL(typed); err != nil || got != want {
			t.Errorf("%q: %q %v, want %q", typed, got, err, want)
		}
	}
	for _, typed := range []string{"", "  ", "https://", "://x", "ftp://x", "file:///etc/passwd", "http://ma:secret@x", "x y", "http://x:port", "http://[::1", "/v1", ":8080"} {
		if got, err := BaseURL(typed); !fault.Is(err, "server.address") {
			t.Errorf("%q: %q %v", typed, got, err)
		}
	}
}

// answering is a client of a server that gives one raw answer to everything.
func answering(t *testing.T, raw string) *client {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			c.Read(make([]byte, 64<<10))
			io.WriteString(c, raw)
			c.Close()
		}
	}()
	t.Cleanup(func() {
		ln.Close()
		<-done
	})
	return &client{base: "http://" + ln.Addr().String(), http: newHTTP()}
}

func TestWhateverAnswersInsteadOfTheServerHasItsCode(t *testing.T) {
	t.Parallel()
	const kind = "Content-Type: application/json\r\n"
	for name, c := range map[string]struct{ raw, code string }{
		"sign-in page":         {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>", "network.not_storewalk"},
		"redirect":             {"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/login\r\nContent-Length: 0\r\n\r\n", "network.not_storewalk"},
		"redirect for good":    {"HTTP/1.1 308 Permanent Redirect\r\nLocation: http://10.0.0.1/login\r\nContent-Length: 0\r\n\r\n", "network.not_storewalk"},
		"network sign-in":      {"HTTP/1.1 511 Network Authentication Required\r\nContent-Length: 0\r\n\r\n", "network.not_storewalk"},
		"bad gateway":          {"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n", "network.not_storewalk"},
		"other JSON":           {"HTTP/1.1 200 OK\r\n" + kind + "Content-Length: 2\r\n\r\n[]", "network.not_storewalk"},
		"other error":          {"HTTP/1.1 401 Unauthorized\r\n" + kind + "Content-Length: 15\r\n\r\n{\"error\":\"who\"}", "network.not_storewalk"},
		"half JSON":            {"HTTP/1.1 200 OK\r\n" + kind + "\r\n{\"server_ms\":12", "network.cut"},
		"half of what it says": {"HTTP/1.1 200 OK\r\n" + kind + "Content-Length: 100\r\n\r\n{\"server_ms\":12}", "network.cut"},
		"half a header":        {"HTTP/1.1 200 OK\r\nContent-Ty", "network.cut"},
		"half a chunk":         {"HTTP/1.1 200 OK\r\n" + kind + "Transfer-Encoding: chunked\r\n\r\n40\r\n{\"serv", "network.cut"},
		"nothing":              {"", "network.cut"},
		"nothing, politely":    {"HTTP/1.1 200 OK\r\n" + kind + "Content-Length: 0\r\n\r\n", "network.cut"},
		"false compression":    {"HTTP/1.1 200 OK\r\n" + kind + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", "network.cut"},
		"our own error":        {"HTTP/1.1 401 Unauthorized\r\n" + kind + "Content-Length: 32\r\n\r\n{\"kind\":2,\"code\":\"auth.revoked\"} ", "auth.revoked"},
	} {
		var out wire.SyncResponse
		err := answering(t, c.raw).post(t.Context(), wire.PathSync, wire.SyncRequest{}, &out)
		if !fault.Is(err, c.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, raw := range map[string]string{
		"no offset":       "HTTP/1.1 204 No Content\r\n\r\n",
		"odd offset":      "HTTP/1.1 204 No Content\r\nUpload-Offset: many\r\n\r\n",
		"negative offset": "HTTP/1.1 204 No Content\r\nUpload-Offset: -1\r\n\r\n",
	} {
		if _, err := answering(t, raw).append(t.Context(), [32]byte{1}, 0, strings.NewReader("x"), 1); !fault.Is(err, "network.not_storewalk") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAServerThatIsDownOrAnotherHasItsCode(t *testing.T) {
	t.Parallel()
	const down = "http://127.0.0.1:1" // a port that was free a moment ago may be another test's
	stranger := httptest.NewTLSServer(http.NotFoundHandler())
	defer stranger.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	for name, c := range map[string]struct{ base, code string }{
		"down":                      {down, "network.unreachable"},
		"certificate of a stranger": {stranger.URL, "network.not_storewalk"},
		"no TLS":                    {strings.Replace(plain.URL, "http:", "https:", 1), "network.not_storewalk"},
		"TLS":                       {strings.Replace(stranger.URL, "https:", "http:", 1), "network.not_storewalk"},
	} {
		err := (&client{base: c.base, http: newHTTP()}).post(t.Context(), wire.PathSync, struct{}{}, &struct{}{})
		if !fault.Is(err, c.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACallerThatGivesUpIsNoFailureOfTheNetwork(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { cancel() }))
	defer srv.Close()
	err := (&client{base: srv.URL, http: newHTTP()}).post(ctx, wire.PathSync, struct{}{}, &struct{}{})
	if err == nil || ctx.Err() == nil {
		t.Fatal(err)
	}
	if kind, _ := fault.Of(err); kind == fault.Unavailable && fault.Is(err, "network.unreachable") {
		t.Fatal(err)
	}
}

// TestOnlySilenceEndsASlowRequest runs on a clock of its own: an answer that trickles for minutes is waited
// for, a line without a byte for patience is given up.
func TestOnlySilenceEndsASlowRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		c := &client{base: "http://server", http: &http.Client{Transport: &http.Transport{
			DialContext: func(context.Context, string, string) (net.Conn, error) { return here, nil }}}}
		go func() {
			buf := make([]byte, 4096)
			there.Read(buf)
			io.WriteString(there, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 18\r\n\r\n")
			for _, b := range []byte(`{"server_ms":1234}`) {
				time.Sleep(patience - time.Second)
				there.Write([]byte{b})
			}
			there.Read(buf) // the next request is never answered
		}()
		began := time.Now()
		var out wire.SyncResponse
		if err := c.post(t.Context(), wire.PathSync, json.RawMessage("{}"), &out); err != nil || out.ServerMS != 1234 {
			t.Fatal(err)
		}
		if slow := time.Since(began); slow < 10*time.Minute {
			t.Fatal(slow)
		}
		began = time.Now()
		if err := c.post(t.Context(), wire.PathSync, json.RawMessage("{}"), &out); !fault.Is(err, "timeout") {
			t.Fatal(err)
		}
		if waited := time.Since(began); waited < patience || waited > patience+time.Second {
			t.Fatal(waited)
		}
		there.Close()
	})
}

func TestAConnectionThatDiedBetweenRoundsIsNoFailure(t *testing.T) {
	t.Parallel()
	s := newTold(t)
	sy, st := newPhone(t, s)
	withStore(t, s, sy)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: s}
	go srv.Serve(forgetful{ln})
	defer srv.Close()
	if err := sy.Enrol(t.Context(), ln.Addr().String(), "ma", "x", "phone"); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		edit(t, st, strings.Repeat("x", i))
		if err := sy.Round(t.Context()); err != nil {
			t.Fatal(i, err)
		}
	}
}

// A forgetful network drops a connection after its first answer and lets the phone find out.
type forgetful struct{ net.Listener }

func (f forgetful) Accept() (net.Conn, error) {
	c, err := f.Listener.Accept()
	return &forgotten{Conn: c}, err
}

type forgotten struct {
	net.Conn
	answered atomic.Bool
}

func (f *forgotten) Write(b []byte) (int, error) {
	f.answered.Store(true)
	return f.Conn.Write(b)
}

func (f *forgotten) Read(b []byte) (int, error) {
	n, err := f.Conn.Read(b)
	if f.answered.Load() && n > 0 {
		f.Conn.Close()
		return 0, io.ErrUnexpectedEOF
	}
	return n, err
}
