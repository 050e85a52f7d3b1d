package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync/atomic"
)

// A meter counts what a phone's connections carry: every byte given to or taken from TCP, headers and requests
// that failed included. bodies are those of the messages alone.
type meter struct {
	up, down, bodies, requests atomic.Int64

	lines []*http.Transport
}

// wrap puts the meter around a transport.
func (m *meter) wrap(t *http.Transport) http.RoundTripper {
	dial := t.DialContext
	t.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return countedConn{c, m}, nil
	}
	m.lines = append(m.lines, t)
	return counted{t, m}
}

// hangUp closes the connections that wait for another request.
func (m *meter) hangUp() {
	for _, t := range m.lines {
		t.CloseIdleConnections()
	}
}

// headers is what the connections carried beside the bodies.
func (m *meter) headers() int64 { return m.up.Load() + m.down.Load() - m.bodies.Load() }

// counted is a transport with a meter.
type counted struct {
	*http.Transport
	m *meter
}

// RoundTrip counts one request.
func (c counted) RoundTrip(r *http.Request) (*http.Response, error) {
	c.m.requests.Add(1)
	c.m.bodies.Add(max(r.ContentLength, 0))
	resp, err := c.Transport.RoundTrip(r)
	if err == nil {
		resp.Body = countedBody{resp.Body, c.m}
	}
	return resp, err
}

type countedBody struct {
	io.ReadCloser
	m *meter
}

// Read counts what came.
func (b countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.m.bodies.Add(int64(n))
	return n, err
}

type countedConn struct {
	net.Conn
	m *meter
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
