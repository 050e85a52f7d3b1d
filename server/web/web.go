// Package web is the office's side of the server: the pages on which supervisors see visits as they
// arrive, look at photos and counts, and settle what two people entered differently.
//
// Pages are whole without scripts; with them they follow what arrives. A page is a handler that reads the
// store and a template that places what it read; all words come from server/web/words and shared/words.
package web

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"storewalk/server/auth"
	"storewalk/server/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/receipt"
	"storewalk/shared/words"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
)

//go:embed words/*.toml
var wordFiles embed.FS

// Words are the texts of the pages, for words.Load.
func Words() fs.FS {
	fsys, err := fs.Sub(wordFiles, "words")
	if err != nil {
		panic(err) // the name is a constant of this file
	}
	return fsys
}

// A Config is what the pages need.
type Config struct {
	Store *store.Store
	Log   *slog.Logger
	// Townships names the nine-digit division codes; a code without a name is shown as it is.
	Townships map[string]string
}

// Web answers browsers. Make one with New.
type Web struct {
	store     *store.Store
	log       *slog.Logger
	brake     auth.Limiter
	book      *words.Book
	assets    assets
	pages     map[words.Lang]map[string]*template.Template
	townships map[string]string
}

// New reads the templates and words. An error is a broken build.
func New(cfg Config) (*Web, error) {
	book, err := words.Load(Words())
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	w := &Web{store: cfg.Store, log: cfg.Log, book: book, townships: cfg.Townships}
	if w.assets, err = loadAssets(); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	if w.pages, err = w.parse(); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	return w, nil
}

// Register adds the routes. The caller wraps the engine in auth.SameOrigin, gives it NotFound for what has
// no route, and ends the requests for text/event-stream when the server stops.
func (w *Web) Register(r gin.IRouter) {
	r.GET("/static/:name", w.assets.serve)
	open := r.Group("/", headers)
	open.GET("/signin", w.handle(w.signInPage))
	open.POST("/signin", w.handle(w.signIn))
	open.POST("/language", w.handle(w.setLanguage))

	in := r.Group("/", headers, auth.Require(supervisors{w.store}, w.refuse))
	in.POST("/signout", w.handle(w.signOut))
	in.GET("/", func(c *gin.Context) { c.Redirect(http.StatusFound, "/visits") })
	in.GET("/events", w.events)
	in.GET("/visits", w.handle(w.visits))
	in.GET("/visits/:id", w.handle(w.visit))
	in.GET("/visits/:id/photos/:photo", w.handle(w.photo))
	in.GET("/photos/:sha256", w.handle(w.photoBytes))
	in.GET("/thumbnails/:id", w.handle(w.thumbnail))
	in.GET("/conflicts", w.handle(w.conflicts))
	in.POST("/settle", w.handle(w.settle))
	in.POST("/restore", w.handle(w.restore))
	in.GET("/stores", w.handle(w.stores))
	in.GET("/stores/:id", w.handle(w.storePage))
	in.POST("/stores/:id", w.handle(w.editStore))
	in.GET("/market", w.handle(w.market))
	in.GET("/requests", w.handle(w.requests))
	in.GET("/requests/:id", w.handle(w.request))
	in.POST("/requests/:id", w.handle(w.requestEvent))
	in.GET("/applications", w.handle(w.applications))
	in.GET("/applications/:id", w.handle(w.application))
	in.POST("/applications/:id", w.handle(w.decide))
	in.GET("/phones", w.handle(w.phones))
	in.POST("/phones/:id/revoke", w.handle(w.revoke))
	in.POST("/alarms/:id", w.handle(w.seeAlarm))
	in.GET("/receipts", w.handle(w.receipts))
	in.GET(receipt.Path+":code", w.handle(w.scanned))
	in.POST("/phones/:id/aside", w.handle(w.takeAllAgain))
	in.GET("/aside", w.handle(w.aside))
	in.GET("/aside/:id", w.handle(w.asideRaw))
	in.POST("/aside/:id", w.handle(w.takeAgain))
}

// NotFound is the page for an address that leads nowhere.
func (w *Web) NotFound(c *gin.Context) {
	headers(c)
	w.fail(c, fault.New(fault.NotFound, "page.not_found", nil))
}

// supervisors are the sessions that may see the office's pages.
type supervisors struct{ *store.Store }

// SessionByToken is Store.SessionByToken for supervisors; anybody else is signed out.
func (s supervisors) SessionByToken(ctx context.Context, token string) (auth.Principal, error) {
	p, err := s.Store.SessionByToken(ctx, token)
	if err == nil && p.Role != field.RoleSupervisor {
		return auth.Principal{}, auth.ErrSignedOut
	}
	return p, err
}

