package main

import (
	"context"
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/mozillazg/go-pinyin"

	"storewalk/mobile/ui"
	"storewalk/sim/county"
)

// typing finds stores letter by letter, in all the ways a person may type them: the list is read and laid out after each.
func (d *device) typing(ctx context.Context, into series) error {
	all, err := d.store.Stores(ctx, "")
	if err != nil {
		return err
	}
	if err := d.show("stores", ui.Target{}); err != nil {
		return err
	}
	const each = 6 // stores
	for n := range each {
		s := all[n*len(all)/each]
		page, err := d.store.StorePage(ctx, s.ID)
		if err != nil {
			return err
		}
		words := pinyin.LazyConvert(s.Name, nil)
		var initials string
		for _, w := range words {
			initials += w[:1]
		}
		for how, text := range map[string]string{"chinese": s.Name, "initials": initials, "pinyin": strings.Join(words, ""),
			"licence": page.Profile.LicenceNo, "phone": page.Profile.Phone} {
			letters := []rune(text)
			for i := range min(len(letters), 12) {
				d.reset()
				c := timed(func() { d.Type("stores.search", string(letters[:i+1])) })
				into.add("type."+how, d.read())
				into.add("type."+how+".all", c)
			}
		}
	}
	d.Back()
	return nil
}

// steps taps the steppers of the count sheet. The frame is drawn before anything else is done, and then the count is
// written: the figures are how long after the tap it was to be seen, and how long its writing took until it was durable.
func (d *device) steps(ctx context.Context, times int, into series) error {
	if err := d.show("count", ui.Target{ID: d.open}); err != nil {
		return err
	}
	d.sharp()
	d.frame()
	var taps []fyne.Tappable
	for _, id := range d.IDs() {
		if strings.HasSuffix(id, ".packs.more") || strings.HasSuffix(id, ".cartons.more") {
			taps = append(taps, d.Find(id).(fyne.Tappable))
		}
	}
	if len(taps) == 0 {
		return fmt.Errorf("no steppers on the count sheet: %v", d.IDs())
	}
	for n := range times {
		d.hold = true
		tap := timed(func() { test.Tap(taps[n%len(taps)]) })
		paint := timed(d.frame)
		d.hold = false
		into.add("step.tap", tap)
		into.add("step.paint", paint)
		into.add("step.screen", tap.plus(paint))
		jobs := d.later
		d.later = nil
		if len(jobs) == 0 {
			return fmt.Errorf("a tap on a stepper wrote nothing")
		}
		into.add("step.disk", timed(jobs[0]))
		for _, job := range jobs[1:] {
			job()
		}
		d.Settle()
	}
	d.Back()
	return nil
}

// scroll throws the list of all stores: slowly, as a finger draws it, and so fast that every frame shows other rows.
func (d *device) scroll(ctx context.Context, frames int, into series) error {
	if err := d.show("stores", ui.Target{}); err != nil {
		return err
	}
	d.sharp()
	for name, by := range map[string]float32{"slow": 12, "fling": 120, "wild": 900} {
		d.ScrollBy(-1e7)
		d.frame()
		for range frames {
			if err := ctx.Err(); err != nil {
				return err
			}
			move := timed(func() { d.ScrollBy(by) })
			paint := timed(d.frame)
			into.add("scroll."+name+".move", move)
			into.add("scroll."+name+".paint", paint)
			into.add("scroll."+name, move.plus(paint))
		}
	}
	d.Back()
	return nil
}

// measured runs all that is measured in this process, on a copy of each state; taps and scrolling where all waits, which is
// the harder.
func measured(ctx context.Context, state string, c county.County, times int, into series, say func(string)) error {
	d, err := open(ctx, c)
	if err != nil {
		return err
	}
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"", func() error { return d.known(ctx) }},
		{"screens", func() error { return d.screens(ctx, state, times, into, say) }},
		{"search", func() error { return d.typing(ctx, into) }},
		{"taps", func() error { return d.steps(ctx, max(60, 2*times), into) }},
		{"scrolling", func() error { return d.scroll(ctx, max(60, 2*times), into) }},
	} {
		if state == county.Settled && (step.what == "taps" || step.what == "scrolling") {
			continue
		}
		if step.what != "" {
			say(step.what + ", " + state)
		}
		if err := step.do(); err != nil {
			return err
		}
	}
	return d.end()
}
