package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"

	"storewalk/mobile/store"
	"storewalk/mobile/ui"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func noGear() *gear { return &gear{close: func() {}} }

// begun is an opening of a new folder whose work for the UI goroutine waits in todo.
func begun(t *testing.T, ctx context.Context, w fyne.Window) (o *opening, todo chan func()) {
	t.Helper()
	dir := t.TempDir()
	todo = make(chan func(), 1)
	o = &opening{open: func() (*store.Store, error) { return store.Open(ctx, dir) }, do: func(f func()) { todo <- f }}
	o.show = func(st *store.Store, err error) (*phone, error) {
		if err != nil {
			return nil, err
		}
		return start(ctx, fyne.CurrentApp(), w, st, noGear(), "", slog.New(slog.DiscardHandler))
	}
	return o, todo
}

func TestTheWindowSaysThatTheDataIsBeingOpenedUntilTheFirstScreen(t *testing.T) {
	a := test.NewApp()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := a.NewWindow("")
	before := ui.Opening()
	w.SetContent(before)
	o, todo := begun(t, ctx, w)
	o.started()
	o.started() // Android starts again for another window
	show := <-todo
	if w.Content() != before {
		t.Fatal("another content before the UI goroutine came to it")
	}
	show()
	if o.p == nil || w.Content() != o.p.face.Content() || o.p.face.Screen() != "signInRoute" {
		t.Fatal("the first screen is not there")
	}
	o.started()
	cancel()
	if err := o.end(); err != nil {
		t.Error(err)
	}
}

func TestAWindowClosedBeforeItsDataIsOpenClosesTheData(t *testing.T) {
	a := test.NewApp()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o, todo := begun(t, ctx, a.NewWindow(""))
	o.started()
	<-todo // and nobody does it
	if err := o.end(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.st.Account(t.Context()); err == nil {
		t.Error("the data is still open")
	}
}

func TestDataThatCannotBeOpenedIsToldToTheCaller(t *testing.T) {
	broken := errors.New("broken")
	var shown error
	var ui sync.WaitGroup
	o := opening{open: func() (*store.Store, error) { return nil, broken }, do: func(f func()) { ui.Go(f) },
		show: func(_ *store.Store, err error) (*phone, error) { shown = err; return nil, err }}
	o.started()
	o.work.Wait()
	ui.Wait()
	if err := o.end(); !errors.Is(err, broken) || !errors.Is(shown, broken) {
		t.Error(err, shown)
	}
}
