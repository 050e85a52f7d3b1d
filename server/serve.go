package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"storewalk/demo/guyuan"
	"storewalk/server/api"
	"storewalk/server/auth"
	"storewalk/server/store"
	"storewalk/server/web"

	"github.com/gin-gonic/gin"
)

// data is the folder that holds everything a server knows.
type data struct {
	Data string `help:"Folder of the database and the photos; made when missing." default:".data/server" env:"STOREWALK_DATA" placeholder:"DIR"`
}

// open opens the folder's store. Commands may do so while a server runs on it.
func (d data) open(ctx context.Context, log *slog.Logger) (*store.Store, error) {
	if err := os.MkdirAll(d.Data, 0o700); err != nil {
		return nil, err
	}
	return store.Open(ctx, d.Data, log)
}

type serve struct {
	data
	Listen string `help:"Address to listen on; port 0 takes a free one." default:"127.0.0.1:8080" env:"STOREWALK_LISTEN"`
	Debug  bool   `help:"Log every request."`
	// Without the proxy's range every request seems to come from the proxy, and one person's wrong passwords
	// would slow everybody down.
	TrustedProxy []netip.Prefix `help:"Addresses of a proxy in front, such as 127.0.0.1/32, whose word about who calls is believed; may be given again." placeholder:"CIDR" env:"STOREWALK_TRUSTED_PROXY"`
}

// Run serves and prints the address once it can be reached.
func (s *serve) Run(ctx context.Context, c *console) error {
	level := slog.LevelInfo
	if s.Debug {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewJSONHandler(c.err, &slog.HandlerOptions{Level: level}))
	return run(ctx, *s, log, func(a net.Addr) { fmt.Fprintf(c.out, "listening on http://%s\n", a) })
}

// grace is how long requests may take to finish after a signal; a phone goes on where it was cut.
const grace = 20 * time.Second

// run serves until ctx ends, then lets open requests finish. ready gets the bound address.
func run(ctx context.Context, cfg serve, log *slog.Logger, ready func(net.Addr)) (err error) {
	st, err := cfg.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	answer, err := handler(ctx, st, log, cfg.TrustedProxy)
	if err != nil {
		return err
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		return err
	}
	srv := &http.Server{
		Handler:   answer,
		Protocols: new(http.Protocols),
		// No limit on bodies here: a photo over 2G takes minutes. Each route limits its own.
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug), // clients that hang up
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	srv.Protocols.SetHTTP1(true)
	srv.Protocols.SetUnencryptedHTTP2(true)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	ready(ln.Addr())
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	log.Info("Stopping")
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := srv.Shutdown(last); err != nil {
		return errors.Join(err, srv.Close())
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// handler is everything the server answers. Streams of events end with ctx, other requests may finish.
func handler(ctx context.Context, st *store.Store, log *slog.Logger, proxies []netip.Prefix) (http.Handler, error) {
	pages, err := web.New(web.Config{Store: st, Log: log, Townships: townships()})
	if err != nil {
		return nil, err
	}
	engine := gin.New()
	var ranges []string
	for _, p := range proxies {
		ranges = append(ranges, p.String())
	}
	if err := engine.SetTrustedProxies(ranges); err != nil {
		return nil, err
	}
	engine.Use(logged(log), gin.CustomRecoveryWithWriter(io.Discard, func(c *gin.Context, what any) {
		log.ErrorContext(c.Request.Context(), "Request panicked", "route", c.FullPath(), "panic", fmt.Sprint(what), "stack", string(debug.Stack()))
		c.AbortWithStatus(http.StatusInternalServerError)
	}), onlyFrom(proxies), streamsEndWith(ctx), offersHTTP2)
	engine.GET("/healthz", health(st))
	phones := api.New(st, log)
	phones.Register(engine)
	pages.Register(engine)
	engine.NoRoute(func(c *gin.Context) {
		if strings.HasPrefix(c.Request.URL.Path, "/v1/") {
			phones.NotFound(c)
			return
		}
		pages.NotFound(c)
	})
	return auth.SameOrigin(engine), nil
}

// onlyFrom forgets what a request says about TLS unless it comes from one of the proxies. Who calls is gin's to
// find out, by the same ranges.
func onlyFrom(proxies []netip.Prefix) gin.HandlerFunc {
	return func(c *gin.Context) {
		from, err := netip.ParseAddr(c.RemoteIP())
		if err != nil || !slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(from.Unmap()) }) {
			c.Request.Header.Del("X-Forwarded-Proto")
		}
	}
}

// townships names the division codes of the region this server is for.
func townships() map[string]string {
	names := map[string]string{}
	for _, t := range guyuan.Townships() {
		names[t.Code] = t.Name
	}
	return names
}

// health answers whoever watches the server: 503 when the database does not.
func health(st *store.Store) gin.HandlerFunc {
	v := version()
	return func(c *gin.Context) {
		ctx, cancel := context.WithTimeout(c.Request.Context(), 2*time.Second)
		defer cancel()
		c.Header("Cache-Control", "no-store")
		if st.Ping(ctx) != nil {
			c.JSON(http.StatusServiceUnavailable, gin.H{"ok": false, "version": v})
			return
		}
		c.JSON(http.StatusOK, gin.H{"ok": true, "version": v})
	}
}

// logged writes a line for each request: its route, never its address, which may name a person.
func logged(log *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		start := time.Now()
		c.Next()
		log.DebugContext(c.Request.Context(), "Request", "method", c.Request.Method, "route", c.FullPath(), "status", c.Writer.Status(),
			"bytes", c.Writer.Size(), "ms", time.Since(start).Milliseconds())
	}
}

// streamsEndWith lets a request for a stream of events end when ctx does: it would never end by itself.
func streamsEndWith(ctx context.Context) gin.HandlerFunc {
	return func(c *gin.Context) {
		if !strings.Contains(c.GetHeader("Accept"), "text/event-stream") {
			return
		}
		request, cancel := context.WithCancel(c.Request.Context())
		defer cancel()
		defer context.AfterFunc(ctx, cancel)()
		c.Request = c.Request.WithContext(request)
		c.Next()
	}
}

// offersHTTP2 tells a phone on the other end of this connection that it may speak HTTP/2 to it. A proxy between them
// takes the offer out, since it concerns one connection (RFC 9110, section 7.8).
func offersHTTP2(c *gin.Context) {
	if c.Request.ProtoMajor == 1 && strings.HasPrefix(c.Request.URL.Path, "/v1/") {
		c.Header("Connection", "Upgrade")
		c.Header("Upgrade", "h2c")
	}
}
