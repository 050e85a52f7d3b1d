package api

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"storewalk/server/store"
	"storewalk/shared/pack"
	"storewalk/shared/receipt"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
)

const password = "correct horse"

// north is a territory that nobody needs to have named.
var north = uuid.MustParse("9b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c01")

func init() { gin.SetMode(gin.TestMode) }

// A desk is a server and a phone that talks to it by hand.
type desk struct {
	t     testing.TB
	dir   string // of the server's data
	store *store.Store
	url   string
	token string
	log   bytes.Buffer
	n     uint64
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t, dir: t.TempDir()}
	log := slog.New(slog.NewTextHandler(&d.log, nil))
	s, err := store.Open(t.Context(), d.dir, log)
	if err != nil {
		t.Fatal(err)
	}
	engine := gin.New()
	New(s, log).Register(engine)
	srv := httptest.NewServer(engine)
	t.Cleanup(func() {
		srv.Close()
		s.Close()
	})
	d.store, d.url = s, srv.URL
	d.account("ma", north)
	d.token = d.enrolled("ma")
	return d
}

func (d *desk) account(login string, territory uuid.UUID) uuid.UUID {
	d.t.Helper()
	id, err := d.store.AddAccount(d.t.Context(), store.NewAccount{Login: login, Name: login, Role: "manager", Password: password, Territories: []uuid.UUID{territory}})
	if err != nil {
		d.t.Fatal(err)
	}
	return id
}

func (d *desk) enrolled(login string) string {
	d.t.Helper()
	b, _ := json.Marshal(wire.EnrolRequest{Login: login, Password: password, PublicKey: []byte("key"), Device: "phone"})
	code, body := d.call(http.MethodPost, wire.PathEnrol, string(b), nil)
	var resp wire.EnrolResponse
	if err := json.Unmarshal([]byte(body), &resp); err != nil || code != 200 || resp.Token == "" {
		d.t.Fatal(code, body)
	}
	return resp.Token
}

// call sends one request, with the phone's token unless the header says otherwise.
func (d *desk) call(method, path, body string, header http.Header) (code int, answer string) {
	d.t.Helper()
	resp := d.do(method, path, strings.NewReader(body), header)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func (d *desk) do(method, path string, body io.Reader, header http.Header) *http.Response {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.url+path, body)
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+d.token)
	for name, values := range header {
		req.Header[name] = values
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp
}

// code reads the protocol's error body; anything else in it is a leak.
func code(t testing.TB, body string) string {
	t.Helper()
	var e wire.Error
	dec := json.NewDecoder(strings.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		t.Fatalf("%q: %v", body, err)
	}
	return e.Code
}

func packed(t testing.TB, b []byte) string {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	z.Close()
	return out.String()
}

