package web

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"storewalk/demo/shelf"
	"storewalk/server/store"
	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// news is what a manager writes of the market in a visit.
func (p *phone) news(visit, shop uuid.UUID, n field.Note, at time.Time) uuid.UUID {
	p.o.t.Helper()
	id := uuid.New()
	edits := []ledger.Edit{edit(id, field.TypeNote, "visit", visit), edit(id, field.TypeNote, "store", shop), edit(id, field.TypeNote, "kind", n.Kind), edit(id, field.TypeNote, "text", n.Text)}
	for name, value := range map[string]any{"brand": n.Brand, "what": n.What} {
		if value != "" {
			edits = append(edits, edit(id, field.TypeNote, name, value))
		}
	}
	if n.PriceFen > 0 {
		edits = append(edits, edit(id, field.TypeNote, "price", n.PriceFen))
	}
	if n.Photo != uuid.Nil {
		edits = append(edits, edit(id, field.TypeNote, "photo", n.Photo))
	}
	if n.Corrects != uuid.Nil {
		edits = append(edits, edit(id, field.TypeNote, "corrects", n.Corrects))
	}
	p.at(at, edits...)
	return id
}

func TestNewsOfTheMarketAreListedByKindAndTerritoryAsTheyArrive(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	at := afternoon()
	v := ma.visit(shops[0], at, 0)
	photo := ma.photo(v, shops[0], "shelf", shelf.Options{Seed: 4}, at, false)
	first := ma.news(v, shops[0], field.Note{Kind: field.NoteCompetitor, Brand: "利群(新版)", What: "price", PriceFen: 1450, Text: "<b>每条便宜</b> 😀𠮷", Photo: photo}, at)
	ma.news(v, shops[0], field.Note{Kind: field.NoteMarket, Text: "镇东工地开工"}, at.Add(time.Minute))
	ma.news(v, shops[0], field.Note{Kind: field.NoteMarket}, at.Add(time.Minute)) // opened and left
	ma.note(v, shops[0], "普通的拜访记录", uuid.Nil, at)
	ma.sync()

	desk := o.signIn()
	desk.Open(o.url + "/market")
	desk.WaitFor("document.querySelectorAll('.news > li').length === 2 && document.querySelector('.news__photo img').naturalWidth > 0")
	for _, text := range []string{"利群(新版) · 调价 · 零售价 14.50 元", "<b>每条便宜</b> 😀𠮷", "镇东工地开工", "马秀英"} {
		desk.WaitText(".news", text)
	}
	if _, page := o.get(o.client(true), "/market"); strings.Contains(page, "普通的拜访记录") {
		t.Error("a note of the visit is news")
	}
	desk.WaitFor("document.documentElement.dataset.listening === 'on' && (window.stayed = true)")
	ma.news(v, shops[0], field.Note{Kind: field.NoteCompetitor, Brand: "利群(新版)", PriceFen: 1500, Corrects: first}, at.Add(2*time.Minute))
	ma.sync()
	desk.WaitFor("window.stayed && document.querySelectorAll('.news > li').length === 2 && document.querySelector('.news').innerText.includes('15.00') && !document.querySelector('.news').innerText.includes('14.50')")
	desk.Set("[name=kind]", field.NoteMarket)
	desk.WaitFor("document.querySelectorAll('.news > li').length === 1 && location.search.includes('market')")
	desk.Set("[name=territory]", north.String())
	desk.WaitFor("document.querySelectorAll('.news > li').length === 1 && location.search.includes('territory')")
	o.check(o.store.EnsureTerritory(t.Context(), "south", "七营片区", "640402"))
	_, page := o.get(o.client(true), "/market?territory="+field.TerritoryID("south").String())
	if !strings.Contains(page, "没有符合条件的市场信息") {
		t.Error("news of another territory")
	}
	desk.Open(o.url + "/visits/" + v.String())
	desk.WaitText("#news", "已被更正")
	desk.WaitText("#news", "镇东工地开工")
	desk.Open(o.url + "/visits")
	desk.WaitText(".visit__note", "普通的拜访记录")
}

func TestNewsAreReadPageByPageAndNoneIsMissed(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	at := afternoon()
	v := ma.visit(shops[0], at, 0)
	for i := range 7 {
		ma.news(v, shops[0], field.Note{Kind: field.NoteMarket, Text: fmt.Sprint("第 ", i)}, at)
		if i%2 == 0 {
			ma.sync()
		}
	}
	seen, before := map[string]bool{}, ""
	for range 10 {
		p, err := o.store.News(t.Context(), store.NewsFilter{Limit: 2, Before: before})
		o.check(err)
		for _, n := range p.Rows {
			seen[n.Text] = true
		}
		if before = p.Older; before == "" {
			break
		}
	}
	if len(seen) != 7 {
		t.Errorf("%v", seen)
	}
}

