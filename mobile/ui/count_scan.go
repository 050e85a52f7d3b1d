package ui

import (
	"io"
	"slices"

	"github.com/google/uuid"
)

// scan reads the bar code on a pack from a photo and goes to the product's row. The photo is not kept.
func (p *countPage) scan() {
	a := p.app
	p.acts()
	a.picture(func(picture io.ReadCloser, err error) {
		if err != nil || picture == nil {
			p.fault.did(err)
			return
		}
		p.fault.say("")
		p.scanning.say(a.T("count.scanning"))
		a.deps.Go(func() {
			defer picture.Close()
			sure, guessed, err := a.deps.ReadCode(a.ctx, picture)
			a.deps.Do(func() { p.scanned(sure, guessed, err) })
		})
	})
}

// scanned takes a code that is sure, or that the catalogue knows: of the codes that only one try read some are wrong.
func (p *countPage) scanned(sure, guessed []string, err error) {
	p.scanning.say("")
	if p.fault.did(err); err != nil {
		return
	}
	for _, code := range append(slices.Clone(sure), guessed...) {
		i := slices.IndexFunc(p.lines, func(l countLine) bool { return l.code == code })
		if i < 0 {
			continue
		}
		p.goal = p.lines[i].product
		p.search.clear()
		p.filter(false)
		return
	}
	if len(sure) > 0 {
		p.unread.say(p.app.T("count.scan_unknown", "Code", sure[0]))
		return
	}
	p.unread.say(p.app.T("count.scan_none"))
}

// acts takes back that no bar code was read: the person does something else by now.
func (p *countPage) acts() { p.unread.say("") }

// goTo shows the row whose code was read.
func (p *countPage) goTo(shown []*countLine) {
	if i := slices.IndexFunc(shown, func(l *countLine) bool { return l.product == p.goal }); i >= 0 {
		p.rows.ScrollToOffset(p.rows.top(i))
		p.goal = uuid.Nil
	}
}
