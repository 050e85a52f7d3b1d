package browser_test

import (
	"context"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"storewalk/e2e/browser"
)

const form = `<!doctype html><html lang="zh"><title>form</title><link rel="icon" href="data:,">
<style>body{font:16px "Noto Sans CJK SC"} #below{margin-top:3000px}</style>
<form action="/saved"><input id="name" name="name"><select id="grade" name="grade"><option>A<option>B</select>
<input id="file" type="file"><button id="save">保存</button></form>
<button id="off" disabled>off</button><p id="keys">0</p><button id="below">below</button>
<script src="/page.js"></script>`

const script = `document.querySelector('#name').addEventListener('keyup', () => {
	document.querySelector('#keys').textContent++;
});
document.querySelector('#below').addEventListener('click', e => setTimeout(() => e.target.textContent = 'clicked', 100));`

func office(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	serve := func(kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind+"; charset=utf-8")
			w.Header().Set("Content-Security-Policy", "default-src 'self'; style-src 'unsafe-inline'; img-src data:")
			fmt.Fprint(w, body)
		}
	}
	mux.HandleFunc("/{$}", serve("text/html", form))
	mux.HandleFunc("/page.js", serve("text/javascript", script))
	mux.HandleFunc("/inline", serve("text/html", `<script>document.title = "refused"</script>`))
	mux.HandleFunc("/throws", serve("text/html", `<script src="/throws.js"></script>`))
	mux.HandleFunc("/throws.js", serve("text/javascript", `throw new Error("no such store")`))
	mux.HandleFunc("/saved", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "who", Value: r.FormValue("name")})
		serve("text/html", `<p id="saved">`+r.FormValue("name")+" "+r.FormValue("grade")+`</p>`)(w, r)
	})
	mux.HandleFunc("/who", func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie("who")
		if err != nil {
			cookie = &http.Cookie{Value: "nobody"}
		}
		serve("text/html", "<p>"+cookie.Value+"</p>")(w, r)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestAPersonFillsInAFormUnderAStrictPolicy(t *testing.T) {
	t.Parallel()
	url := office(t)
	desk := browser.NewDesk(t)
	desk.Open(url)
	desk.Type("#name", "ma3 马")
	if got := desk.Text("#keys"); got != "4" {
		t.Errorf("the page saw %s keys, want 4", got)
	}
	desk.Set("#grade", "B")
	file := filepath.Join(t.TempDir(), "stores.csv")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	desk.Upload("#file", file)
	desk.WaitFor("document.querySelector('#file').files[0].name === 'stores.csv'")
	desk.Click("#below")
	desk.WaitText("#below", "clicked")

	picture := filepath.Join(t.TempDir(), "sub", "page.png")
	desk.Screenshot(picture, 390, 844, 2)
	if w, h := size(t, picture); w != 780 || h != 1688 {
		t.Errorf("the picture is %d×%d, want 780×1688", w, h)
	}
	desk.Screenshot(picture, 400, 0, 1)
	if w, h := size(t, picture); w != 400 || h < 3000 {
		t.Errorf("the whole page is %d×%d, want 400 wide and over 3000 high", w, h)
	}

	desk.Click("#save")
	desk.WaitText("#saved", "ma3 马 B")
	desk.Open(url + "/who")
	desk.WaitText("p", "ma3")
	other := desk.Another()
	other.Open(url + "/who")
	other.WaitText("p", "nobody")
}

func TestWhatTheConsoleShowsIsKept(t *testing.T) {
	t.Parallel()
	url := office(t)
	desk := browser.NewDesk(t)
	for _, c := range []struct{ path, problem string }{
		{"/inline", "Content Security Policy"},
		{"/throws", "no such store"},
		{"/missing", "404"},
	} {
		desk.Expect(c.problem)
		desk.Open(url + c.path)
		// Chromium tells of the console when it likes.
		for deadline := time.After(time.Minute); !strings.Contains(strings.Join(desk.Page.Problems(), "\n"), c.problem); {
			select {
			case <-time.After(time.Millisecond):
			case <-deadline:
				t.Fatalf("%s: the console has %q, want %q", c.path, desk.Page.Problems(), c.problem)
			}
		}
	}
}

func TestAStepThatCannotBeDoneSaysWhatThePageShows(t *testing.T) {
	t.Parallel()
	url := office(t)
	desk := browser.NewDesk(t)
	desk.Open(url)
	fails := func(doing string, step func(context.Context) error, words ...string) {
		t.Helper()
		var err error
		// A machine that is busy may not even have looked when a short time is over.
		for limit := 250 * time.Millisecond; limit < time.Minute; limit *= 2 {
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			err = step(ctx)
			cancel()
			if err == nil {
				break
			}
			if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(err.Error(), w) }) {
				return
			}
		}
		t.Errorf("%s: %v", doing, err)
	}
	fails("clicking a disabled button", func(ctx context.Context) error { return desk.Page.Click(ctx, "#off") }, "it is disabled", "保存")
	fails("waiting for what never comes", func(ctx context.Context) error {
		return desk.Page.WaitFor(ctx, "document.title === 'other'")
	}, "保存")
}

func size(t *testing.T, path string) (width, height int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	config, err := png.DecodeConfig(f)
	if err != nil {
		t.Fatal(err)
	}
	return config.Width, config.Height
}
