package ui_test

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"storewalk/mobile/ui"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
)

func TestAnApplicationFitsThePhoneFromItsFirstWordToTheAnswer(t *testing.T) {
	everyView(t, func(t *testing.T, v view, snap func(*uitest.Phone, string)) {
		w := newWorld(t)
		w.signIn()
		v.fill(w)
		w.talk()
		p := uitest.Open(t, w.furnished())
		p.Tap("tab.stores")
		p.Tap("store." + id("store", 0).String())
		p.Tap("apply.begin.info")
		p.Type("apply.owner", "马小兰")
		p.Tap("apply.business_type.supermarket")
		p.Tap("apply.take")
		p.Type("apply.reason", "儿媳接手，店面扩大了一间。")
		p.ScrollBy(-1e6)
		snap(p, "apply")
		p.Tap("apply.submit")
		all, err := w.store.Applications(t.Context())
		must(t, err)
		if len(all) != 1 || !all[0].Submitted() || all[0].Change["owner"] != "马小兰" || all[0].Change["business_type"] != "supermarket" ||
			all[0].Reason == "" || len(all[0].Photos) != 1 {
			t.Fatalf("%+v", all)
		}
		snap(p, "apply-submitted")
		w.sent()
		for i := range all {
			w.office(wangFang, now, all[i].ID, field.TypeApplication, field.Value{Field: "decision",
				Value: field.Decision{State: field.DecisionRejected, Text: "请补一张新的营业执照照片。", AtMS: now.UnixMilli()}})
		}
		w.arrive()
		p.App.Changed()
		p.Settle()
		snap(p, "apply-rejected")
		p.Back()
		p.ScrollBy(1e6)
		snap(p, "store-applications")
		p.Tap("apply.begin.info")
		p.Tap("apply.grade.20")
		p.Tap("apply.integrity_grade.B")
		p.Tap("apply.submit")
		w.sent()
		all, err = w.store.Applications(t.Context())
		must(t, err)
		w.lam += 1_000 // later than all that the store holds
		for _, q := range all {
			if q.Decision.State == "" { // by a server that knows neither grade
				w.office(wangFang, now, q.ID, field.TypeApplication, field.Value{Field: "decision", Value: field.Decision{State: field.DecisionApproved, AtMS: now.UnixMilli()}})
			}
		}
		w.arrive()
		p.App.Changed()
		p.Settle()
		p.Text("apply.undone")
		p.ScrollBy(-1e6)
		snap(p, "apply-undone")
		p.Back()
		p.ScrollBy(1e6)
		snap(p, "store-applications-undone")
		p.Back()
		p.Tap("tab.me")
		p.Tap("me.applications")
		snap(p, "applications")
		p.Tap("apply.new_store")
		p.Type("apply.name", "三营镇新开的便民超市")
		snap(p, "apply-new")
	})
}

func TestAllConflictsAreInOneListAndAreSettledFromThere(t *testing.T) {
	w := filled(t)
	p := w.phone()
	s, err := w.store.StorePage(t.Context(), id("store", 0))
	must(t, err)
	must(t, w.store.SetCare(t.Context(), id("store", 0), []string{"elderly"}, s.Care.Seen))
	w.office(wangFang, now, id("store", 0), field.TypeStore, field.Value{Field: "care", Value: []string{"disabled"}})
	p.Tap("tab.me")
	if p.Has("me.conflicts.open") {
		t.Error("where nothing waits to be settled is a mark:", p.Text("me.conflicts.open"))
	}
	p.Tap("tab.today")
	if p.Has("today.conflicts") {
		t.Error("the day speaks of conflicts where there are none")
	}
	w.arrive()
	p.App.Changed()
	p.Settle()
	if got := p.Text("today.conflicts_text"); got != "1 处分歧待定" {
		t.Errorf("the day says %q", got)
	}
	p.Tap("today.conflicts")
	if !p.Shows("残疾人") {
		t.Error("the row of the day does not lead to the list:", p.Texts())
	}
	p.Back()
	p.Tap("tab.me")
	if got := p.Text("me.conflicts.open"); got != "1" {
		t.Errorf("the row of the list says %q", got)
	}
	p.Tap("me.conflicts")
	p.Check("conflicts")
	for _, text := range []string{"老年人", "残疾人", "王芳", "李明", "三营镇兴隆百货超市"} {
		if !p.Shows(text) {
			t.Errorf("%q is not in the list", text)
		}
	}
	p.Tap("conflict." + id("store", 0).String()[:8] + ".care")
	p.Tap("differ.choose.1")
	p.Tap("differ.done")
	if !p.Shows("没有分歧") {
		t.Error("the list still holds what was settled")
	}
	p.Back()
	if p.Has("me.conflicts.open") {
		t.Error("what was settled is still counted:", p.Text("me.conflicts.open"))
	}
	p.Tap("tab.today")
	if p.Has("today.conflicts") {
		t.Error("the day still speaks of what was settled")
	}
}

func TestEvidenceNeedsRoomBeforeTheCameraOpensAndIsLookedAtTwice(t *testing.T) {
	w := filled(t)
	deps := w.deps()
	opened, pictures := 0, [][]byte{black(t), drawn(t, "shelf", 0).jpeg}
	deps.Camera = ui.CameraFunc(func(context.Context) (io.ReadCloser, error) {
		opened++
		return io.NopCloser(bytes.NewReader(pictures[min(opened, len(pictures))-1])), nil
	})
	full := deps
	full.Store = fullStore{w.store}
	p := uitest.Open(t, full)
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("apply.begin.terminal")
	p.Tap("apply.take")
	if opened > 0 || p.Text("apply.fault") == "" {
		t.Fatal("the camera was opened, or nothing was said", opened, p.Texts())
	}
	p = uitest.Open(t, deps) // where it was
	p.Tap("apply.take")
	if !p.Has("shot.poor") {
		t.Fatal("nobody says that the photo is black:", p.Texts())
	}
	p.Check("apply-poor")
	p.Tap("shot.again")
	all, err := w.store.Applications(t.Context())
	must(t, err)
	if len(all[0].Photos) != 1 || p.Has("shot.poor") {
		t.Fatal("the black photo is still evidence, or both are gone", all[0].Photos, p.Texts())
	}
}

func TestAnApplicationThatTwoPhonesWroteApartSaysSoAndOneIsChosen(t *testing.T) {
	w := filled(t)
	p := w.editing(w.deps(), &field.Moment{})
	p.Tap("edit.apply.owner")
	p.Type("apply.owner", "马小兰")
	p.Tap("apply.submit")
	all, err := w.store.Applications(t.Context())
	must(t, err)
	w.office(liMing, now.Add(time.Hour), all[0].ID, field.TypeApplication, field.Value{Field: "change", Value: map[string]string{"owner": "马大山"}})
	w.arrive()
	p.App.Changed()
	p.Settle()
	p.Tap("differ.change")
	for _, text := range []string{"马小兰", "马大山"} {
		if !p.Shows(text) {
			t.Errorf("no %s: %v", text, p.Texts())
		}
	}
	p.Tap("differ.choose.1")
	p.Tap("differ.done")
	if p.Has("differ.change") {
		t.Error("not settled")
	}
	q, err := w.store.Application(t.Context(), all[0].ID)
	must(t, err)
	if len(q.Differ) > 0 || p.Text("apply.to.owner") != q.Change["owner"] {
		t.Errorf("%+v %v", q, p.Texts())
	}
}
