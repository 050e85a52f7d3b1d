// Command mobile is the phone app: what a customer manager carries from store to store.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"image"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"storewalk/mobile/barcode"
	"storewalk/mobile/capture"
	"storewalk/mobile/store"
	"storewalk/mobile/syncer"
	"storewalk/mobile/ui"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"github.com/google/uuid"
)

const version = "0.1.0"

func main() {
	a := app.NewWithID("cn.storewalk.phone")
	dir := flag.String("data", filepath.Join(a.Storage().RootURI().Path(), "data"), "folder of everything this phone holds")
	server := flag.String("server", "", "address to offer at the first sign-in")
	program := flag.String("camera", "", "program that takes a picture into the file it is given, for a desktop")
	flag.Parse()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	if err := run(a, *dir, *server, *program, log); err != nil {
		log.Error("Stopped", "error", err)
		os.Exit(1)
	}
}

// run shows the app until its window is closed. A folder that cannot be opened is said in a window of its own.
func run(a fyne.App, dir, server, program string, log *slog.Logger) (err error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	w := a.NewWindow("走店")
	w.Resize(fyne.NewSize(390, 844))
	st, err := store.Open(ctx, dir)
	if err != nil {
		w.SetContent(ui.CannotOpen(err))
		w.ShowAndRun()
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	sync := syncer.New(st, fmt.Sprintf("storewalk %s", version), log)
	sync.Room = st.Room
	changes, stop := st.Watch()
	defer stop()
	rounds, stopRounds := sync.Watch()
	defer stopRounds()
	host, _ := os.Hostname() // only a name for the list of phones
	deps := ui.Deps{
		Store: st, Sync: sync, Changes: []<-chan struct{}{changes, rounds}, Version: version, Server: server,
		Enrol: func(ctx context.Context, server, login, password string) error {
			return sync.Enrol(ctx, server, login, password, host)
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
	gear := newGear(ctx, a, filepath.Join(dir, "camera"), program, log)
	gear.fit(&deps, st, log)
	equip(&deps)
	face, err := ui.New(ctx, deps)
	if err != nil {
		return err
	}
	done := make(chan error, 2)
	go func() {
		gear.run(ctx, face.Kept, sync.Wake)
		done <- nil
	}()
	go func() { done <- sync.Run(ctx) }()
	a.Lifecycle().SetOnEnteredForeground(func() {
		sync.Wake()
		gear.front()
	})
	a.Lifecycle().SetOnExitedForeground(face.Save)
	a.Lifecycle().SetOnStarted(func() { // before this, fyne.Do runs its work on whichever goroutine calls it
		if err := face.Start(w); err != nil {
			log.Error("First screen", "error", err) // it is shown on that screen
		}
		listen(ctx, w, log)
	})
	w.ShowAndRun()
	err = face.Close()
	cancel()
	return errors.Join(err, <-done, <-done)
}

// readCode tells the codes that two tries agree on from those that one try read.
func readCode(ctx context.Context, picture io.Reader) (sure, guessed []string, err error) {
	found, err := barcode.Read(ctx, picture)
	for _, c := range found {
		if c.Sure() {
			sure = append(sure, c.Text)
		} else {
			guessed = append(guessed, c.Text)
		}
	}
	return sure, guessed, err
}

func captured(s ui.Shot) capture.Shot {
	return capture.Shot{Kind: s.Kind, Item: s.Item, Imported: s.Imported, Position: s.At.Position, Mocked: s.At.Mocked}
}
