package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"

	"storewalk/server/store"
	"storewalk/shared/field"
	"storewalk/sim/drive"

	"github.com/google/uuid"
)

// phones is how many people there are, each with a territory and two phones: the first writes, the second is
// new.
const phones = 50

const password = "six small shops"

func user(i int) string   { return fmt.Sprintf("u%02d", i) }
func first(i int) string  { return fmt.Sprintf("p%02d", i) }
func second(i int) string { return fmt.Sprintf("q%02d", i) }

// A system is what is measured: ours or the floor.
type system struct {
	name     string
	server   func(ctx context.Context, data string) (*server, error)
	phone    func(ctx context.Context) (*drive.Process, error)
	template string // folder that every scene begins with
}

// A bench holds the programs and the workloads' files.
type bench struct {
	dir         string
	ours, floor *system
	day, counts string // files of records: W1, and sheets
	pictures    string // folder
}

// build compiles what is measured and makes the folders that scenes begin with.
func build(ctx context.Context, root, dir string) (*bench, error) {
	for _, name := range []string{"server", "sim/phone"} {
		cmd := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(dir, filepath.Base(name)), "./"+name)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("build %s: %w\n%s", name, err, out)
		}
	}
	return stage(ctx, dir, filepath.Join(dir, "server"), filepath.Join(dir, "phone"))
}

// stage prepares everything with programs that are built.
func stage(ctx context.Context, dir, serverPath, phonePath string) (*bench, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	b := &bench{dir: dir, day: filepath.Join(dir, "day.jsonl"), counts: filepath.Join(dir, "counts.jsonl"), pictures: filepath.Join(dir, "pictures")}
	b.ours = &system{
		name:     "storewalk",
		template: filepath.Join(dir, "template"),
		server: func(ctx context.Context, data string) (*server, error) {
			return startServer(ctx, serverPath, "serve", "--listen", "127.0.0.1:0", "--data", data)
		},
		phone: func(ctx context.Context) (*drive.Process, error) { return drive.Start(ctx, phonePath) },
	}
	b.floor = &system{
		name:     "floor",
		template: filepath.Join(dir, "nothing"),
		server: func(ctx context.Context, data string) (*server, error) {
			return startServer(ctx, self, "floor-server", data)
		},
		phone: func(ctx context.Context) (*drive.Process, error) { return drive.Start(ctx, self, "floor-phone") },
	}
	err = errors.Join(generate(b.day, 1, fieldDay), generate(b.counts, 2, sheets(10_000)),
		os.MkdirAll(filepath.Join(b.floor.template, "server"), 0o700), drawPictures(b.pictures))
	for i := range phones {
		err = errors.Join(err, generate(b.many(i), uint64(100+i), sheets(1_000)))
	}
	if err == nil {
		err = b.enrol(ctx)
	}
	return b, err
}

// many is the file of what one of many phones wrote.
func (b *bench) many(i int) string { return filepath.Join(b.dir, fmt.Sprintf("many-%02d.jsonl", i)) }

// enrolAtOnce is how many phones enrol before the server brakes what might be guessing.
const enrolAtOnce = 25

// enrol makes the people, their territories and their phones. The first phone of each has met the server, the
// second never has.
func (b *bench) enrol(ctx context.Context) error {
	data := filepath.Join(b.ours.template, "server")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return err
	}
	st, err := store.Open(ctx, data, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	for i := range phones {
		a := store.NewAccount{Login: user(i), Name: "客户经理" + user(i), Role: field.RoleManager, Password: password,
			Territories: []uuid.UUID{field.TerritoryID(user(i))}}
		if err := st.EnsureTerritory(ctx, user(i), "片区"+user(i), "640402"); err != nil {
			return errors.Join(err, st.Close())
		}
		if _, err := st.AddAccount(ctx, a); err != nil {
			return errors.Join(err, st.Close())
		}
	}
	if err := st.Close(); err != nil {
		return err
	}
	for from := 0; from < phones; from += enrolAtOnce {
		for _, dev := range []func(int) string{first, second} {
			if err := b.enrolSome(ctx, data, from, dev); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) enrolSome(ctx context.Context, data string, from int, dev func(int) string) (err error) {
	s := &scene{sys: b.ours, dir: b.ours.template}
	if s.server, err = b.ours.server(ctx, data); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.server.end()) }()
	p, err := s.phone(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.End()) }()
	for i := from; i < from+enrolAtOnce; i++ {
		if err := s.open(p, dev(i), user(i)); err != nil {
			return err
		}
		if dev(i) == first(i) {
			if _, err := p.Do(drive.Command{Cmd: "sync", Dev: dev(i)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// A scene is one fresh server with its phones.
type scene struct {
	sys    *system
	dir    string
	server *server
	via    string // where phones reach the server, when not at its own address
}

// begin copies the template and starts a server on it. Call the function returned at the end.
func (b *bench) begin(ctx context.Context, sys *system) (s *scene, end func() error, err error) {
	dir, err := os.MkdirTemp(b.dir, sys.name)
	if err != nil {
		return nil, nil, err
	}
	if err := os.CopyFS(dir, os.DirFS(sys.template)); err != nil {
		return nil, nil, err
	}
	s = &scene{sys: sys, dir: dir}
	if s.server, err = sys.server(ctx, filepath.Join(dir, "server")); err != nil {
		return nil, nil, err
	}
	return s, func() error { return errors.Join(s.server.end(), os.RemoveAll(dir)) }, nil
}

// phone starts a process for phones.
func (s *scene) phone(ctx context.Context) (*drive.Process, error) { return s.sys.phone(ctx) }

// open opens a phone in a process.
func (s *scene) open(p *drive.Process, dev, user string) error {
	url := s.server.url
	if s.via != "" {
		url = s.via
	}
	_, err := p.Do(drive.Command{Cmd: "open", Dev: dev, Dir: filepath.Join(s.dir, "phones", dev), URL: url, User: user, Password: password})
	return err
}
