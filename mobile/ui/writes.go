package ui

import (
	"context"
	"sync"
)

// writes runs what a person did one after the other, in the order they did it, off the UI goroutine.
// Nothing is dropped when a page is left: the queue belongs to the app.
type writes struct {
	ctx  context.Context // never ends: what a person did is written even while the app closes
	run  func(func())    // starts work off the UI goroutine
	do   func(func())    // runs work on the UI goroutine
	idle func()          // called on the UI goroutine after a batch

	mu      sync.Mutex
	queue   []write
	running bool
	done    *sync.Cond
}

type write struct {
	job   func(context.Context) error
	after func(error) // on the UI goroutine; may be nil
}

func newWrites(ctx context.Context, run, do func(func()), idle func()) *writes {
	w := &writes{ctx: ctx, run: run, do: do, idle: idle}
	w.done = sync.NewCond(&w.mu)
	return w
}

// push queues a job. after is told its outcome.
func (w *writes) push(job func(context.Context) error, after func(error)) {
	w.mu.Lock()
	w.queue = append(w.queue, write{job, after})
	start := !w.running
	w.running = true
	w.mu.Unlock()
	if start {
		w.run(w.drain)
	}
}

func (w *writes) drain() {
	for {
		w.mu.Lock()
		if len(w.queue) == 0 {
			w.running = false
			w.done.Broadcast()
			w.mu.Unlock()
			w.do(w.idle)
			return
		}
		next := w.queue[0]
		w.queue = w.queue[1:]
		w.mu.Unlock()
		err := next.job(w.ctx)
		if next.after != nil {
			w.do(func() { next.after(err) })
		}
	}
}

// busy reports whether a write is queued or running.
func (w *writes) busy() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.running
}

// flush waits until everything queued so far is in the database.
func (w *writes) flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.running {
		w.done.Wait()
	}
}
