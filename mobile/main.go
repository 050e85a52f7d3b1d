// Command mobile is the phone app: what a customer manager carries from store to store.
package main

import (
	"context"
	"flag"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"storewalk/mobile/barcode"
	"storewalk/mobile/store"
	"storewalk/mobile/ui"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
)

const version = "0.1.0"

func main() {
	ui.SpareMemory()
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

// run shows the app until its window is closed. The window is there at once: an update may have much to do in a large
// database before the first screen.
func run(a fyne.App, dir, server, program string, log *slog.Logger) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	w := a.NewWindow("走店")
	w.Resize(fyne.NewSize(390, 844))
	w.SetPadded(false)
	w.SetContent(ui.Opening())
	gear := newGear(ctx, a, filepath.Join(dir, "camera"), program, log)
	o := opening{open: func() (*store.Store, error) { return store.Open(ctx, dir) }, do: fyne.Do}
	o.show = func(st *store.Store, err error) (*phone, error) {
		var p *phone
		if err == nil {
			p, err = start(ctx, a, w, st, gear, server, log)
		}
		if err != nil {
			w.SetContent(ui.CannotOpen(err))
		}
		return p, err
	}
	a.Lifecycle().SetOnStarted(o.started) // before this, fyne.Do runs its work on whichever goroutine calls it
	w.ShowAndRun()
	cancel()
	return o.end()
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
