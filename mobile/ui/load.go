package ui

import "context"

// A load reads a screen's model off the UI goroutine and shows it on the UI goroutine. A newer
// start, or stop, makes an older result vanish. All methods are called on the UI goroutine.
type load[M any] struct {
	app    *App
	fetch  func(context.Context) (M, error) // must not touch what a tap can change
	show   func(M, error)
	cancel context.CancelFunc
}

func newLoad[M any](a *App, fetch func(context.Context) (M, error), show func(M, error)) *load[M] {
	return &load[M]{app: a, fetch: fetch, show: show}
}

// start reads and then shows. While writes are under way it does nothing: the app starts the page
// again when they are done, so an older value never flickers over a newer tap.
func (l *load[M]) start(parent context.Context) {
	l.stop()
	if l.app.writes.busy() {
		return
	}
	ctx, cancel := context.WithCancel(parent)
	l.cancel = cancel
	fetch := l.fetch
	l.app.deps.Go(func() {
		m, err := fetch(ctx)
		l.app.deps.Do(func() {
			if ctx.Err() == nil {
				l.app.passing.begin()
				l.show(m, err)
				l.app.nav.settle(true)
			}
		})
	})
}

func (l *load[M]) stop() {
	if l.cancel != nil {
		l.cancel()
		l.cancel = nil
	}
}
