package ui_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
	"storewalk/shared/wire"
)

// astray is a phone that heard the server, and whose clock shows another time since.
func (w *world) astray(p *uitest.Phone, shows time.Duration) {
	w.t.Helper()
	must(w.t, w.store.Apply(w.t.Context(), nil, wire.SyncResponse{ServerMS: now.Add(w.passed()).UnixMilli()}))
	w.ahead = shows
	p.App.Changed()
	p.Settle()
}

func TestAClockThatIsOffIsNamedAndHidesNotTheDay(t *testing.T) {
	w := newWorld(t)
	w.signIn()
	w.furnishDay(now)
	p := uitest.Open(t, w.onTheWay())
	if p.Has("today.clock") {
		t.Fatal("the clock is right:", p.Text("today.clock"))
	}
	p.Tap("today.route.3.go")
	p.Back()
	before, err := w.store.DayVisits(t.Context())
	must(t, err)
	for i, shows := range []time.Duration{-365 * 24 * time.Hour, 30 * time.Hour} {
		w.astray(p, shows)
		p.Tap("today.route." + strconv.Itoa(5+i) + ".go")
		must(t, w.store.CheckOut(t.Context(), w.newest(), field.Moment{}))
		p.Back()
		said := p.Text("today.clock")
		if !strings.HasPrefix(said, "手机时间不对：显示 "+p.App.DateTime(now.Add(shows).UnixMilli())+"，实际是 "+p.App.Date(now.UnixMilli())) {
			t.Error(said)
		}
		if !strings.HasPrefix(p.Text("subtitle"), p.App.Date(now.UnixMilli())) || p.Has("today.none") || !p.Has("today.done") {
			t.Error("not the plan of today:", p.Text("subtitle"), p.Texts())
		}
		if late := "已过期：" + p.App.Clock(evening(now)); p.Shows(late) { // what is due this evening, by the right clock
			t.Error(late)
		}
		p.Tap("tab.sync")
		if p.Text("sync.clock") != said || p.Text("sync.today") != "今天 · "+p.App.Date(now.UnixMilli()) {
			t.Error(p.Text("sync.clock"), p.Text("sync.today"))
		}
		if got := p.Text("sync.total.visits"); got == "0" {
			t.Error("the visit that is in progress is not counted")
		}
		p.Tap("tab.visits")
		if !strings.HasPrefix(p.Text("subtitle"), "今天 "+p.App.N("unit.visits", before.Visits+i+1)+" ·") || !p.Shows(p.App.T("visits.today")) {
			t.Error("it forgets today's visits:", p.Texts())
		}
		p.Tap("tab.today")
	}
	w.ahead = 0 // put right
	p.App.Changed()
	p.Settle()
	if p.Has("today.clock") {
		t.Error(p.Text("today.clock"))
	}
	p.Tap("tab.sync")
	if p.Has("sync.clock") {
		t.Error(p.Text("sync.clock"))
	}
}
