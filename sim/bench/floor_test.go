package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"storewalk/sim/drive"
)

// TestMain lets the tests run this program's other selves.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && strings.HasPrefix(os.Args[1], "floor-") {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestTheFloorCarriesRecordsFromOnePhoneToAnother(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "counts.jsonl")
	if err := generate(file, 2, sheets(250)); err != nil {
		t.Fatal(err)
	}
	srv, err := startServer(context.WithoutCancel(t.Context()), os.Args[0], "floor-server", filepath.Join(dir, "server"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := srv.end(); err != nil {
			t.Error(err)
		}
	})
	p, err := drive.Start(context.WithoutCancel(t.Context()), os.Args[0], "floor-phone")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.End(); err != nil {
			t.Error(err)
		}
	})
	s := &scene{sys: &system{name: "floor"}, dir: dir, server: srv}
	do := func(c drive.Command) drive.Reply {
		t.Helper()
		r, err := p.Do(c)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, dev := range []string{"a", "b"} {
		if err := s.open(p, dev, "u"); err != nil {
			t.Fatal(err)
		}
	}
	do(drive.Command{Cmd: "load", Dev: "a", File: file, From: 50})
	m, err := s.measured(p, drive.Command{Cmd: "push", Dev: "a"})
	if err != nil || m.requests != 1 || m.up < 200*20 || m.up > 200*100 {
		t.Fatalf("%+v %v", m, err)
	}
	do(drive.Command{Cmd: "pull", Dev: "b"})
	do(drive.Command{Cmd: "edit", Dev: "b", N: 3, Tag: "x"})
	do(drive.Command{Cmd: "sync", Dev: "b"})
	do(drive.Command{Cmd: "sync", Dev: "a"})
	if a, b := do(drive.Command{Cmd: "count", Dev: "a"}), do(drive.Command{Cmd: "count", Dev: "b"}); a.N != 200 || b.N != 200 {
		t.Fatal(a.N, b.N)
	}
}
