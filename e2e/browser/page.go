package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// Page is one tab. Its methods do one step each, wait for what the step needs, and say in
// their error what the page showed instead. One goroutine uses a page at a time.
type Page struct {
	tab    context.Context
	cancel context.CancelFunc

	mu       sync.Mutex
	problems []string
}

// Open goes to an address and waits until the page and what it loads are there.
func (p *Page) Open(ctx context.Context, url string) error {
	return p.do(ctx, "open "+url, chromedp.Navigate(url))
}

// Click clicks the first visible match of a CSS selector as a person would: it is scrolled into
// view first, and a click on something disabled or covered is an error.
func (p *Page) Click(ctx context.Context, selector string) error {
	at, err := p.locate(ctx, selector)
	if err != nil {
		return fmt.Errorf("browser: click %s: %w", selector, err)
	}
	return p.do(ctx, "click "+selector, chromedp.MouseClickXY(at.X, at.Y))
}

// Type clicks into a field and types after what is there, key by key; characters that no key
// makes (Chinese) arrive whole, as from an input method.
func (p *Page) Type(ctx context.Context, selector, text string) error {
	if err := p.Click(ctx, selector); err != nil {
		return err
	}
	for _, r := range text {
		step := chromedp.KeyEvent(string(r))
		if r > '~' {
			step = insert(string(r))
		}
		if err := p.do(ctx, "type into "+selector, step); err != nil {
			return err
		}
	}
	return nil
}

// Set gives a select, a date or any other field a value and tells the page, as choosing it
// would. What the field held before is replaced.
func (p *Page) Set(ctx context.Context, selector, value string) error {
	if _, err := p.locate(ctx, selector); err != nil {
		return fmt.Errorf("browser: set %s: %w", selector, err)
	}
	took, err := Eval[bool](ctx, p, fmt.Sprintf(`((el, value) => {
		el.value = value;
		el.dispatchEvent(new Event('input', {bubbles: true}));
		el.dispatchEvent(new Event('change', {bubbles: true}));
		return el.value === value;
	})(document.querySelector(%s), %s)`, quote(selector), quote(value)))
	if err == nil && !took {
		err = errors.New("browser: the field does not take this value")
	}
	if err != nil {
		return fmt.Errorf("browser: set %s to %q: %w", selector, value, err)
	}
	return nil
}

// Upload gives files to a file field.
func (p *Page) Upload(ctx context.Context, selector string, paths ...string) error {
	return p.do(ctx, "upload to "+selector, chromedp.SetUploadFiles(chromedp.CSS(selector), paths))
}

// Text is the visible text of the first match, which is waited for.
func (p *Page) Text(ctx context.Context, selector string) (string, error) {
	if err := p.WaitFor(ctx, "document.querySelector("+quote(selector)+")"); err != nil {
		return "", err
	}
	return Eval[string](ctx, p, "document.querySelector("+quote(selector)+").innerText")
}

// WaitFor waits until a JavaScript expression is true, asking again after the page changed
// under it. An expression that throws is not true yet.
func (p *Page) WaitFor(ctx context.Context, expression string) error {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	again := time.NewTicker(40 * time.Millisecond)
	defer again.Stop()
	for {
		ok, last := Eval[bool](ctx, p, "!!("+expression+")")
		if ok {
			return nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return fmt.Errorf("browser: not true within %s: %s (%w); %s", time.Since(began).Round(time.Millisecond), expression, errors.Join(last, ctx.Err()), p.shows())
		}
	}
}

// Screenshot writes what the page shows as a PNG, at a width and height in CSS pixels and a
// device scale (2 for a sharp picture). Height 0 takes the whole page. The size stays.
func (p *Page) Screenshot(ctx context.Context, path string, width, height int, scale float64) error {
	viewport := func(height int) error {
		return p.do(ctx, "resize", chromedp.EmulateViewport(int64(width), int64(height), chromedp.EmulateScale(scale)))
	}
	whole := height == 0
	if whole {
		height = 800
	}
	if err := viewport(height); err != nil {
		return err
	}
	if whole {
		tall, err := Eval[int](ctx, p, "document.documentElement.scrollHeight")
		if err != nil {
			return err
		}
		if err := viewport(tall); err != nil {
			return err
		}
	}
	settled := chromedp.Evaluate[chromedp.Void](`document.fonts.ready.then(() =>
		new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r))))`, chromedp.EvalAwaitPromise)
	if err := p.do(ctx, "settle", settled); err != nil {
		return err
	}
	png, err := run(ctx, p, "screenshot", chromedp.CaptureScreenshot())
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("browser: screenshot: %w", err)
	}
	return os.WriteFile(path, png, 0o644)
}

