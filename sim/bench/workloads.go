package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"storewalk/sim/drive"
)

// A sample is the figures of one run of one workload, by the names that rows in report.go have.
type sample map[string]float64

// A workload runs once on a fresh scene and adds its figures.
type workload struct {
	name string
	run  func(ctx context.Context, b *bench, s *scene, into sample) error
	ours bool // the floor cannot do it
	most int  // runs, when fewer than asked for are enough
}

var workloads = []workload{
	{name: "W2", run: runCounts},
	{name: "W1", run: runDay},
	{name: "W5", run: runBoth},
	{name: "W3", run: runMany, most: 3},
	{name: "slow", run: runSlowDay, most: 3, ours: true},
	{name: "photos", run: runPhotos, most: 1, ours: true},
}

// A measure is what a command cost, seen from outside and by the phone's own counters.
type measure struct {
	seconds        float64
	bytes          float64 // both ways
	up, down       float64
	headers        float64
	requests       float64
	server, phones cost
}

// measured runs commands, one for each phone, all at once.
func (s *scene) measured(p *drive.Process, commands ...drive.Command) (m measure, err error) {
	serverCost, err := watch(s.server.cmd.Process.Pid)
	if err != nil {
		return m, err
	}
	phoneCost, err := watch(p.PID())
	if err != nil {
		return m, err
	}
	before, err := s.stats(p, commands)
	if err != nil {
		return m, err
	}
	began := time.Now()
	if err := all(p, commands); err != nil {
		return m, err
	}
	m.seconds = time.Since(began).Seconds()
	var errs [2]error
	m.server, errs[0] = serverCost()
	m.phones, errs[1] = phoneCost()
	after, err := s.stats(p, commands)
	m.up, m.down = float64(after.Up-before.Up), float64(after.Down-before.Down)
	m.bytes = m.up + m.down
	m.headers, m.requests = float64(after.Headers-before.Headers), float64(after.Requests-before.Requests)
	return m, errors.Join(err, errs[0], errs[1])
}

// stats adds up the counters of the phones that commands name.
func (s *scene) stats(p *drive.Process, commands []drive.Command) (sum drive.Reply, err error) {
	for _, c := range commands {
		r, err := p.Do(drive.Command{Cmd: "stats", Dev: c.Dev})
		if err != nil {
			return sum, err
		}
		sum.Up, sum.Down, sum.Headers, sum.Requests = sum.Up+r.Up, sum.Down+r.Down, sum.Headers+r.Headers, sum.Requests+r.Requests
	}
	return sum, nil
}

// all runs commands at once and waits for them.
func all(p *drive.Process, commands []drive.Command) error {
	errs := make([]error, len(commands))
	var done sync.WaitGroup
	for i, c := range commands {
		done.Go(func() { _, errs[i] = p.Do(c) })
	}
	done.Wait()
	return errors.Join(errs...)
}

// with starts a process with one phone for as long as fn takes.
func (s *scene) with(ctx context.Context, dev, user string, fn func(p *drive.Process) error) (err error) {
	p, err := s.phone(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.End()) }()
	if err := s.open(p, dev, user); err != nil {
		return err
	}
	return fn(p)
}

// holds fails unless a phone holds n records.
func holds(p *drive.Process, dev string, n int) error {
	r, err := p.Do(drive.Command{Cmd: "count", Dev: dev})
	if err == nil && r.N != n {
		err = fmt.Errorf("%s holds %d records, not %d", dev, r.N, n)
	}
	return err
}

// perRecord is a cost in microseconds of CPU for each of n records.
func perRecord(c cost, n int) float64 { return float64(c.cpu.Nanoseconds()) / 1e3 / float64(n) }

// runCounts is W2, W4 and W6, and writing offline.
func runCounts(ctx context.Context, b *bench, s *scene, into sample) error {
	const n = 10_000
	a := first(0)
	err := s.with(ctx, a, user(0), func(p *drive.Process) error {
		write, err := s.measured(p, drive.Command{Cmd: "load", Dev: a, File: b.counts, N: n})
		if err != nil {
			return err
		}
		push, err := s.measured(p, drive.Command{Cmd: "push", Dev: a})
		if err != nil {
			return err
		}
		into["write.seconds"], into["push.seconds"], into["push.up"] = write.seconds, push.seconds, push.up
		into["push.bytes"], into["push.requests"] = push.bytes, push.requests
		into["push.cpu.server"], into["push.cpu.phone"] = perRecord(push.server, n), perRecord(push.phones, n)
		into["push.memory.server"], into["push.memory.phone"] = float64(push.server.peak), float64(push.phones.peak)
		nothing, err := s.measured(p, drive.Command{Cmd: "sync", Dev: a})
		if err != nil {
			return err
		}
		into["W4.bytes"], into["W4.headers"], into["W4.requests"] = nothing.bytes, nothing.headers, nothing.requests
		if _, err := p.Do(drive.Command{Cmd: "edit", Dev: a, N: 1, Tag: "one"}); err != nil {
			return err
		}
		one, err := s.measured(p, drive.Command{Cmd: "push", Dev: a})
		into["W6.bytes"], into["W6.headers"], into["W6.requests"] = one.bytes, one.headers, one.requests
		return err
	})
	if err != nil {
		return err
	}
	return s.with(ctx, second(0), user(0), func(p *drive.Process) error {
		pull, err := s.measured(p, drive.Command{Cmd: "pull", Dev: second(0)})
		if err != nil {
			return err
		}
		into["pull.seconds"], into["pull.down"], into["pull.bytes"], into["pull.requests"] = pull.seconds, pull.down, pull.bytes, pull.requests
		into["pull.cpu.server"], into["pull.cpu.phone"] = perRecord(pull.server, n), perRecord(pull.phones, n)
		into["pull.memory.server"], into["pull.memory.phone"] = float64(pull.server.peak), float64(pull.phones.peak)
		return holds(p, second(0), n)
	})
}

