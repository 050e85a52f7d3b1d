// Package pulse tells many waiting goroutines that something changed, without queueing how often.
package pulse

import "sync"

// A Pulse is one signal with any number of watchers. The zero Pulse is ready.
type Pulse struct {
	mu       sync.Mutex
	watchers map[chan struct{}]struct{}
}

// Watch returns a channel that gets a value soon after each Beat, and the function that ends it. Beats
// that come faster than they are read are one value.
func (p *Pulse) Watch() (beats <-chan struct{}, stop func()) {
	ch := make(chan struct{}, 1)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.watchers == nil {
		p.watchers = map[chan struct{}]struct{}{}
	}
	p.watchers[ch] = struct{}{}
	return ch, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.watchers, ch)
	}
}

// Beat wakes every watcher. It never blocks.
func (p *Pulse) Beat() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for ch := range p.watchers {
		select {
		case ch <- struct{}{}:
		default: // it has not looked since the last beat
		}
	}
}
