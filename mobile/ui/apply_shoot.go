package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/mobile/store"
)

// take photographs evidence, in the place of another photo unless that is nil.
func (p *applyPage) take(old uuid.UUID) {
	p.taking.room(1, func() {
		p.taking.take(uuid.Nil, p.id, Shot{Kind: "evidence", Sequel: store.Sequel{Replaces: old}})
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
