package field

import (
	"reflect"
	"strings"
	"testing"

	"storewalk/shared/fault"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// written makes a record that holds the values.
func written(t *testing.T, typ string, values []Value) record.Record {
	t.Helper()
	r := record.Record{ID: uuid.New(), Type: typ}
	for i, v := range values {
		raw, err := record.Value(v.Value)
		if err != nil {
			t.Fatal(err)
		}
		r = r.Set(v.Field, record.Entry{Dot: record.Dot{Replica: record.Replica{1}, N: uint64(i + 1)}, Lam: uint64(i + 1), Value: raw}, nil)
	}
	return r
}

func TestWhatTheOfficePlansReadsBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	task := Task{Kind: TaskRoute, Manager: uuid.New(), Day: "2026-11-22", Stores: []uuid.UUID{uuid.New(), uuid.New()},
		Title: "三营线", Text: "先去集市", DueMS: 5, Template: TemplateID("routine"), Closed: true}
	if got := TaskOf(written(t, TypeTask, task.Fields())); !reflect.DeepEqual(got, task) {
		t.Errorf("%+v", got)
	}
	told := Announcement{Title: Text{ZH: "新品", EN: "New"}, Text: Text{ZH: "货源规则"}, FromMS: 1, UntilMS: 2, Stores: []uuid.UUID{uuid.New()}}
	if got := AnnouncementOf(written(t, TypeAnnouncement, told.Fields())); !reflect.DeepEqual(got, told) {
		t.Errorf("%+v", got)
	}
	template := Template{Format: TemplateFormat, Kind: VisitRoutine, Name: Text{ZH: "常规拜访"}, Items: []TemplateItem{{
		Code: "image", Name: Text{ZH: "形象提升"}, Required: true, Photos: []PhotoNeed{{Kind: "shelf", Least: 2, Detail: true}},
		Questions: []Question{{ID: "tidy", Kind: AskChoice, Text: Text{ZH: "整洁吗"}, Options: []Option{{"yes", Text{ZH: "是"}}}}},
	}}}
	if got := TemplateOf(written(t, TypeTemplate, template.Fields())); !reflect.DeepEqual(got, template) {
		t.Errorf("%+v", got)
	}
}

func TestATextIsReadInTheOtherLanguageRatherThanNotAtAll(t *testing.T) {
	t.Parallel()
	both, zh := Text{ZH: "走店", EN: "Storewalk"}, Text{ZH: "走店"}
	if both.In("en") != "Storewalk" || both.In("zh") != "走店" || zh.In("en") != "走店" {
		t.Error(both.In("en"), both.In("zh"), zh.In("en"))
	}
}

func TestFieldWorkOfAVisitIsCheckedWhenItArrives(t *testing.T) {
	t.Parallel()
	line := LineField(ProductID("2000000000015"))
	for name, tt := range map[string]struct {
		r    record.Record
		want string
	}{
		"facings and a price":    {of(t, TypeCount, line, CountLine{Facings: 4, PriceFen: 4500, Why: "促销"}), ""},
		"a price below nothing":  {of(t, TypeCount, line, CountLine{PriceFen: -1}), "count.out_of_range"},
		"a reason like a novel":  {of(t, TypeCount, line, CountLine{Why: strings.Repeat("因", MaxTextRunes+1)}), "count.out_of_range"},
		"a request":              {of(t, TypeRequest, "text", "要货"), ""},
		"a request like a novel": {of(t, TypeRequest, "text", strings.Repeat("要", MaxNoteRunes+1)), "record.bad_value"},
		"a request of nobody":    {of(t, TypeRequest, "store", "老王"), "record.bad_value"},
		"an event":               {of(t, TypeRequest, EventPrefix+eventID(1).String(), RequestEvent{Kind: EventStart, AtMS: 7}), ""},
		"an event without id":    {of(t, TypeRequest, EventPrefix+"x", RequestEvent{Kind: EventStart, AtMS: 7}), "record.bad_value"},
		"an event that is none":  {of(t, TypeRequest, EventPrefix+eventID(1).String(), "started"), "record.bad_value"},
		"a rating of six":        {of(t, TypeRequest, EventPrefix+eventID(1).String(), RequestEvent{Kind: EventFollowUp, Rating: 6}), "record.bad_value"},
		"an endless comment":     {of(t, TypeRequest, EventPrefix+eventID(1).String(), RequestEvent{Text: strings.Repeat("要", MaxNoteRunes+1)}), "record.bad_value"},
		"a link":                 {of(t, TypeRequest, LinkPrefix+eventID(1).String(), LinkPhoto), ""},
		"a link to nowhere":      {of(t, TypeRequest, LinkPrefix+"photo", LinkPhoto), "record.bad_value"},
		"an urgency of words":    {of(t, TypeRequest, "urgent", "very"), "record.bad_value"},
		"a store that spoke":     {of(t, TypeRequest, "spoke", 1_795_000_000_000), ""},
		"a store out of time":    {of(t, TypeRequest, "spoke", -1), "record.bad_value"},
	} {
		err := Validate(tt.r, record.Record{})
		if tt.want == "" && err != nil || tt.want != "" && !fault.Is(err, tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}
