// Command phone measures what a person waits for whose phone holds a whole county: every screen's data, search, taps,
// scrolling, the start, and what a day leaves in memory. It prints a table and writes it into docs/bench.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"time"

	"storewalk/e2e/window"
	"storewalk/sim/county"
	"storewalk/sim/figures"
)

// marks enclose the part of the file that a run writes.
const (
	beginMark = "<!-- the phone's figures: written by make bench-phone -->\n"
	endMark   = "<!-- end of the phone's figures -->\n"
)

type options struct {
	times   int    // samples of each figure
	starts  int    // of the app
	out     string // file to write, "" for none
	root    string // of the module
	cache   string // folder that keeps what was built
	profile string // file for a profile of the processor, "" for none
	only    string // part to run: starts, screens, touches or day, "" for all; nothing is written then
	heap    string // file for a profile of what the day leaves in memory, "" for none
}

// runs reports whether a part is wanted.
func (o options) runs(part string) bool { return o.only == "" || o.only == part }

func main() {
	var o options
	flag.IntVar(&o.times, "runs", 24, "how often each page is opened")
	flag.IntVar(&o.starts, "starts", 5, "how often the app is started")
	flag.StringVar(&o.out, "out", "", "Markdown file to write")
	flag.StringVar(&o.root, "root", ".", "folder of the module")
	flag.StringVar(&o.cache, "cache", ".data/county", "folder that keeps the county between runs")
	flag.StringVar(&o.profile, "profile", "", "file for a profile of the processor")
	flag.StringVar(&o.only, "only", "", "starts, screens, touches or day: run this alone, and write nothing")
	flag.StringVar(&o.heap, "heap", "", "file for a profile of the memory after the day")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	switch flag.Arg(0) {
	case "start":
		err = startHere(ctx, flag.Arg(1))
	case "day":
		err = liveDay(ctx, flag.Arg(1), flag.Arg(2), o.heap)
	default:
		err = bench(ctx, o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-phone:", err)
		os.Exit(1)
	}
}

// states of the phone, in the order measured.
var states = []string{county.Settled, county.Waiting}

func bench(ctx context.Context, o options) (err error) {
	dir, err := os.MkdirTemp("", "storewalk-bench-phone")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	began, facts := time.Now(), fmt.Sprintf("%s, %d samples of each page, %d starts. %s\n", figures.Commit(ctx, o.root), o.times, o.starts, figures.Machine())
	say := func(what string) { fmt.Fprintf(os.Stderr, "%4.0f s  %s\n", time.Since(began).Seconds(), what) }
	if o.profile != "" {
		f, err := os.Create(o.profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	into := series{}
	say("building the app for a window")
	windowed := window.Build(ctx, "storewalk/mobile", appPath(o))
	if windowed != nil && !errors.Is(windowed, window.ErrNotInstalled) {
		return windowed
	}
	for _, state := range states {
		say("the phone, " + state)
		c, err := county.Prepare(ctx, county.Whole, o.cache, filepath.Join(dir, state), state, time.Now())
		if err != nil {
			return err
		}
		if o.runs("starts") {
			say("starts, " + state)
			if err := starts(ctx, c.Dir, state, o.starts, into); err != nil {
				return err
			}
			if windowed != nil {
				say("no starts in a window: " + windowed.Error())
			} else if err := windows(ctx, o, c.Dir, state, into); err != nil {
				return err
			}
			say(fmt.Sprintf("started in %s, in a real window in %s (medians)", ms(into.at("start."+state, .5, wall)), ms(into.at("window."+state, .5, wall))))
		}
		if o.runs("screens") {
			if err := measured(ctx, state, c, o.times, into, say); err != nil {
				return err
			}
		}
		if o.runs("touches") && windowed == nil && state == county.Waiting {
			if err := touched(ctx, o, c, into, say); err != nil {
				return err
			}
		}
	}
	var day day
	if o.runs("day") {
		say("a day")
		if day, err = aDay(ctx, o, filepath.Join(dir, county.Waiting)); err != nil {
			return err
		}
	}
	text := tables(into, day)
	fmt.Print(text)
	fmt.Printf("\n%.0f s in all\n", time.Since(began).Seconds())
	if o.out == "" || o.only != "" {
		return nil
	}
	return figures.Write(filepath.Join(o.root, o.out), beginMark, endMark, facts+"\n"+text)
}
