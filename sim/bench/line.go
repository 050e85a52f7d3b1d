package main

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// The slow line.
const (
	lineRate   = 120_000 / 8 // bytes per second in each direction, shared by all connections
	lineDelay  = 300 * time.Millisecond
	lineResets = 20 * time.Second // so often all connections are reset
	linePacket = 1_460            // bytes that travel together
	lineBuffer = 8 << 10          // bytes a radio holds before the sender must wait
)

// A line leads connections to a server over a slow link: a byte takes lineDelay after its turn on the link has
// come, and opening a connection takes a round trip.
type line struct {
	ln       net.Listener
	target   string
	stop     context.CancelFunc
	done     sync.WaitGroup
	up, down lane
	resets   atomic.Int64

	mu   sync.Mutex
	open map[net.Conn]bool // the phone's ends
}

// openLine starts a line to target (host:port) on a port of its own.
func openLine(ctx context.Context, target string) (*line, error) {
	small := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		var failed error
		err := c.Control(func(fd uintptr) { failed = setReceiveBuffer(fd, lineBuffer) })
		return errors.Join(err, failed)
	}}
	ln, err := small.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	l := &line{ln: ln, target: target, stop: stop, open: map[net.Conn]bool{}}
	l.done.Go(func() { l.accept(ctx) })
	l.done.Go(func() { l.disturb(ctx) })
	return l, nil
}

func (l *line) url() string { return "http://" + l.ln.Addr().String() }

func (l *line) close() error {
	l.stop()
	err := l.ln.Close()
	l.reset()
	l.done.Wait()
	return err
}

func (l *line) accept(ctx context.Context) {
	for {
		c, err := l.ln.Accept()
		if err != nil {
			return
		}
		l.done.Go(func() { l.carry(ctx, c) })
	}
}

// disturb resets every connection from time to time.
func (l *line) disturb(ctx context.Context) {
	tick := time.NewTicker(lineResets)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			l.resets.Add(1)
			l.reset()
		}
	}
}

// reset breaks all connections, as a lost signal does: what is under way is gone.
func (l *line) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.open {
		breakOff(c)
	}
}

func breakOff(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // it fails on one that is gone already
	}
	_ = c.Close()
}

func (l *line) carry(ctx context.Context, phone net.Conn) {
	l.mu.Lock()
	l.open[phone] = true
	l.mu.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		l.mu.Lock()
		delete(l.open, phone)
		l.mu.Unlock()
		breakOff(phone)
	}()
	if !sleep(ctx, 2*lineDelay) { // the handshake
		return
	}
	server, err := (&net.Dialer{}).DialContext(ctx, "tcp", l.target)
	if err != nil {
		return
	}
	var both sync.WaitGroup
	for _, way := range []struct {
		lane     *lane
		from, to net.Conn
	}{{&l.up, phone, server}, {&l.down, server, phone}} {
		both.Go(func() {
			way.lane.pump(ctx, way.from, way.to)
			breakOff(phone)
			_ = server.Close() // in order, and perhaps a second time: what reached the server's end has arrived
		})
	}
	both.Wait()
}

// A lane is one direction of the line.
type lane struct {
	bytes atomic.Int64 // that had their turn, whether they arrived or not

	mu   sync.Mutex
	free time.Time // when the lane has sent what it was given
}

// turn takes the next place on the lane for n bytes and returns when they have left.
func (d *lane) turn(n int) time.Time {
	d.bytes.Add(int64(n))
	d.mu.Lock()
	defer d.mu.Unlock()
	if now := time.Now(); d.free.Before(now) {
		d.free = now
	}
	d.free = d.free.Add(time.Duration(n) * time.Second / lineRate)
	return d.free
}

// pump carries bytes one way until either end is gone.
func (d *lane) pump(ctx context.Context, from io.Reader, to io.Writer) {
	type packet struct {
		b  []byte
		at time.Time // when it arrives
	}
	flying := make(chan packet, int(lineRate*lineDelay/time.Second)/linePacket*4)
	var landing sync.WaitGroup
	landing.Go(func() {
		for p := range flying {
			if !sleep(ctx, time.Until(p.at)) {
				continue
			}
			_, _ = to.Write(p.b) // an end that is gone is found by the reading side
		}
	})
	for {
		b := make([]byte, linePacket)
		n, err := from.Read(b)
		if n > 0 {
			left := d.turn(n)
			flying <- packet{b[:n], left.Add(lineDelay)}
			if !sleep(ctx, time.Until(left)) {
				break
			}
		}
		if err != nil {
			break
		}
	}
	close(flying)
	landing.Wait()
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
