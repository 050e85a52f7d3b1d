package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"storewalk/mobile/ui"
	"storewalk/sim/county"
)

// A series is what was measured, by name.
type series map[string][]cost

func (s series) add(name string, c cost) { s[name] = append(s[name], c) }

func wall(c cost) time.Duration { return c.wall }
func cpu(c cost) time.Duration  { return c.cpu }

// at is the value that a part of all samples does not exceed: 0.5 is the median.
func (s series) at(name string, part float64, of func(cost) time.Duration) time.Duration {
	var all []time.Duration
	for _, c := range s[name] {
		all = append(all, of(c))
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[min(len(all)-1, int(float64(len(all))*part))]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1e3) }

// verdict says whether a figure is within its limit, or by how much it is not.
func verdict(v, limit float64) string {
	switch {
	case limit == 0:
		return ""
	case v <= limit:
		return "met"
	}
	return fmt.Sprintf("missed by %.0f %%", 100*(v/limit-1))
}

// atLeast is the verdict on a figure that must not be less than its limit.
func atLeast(v, limit float64) string {
	if v >= limit {
		return "met"
	}
	return fmt.Sprintf("missed by %.0f %%", 100*(1-v/limit))
}

func perSecond(frame time.Duration) float64 { return float64(time.Second) / float64(max(1, frame)) }

// A row is one figure with its target.
type row struct {
	what, name string
	limit      time.Duration // of its 95th percentile; 0: none
}

var rows = []row{
	{"start to the first screen drawn, nothing waiting", "start." + county.Settled, time.Second},
	{"of this, opening the database", "start." + county.Settled + ".open", 0},
	{"the same in a real window, nothing waiting", "window." + county.Settled, time.Second},
	{"start to the first screen drawn, all waiting", "start." + county.Waiting, time.Second},
	{"the same in a real window, all waiting", "window." + county.Waiting, time.Second},
	{"search, each letter: Chinese", "type.chinese", 50 * time.Millisecond},
	{"search, each letter: initials of the pinyin", "type.initials", 50 * time.Millisecond},
	{"search, each letter: the whole pinyin", "type.pinyin", 50 * time.Millisecond},
	{"search, each digit: licence", "type.licence", 50 * time.Millisecond},
	{"search, each digit: telephone", "type.phone", 50 * time.Millisecond},
	{"search, with the list laid out: initials", "type.initials.all", 0},
	{"a tap on a stepper: the number changed", "step.tap", 0},
	{"a tap on a stepper: drawn in software", "step.screen", 16 * time.Millisecond},
	{"the same in a real window, from the touch on", "touch.step", 16 * time.Millisecond},
	{"with a graphics processor that takes no time", "blank.step", 16 * time.Millisecond},
	{"meanwhile computed, by all threads of the app", "blank.step.used", 0},
	{"of this, since the app was handed the touch", "blank.handed", 16 * time.Millisecond},
	{"meanwhile computed, by all threads of the app", "blank.handed.used", 0},
	{"of this, since Fyne began to draw", "blank.begun", 0},
	{"and then on the disk", "step.disk", 20 * time.Millisecond},
	{"scrolling 5,000 stores by a finger, a frame: rows", "scroll.slow.move", 0},
	{"scrolling 5,000 stores by a finger, a frame: drawn in software", "scroll.slow", 20 * time.Millisecond},
	{"the same in a real window", "touch.slow", 20 * time.Millisecond},
	{"with a graphics processor that takes no time", "blank.slow", 20 * time.Millisecond},
	{"meanwhile computed, by all threads of the app", "blank.slow.used", 0},
	{"thrown, a frame: rows", "scroll.fling.move", 0},
	{"thrown, a frame: drawn in software", "scroll.fling", 20 * time.Millisecond},
	{"the same in a real window", "touch.fling", 20 * time.Millisecond},
	{"with a graphics processor that takes no time", "blank.fling", 20 * time.Millisecond},
	{"meanwhile computed, by all threads of the app", "blank.fling.used", 0},
	{"thrown wildly, a frame: rows", "scroll.wild.move", 0},
	{"thrown wildly, a frame: drawn in software", "scroll.wild", 20 * time.Millisecond},
}

// pageLimit is how long a page's data may take.
const pageLimit = 30 * time.Millisecond

// tables writes what was measured as Markdown.
func tables(s series, d day) string {
	var out strings.Builder
	line := func(cells ...string) { fmt.Fprintln(&out, "| "+strings.Join(cells, " | ")+" |") }
	line("figure", "p50", "p95", "p95 of its processor time", "target", "")
	line("---", "---:", "---:", "---:", "---", "---")
	for _, r := range rows {
		if len(s[r.name]) == 0 {
			line(r.what, "", "", "", "", "not measured")
			continue
		}
		p95, target := s.at(r.name, .95, wall), ""
		if r.limit > 0 {
			target = "≤ " + ms(r.limit)
		}
		line(r.what, ms(s.at(r.name, .5, wall)), ms(p95), ms(s.at(r.name, .95, cpu)), target, verdict(float64(p95), float64(r.limit)))
	}
	for _, of := range []struct{ what, name string }{
		{"slow, drawn in software", "scroll.slow"}, {"fling, drawn in software", "scroll.fling"}, {"wild, drawn in software", "scroll.wild"},
		{"slow, with a graphics processor that takes no time", "blank.slow"}, {"fling, with a graphics processor that takes no time", "blank.fling"},
	} {
		if len(s[of.name]) == 0 {
			continue // said above
		}
		typical, worst := perSecond(s.at(of.name, .5, wall)), perSecond(s.at(of.name, .95, wall))
		line("frames a second, "+of.what, fmt.Sprintf("%.0f", typical), fmt.Sprintf("%.0f", worst), "", "≥ 50", atLeast(typical, 50))
	}
	if d.Actions > 0 {
		line(fmt.Sprintf("memory after %d actions of a day: the most", d.Actions), mega(d.Peak), "", "", "≤ 180 MB", verdict(float64(d.Peak), 180<<20))
		line("memory after the day, swept", mega(d.Resident), "", "", "≤ 180 MB", verdict(float64(d.Resident), 180<<20))
	} else {
		line("memory after a day", "", "", "", "≤ 180 MB", "not measured")
	}
	out.WriteString("\nEvery page's data, of many records, with nothing waiting and with 20,000 photos and all records waiting:\n\n")
	line("page", "settled p50", "p95", "waiting p50", "p95", "p95 of its processor time", "≤ 30 ms")
	line("---", "---:", "---:", "---:", "---:", "---:", "---")
	for _, page := range ui.Pages() {
		a, b := county.Settled+"."+page, county.Waiting+"."+page
		if len(s[a]) == 0 || len(s[b]) == 0 {
			line(page, "", "", "", "", "", "not measured")
			continue
		}
		worst := max(s.at(a, .95, wall), s.at(b, .95, wall))
		line(page, ms(s.at(a, .5, wall)), ms(s.at(a, .95, wall)), ms(s.at(b, .5, wall)), ms(s.at(b, .95, wall)),
			ms(max(s.at(a, .95, cpu), s.at(b, .95, cpu))), verdict(float64(worst), float64(pageLimit)))
	}
	return out.String()
}

func mega(n int64) string { return fmt.Sprintf("%.0f MB", float64(n)/(1<<20)) }
