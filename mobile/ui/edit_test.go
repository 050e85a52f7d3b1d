package ui_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/mobile/ui"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
)

// editing opens the page that changes store 0, on a phone that says it is at a place.
func (w *world) editing(deps ui.Deps, at *field.Moment) *uitest.Phone {
	w.t.Helper()
	deps.Where = func() field.Moment { return *at }
	p := uitest.Open(w.t, deps)
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("store.edit")
	return p
}

// townships names some of the territory.
func (w *world) townships() {
	w.office(uuid.Nil, now, territory, field.TypeTerritory, field.Value{Field: "townships", Value: map[string]string{
		"640402100": "三营镇", "640402101": "官厅镇", "640402102": "开城镇", "640402200": "黄铎堡镇", "640402201": "河川乡", "640402202": "寨科乡", "640402203": "固原市原州区中河乡"}})
}

func TestChangingAnythingOfAStoreFitsThePhone(t *testing.T) {
	everyView(t, func(t *testing.T, v view, snap func(*uitest.Phone, string)) {
		w := newWorld(t)
		w.signIn()
		v.fill(w)
		w.talk()
		w.townships()
		w.arrive()
		at := &field.Moment{Position: field.Position{Lat: 36.2869, Lon: 106.17022, Acc: 140}}
		p := w.editing(w.furnished(), at)
		snap(p, "store-edit-all")
		p.Tap("edit.apply.owner")
		p.Type("apply.owner", map[bool]string{false: "马小兰", true: "阿卜杜热合曼·买买提依明江之子阿卜杜拉"}[v.long])
		snap(p, "apply-owner")
		p.Tap("apply.more")
		p.Tap("apply.grade.20")
		p.Tap("apply.integrity_grade.B")
		p.Tap("apply.township.640402203")
		p.Tap("apply.submit")
		snap(p, "apply-grades")
		p.Back()
		p.Tap("edit.apply.opened")
		p.Tap("apply.opened.year.less")
		snap(p, "apply-opened")
		p.Back()
		p.Tap("edit.apply.closed")
		p.Type("apply.reason", "房子到期，不续租了。")
		p.Back()
		p.Tap("edit.apply.name")
		p.Type("apply.name", "三营镇兴隆百货连锁超市")
		p.Back()
		w.sent()
		all, err := w.store.Applications(t.Context())
		must(t, err)
		for _, q := range all {
			if q.Submitted() {
				w.office(wangFang, now, q.ID, field.TypeApplication, field.Value{Field: "decision",
					Value: field.Decision{State: field.DecisionRejected, Text: "请补一张新的营业执照照片。", AtMS: now.UnixMilli()}})
			}
		}
		w.office(wangFang, now, id("store", 0), field.TypeStore, field.Value{Field: "address", Value: "三营镇兴隆街 14 号"})
		w.arrive()
		p.App.Changed()
		p.Settle()
		p.Text("edit.now.name")
		snap(p, "store-edit-asked")
		p.ScrollBy(v.size.Height - 220)
		snap(p, "store-edit-asked-below")
		p.Tap("edit.position.here")
		p.ScrollBy(160)
		snap(p, "store-edit-placed")
		at.Position.Lat = 36.66
		p.Tap("edit.position.here")
		p.ScrollBy(160)
		snap(p, "store-edit-moved-far")
		at.Mocked = true
		p.Tap("edit.position.here")
		p.ScrollBy(160)
		snap(p, "store-edit-mocked")
	})
}