// dayRecords is how many records fieldDay makes.
const dayRecords = 40 * (1 + 1 + linesPerVisit + 3)

// runDay is W1.
func runDay(ctx context.Context, b *bench, s *scene, into sample) error {
	a := first(0)
	err := s.with(ctx, a, user(0), func(p *drive.Process) error {
		if _, err := p.Do(drive.Command{Cmd: "load", Dev: a, File: b.day}); err != nil {
			return err
		}
		push, err := s.measured(p, drive.Command{Cmd: "push", Dev: a})
		into["W1.bytes"], into["W1.requests"], into["W1.seconds"] = push.bytes, push.requests, push.seconds
		return err
	})
	if err != nil {
		return err
	}
	return s.arrived(ctx, dayRecords)
}

// arrived fails unless a new phone gets n records from the server.
func (s *scene) arrived(ctx context.Context, n int) error {
	return s.with(ctx, second(0), user(0), func(p *drive.Process) error {
		if _, err := p.Do(drive.Command{Cmd: "pull", Dev: second(0)}); err != nil {
			return err
		}
		return holds(p, second(0), n)
	})
}

// runBoth is W5: what the two phones need until they show the same.
func runBoth(ctx context.Context, b *bench, s *scene, into sample) (err error) {
	const n = 1_000
	x, y := first(0), second(0)
	p, err := s.phone(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.End()) }()
	if err := errors.Join(s.open(p, x, user(0)), s.open(p, y, user(0))); err != nil {
		return err
	}
	for _, c := range []drive.Command{
		{Cmd: "load", Dev: x, File: b.counts, N: n}, {Cmd: "push", Dev: x}, {Cmd: "pull", Dev: y},
		{Cmd: "edit", Dev: x, N: n, Tag: "Li"}, {Cmd: "edit", Dev: y, N: n, Tag: "Wang"},
	} {
		if _, err := p.Do(c); err != nil {
			return err
		}
	}
	for _, dev := range []string{x, y, x} {
		m, err := s.measured(p, drive.Command{Cmd: "sync", Dev: dev})
		if err != nil {
			return err
		}
		into["W5.bytes"] += m.bytes
		into["W5.requests"] += m.requests
		into["W5.seconds"] += m.seconds
	}
	if s.sys.name == "floor" {
		into["W5.lost"] = n // of each record the floor keeps one edit
		return holds(p, y, n)
	}
	dx, err := p.Do(drive.Command{Cmd: "digest", Dev: x})
	if err != nil {
		return err
	}
	dy, err := p.Do(drive.Command{Cmd: "digest", Dev: y})
	if err != nil {
		return err
	}
	if dx.Sha != dy.Sha || dx.N != n {
		return fmt.Errorf("W5: the phones differ: %+v %+v", dx, dy)
	}
	// Before the edits a count held three values; both packs agree, and both tags are kept.
	into["W5.lost"] = float64(n*(3+2) - dx.Values)
	into["W5.conflicts"] = float64(min(dx.Conflicts, dy.Conflicts))
	return nil
}

// runMany is W3.
func runMany(ctx context.Context, b *bench, s *scene, into sample) error {
	const each = 1_000
	for _, half := range []struct {
		name, cmd string
		dev       func(int) string
	}{{"push", "push", first}, {"pull", "pull", second}} {
		p, err := s.phone(ctx)
		if err != nil {
			return err
		}
		var work, load []drive.Command
		for i := range phones {
			if err := s.open(p, half.dev(i), user(i)); err != nil {
				return errors.Join(err, p.End())
			}
			load = append(load, drive.Command{Cmd: "load", Dev: half.dev(i), File: b.many(i), N: each})
			work = append(work, drive.Command{Cmd: half.cmd, Dev: half.dev(i)})
		}
		if half.cmd == "push" {
			if err := all(p, load); err != nil {
				return errors.Join(err, p.End())
			}
		}
		m, err := s.measured(p, work...)
		into["W3."+half.name+".seconds"] = m.seconds
		into["W3.memory"] = max(into["W3.memory"], float64(m.server.peak))
		for i := range phones {
			err = errors.Join(err, holds(p, half.dev(i), each))
		}
		if err := errors.Join(err, p.End()); err != nil {
			return err
		}
	}
	into["W3.seconds"] = into["W3.push.seconds"] + into["W3.pull.seconds"]
	return nil
}