// Problems lists what the console showed as an error so far, oldest first: exceptions, refusals
// by the content security policy, resources that did not load.
func (p *Page) Problems() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.problems)
}

// Close closes the tab and forgets its cookies.
func (p *Page) Close() { p.cancel() }

// Eval is the value of a JavaScript expression in the page, which must fit T.
func Eval[T any](ctx context.Context, p *Page, expression string) (T, error) {
	return run(ctx, p, "evaluate", chromedp.Evaluate[T](expression))
}

// point is a place in the page, in CSS pixels, or the reason why there is none.
type point struct {
	X, Y float64
	Why  string
}

// locate waits until the first visible match of a selector can be clicked and stands still, and says where: what a picture
// above it moves when it loads would not be there any more when it is clicked.
func (p *Page) locate(ctx context.Context, selector string) (point, error) {
	ctx, cancel := context.WithTimeout(ctx, stepLimit)
	defer cancel()
	again := time.NewTicker(40 * time.Millisecond)
	defer again.Stop()
	var before point
	why := "nobody looked"
	for {
		at, err := Eval[point](ctx, p, "("+findClickable+")("+quote(selector)+")")
		if err == nil && at.Why == "" {
			if at == before {
				return at, nil
			}
			at.Why, before = "it moves", at // or nobody knows yet whether it does
		}
		if err == nil {
			why = at.Why
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return point{}, fmt.Errorf("%s (%w); %s", why, errors.Join(err, ctx.Err()), p.shows())
		}
	}
}

const findClickable = `selector => {
	const all = [...document.querySelectorAll(selector)];
	if (all.length === 0) return {Why: 'nothing matches'};
	const el = all.find(e => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length > 0);
	if (!el) return {Why: 'it is not visible'};
	if (el.disabled) return {Why: 'it is disabled'};
	el.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
	const r = el.getClientRects()[0];
	const X = r.left + r.width / 2, Y = r.top + r.height / 2;
	const top = document.elementFromPoint(X, Y);
	const hit = top && (el.contains(top) || (top.closest('label') && top.closest('label').control === el));
	if (!hit) return {Why: 'it is covered by ' + (top ? top.outerHTML.slice(0, 100) : 'nothing in view')};
	return {X, Y};
}`

// insert types text as an input method does, without keys.
func insert(text string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

// do runs a step that answers nothing.
func (p *Page) do(ctx context.Context, name string, step chromedp.Action[chromedp.Void]) error {
	_, err := run(ctx, p, name, step)
	return err
}

// run runs one step in the tab for as long as ctx, the tab and the step's limit allow.
func run[T any](ctx context.Context, p *Page, name string, step chromedp.Action[T]) (T, error) {
	limited, cancel := context.WithTimeout(p.tab, stepLimit)
	defer cancel()
	stop := context.AfterFunc(ctx, cancel)
	defer stop()
	value, err := chromedp.Run(limited, step)
	if err != nil {
		return value, fmt.Errorf("browser: %s: %w", name, err)
	}
	return value, nil
}

// shows says in one line what is on the page, for an error's end.
func (p *Page) shows() string {
	text, err := Eval[string](context.Background(), p,
		"location.pathname + ' shows: ' + (document.body ? document.body.innerText : '').slice(0, 300)")
	if err != nil {
		return "the page does not answer"
	}
	return strings.Join(strings.Fields(text), " ")
}

func (p *Page) note(text, url string) {
	if url != "" {
		text += " (" + url + ")"
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.problems = append(p.problems, text)
}

// quote makes a JavaScript string literal.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always encodes
	}
	return string(b)
}
