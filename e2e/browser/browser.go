// Package browser drives a real Chromium through the office's pages, for tests and for the
// pictures in docs/screens. It is the only package that knows how Chromium is spoken to.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// ErrNotInstalled is returned by Start on a machine without Chromium.
var ErrNotInstalled = errors.New("browser: no chromium here; 'make apt' installs it")

// stepLimit is how long one step may take, and how long a condition is waited for. A page on a busy machine needs a second at
// worst; the rest is room, which costs time only when a test fails.
const stepLimit = time.Minute

// Browser is one Chromium process with a profile of its own, which is removed with it.
type Browser struct {
	ctx    context.Context // carries chromedp's connection; ends with Close
	cancel context.CancelFunc
}

// Start starts Chromium without a window, speaking Chinese as the office's machines do. The
// process ends with Close, or with ctx, whichever is first.
func Start(ctx context.Context) (*Browser, error) {
	path, err := find()
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // the tests run as root in containers
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "zh-CN"),
		chromedp.Flag("accept-lang", "zh-CN,zh"),
	)
	allocator, stop := chromedp.NewExecAllocator(ctx, options...)
	tab, cancel := chromedp.NewContext(allocator)
	b := &Browser{ctx: tab, cancel: func() { cancel(); stop() }}
	if err := chromedp.Do(tab); err != nil {
		b.cancel()
		return nil, fmt.Errorf("browser: start %s: %w", path, err)
	}
	return b, nil
}

// Close ends the process and waits until it and its profile are gone.
func (b *Browser) Close() error {
	limited, cancel := context.WithTimeout(b.ctx, stepLimit)
	defer cancel()
	err := chromedp.Cancel(limited)
	b.cancel()
	if err != nil {
		return fmt.Errorf("browser: close: %w", err)
	}
	return nil
}

// NewPage opens an empty page with cookies of its own, as another person at another desk has.
func (b *Browser) NewPage() (*Page, error) {
	tab, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	p := &Page{tab: tab, cancel: cancel}
	if err := chromedp.Listen(tab, p.hear); err != nil {
		cancel()
		return nil, fmt.Errorf("browser: new page: %w", err)
	}
	return p, nil
}

// find returns where Chromium is, under any of the names it is packaged by.
func find() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNotInstalled
}

// hear keeps what the console shows as an error: exceptions, console.error, refusals by the
// content security policy, resources that did not load. It runs on chromedp's reading goroutine.
func (p *Page) hear(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if o := e.ExceptionDetails.Exception; o != nil {
			text += " " + o.Description
		}
		p.note(text, e.ExceptionDetails.URL)
	case *runtime.EventConsoleAPICalled:
		if e.Type != runtime.ConsoleAPICalledTypeError && e.Type != runtime.ConsoleAPICalledTypeAssert {
			return
		}
		text := "console:"
		for _, arg := range e.Args {
			if arg.Description != "" {
				text += " " + arg.Description
			} else {
				text += " " + string(arg.Value)
			}
		}
		p.note(text, "")
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			p.note(e.Entry.Text, e.Entry.URL)
		}
	}
}
