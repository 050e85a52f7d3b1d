package ui

import (
	"context"
	"errors"
	"io"

	"github.com/google/uuid"

	"storewalk/mobile/store"
)

// A taking is the part of a page that takes photos. They are saved beside the writes, so that counting goes on meanwhile.
type taking struct {
	app    *App
	fault  *banner
	saving *paragraph // shown meanwhile
	many   int        // being saved
	poor   *poorShot  // offered to be taken again
}

func newTaking(a *App, fault *banner) *taking {
	t := &taking{app: a, fault: fault, saving: newText(a.T("photo.saving"), typeface{size: sizeSmall, color: colMuted})}
	t.saving.Hide()
	return t
}

// room sees to room on the disk for many photos, before the camera opens.
func (t *taking) room(many int, open func()) {
	t.fault.say("")
	a := t.app
	a.deps.Go(func() {
		_, err := a.deps.Store.ReservePhotos(many)
		a.deps.Do(func() {
			if err != nil {
				t.failed(err)
				return
			}
			open()
		})
	})
}

// take gets a picture from the camera, or from a file, and keeps it for a visit or else for an application.
func (t *taking) take(visit, application uuid.UUID, shot Shot) {
	a := t.app
	shot.Imported = shot.Imported || a.deps.Camera == nil // without a camera there are only files, and that is said of them
	if !shot.Imported && a.later(store.Awaited{Visit: visit, Application: application,
		AwaitedShot: store.AwaitedShot{Kind: shot.Kind, Item: shot.Item, Sequel: shot.Sequel}}, t.failed) {
		return
	}
	got := t.got(func(src io.ReadCloser) {
		shot.At = a.where()
		t.keep(shot, src, func(ctx context.Context) (Taken, error) {
			if application != uuid.Nil {
				return a.deps.TakeEvidence(ctx, application, shot, src)
			}
			return a.deps.TakePhoto(ctx, visit, shot, src)
		})
	})
	if shot.Imported {
		a.chooseFile(got)
		return
	}
	a.camera(got)
}

// got goes on with a picture from the camera, unless the person changed their mind or there is none.
func (t *taking) got(keep func(io.ReadCloser)) func(io.ReadCloser, error) {
	return func(src io.ReadCloser, err error) {
		switch {
		case errors.Is(err, context.Canceled) || src == nil && err == nil:
		case err != nil:
			t.failed(err)
		default:
			keep(src)
		}
	}
}

// keep saves a picture. What failed is said also when the page has been left meanwhile: the picture is gone.
func (t *taking) keep(shot Shot, src io.ReadCloser, save func(context.Context) (Taken, error)) {
	a, from := t.app, t.app.nav.top
	var taken Taken
	t.busy(1)
	a.pictures.push(func(ctx context.Context) (err error) {
		taken, err = save(ctx)
		return errors.Join(err, src.Close())
	}, func(err error) {
		t.busy(-1)
		a.wrote(from, nil, err)
		if err != nil {
			t.failed(err)
			return
		}
		t.poor = poorer(shot, taken)
		a.refresh()
	})
}

func (t *taking) failed(err error) {
	t.fault.did(err)
	t.app.nav.draw()
}

func (t *taking) busy(by int) {
	if t.many += by; t.many > 0 {
		t.saving.Show()
	} else {
		t.saving.Hide()
	}
	t.app.nav.root.Refresh()
}

// poorer is a photo that may be worth taking again, or nil.
func poorer(shot Shot, taken Taken) *poorShot {
	if !taken.Blurred && !taken.Dark {
		return nil
	}
	return &poorShot{shot, taken}
}
