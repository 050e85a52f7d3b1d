package web

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"storewalk/shared/field"

	"github.com/google/uuid"
)

// Whatever a phone wrote is text on the office's pages: nothing of it runs, turns what follows around, or makes a page wider
// than its screen.
func TestHostileTextsAreTextAndMakeNoPageWider(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	at := afternoon()
	const evil = `"><script>window.pwned=1</script><img src=x onerror="window.pwned=2"><a href="javascript:window.pwned=3">x</a>{{.}}'`
	long := strings.Repeat("不断行的字ABCDEFGHIJKLMNOPQRSTUVWXYZ", 330) // 10,230 bytes and no space
	turned := "\u202eمرحبا بالعالم\u202c 😀👨‍👩‍👧 \u2066x\u2069"
	texts := []string{evil, firstRunes(long, field.MaxNoteRunes), turned}
	v := ma.visit(shops[0], at, time.Minute)
	paths := []string{"/requests", "/market", "/stores/" + shops[0].String(), "/visits/" + v.String(), "/visits", "/receipts?code=" + url.QueryEscape(evil),
		"/market?kind=" + url.QueryEscape(evil) + "&territory=" + url.QueryEscape(evil), "/R/" + url.PathEscape(evil), "/requests/x?done=" + url.QueryEscape(evil)}
	for _, text := range texts {
		q := ma.ask(shops[0], v, firstRunes(text, 100), text, at)
		ma.at(at, edit(q, field.TypeRequest, "promise", text))
		ma.happens(q, field.RequestEvent{Kind: field.EventStart, Text: text}, at)
		ma.happens(q, field.RequestEvent{Kind: field.EventArrive, Text: text}, at)
		ma.happens(q, field.RequestEvent{Kind: field.EventStart, Text: text}, at) // too late
		ma.happens(q, field.RequestEvent{Kind: firstRunes(text, 100), Text: text}, at)
		ma.news(v, shops[0], field.Note{Kind: field.NoteCompetitor, Brand: firstRunes(text, field.MaxTextRunes), What: firstRunes(text, 100), PriceFen: 1, Text: text}, at)
		ma.note(v, shops[0], text, uuid.Nil, at)
		paths = append(paths, "/requests/"+q.String())
	}
	ma.sync()
	aside, err := o.store.Quarantined(t.Context())
	o.check(err)
	for _, a := range aside {
		t.Errorf("put aside: %+v", a.Code)
	}
	desk := o.signIn()
	desk.Expect("404")
	desk.Expect("422")
	keep := os.Getenv("SCREENS")
	if keep == "" {
		keep = t.TempDir()
	}
	for i, path := range paths {
		desk.Open(o.url + path)
		for _, size := range [][2]int{{1280, 900}, {390, 844}} {
			desk.Screenshot(filepath.Join(keep, "hostile-"+string(rune('a'+i))+map[int]string{1280: "", 390: "-narrow"}[size[0]]+".png"), size[0], size[1], 1)
			desk.WaitFor("document.documentElement.scrollWidth <= innerWidth")
		}
		desk.WaitFor("window.pwned === undefined && document.querySelectorAll('main script, main a[href^=javascript]').length === 0")
	}
	desk.Open(o.url + "/requests")
	desk.WaitText("body", `<script>window.pwned=1</script>`)
}

func firstRunes(text string, n int) string {
	r := []rune(text)
	return string(r[:min(n, len(r))])
}
