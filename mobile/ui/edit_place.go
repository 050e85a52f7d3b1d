package ui

import (
	"context"
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// A placing edits where a store is: it is where the phone is, at a tap. What that changed is said with its way back.
type placing struct {
	app    *App
	id     uuid.UUID
	now    *paragraph
	phone  *badge
	hint   *paragraph
	undo   *fyne.Container
	differ *fyne.Container
	fault  *banner
	box    fyne.CanvasObject
	shown  store.StorePage
	timer  *time.Timer
	on     bool

	was, is field.Position // before and after the last tap here
	tapped  bool
}

// lookAgain is how often a page asks where the phone is while it shows that.
const lookAgain = 3 * time.Second

// roughly is the accuracy in metres from which on a person is told that a better one may come.
const roughly = 100

func newPlacing(a *App, id uuid.UUID) *placing {
	p := &placing{app: a, id: id, fault: newBanner(a, "edit.position.fault", markAlarm), phone: newBadge(markNone, ""), undo: column(0), differ: column(0)}
	p.now = newText("", typeface{}).id("edit.position")
	p.hint = newText(a.T("edit.place_rough"), typeface{size: sizeSmall, color: colMuted})
	p.hint.Hide()
	here := newButton("edit.position.here", a.T("edit.place_set"), iconHere, quiet, p.set)
	p.box = labelled(a.T("term.position"), p.now, chips(p.phone), p.hint, here, p.undo, p.differ, p.fault)
	return p
}

func (p *placing) show(s store.StorePage) {
	p.shown = s
	p.now.set(firstOf(p.app.placed(s.Profile.Position), p.app.T("edit.place_none")))
	p.differ.Objects = nil
	n := len(s.Place.Siblings)
	if n > 1 {
		p.differ.Objects = []fyne.CanvasObject{p.app.differMark(p.id, "position", n)}
	}
	p.undo.Objects = nil
	if p.tapped && s.Profile.Position == p.is && n <= 1 {
		p.undo.Objects = []fyne.CanvasObject{p.undoing()}
	}
	p.look()
}

// look says where the phone is, and goes on doing so until stop.
func (p *placing) look() {
	m, text := p.app.phoneFrom(p.app.where(), p.shown.Profile.Position)
	p.phone.set(m, text)
	at := p.app.where()
	p.hint.Hidden = noMoment(at) || at.Position.Acc > 0 && at.Position.Acc <= roughly // 0: nobody knows how exact it is
	p.box.Refresh()
	p.on = true
	if p.timer != nil {
		p.timer.Stop()
	}
	p.timer = time.AfterFunc(lookAgain, func() {
		p.app.deps.Do(func() {
			if p.on {
				p.look()
			}
		})
	})
}

func (p *placing) stop() {
	if p.on = false; p.timer != nil {
		p.timer.Stop()
	}
}

// noMoment reports that nobody can say from it where a store is.
func noMoment(at field.Moment) bool { return at.Mocked || at.Lack != "" || !at.Position.Valid() }

func (p *placing) set() {
	at, was := p.app.where(), p.shown.Profile.Position
	seen := whatWasSeen(p.shown.Place.Seen, p.shown.Place.Siblings)
	p.app.write(func(ctx context.Context) error { return p.app.deps.Store.SetPlace(ctx, p.id, at, seen) }, func(err error) {
		if p.fault.did(err); err == nil {
			p.was, p.is, p.tapped = was, at.Position, was != at.Position
		}
	})
}

// undoing says what the last tap changed, with the way back.
func (p *placing) undoing() fyne.CanvasObject {
	what := p.app.T("edit.place_first")
	if p.was.Valid() {
		what = p.app.T("edit.place_moved", "Far", p.app.far(p.is.Metres(p.was)))
	}
	back := newButton("edit.position.undo", p.app.T("removed.undo"), theme.ContentUndoIcon(), bare, p.back)
	return over(plate(colPaper, colLine, radius), padded(padXY(12, 6), 0, beside(gap, 0, newText(what, typeface{bold: true}).id("edit.position.moved"), back)))
}

func (p *placing) back() {
	was, seen := p.was, p.shown.Place.Seen
	p.app.write(func(ctx context.Context) error { return p.app.deps.Store.RestorePlace(ctx, p.id, was, seen) }, func(err error) {
		if p.fault.did(err); err == nil {
			p.tapped = false
		}
	})
}

// placed is where a store is and how exactly that is known; "" when it is not known.
func (a *App) placed(at field.Position) string {
	acc := ""
	if at.Acc > 0 {
		acc = a.T("place.accuracy", "N", int(math.Ceil(at.Acc)))
	}
	if !at.Valid() {
		return ""
	}
	return joined(" · ", placeText(at), acc)
}

// phoneFrom says how far the phone is from a store, or why nobody knows.
func (a *App) phoneFrom(at field.Moment, of field.Position) (mark, string) {
	acc := ""
	if at.Position.Acc > 0 {
		acc = a.T("place.accuracy", "N", int(math.Ceil(at.Position.Acc)))
	}
	switch {
	case at.Mocked:
		return markAlarm, a.T("place.mocked")
	case at.Lack == field.LackRefused:
		return markAlarm, a.T("place.refused")
	case !at.Position.Valid():
		return markPlain, a.T("place.none")
	case !of.Valid():
		return markOpen, joined(" · ", a.T("edit.place_found"), acc)
	}
	return markOpen, joined(" · ", a.T("edit.place_far", "Far", a.far(at.Position.Metres(of))), acc)
}
