package web

import (
	"testing"
	"time"

	"storewalk/shared/field"

	"github.com/google/uuid"
)

func TestATextThatTurnsTheWritingRoundTurnsNothingBesideIt(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"走店":                  "走店",
		"مرحبا":               "مرحبا",
		"a\u202eb":            "\u2068a\u202eb\u202c\u2069",
		"a\u2067\u202eb":      "\u2068a\u2067\u202eb\u202c\u2069\u2069",
		"a\u2069\u202cb":      "\u2068ab\u2069", // it ends nothing that is not its own
		"\u202ea\u202c b":     "\u2068\u202ea\u202c b\u2069",
		"\u2066a\u202c\u202b": "\u2068\u2066a\u202b\u202c\u2069\u2069",
	} {
		if got := isolate(in); got != want {
			t.Errorf("%+q is %+q, want %+q", in, got, want)
		}
	}
	page := "<p title=\"a>\u202e\">x\u202e<b>y</b></p><textarea>z\u202e\n</textarea>"
	want := "<p title=\"a>\u202e\">\u2068x\u202e\u202c\u2069<b>y</b></p><textarea>z\u202e\n</textarea>"
	if got := string(setApart([]byte(page))); got != want {
		t.Errorf("%+q", got)
	}
}

// A name and a note with an override that is never ended: what stands after them on the office's pages is in its place, and a
// field that the office edits holds what was typed.
func TestAnOverrideWithoutAnEndTurnsNothingRoundOnAPage(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马\u202e秀英 abc")
	at := afternoon()
	const turned = "ten \u202e\u2067packs"
	v := ma.visit(shops[0], at, time.Minute)
	q := ma.ask(shops[0], v, field.RequestComplaint, turned, at)
	ma.happens(q, field.RequestEvent{Kind: field.EventStart, Text: turned}, at)
	ma.note(v, shops[0], turned, uuid.Nil, at)
	ma.at(at, edit(shops[0], field.TypeStore, "note", turned))
	ma.sync()
	desk := o.signIn()
	for _, path := range []string{"/visits", "/visits/" + v.String(), "/requests", "/requests/" + q.String(), "/stores/" + shops[0].String(), "/phones"} {
		desk.Open(o.url + path)
		desk.WaitFor(`document.body.textContent.includes('\u202e')`)
		desk.WaitFor(`(() => { // every piece of text ends all that it begins
			const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
			for (let n; n = walk.nextNode();) {
				if (n.parentElement.closest('textarea, script, style')) continue
				const open = []
				for (const c of n.data) {
					if ('\u202a\u202b\u202d\u202e'.includes(c)) open.push('\u202c')
					else if ('\u2066\u2067\u2068'.includes(c)) open.push('\u2069')
					else if ('\u202c\u2069'.includes(c) && open.pop() !== c) return false
				}
				if (open.length) return false
			}
			return true
		})()`)
	}
	desk.Open(o.url + "/requests/" + q.String())
	desk.WaitFor(`(() => { // what stands after it on the line is to its right
		const p = document.createElement('p'), prose = document.querySelector('.prose')
		p.append(prose.textContent, 'END')
		document.body.append(p)
		const at = (from, to) => { const r = document.createRange(); r.setStart(p.lastChild, from); r.setEnd(p.lastChild, to); return r.getBoundingClientRect().left }
		return at(0, 1) < at(1, 2) && at(1, 2) < at(2, 3)
	})()`)
	desk.Open(o.url + "/stores/" + shops[0].String())
	desk.WaitFor(`[...document.querySelectorAll('#edit textarea, #edit input')].some(f => f.value === 'ten \u202e\u2067packs')`)
}
