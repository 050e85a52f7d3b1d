package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"storewalk/demo/guyuan"
	"storewalk/shared/field"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
)

// A day is the story and all it needs.
type day struct {
	dir      string // emptied at the start
	listen   string
	pictures camera
	line     line
	out      *stage

	book     book
	server   *serverProcess
	people   map[string]string // passwords by login
	managers []*manager
	stores   []field.Store
	products []field.Product
	shared   field.Store // where both managers are
	joint    uuid.UUID   // their visit there
}

// A manager is one of the two who drive out.
type manager struct {
	*handset
	name   string
	user   uuid.UUID
	link   *link // the line this phone has in the evening
	route  []field.Store
	first  int // number of the first visit of the route, among all of the story
	killAt int // the visit of the route in which the phone loses its power
}

// errStopped says that a signal came before the comparison. What fails because of it is not told.
var errStopped = errors.New("stopped before the story's end")

// show plays the day, tells what came of it and serves on until ctx ends. What was lost is an error.
func (d *day) show(ctx context.Context, exit bool) (err error) {
	v, err := d.play(ctx)
	defer func() { err = errors.Join(err, d.end(ctx)) }()
	if err == nil {
		err = d.report(ctx, v)
	}
	if err != nil && ctx.Err() != nil {
		return errStopped
	}
	if err != nil {
		return err
	}
	if !exit {
		window := d.openWindow(ctx)
		defer func() { err = errors.Join(err, window()) }()
	}
	d.out.line("%s", v)
	if len(v.lost) > 0 {
		return errors.New("something that a phone promised to keep is not on the server")
	}
	if !exit {
		d.out.line("serving on %s until Ctrl-C", d.server.base)
		<-ctx.Done()
	}
	return nil
}

// play runs the story from an empty folder to the comparison. Whatever it returns, end must be called.
func (d *day) play(ctx context.Context) (verdict, error) {
	for _, part := range []func(context.Context) error{d.prepare, d.morning, d.fieldwork, d.evening} {
		if err := part(ctx); err != nil {
			return verdict{}, err
		}
	}
	return audit(ctx, &d.book, d.server.data)
}

// end stops every process of the story that still runs. Phones end with ctx, whatever they were at.
func (d *day) end(ctx context.Context) error {
	err := d.phonesOff()
	if ctx.Err() != nil {
		err = nil
	}
	if d.server != nil {
		err = errors.Join(err, d.server.stop())
	}
	return err
}

func (d *day) phonesOff() (err error) {
	for _, m := range d.managers {
		err = errors.Join(err, m.off())
		if m.link != nil {
			err = errors.Join(err, m.link.Close())
		}
	}
	return err
}

// marker is a file that says a folder may be emptied.
const marker = "this folder is emptied by the demo"

// prepare empties the folder, builds the server and starts it with the demonstration's territory.
func (d *day) prepare(ctx context.Context) error {
	if err := free(ctx, d.listen); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(d.dir, marker)); err != nil {
		if left, err := os.ReadDir(d.dir); err == nil && len(left) > 0 {
			return fmt.Errorf("%s is not empty and not the demo's: name another folder", d.dir)
		}
	}
	if err := os.RemoveAll(d.dir); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(d.dir, "camera"), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(d.dir, marker), nil, 0o600); err != nil {
		return err
	}
	d.out.scene("The office")
	binary, err := buildServer(ctx, d.dir)
	if err != nil {
		return err
	}
	d.server, d.people, err = startServer(ctx, binary, filepath.Join(d.dir, "server"), d.listen, filepath.Join(d.dir, "server.log"))
	if err != nil {
		return err
	}
	for _, s := range guyuan.Stores() {
		d.stores = append(d.stores, field.Store{LicenceNo: s.LicenceNo, Name: s.Name, Owner: s.Owner, Phone: s.Phone, Grade: s.Grade,
			Position: field.Position{Lat: s.Lat, Lon: s.Lon}})
	}
	for _, p := range guyuan.Products() {
		if p.Status != "retiring" {
			d.products = append(d.products, field.Product{Code: p.Code, Name: p.Name})
		}
	}
	d.out.line("the server listens on %s: %d stores and %d products of 原州区, SQLite in %s", d.server.base, len(d.stores), len(guyuan.Products()), d.server.data)
	return nil
}

