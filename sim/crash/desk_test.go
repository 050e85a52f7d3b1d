package crash

import (
	"errors"
	"path/filepath"
	"sync/atomic"

	"storewalk/sim/drive"
)

// A desk is a process that hosts phones.
type desk struct {
	w      *world
	bin    string
	phones []*phone
	last   *life
}

// A life of a desk is its process from a start to a kill.
type life struct {
	*drive.Process
	killed atomic.Bool
	over   chan struct{} // closed when next is there
	next   *life
}

func (d *desk) begin() {
	d.w.t.Helper()
	p, err := drive.Start(d.w.t.Context(), d.bin)
	d.w.try(err)
	now := &life{Process: p, over: make(chan struct{})}
	if before := d.last; before != nil {
		before.next = now
		close(before.over)
	}
	d.last = now
	for _, p := range d.phones {
		if p.life == nil {
			p.life = now
		}
	}
}

func (d *desk) ready() {} // it was when begin returned; its phones are opened by those who work with them

func (d *desk) kill() {
	d.w.t.Helper()
	d.last.killed.Store(true)
	d.w.try(d.last.Kill())
}

func (d *desk) checkFiles(dir string) {
	d.w.t.Helper()
	for _, p := range d.phones {
		checkCopy(d.w.t, p.dir, filepath.Join(dir, p.name))
	}
}

// do runs a command in the phone's present process. When that has been killed, it waits for the next one and
// returns an error that is drive.ErrDied; the command may have been done or not.
func (p *phone) do(c drive.Command) (drive.Reply, error) {
	c.Dev = p.name
	r, err := p.life.Do(c)
	if !errors.Is(err, drive.ErrDied) {
		select {
		case p.w.answers <- struct{}{}:
		default:
		}
		return r, err
	}
	if !p.life.killed.Load() {
		p.fail("its process died by itself: %v", err)
	}
	select {
	case <-p.life.over:
		p.life, p.opened = p.life.next, false
	case <-p.w.t.Context().Done():
	}
	return r, err
}