func TestAVisitShowsItsSurveyAndTheSignatureAsItWasDrawn(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	template := field.Template{Format: 1, Kind: field.VisitRoutine, Name: field.Text{ZH: "常规拜访"}, Survey: []field.Question{
		{ID: "content", Kind: field.AskRating, Text: field.Text{ZH: "满意吗"}}, {ID: "signed", Kind: field.AskSignature, Text: field.Text{ZH: "店主签字"}},
		{ID: "voice", Kind: "recording", Text: field.Text{ZH: "录一段话"}}, {ID: "bad", Kind: field.AskSignature, Text: field.Text{ZH: "另一个签字"}}}}
	_, _, _, err := o.store.ImportPlan(t.Context(), []store.Planned{{ID: field.TemplateID(field.VisitRoutine), Type: field.TypeTemplate, Territory: field.Common, Values: template.Fields()}})
	o.check(err)
	ma := o.phone("ma", "马秀英")
	at := afternoon()
	v := ma.visit(shops[0], at, time.Minute)
	list := field.ChecklistID(v)
	sign := field.Signature{Name: `"><script>alert(1)</script>`, W: 700, H: 900, Lines: [][][2]int{{{100, 200}, {300, 260}, {310, 400}}, {{350, 390}}}}
	ma.at(at, edit(v, field.TypeVisit, "template", field.TemplateID(field.VisitRoutine)), edit(list, field.TypeChecklist, "visit", v), edit(list, field.TypeChecklist, "store", shops[0]),
		edit(list, field.TypeChecklist, field.AnswerPrefix+"content", 4), edit(list, field.TypeChecklist, field.AnswerPrefix+"signed", sign),
		edit(list, field.TypeChecklist, field.AnswerPrefix+"voice", field.FreeAnswer{Free: "店主说好👍🏽"}))
	ma.sync()
	_, page := o.get(o.client(true), "/visits/"+v.String())
	for _, text := range []string{"满意 · 4 / 5", `viewBox="88 188 274 224"`, `d="M100 200L300 260L310 400M350 390h0"`, "店主说好👍🏽（文字代答）", "没有回答"} {
		if !strings.Contains(page, text) {
			t.Errorf("no %q", text)
		}
	}
	desk := o.signIn()
	desk.Open(o.url + "/visits/" + v.String())
	desk.WaitFor("document.querySelectorAll('.signature path').length === 1 && document.querySelector('.signature path').getTotalLength() > 300 && document.querySelector('.signature').getBoundingClientRect().height > 50 && getComputedStyle(document.querySelector('.signature')).fill === 'none'")

	// What no hand drew is put aside whole, and the page stays.
	ma.at(at, edit(list, field.TypeChecklist, field.AnswerPrefix+"bad", json.RawMessage(`{"name":"","w":-1,"h":5,"lines":[[[1e9,2]]]}`)))
	ma.sync()
	if _, page = o.get(o.client(true), "/visits/"+v.String()); strings.Count(page, "<svg class=\"signature\"") != 1 {
		t.Error("drawn")
	}
	aside, err := o.store.Quarantined(t.Context())
	o.check(err)
	if len(aside) != 1 || aside[0].Code != "record.bad_value" {
		t.Errorf("%+v", aside)
	}
}

// asked lets a retailer rate and sign, and a manager write of the market, in a visit.
func (o *office) asked(p *phone, s story, at time.Time) {
	o.t.Helper()
	template := field.Template{Format: 1, Kind: field.VisitRoutine, Name: field.Text{ZH: "常规拜访", EN: "Routine visit"}, Items: []field.TemplateItem{
		{Code: "information", Name: field.Text{ZH: "信息告知", EN: "Information"}}, {Code: "image", Name: field.Text{ZH: "形象提升", EN: "Image"}}},
		Survey: []field.Question{{ID: "content", Kind: field.AskRating, Text: field.Text{ZH: "您对这次服务满意吗", EN: "Are you content with today's service"}},
			{ID: "signed", Kind: field.AskSignature, Text: field.Text{ZH: "店主签字", EN: "The owner's signature"}}}}
	_, _, _, err := o.store.ImportPlan(o.t.Context(), []store.Planned{{ID: field.TemplateID(field.VisitRoutine), Type: field.TypeTemplate, Territory: field.Common, Values: template.Fields()}})
	o.check(err)
	sign := field.Signature{Name: "马建国", W: 716, H: 900}
	for n := range 7 {
		var line [][2]int
		for i := range 12 {
			a := float64(i)*0.5 + float64(n)
			line = append(line, [2]int{80 + n%3*180 + i*13, 200 + n/3*120 + int(46*math.Sin(a))})
		}
		sign.Lines = append(sign.Lines, line)
	}
	list := field.ChecklistID(s.rich)
	p.at(at, edit(s.rich, field.TypeVisit, "template", field.TemplateID(field.VisitRoutine)), edit(list, field.TypeChecklist, "visit", s.rich), edit(list, field.TypeChecklist, "store", s.shop),
		edit(list, field.TypeChecklist, field.ItemPrefix+"information", field.Tick{Done: true, AtMS: at.UnixMilli()}),
		edit(list, field.TypeChecklist, field.AnswerPrefix+"content", 4), edit(list, field.TypeChecklist, field.AnswerPrefix+"signed", sign))
	p.news(s.rich, s.shop, field.Note{Kind: field.NoteCompetitor, Brand: "利群(新版)", What: "price", PriceFen: 1450, Text: "邻县送货上门，每条便宜 2 元，店主已进 5 条。", Photo: s.photo}, at)
	p.news(s.rich, s.shop, field.Note{Kind: field.NoteMarket, Text: "镇东工地开工，外来人员多，低价位走得快。"}, at.Add(time.Minute))
	p.sync()
}
