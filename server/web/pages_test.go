package web

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"storewalk/demo/shelf"
	"storewalk/server/store"
	"storewalk/shared/words"

	"github.com/google/uuid"
)

// client is a browser without scripts, signed in when cookies is true.
func (o *office) client(signedIn bool) *http.Client {
	o.t.Helper()
	jar, err := cookiejar.New(nil)
	o.check(err)
	c := &http.Client{Jar: jar}
	if signedIn {
		resp, err := c.PostForm(o.url+"/signin", url.Values{"login": {"zhou"}, "password": {password}})
		o.check(err)
		resp.Body.Close()
	}
	return c
}

func (o *office) get(c *http.Client, path string) (*http.Response, string) {
	o.t.Helper()
	req, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, o.url+path, nil)
	o.check(err)
	req.Header.Set("Accept", "text/html")
	resp, err := c.Do(req)
	o.check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	o.check(err)
	return resp, string(body)
}

// photoIn is a photo of a visit.
func (o *office) photoIn(visit, photo uuid.UUID) store.PhotoRow {
	o.t.Helper()
	v, err := o.store.VisitByID(o.t.Context(), visit)
	o.check(err)
	i := slices.IndexFunc(v.AllPhotos, func(p store.PhotoRow) bool { return p.Photo == photo })
	if i < 0 {
		o.t.Fatalf("photo %s is not in visit %s", photo, visit)
	}
	return v.AllPhotos[i]
}

func TestNothingIsShownWithoutASession(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := tell(o)
	p := o.photoIn(s.rich, s.photo)
	stranger := o.client(false)
	for _, path := range []string{"/", "/visits", "/visits/" + s.rich.String(), "/stores", "/conflicts", "/phones", "/aside", "/receipts", "/photos/" + p.Ref.String(), "/thumbnails/" + s.photo.String()} {
		resp, body := o.get(stranger, path)
		if resp.Request.URL.Path != "/signin" || strings.Contains(body, "马秀英") {
			t.Errorf("%s led to %s", path, resp.Request.URL)
		}
	}
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, o.url+"/photos/"+p.Ref.String(), nil)
	resp, err := stranger.Do(req)
	o.check(err)
	resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized {
		t.Error("a picture without a session:", resp.Status)
	}
}

func TestPicturesAreServedAsNothingButPictures(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	v := ma.visit(shops[0], time.Now(), 0)
	id := ma.photo(v, shops[0], "shelf", shelf.Options{Seed: 1}, time.Now(), true)
	away := ma.photo(v, shops[0], "shelf", shelf.Options{Seed: 2}, time.Now(), false)
	ma.sync()
	orphan := []byte("bytes that no record names")
	o.check(o.store.Blobs.Put(sha(orphan), strings.NewReader(string(orphan))))
	whole, missing := o.photoIn(v, id), o.photoIn(v, away)
	c := o.client(true)
	for path, want := range map[string]int{
		"/photos/" + whole.Ref.String():            http.StatusOK,
		"/thumbnails/" + id.String():               http.StatusOK,
		"/photos/" + missing.Ref.String():          http.StatusNotFound,
		"/photos/" + strings.Repeat("0", 64):       http.StatusNotFound,
		"/photos/..%2f..%2fstorewalk.db":           http.StatusNotFound,
		"/thumbnails/x":                            http.StatusNotFound,
		"/photos/" + hexOf(orphan):                 http.StatusNotFound,
		"/visits/" + v.String() + "/photos/" + "x": http.StatusNotFound,
	} {
		resp, _ := o.get(c, path)
		h := resp.Header
		if resp.StatusCode != want || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %s", path, resp.Status)
		}
		if want == http.StatusOK && (h.Get("Content-Type") != "image/jpeg" || !strings.Contains(h.Get("Cache-Control"), "immutable")) {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	var out strings.Builder
	for _, x := range sha(b) {
		out.WriteByte(digits[x>>4])
		out.WriteByte(digits[x&15])
	}
	return out.String()
}

func TestWhatIsNotThereIsAPageInWords(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	c := o.client(true)
	for _, path := range []string{"/visits/x", "/visits/00000000-0000-4000-8000-000000000001", "/stores/x", "/nowhere"} {
		resp, body := o.get(c, path)
		if resp.StatusCode != http.StatusNotFound || !strings.Contains(body, "这里没有内容") || resp.Header.Get("Content-Security-Policy") != policy {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
}

func TestAFormLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]string{
		"/visits?q=a": "/visits?q=a", "https://evil.example": "/", "//evil.example": "/", "/\\evil.example": "/",
		"": "/", "visits": "/", "javascript:alert(1)": "/", "/\t/evil.example": "/",
	} {
		if got := local(to); got != want {
			t.Errorf("%q leads to %q", to, got)
		}
	}
}

func TestAnotherSiteCanNotChangeAnything(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	c := o.client(true)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, o.url+"/signout", nil)
	o.check(err)
	req.Header.Set("Origin", "https://evil.example")
	resp, err := c.Do(req)
	o.check(err)
	resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Fatal(resp.Status)
	}
	if resp, _ := o.get(c, "/visits"); resp.Request.URL.Path != "/visits" {
		t.Fatal("signed out by another site")
	}
}

func TestSigningOutEndsTheSession(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	c := o.client(true)
	at, err := url.Parse(o.url)
	o.check(err)
	kept := slices.Clone(c.Jar.Cookies(at))
	resp, err := c.PostForm(o.url+"/signout", nil)
	o.check(err)
	resp.Body.Close()
	c.Jar.SetCookies(at, kept) // a stolen copy of the cookie
	if resp, _ := o.get(c, "/visits"); resp.Request.URL.Path != "/signin" {
		t.Fatal("the token still works")
	}
}

func TestARevokedPhoneIsShownAsSuch(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	ma := o.phone("ma", "马秀英")
	ma.sync()
	c := o.client(true)
	resp, err := c.PostForm(o.url+"/phones/"+ma.me.Device.String()+"/revoke", nil)
	o.check(err)
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	o.check(err)
	if !strings.Contains(string(body), "手机已停用") || !strings.Contains(string(body), "is-off") {
		t.Fatal(resp.Status, string(body))
	}
}

func TestBothLanguagesOfThePagesHaveTheSameKeys(t *testing.T) {
	t.Parallel()
	book, err := words.Load(Words())
	if err != nil {
		t.Fatal(err)
	}
	if zh, en := book.Keys(words.ZH), book.Keys(words.EN); !slices.Equal(zh, en) {
		t.Fatalf("%d Chinese keys, %d English", len(zh), len(en))
	}
}

func TestPagesShowNoKeyWithoutWords(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := tell(o)
	c := o.client(true)
	for _, path := range []string{"/visits", "/visits/" + s.rich.String(), "/stores", "/stores/" + s.shop.String(), "/conflicts", "/phones", "/aside", "/receipts"} {
		_, body := o.get(c, path)
		for _, prefix := range []string{">term.", ">visit.", ">store.", ">filter.", ">conflict.", ">history.", ">phones.", ">unit.", ">count."} {
			if i := strings.Index(body, prefix); i >= 0 {
				t.Errorf("%s shows %.60s", path, body[i:])
			}
		}
	}
}
