package syncer

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/pack"
	"storewalk/shared/wire"
)

// patience is how long the line may be silent before a request is given up: outages of a mobile network
// last 4 to 40 s, so a deadline for the whole request would give up what was about to arrive.
const patience = 45 * time.Second

// tellsPacking is the least size, in bytes, of a message from whose compression that of the next one is guessed.
const tellsPacking = 4 << 10

// maxAnswer bounds what is read of an answer, in bytes after decompression.
const maxAnswer = 8 << 20

// A client talks to one server.
type client struct {
	base  string
	token string
	http  *http.Client
	gzip  bool // the server does not know our packing

	// What part of its size packing left of the last request, and of the last answer, of at least tellsPacking bytes; 0 before.
	up, down float64
}

// newHTTP returns the connections that one Syncer keeps. A redirect is somebody else answering: a sign-in
// page of a hotel's network.
func newHTTP() *http.Client {
	return &http.Client{
		Transport:     newTransport(),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// BaseURL turns what a person types into a server's address: https unless they said otherwise, or the host
// is this machine or on a private network. It returns a fault "server.address" when it is no address.
func BaseURL(typed string) (string, error) {
	scheme, rest, said := strings.Cut(strings.TrimSpace(typed), "://")
	if !said {
		scheme, rest = "https", scheme
	}
	u, err := url.Parse(scheme + "://" + rest)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return "", fault.New(fault.Invalid, "server.address", err)
	}
	if !said && near(u.Hostname()) {
		u.Scheme = "http"
	}
	return u.Scheme + "://" + u.Host + strings.TrimRight(u.EscapedPath(), "/"), nil
}

// near reports whether a host is this machine or in its own network, where nobody has certificates.
func near(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast())
}

// post sends a message and reads the answer. A server that does not know our packing gets gzip.
func (c *client) post(ctx context.Context, path string, in, out any) error {
	message, err := wire.Encode(in)
	if err != nil {
		return err
	}
	err = c.postAs(ctx, path, message, out)
	if fault.Is(err, "request.encoding") && !c.gzip {
		c.gzip = true
		err = c.postAs(ctx, path, message, out)
	}
	return err
}

func (c *client) postAs(ctx context.Context, path string, message []byte, out any) error {
	b, encoding, err := c.pack(message)
	if err != nil {
		return err
	}
	header := http.Header{"Content-Type": {"application/json"}, "Accept-Encoding": {pack.Encoding + ",gzip"}}
	if encoding != "" {
		header.Set("Content-Encoding", encoding)
	}
	if len(message) >= tellsPacking {
		c.up = float64(len(b)) / float64(len(message))
	}
	return c.do(ctx, http.MethodPost, path, header, bytes.NewReader(b), int64(len(b)), func(resp *http.Response, body []byte, records [][]byte) error {
		err := wire.Decode(body, records, out)
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) && syntax.Offset >= int64(len(body)) {
			return fault.New(fault.Unavailable, "network.cut", err)
		}
		if err != nil {
			return notStorewalk(err)
		}
		return nil
	})
}

// pack returns a message as it crosses the line, and what Content-Encoding says of it.
func (c *client) pack(message []byte) (b []byte, encoding string, err error) {
	if !c.gzip {
		if b, err = pack.Pack(message); err == nil {
			return b, pack.Encoding, nil
		}
	}
	if len(message) < pack.WorthGzip {
		return message, "", nil
	}
	b, err = pack.Gzip(message)
	return b, "gzip", err
}

// unpack undoes the packing of an answer, and returns the records that come beside it. It stops at maxAnswer bytes.
func unpack(resp *http.Response, b []byte) (body []byte, records [][]byte, err error) {
	switch resp.Header.Get("Content-Encoding") {
	case pack.Encoding:
		return pack.Open(b, maxAnswer, wire.ResponseRecords...)
	case "gzip":
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, nil, err
		}
		body, err = io.ReadAll(io.LimitReader(z, maxAnswer))
		return body, nil, err
	}
	return b, nil, nil
}

// offset asks how many bytes of a photo the server holds.
func (c *client) offset(ctx context.Context, ref blob.Ref) (n int64, err error) {
	err = c.do(ctx, http.MethodHead, wire.PathBlobs+ref.String(), tusHeader(), nil, 0, func(resp *http.Response, _ []byte, _ [][]byte) error {
		n, err = uploadOffset(resp)
		return err
	})
	return n, err
}

// append sends n bytes of a photo from offset, and returns the offset that the server has on its disk.
func (c *client) append(ctx context.Context, ref blob.Ref, offset int64, photo io.ReaderAt, n int64) (reached int64, err error) {
	header := tusHeader()
	header.Set("Content-Type", "application/offset+octet-stream")
	header.Set("Upload-Offset", strconv.FormatInt(offset, 10))
	err = c.do(ctx, http.MethodPatch, wire.PathBlobs+ref.String(), header, io.NewSectionReader(photo, offset, n), n, func(resp *http.Response, _ []byte, _ [][]byte) error {
		reached, err = uploadOffset(resp)
		return err
	})
	return reached, err
}

func tusHeader() http.Header { return http.Header{"Tus-Resumable": {"1.0.0"}} }

func uploadOffset(resp *http.Response) (int64, error) {
	n, err := strconv.ParseInt(resp.Header.Get("Upload-Offset"), 10, 64)
	if err != nil || n < 0 {
		return 0, notStorewalk(err)
	}
	return n, nil
}

