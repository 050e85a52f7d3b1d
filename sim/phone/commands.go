package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"storewalk/mobile/capture"
	"storewalk/mobile/store"
	"storewalk/mobile/syncer"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/sim/drive"

	"github.com/google/uuid"
)

// app is what these phones call themselves to the server.
const app = "storewalk sim"

// A phone is one device: its folder and its syncer. It is closed when st is nil.
type phone struct {
	dev   string
	dir   string
	st    *store.Store
	sync  *syncer.Syncer
	meter *meter
	busy  time.Duration // spent in push, pull, sync and photos
}

// commands are what a phone can be told. Each answers "ok" and what is named here.
var commands = map[string]func(*phone, context.Context, drive.Command) (drive.Answer, error){
	"open":   (*phone).open,   // {dir, url, user, password}: opens the folder and enrols when it is new; without url it stays alone. new
	"load":   (*phone).load,   // {file, from, n}: writes n lines of a file of records after the first from, 100 a transaction; n 0 is all. n
	"push":   (*phone).round,  // {wait}: a round of the syncer, which goes both ways; with wait it tries so many seconds as the app does
	"pull":   (*phone).round,  // the same
	"sync":   (*phone).round,  // the same
	"edit":   (*phone).edit,   // {n, tag}: the first n counts by id: one pack more, and the tag in the field "tag". n
	"count":  (*phone).count,  // records held, without what every phone holds (products, people). n, types {type: n}
	"digest": (*phone).digest, // sha over ids and shown values of the same records. n, sha, values, conflicts
	"photos": (*phone).photos, // {dir, n, wait}: keeps the first n pictures of a folder as a camera's, and sends them. n, bytes
	"stats":  (*phone).stats,  // since open: up, down (bytes on the wire), headers (of both), requests, seconds; waiting, waiting_photos
	"close":  (*phone).shut,   // closes the folder
}

// Do runs one command.
func (p *phone) Do(ctx context.Context, c drive.Command) (drive.Answer, error) {
	run, ok := commands[c.Cmd]
	switch {
	case !ok:
		return nil, drive.Wrong("command.unknown", c.Cmd)
	case p.st == nil && c.Cmd != "open":
		return nil, drive.Wrong("phone.not_open", p.dev)
	case p.st != nil && c.Cmd == "open":
		return nil, drive.Wrong("phone.open", p.dir)
	}
	return run(p, ctx, c)
}

func (p *phone) open(ctx context.Context, c drive.Command) (a drive.Answer, err error) {
	if c.Dir == "" {
		return nil, drive.Wrong("command.malformed", "open needs dir")
	}
	p.dir, p.meter, p.busy = c.Dir, &meter{}, 0
	if p.st, err = store.Open(ctx, c.Dir); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	p.sync = syncer.New(p.st, app, slog.New(slog.DiscardHandler))
	p.sync.WrapTransport(p.meter.wrap)
	account, _, err := p.st.Account(ctx)
	if err != nil || c.URL == "" {
		return drive.Answer{"new": false}, err
	}
	if account.Token == "" {
		return drive.Answer{"new": true}, p.enrol(ctx, c)
	}
	if account.Server, err = syncer.BaseURL(c.URL); err != nil { // a line may lead to the server from elsewhere now
		return nil, err
	}
	return drive.Answer{"new": false}, p.st.SignIn(ctx, account)
}

// manyTries is how often enrol asks a server that brakes, once in a second: it takes many phones from one
// address for somebody who guesses passwords.
const manyTries = 90

