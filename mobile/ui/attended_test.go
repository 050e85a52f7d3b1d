package ui_test

import (
	"slices"
	"testing"

	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
)

// together brings store 2 to a group visit at store 0, leaves the visit open and goes back to the list of stores.
func (w *world) together(p *uitest.Phone) {
	w.t.Helper()
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Tap("mode.group")
	must(w.t, w.store.SetAttendance(w.t.Context(), w.newest(), id("store", 2), &field.Attendance{Came: true, Outcome: "愿意把新品摆到收银台旁，下周二带样来看。"}, nil))
	must(w.t, w.store.SetAttendance(w.t.Context(), w.newest(), id("store", 4), &field.Attendance{}, nil))
	p.Back()
	p.Back()
}

func TestAGroupVisitIsOnThePageOfEachStoreItWasWith(t *testing.T) {
	w, p := planning(t)
	w.together(p)
	visit := "visit." + w.newest().String()
	for shop, texts := range map[int][]string{2: {"团访", "到场", "愿意把新品摆到收银台旁", "在三营镇兴隆百货超市", "李明"}, 4: {"团访", "没到场"}} {
		p.Tap("store." + id("store", shop).String())
		if !p.Has(visit) {
			t.Fatalf("store %d does not show it: %v", shop, p.IDs())
		}
		for _, text := range texts {
			if !p.Shows(text) {
				t.Errorf("store %d: no %q in %v", shop, text, p.Texts())
			}
		}
		p.Tap(visit)
		if !p.Has("visit.group") {
			t.Error("the visit does not open:", p.IDs())
		}
		p.Back()
		p.Back()
	}
	p.Tap("store." + id("store", 2).String())
	p.Tap("visit.checkin") // nobody is here: it begins a visit of its own
	if v, err := w.store.Visits(t.Context(), 2); err != nil || len(v) != 2 || v[0].Store != id("store", 2) {
		t.Error(v, err)
	}
}

func TestAGroupVisitElsewhereFitsTheStoresPage(t *testing.T) {
	everyView(t, func(t *testing.T, v view, snap func(*uitest.Phone, string)) {
		w := newWorld(t)
		w.signIn()
		v.fill(w)
		w.planned()
		p := uitest.Open(t, w.furnished())
		p.Tap("tab.stores")
		w.together(p)
		p.Tap("store." + id("store", 2).String())
		p.Text("title")
		p.ScrollBy(v.size.Height - 260)
		snap(p, "store-attended")
	})
}

// A star beside what is required means nothing to who never saw one.
func TestTheStarOfWhatIsRequiredIsExplainedOnceWhereItAppears(t *testing.T) {
	_, p := planning(t)
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	if p.Text("visit.starred") != "带 * 的要做完" {
		t.Error(p.Texts())
	}
	p.Tap("visit.template")
	p.Tap("visit.template." + field.VisitInspection) // which asks for nothing
	if p.Has("visit.starred") || p.Shows("带 *") {
		t.Error("a star is explained that is not there")
	}
}

func TestWhatIsStillWrittenDoesNotBearTheSignOfAPlace(t *testing.T) {
	w := filled(t)
	p := w.phone()
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("apply.begin.info")
	if signs := p.Signs(); !p.Shows("未提交") || !slices.Contains(signs, "pen") || slices.Contains(signs, "visit") {
		t.Error(signs)
	}
}
