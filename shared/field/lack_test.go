package field

import (
	"reflect"
	"testing"

	"storewalk/shared/record"
)

func TestWhatAVisitLacksIsWhatItsTemplateAsksForAndIsNotThere(t *testing.T) {
	t.Parallel()
	template := Template{Format: TemplateFormat, Kind: VisitRoutine, Items: []TemplateItem{
		{Code: "plain", Required: true},
		{Code: "image", Required: true, Photos: []PhotoNeed{{Kind: "shelf", Least: 2}}},
		{Code: "stock", Photos: []PhotoNeed{{Kind: "shelf", Least: 1}}},
		{Code: "asked", Questions: []Question{{ID: "q", Required: true}, {ID: "free"}}},
	}, Survey: []Question{{ID: "end", Required: true}}}
	haul := func(counted bool, photos ...[2]string) Haul {
		h := Haul{Counted: counted}
		for _, p := range photos {
			h.Add(p[0], p[1], 1)
		}
		return h
	}
	list := func(values ...Value) record.Record { return written(t, TypeChecklist, values) }
	done := []Value{{ItemPrefix + "plain", Tick{Done: true}}, {AnswerPrefix + "q", "x"}, {AnswerPrefix + "end", 3}}
	newer := template
	newer.Format++
	for name, c := range map[string]struct {
		template Template
		visit    Visit
		list     record.Record
		haul     Haul
		want     []string
	}{
		"nothing done": {template, Visit{}, list(), haul(false), []string{"item:plain", "photo:image:shelf", "photo:stock:shelf", "question:q", "question:end", "count"}},
		"all done":     {template, Visit{}, list(done...), haul(true, [2]string{"shelf", ""}, [2]string{"shelf", "image"}), nil},
		"a photo taken for one item counts for no other": {template, Visit{}, list(done...), haul(true, [2]string{"shelf", "image"}, [2]string{"shelf", "image"}),
			[]string{"photo:stock:shelf"}},
		"an answer taken back": {template, Visit{}, list(append(done[:1:1], Value{AnswerPrefix + "q", nil}, done[2])...), haul(true, [2]string{"shelf", ""}, [2]string{"shelf", ""}),
			[]string{"question:q"}},
		"by phone":         {template, Visit{Channel: ByPhone}, list(done...), haul(false), nil},
		"a newer template": {newer, Visit{}, list(), haul(false), nil},
		"no template":      {Template{}, Visit{}, list(), haul(false), []string{"photos", "count"}},
		"an instant visit": {Template{Format: 1, Kind: VisitInstant, Items: []TemplateItem{{Code: "x"}}}, Visit{}, list(), haul(false), nil},
	} {
		var got []string
		for _, l := range c.template.Lacks(c.visit, c.list, c.haul) {
			got = append(got, l.What)
			if LackOf(l.What).What != l.What || LackOf(l.What).Kind != l.Kind || LackOf(l.What).Question != l.Question {
				t.Errorf("%s: %q reads as %+v", name, l.What, LackOf(l.What))
			}
			if c.template.Filled(l, c.visit, c.list, c.haul) {
				t.Errorf("%s: %s is missing and there", name, l.What)
			}
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if !template.Filled(LackOf("question:q"), Visit{}, list(done...), haul(false)) || !template.Filled(LackOf("count"), Visit{}, list(), haul(true)) {
		t.Error("what is there is missing")
	}
}

func TestDistancesAreThoseOnTheGround(t *testing.T) {
	t.Parallel()
	guyuan := Position{Lat: 36.0158, Lon: 106.2426}
	for _, c := range []struct {
		to   Position
		want float64
	}{{guyuan, 0}, {Position{Lat: 36.0258, Lon: 106.2426}, 1112}, {Position{Lat: 38.4872, Lon: 106.2309}, 274_800}} {
		if got := guyuan.Metres(c.to); got < c.want*0.998 || got > c.want*1.002 {
			t.Errorf("%v: %.0f m, want %.0f", c.to, got, c.want)
		}
	}
}
