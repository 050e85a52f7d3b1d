package main

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A line is the mobile network in the hills: slow, late, and cut again and again.
type line struct {
	rate           int           // bytes per second of one connection in one direction
	latency        time.Duration // added to what is sent after a silence
	cutMin, cutMax int           // a connection is reset after so many bytes
}

// A link is a line that leads to a server.
type link struct {
	line
	ln     net.Listener
	target string
	hangUp context.CancelFunc
	cuts   atomic.Int64
	bytes  atomic.Int64 // carried, both directions
	done   sync.WaitGroup
}

// open starts a link to the server at target (host:port) on a port of its own. Close ends it.
func (l line) open(ctx context.Context, target string) (*link, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ctx, hangUp := context.WithCancel(ctx)
	k := &link{line: l, ln: ln, target: target, hangUp: hangUp}
	k.done.Go(func() { k.accept(ctx) })
	return k, nil
}

// URL is the server's address through the link.
func (k *link) URL() string { return "http://" + k.ln.Addr().String() }

// Close refuses new connections and ends those that are open. A second time it does nothing.
func (k *link) Close() error {
	err := k.ln.Close()
	k.hangUp()
	k.done.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

func (k *link) accept(ctx context.Context) {
	for {
		phone, err := k.ln.Accept()
		if err != nil {
			return // closed
		}
		k.done.Go(func() { k.carry(ctx, phone) })
	}
}

// carry joins two ends until one of them hangs up or the line is cut.
func (k *link) carry(ctx context.Context, phone net.Conn) {
	defer closed(phone)
	server, err := (&net.Dialer{}).DialContext(ctx, "tcp", k.target)
	if err != nil {
		return
	}
	defer closed(server)
	ctx, hangUp := context.WithCancel(ctx)
	defer hangUp()
	context.AfterFunc(ctx, func() { // unblocks both directions
		closed(phone)
		closed(server)
	})
	var left atomic.Int64
	left.Store(int64(k.cutMin + rand.IntN(k.cutMax-k.cutMin+1)))
	var both sync.WaitGroup
	for _, d := range [][2]net.Conn{{phone, server}, {server, phone}} {
		both.Go(func() {
			defer hangUp()
			if errors.Is(k.pump(ctx, d[0], d[1], &left), errCut) {
				k.cuts.Add(1)
				reset(phone)
				reset(server)
			}
		})
	}
	both.Wait()
}

var errCut = errors.New("cut")

// pump copies at the line's pace until left is used up.
func (k *link) pump(ctx context.Context, from, to net.Conn, left *atomic.Int64) error {
	piece := make([]byte, 4<<10)
	for {
		asked := time.Now()
		n, err := from.Read(piece)
		if n > 0 {
			wait := time.Duration(n) * time.Second / time.Duration(k.rate)
			if time.Since(asked) > k.latency/2 {
				wait += k.latency
			}
			if !rest(ctx, wait) {
				return ctx.Err()
			}
			if left.Add(int64(-n)) < 0 {
				return errCut
			}
			k.bytes.Add(int64(n))
			if _, err := to.Write(piece[:n]); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// rest waits, or returns false when ctx ended first.
func rest(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// reset makes the peer see a broken connection rather than an orderly end.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // it fails on a connection that is gone already
	}
	closed(c)
}

// closed closes a connection that may be closed already.
func closed(c net.Conn) { _ = c.Close() }
