package web

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"storewalk/server/store"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

var (
	tags = regexp.MustCompile(`(?s)<(script|style|title).*?</(script|style|title)>|<[^>]*>`)
	// coded is what no person reads: the name of a field, a code, JSON.
	coded = regexp.MustCompile(`(item|answer|told|attendee|gap|line|link|placed):|\b(trigger|channel|mended|by_phone|on_site|routine|instant|elderly|disabled|conflict\.of)\b|[{\[]"|[0-9a-f]{8}-[0-9a-f]{4}`)
)

func TestConflictsAndHistoriesSayFieldsAndValuesInWords(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	template := field.Template{Format: 1, Kind: field.VisitRoutine, Name: field.Text{ZH: "常规拜访", EN: "Routine"}, Items: []field.TemplateItem{
		{Code: "image", Name: field.Text{ZH: "形象提升", EN: "Display"}, Photos: []field.PhotoNeed{{Kind: "shelf", Least: 2}}, Questions: []field.Question{
			{ID: "tidy", Kind: field.AskChoice, Text: field.Text{ZH: "陈列整洁吗", EN: "Tidy?"}, Options: []field.Option{{Code: "mended", Text: field.Text{ZH: "已帮忙整理", EN: "Tidied with them"}},
				{Code: "no", Text: field.Text{ZH: "不整洁", EN: "Untidy"}}}},
			{ID: "minors", Kind: field.AskYesNo, Text: field.Text{ZH: "有未成年人提示吗", EN: "Is there a sign?"}}}}}}
	told := uuid.New()
	_, _, _, err := o.store.ImportPlan(t.Context(), []store.Planned{
		{ID: field.TemplateID(field.VisitRoutine), Type: field.TypeTemplate, Territory: field.Common, Values: template.Fields()},
		{ID: told, Type: field.TypeAnnouncement, Territory: field.Common, Values: field.Announcement{Title: field.Text{ZH: "新品到货", EN: "New product"}}.Fields()}})
	o.check(err)

	ma, bai := o.phone("ma", "马秀英"), o.phone("bai", "白文忠")
	at := afternoon().Add(-time.Hour)
	v := ma.visit(shops[0], at, 0)
	list := field.ChecklistID(v)
	set := func(p *phone, trigger string, done bool, answer any, minors bool, gap, outcome string, care, with any) {
		p.at(at, edit(v, field.TypeVisit, "trigger", trigger), edit(v, field.TypeVisit, "with", with), edit(v, field.TypeVisit, "group", done),
			edit(list, field.TypeChecklist, field.ItemPrefix+"image", field.Tick{Done: done, AtMS: 1}),
			edit(list, field.TypeChecklist, field.AnswerPrefix+"tidy", answer), edit(list, field.TypeChecklist, field.AnswerPrefix+"minors", minors),
			edit(list, field.TypeChecklist, field.GapPrefix+"photo:image:shelf", gap),
			edit(list, field.TypeChecklist, field.ToldPrefix+told.String(), field.Tick{Done: done, AtMS: 1}),
			edit(list, field.TypeChecklist, field.AttendeePrefix+shops[1].String(), field.Attendance{Came: done, Outcome: outcome}),
			edit(shops[0], field.TypeStore, "care", care))
	}
	ma.at(at, edit(v, field.TypeVisit, "template", field.TemplateID(field.VisitRoutine)), edit(list, field.TypeChecklist, "visit", v), edit(list, field.TypeChecklist, "store", shops[0]))
	ma.sync()
	bai.sync()
	pages := []string{"/conflicts", "/visits/" + v.String(), "/stores/" + shops[0].String()}
	read := func(path string) string {
		_, page := o.get(o.client(true), path)
		text := html.UnescapeString(tags.ReplaceAllString(page, "|"))
		if found := coded.FindString(text); found != "" {
			t.Errorf("%s says %q: %s", path, found, regexp.MustCompile(`[|\s]+`).ReplaceAllString(text, "|"))
		}
		return text
	}
	all := func() (text string) {
		for _, path := range pages {
			text += read(path)
		}
		return text
	}
	want := func(text string, words ...string) {
		t.Helper()
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("no %q", word)
			}
		}
	}
	set(ma, field.VisitRoutine, true, "mended", true, "refused", "愿意上柜", []string{"elderly"}, []uuid.UUID{bai.owner})
	set(bai, field.VisitInstant, false, "no", false, "no_time", "", []string{"disabled"}, []uuid.UUID{})
	ma.sync()
	bai.sync()
	want(all(), "陈列整洁吗", "已帮忙整理", "不整洁", "有未成年人提示吗", "形象提升", "未做", "新品到货", "还没告知", "参加的零售户 · ", "到场 · 愿意上柜", "没到场",
		"缺项 · 货架照片（形象提升）", "店主不同意", "时间不够", "拜访方式", "常规", "即时", "团访", "专访", "和谁一起", "白文忠", "（空）", "关怀标记", "老年人", "残疾人", "服务清单")
	ma.sync() // it sees both, and writes anew: what was is history now
	set(ma, field.VisitInstant, false, "no", false, "closed", "下次再谈", []string{}, []uuid.UUID{})
	ma.sync()
	if text := all(); strings.Contains(read("/conflicts"), "陈列整洁吗") {
		t.Error("still in conflict")
	} else {
		want(text, "没营业", "没到场", "下次再谈", "常规", "即时", "团访", "专访", "白文忠", "老年人")
	}
}
