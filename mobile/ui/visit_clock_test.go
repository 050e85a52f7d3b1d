package ui_test

import (
	"strings"
	"testing"
	"time"
)

func TestAClockThatGoesBackAYearDoesNotDisturbAVisit(t *testing.T) {
	for _, boot := range []string{"ten", ""} {
		w, p := planning(t)
		w.boot = boot
		p.Tap("store." + id("store", 0).String())
		p.Tap("visit.checkin")
		w.later = 7 * time.Minute
		w.ahead = -365 * 24 * time.Hour
		p.App.Changed()
		p.Settle()
		if !p.Has("visit.checkout") {
			t.Error(p.Texts())
		}
		p.Tap("item.information")
		if p.Text("visit.list") != "已完成 1 / 3 项" {
			t.Error(p.Text("visit.list"))
		}
		for _, years := range []int{-1, 10} {
			w.ahead = time.Duration(years) * 365 * 24 * time.Hour
			p.App.Changed()
			p.Settle()
			head := p.Text("subtitle")
			long := strings.HasSuffix(head, "进店 · 7 分钟")
			if boot == "" { // nobody was there for so long, before or after, and nobody knows for how long
				long = !strings.Contains(head, "分钟") && !strings.Contains(head, "小时") && strings.Contains(head, "进店")
			}
			if !long {
				t.Error(boot, years, head)
			}
		}
		p.Tap("visit.checkout")
		p.Tap("visit.checkout.confirm")
		if p.Has("visit.checkout") {
			t.Error("it can not be ended:", p.Texts())
		}
	}
}