// morning enrols both phones where there is signal. Li starts a visit that Wang will help with.
func (d *day) morning(ctx context.Context) error {
	d.out.scene("Morning, with signal")
	d.shared = d.stores[3]
	d.managers = []*manager{
		{handset: &handset{login: "li"}, name: "李娜", route: d.stores[10:14], first: 1, killAt: 2},
		{handset: &handset{login: "wang"}, name: "王军", route: d.stores[120:125], first: 5, killAt: 1},
	}
	for _, m := range d.managers {
		m.dir = filepath.Join(d.dir, "phone-"+m.login)
		if err := m.on(ctx); err != nil {
			return err
		}
		r, err := m.must(action{Do: "enrol", Server: d.server.base, Login: m.login, Password: d.people[m.login]})
		if err != nil {
			return err
		}
		m.user = r.ID
		d.book.phone(m.user)
		if r, err = m.must(action{Do: "round", Server: d.server.base}); err != nil {
			return err
		}
		if r.Status.Stores != len(d.stores) {
			return fmt.Errorf("the phone of %s holds %d stores, not %d", m.login, r.Status.Stores, len(d.stores))
		}
		d.out.says(m, "enrols and has all %d stores", r.Status.Stores)
	}
	li := d.managers[0]
	var err error
	if d.joint, err = d.checkIn(li, d.shared); err != nil {
		return err
	}
	for _, m := range d.managers { // Wang's phone gets the visit
		if _, err := m.must(action{Do: "round", Server: d.server.base}); err != nil {
			return err
		}
	}
	d.out.says(li, "is at %s, and Wang comes along (协同拜访)", d.shared.Name)
	return nil
}

// fieldwork is done with no network at all: nothing below speaks to the server.
func (d *day) fieldwork(ctx context.Context) error {
	d.out.scene("In the hills, no signal: %s, each promised by a phone that lies in nobody's network", d.pictures.source())
	var g errgroup.Group // not one with a context: that would end with Wait, and the phones with it
	for i, m := range d.managers {
		g.Go(func() error {
			if err := d.together(ctx, m, i); err != nil {
				return err
			}
			for n, s := range m.route {
				if err := d.visit(ctx, m, n, s); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if len(d.book.photos) == 0 {
		return fmt.Errorf("nothing to show: the phones could keep none of %s", d.pictures.source())
	}
	return nil
}

// maxRounds bounds the evening: a line on which nothing gets through must end the story.
const maxRounds = 300

// evening brings both phones home over a bad line. Wang's phone is killed once more on the way.
func (d *day) evening(ctx context.Context) error {
	l := d.line
	d.out.scene("Evening, a bad line: %d kB/s, %d ms, cut after every %d–%d kB", l.rate/1000, l.latency.Milliseconds(), l.cutMin/1000, l.cutMax/1000)
	for _, m := range d.managers {
		var err error
		if m.link, err = l.open(ctx, d.server.host()); err != nil {
			return err
		}
	}
	var g errgroup.Group
	for _, m := range d.managers {
		g.Go(func() error { return d.sync(ctx, m, m.login == "wang") })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, m := range slices.Backward(d.managers) { // what the other one brought last
		if err := d.sync(ctx, m, false); err != nil {
			return err
		}
	}
	return d.phonesOff()
}

// sync calls rounds until nothing waits on the phone and the last round was whole.
func (d *day) sync(ctx context.Context, m *manager, killed bool) error {
	told := time.Now()
	start := m.link.cuts.Load()
	for range maxRounds {
		if err := ctx.Err(); err != nil {
			return err
		}
		a := action{Do: "round", Server: m.link.URL()}
		if killed {
			killed = false
			if err := m.begin(a); err != nil {
				return err
			}
			for range 500 { // until something has left the phone
				if m.link.bytes.Load() > 4<<10 || !rest(ctx, 10*time.Millisecond) {
					break
				}
			}
			if err := errors.Join(m.pull(), m.on(ctx)); err != nil {
				return err
			}
			d.out.says(m, "is killed while sending, and starts again")
		}
		r, err := m.do(a)
		if err != nil {
			return err
		}
		if s := r.Status; r.OK && s.Waiting.Records+s.Waiting.Photos == 0 {
			d.out.says(m, "everything is on the server (line cut %d times); the phone shows %d conflicts", m.link.cuts.Load()-start, s.Conflicts)
			return nil
		}
		if time.Since(told) > 3*time.Second {
			told = time.Now()
			d.out.says(m, "%d records and %d photos (%d kB) wait, line cut %d times", r.Status.Waiting.Records, r.Status.Waiting.Photos,
				r.Status.Bytes/1000, m.link.cuts.Load()-start)
		}
	}
	return fmt.Errorf("phone of %s: not home after %d rounds", m.login, maxRounds)
}
