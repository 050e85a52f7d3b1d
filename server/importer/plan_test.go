package importer

import (
	"strings"
	"testing"

	"storewalk/demo/guyuan"
	"storewalk/shared/field"
)

func TestThePlanOfTheDemonstrationIsRead(t *testing.T) {
	t.Parallel()
	p, problems := ReadPlan(strings.NewReader(string(guyuan.PlanJSON())))
	if len(problems) > 0 || len(p.Templates) != 4 || len(p.Announcements) != 3 {
		t.Fatal(problems, len(p.Templates), len(p.Announcements))
	}
	if item := p.Templates[0].Items[1]; !item.Required || item.Photos[1].Kind != "display" || !item.Photos[1].Detail {
		t.Errorf("%+v", item)
	}
}

func TestAPlanBringsPhrasesASurveyAndASignature(t *testing.T) {
	t.Parallel()
	p, problems := ReadPlan(strings.NewReader(string(guyuan.PlanJSON())))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, tmpl := range p.Templates {
		kinds := map[string]bool{}
		for _, q := range tmpl.Survey {
			kinds[q.Kind] = true
		}
		switch tmpl.Kind {
		case field.VisitRoutine, field.VisitInspection:
			phrases := 0
			for _, i := range tmpl.Items {
				phrases += len(i.Phrases)
			}
			if phrases < 4 || tmpl.Items[0].Phrases[0].EN == "" {
				t.Errorf("%s has %d phrases", tmpl.Key, phrases)
			}
			fallthrough
		case field.VisitNewStore:
			if !kinds[field.AskRating] || !kinds[field.AskSignature] {
				t.Errorf("%s asks %v", tmpl.Key, kinds)
			}
		}
	}
}

func TestEveryMistakeOfAPlanIsTold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{`:  "1 plan.json",
		`{}`: "0 file.empty",
		"{\n\"tasks\": [{\n\"kund\": \"route\"}]}":                                                                                                                                       "3 plan.json",
		`{"tasks":[{"kind":"route","territory":"w","manager":"li","day":"22.11.2026","stores":["1"]}]}`:                                                                                  "0 date.invalid",
		`{"tasks":[{"kind":"walk","territory":"w","manager":"li","day":"2026-11-22","stores":["1"]}]}`:                                                                                   "0 plan.unknown",
		`{"tasks":[{"kind":"route","territory":"w","manager":"li","day":"2026-11-22"}]}`:                                                                                                 "0 plan.missing",
		`{"announcements":[{"key":"a","title":{"zh":"公告"},"from":"2026-11-01T00:00:00Z"}]}`:                                                                                              "0 plan.missing",
		`{"templates":[{"key":"t","format":2,"kind":"routine","name":{"zh":"常规"}}]}`:                                                                                                     "0 plan.unknown",
		`{"templates":[{"key":"t","format":1,"kind":"routine","name":{"zh":"常规"},"items":[{"code":"a","name":{"zh":"甲"}},{"code":"a","name":{"zh":"乙"}}]}]}`:                             "0 plan.twice",
		`{"templates":[{"key":"t","format":1,"kind":"routine","name":{"zh":"常规"},"items":[{"code":"a","name":{"zh":"甲"},"questions":[{"id":"q","kind":"choice","text":{"zh":"问"}}]}]}]}`: "0 plan.missing",
		`{"templates":[{"key":"t","format":1,"kind":"routine","name":{"zh":"常规"},"survey":[{"id":"q","kind":"autograph","text":{"zh":"签字"}}]}]}`:                                         "0 plan.unknown",
		`{"templates":[{"key":"t","format":1,"kind":"routine","name":{"zh":"常规"},"items":[{"code":"a","name":{"zh":"甲"},"phrases":["已告知"]}]}]}`:                                          "1 plan.json",
	} {
		_, problems := ReadPlan(strings.NewReader(text))
		if len(problems) != 1 {
			t.Errorf("%s: %v", text, problems)
			continue
		}
		if got := number(problems[0].Line) + " " + problems[0].Code; got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestCareAndTimesOfAStoreAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	stores, problems := Stores(strings.NewReader("许可证号,名称,关怀标记,约定拜访时段,发证日期\n640402100001,老王,老人、不识字,15：00至17:30,2026年11月2日\n640402100002,老李,,,\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	s := stores[0]
	if strings.Join(s.CareFlags, " ") != "elderly low_literacy" || s.WindowFrom != "15:00" || s.WindowTo != "17:30" || s.Opened != "2026-11-02" {
		t.Errorf("%+v", s)
	}
	if s := stores[1]; s.CareFlags != nil || s.WindowFrom != "" || s.Opened != "" {
		t.Errorf("%+v", s)
	}
	_, problems = Stores(strings.NewReader("许可证号,名称,关怀标记,约定拜访时段,发证日期\n640402100001,老王,左撇子,17:00-15:00,明天\n"))
	if len(problems) != 3 {
		t.Fatal(problems)
	}
}
