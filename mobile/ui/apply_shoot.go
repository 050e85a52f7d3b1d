package ui

import (
	"context"
	"io"
	"slices"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/mobile/store"
)

// take photographs evidence, in the place of another photo unless that is nil.
func (p *applyPage) take(old uuid.UUID) {
	a := p.app
	p.taking.room(1, func() {
		if a.later(store.Awaited{Application: p.id, AwaitedShot: store.AwaitedShot{Kind: "evidence", Replaces: old}}, p.taking.failed) {
			return
		}
		a.picture(p.taking.got(func(src io.ReadCloser) {
			shot := Shot{Kind: "evidence", Imported: a.deps.Camera == nil, At: a.where()}
			p.taking.keep(shot, src, func(ctx context.Context) (Taken, error) {
				taken, err := a.deps.TakeEvidence(ctx, p.id, shot, src)
				if err == nil && old != uuid.Nil {
					err = a.deps.Store.SetEvidence(ctx, p.id, old, false)
				}
				return taken, err
			})
		}))
	})
}

// secondLook offers to take a photo again that is blurred or dark and still evidence.
func (p *applyPage) secondLook(q store.Application) []fyne.CanvasObject {
	if p.taking.poor == nil || !slices.Contains(q.Photos, p.taking.poor.Photo) {
		return nil
	}
	poor := *p.taking.poor
	return []fyne.CanvasObject{p.app.offerRetake(poor, func() {
		p.taking.poor = nil
		p.show(p.shown, nil)
	}, func() { p.take(poor.Photo) })}
}
