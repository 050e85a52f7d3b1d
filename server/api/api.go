// Package api serves phones: enrolment, the exchange of records, and the photo bytes.
package api

import (
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"storewalk/server/auth"
	"storewalk/server/store"
	"storewalk/shared/fault"
	"storewalk/shared/pack"
	"storewalk/shared/wire"

	"github.com/gin-gonic/gin"
)

// An API answers phones. Make one with New.
type API struct {
	store *store.Store
	log   *slog.Logger
	brake auth.Limiter
}

// New returns an API on a store.
func New(s *store.Store, log *slog.Logger) *API { return &API{store: s, log: log} }

// Register adds the protocol's routes. The caller gives NotFound to what else begins with /v1/.
func (a *API) Register(r gin.IRouter) {
	r.POST(wire.PathEnrol, a.handle(a.enrol))
	r.POST(wire.PathSync, a.handle(a.signedIn(a.sync)))
	r.POST(wire.PathRanges, a.handle(a.signedIn(a.ranges)))
	r.POST(wire.PathReceipt, a.handle(a.signedIn(a.receipt)))
	r.HEAD(wire.PathBlobs+":sha256", a.handle(a.tus(a.signedIn(a.blobOffset))))
	r.PATCH(wire.PathBlobs+":sha256", a.handle(a.tus(a.signedIn(a.blobAppend))))
	r.OPTIONS(wire.PathBlobs+":sha256", a.handle(a.tus(a.blobOptions)))
}

// NotFound answers what is no route of the protocol.
func (a *API) NotFound(c *gin.Context) {
	a.handle(func(*gin.Context) error { return fault.New(fault.NotFound, "request.unknown", nil) })(c)
}

var status = map[fault.Kind]int{
	fault.Internal:     http.StatusInternalServerError,
	fault.Invalid:      http.StatusBadRequest,
	fault.Unauthorized: http.StatusUnauthorized,
	fault.Forbidden:    http.StatusForbidden,
	fault.NotFound:     http.StatusNotFound,
	fault.Conflict:     http.StatusConflict,
	fault.Unavailable:  http.StatusServiceUnavailable,
}

// handle turns a handler's error into the one error body the protocol has.
func (a *API) handle(h func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		limitSilence(c)
		err := h(c)
		if err == nil {
			return
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = fault.New(fault.Unavailable, "timeout", err)
		}
		if c.Writer.Written() {
			return // the phone hung up in the middle of its answer; it will ask again
		}
		kind, code := fault.Of(err)
		hungUp := errors.Is(err, context.Canceled) || errors.Is(err, io.ErrUnexpectedEOF)
		if kind == fault.Internal && !hungUp { // a phone that loses its line is no failure here
			a.log.ErrorContext(c.Request.Context(), "Request failed", "route", c.FullPath(), "error", err)
		}
		c.AbortWithStatusJSON(status[kind], wire.Error{Kind: kind, Code: code})
	}
}

// signedIn gives a handler the phone that calls.
func (a *API) signedIn(h func(*gin.Context, auth.Principal) error) func(*gin.Context) error {
	return func(c *gin.Context) error {
		token, ok := strings.CutPrefix(c.GetHeader("Authorization"), "Bearer ")
		if !ok {
			return auth.ErrSignedOut
		}
		p, err := a.store.DeviceByToken(c.Request.Context(), token)
		if err != nil {
			return err
		}
		return h(c, p)
	}
}

// Limits of what may be tried, in bytes: the brake remembers logins and the hash reads all of a password.
const (
	maxLogin    = 300
	maxPassword = 1_000
)

func (a *API) enrol(c *gin.Context) error {
	var req wire.EnrolRequest
	if err := decode(c, &req); err != nil {
		return err
	}
	if len(req.PublicKey) == 0 || len(req.PublicKey) > 100 || len(req.Device) > 200 ||
		len(req.Login) > maxLogin || len(req.Password) > maxPassword {
		return fault.New(fault.Invalid, "request.malformed", nil)
	}
	ctx := c.Request.Context()
	login := strings.ToLower(strings.TrimSpace(req.Login)) // as the store compares it
	if err := a.brake.Allow(login, c.ClientIP()); err != nil {
		return err
	}
	account, err := a.store.Authenticate(ctx, req.Login, req.Password)
	if err != nil {
		return err
	}
	a.brake.Forget(login, c.ClientIP())
	token, device, err := a.store.EnrolDevice(ctx, account.ID, base64.StdEncoding.EncodeToString(req.PublicKey), req.Device)
	if err != nil {
		return err
	}
	return reply(c, wire.EnrolResponse{Server: a.store.ID(), Device: device, Token: token, User: account.ID, Name: account.Name, ServerMS: time.Now().UnixMilli(),
		ReceiptKey: a.store.ReceiptKey()})
}

