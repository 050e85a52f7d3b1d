package main

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"sync/atomic"
)

// A meter counts what a phone's connections carry: every byte given to or taken from TCP, headers and requests
// that failed included.
type meter struct {
	up, down, headers, requests atomic.Int64
	transport                   *http.Transport
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
	m.transport = t
	return m
}

// hangUp closes the connections that wait for another request.
func (m *meter) hangUp() { m.transport.CloseIdleConnections() }

// CloseIdleConnections is what http.Client asks of a transport.
func (m *meter) CloseIdleConnections() { m.hangUp() }

// RoundTrip counts one request.
func (m *meter) RoundTrip(r *http.Request) (*http.Response, error) {
	m.requests.Add(1)
	return m.transport.RoundTrip(r)
}

type countedConn struct {
	net.Conn
	m *meter
}

// Read counts what came.
func (c countedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.m.down.Add(int64(n))
	if bytes.HasPrefix(b[:n], []byte("HTTP/1.1 ")) {
		c.m.head(b[:n])
	}
	return n, err
}

// Write counts what left.
func (c countedConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.m.up.Add(int64(n))
	if first, _, _ := bytes.Cut(b[:n], []byte("\r\n")); bytes.HasSuffix(first, []byte(" HTTP/1.1")) {
		c.m.head(b[:n])
	}
	return n, err
}

// head counts the headers at the beginning of b; net/http writes and reads them in one piece.
func (m *meter) head(b []byte) {
	if end := bytes.Index(b, []byte("\r\n\r\n")); end >= 0 {
		m.headers.Add(int64(end + 4))
	}
}