// A person who looks for any field finds it on this page.
func TestEveryFieldOfAStoreIsOnOnePageOrOneTapFromIt(t *testing.T) {
	w := filled(t)
	w.townships()
	w.arrive()
	p := w.editing(w.deps(), &field.Moment{})
	for _, direct := range []string{"edit.phone", "edit.backup_phone", "edit.note", "edit.window_from.more", "edit.care.elderly", "edit.market_type.urban",
		"edit.district_type.school", "edit.position.here"} {
		if !p.Has(direct) {
			t.Errorf("no %s", direct)
		}
	}
	ids := p.IDs()
	if first, last := slices.Index(ids, "edit.apply.name"), slices.Index(ids, "edit.position.here"); first < last || last < 0 {
		t.Error("what needs the office stands in the way of what does not:", ids)
	}
	for name, with := range map[string]string{"name": "apply.name", "owner": "apply.owner", "licence_no": "apply.licence_no", "address": "apply.address",
		"township": "apply.township.640402101", "business_type": "apply.business_type.supermarket", "grade": "apply.grade.30",
		"integrity_grade": "apply.integrity_grade.D", "terminal_level": "apply.terminal_level.modern", "opened": "apply.opened.year.more", "closed": "apply.closed.day.more"} {
		p.Tap("edit.apply." + name)
		if !p.Has(with) {
			t.Errorf("%s: no %s in %v", name, with, p.IDs())
		}
		for _, other := range []string{"apply.name", "apply.owner", "apply.licence_no", "apply.address"} {
			if other != with && p.Has(other) && name != "closed" {
				t.Errorf("%s: %s is in the way", name, other)
			}
		}
		p.Back()
	}
	if all, err := w.store.Applications(t.Context()); err != nil || len(all) != 0 {
		t.Error("who only looked has begun an application:", all, err)
	}
}

func TestARowSaysWhatWasAskedForWhenAndHowFarThatHasCome(t *testing.T) {
	w := filled(t)
	w.townships()
	w.arrive()
	p := w.editing(w.deps(), &field.Moment{})
	p.Tap("edit.apply.grade")
	p.Tap("apply.grade.20")
	p.Back()
	if p.Text("edit.asked.grade") != "申请改为 20 档" || !p.Shows("未提交") || p.Text("edit.now.grade") != "8 档" {
		t.Fatal(p.Texts())
	}
	p.Tap("edit.apply.township") // goes on in the same application
	p.Tap("apply.township.640402101")
	p.Tap("apply.submit")
	p.Back()
	if p.Text("edit.asked.township") != "申请改为 官厅镇" || !p.Shows("已提交，待发送") || !p.Shows("提交 · 李明") {
		t.Fatal(p.Texts())
	}
	w.sent()
	p.App.Changed()
	p.Settle()
	p.Tap("edit.apply.grade") // it waits: what was asked for is shown, and not asked for again
	if p.Text("apply.to.grade") != "20 档" || p.Text("apply.to.township") != "官厅镇" || !p.Shows("等办公室批") {
		t.Fatal(p.Texts())
	}
	all, err := w.store.Applications(t.Context())
	must(t, err)
	w.lam += 1_000 // later than all that the store holds
	decide := func(wrote ...string) {
		w.office(wangFang, now, all[0].ID, field.TypeApplication, field.Value{Field: "decision", Value: field.Decision{State: field.DecisionApproved, AtMS: 1, Wrote: wrote}})
		w.arrive()
		p.App.Changed()
		p.Settle()
	}
	decide() // by a server that knows neither field
	if !p.Shows("已批准，但没改成：请告诉办公室") || !strings.Contains(p.Text("apply.undone"), "没有改这户的档位、乡镇") || !p.Shows("现在：8 档") {
		t.Error("an approval that changed nothing looks like one that did:", p.Texts())
	}
	p.Back()
	if p.Text("edit.asked.grade") != "申请改为 20 档" || !p.Shows("已批准，但没改成：请告诉办公室") {
		t.Error(p.Texts())
	}
	decide("grade", "township")
	if p.Shows("没改成") || !p.Shows("已批准，新内容还没传到手机") {
		t.Error("it was written, and is under way:", p.Texts())
	}
	p.Back()
	p.Tap("apply." + all[0].ID.String()[:8])
	w.office(wangFang, now, id("store", 0), field.TypeStore, field.Value{Field: "grade", Value: 20}, field.Value{Field: "township", Value: "640402101"})
	w.arrive()
	p.App.Changed()
	p.Settle()
	if p.Text("apply.to.grade") != "20 档" || p.Shows("现在：") {
		t.Error("what was approved is what is now; there is nothing to compare:", p.Texts())
	}
	p.Back()
	p.Tap("store.edit")
	if p.Text("edit.now.grade") != "20 档" || p.Text("edit.now.township") != "官厅镇" || p.Has("edit.asked.grade") {
		t.Error(p.Texts())
	}
}