func inColumns(t testing.TB, message string) string {
	t.Helper()
	b, err := pack.Pack([]byte(message))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func request(t testing.TB, change func(*wire.SyncRequest)) string {
	t.Helper()
	req := wire.SyncRequest{Proto: wire.Proto, App: "test", Replica: record.Replica{1}, Next: "same", ClockMS: time.Now().UnixMilli(), Budget: 1 << 16}
	if change != nil {
		change(&req)
	}
	b, err := wire.Encode(req)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestARequestThatCanNotBeReadGetsACodeAndNothingElse(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	encoding := func(name string) http.Header { return http.Header{"Content-Encoding": {name}} }
	good := request(t, nil)
	for _, c := range []struct {
		name, body string
		header     http.Header
		status     int
		code       string
	}{
		{"good", good, nil, 200, ""},
		{"good packed", packed(t, []byte(good)), encoding("gzip"), 200, ""},
		{"good in columns", inColumns(t, good), encoding(pack.Encoding), 200, ""},
		{"half in columns", inColumns(t, good)[:40], encoding(pack.Encoding), 400, "request.malformed"},
		{"not in columns", good, encoding(pack.Encoding), 400, "request.malformed"},
		{"bomb in columns", inColumns(t, `{"app":"`+strings.Repeat("x", 8<<20)+`"}`), encoding(pack.Encoding), 400, "request.too_large"},
		{"nothing in columns", "", encoding(pack.Encoding), 400, "request.malformed"},
		{"nothing", "", nil, 400, "request.malformed"},
		{"half", good[:len(good)/2], nil, 400, "request.malformed"},
		{"two", good + good, nil, 400, "request.malformed"},
		{"page", "<html>sign in</html>", nil, 400, "request.malformed"},
		{"other shape", `{"proto":1,"push":{"a":1}}`, nil, 400, "request.malformed"},
		{"bad replica", `{"proto":1,"rid":"x"}`, nil, 400, "request.malformed"},
		{"more writes than there can be", request(t, func(r *wire.SyncRequest) { r.Confirmed = math.MaxUint64 }), nil, 400, "request.malformed"},
		{"no version", `{}`, nil, 400, "proto.unsupported"},
		{"later version", request(t, func(r *wire.SyncRequest) { r.Proto = 2 }), nil, 400, "proto.unsupported"},
		{"too deep", `{"proto":1,"push":[` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `]}`, nil, 400, "request.malformed"},
		{"too large", `{"proto":1,"app":"` + strings.Repeat("x", wire.MaxRequestBytes) + `"}`, nil, 400, "request.too_large"},
		{"bomb", packed(t, make([]byte, 200<<20)), encoding("gzip"), 400, "request.too_large"},
		{"bomb in a bomb", packed(t, []byte(packed(t, make([]byte, 20<<20)))), encoding("gzip"), 400, "request.malformed"},
		{"not packed", good, encoding("gzip"), 400, "request.malformed"},
		{"half packed", packed(t, []byte(good))[:60], encoding("gzip"), 400, "request.malformed"},
		{"other packing", good, encoding("br"), 400, "request.encoding"},
		{"twice", good, encoding("gzip, gzip"), 400, "request.encoding"},
		{"too many records", request(t, func(r *wire.SyncRequest) {
			for range wire.MaxPush + 1 {
				r.Push = append(r.Push, json.RawMessage("1"))
			}
		}), nil, 400, "request.too_large"},
		{"too many photos", request(t, func(r *wire.SyncRequest) { r.Blobs = make([]wire.BlobAsk, wire.MaxBlobAsks+1) }), nil, 400, "request.too_large"},
		{"too many clocks", request(t, func(r *wire.SyncRequest) { r.Clocks = make([]wire.Clock, wire.MaxClocks+1) }), nil, 400, "request.too_large"},
		{"no token", good, http.Header{"Authorization": {""}}, 401, "auth.signed_out"},
		{"bad token", good, http.Header{"Authorization": {"Bearer " + strings.Repeat("x", 43)}}, 401, "auth.signed_out"},
		{"other scheme", good, http.Header{"Authorization": {"Basic bWE6eA=="}}, 401, "auth.signed_out"},
	} {
		status, body := d.call(http.MethodPost, wire.PathSync, c.body, c.header)
		if status != c.status || status != 200 && code(t, body) != c.code {
			t.Errorf("%s: %d %.200s", c.name, status, body)
		}
	}
}

func TestARevokedPhoneAndABlockedAccountAreToldSo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	devices, err := d.store.Phones(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := d.store.RevokeDevice(t.Context(), devices[0].ID); err != nil {
		t.Fatal(err)
	}
	for method, path := range map[string]string{http.MethodPost: wire.PathSync, http.MethodPatch: wire.PathBlobs + strings.Repeat("0", 64)} {
		if status, body := d.call(method, path, "{}", http.Header{"Tus-Resumable": {"1.0.0"}}); status != 401 || code(t, body) != "auth.revoked" {
			t.Fatal(status, body)
		}
	}
	d.token = d.enrolled("ma")
	if status, body := d.call(http.MethodPost, wire.PathSync, request(t, nil), nil); status != 200 {
		t.Fatal(status, body)
	}
}

func TestEnrolmentRefusesWhatNoPhoneSends(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	good := wire.EnrolRequest{Login: "ma", Password: password, PublicKey: []byte("key"), Device: "phone"}
	for name, change := range map[string]func(*wire.EnrolRequest){
		"no key":         func(r *wire.EnrolRequest) { r.PublicKey = nil },
		"long key":       func(r *wire.EnrolRequest) { r.PublicKey = make([]byte, 101) },
		"long name":      func(r *wire.EnrolRequest) { r.Device = strings.Repeat("x", 201) },
		"endless login":  func(r *wire.EnrolRequest) { r.Login = strings.Repeat("x", 1_000_000) },
		"endless secret": func(r *wire.EnrolRequest) { r.Password = strings.Repeat("x", 1_000_000) },
	} {
		req := good
		change(&req)
		b, _ := json.Marshal(req)
		if status, body := d.call(http.MethodPost, wire.PathEnrol, string(b), nil); status != 400 || code(t, body) != "request.malformed" {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
}

func TestALostLineIsNoFailureInTheLog(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	engine := gin.New()
	New(d.store, slog.New(slog.NewTextHandler(&d.log, nil))).Register(engine)
	d.log.Reset()
	for _, lost := range []error{io.ErrUnexpectedEOF} {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, wire.PathSync, io.MultiReader(strings.NewReader(`{"pro`), broken{lost}))
		req.Header.Set("Authorization", "Bearer "+d.token)
		w := httptest.NewRecorder()
		engine.ServeHTTP(w, req)
		if w.Code != 400 || d.log.Len() != 0 {
			t.Fatal(w.Code, d.log.String())
		}
	}
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

func TestAnAnswerIsPackedAsThePhoneWants(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, c := range []struct{ accepts, want string }{{"", ""}, {"columns,gzip", "columns"}, {"br, columns", "columns"}, {"br", ""}} {
		resp := d.do(http.MethodPost, wire.PathSync, strings.NewReader(request(t, nil)), http.Header{"Accept-Encoding": {c.accepts}})
		b, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if got := resp.Header.Get("Content-Encoding"); err != nil || got != c.want {
			t.Fatalf("%q is answered with %q %v", c.accepts, got, err)
		}
		if c.want != "" {
			if b, _, err = pack.Open(b, 1<<20); err != nil {
				t.Fatal(err)
			}
		}
		var answer wire.SyncResponse
		if err := json.Unmarshal(b, &answer); err != nil || answer.ServerMS == 0 {
			t.Fatalf("%q: %s %v", c.accepts, b, err)
		}
	}
}

func TestAPhoneIsToldTheKeyAndGetsAReceiptOfWhatItSent(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var enrolled wire.EnrolResponse
	b, _ := json.Marshal(wire.EnrolRequest{Login: "ma", Password: password, PublicKey: []byte("key"), Device: "phone"})
	if _, body := d.call(http.MethodPost, wire.PathEnrol, string(b), nil); json.Unmarshal([]byte(body), &enrolled) != nil || !bytes.Equal(enrolled.ReceiptKey, d.store.ReceiptKey()) {
		t.Fatal(body)
	}
	ask := func(change func(*wire.ReceiptRequest)) (int, string) {
		req := wire.ReceiptRequest{Proto: wire.Proto, Replica: record.Replica{1}, Days: []string{"2026-11-30"}}
		if change != nil {
			change(&req)
		}
		b, err := wire.Encode(req)
		if err != nil {
			t.Fatal(err)
		}
		return d.call(http.MethodPost, wire.PathReceipt, string(b), nil)
	}
	if status, body := ask(nil); status != http.StatusNotFound || code(t, body) != "receipt.not_yours" {
		t.Fatal(status, body)
	}
	if status, body := d.call(http.MethodPost, wire.PathSync, request(t, nil), nil); status != http.StatusOK {
		t.Fatal(body)
	}
	status, body := ask(nil)
	var got wire.ReceiptResponse
	if err := json.Unmarshal([]byte(body), &got); err != nil || status != http.StatusOK || receipt.Signed(got.Receipt).Check(d.store.ID(), got.Key) != nil {
		t.Fatal(status, body)
	}
	if status, body := ask(func(r *wire.ReceiptRequest) { r.Proto = 99 }); status != http.StatusBadRequest || code(t, body) != "proto.unsupported" {
		t.Fatal(status, body)
	}
	d.token = "nobody's"
	if status, _ := ask(nil); status != http.StatusUnauthorized {
		t.Fatal(status)
	}
}
