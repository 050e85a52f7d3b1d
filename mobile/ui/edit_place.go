package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
	"storewalk/shared/words"
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
	tapped bool // what came of it has not been shown yet
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
	p.box = column(12, labelled(a.T("term.position"), p.now, chips(p.phone), p.hint), here, p.undo, p.differ, p.fault)
	return p
}

func (p *placing) show(s store.StorePage) {
	p.shown = s
	p.now.set(firstOf(p.app.placed(s.Profile.Position), p.app.T("edit.place_none")))
	p.app.differIn(p.differ, p.id, "position", len(s.Place.Siblings))
	p.undo.Objects = nil
	if s.Moved != nil {
		p.undo.Objects = []fyne.CanvasObject{p.undoing(*s.Moved)}
	}
	p.undo.Hidden = p.undo.Objects == nil // no gap for nothing
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
	at := p.app.where()
	seen := whatWasSeen(p.shown.Place.Seen, p.shown.Place.Siblings)
	p.app.write(func(ctx context.Context) error { return p.app.deps.Store.SetPlace(ctx, p.id, at, seen) }, func(err error) {
		p.fault.did(err)
		p.tapped = err == nil
	})
}

// farMove is from how many metres on a move is more likely a mistake: made at home, or in front of another store.
const farMove = 1000

// undoing says what the last tap changed, with the way back, and loudly when that is far.
func (p *placing) undoing(m store.Move) fyne.CanvasObject {
	a := p.app
	back := newButton("edit.position.undo", a.T("removed.undo"), theme.ContentUndoIcon(), bare, func() { p.back(m) })
	what, far := a.T("edit.place_first"), 0.0
	if m.From.Valid() {
		far = m.To.Metres(m.From)
		what = a.T("edit.place_moved", "Far", a.far(far))
	}
	if far <= farMove {
		return over(plate(colPaper, colLine, radius), padded(padXY(12, 6), 0, beside(gap, 0, newText(what, typeface{bold: true}).id("edit.position.moved"), back)))
	}
	res, ink, fill := markAlarm.style()
	text := newText(a.T("edit.place_far_move", "Far", a.far(far)), typeface{bold: true, even: true, color: ink}).id("edit.position.moved")
	return over(plate(fill, ink, radius), padded(padXY(12, 6), 0, beside(gap, 1, icon(res, ink, 22), text, back)))
}

func (p *placing) back(m store.Move) {
	seen := p.shown.Place.Seen
	p.app.write(func(ctx context.Context) error { return p.app.deps.Store.RestorePlace(ctx, p.id, m.From, seen) }, p.fault.did)
}

// placed is where a store is and how exactly that is known; "" when it is not known.
func (a *App) placed(at field.Position) string {
	if !at.Valid() {
		return ""
	}
	return joined(" · ", words.Degrees(at), a.Accuracy(at))
}

// phoneFrom says how far the phone is from a store, or why nobody knows.
func (a *App) phoneFrom(at field.Moment, of field.Position) (mark, string) {
	if sign, why := a.unplaced(at); why != "" {
		return sign, why
	}
	found := a.T("edit.place_found")
	if of.Valid() {
		found = a.T("edit.place_far", "Far", a.far(at.Position.Metres(of)))
	}
	return markOpen, joined(" · ", found, a.Accuracy(at.Position))
}