// policy lets a page use nothing but what this server serves, and no script or style of its own.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func headers(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// refuse sends a browser without a session to the sign-in page, and back afterwards.
func (w *Web) refuse(c *gin.Context, err error) {
	if kind, _ := fault.Of(err); kind != fault.Unauthorized {
		w.fail(c, err)
		return
	}
	to := "/signin"
	if c.Request.Method == http.MethodGet && c.Request.URL.Path != "/" {
		to += "?next=" + url.QueryEscape(c.Request.URL.RequestURI())
	}
	switch {
	case c.GetHeader("HX-Request") != "":
		c.Header("HX-Redirect", to)
		c.Status(http.StatusUnauthorized)
	case c.Request.Method == http.MethodGet && strings.Contains(c.GetHeader("Accept"), "text/html"):
		c.Redirect(http.StatusSeeOther, to)
	case c.Request.Method == http.MethodPost:
		c.Redirect(http.StatusSeeOther, "/signin")
	default: // a picture, or the stream of events
		c.Status(http.StatusUnauthorized)
	}
}

const maxForm = 64 << 10 // bytes

// handle answers with a page that says what went wrong when the handler fails.
func (w *Web) handle(h func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxForm)
		if err := h(c); err != nil {
			w.fail(c, err)
		}
	}
}

var statuses = map[fault.Kind]int{
	fault.Internal:     http.StatusInternalServerError,
	fault.Invalid:      http.StatusUnprocessableEntity,
	fault.Unauthorized: http.StatusUnauthorized,
	fault.Forbidden:    http.StatusNotFound, // what is not yours is not there
	fault.NotFound:     http.StatusNotFound,
	fault.Conflict:     http.StatusConflict,
	fault.Unavailable:  http.StatusServiceUnavailable,
}

func (w *Web) fail(c *gin.Context, err error) {
	kind, code := fault.Of(err)
	if errors.Is(err, context.Canceled) { // the browser went away
		c.Status(http.StatusServiceUnavailable)
		return
	}
	if kind == fault.Internal {
		w.log.ErrorContext(c.Request.Context(), "Page failed", "route", c.FullPath(), "error", err)
	}
	body := struct {
		NotFound bool
		Code     string
	}{kind == fault.NotFound || kind == fault.Forbidden, code}
	if err := w.render(c, statuses[kind], "fail", page{Title: "fail.title", Body: body}); err != nil {
		w.log.ErrorContext(c.Request.Context(), "Page of a failure failed", "error", err)
		c.Status(http.StatusInternalServerError)
	}
}

// A page is what the layout shows around a body.
type page struct {
	Title       string // key of words, or text
	Section     string // which entry of the navigation is lit
	Live        string // address the page asks again when something arrives; "" for none
	Body        any
	Me          auth.Principal
	Lang        words.Lang
	Here        string // address of this page, to come back to
	Query       url.Values
	Fault, Done string // code and key of what the last form did, from the address
	Conflicts   int
	Quarantined int
	Undecided   int // applications
	Alarms      int
	Late        int // requests whose clock has run out
}

// render answers with a page of the browser's language.
func (w *Web) render(c *gin.Context, status int, name string, p page) error {
	p.Me, p.Lang, p.Here, p.Query = auth.Caller(c), language(c), c.Request.URL.RequestURI(), c.Request.URL.Query()
	if c.Request.Method != http.MethodGet {
		p.Here = "/"
	}
	w.said(c, &p)
	if p.Me.Account != uuid.Nil {
		sum, err := w.store.Arrived(c.Request.Context(), maxTime)
		if err != nil {
			return err
		}
		p.Conflicts, p.Quarantined, p.Undecided, p.Alarms = sum.Conflicts, sum.Quarantined, sum.Applications, sum.Alarms
		if p.Late, err = w.store.LateRequests(c.Request.Context(), time.Now()); err != nil {
			return err
		}
	}
	var out bytes.Buffer
	if err := w.pages[p.Lang][name].ExecuteTemplate(&out, "layout", p); err != nil {
		return fmt.Errorf("web: page %s: %w", name, err)
	}
	c.Data(status, "text/html; charset=utf-8", setApart(out.Bytes()))
	return nil
}

// maxTime is after everything that ever arrives.
const maxTime = 1 << 62

// said reads from the address what the last form did. Only what has words is shown.
func (w *Web) said(c *gin.Context, p *page) {
	say := w.book.In(p.Lang)
	if code := c.Query("fault"); code != "" && say.Has("fault."+code) {
		p.Fault = code
	}
	if key := c.Query("done"); key != "" && say.Has("done."+key) {
		p.Done = "done." + key
	}
}

// back redirects to the page a form came from, which says what happened: done is a key of words, err a
// failure that a person can act on. Any other failure is returned.
func back(c *gin.Context, to, done string, err error) error {
	u, bad := url.Parse(local(to))
	if bad != nil {
		u = &url.URL{Path: "/"}
	}
	q := u.Query()
	q.Del("fault")
	q.Del("done")
	if err == nil {
		q.Set("done", done)
	} else {
		kind, code := fault.Of(err)
		if kind != fault.Invalid && kind != fault.Conflict {
			return err
		}
		q.Set("fault", code)
	}
	u.RawQuery = q.Encode()
	c.Redirect(http.StatusSeeOther, u.String())
	return nil
}

// local returns an address of this server: a form can not send the browser elsewhere.
func local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return "/"
	}
	return to
}