func (p *phone) enrol(ctx context.Context, c drive.Command) error {
	again := time.NewTicker(time.Second)
	defer again.Stop()
	for try := 1; ; try++ {
		err := p.sync.Enrol(ctx, c.URL, c.User, c.Password, "phone "+p.dev)
		if !fault.Is(err, "auth.too_many") || try == manyTries {
			return err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *phone) shut(context.Context, drive.Command) (drive.Answer, error) { return nil, p.Close() }

// Close closes the folder if it is open.
func (p *phone) Close() error {
	if p.st == nil {
		return nil
	}
	p.meter.hangUp()
	err := p.st.Close()
	p.st = nil
	return err
}

func (p *phone) round(ctx context.Context, c drive.Command) (drive.Answer, error) {
	began := time.Now()
	defer func() { p.busy += time.Since(began) }()
	if c.Wait > 0 {
		return nil, p.persist(ctx, time.Duration(c.Wait*float64(time.Second)))
	}
	return nil, p.sync.Round(ctx)
}

// persist lets the syncer's own loop work until a round has succeeded, or returns why the last one did not.
func (p *phone) persist(ctx context.Context, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	changes, stop := p.sync.Watch()
	defer stop()
	began := time.Now().UnixMilli()
	ended := make(chan error, 1)
	go func() { ended <- p.sync.Run(ctx) }()
	for {
		select {
		case <-changes:
			if p.sync.Running() {
				continue
			}
			page, err := p.st.SyncPage(context.WithoutCancel(ctx))
			if err == nil && page.OKMS < began {
				continue
			}
			cancel()
			return errors.Join(err, <-ended)
		case err := <-ended:
			return errors.Join(context.Cause(ctx), err)
		}
	}
}

func (p *phone) photos(ctx context.Context, c drive.Command) (drive.Answer, error) {
	entries, err := os.ReadDir(c.Dir) // sorted by name
	if err != nil {
		return nil, drive.Wrong("file.unreadable", err.Error())
	}
	visit, err := p.anyVisit(ctx)
	if err != nil {
		return nil, err
	}
	n := 0
	for _, e := range entries {
		if !e.Type().IsRegular() || c.N > 0 && n == c.N {
			continue
		}
		if err := p.photo(ctx, visit, filepath.Join(c.Dir, e.Name())); err != nil {
			return nil, err
		}
		n++
	}
	page, err := p.st.SyncPage(ctx)
	if err != nil {
		return nil, err
	}
	_, err = p.round(ctx, c)
	return drive.Answer{"n": n, "bytes": page.WaitingBytes}, err
}

func (p *phone) photo(ctx context.Context, visit uuid.UUID, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return drive.Wrong("file.unreadable", err.Error())
	}
	defer f.Close()
	_, err = capture.Photo(ctx, p.st, visit, capture.Shot{Kind: field.PhotoKinds[0]}, f)
	return err
}

// anyVisit returns a visit of the person signed in, made when there is none.
func (p *phone) anyVisit(ctx context.Context) (uuid.UUID, error) {
	rows, err := p.st.Visits(ctx, 1)
	if err != nil || len(rows) > 0 {
		return firstVisit(rows), err
	}
	held, err := p.territories(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	account, _, err := p.st.Account(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	e := ledger.Edit{ID: uuid.New(), Type: field.TypeVisit, Territory: held[0]}
	var edits []ledger.Edit
	for name, value := range map[string]any{"store": uuid.New(), "manager": account.User, "check_in": field.Moment{AtMS: time.Now().UnixMilli()}} {
		e.Field, e.Value = name, value
		edits = append(edits, e)
	}
	return e.ID, p.st.Load(ctx, edits)
}

func firstVisit(rows []store.VisitRow) uuid.UUID {
	if len(rows) == 0 {
		return uuid.Nil
	}
	return rows[0].ID
}

func (p *phone) stats(ctx context.Context, _ drive.Command) (drive.Answer, error) {
	w, err := p.st.Waiting(ctx)
	m := p.meter
	return drive.Answer{
		"up": m.up.Load(), "down": m.down.Load(), "headers": m.headers(),
		"requests": m.requests.Load(), "seconds": p.busy.Seconds(), "waiting": w.Records, "waiting_photos": w.Photos,
	}, err
}
