package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// A unit turns a figure into words.
type unit func(v float64) string

func seconds(v float64) string { return fmt.Sprintf("%.2f s", v) }
func kilo(v float64) string    { return fmt.Sprintf("%.1f KB", v/1e3) }
func mega(v float64) string    { return fmt.Sprintf("%.2f MB", v/1e6) }
func memory(v float64) string  { return fmt.Sprintf("%.0f MB", v/(1<<20)) }
func plain(v float64) string   { return fmt.Sprintf("%.0f", v) }
func octets(v float64) string  { return fmt.Sprintf("%.0f B", v) }
func micro(v float64) string   { return fmt.Sprintf("%.1f µs", v) }
func percent(v float64) string { return fmt.Sprintf("%.1f %%", v) }

// A row is one figure of the table with its target.
type row struct {
	what  string
	key   string
	in    unit
	most  float64 // the figure's limit; 0: none
	least float64 // another
	ratio float64 // limit of the figure over the floor's
	none  bool    // it must be zero
}

var rows = []row{
	{what: "W1 a field day pushed, 1,400 records: bytes both ways", key: "W1.bytes", in: kilo, most: 90e3},
	{what: "W1 requests", key: "W1.requests", in: plain, most: 3},
	{what: "W1 wall", key: "W1.seconds", in: seconds},
	{what: "W2 10,000 counts pushed: wall", key: "push.seconds", in: seconds, ratio: 2.2},
	{what: "W2 pushed: bytes up", key: "push.up", in: mega, most: 0.6e6},
	{what: "W2 pushed: requests", key: "push.requests", in: plain},
	{what: "W2 pulled: wall", key: "pull.seconds", in: seconds, ratio: 2.2},
	{what: "W2 pulled: bytes down", key: "pull.down", in: mega, most: 0.6e6},
	{what: "W2 pulled: requests", key: "pull.requests", in: plain},
	{what: "W2 pushed: CPU per record, server", key: "push.cpu.server", in: micro, ratio: 30. / 13},
	{what: "W2 pushed: CPU per record, phone", key: "push.cpu.phone", in: micro, ratio: 25. / 9},
	{what: "W2 pulled: CPU per record, server", key: "pull.cpu.server", in: micro, ratio: 30. / 13},
	{what: "W2 pulled: CPU per record, phone", key: "pull.cpu.phone", in: micro, ratio: 25. / 9},
	{what: "W3 50 phones push 1,000 each at once: wall", key: "W3.push.seconds", in: seconds, ratio: 1.7},
	{what: "W3 each pulls its territory: wall", key: "W3.pull.seconds", in: seconds, ratio: 1.7},
	{what: "W3 server memory, peak", key: "W3.memory", in: memory, most: 120 << 20},
	{what: "W4 nothing new, 10,000 records held: bytes both ways", key: "W4.bytes", in: octets, most: 300},
	{what: "W4 of these, HTTP headers", key: "W4.headers", in: octets},
	{what: "W4 requests", key: "W4.requests", in: plain, most: 1},
	{what: "W5 two phones edited the same 1,000: bytes both ways", key: "W5.bytes", in: kilo, most: 250e3},
	{what: "W5 edits lost", key: "W5.lost", in: plain, none: true},
	{what: "W5 conflicts listed, of 1,000", key: "W5.conflicts", in: plain, least: 1_000},
	{what: "W6 one edited record: bytes both ways", key: "W6.bytes", in: octets, most: 800},
	{what: "W6 of these, HTTP headers", key: "W6.headers", in: octets},
	{what: "W6 requests", key: "W6.requests", in: plain, most: 1},
	{what: "W1 over the slow line: wall", key: "slow.seconds", in: seconds, most: 10},
	{what: "W1 over the slow line: requests", key: "slow.requests", in: plain},
	{what: "photos over the slow line: use of the line", key: "photos.line", in: percent, least: 87},
	{what: "photos over the slow line: bytes sent twice", key: "photos.twice", in: percent, most: 2},
	{what: "photos over the slow line: bytes of photos", key: "photos.bytes", in: kilo},
	{what: "photos over the slow line: wall", key: "photos.seconds", in: seconds},
	{what: "photos over the slow line: requests", key: "photos.requests", in: plain},
	{what: "photos over the slow line: resets met", key: "photos.resets", in: plain},
	{what: "offline write of 10,000, 100 a transaction: wall", key: "write.seconds", in: seconds, ratio: 2},
	{what: "W2 pushed: memory, server", key: "push.memory.server", in: memory, most: 70 << 20},
	{what: "W2 pushed: memory, phone", key: "push.memory.phone", in: memory, most: 60 << 20},
	{what: "W2 pulled: memory, server", key: "pull.memory.server", in: memory, most: 70 << 20},
	{what: "W2 pulled: memory, phone", key: "pull.memory.phone", in: memory, most: 60 << 20},
}

// A series is the figures of all runs, by name.
type series map[string][]float64

func (s series) add(one sample) {
	for key, v := range one {
		s[key] = append(s[key], v)
	}
}

// median returns the middle of what was measured; ok is false when nothing was.
func (s series) median(key string) (v float64, ok bool) {
	all := slices.Sorted(slices.Values(s[key]))
	if len(all) == 0 {
		return 0, false
	}
	return all[len(all)/2], true
}

// verdict compares a figure with its target: the target in words, whether it is met, and by how much it is
// missed.
func (r row) verdict(ours, floor float64, hasFloor bool) (target, how string) {
	limit := r.most
	switch {
	case r.none:
		if ours == 0 {
			return "0", "met"
		}
		return "0", fmt.Sprintf("missed by %s", r.in(ours))
	case r.least > 0:
		if ours >= r.least {
			return "≥ " + r.in(r.least), "met"
		}
		return "≥ " + r.in(r.least), "missed by " + r.in(r.least-ours)
	case r.ratio > 0:
		target = fmt.Sprintf("≤ %.1f × floor", r.ratio)
		if !hasFloor {
			return target, ""
		}
		limit = r.ratio * floor
	case limit > 0:
		target = "≤ " + r.in(limit)
	default:
		return "", ""
	}
	if ours <= limit {
		return target, "met"
	}
	return target, fmt.Sprintf("missed by %.0f %%", 100*(ours/limit-1))
}

// table writes what was measured as Markdown and returns the rows whose target is missed.
func table(w io.Writer, ours, floor series) (missed []string) {
	line := func(cells ...string) { fmt.Fprintln(w, "| "+strings.Join(cells, " | ")+" |") }
	line("figure", "storewalk", "floor", "ratio", "target", "")
	line("---", "---:", "---:", "---:", "---", "---")
	for _, r := range rows {
		v, ok := ours.median(r.key)
		if !ok {
			continue
		}
		f, has := floor.median(r.key)
		floors, ratio := "", ""
		if has {
			floors = r.in(f)
		}
		if has && f > 0 {
			ratio = fmt.Sprintf("%.2f", v/f)
		}
		target, how := r.verdict(v, f, has)
		line(r.what, r.in(v), floors, ratio, target, how)
		if strings.HasPrefix(how, "missed") {
			missed = append(missed, r.what+": "+how)
		}
	}
	return missed
}
