package field

import (
	"encoding/json"
	"testing"

	"storewalk/shared/record"

	"github.com/google/uuid"
)

func recordOf(typ string, fields map[string]string) record.Record {
	r := record.Record{ID: uuid.New(), Type: typ}
	n := uint64(0)
	for name, value := range fields {
		n++
		r = r.Set(name, record.Entry{Dot: record.Dot{Replica: record.Replica{1}, N: n}, Lam: n, Value: json.RawMessage(value)}, nil)
	}
	return r
}

func TestOfATemplateOfAnotherFormWhatIsUnderstoodIsRead(t *testing.T) {
	t.Parallel()
	r := recordOf(TypeTemplate, map[string]string{"template": `{"format":"three","kind":"routine","name":{"zh":"常规拜访"},"theme":{"ink":1},
		"items":[{"code":"image","name":{"zh":"形象提升"},"hint":"文字","photos":[{"kind":"shelf","least":2},{"kind":"shelf","least":"some"}],
			"questions":[{"id":"tidy","kind":"yes_no","text":{"zh":"整洁吗"},"options":"none"},{"kind":"lost"}],"phrases":[{"zh":"整理过"},7]},
			"not an item",{"name":{"zh":"没有代码"}}],
		"survey":[{"id":"voice","kind":"recording","text":{"zh":"录一段话"},"seconds":30}]}`})
	got := TemplateOf(r)
	if got.Format <= TemplateFormat || got.Kind != VisitRoutine || got.Name.ZH != "常规拜访" || len(got.Items) != 1 || len(got.Survey) != 1 {
		t.Fatalf("%+v", got)
	}
	i := got.Items[0]
	if i.Name.ZH != "形象提升" || i.Hint != (Text{}) || len(i.Photos) != 1 || len(i.Questions) != 1 || i.Questions[0].Text.ZH != "整洁吗" || len(i.Phrases) != 1 {
		t.Errorf("%+v", i)
	}
	if got.Survey[0].Known() || !i.Questions[0].Known() {
		t.Error("the kinds are mixed up")
	}
	if t2 := TemplateOf(recordOf(TypeTemplate, map[string]string{"template": `[]`})); len(t2.Items) != 0 || t2.Format <= TemplateFormat {
		t.Errorf("%+v", t2)
	}
}

func TestPhrasesAreInTheirOrderAndWhatTwoPhonesMadeOfOneIsTwo(t *testing.T) {
	t.Parallel()
	a, b, c := PhraseField(uuid.UUID{1}), PhraseField(uuid.UUID{2}), PhraseField(uuid.UUID{3})
	r := recordOf(TypePhrases, map[string]string{a: `{"text":"甲","rank":2}`, b: `{"text":"乙","rank":1,"item":"image"}`, c: `null`, "other": `{"text":"丙"}`})
	r = r.Set(a, record.Entry{Dot: record.Dot{Replica: record.Replica{2}, N: 1}, Lam: 90, Value: json.RawMessage(`{"text":"甲二","rank":2}`)}, nil)
	r = r.Set(a, record.Entry{Dot: record.Dot{Replica: record.Replica{3}, N: 1}, Lam: 30, Value: json.RawMessage(`{"text":"甲","rank":5}`)}, nil)
	var got string
	for _, p := range Phrases(r) {
		got += p.Item + p.Text + " "
	}
	if got != "image乙 甲二 甲 " {
		t.Error(got)
	}
	for _, bad := range []string{`{"text":7}`, `[]`, `{"text":"甲","rank":1e300}`} {
		if validateEntry(TypePhrases, a, json.RawMessage(bad)) == nil {
			t.Errorf("%s is a phrase", bad)
		}
	}
}
