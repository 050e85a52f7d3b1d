package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// removed says what was removed of the visit, and offers to undo it: in place of asking before.
func (p *visitPage) removed(v visitView, typ string) (objs []fyne.CanvasObject) {
	for _, r := range v.Removed {
		if r.Type != typ {
			continue
		}
		objs = append(objs, p.app.removal(r, p.fault))
	}
	return objs
}

// removal says that one thing was removed; what undoing it or removing it again comes to is said in the banner.
func (a *App) removal(r store.Removal, fault *banner) fyne.CanvasObject {
	what := a.T("removed.note")
	switch {
	case r.News != "":
		what = a.T("removed.news", "Kind", a.Enum("note_kind", r.News))
	case r.Type == field.TypePhoto:
		what = a.T("removed.photo", "Kind", a.Enum("photo_kind", r.Kind))
	case r.Type == field.TypeRequest:
		what = joined("：", a.T("removed.request", "Kind", a.Enum("request_kind", r.Kind)), excerptOf(r.Text))
	}
	restore := func() {
		a.write(func(ctx context.Context) error { return a.deps.Store.Restore(ctx, r.Record, r.Saw) }, fault.did)
	}
	remove := func() {
		a.write(func(ctx context.Context) error { return a.deps.Store.Remove(ctx, r.Record, r.Saw) }, fault.did)
	}
	who := a.T("removed.by", "Who", r.By, "When", a.ShortDateTime(r.ByMS))
	if r.Gone {
		words := column(2, newText(what, typeface{bold: true}).id("removed.what"), newText(who, typeface{size: sizeSmall, color: colMuted}))
		if !r.MayRestore {
			return over(plate(colPaper, colLine, radius), padded(padXY(12, 10), 0, words))
		}
		return over(plate(colPaper, colLine, radius), padded(padXY(12, 6), 0, beside(gap, 0, words,
			newButton("removed.undo."+r.Record.String(), a.T("removed.undo"), theme.ContentUndoIcon(), bare, restore))))
	}
	why := a.T("removed.edited", "Who", r.Other)
	if r.Kept {
		why = a.T("removed.kept", "Who", r.Other)
	}
	objs := []fyne.CanvasObject{chips(newBadge(markDiffer, what)), newText(who+" "+why, typeface{size: sizeSmall})}
	var ways []fyne.CanvasObject
	if r.MayRestore {
		ways = append(ways, newButton("removed.keep."+r.Record.String(), a.T("removed.keep"), nil, quiet, restore))
	}
	if r.May {
		ways = append(ways, newButton("removed.remove."+r.Record.String(), a.T("removed.remove"), nil, quiet, remove))
	}
	if len(ways) > 0 {
		objs = append(objs, equal(10, ways...))
	}
	return over(plate(colDifferSoft, "", radius), padded(padXY(12, 10), gap, objs...))
}

// drawRemove offers to remove the note that is written here, or after check-out the one written before.
func (p *notePage) drawRemove(v store.VisitPage) {
	id, saw, label := v.MyNote.ID, v.MyNote.Saw, "note.remove"
	may := v.MyNote.May
	if p.route.correction != v.MyNote.ID && v.Row.CheckOutMS != 0 {
		label = "note.remove_first"
		for _, n := range v.Notes {
			if n.ID == p.route.correction {
				id, saw, may, label = n.ID, n.Saw, n.May, "note.remove"
			}
		}
	}
	p.removing.Objects = nil
	if !may {
		return
	}
	p.removing.Objects = []fyne.CanvasObject{newButton("note.remove", p.app.T(label), theme.DeleteIcon(), bare, func() {
		p.entry.commit()
		p.app.write(func(ctx context.Context) error { return p.app.deps.Store.Remove(ctx, id, saw) }, func(err error) {
			if p.fault.did(err); err == nil && p.app.nav.top == p {
				p.app.Back()
			}
		})
	})}
}
