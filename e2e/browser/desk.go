package browser

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
)

// Desk is a page for a test: a step that fails ends the test, and so does at its end whatever
// the console showed as an error and the test did not expect.
type Desk struct {
	// Page is for steps whose failure the test wants to look at itself.
	Page *Page

	t        testing.TB
	browser  *Browser
	expected []string
}

// NewDesk starts a Chromium for one test. Without Chromium the test is skipped, unless the
// environment says E2E=must, as 'make test' does.
func NewDesk(t testing.TB) *Desk {
	t.Helper()
	// The test's context ends before its cleanups, which close Chromium in good order.
	b, err := Start(context.WithoutCancel(t.Context()))
	if errors.Is(err, ErrNotInstalled) && os.Getenv("E2E") != "must" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return (&Desk{t: t, browser: b}).Another()
}

// Another is a second person's page in the same Chromium, with cookies of its own.
func (d *Desk) Another() *Desk {
	d.t.Helper()
	page, err := d.browser.NewPage()
	d.check(err)
	other := &Desk{Page: page, t: d.t, browser: d.browser}
	d.t.Cleanup(func() {
		for _, problem := range page.Problems() {
			if !slices.ContainsFunc(other.expected, func(s string) bool { return strings.Contains(problem, s) }) {
				d.t.Errorf("the page's console: %s", problem)
			}
		}
		page.Close()
	})
	return other
}

// Expect allows console errors that contain text, such as the 422 of a form filled in wrongly.
func (d *Desk) Expect(text string) { d.expected = append(d.expected, text) }

// Open is Page.Open.
func (d *Desk) Open(url string) { d.t.Helper(); d.check(d.Page.Open(d.t.Context(), url)) }

// Click is Page.Click.
func (d *Desk) Click(selector string) { d.t.Helper(); d.check(d.Page.Click(d.t.Context(), selector)) }

// Type is Page.Type.
func (d *Desk) Type(selector, text string) {
	d.t.Helper()
	d.check(d.Page.Type(d.t.Context(), selector, text))
}

// Set is Page.Set.
func (d *Desk) Set(selector, value string) {
	d.t.Helper()
	d.check(d.Page.Set(d.t.Context(), selector, value))
}

// Upload is Page.Upload.
func (d *Desk) Upload(selector string, paths ...string) {
	d.t.Helper()
	d.check(d.Page.Upload(d.t.Context(), selector, paths...))
}

// Text is Page.Text.
func (d *Desk) Text(selector string) string {
	d.t.Helper()
	text, err := d.Page.Text(d.t.Context(), selector)
	d.check(err)
	return text
}

// WaitFor is Page.WaitFor.
func (d *Desk) WaitFor(expression string) {
	d.t.Helper()
	d.check(d.Page.WaitFor(d.t.Context(), expression))
}

// WaitText waits until the first match of a selector shows text.
func (d *Desk) WaitText(selector, text string) {
	d.t.Helper()
	d.WaitFor("document.querySelector(" + quote(selector) + ").innerText.includes(" + quote(text) + ")")
}

// Screenshot is Page.Screenshot.
func (d *Desk) Screenshot(path string, width, height int, scale float64) {
	d.t.Helper()
	d.check(d.Page.Screenshot(d.t.Context(), path, width, height, scale))
}

func (d *Desk) check(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}