func TestADayIsChosenWithTheThumbAndIsAlwaysOne(t *testing.T) {
	w := filled(t)
	w.office(uuid.Nil, now, id("store", 0), field.TypeStore, field.Value{Field: "opened", Value: "2024-02-29"})
	w.arrive()
	p := w.editing(w.deps(), &field.Moment{})
	p.Tap("edit.apply.opened")
	wants := func(want string) {
		t.Helper()
		all, err := w.store.Applications(t.Context())
		must(t, err)
		if len(all) != 1 || all[0].Change["opened"] != want {
			t.Errorf("%+v, want %s", all, want)
		}
	}
	p.Tap("apply.opened.year.less")
	wants("2023-02-28")
	p.Tap("apply.opened.month.more")
	p.Tap("apply.opened.day.less")
	wants("2023-03-27")
	hold(p, "apply.opened.year.more", "apply.opened.year")
	wants(field.DayOf(now)) // no shop opens tomorrow
	p.Tap("apply.opened.day.more")
	wants(field.DayOf(now))
	for range 9 {
		hold(p, "apply.opened.year.less", "apply.opened.year")
	}
	wants("1949-10-01")
	p.Back()
	p.Tap("edit.apply.closed")
	hold(p, "apply.closed.year.more", "apply.closed.year")
	all, err := w.store.Applications(t.Context())
	must(t, err)
	for _, q := range all {
		if want := field.DayOf(now.AddDate(2, 0, 0)); q.Kind == field.ApplyClosure && q.Change["closed"] != want {
			t.Errorf("%s, want %s", q.Change["closed"], want)
		}
	}
}

// lateReads answers, while stale is set, with that: a read that began before the last write.
type lateReads struct {
	*store.Store
	last  store.Application
	stale *store.Application
}

func (l *lateReads) Application(ctx context.Context, id uuid.UUID) (store.Application, error) {
	if l.stale != nil {
		return *l.stale, nil
	}
	q, err := l.Store.Application(ctx, id)
	l.last = q
	return q, err
}

// A thumb is faster than the disk: the page is read again between two taps, from before the second one.
func TestNoTapOnADayIsLostToThePageBeingReadAgain(t *testing.T) {
	w := filled(t)
	w.office(uuid.Nil, now, id("store", 0), field.TypeStore, field.Value{Field: "opened", Value: "2024-02-20"})
	w.arrive()
	deps := w.deps()
	late := &lateReads{Store: w.store}
	deps.Store = late
	p := w.editing(deps, &field.Moment{})
	p.Tap("edit.apply.opened")
	p.Tap("apply.opened.day.less")
	late.stale = &late.last
	p.Tap("apply.opened.day.less")
	late.stale = nil
	p.Tap("apply.opened.day.less")
	all, err := w.store.Applications(t.Context())
	must(t, err)
	if len(all) != 1 || all[0].Change["opened"] != "2024-02-17" || p.Text("apply.opened.day") != "17" {
		t.Errorf("%+v %v", all, p.Texts())
	}
}

func TestAStoreIsPlacedWhereThePhoneIsAndThatIsUndone(t *testing.T) {
	w := filled(t)
	was := field.Position{Lat: 36.28391, Lon: 106.17022}
	w.office(uuid.Nil, now, id("store", 0), field.TypeStore, field.Value{Field: "position", Value: was})
	w.arrive()
	at := &field.Moment{Position: field.Position{Lat: 36.2869, Lon: 106.17022, Acc: 11.3}}
	p := w.editing(w.deps(), at)
	place := func() field.Position {
		s, err := w.store.StorePage(t.Context(), id("store", 0))
		must(t, err)
		if len(s.Differ) > 0 {
			t.Errorf("%+v", s.Differ)
		}
		return s.Profile.Position
	}
	if !p.Shows("手机离这里 330 米") || !p.Shows("误差 12 米") || p.Shows("误差有点大") {
		t.Error("nobody says how far that is, and how exact:", p.Texts())
	}
	exact := *at
	at.Position.Acc = 0 // the phone does not say
	p.App.Changed()
	p.Settle()
	if !p.Shows("误差有点大") {
		t.Error("how exact that is nobody knows, and nobody says so:", p.Texts())
	}
	*at = exact
	p.Tap("edit.position.here")
	p.Back()
	p.Tap("store.edit") // the way back is there as long as nobody else has the move
	if place() != at.Position || p.Text("edit.position.moved") != "位置移动了 330 米" || p.Text("edit.position") != "36.28690, 106.17022 · 误差 12 米" {
		t.Error(place(), p.Texts())
	}
	p.Tap("edit.position.undo")
	if place() != was || p.Has("edit.position.undo") {
		t.Error(place(), p.IDs())
	}
	home := field.Moment{Position: field.Position{Lat: 36.66, Lon: 106.17022, Acc: 9}} // one tap in the thumb zone
	*at = home
	p.Tap("edit.position.here")
	if place() != home.Position || p.Text("edit.position.moved") != "移动了 42 公里，对吗？" {
		t.Error(place(), p.Texts())
	}
	p = w.editing(w.deps(), at) // the app was killed, and is opened again
	if !p.Has("edit.position.undo") {
		t.Fatal("the page was not opened again, or nothing is offered:", p.Texts())
	}
	p.Tap("edit.position.undo")
	if place() != was || p.Has("edit.position.undo") {
		t.Error(place(), p.IDs())
	}
	for text, no := range map[string]field.Moment{"位置是模拟的": {Position: at.Position, Mocked: true}, "没有允许定位": {Lack: field.LackRefused}, "没有定到位置": {Lack: field.LackSignal}} {
		*at = no
		p.Tap("edit.position.here")
		if place() != was || p.Text("edit.position.fault") == "" || !p.Shows(text) {
			t.Errorf("%s: %v %v", text, place(), p.Texts())
		}
	}
}

