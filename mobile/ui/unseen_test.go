package ui_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"storewalk/shared/field"
)

// What another phone wrote arrives while a person types in the same field and does not see it: it is kept beside what they
// type, in every field of a visit.
func TestWhatArrivesWhileAPersonTypesIsWrittenOverInNoFieldOfAVisit(t *testing.T) {
	w, p := planning(t)
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Tap("answer.shown.yes") // begins the list
	list := field.ChecklistID(w.newest())
	for _, s := range []struct {
		open, target, text string
		record             uuid.UUID
		name               string
		theirs             any
	}{
		{"", "answer.news", "新开了两家店", list, field.AnswerPrefix + "news", "要拆迁"},
		{"", "answer.shelves", "12", list, field.AnswerPrefix + "shelves", 3},
		{"visit.checkout", "gap.question:tidy.text", "柜台锁着", list, field.GapPrefix + "question:tidy", "store_closed"},
		{"back mode.group visit.group group.add", "group.outcome." + id("store", 2).String(), "愿意上柜", list,
			field.AttendeePrefix + id("store", 2).String(), field.Attendance{Came: false, Outcome: "没来"}},
	} {
		for do := range strings.FieldsSeq(s.open) {
			if do == "group.add" {
				p.Type("group.search", "平安")
				do = "group.add." + id("store", 2).String()
			}
			p.Tap(do)
		}
		write(p, s.target, s.text)
		w.recs[s.record] = w.copyOf(s.record)
		w.office(wangFang, now, s.record, field.TypeChecklist, field.Value{Field: s.name, Value: s.theirs})
		w.arrive()
		p.App.Changed()
		p.Settle()
		if got := p.Text(s.target); got != s.text {
			t.Fatalf("%s: what is typed became %q", s.target, got)
		}
		p.App.Save()
		p.Settle()
		if got := w.copyOf(s.record).Entries(s.name); len(got) != 2 {
			t.Errorf("%s: %d values: what came was written over by somebody who had not seen it", s.target, len(got))
		}
	}
}

func TestNewsThatArriveWhileAPersonTypesAreWrittenOverInNoField(t *testing.T) {
	w, p := planning(t)
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Tap("news.add.competitor")
	p.Type("news.text", "对面在搞促销")
	page, err := w.store.VisitPage(t.Context(), w.newest())
	must(t, err)
	news := page.News[0].ID
	w.recs[news] = w.copyOf(news)
	for _, s := range []struct {
		target, text, name string
		theirs             any
	}{{"news.text", "对面买一送一", "text", "降价了"}, {"news.brand", "红河", "brand", "兰州"}, {"news.price", "15", "price", 1200}} {
		write(p, s.target, s.text)
		w.office(wangFang, now, news, field.TypeNote, field.Value{Field: s.name, Value: s.theirs})
		w.arrive()
		p.App.Changed()
		p.Settle()
		p.App.Save()
		p.Settle()
		if got := w.copyOf(news).Entries(s.name); len(got) != 2 {
			t.Errorf("%s: %d values: what came was written over by somebody who had not seen it", s.name, len(got))
		}
	}
}
