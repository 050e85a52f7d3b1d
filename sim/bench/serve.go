package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// announceAndServe serves on a free port and says where, as the real server does, until ctx ends.
func announceAndServe(ctx context.Context, h http.Handler) error {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("listening on http://%s\n", ln.Addr())
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	defer context.AfterFunc(ctx, func() { _ = srv.Close() })()
	if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// A wireCount counts what the floor's connections carry, headers included.
type wireCount struct{ up, down, requests atomic.Int64 }

func (m *wireCount) client() *http.Client {
	return &http.Client{Transport: &countedTransport{m, &http.Transport{
		DisableCompression: true,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			c, err := (&net.Dialer{}).DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return countedConn{c, m}, nil
		},
	}}}
}

type countedTransport struct {
	m *wireCount
	*http.Transport
}

// RoundTrip counts one request.
func (t *countedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	t.m.requests.Add(1)
	return t.Transport.RoundTrip(r)
}

type countedConn struct {
	net.Conn
	m *wireCount
}

// Read counts what came.
func (c countedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.m.down.Add(int64(n))
	return n, err
}

// Write counts what left.
func (c countedConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.m.up.Add(int64(n))
	return n, err
}
