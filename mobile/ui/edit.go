package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/mobile"
	"github.com/google/uuid"

	"storewalk/mobile/store"
)

// editRoute is the one page from which every field of a store is changed: those that a manager may change alone, there and
// then, and the way to an application for the others.
type editRoute struct{ id uuid.UUID }

func (r editRoute) open(a *App) page { return newEdit(a, r.id) }

// editField is one value being edited, with the dots of what its editor saw.
type editField struct {
	name   string
	entry  *entry
	fault  *banner
	differ *fyne.Container
	seen   store.Seen
}

type editPage struct {
	app       *App
	id        uuid.UUID
	load      *load[store.StorePage]
	fault     *banner
	storeName string
	fields    []*editField
	habits    *habits
	around    []*chosen
	place     *placing
	office    *fyne.Container // what changes with its approval
	asking    *banner         // of that
	scroll    *container.Scroll
}

func newEdit(a *App, id uuid.UUID) *editPage {
	p := &editPage{app: a, id: id, fault: newBanner(a, "edit.fault", markAlarm)}
	p.load = newLoad(a, p.fetch, p.show)
	objs := []fyne.CanvasObject{p.fault}
	for _, f := range []struct {
		name, hint string
		lines      int
	}{{"phone", "edit.phone_hint", 1}, {"backup_phone", "edit.phone_hint", 1}, {"note", "edit.note_hint", 3}} {
		e := &editField{name: f.name, fault: newBanner(a, "edit."+f.name+".fault", markAlarm), differ: column(0)}
		e.entry = newEntry(a, "edit."+f.name, a.T(f.hint), f.lines, func(text string) { p.save(e, text) })
		e.entry.refusals = e.fault
		if f.lines == 1 {
			e.entry.keyboard = mobile.NumberKeyboard
		}
		label := "term." + f.name
		if f.name == "note" {
			label = "term.store_note"
		}
		p.fields = append(p.fields, e)
		objs = append(objs, labelled(a.T(label), e.entry, e.differ, e.fault))
	}
	p.asking, p.office = newBanner(a, "edit.apply.fault", markAlarm), column(0)
	p.habits = newHabits(a, id)
	objs = append(objs, p.habits.objects()...)
	for _, name := range []string{"market_type", "district_type"} {
		c := newChosen(a, id, name)
		p.around, objs = append(p.around, c), append(objs, c.box)
	}
	p.place = newPlacing(a, id)
	objs = append(objs, p.place.box)
	objs = append(objs, newText(a.T("edit.saved"), typeface{size: sizeSmall, color: colMuted}), p.office)
	p.scroll = container.NewVScroll(padded(insets{16, margin, 24, margin}, 16, objs...))
	return p
}

func (p *editPage) head() head              { return head{title: p.app.T("edit.title"), below: p.storeName} }
func (p *editPage) body() fyne.CanvasObject { return p.scroll }
func (p *editPage) foot() fyne.CanvasObject { return nil }

func (p *editPage) start(ctx context.Context) {
	p.app.near(true) // the store may be placed here
	p.load.start(ctx)
}

func (p *editPage) stop() {
	p.place.stop()
	for _, f := range p.fields {
		f.entry.commit()
	}
	p.load.stop()
}

func (p *editPage) fetch(ctx context.Context) (store.StorePage, error) {
	return p.app.deps.Store.StorePage(ctx, p.id)
}

func (p *editPage) show(s store.StorePage, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	for i, t := range []store.Text{s.Phone, s.BackupPhone, s.Note} {
		f := p.fields[i]
		p.app.differIn(f.differ, p.id, f.name, len(t.Siblings))
		if f.entry.load(t.Shown()) {
			f.seen = whatWasSeen(t.Seen, t.Siblings)
			f.fault.say(p.app.draftFault(t))
		}
	}
	p.habits.show(s)
	p.around[0].show(s.Market)
	p.around[1].show(s.District)
	p.place.show(s)
	p.office.Objects = []fyne.CanvasObject{p.applied(s)}
	if p.storeName != s.Profile.Name {
		p.storeName = s.Profile.Name
		p.app.nav.draw()
	}
	p.scroll.Refresh()
	if p.place.tapped {
		p.place.tapped = false
		p.reveal(p.place.undo)
	}
}

// reveal scrolls down, and no farther than needed, until all of o is in sight.
func (p *editPage) reveal(o fyne.CanvasObject) {
	if !o.Visible() {
		return
	}
	d := fyne.CurrentApp().Driver()
	below := d.AbsolutePositionForObject(o).Y + o.Size().Height - d.AbsolutePositionForObject(p.scroll).Y - p.scroll.Size().Height
	if below > 0 {
		p.scroll.ScrollToOffset(fyne.NewPos(0, p.scroll.Offset.Y+below+gap))
	}
}

// whatWasSeen is what an edit may replace. Where several values stand beside each other it replaces
// none of the others': that is for the page that shows them all.
func whatWasSeen(seen store.Seen, values []store.Sibling) store.Seen {
	if len(values) > 1 {
		return nil
	}
	return seen
}

// save writes a field. The dots are those of the value that was in the field when editing began, so
// a value that arrived meanwhile is kept beside this one, never replaced unseen.
func (p *editPage) save(f *editField, text string) {
	seen := f.seen
	p.app.write(func(ctx context.Context) error {
		return p.app.deps.Store.SetStoreText(ctx, p.id, f.name, text, seen)
	}, func(err error) {
		f.fault.did(err)
		if err != nil && !p.app.isDraft(err) {
			f.entry.unsaved()
		}
		p.scroll.Refresh()
	})
}
