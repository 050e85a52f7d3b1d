package ui

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// signRoute is the sheet on which a retailer signs, for one question of a visit. Nothing of it scrolls, and it shows
// nothing that is not for the retailer's eyes.
type signRoute struct {
	visit    uuid.UUID
	question string // id
}

func (r signRoute) open(a *App) page { return newSign(a, r) }

// signView is the question, what was drawn, and who the retailer is.
type signView struct {
	row   store.QuestionRow
	owner string
	open  bool // the person here may still change it
}

type signPage struct {
	app     *App
	route   signRoute
	load    *load[signView]
	fault   *banner
	title   string
	seen    store.Seen
	saved   string // the answer as it was written or read last
	touched bool   // somebody drew here, or wrote a name
	pad     *signPad
	name    *entry
	owner   *fyne.Container // the retailer's name, to tap
	before  [][][][2]int    // what was drawn before each step, to go back to
	was     *signing        // on the page in whose place this one is drawn, until it is on the sheet
	back    *button
	clear   *button
	content fyne.CanvasObject
}

func newSign(a *App, r signRoute) *signPage {
	p := &signPage{app: a, route: r, fault: newBanner(a, "sign.fault", markAlarm), owner: chips()}
	p.load = newLoad(a, p.fetch, p.show)
	p.pad = newSignPad("sign.pad", p.drew)
	p.name = newEntry(a, "sign.name", a.T("sign.name"), 1, func(string) { p.save() })
	p.name.limit = field.MaxTextRunes
	p.back = newButton("sign.undo", a.T("sign.undo"), theme.ContentUndoIcon(), quiet, p.undo)
	p.clear = newButton("sign.clear", a.T("sign.clear"), theme.DeleteIcon(), quiet, p.erase)
	top := padded(insets{10, margin, 6, margin}, 8, p.fault, p.name, p.owner)
	base := plate(colLine, "", 0) // one signs on a line
	sheet := container.NewStack(plate(colSurface, colMuted, radius), container.New(baseLayout{}, base), p.pad)
	p.content = frame(top, container.New(insetLayout{margin}, sheet), padded(insets{6, margin, 6, margin}, 0,
		newText(a.T("sign.hint"), typeface{size: sizeSmall, color: colMuted, align: fyne.TextAlignCenter})))
	return p
}

func (p *signPage) head() head              { return head{title: firstOf(p.title, p.app.T("sign.title"))} }
func (p *signPage) body() fyne.CanvasObject { return p.content }
func (p *signPage) foot() fyne.CanvasObject {
	return footBar(equal(10, p.back, p.clear), p.app.done("sign.done"))
}
func (p *signPage) start(ctx context.Context) { p.load.start(ctx) }

func (p *signPage) stop() {
	p.name.commit()
	p.load.stop()
}

func (p *signPage) fetch(ctx context.Context) (v signView, err error) {
	c, err := p.app.deps.Store.Checklist(ctx, p.route.visit)
	if err != nil {
		return v, err
	}
	v.open = c.Visit.CheckOut.AtMS == 0
	rows := slices.Clone(c.Survey)
	for _, i := range c.Items {
		rows = append(rows, i.Questions...)
	}
	for _, row := range rows {
		if row.ID == p.route.question {
			v.row = row
		}
	}
	s, err := p.app.deps.Store.StorePage(ctx, c.Visit.Store)
	v.owner = s.Profile.Owner
	return v, err
}

// signing is how far a signature had come on a sheet.
type signing struct {
	saved   string
	name    string
	touched bool
	w, h    int
	lines   [][][2]int
	before  [][][][2]int
}

func (p *signPage) kept() any {
	if p.was != nil { // nothing was read yet
		return p.was
	}
	w, h := p.pad.box()
	return &signing{p.saved, p.name.Value(), p.touched, w, h, p.pad.lines, p.before}
}

func (p *signPage) keep(was any) { p.was = was.(*signing) }

// goOn puts on the sheet what was drawn on the one before, with every step back.
func (p *signPage) goOn(was signing) {
	w, h := p.pad.size()
	fit := func(lines [][][2]int) [][][2]int {
		return moved(field.Signature{W: was.w, H: was.h, Lines: lines}, w, h)
	}
	for _, lines := range was.before {
		p.before = append(p.before, fit(lines))
	}
	p.saved, p.touched = was.saved, was.touched
	p.pad.show(fit(was.lines))
	p.name.load(was.name)
}

