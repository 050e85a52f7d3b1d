package e2e

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"runtime"
	"sync"
	"testing"
)

// A syncLine is the network between phones and a server: a TCP proxy that a test breaks as it likes.
type syncLine struct {
	addr string
	done sync.WaitGroup

	mu     sync.Mutex
	ln     net.Listener
	target string
	conns  map[net.Conn]bool
	cut    *syncCut
	answer string   // instead of the server's, when not empty
	bytes  [2]int64 // carried up and down
}

// The directions of a line.
const (
	syncUp   = 0
	syncDown = 1
)

// A syncCut ends the line after some bytes in one direction, until mend.
type syncCut struct {
	direction int
	after     int64
	then      func() // called once, as the line breaks
}

func newSyncLine(t testing.TB) *syncLine {
	t.Helper()
	l := &syncLine{conns: map[net.Conn]bool{}, addr: "127.0.0.1:0"}
	if runtime.GOOS == "linux" { // an address of its own, where nobody takes the port while nothing listens
		l.addr = fmt.Sprintf("127.%d.%d.%d:0", 1+rand.IntN(254), rand.IntN(256), 1+rand.IntN(254))
	}
	if err := l.open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		l.refuse()
		l.hangUp()
		l.done.Wait()
	})
	return l
}

func (l *syncLine) url() string { return "http://" + l.addr }

// lead says where the server is.
func (l *syncLine) lead(target string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.target = target
}

// open listens, at the same address as before.
func (l *syncLine) open() error {
	ln, err := net.Listen("tcp", l.addr)
	if err != nil {
		return err
	}
	l.mu.Lock()
	l.ln, l.addr = ln, ln.Addr().String()
	l.mu.Unlock()
	l.done.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			l.done.Go(func() { l.serve(c) })
		}
	})
	return nil
}

// refuse makes new connections fail, as when nothing listens at the address.
func (l *syncLine) refuse() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ln.Close()
}

// hangUp ends all connections there are.
func (l *syncLine) hangUp() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		c.Close()
	}
}

// breakAfter cuts the line when that many more bytes have gone in a direction; nothing passes until mend.
func (l *syncLine) breakAfter(direction int, n int64, then func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = &syncCut{direction, n, then}
}

// mend makes the line whole and reports whether it was broken.
func (l *syncLine) mend() (broke bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	broke = l.cut != nil && l.cut.after <= 0
	l.cut, l.answer = nil, ""
	return broke
}

// say makes the line itself answer every request with these bytes.
func (l *syncLine) say(answer string) {
	l.hangUp()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answer = answer
}

// carried returns the bytes that went up and down so far.
func (l *syncLine) carried() (up, down int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.bytes[syncUp], l.bytes[syncDown]
}

func (l *syncLine) serve(phone net.Conn) {
	defer l.forget(phone)
	l.mu.Lock()
	l.conns[phone] = true
	target, answer, dead := l.target, l.answer, l.cut != nil && l.cut.after <= 0
	l.mu.Unlock()
	if dead {
		return
	}
	if answer != "" {
		r, err := http.ReadRequest(bufio.NewReader(phone))
		if err == nil {
			io.Copy(io.Discard, r.Body)
			io.WriteString(phone, answer)
		}
		return
	}
	server, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer l.forget(server)
	l.mu.Lock()
	l.conns[server] = true
	l.mu.Unlock()
	var back sync.WaitGroup
	back.Go(func() {
		l.pump(phone, server, syncDown)
		phone.Close()
	})
	l.pump(server, phone, syncUp)
	server.Close()
	back.Wait()
}

func (l *syncLine) forget(c net.Conn) {
	c.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c)
}

func (l *syncLine) pump(to, from net.Conn, direction int) {
	buf := make([]byte, 16<<10)
	for {
		n, err := from.Read(buf)
		pass, broke, then := l.allow(direction, int64(n))
		if _, writeErr := to.Write(buf[:pass]); writeErr != nil || err != nil && !broke {
			return
		}
		if broke {
			if then != nil {
				then()
			}
			l.hangUp()
			return
		}
	}
}

// allow says how many of n bytes may pass, and whether the line breaks after them.
func (l *syncLine) allow(direction int, n int64) (pass int64, broke bool, then func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	pass = n
	if c := l.cut; c != nil {
		switch {
		case c.after <= 0 && c.then == nil:
			return 0, true, nil
		case c.direction == direction && n >= c.after:
			pass, broke, then = c.after, true, c.then
			c.after, c.then = 0, nil
		case c.direction == direction:
			c.after -= n
		}
	}
	l.bytes[direction] += pass
	return pass, broke, then
}