// The button may be the last thing in sight, under the thumb: what a tap did must not stand below the edge.
func TestWhatATapOnThePositionChangedIsInSight(t *testing.T) {
	w := filled(t)
	p := w.editing(w.deps(), &field.Moment{Position: field.Position{Lat: 36.2869, Lon: 106.17022, Acc: 11}})
	bottom := func(id string) float32 {
		o := p.Find(id)
		return fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Y + o.Size().Height
	}
	p.ScrollBy(bottom("edit.position.here") - uitest.Size.Height + 24)
	before := p.Offset()
	p.Tap("edit.position.here")
	if at := bottom("edit.position.undo"); at > uitest.Size.Height || p.Offset() > before+160 {
		t.Errorf("it ends at %v of %v, scrolled from %v to %v", at, uitest.Size.Height, before, p.Offset())
	}
}

func TestTwoWhoPlacedAStoreElsewhereAreBothShownAndOneIsChosen(t *testing.T) {
	w := filled(t)
	at := &field.Moment{Position: field.Position{Lat: 36.2869, Lon: 106.17022, Acc: 11}}
	p := w.editing(w.deps(), at)
	p.Tap("edit.position.here")
	w.office(wangFang, now.Add(-time.Hour), id("store", 0), field.TypeStore, field.Value{Field: "position", Value: field.Position{Lat: 36.3, Lon: 106.2, Acc: 30}})
	w.arrive()
	p.App.Changed()
	p.Settle()
	if p.Has("edit.position.undo") {
		t.Error("what Wang wrote could be undone unseen")
	}
	p.Tap("differ.position")
	for _, text := range []string{"位置", "36.28690, 106.17022", "36.30000, 106.20000", "误差 30 米", "王芳", "李明"} {
		if !p.Shows(text) {
			t.Errorf("no %s: %v", text, p.Texts())
		}
	}
	p.Tap("differ.choose.1")
	p.Tap("differ.done")
	if p.Has("differ.position") {
		t.Error("not settled")
	}
}

// A phone that was left behind by newer ones shows what they asked for, and leaves it alone.
func TestWhatANewerAppAskedForIsShownInWordsAndKept(t *testing.T) {
	w := filled(t)
	w.office(liMing, now, id("application", 0), field.TypeApplication, field.Value{Field: "kind", Value: field.ApplyInfo}, field.Value{Field: "store", Value: id("store", 0)},
		field.Value{Field: "change", Value: map[string]string{"solar_panel": "两块", "owner": "马小兰"}})
	w.arrive()
	p := w.editing(w.deps(), &field.Moment{})
	p.Tap("edit.apply.address")
	if !p.Shows("solar_panel") || !p.Shows("两块") || !p.Shows("新版内容") {
		t.Error(p.Texts())
	}
	p.Type("apply.address", "三营镇兴隆街 14 号")
	p.Tap("apply.submit")
	q, err := w.store.Application(t.Context(), id("application", 0))
	must(t, err)
	if len(q.Change) != 3 || q.Change["solar_panel"] != "两块" || !q.Submitted() {
		t.Errorf("%+v", q)
	}
}
