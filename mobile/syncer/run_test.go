package syncer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"storewalk/mobile/store"
)

// A pipeline is a network inside the process, which a test's own clock can wait for.
type pipeline struct {
	conns chan net.Conn
	down  bool
	dials int
}

func (p *pipeline) Accept() (net.Conn, error) {
	c, ok := <-p.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (p *pipeline) Close() error   { close(p.conns); return nil }
func (p *pipeline) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipeline) dial(context.Context, string, string) (net.Conn, error) {
	p.dials++
	if p.down {
		return nil, &net.OpError{Op: "dial", Err: errors.New("no signal")}
	}
	here, there := net.Pipe()
	p.conns <- there
	return here, nil
}

// running starts the loop of a phone that is signed in, on the test's clock.
func running(t *testing.T, test func(t *testing.T, s *told, sy *Syncer, st *store.Store, line *pipeline)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		line := &pipeline{conns: make(chan net.Conn)}
		s := newToldOn(t)
		srv := &http.Server{Handler: s}
		served := make(chan error, 1)
		go func() { served <- srv.Serve(line) }()
		st, err := store.Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		sy := New(st, "test", slog.New(slog.DiscardHandler))
		sy.http = &http.Client{Transport: &http.Transport{DialContext: line.dial}}
		if err := sy.Enrol(t.Context(), "http://server", "ma", "x", "phone"); err != nil {
			t.Fatal(err)
		}
		withStore(t, s, sy)
		<-sy.wake
		s.requests = nil
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- sy.Run(ctx) }()
		synctest.Wait()
		test(t, s, sy, st, line)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		sy.http.CloseIdleConnections()
		srv.Close()
		<-served
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
}

// after lets time pass.
func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestTheLoopRestsWhileNothingHappensAndHurriesWhenSomethingDoes(t *testing.T) {
	t.Parallel()
	running(t, func(t *testing.T, s *told, sy *Syncer, st *store.Store, _ *pipeline) {
		posts := func(want int) {
			t.Helper()
			if n := s.asked(http.MethodPost); n != want {
				t.Fatalf("%d requests, want %d", n, want)
			}
		}
		posts(1)
		after(idle - time.Second)
		posts(1)
		after(2 * time.Second)
		posts(2)
		for i := range 20 { // a person types
			edit(t, st, fmt.Sprint(i))
			after(40 * time.Millisecond)
		}
		after(settle)
		posts(3)
		if w := waiting(t, st); w.Records != 0 {
			t.Fatalf("%+v", w)
		}
		after(idle - 10*time.Second)
		posts(3) // what the round itself noted woke nobody
		sy.Wake()
		sy.Wake()
		synctest.Wait()
		if n := s.asked(http.MethodPost); n < 4 || n > 5 {
			t.Fatal(n)
		}
		if state := sy.State(); state.Running || time.Until(state.NextTry) > idle {
			t.Fatalf("%+v", state)
		}
	})
}

func TestAHundredTapsWithoutASignalAreNotAHundredTries(t *testing.T) {
	t.Parallel()
	running(t, func(t *testing.T, s *told, sy *Syncer, st *store.Store, line *pipeline) {
		line.down = true
		sy.http.CloseIdleConnections()
		edit(t, st, "first")
		after(time.Hour) // the back-off has grown to its most
		tries := line.dials
		if tries > 20 {
			t.Fatal(tries, "tries in an hour")
		}
		for i := range 100 {
			edit(t, st, fmt.Sprint(i))
			after(time.Second)
		}
		if n := line.dials - tries; n > 1 {
			t.Fatal(n, "tries for a hundred taps")
		}
		if page, err := st.SyncPage(t.Context()); err != nil || page.Code != "network.unreachable" || page.Waiting.Records != 1 {
			t.Fatal(page.Code, page.Waiting, err)
		}
		tries = line.dials
		sy.Wake() // there is a network, but not yet all the way
		after(minRetry)
		if n := line.dials - tries; n < 2 {
			t.Fatal("the back-off of before goes on when somebody wakes it")
		}
		line.down = false
		sy.Wake() // the network is back
		synctest.Wait()
		if w := waiting(t, st); w.Records != 0 {
			t.Fatalf("%+v", w)
		}
		if page, err := st.SyncPage(t.Context()); err != nil || page.Code != "" || page.OKMS == 0 {
			t.Fatal(page.Code, err)
		}
		// The next failure begins with a short wait again.
		line.down = true
		sy.http.CloseIdleConnections()
		tries = line.dials
		sy.Wake()
		after(minRetry)
		if n := line.dials - tries; n < 2 {
			t.Fatal("a short outage is waited out for long")
		}
	})
}

func TestAPersonWhoMustSignInAgainIsNotAskedForAllTheTime(t *testing.T) {
	t.Parallel()
	running(t, func(t *testing.T, s *told, sy *Syncer, st *store.Store, _ *pipeline) {
		if err := st.Revoked(t.Context(), "auth.revoked"); err != nil {
			t.Fatal(err)
		}
		before := s.asked(http.MethodPost)
		edit(t, st, "x")
		after(2 * time.Hour)
		if n := s.asked(http.MethodPost) - before; n != 0 {
			t.Fatal(n, "requests without a token")
		}
		if err := sy.Enrol(t.Context(), "http://server", "ma", "x", "phone"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if w := waiting(t, st); w.Records != 0 {
			t.Fatalf("%+v", w)
		}
	})
}

// What fails beside the exchange itself, as when a round can not be noted, is seen nowhere else.
func TestTheLoopLogsWhateverEndedARoundOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		st, err := store.Open(t.Context(), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		sy := New(st, "test", slog.New(slog.NewTextHandler(&log, nil)))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- sy.Run(ctx) }()
		synctest.Wait()
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if n := strings.Count(log.String(), "Sync round ended early"); n != 1 {
			t.Errorf("logged %d times: %s", n, log.String())
		}
	})
}