func notStorewalk(cause error) error {
	return fault.New(fault.Unavailable, "network.not_storewalk", cause)
}

// do sends one request and gives a good answer to read. Every failure is a fault.
func (c *client) do(ctx context.Context, method, path string, header http.Header, body io.ReaderAt, size int64,
	read func(resp *http.Response, answer []byte, records [][]byte) error) error {
	ctx, moving := watchProgress(ctx)
	defer moving.stop()
	if c.token != "" {
		header.Set("Authorization", "Bearer "+c.token)
	}
	var kept atomic.Bool // the connection was, from an earlier request
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(c httptrace.GotConnInfo) { kept.Store(c.Reused) }}), method, c.base+path, nil)
	if err != nil {
		return fault.New(fault.Invalid, "server.address", err)
	}
	header["User-Agent"] = []string{""} // none
	req.Header, req.ContentLength = header, size
	if body != nil {
		req.GetBody = func() (io.ReadCloser, error) {
			return io.NopCloser(moving.reader(io.NewSectionReader(body, 0, size))), nil
		}
		req.Body, _ = req.GetBody() // never fails
	}
	resp, err := c.http.Do(req)
	if err != nil && kept.Load() && ctx.Err() == nil && path != wire.PathEnrol && method != http.MethodPatch {
		// The network may have dropped a kept connection without a word, which shows only now. That is no
		// failure: all but signing in may be done twice, and goes over a new connection. Of a photo some bytes
		// may have arrived: its sender asks first.
		c.http.CloseIdleConnections()
		if req.GetBody != nil {
			req.Body, _ = req.GetBody()
		}
		resp, err = c.http.Do(req)
	}
	if err != nil {
		return moving.fault(err, "network.unreachable")
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(moving.reader(resp.Body), maxAnswer))
	if err != nil {
		return moving.fault(err, "network.cut")
	}
	answer, records, err := unpack(resp, b)
	if err != nil {
		return moving.fault(err, "network.cut")
	}
	plain := len(answer)
	for _, r := range records {
		plain += len(r)
	}
	if plain >= tellsPacking {
		c.down = float64(len(b)) / float64(plain)
	}
	if resp.StatusCode/100 == 2 {
		if len(answer) > 0 && !isJSON(resp) {
			return notStorewalk(nil)
		}
		return read(resp, answer, records)
	}
	return answeredFault(resp, answer)
}

// answeredFault reads the protocol's error body. A HEAD has none, so its status must do.
func answeredFault(resp *http.Response, b []byte) error {
	var e wire.Error
	if isJSON(resp) && json.Unmarshal(b, &e) == nil && e.Code != "" {
		return fault.New(e.Kind, e.Code, nil)
	}
	if resp.Request.Method == http.MethodHead && resp.Header.Get("Tus-Resumable") != "" {
		switch resp.StatusCode {
		case http.StatusUnauthorized:
			return fault.New(fault.Unauthorized, "auth.signed_out", nil)
		case http.StatusNotFound:
			return fault.New(fault.NotFound, "blob.unknown", nil)
		}
	}
	return notStorewalk(errors.New(resp.Status))
}

func isJSON(resp *http.Response) bool {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return kind == "application/json"
}

// A progress ends a request when no byte has moved for patience.
type progress struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
}

var errStalled = errors.New("no byte moved for 45 s")

func watchProgress(ctx context.Context) (context.Context, *progress) {
	p := &progress{}
	p.ctx, p.cancel = context.WithCancelCause(ctx)
	p.timer = time.AfterFunc(patience, func() { p.cancel(errStalled) })
	return p.ctx, p
}

func (p *progress) stop() {
	p.timer.Stop()
	p.cancel(nil)
}

func (p *progress) reader(r io.Reader) io.Reader {
	return readFunc(func(b []byte) (int, error) {
		n, err := r.Read(b)
		if n > 0 {
			p.timer.Reset(patience)
		}
		return n, err
	})
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(b []byte) (int, error) { return f(b) }

// fault names what the network did: code, unless it was the silence that ended it, or the caller.
func (p *progress) fault(err error, code string) error {
	var f *fault.Error
	switch cause := context.Cause(p.ctx); {
	case errors.Is(cause, errStalled):
		return fault.New(fault.Unavailable, "timeout", cause)
	case cause != nil:
		return cause
	case errors.As(err, &f):
		return err
	case outOfDate(err):
		code = "network.clock"
	case spokeOtherwise(err):
		return notStorewalk(err)
	case code == "network.unreachable" && cutWhileTalking(err):
		code = "network.cut"
	}
	return fault.New(fault.Unavailable, code, err)
}

// cutWhileTalking reports whether a connection existed and then ended.
func cutWhileTalking(err error) bool {
	var op *net.OpError
	return !(errors.As(err, &op) && op.Op == "dial")
}

// outOfDate reports whether the server's certificate is not valid at what this phone takes for now: far more often
// the phone's clock is wrong than a server's certificate old.
func outOfDate(err error) bool {
	var invalid x509.CertificateInvalidError
	return errors.As(err, &invalid) && invalid.Reason == x509.Expired
}

// spokeOtherwise reports whether what answered could not prove to be the server, as a network does that wants
// a person to sign in to it first.
func spokeOtherwise(err error) bool {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	return errors.As(err, &certificate) || errors.As(err, &record) || errors.Is(err, http.ErrSchemeMismatch)
}
