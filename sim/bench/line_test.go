package main

import (
	"bytes"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// echo is a server that sends back what it gets.
func echo(t *testing.T) (addr string) {
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
			go func() { // ends with the connection, which the line closes
				defer c.Close()
				_, _ = io.Copy(c, c)
			}()
		}
	}()
	t.Cleanup(func() {
		ln.Close()
		<-done
	})
	return ln.Addr().String()
}

func TestTheLineIsAsSlowAsItSaysAndChangesNothing(t *testing.T) {
	t.Parallel()
	l, err := openLine(t.Context(), echo(t))
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	began := time.Now()
	c, err := net.Dial("tcp", strings.TrimPrefix(l.url(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	sent := bytes.Repeat([]byte("shelf "), 2_000)
	if _, err := c.Write(sent); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(sent))
	if _, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, sent) {
		t.Fatal("other bytes came back", err)
	}
	// A handshake, one way up, one way down, and once the time that the bytes need: they come back while they leave.
	least := 4*lineDelay + time.Duration(len(sent))*time.Second/lineRate
	if took := time.Since(began); took < least {
		t.Fatalf("it took %v, at least %v is right", took, least)
	}
	if up := l.up.bytes.Load(); up != int64(len(sent)) {
		t.Fatal(up, "bytes went up")
	}
	l.reset()
	if _, err := io.ReadAll(c); err == nil {
		t.Fatal("the connection survived a reset")
	}
}
