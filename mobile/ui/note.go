package ui

import (
	"context"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"github.com/google/uuid"

	"storewalk/mobile/store"
)

// noteRoute writes the note of a visit. After check-out correction is the id of the note that corrects it.
type noteRoute struct{ visit, correction uuid.UUID }

func (r noteRoute) open(a *App) page { return newNote(a, r) }

type notePage struct {
	app     *App
	route   noteRoute
	load    *load[store.VisitPage]
	fault   *banner
	entry   *entry
	below   string
	seen    store.Seen
	content *fyne.Container
	scroll  *container.Scroll
}

const phrases = 6

func newNote(a *App, r noteRoute) *notePage {
	p := &notePage{app: a, route: r, fault: newBanner(a, "note.fault", markAlarm)}
	p.load = newLoad(a, p.fetch, p.show)
	p.entry = newEntry(a, "note.text", a.T("note.hint"), 7, p.save)
	var buttons []fyne.CanvasObject
	for i := range phrases {
		text := a.T("note.phrase." + strconv.Itoa(i+1))
		buttons = append(buttons, newTap("note.phrase."+strconv.Itoa(i+1),
			over(plate(colAccentSoft, "", radius), padded(padXY(12, 12), 0, newText(text, typeface{color: colAccent}))), func() { p.add(text) }))
	}
	p.content = padded(insets{14, margin, 24, margin}, 12, p.entry, p.fault,
		newText(a.T("note.phrases"), typeface{size: sizeSmall, bold: true, color: colMuted}), chips(buttons...),
		newText(a.T("edit.saved"), typeface{size: sizeSmall, color: colMuted}))
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *notePage) head() head              { return head{title: p.app.T("note.title"), below: p.below} }
func (p *notePage) body() fyne.CanvasObject { return p.scroll }
func (p *notePage) foot() fyne.CanvasObject {
	return footBar(newButton("note.done", p.app.T("count.done"), iconSent, loud, p.app.Back))
}
func (p *notePage) start(ctx context.Context) { p.load.start(ctx) }

func (p *notePage) stop() {
	p.entry.commit()
	p.load.stop()
}

// add writes a phrase after what is there, on a line of its own.
func (p *notePage) add(phrase string) {
	text := strings.TrimRight(p.entry.Text, "\n")
	if text != "" {
		text += "\n"
	}
	p.entry.loading = true
	p.entry.SetText(text + phrase)
	p.entry.loading = false
	p.entry.commit()
}

func (p *notePage) fetch(ctx context.Context) (store.VisitPage, error) {
	return p.app.deps.Store.VisitPage(ctx, p.route.visit)
}

func (p *notePage) show(v store.VisitPage, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	note := v.MyNote.Text
	for _, n := range v.Notes {
		if p.route.correction != uuid.Nil && n.ID == p.route.correction {
			note = n.Text
		}
	}
	if p.entry.load(note.Shown()) {
		p.seen = whatWasSeen(note.Seen, note.Siblings)
		if note.Code != "" {
			p.fault.say(p.app.FaultCode(note.Code) + "\n" + p.app.T("note.kept"))
		}
	}
	if p.below != v.Row.StoreName {
		p.below = v.Row.StoreName
		p.app.nav.draw()
	}
	p.content.Refresh()
}

func (p *notePage) save(text string) {
	seen := p.seen
	p.app.write(func(ctx context.Context) error {
		return p.app.deps.Store.SetNote(ctx, p.route.visit, p.route.correction, text, seen)
	}, func(err error) {
		message := p.app.Fault(err)
		if err != nil && p.app.isDraft(err) {
			message += "\n" + p.app.T("note.kept")
		} else if err != nil {
			p.entry.unsaved()
		}
		p.fault.say(message)
		p.content.Refresh()
	})
}
