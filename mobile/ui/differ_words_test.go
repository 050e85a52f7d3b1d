package ui_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"storewalk/shared/field"
	"storewalk/shared/words"
)

// code is what a person can not read: an id, JSON, or the name of a field.
var code = regexp.MustCompile(`[0-9a-f]{8}-|[\[{"]|(item|answer|told|attendee|gap):|by_phone|on_site|supermarket|true|false`)

func TestEveryConflictSaysInWordsWhatItIsAboutWhoWroteItAndInWhichVisit(t *testing.T) {
	for _, lang := range words.Langs() {
		w, p := planning(t)
		p.App.SetLang(lang)
		p.Settle()
		p.Tap("store." + id("store", 0).String() + ".go")
		for _, tap := range []string{"item.information", "answer.tidy.no", "answer.near.school", "mode.by_phone", "tell." + id("announcement", 0).String(), "mode.group"} {
			p.Tap(tap)
		}
		visit, shop := w.newest(), id("store", 0)
		must(t, w.store.SetAttendance(t.Context(), visit, id("store", 2), &field.Attendance{Came: true}, nil))
		must(t, w.store.SetMode(t.Context(), visit, "with", []uuid.UUID{wangFang}, nil))
		must(t, w.store.SetGap(t.Context(), visit, "question:shown", "refused", nil))
		s, err := w.store.StorePage(t.Context(), shop)
		must(t, err)
		must(t, w.store.SetCare(t.Context(), shop, []string{"elderly"}, s.Care.Seen))
		at := now.Add(-time.Minute)
		w.office(wangFang, at, field.ChecklistID(visit), field.TypeChecklist,
			field.Value{Field: "item:information", Value: field.Tick{AtMS: at.UnixMilli()}},
			field.Value{Field: "answer:tidy", Value: "yes"},
			field.Value{Field: "answer:near", Value: []string{"station"}},
			field.Value{Field: "gap:question:shown", Value: "closed"},
			field.Value{Field: field.ToldPrefix + id("announcement", 0).String(), Value: field.Tick{AtMS: at.UnixMilli()}},
			field.Value{Field: field.AttendeePrefix + id("store", 2).String(), Value: field.Attendance{Outcome: "没来"}})
		w.office(wangFang, at, visit, field.TypeVisit, field.Value{Field: "with", Value: []uuid.UUID{liMing}},
			field.Value{Field: "channel", Value: field.OnSite}, field.Value{Field: "group", Value: false})
		w.office(wangFang, at, shop, field.TypeStore, field.Value{Field: "care", Value: []string{"disabled"}})
		w.arrive()
		p.App.Changed()
		p.Settle()
		read := func(where string) string {
			text := strings.Join(p.Texts(), "|")
			if found := code.FindString(text); found != "" {
				t.Errorf("%s: %q in %s", where, found, text)
			}
			p.Check(where)
			return text
		}
		read("visit")
		p.Tap("visit.group") // each is settled in its own row too
		if name := "differ." + field.AttendeePrefix + id("store", 2).String(); !p.Has(name) {
			t.Errorf("no %s: %v", name, p.IDs())
		}
		read("group")
		p.Back()
		p.Back()
		p.Tap("tab.me")
		p.Tap("me.conflicts")
		text := read("conflicts")
		if lang == words.ZH {
			for _, want := range []string{"整洁", "不整洁", "学校", "车站", "线上", "线下", "团访", "专访", "王芳", "李明", "没到场 · 没来", "平安烟酒店", "本周货源", "已告知", "店主不同意", "没营业", "信息告知", "老年人", "残疾人"} {
				if !strings.Contains(text, want) {
					t.Errorf("no %s in %s", want, text)
				}
			}
		}
		in := p.App.T("differ.in_visit", "When", p.App.ShortDateTime(w.checkIn(visit)))
		plain := strings.NewReplacer("|", "", " ", "")                           // lines may break anywhere in it
		if n := strings.Count(plain.Replace(text), plain.Replace(in)); n != 10 { // nine of the visit, and what Li wrote there of the store
			t.Errorf("%d times %q in %s", n, in, text)
		}
		p.Tap("conflict." + field.ChecklistID(visit).String()[:8] + ".item:information")
		if text := read("conflict"); !strings.Contains(plain.Replace(text), plain.Replace(in)) {
			t.Errorf("no %q in %s", in, text)
		}
		p.Tap("differ.choose.1")
		p.Back()
		p.Tap("conflict." + shop.String()[:8] + ".care")
		p.Tap("differ.choose.0")
		if c, err := w.store.Conflicts(t.Context()); err != nil || len(c) != 8 {
			t.Errorf("%d conflicts are left: %v", len(c), err)
		}
	}
}

func (w *world) checkIn(visit uuid.UUID) int64 {
	w.t.Helper()
	page, err := w.store.VisitPage(w.t.Context(), visit)
	must(w.t, err)
	return page.Row.CheckInMS
}
