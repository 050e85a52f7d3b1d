package ui_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"storewalk/mobile/ui"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
)

// clocked opens the app on a phone on which time passes with Pass.
func (w *world) clocked(deps ui.Deps) *uitest.Phone {
	w.t.Helper()
	w.on = uitest.Open(w.t, deps)
	return w.on
}

// wantPassed lets time pass, and wants the screen to say something then and to have been drawn so often meanwhile.
func wantPassed(t *testing.T, p *uitest.Phone, d time.Duration, text string, times int) {
	t.Helper()
	if n := p.Pass(d); n != times || !p.Shows(text) {
		t.Fatalf("%v later it was drawn anew %d times, not %d, and says, where %q is meant: %v", d, n, times, text, p.Texts())
	}
}

func TestWhatAnOpenPageSaysOfTheTimeIsRightToTheMinute(t *testing.T) {
	w := filled(t)
	w.planned()
	p := w.clocked(w.deps())
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Pass(30 * time.Second)
	for i := range 3 {
		wantPassed(t, p, time.Minute, "进店 · "+strconv.Itoa(i+1)+" 分钟", 1)
	}
	must(t, w.store.CheckOut(t.Context(), w.newest(), field.Moment{}))
	p.Back()
	p.Back()
	wantPassed(t, p, time.Minute, "上次拜访 4 分钟前", 1)
	p.Tap("tab.visits")
	wantPassed(t, p, 10*time.Minute, "14 分钟前", 10)
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	wantPassed(t, p, 45*time.Minute, "59 分钟前", 45)
	wantPassed(t, p, time.Minute, "1 小时前", 1)
	wantPassed(t, p, time.Minute, "1 小时前", 0)
	p.Tap("ask.enquiry")
	p.Type("ask.text", "什么时候到货")
	p.Tap("ask.done")
	p.Tap("request." + w.requests()[0].ID.String()[:8])
	left := p.Texts()
	if p.Pass(59*time.Minute) > 2 { // the visit is two hours ago at one time, and the request one hour less at another
		t.Error("it is drawn anew where nothing else is said")
	}
	p.Pass(2 * time.Minute)
	if strings.Join(left, "\n") == strings.Join(p.Texts(), "\n") {
		t.Error("an hour less is left, and still the page says:", left)
	}
}

func TestWhatIsTypedAndWhereOneIsStaysWhenAMinuteHasPassed(t *testing.T) {
	w := filled(t)
	w.planned()
	p := w.clocked(w.deps())
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	write(p, "answer.news", "新开了")
	in, at := p.Window.Canvas().Focused(), p.Offset()
	if in == nil || at == 0 {
		t.Fatal("nobody is in a field below the top:", at)
	}
	if p.Pass(90*time.Second) != 1 || !p.Shows("进店 · 1 分钟") {
		t.Fatal("it is not drawn anew:", p.Texts())
	}
	if p.Window.Canvas().Focused() != in || p.Offset() != at || p.Text("answer.news") != "新开了" {
		t.Errorf("%v, %v and %q; was %v, %v", p.Window.Canvas().Focused(), p.Offset(), p.Text("answer.news"), in, at)
	}
}

func TestNothingIsDrawnForTheTimeWhileTheAppIsNotSeen(t *testing.T) {
	w := filled(t)
	w.planned()
	p := w.clocked(w.deps())
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.App.Away()
	p.App.Changed() // from the server, which goes on
	p.Settle()
	if n := p.Pass(time.Hour); n != 0 {
		t.Errorf("it was drawn %d times", n)
	}
	p.App.Front()
	p.Settle()
	if !p.Shows("进店 · 59 分钟") && !p.Shows("进店 · 60 分钟") {
		t.Error("it says what it said an hour ago:", p.Texts())
	}
	p.Pass(time.Minute)
	if !p.Shows("进店 · 60 分钟") && !p.Shows("进店 · 61 分钟") {
		t.Error("the time stands still again:", p.Texts())
	}
	if p.App.Away(); p.Pass(time.Hour) != 0 {
		t.Error("it is drawn after the phone was put away again")
	}
}

// Somebody works late, with the day open.
func TestADayThatIsOpenOverMidnightBecomesTheNext(t *testing.T) {
	w := newWorld(t)
	w.signIn()
	w.furnishDay(now.AddDate(0, 0, 1))
	p := w.clocked(w.onTheWay())
	if !p.Has("today.none") || !strings.Contains(p.Text("subtitle"), p.App.Date(now.UnixMilli())) {
		t.Fatal(p.Texts())
	}
	y, m, d := now.In(field.Zone).Date()
	night := time.Date(y, m, d+1, 0, 0, 0, 0, field.Zone).Sub(now)
	p.Pass(night - time.Second)
	if !p.Has("today.none") {
		t.Fatal("it is the next day before midnight:", p.Texts())
	}
	p.Pass(2 * time.Second)
	if p.Has("today.none") || !p.Has("today.done") || !strings.Contains(p.Text("subtitle"), p.App.Date(now.Add(night).UnixMilli())) {
		t.Error("it is still the day before:", p.Texts())
	}
}

// A day is over when it is by the server's clock.
func TestEachPageOfTheDayThatIsOpenOverMidnightBecomesThatOfTheNext(t *testing.T) {
	y, m, d := wall().In(field.Zone).Date()
	for _, ahead := range []time.Duration{0, 30 * time.Hour, -30 * time.Hour} {
		for page, says := range map[string][3]string{ // what, before, and after
			"today": {"subtitle", "-", ""}, "visits": {"subtitle", "今天 1 次拜访", ""}, "sync": {"sync.total.visits", "1", "0"}, "map": {}} {
			w := newWorld(t)
			w.signIn()
			w.fill()
			p := w.clocked(w.deps())
			w.astray(p, ahead)
			p.Tap("tab.stores")
			p.Tap("store." + id("store", 0).String())
			p.Tap("visit.checkin")
			must(t, w.store.CheckOut(t.Context(), w.newest(), field.Moment{}))
			p.Back()
			p.Back()
			if page == "map" {
				p.Tap("tab.today")
				p.Tap("map.open")
			} else {
				p.Tap("tab." + page)
			}
			night := time.Date(y, m, d+1, 0, 0, 0, 0, field.Zone)
			if page == "today" {
				says[1], says[2] = p.App.Date(now.UnixMilli()), p.App.Date(night.UnixMilli())
			}
			said := func() string {
				if says[0] == "" || !p.Has(says[0]) {
					return ""
				}
				return p.Text(says[0])
			}
			p.Pass(night.Sub(now) - time.Second)
			if !strings.HasPrefix(said(), says[1]) {
				t.Errorf("%s, %v ahead: before midnight it says %q, not %q", page, ahead, said(), says[1])
			}
			times := p.Pass(3 * time.Second)
			if times == 0 || !strings.HasPrefix(said(), says[2]) || says[2] == "" && said() != "" {
				t.Errorf("%s, %v ahead: after midnight it is drawn %d times and says %q, not %q", page, ahead, times, said(), says[2])
			}
		}
	}
}

// After a start with the clock a year back nobody knows when the day ends.
func TestAClockOfWhichLittleIsKnownDrawsThePageEachMinuteAtMost(t *testing.T) {
	w := filled(t)
	p := w.clocked(w.deps())
	w.astray(p, -365*24*time.Hour)
	w.boot = "eleven"
	for _, page := range []string{"today", "visits", "sync"} {
		p.Tap("tab." + page)
		if n := p.Pass(10 * time.Minute); n > 11 {
			t.Errorf("%s is drawn %d times in ten minutes", page, n)
		}
	}
}