// show puts what was read on the sheet, unless somebody is at it: what is drawn here stays.
func (p *signPage) show(v signView, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	p.title = v.row.Text.In(string(p.app.Lang()))
	if p.was != nil {
		p.goOn(*p.was)
		p.was = nil
	}
	answer := firstOf(string(v.row.Answer), nothingSigned)
	switch {
	case answer == p.saved: // what is on the sheet
		p.seen = whatWasSeen(v.row.Seen, v.row.Siblings)
	case !p.touched && !p.pad.drawing():
		p.seen = whatWasSeen(v.row.Seen, v.row.Siblings)
		s, _ := field.SignatureOf(v.row.Answer)
		w, h := p.pad.size()
		p.saved = answer
		p.pad.show(moved(s, w, h))
		p.name.load(s.Name)
	} // what another phone brought meanwhile is not seen here: what is drawn goes beside it
	p.name.page = p.app.typing.pageName()
	p.owner.Objects = nil
	if v.owner != "" && v.owner != p.name.Value() {
		p.owner.Objects = []fyne.CanvasObject{newTap("sign.owner", over(plate(colAccentSoft, "", radius),
			padded(padXY(12, 12), 0, newText(v.owner, typeface{color: colAccent}))), func() {
			p.name.put(v.owner)
			p.save()
		})}
	}
	p.app.nav.draw()
}

// moved are the lines of a signature on a sheet of another size, no smaller than it has to be.
func moved(s field.Signature, w, h int) [][][2]int {
	if s.W == w && s.H == h || !s.Drawn() {
		return s.Lines
	}
	scale := min(1, float64(w)/float64(s.W), float64(h)/float64(s.H))
	var out [][][2]int
	for _, l := range s.Lines {
		var line [][2]int
		for _, p := range l {
			line = append(line, [2]int{int(float64(p[0]) * scale), int(float64(p[1]) * scale)})
		}
		out = append(out, line)
	}
	return out
}

// drew keeps the signature as far as it is drawn: whoever kills the app keeps the finished lines. A line that no signature
// has room for any more is said not to be in it.
func (p *signPage) drew(added bool) {
	if !added {
		p.fault.say(p.app.T("sign.full"))
		return
	}
	p.before = append(p.before, slices.Clone(p.pad.lines[:len(p.pad.lines)-1]))
	p.save()
}

// undo takes the last line back, or the clearing of the sheet.
func (p *signPage) undo() {
	switch n := len(p.before); {
	case n > 0:
		p.pad.show(p.before[n-1])
		p.before = p.before[:n-1]
	case len(p.pad.lines) > 0: // drawn before the page was opened
		p.pad.show(slices.Clone(p.pad.lines[:len(p.pad.lines)-1]))
	default:
		return
	}
	p.save()
}

func (p *signPage) erase() {
	if len(p.pad.lines) == 0 {
		return
	}
	p.before = append(p.before, p.pad.lines)
	p.pad.show(nil)
	p.save()
}

// nothingSigned is the answer while nothing is drawn.
const nothingSigned = "null"

// save writes what is drawn and who drew it. A name without a line is no signature: it stays in its field, also after the
// app was killed.
func (p *signPage) save() {
	p.touched = true
	w, h := p.pad.box()
	s := field.Signature{Name: strings.TrimSpace(p.name.Value()), W: w, H: h, Lines: slices.Clone(p.pad.lines)}
	var answer any
	if answer = s; !s.Drawn() {
		answer = nil
		p.keepName()
		if p.saved == nothingSigned {
			return
		}
	}
	text, err := json.Marshal(answer)
	if err != nil {
		p.fault.did(err)
		return
	}
	p.saved = string(text)
	seen := p.seen
	p.app.write(func(ctx context.Context) error {
		return p.app.deps.Store.SetAnswer(ctx, p.route.visit, p.route.question, answer, seen)
	}, func(err error) {
		if p.fault.did(err); err == nil && s.Drawn() {
			p.app.typing.done(p.name.page, p.name.key(), p.name.Value())
		}
	})
}

// keepName keeps the name of who is to sign among what is typed and not saved.
func (p *signPage) keepName() {
	if p.app.handing != nil {
		p.app.handing.kept = true
	}
	if p.name.Value() != "" {
		p.app.typing.early(p.name.page, p.name.key(), p.name.Value())
	}
}

// insetLayout leaves room at the sides.
type insetLayout struct{ side float32 }

// Layout implements fyne.Layout.
func (l insetLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objs {
		o.Move(fyne.NewPos(l.side, 0))
		o.Resize(fyne.NewSize(size.Width-2*l.side, size.Height))
	}
}

// MinSize implements fyne.Layout.
func (insetLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, touch) }

// baseLayout draws a thin line across the lower part of a sheet.
type baseLayout struct{}

// Layout implements fyne.Layout.
func (baseLayout) Layout(objs []fyne.CanvasObject, size fyne.Size) {
	const rim = 24
	objs[0].Move(fyne.NewPos(rim, size.Height*0.72))
	objs[0].Resize(fyne.NewSize(size.Width-2*rim, 2))
}

// MinSize implements fyne.Layout.
func (baseLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }
