package syncer

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// A transport leads requests to a server: by HTTP/2 where TLS agrees on it, and without TLS when the server offers
// it; by HTTP/1.1 otherwise. Repeated headers are a few bytes then, where an exchange with nothing new is mostly
// headers. A redirect, a sign-in page or a proxy that speaks HTTP/1.1 only does not pass the offer on, since it
// concerns one connection. Photo bytes keep to the usual way, and exchanges to their connection while it is open:
// headers are nothing to them, and each connection that a bad line cuts costs a round trip to open again.
type transport struct {
	usual, second http.RoundTripper
	offer         atomic.Int32
	photoMS       atomic.Int64 // when a photo was last sent or asked for
}

// keepIdle is how long a connection that carries nothing stays open.
const keepIdle = time.Minute

// What is known of HTTP/2 without TLS.
const (
	notOffered = iota
	offered
	broken // it failed once: whatever lies between is not tried again while the app runs
)

func newTransport() *transport {
	without := new(http.Protocols)
	without.SetUnencryptedHTTP2(true)
	return &transport{usual: newLine(nil), second: newLine(without)}
}

func newLine(protocols *http.Protocols) *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dial,
		TLSHandshakeTimeout: 20 * time.Second,
		MaxIdleConnsPerHost: 2,
		IdleConnTimeout:     keepIdle,
		ForceAttemptHTTP2:   protocols == nil,
		Protocols:           protocols,
		// A request that is given up leaves an HTTP/2 connection open, dead or not. One that says nothing for as
		// long as patience lasts, not even to a ping, must not get the next request.
		HTTP2:              &http.HTTP2Config{SendPingTimeout: patience / 3, PingTimeout: patience * 2 / 3},
		DisableCompression: true, // asked for where it helps
	}
}

// sendBuffer is how many bytes of a request the system holds that have not left yet. What is in there counts as moved,
// so more of it than a slow line carries within patience would end a request that is going well.
const sendBuffer = 32 << 10

func dial(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := (&net.Dialer{Timeout: 20 * time.Second}).DialContext(ctx, network, address)
	if tcp, ok := c.(*net.TCPConn); ok && err == nil {
		_ = tcp.SetWriteBuffer(sendBuffer) // it works without
	}
	return c, err
}

// RoundTrip sends one request.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	now := time.Now().UnixMilli()
	if req.Method != http.MethodPost {
		t.photoMS.Store(now)
	}
	if req.URL.Scheme == "http" && t.offer.Load() == offered && now-t.photoMS.Load() > keepIdle.Milliseconds() {
		resp, err := t.second.RoundTrip(req)
		if err != nil {
			t.offer.Store(broken)
		}
		return resp, err
	}
	resp, err := t.usual.RoundTrip(req)
	if err == nil && resp.Header.Get("Upgrade") == "h2c" {
		t.offer.CompareAndSwap(notOffered, offered)
	}
	return resp, err
}

// CloseIdleConnections is what http.Client asks of a transport.
func (t *transport) CloseIdleConnections() {
	for _, line := range []http.RoundTripper{t.usual, t.second} {
		if c, ok := line.(interface{ CloseIdleConnections() }); ok {
			c.CloseIdleConnections()
		}
	}
}

// WrapTransport lets wrap put itself around the connections of this Syncer, of which there are two kinds: to count
// what crosses them, or to lead them over a network of its own. Call it once, before anything is sent.
func (s *Syncer) WrapTransport(wrap func(*http.Transport) http.RoundTripper) {
	t, ok := s.http.Transport.(*transport)
	if !ok {
		return
	}
	for _, line := range []*http.RoundTripper{&t.usual, &t.second} {
		if own, ok := (*line).(*http.Transport); ok {
			*line = wrap(own)
		}
	}
}
