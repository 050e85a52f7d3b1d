package web

import (
	"strings"
	"testing"
	"time"

	"storewalk/server/store"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

func TestAVisitShowsItsListItsAnswersHowItWasMadeAndWhatIsMissingAndWhy(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	template := field.Template{Format: 1, Kind: field.VisitRoutine, Name: field.Text{ZH: "常规拜访"}, Items: []field.TemplateItem{
		{Code: "information", Name: field.Text{ZH: "信息告知"}},
		{Code: "image", Name: field.Text{ZH: "形象提升"}, Required: true, Photos: []field.PhotoNeed{{Kind: "shelf", Least: 2}}, Questions: []field.Question{
			{ID: "tidy", Kind: field.AskChoice, Text: field.Text{ZH: "陈列整洁吗"}, Options: []field.Option{{Code: "yes", Text: field.Text{ZH: "非常整洁"}}}},
			{ID: "near", Kind: field.AskMany, Text: field.Text{ZH: "周边有"}, Options: []field.Option{{Code: "school", Text: field.Text{ZH: "学校"}}}}}},
	}, Survey: []field.Question{{ID: "content", Kind: field.AskRating, Text: field.Text{ZH: "满意吗"}}}}
	told := uuid.New()
	_, _, _, err := o.store.ImportPlan(t.Context(), []store.Planned{
		{ID: field.TemplateID(field.VisitRoutine), Type: field.TypeTemplate, Territory: field.Common, Values: template.Fields()},
		{ID: told, Type: field.TypeAnnouncement, Territory: field.Common, Values: field.Announcement{Title: field.Text{ZH: "新品到货"}}.Fields()}})
	o.check(err)

	ma := o.phone("ma", "马秀英")
	begun := afternoon().Add(-time.Hour)
	v := ma.visit(shops[0], begun, 20*time.Minute)
	list := field.ChecklistID(v)
	ma.at(begun, edit(v, field.TypeVisit, "template", field.TemplateID(field.VisitRoutine)), edit(v, field.TypeVisit, "group", true),
		edit(v, field.TypeVisit, "channel", field.ByPhone), edit(v, field.TypeVisit, "check_in", field.Moment{AtMS: begun.UnixMilli(), Position: field.Position{Lat: 36, Lon: 106}, Mocked: true}),
		edit(list, field.TypeChecklist, "visit", v), edit(list, field.TypeChecklist, "store", shops[0]),
		edit(list, field.TypeChecklist, field.ItemPrefix+"information", field.Tick{Done: true, AtMS: 1}),
		edit(list, field.TypeChecklist, field.AnswerPrefix+"tidy", "yes"), edit(list, field.TypeChecklist, field.AnswerPrefix+"near", []string{"school"}),
		edit(list, field.TypeChecklist, field.AnswerPrefix+"content", 4),
		edit(list, field.TypeChecklist, field.GapPrefix+"photo:image:shelf", "refused"), edit(list, field.TypeChecklist, field.GapPrefix+"count", ""),
		edit(list, field.TypeChecklist, field.ToldPrefix+told.String(), field.Tick{Done: true, AtMS: 1}),
		edit(list, field.TypeChecklist, field.AttendeePrefix+shops[1].String(), field.Attendance{Came: true, Outcome: "<b>愿意上柜</b>"}))
	ma.sync()
	_, page := o.get(o.client(true), "/visits/"+v.String())
	for _, text := range []string{"常规 · 团访 · 独立 · 线上", "位置是模拟的", "常规拜访", "信息告知", "非常整洁", "学校", "满意吗", "货架（形象提升）", "店主不同意", "没有写原因",
		"新品到货", "&lt;b&gt;愿意上柜&lt;/b&gt;", "到场"} {
		if !strings.Contains(page, text) {
			t.Errorf("no %q", text)
		}
	}
	for i, want := range []bool{false, true} { // the store it was at, and one that attended
		_, page := o.get(o.client(true), "/stores/"+shops[i].String())
		if !strings.Contains(page, "/visits/"+v.String()) || strings.Contains(page, "的团访") != want {
			t.Errorf("the page of store %d does not show the group visit as what it was", i)
		}
	}
}