func (a *API) sync(c *gin.Context, p auth.Principal) error {
	var req wire.SyncRequest
	if err := decode(c, &req); err != nil {
		return err
	}
	switch {
	case req.Proto != wire.Proto:
		return fault.New(fault.Invalid, "proto.unsupported", nil)
	case len(req.Push) > wire.MaxPush || len(req.Blobs) > wire.MaxBlobAsks || len(req.Except) > wire.MaxExcept || len(req.Clocks) > wire.MaxClocks ||
		len(req.Lacks) > len(req.Push):
		return fault.New(fault.Invalid, "request.too_large", nil)
	}
	resp, err := a.store.Sync(c.Request.Context(), p, req)
	if err != nil {
		return err
	}
	return reply(c, resp)
}

// ranges compares one territory further.
func (a *API) ranges(c *gin.Context, p auth.Principal) error {
	var req wire.RangesRequest
	if err := decode(c, &req); err != nil {
		return err
	}
	resp, err := a.store.Ranges(c.Request.Context(), p, req)
	if err != nil {
		return err
	}
	return reply(c, resp)
}

// receipt signs what is here of a phone's work.
func (a *API) receipt(c *gin.Context, p auth.Principal) error {
	var req wire.ReceiptRequest
	if err := decode(c, &req); err != nil {
		return err
	}
	if req.Proto != wire.Proto {
		return fault.New(fault.Invalid, "proto.unsupported", nil)
	}
	resp, err := a.store.Receipt(c.Request.Context(), p, req)
	if err != nil {
		return err
	}
	return reply(c, resp)
}

// decode reads a JSON body, packed or not, within the protocol's limit.
func decode(c *gin.Context, v any) error {
	b, records, err := unpacked(c)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge) || errors.Is(err, pack.ErrTooLarge) || len(b) > wire.MaxRequestBytes:
		return fault.New(fault.Invalid, "request.too_large", err)
	case fault.Is(err, "request.encoding"):
		return err
	case err != nil:
		return fault.New(fault.Invalid, "request.malformed", err)
	}
	if err := wire.Decode(b, records, v); err != nil {
		return fault.New(fault.Invalid, "request.malformed", err)
	}
	return nil
}

// unpacked returns a body without its packing, at most a byte more than the limit, and the records that came beside it.
func unpacked(c *gin.Context) (b []byte, records [][]byte, err error) {
	body := http.MaxBytesReader(c.Writer, c.Request.Body, wire.MaxRequestBytes)
	switch c.GetHeader("Content-Encoding") {
	case "":
		b, err = io.ReadAll(body)
		return b, nil, err
	case pack.Encoding:
		if b, err = io.ReadAll(body); err != nil {
			return nil, nil, err
		}
		return pack.Open(b, wire.MaxRequestBytes, wire.RequestRecords...)
	case "gzip":
		z, err := gzip.NewReader(body)
		if err != nil {
			return nil, nil, err
		}
		b, err = io.ReadAll(io.LimitReader(z, wire.MaxRequestBytes+1))
		return b, nil, err
	}
	return nil, nil, fault.New(fault.Invalid, "request.encoding", nil)
}

// reply writes an answer, packed as the phone wants it. Its headers are few: an exchange with nothing new is mostly
// headers, the answer states the server's clock itself, and no cache keeps the answer to a POST.
func reply(c *gin.Context, v any) error {
	b, err := wire.Encode(v)
	if err != nil {
		return err
	}
	header, accepted := c.Writer.Header(), c.GetHeader("Accept-Encoding")
	if strings.Contains(accepted, pack.Encoding) {
		packed, err := pack.Pack(b)
		if err == nil {
			b = packed
			header.Set("Content-Encoding", pack.Encoding)
		}
	}
	if header.Get("Content-Encoding") == "" && len(b) >= pack.WorthGzip && strings.Contains(accepted, "gzip") {
		if b, err = pack.Gzip(b); err != nil {
			return err
		}
		header.Set("Content-Encoding", "gzip")
	}
	header["Date"] = nil
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(b)))
	c.Status(http.StatusOK)
	_, err = c.Writer.Write(b)
	return err
}
