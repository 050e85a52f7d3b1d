package syncer

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/pack"
	"storewalk/shared/wire"
)

// speaking is a server of both kinds of HTTP without TLS, and a client of it.
func speaking(t *testing.T, offer bool, answer http.HandlerFunc) *client {
	t.Helper()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if offer && r.ProtoMajor == 1 {
			w.Header().Set("Connection", "Upgrade")
			w.Header().Set("Upgrade", "h2c")
		}
		w.Header().Set("Content-Type", "application/json")
		answer(w, r)
	}))
	srv.Config.Protocols = new(http.Protocols)
	srv.Config.Protocols.SetHTTP1(true)
	srv.Config.Protocols.SetUnencryptedHTTP2(true)
	srv.Start()
	c := &client{base: srv.URL, token: "secret", http: newHTTP()}
	t.Cleanup(func() {
		c.http.CloseIdleConnections()
		srv.Close()
	})
	return c
}

func (c *client) ask(ctx context.Context) error {
	return c.post(ctx, wire.PathSync, struct{}{}, &struct{}{})
}

func TestHTTP2IsSpokenOnceTheServerOffersIt(t *testing.T) {
	t.Parallel()
	for _, offer := range []bool{false, true} {
		var protos []int
		c := speaking(t, offer, func(w http.ResponseWriter, r *http.Request) {
			protos = append(protos, r.ProtoMajor)
			_, _ = io.WriteString(w, "{}")
		})
		for range 3 {
			if err := c.ask(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if want := map[bool]int{false: 1, true: 2}[offer]; protos[0] != 1 || protos[1] != want || protos[2] != want {
			t.Errorf("offered %v, spoken %v", offer, protos)
		}
	}
}

// TestAfterACutOverHTTP2TheUsualWayIsTaken: something between that can not carry it must not stop the phone.
func TestAfterACutOverHTTP2TheUsualWayIsTaken(t *testing.T) {
	t.Parallel()
	var second atomic.Int32
	c := speaking(t, true, func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 {
			second.Add(1)
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, "{}")
	})
	if err := c.ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.ask(t.Context()); !fault.Is(err, "network.cut") {
		t.Fatal("not told as a cut:", err)
	}
	for range 3 {
		if err := c.ask(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if second.Load() != 1 {
		t.Error("HTTP/2 was tried again:", second.Load())
	}
}

func TestASilentLineOverHTTP2IsGivenUp(t *testing.T) {
	t.Parallel()
	end := make(chan struct{})
	c := speaking(t, true, func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 {
			select {
			case <-r.Context().Done():
			case <-end:
			}
		}
		_, _ = io.WriteString(w, "{}")
	})
	defer close(end)
	if err := c.ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond) // stands for patience
	defer cancel()
	if err := c.ask(ctx); err == nil {
		t.Fatal("silence was an answer")
	}
	if err := c.ask(t.Context()); err != nil {
		t.Fatal("the next request met the same line:", err)
	}
}

func TestASignInPageOverHTTP2IsNoAnswer(t *testing.T) {
	t.Parallel()
	c := speaking(t, true, func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 {
			http.Redirect(w, r, "http://hotel.example/", http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, "{}")
	})
	if err := c.ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.ask(t.Context()); !fault.Is(err, "network.not_storewalk") {
		t.Fatal(err)
	}
}

func TestPhotoBytesAndExchangesBetweenThemKeepToOneConnection(t *testing.T) {
	t.Parallel()
	c := speaking(t, true, func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 1 {
			t.Error(r.Method, r.Proto)
		}
		w.Header().Set("Upload-Offset", "5")
		_, _ = io.WriteString(w, "{}")
	})
	for range 2 {
		if err := c.ask(t.Context()); err != nil {
			t.Fatal(err)
		}
		if reached, err := c.append(t.Context(), blob.Ref{1}, 0, strings.NewReader("photo"), 5); err != nil || reached != 5 {
			t.Fatal(reached, err)
		}
	}
}

// TestAServerThatDoesNotKnowColumnsGetsGzip: the packing is optional.
func TestAServerThatDoesNotKnowColumnsGetsGzip(t *testing.T) {
	t.Parallel()
	var encodings []string
	c := speaking(t, false, func(w http.ResponseWriter, r *http.Request) {
		encoding := r.Header.Get("Content-Encoding")
		encodings = append(encodings, encoding)
		if encoding == pack.Encoding {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"kind":1,"code":"request.encoding"}`)
			return
		}
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		b, err := io.ReadAll(z)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Encoding", "gzip")
		back := gzip.NewWriter(w)
		_, _ = back.Write(b)
		_ = back.Close()
	})
	for range 2 {
		in, out := map[string]string{"note": strings.Repeat("缺货", 300)}, map[string]string{}
		if err := c.post(t.Context(), wire.PathSync, in, &out); err != nil || out["note"] != in["note"] {
			t.Fatal(out, err)
		}
	}
	if got := strings.Join(encodings, " "); got != "columns gzip gzip" {
		t.Error(got)
	}
}
