package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
)

// A SlowCamera is another app, under which this one may be ended. It writes down what a photo is for before it opens, keeps
// the photo by itself when it comes, and tells App.Kept.
type SlowCamera interface {
	Camera
	Ask(ctx context.Context, photo store.Awaited) error // returns when the camera opens
	Again()                                             // tries once more what could not be kept; never blocks
}

// secondTap is how soon after a tap another one on the same button means nothing: the camera takes a moment to open.
const secondTap = time.Second

// An asked is what a slow camera was asked for.
type asked struct {
	visit, application, replaces uuid.UUID
	kind                         string
}

// later asks a camera that is slow for a photo, and reports whether the camera is one.
func (a *App) later(photo store.Awaited, failed func(error)) bool {
	slow, ok := a.deps.Camera.(SlowCamera)
	if !ok {
		return false
	}
	what := asked{photo.Visit, photo.Application, photo.Replaces, photo.Kind}
	if a.asked == what && time.Since(a.askedAt) < secondTap {
		return true
	}
	a.asked, a.askedAt = what, time.Now()
	at := a.where()
	photo.Position, photo.Mocked = at.Position, at.Mocked
	a.deps.Go(func() {
		if err := slow.Ask(a.ctx, photo); err != nil {
			a.deps.Do(func() { failed(err) })
		}
	})
	return true
}

// Kept tells the app that a photo which a slow camera was asked for is kept, or why not. Any goroutine may call it.
func (a *App) Kept(photo store.Awaited, taken Taken, err error) {
	a.deps.Do(func() {
		shot := Shot{Kind: photo.Kind, Item: photo.Item}
		for _, stack := range a.nav.stacks {
			for _, at := range stack {
				switch p := at.page.(type) {
				case *visitPage:
					if p.id == photo.Visit && photo.Asking == nil && err == nil {
						p.taking.poor = poorer(shot, taken)
					}
				case *applyPage:
					if p.id == photo.Application && err == nil {
						p.taking.poor = poorer(shot, taken)
					}
				}
			}
		}
		a.refresh()
	})
}

// awaiting says that photos are still to come from the camera, and of which could not be kept why.
func (a *App) awaiting(photos []store.Awaited, failed func(error)) (objs []fyne.CanvasObject) {
	coming := 0
	for _, photo := range photos {
		if photo.Code == "" {
			coming++
			continue
		}
		id := photo.ID
		objs = append(objs, over(plate(colAlarmSoft, "", radius), padded(padXY(12, 10), gap,
			newText(a.T("photo.unkept", "Kind", a.Enum("photo_kind", photo.Kind), "Why", a.FaultCode(photo.Code)), typeface{bold: true, color: colAlarm}).id("photo.unkept"),
			newText(a.T("photo.unkept_where"), typeface{size: sizeSmall, color: colAlarm}),
			equal(10, newButton("photo.let_go", a.T("photo.let_go"), nil, quiet, func() {
				a.write(func(ctx context.Context) error { return a.deps.Store.ForgetAwaited(ctx, id) }, failed)
			}), newButton("photo.try_again", a.T("photo.try_again"), theme.ViewRefreshIcon(), loud, func() {
				if slow, ok := a.deps.Camera.(SlowCamera); ok {
					slow.Again()
				}
			})))))
	}
	if coming > 0 {
		objs = append(objs, newText(a.N("photo.awaited", coming), typeface{size: sizeSmall, color: colMuted}).id("photo.awaited"))
	}
	return objs
}

// awaited leads from the page of the exchange to the photos that are not kept yet.
func (p *syncPage) awaited(photos []store.Awaited) []fyne.CanvasObject {
	a := p.app
	var objs []fyne.CanvasObject
	for _, photo := range photos {
		m, text, to := markWaiting, a.N("photo.awaited", 1), route(visitRoute{photo.Visit})
		if photo.Code != "" {
			m, text = markAlarm, a.FaultCode(photo.Code)
		}
		if photo.Application != uuid.Nil {
			to = applyRoute{id: photo.Application}
		}
		res, ink, _ := m.style()
		words := column(6, column(2, newText(a.Enum("photo_kind", photo.Kind), typeface{size: sizeName, bold: true}),
			newText(a.ShortDateTime(photo.AskedMS), typeface{size: sizeSmall, color: colMuted})),
			beside(6, 1, icon(res, ink, 18), newText(text, typeface{color: ink})))
		objs = append(objs, newLead("sync.awaited."+shortID(photo.ID), colPaper, words, func() { a.nav.push(to) }))
	}
	if len(objs) == 0 {
		return nil
	}
	return []fyne.CanvasObject{section(a.T("sync.awaited_list"), nil, objs...)}
}
