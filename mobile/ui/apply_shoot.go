package ui

import (
	"context"
	"errors"
	"io"
	"slices"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/mobile/store"
)

// take photographs evidence, in the place of another photo unless that is nil. As in a visit there must be room on the disk
// before the camera opens, and the photo is saved beside the writes.
func (p *applyPage) take(old uuid.UUID) {
	p.fault.say("")
	a := p.app
	a.deps.Go(func() {
		_, err := a.deps.Store.ReservePhotos(1)
		a.deps.Do(func() {
			if err != nil {
				p.failed(err)
				return
			}
			p.open(old)
		})
	})
}

func (p *applyPage) failed(err error) {
	p.fault.did(err)
	p.app.nav.draw()
}

func (p *applyPage) open(old uuid.UUID) {
	a := p.app
	if a.later(store.Awaited{Application: p.id, AwaitedShot: store.AwaitedShot{Kind: "evidence", Replaces: old}}, p.failed) {
		return
	}
	a.picture(func(src io.ReadCloser, err error) {
		if errors.Is(err, context.Canceled) || src == nil && err == nil {
			return
		}
		if err != nil {
			p.failed(err)
			return
		}
		p.keep(Shot{Kind: "evidence", Imported: a.deps.Camera == nil, At: a.where()}, old, src)
	})
}

func (p *applyPage) keep(shot Shot, old uuid.UUID, src io.ReadCloser) {
	a := p.app
	var taken Taken
	p.busy(1)
	a.pictures.push(func(ctx context.Context) (err error) {
		taken, err = a.deps.TakeEvidence(ctx, p.id, shot, src)
		if err = errors.Join(err, src.Close()); err != nil || old == uuid.Nil {
			return err
		}
		return a.deps.Store.SetEvidence(ctx, p.id, old, false)
	}, func(err error) {
		p.busy(-1)
		if err != nil {
			p.failed(err)
			return
		}
		p.poor = nil
		if taken.Blurred || taken.Dark {
			p.poor = &poorShot{shot, taken}
		}
		a.refresh()
	})
}

func (p *applyPage) busy(by int) {
	if p.taking += by; p.taking > 0 {
		p.saving.Show()
	} else {
		p.saving.Hide()
	}
	p.content.Refresh()
}

// secondLook offers to take a photo again that is blurred or dark and still evidence.
func (p *applyPage) secondLook(q store.Application) []fyne.CanvasObject {
	if p.poor == nil || !slices.Contains(q.Photos, p.poor.Photo) {
		return nil
	}
	poor := *p.poor
	return []fyne.CanvasObject{p.app.offerRetake(poor, func() {
		p.poor = nil
		p.show(p.shown, nil)
	}, func() { p.take(poor.Photo) })}
}
