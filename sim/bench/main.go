// Command bench measures what the exchange costs beside a floor: a program that carries the same records with
// plain SQLite on both ends and nothing else, no versions, no merge, no receipts. Server and phones are
// processes of their own. It prints a table of medians and writes it with the facts of the machine to a file.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"storewalk/sim/drive"
)

type options struct {
	runs int    // of each workload; the slow ones run less
	only string // names of workloads, with commas; "" is all
	out  string // file to write, "" for none
	root string // of the module
}

func main() {
	var o options
	flag.IntVar(&o.runs, "runs", 5, "how often each workload runs")
	flag.StringVar(&o.only, "only", "", "workloads to run, such as W1,W2")
	flag.StringVar(&o.out, "out", "", "Markdown file to write")
	flag.StringVar(&o.root, "root", ".", "folder of the module")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	switch flag.Arg(0) {
	case "floor-server":
		err = serveFloor(ctx, flag.Arg(1))
	case "floor-phone":
		err = drive.Serve(ctx, os.Stdin, os.Stdout, func(string) drive.Device { return &floorPhone{} })
	default:
		err = compare(ctx, o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// compare runs the workloads on both systems in turn, so that both meet the machine in the same mood.
func compare(ctx context.Context, o options) (err error) {
	dir, err := os.MkdirTemp("", "storewalk-bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	began, on := time.Now(), facts(ctx, o) // before this program is itself the load
	b, err := build(ctx, o.root, dir)
	if err != nil {
		return err
	}
	ours, floor := series{}, series{}
	for _, w := range workloads {
		if o.only != "" && !slices.Contains(strings.Split(o.only, ","), w.name) {
			continue
		}
		runs := o.runs
		if w.most > 0 {
			runs = min(runs, w.most)
		}
		for i := range runs {
			fmt.Fprintf(os.Stderr, "%4.0f s  %s, run %d of %d\n", time.Since(began).Seconds(), w.name, i+1, runs)
			if err := b.once(ctx, w, b.ours, ours); err != nil {
				return err
			}
			if w.ours {
				continue
			}
			if err := b.once(ctx, w, b.floor, floor); err != nil {
				return err
			}
		}
	}
	var text strings.Builder
	missed := table(&text, ours, floor)
	fmt.Print(text.String())
	fmt.Printf("\n%d targets missed; %.0f s in all\n", len(missed), time.Since(began).Seconds())
	if o.out == "" {
		return nil
	}
	return write(o, on, text.String())
}

// once runs a workload on a fresh scene.
func (b *bench) once(ctx context.Context, w workload, sys *system, into series) (err error) {
	s, end, err := b.begin(ctx, sys)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	one := sample{}
	if err := w.run(ctx, b, s, one); err != nil {
		return fmt.Errorf("%s on %s: %w", w.name, sys.name, err)
	}
	into.add(one)
	return nil
}
