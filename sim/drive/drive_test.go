package drive

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"storewalk/shared/fault"
)

// A toy is a device that repeats what it is told.
type toy struct {
	dev    string
	waits  chan struct{} // "wait" returns when somebody says "go"
	closed *atomic.Int64
}

func (d toy) Do(_ context.Context, c Command) (Answer, error) {
	switch c.Cmd {
	case "say":
		return Answer{"dev": d.dev, "n": c.N}, nil
	case "wait":
		<-d.waits
		return nil, nil
	case "go":
		d.waits <- struct{}{}
		return nil, nil
	case "full":
		return nil, fmt.Errorf("toy: %w", fault.New(fault.Unavailable, "disk.full", nil))
	case "die":
		os.Exit(3)
	}
	return nil, Wrong("command.unknown", c.Cmd)
}

func (d toy) Close() error {
	d.closed.Add(1)
	return nil
}

func toys() (device func(string) Device, closed *atomic.Int64) {
	waits := make(chan struct{})
	closed = &atomic.Int64{}
	return func(dev string) Device { return toy{dev, waits, closed} }, closed
}

// TestMain lets the tests run this program as one with toys.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "silence" {
		return
	}
	if len(os.Args) > 1 && os.Args[1] == "toys" {
		device, _ := toys()
		if err := Serve(context.Background(), os.Stdin, os.Stdout, device); err != nil {
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serve gives the lines of a script to Serve and returns the answers by their i, and how many toys were closed.
func serve(t *testing.T, script string) (answers map[string]string, closed int64) {
	t.Helper()
	device, n := toys()
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := Serve(t.Context(), strings.NewReader(script), in, device)
		ended <- errors.Join(err, in.Close())
	}()
	answers = map[string]string{}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != `{"ready":true}` {
		t.Fatalf("the first line is %q", lines.Text())
	}
	for lines.Scan() {
		var a map[string]any
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		answers[fmt.Sprint(a["i"])] = lines.Text()
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	return answers, n.Load()
}

func TestEveryCommandIsAnsweredUnderItsNumber(t *testing.T) {
	t.Parallel()
	got, closed := serve(t, `{"i":"first","cmd":"say","dev":"a","n":7}
{"op":"say","dev":"b"}
not JSON
{"i":[4],"do":"fly","dev":"a"}
{"i":5,"cmd":"full","dev":"a"}
{"cmd":"say"}
{"i":7,"cmd":"exit"}
{"i":8,"cmd":"say","dev":"a"}
`)
	for i, want := range map[string]string{
		"first": `{"i":"first","ok":true,"dev":"a","n":7}`,
		"2":     `{"i":2,"ok":true,"dev":"b","n":0}`,
		"3":     `{"i":3,"err":"command.malformed"}`,
		"[4]":   `{"i":[4],"err":"command.unknown"}`,
		"5":     `{"i":5,"err":"disk.full"}`,
		"6":     `{"i":6,"ok":true,"dev":"a","n":0}`, // who was named last
		"7":     `{"i":7,"ok":true}`,
	} {
		if got[i] != want {
			t.Errorf("%s, want %s", got[i], want)
		}
	}
	if len(got) != 7 || closed != 2 {
		t.Fatal(got, closed)
	}
}

func TestPhonesDoNotWaitForEachOtherAndTheEndOfInputClosesThem(t *testing.T) {
	t.Parallel()
	got, closed := serve(t, `{"i":1,"cmd":"wait","dev":"a"}
{"i":2,"cmd":"say","dev":"a"}
{"i":3,"cmd":"go","dev":"b"}`)
	if len(got) != 3 || closed != 2 {
		t.Fatal(got, closed)
	}
}

func TestAProcessAnswersFailsAndDies(t *testing.T) {
	t.Parallel()
	p, err := Start(t.Context(), os.Args[0], "toys")
	if err != nil {
		t.Fatal(err)
	}
	if r, err := p.Do(Command{Cmd: "say", N: 3}); err != nil || r.N != 3 || !r.OK {
		t.Fatal(r, err)
	}
	if _, err := p.Do(Command{Cmd: "fly"}); err == nil || !strings.Contains(err.Error(), "command.unknown") {
		t.Fatal(err)
	}
	if err := p.End(); err != nil {
		t.Fatal(err)
	}

	if p, err = Start(t.Context(), os.Args[0], "toys"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Do(Command{Cmd: "die"}); !errors.Is(err, ErrDied) {
		t.Fatal(err)
	}
	if _, err := p.Do(Command{Cmd: "say"}); !errors.Is(err, ErrDied) {
		t.Fatal(err)
	}
	if err := p.End(); err == nil {
		t.Fatal("a process that failed ended well")
	}

	if p, err = Start(t.Context(), os.Args[0], "toys"); err != nil {
		t.Fatal(err)
	}
	pending := make(chan error, 1)
	go func() {
		_, err := p.Do(Command{Cmd: "wait"})
		pending <- err
	}()
	if _, err := p.Do(Command{Cmd: "say", Dev: "b"}); err != nil {
		t.Fatal(err)
	}
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := <-pending; !errors.Is(err, ErrDied) {
		t.Fatal(err)
	}
}

func TestAProgramThatIsNotReadyIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := Start(t.Context(), os.Args[0], "silence"); err == nil {
		t.Fatal("a program without phones was taken for one")
	}
}
