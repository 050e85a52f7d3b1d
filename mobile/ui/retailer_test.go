package ui_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/demo/guyuan"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
)

// asked is a phone in a visit with a survey, as the demonstration has it.
func asked(t *testing.T) (*world, *uitest.Phone) {
	t.Helper()
	w, p := planning(t)
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	return w, p
}

// scrawl is a name as a hand draws it: strokes of many points.
func scrawl(p *uitest.Phone) {
	for n := range 9 {
		var stroke []fyne.Position
		x, y := float32(40+n%3*90), float32(60+n/3*60)
		for i := range 60 {
			a := float64(i) / 60 * math.Pi * (1.2 + float64(n%4)/3)
			stroke = append(stroke, fyne.NewPos(x+float32(i)*1.1, y+22*float32(math.Sin(a+float64(n)))))
		}
		p.Draw("sign.pad", stroke...)
	}
}

func (w *world) answer(question string) json.RawMessage {
	w.t.Helper()
	c, err := w.store.Checklist(w.t.Context(), w.newest())
	must(w.t, err)
	rows := slices.Clone(c.Survey)
	for _, i := range c.Items {
		rows = append(rows, i.Questions...)
	}
	for _, q := range rows {
		if q.ID == question {
			return q.Answer
		}
	}
	w.t.Fatalf("no question %s", question)
	return nil
}

func TestASignatureIsKeptLineByLineAndShownWhereverTheVisitIs(t *testing.T) {
	w, p := asked(t)
	p.Tap("visit.survey")
	p.Tap("answer.signed.sign")
	scrawl(p)
	p.Tap("sign.owner")
	s, ok := field.SignatureOf(w.answer("signed"))
	if !ok || len(s.Lines) != 9 || s.Name != "马建国" {
		t.Fatalf("%v %d %q", ok, len(s.Lines), s.Name)
	}
	t.Logf("a name in 9 strokes: %d points of 540, %d bytes", s.Points(), len(w.answer("signed")))
	if s.Points() > 200 || len(w.answer("signed")) > 2_500 {
		t.Errorf("%d points, %d bytes", s.Points(), len(w.answer("signed")))
	}
	if from, to := s.Lines[0][0], s.Lines[0][len(s.Lines[0])-1]; math.Abs(float64(from[0])-80) > 2 || math.Abs(float64(to[0])-2*(40+59*1.1)) > 3 {
		t.Errorf("the finger was elsewhere: from %v to %v", from, to)
	}

	p = w.reopened() // killed on the sheet: the next line goes on from there
	p.Draw("sign.pad", fyne.NewPos(30, 250), fyne.NewPos(200, 260))
	p.Draw("sign.pad", fyne.NewPos(-50, 20), fyne.NewPos(4000, -4000)) // a hand that leaves the sheet
	p.Draw("sign.pad", fyne.NewPos(100, 200))                          // a dot
	if s, ok = field.SignatureOf(w.answer("signed")); !ok || len(s.Lines) != 12 || s.Name != "马建国" {
		t.Fatalf("%v %d %q", ok, len(s.Lines), s.Name)
	}
	p.Tap("sign.undo")
	p.Tap("sign.undo")
	p.Tap("sign.clear")
	if string(w.answer("signed")) != "" {
		t.Error("an empty sheet is a signature")
	}
	p.Tap("sign.undo")
	if s, _ = field.SignatureOf(w.answer("signed")); len(s.Lines) != 10 {
		t.Errorf("%d lines after the clearing was undone", len(s.Lines))
	}
	p.Tap("sign.done")
	p.Tap("survey.done")
	p.Tap("visit.checkout")
	p.Tap("visit.checkout.confirm")
	if !p.Shows("马建国 已签字") {
		t.Error(p.Texts())
	}
}

func TestASignatureThatNoHandDrewIsSaidToBeUnreadable(t *testing.T) {
	w, p := asked(t)
	for _, bad := range []string{`{"name":"x","w":-9,"h":0,"lines":[[[1,1]]]}`, `{"lines":[[["NaN"]]]}`,
		`{"name":"","w":9,"h":9,"lines":[` + strings.Repeat(`[[1,1]],`, 5_000) + `[[2,2]]]}`} {
		w.office(wangFang, now, field.ChecklistID(w.newest()), field.TypeChecklist, field.Value{Field: field.AnswerPrefix + "signed", Value: json.RawMessage(bad)})
		w.arrive()
		again := w.phone()
		if !again.Has("survey.done") {
			again.Tap("visit.survey")
		}
		if !again.Shows("签名无法显示") {
			t.Errorf("%.60s: %v", bad, again.Texts())
		}
		p = again
	}
	p.Tap("answer.signed.sign")
	p.Draw("sign.pad", fyne.NewPos(10, 10), fyne.NewPos(90, 90))
	if _, ok := field.SignatureOf(w.answer("signed")); !ok {
		t.Error("it can not be signed again")
	}
}

func TestARetailerSeesNothingButTheQuestionsAndTheStoreKnowsTheLastRating(t *testing.T) {
	w, p := asked(t)
	p.Tap("visit.survey")
	for _, private := range []string{nameMeili, "1389540", "马建国", "上次", "盘点"} {
		if p.Shows(private) {
			t.Errorf("the retailer sees %q: %v", private, p.Texts())
		}
	}
	if p.Has("tab.stores") {
		t.Error("the retailer may wander off")
	}
	for _, word := range []string{"很不满意", "不满意", "一般", "满意", "很满意"} {
		if !slices.Contains(p.Texts(), word) {
			t.Errorf("no %q: %v", word, p.Texts())
		}
	}
	p.Tap("answer.content.2")
	p.Tap("answer.content.5")
	if string(w.answer("content")) != "5" {
		t.Error(string(w.answer("content")))
	}
	p.Tap("survey.done")
	p.Tap("visit.checkout")
	p.Tap("visit.checkout.confirm")
	p.Back()
	if got := p.Text("store.rating"); got != "很满意 · 5 / 5" {
		t.Error(got)
	}
}

