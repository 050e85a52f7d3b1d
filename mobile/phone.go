package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"log/slog"
	"os"
	"sync"

	"storewalk/mobile/barcode"
	"storewalk/mobile/capture"
	"storewalk/mobile/store"
	"storewalk/mobile/syncer"
	"storewalk/mobile/ui"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"
)

// An opening opens the phone's data while a window already says so.
type opening struct {
	open func() (*store.Store, error)
	show func(*store.Store, error) (*phone, error) // what to see from then on; on the UI goroutine
	do   func(func())                              // hands work to the UI goroutine
	work sync.WaitGroup
	once sync.Once
	st   *store.Store // nil where it could not be opened
	p    *phone       // nil where it was not started
	err  error
}

// started is called when the UI goroutine runs, on Android again for each window of the process.
func (o *opening) started() {
	if o.p != nil {
		o.p.again()
	}
	o.once.Do(func() {
		o.work.Go(func() {
			st, err := o.open()
			o.st, o.err = st, err
			o.do(func() { o.p, o.err = o.show(st, err) })
		})
	})
}

// end waits for what was begun, once the window is closed. It may have been closed before the data was open.
func (o *opening) end() error {
	o.work.Wait()
	err := o.err
	if o.p != nil {
		err = errors.Join(err, o.p.end())
	}
	if o.st != nil {
		err = errors.Join(err, o.st.Close())
	}
	return err
}

// A phone is the app with its data open.
type phone struct {
	face  *ui.App
	win   fyne.Window
	log   *slog.Logger
	close []func()
	done  chan error // of what runs beside the screens
}

// start wires the parts and shows the first screen. What it started ends with ctx.
func start(ctx context.Context, a fyne.App, w fyne.Window, st *store.Store, g *gear, server string, log *slog.Logger) (*phone, error) {
	loop := syncer.New(st, fmt.Sprintf("storewalk %s", version), log)
	loop.Room = st.Room
	changes, stop := st.Watch()
	rounds, stopRounds := loop.Watch()
	p := &phone{win: w, log: log, close: []func(){stop, stopRounds}, done: make(chan error, 2)}
	host, _ := os.Hostname() // only a name for the list of phones
	deps := ui.Deps{
		Store: st, Sync: loop, Changes: []<-chan struct{}{changes, rounds}, Version: version, Server: server,
		Enrol: func(ctx context.Context, server, login, password string) error {
			return loop.Enrol(ctx, server, login, password, host)
		},
		TakePhoto: func(ctx context.Context, visit uuid.UUID, shot ui.Shot, picture io.Reader) (ui.Taken, error) {
			taken, err := capture.Photo(ctx, st, visit, captured(shot), picture)
			return shown(taken), err
		},
		TakeEvidence: func(ctx context.Context, application uuid.UUID, shot ui.Shot, picture io.Reader) (ui.Taken, error) {
			taken, err := capture.Evidence(ctx, st, application, captured(shot), picture)
			return shown(taken), err
		},
		ReadCode: readCode,
		DrawCode: func(text string) (image.Image, error) { return barcode.QR(text) },
	}
	g.fit(&deps, st, log)
	equip(&deps)
	face, err := ui.New(ctx, deps)
	if err != nil {
		stop()
		stopRounds()
		return nil, err
	}
	p.face = face
	go func() {
		g.run(ctx, face.Kept, loop.Wake)
		p.done <- nil
	}()
	go func() { p.done <- loop.Run(ctx) }()
	a.Lifecycle().SetOnEnteredForeground(func() {
		loop.Wake()
		g.front()
		face.Front()
	})
	a.Lifecycle().SetOnExitedForeground(face.Away)
	g.front() // the app came to the front before it could hear of it
	face.Front()
	p.again()
	listen(ctx, w, log)
	return p, nil
}

// again shows the screens in the window.
func (p *phone) again() {
	if err := p.face.Start(p.win); err != nil {
		p.log.Error("First screen", "error", err) // it is shown on that screen
	}
}

// end saves what was typed and waits for what runs beside the screens, whose context has ended.
func (p *phone) end() error {
	err := errors.Join(p.face.Close(), <-p.done, <-p.done)
	for _, stop := range p.close {
		stop()
	}
	return err
}

func captured(s ui.Shot) capture.Shot {
	return capture.Shot{Kind: s.Kind, Item: s.Item, Imported: s.Imported, Position: s.At.Position, Mocked: s.At.Mocked, Sequel: s.Sequel}
}
