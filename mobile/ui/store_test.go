package ui_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
)

// talk gives store 0 what a store has after some months: counts, requests, announcements, an owner with habits.
func (w *world) talk() {
	w.t.Helper()
	shop := id("store", 0)
	w.office(uuid.Nil, now, territory, field.TypeTerritory, field.Value{Field: "townships", Value: map[string]string{"640402100": "三营镇"}})
	w.office(uuid.Nil, now, shop, field.TypeStore, field.Value{Field: "township", Value: "640402100"},
		field.Value{Field: "care", Value: []string{"elderly", "low_literacy"}}, field.Value{Field: "window_from", Value: "15:00"},
		field.Value{Field: "window_to", Value: "17:30"}, field.Value{Field: "opened", Value: "2019-04-02"},
		field.Value{Field: "position", Value: field.Position{Lat: 36.28391, Lon: 106.17022}})
	for i := range 5 {
		w.lam++
		w.earlier(id("visit", 100+i), shop, now.AddDate(0, 0, -6+i))
		w.office(liMing, now.AddDate(0, 0, -6+i), field.CountID(id("visit", 100+i)), field.TypeCount, field.Value{
			Field: field.LineField(id("product", 1)), Value: field.CountLine{Cartons: []int{3, 2, 4, 1, 2}[i], Packs: i * 2, OnDisplay: i != 3}})
	}
	ask := func(n int, kind, text string, ago time.Duration, urgent bool) {
		w.office(liMing, now.Add(-ago), id("request", n), field.TypeRequest, field.Value{Field: "store", Value: shop}, field.Value{Field: "kind", Value: kind},
			field.Value{Field: "visit", Value: id("visit", 100)}, field.Value{Field: "urgent", Value: urgent}, field.Value{Field: "text", Value: text},
			field.Value{Field: "owner", Value: liMing}, field.Value{Field: "spoke", Value: now.Add(-ago).UnixMilli()})
	}
	ask(0, field.RequestComplaint, "说好的新品三周没到货，邻店已经在卖了。", 5*time.Hour, true)
	ask(1, field.RequestSupply, "红塔山(硬经典) 每周想多订两条", 3*time.Hour, false)
	for i, a := range []field.Announcement{
		{Title: field.Text{ZH: "十二月货源投放规则", EN: "Supply rules for December"}, Text: field.Text{
			ZH: "紧俏品规按档位投放，周二中午 12 点前在网上订货；订不上请打电话。", EN: "Scarce products go by grade; order online before Tuesday noon, or call."}},
		{Title: field.Text{ZH: "春节订货时间调整", EN: "Ordering before Spring Festival"}, Text: field.Text{ZH: "提前两天。", EN: "Two days earlier."}},
	} {
		a.FromMS = now.AddDate(0, 0, -i-1).UnixMilli()
		w.office(uuid.Nil, now, id("announcement", i), field.TypeAnnouncement, a.Fields()...)
	}
	visit := id("visit", 104)
	w.office(liMing, now, field.ChecklistID(visit), field.TypeChecklist, field.Value{Field: "visit", Value: visit}, field.Value{Field: "store", Value: shop},
		field.Value{Field: field.ToldPrefix + id("announcement", 1).String(), Value: field.Tick{Done: true, AtMS: now.AddDate(0, 0, -1).UnixMilli()}})
	w.arrive()
}

func TestAStorePageFitsWithAllThereIsToKnow(t *testing.T) {
	everyView(t, func(t *testing.T, v view, snap func(*uitest.Phone, string)) {
		w := newWorld(t)
		w.signIn()
		v.fill(w)
		w.talk()
		p := uitest.Open(t, w.furnished())
		p.Tap("tab.stores")
		p.Tap("store." + id("store", 0).String())
		snap(p, "store-full")
		for _, part := range []string{"talk", "visits", "counts", "profile"} {
			p.ScrollBy(v.size.Height - 200)
			snap(p, "store-full-"+part)
		}
	})
}

func TestAStorePageSaysWhatTheStoreWaitsForAndWhatToTellIt(t *testing.T) {
	w := filled(t)
	w.talk()
	p := w.phone()
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	for _, text := range []string{"2 条诉求未办结", "答复：已超时 3 小时", "答复：还剩", "十二月货源投放规则", "还没告知", "已告知", "老年人", "15:00–17:30", "三营镇", "36.28391"} {
		if !p.Shows(text) {
			t.Errorf("%q is not on the screen", text)
		}
	}
	p.Tap("request." + id("request", 0).String()[:8])
	if p.Text("request.text") != "说好的新品三周没到货，邻店已经在卖了。" {
		t.Errorf("the request is not open: %v", p.IDs())
	}
	p.Tap("request.visit")
	if !p.Has("visit.note") && !p.Shows("离店") {
		t.Errorf("the visit of the request is not open: %v", p.IDs())
	}
}

func TestAnOwnersHabitsAreEditedByTapping(t *testing.T) {
	w := filled(t)
	p := w.phone()
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("store.edit")
	for _, tap := range []string{"edit.window_any", "edit.window_from.more", "edit.window_from.more", "edit.window_to.less", "edit.window_to.less", "edit.care.elderly"} {
		p.Tap(tap)
	}
	s, err := w.store.StorePage(t.Context(), id("store", 0))
	must(t, err)
	if f := s.Profile; f.WindowFrom != "15:00" || f.WindowTo != "15:30" || len(f.CareFlags) != 1 || len(s.Differ) > 0 {
		t.Errorf("%+v %v", f, s.Differ)
	}
	p.Check("store-edit")
	p.Tap("edit.window_any")
	p.Tap("edit.care.elderly")
	s, err = w.store.StorePage(t.Context(), id("store", 0))
	must(t, err)
	if f := s.Profile; f.WindowFrom != "" || f.WindowTo != "" || len(f.CareFlags) != 0 || len(s.Differ) > 0 {
		t.Errorf("%+v %v", f, s.Differ)
	}
}

func TestWhatLiesAroundAStoreIsEditedByTappingAndTwoWhoDifferAreBothKept(t *testing.T) {
	w := filled(t)
	p := w.phone()
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("store.edit")
	p.Tap("edit.market_type.urban")
	for _, district := range []string{"school", "tourist", "tourist"} { // a slip of the thumb, and a tap too many
		p.Tap("edit.district_type." + district)
	}
	s, err := w.store.StorePage(t.Context(), id("store", 0))
	must(t, err)
	if s.Profile.MarketType != "urban" || s.Profile.DistrictType != "tourist" || len(s.Differ) > 0 {
		t.Errorf("%+v %v", s.Profile, s.Differ)
	}
	w.office(wangFang, now, id("store", 0), field.TypeStore, field.Value{Field: "district_type", Value: "transport"})
	w.arrive()
	p.App.Changed()
	p.Settle()
	p.Check("store-edit")
	p.Tap("differ.district_type")
	for _, text := range []string{"商圈", "旅游景区", "交通枢纽", "王芳", "李明"} {
		if !p.Shows(text) {
			t.Errorf("no %s: %v", text, p.Texts())
		}
	}
}