func TestAQuestionOfANewKindIsAnsweredInWordsAndMarkedAsSuch(t *testing.T) {
	w, _ := planning(t)
	newer := map[string]any{"format": field.TemplateFormat + 1, "kind": field.VisitRoutine, "name": field.Text{ZH: "常规拜访"}, "colours": []int{3},
		"items": []any{map[string]any{"code": "image", "name": field.Text{ZH: "形象提升"}, "hint": "not a text", "weight": 3}},
		"survey": []any{map[string]any{"id": "voice", "kind": "recording", "text": field.Text{ZH: "录一段话"}, "required": true},
			map[string]any{"id": "scene", "kind": "panorama", "text": field.Text{ZH: "全景"}}}}
	w.office(uuid.Nil, now, field.TemplateID(field.VisitRoutine), field.TypeTemplate, field.Value{Field: "template", Value: newer})
	w.arrive()
	p := w.phone()
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	if !p.Shows("请更新应用") || !p.Shows("形象提升") {
		t.Error(p.Texts())
	}
	w.office(wangFang, now, field.ChecklistID(w.newest()), field.TypeChecklist, field.Value{Field: field.AnswerPrefix + "scene", Value: map[string]any{"tiles": 9}})
	w.arrive()
	p.Tap("visit.survey")
	p.Type("answer.voice", "店主夸服务好")
	if string(w.answer("voice")) != `{"free":"店主夸服务好"}` || string(w.answer("scene")) != `{"tiles":9}` {
		t.Error(string(w.answer("voice")), string(w.answer("scene")))
	}
	if p.Has("answer.scene") || !p.Shows("已在新版应用里回答") {
		t.Error("what a newer app answered can be overwritten:", p.Texts())
	}
	p = w.reopened()
	if p.Text("answer.voice") != "店主夸服务好" {
		t.Error(p.Text("answer.voice"))
	}
	p.Tap("survey.done")
	p.Tap("visit.checkout")
	if !p.Shows("店主夸服务好（文字代答）") || !p.Shows("已回答") {
		t.Error(p.Texts())
	}
}

func TestEveryScreenForTheRetailerAndOfTheMarketFitsThePhoneInBothLanguages(t *testing.T) {
	everyView(t, func(t *testing.T, v view, snap func(*uitest.Phone, string)) {
		w := newWorld(t)
		w.signIn()
		v.fill(w)
		w.planned()
		if !v.long {
			var plan struct{ Templates []field.Template }
			must(t, json.Unmarshal(guyuan.PlanJSON(), &plan))
			w.office(uuid.Nil, now, field.TemplateID(field.VisitRoutine), field.TypeTemplate, plan.Templates[0].Fields()...)
			w.arrive()
		}
		p := uitest.Open(t, w.furnished())
		served(p, 1, func(name string) { snap(p, "visit-"+name) })
	})
}

// served is what a visit asks of the retailer and hears of the market.
func served(p *uitest.Phone, shop int, snap func(string)) {
	p.Tap("tab.stores")
	p.Tap("store." + id("store", shop).String())
	p.Tap("visit.checkin")
	p.Tap("photo.take.shelf")
	p.Tap("visit.survey")
	snap("survey")
	p.Tap("answer.content.4")
	snap("survey-rated")
	p.Tap("answer.signed.sign")
	snap("sign-empty")
	scrawl(p)
	p.Tap("sign.owner")
	snap("sign")
	p.Tap("sign.done")
	p.ScrollBy(1e6)
	snap("survey-signed")
	p.Tap("survey.done")
	p.Tap("news.add.competitor")
	p.Type("news.brand", "利群(新版)")
	p.Tap("news.what.price")
	p.Type("news.price", "14.5")
	p.Type("news.text", "邻县送货上门，每条便宜 2 元，店主已进 5 条。")
	p.Tap("news.photo.0")
	p.ScrollBy(-1e6)
	snap("competitor")
	p.ScrollBy(1e6)
	snap("competitor-below")
	p.Tap("news.done")
	p.Tap("news.add.market")
	p.Type("news.text", "镇东工地开工，外来人员多，低价位走得快。")
	snap("market")
	p.Tap("news.done")
	p.ScrollBy(1e6)
	snap("market-list")
	p.Tap("visit.note")
	p.Tap("note.own.edit")
	snap("phrases-empty")
	p.Type("phrases.text", "店主想试新品，下周带样。")
	p.Tap("phrases.next")
	p.Type("phrases.text", "灯箱不亮，已报修。")
	p.Tap("phrases.for.image")
	snap("phrases")
	p.Tap("phrases.up.1")
	p.Tap("phrases.remove.1")
	snap("phrases-removed")
	p.Tap("phrases.undo")
	p.Tap("phrases.done")
	p.Tap("note.own.0")
	p.ScrollBy(-1e6)
	snap("note-phrases")
	p.Tap("note.done")
	p.Tap("visit.checkout")
	p.Tap("visit.checkout.confirm")
	p.ScrollBy(-1e6)
	snap("served-over")
	p.ScrollBy(1e6)
	snap("served-over-below")
	p.Back()
	snap("store-rated")
}
