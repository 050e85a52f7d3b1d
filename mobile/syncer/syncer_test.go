package syncer

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"storewalk/mobile/store"
	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// north is the territory of every record here.
var north = uuid.MustParse("9b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c01")

// A told is a server that says what a test wants, true or not. It takes all that is sent.
type told struct {
	URL string

	t  testing.TB
	mu sync.Mutex

	answer   func(wire.SyncRequest, *wire.SyncResponse) // changes a good answer
	patch    http.HandlerFunc                           // instead of taking the bytes
	requests []string                                   // method and path of each
	bytes    map[string]*bytes.Buffer                   // of photos, by path
	enrolled int

	server  uuid.UUID
	receipt func(wire.ReceiptRequest) any // what to say of a receipt; nil: nothing that can be read
	pushed  map[uuid.UUID]json.RawMessage // the last of each record
}

func newTold(t testing.TB) *told {
	t.Helper()
	s := newToldOn(t)
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	s.URL = srv.URL
	return s
}

// newToldOn is newTold without a network of its own.
func newToldOn(t testing.TB) *told {
	return &told{t: t, bytes: map[string]*bytes.Buffer{}, pushed: map[uuid.UUID]json.RawMessage{}}
}

func (s *told) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.Method+" "+r.URL.Path)
	switch {
	case r.URL.Path == wire.PathEnrol:
		s.enrolled++
		s.reply(w, 200, wire.EnrolResponse{Server: s.server, ReceiptKey: receiptKey.Public().(ed25519.PublicKey), Token: fmt.Sprint("token", s.enrolled), User: north, Name: "Ma", Device: north, ServerMS: 1})
	case r.URL.Path == wire.PathSync:
		var req wire.SyncRequest
		if err := json.NewDecoder(unpacked(r)).Decode(&req); err != nil {
			s.t.Error(err)
		}
		resp := wire.SyncResponse{ServerMS: 1_700_000_000_000, Receipts: []wire.Receipt{}}
		for _, raw := range req.Push {
			if rec, err := record.Decode(raw); err == nil {
				s.pushed[rec.ID] = raw
			}
			resp.Receipts = append(resp.Receipts, wire.Receipt{Status: wire.Applied})
		}
		if s.answer != nil {
			s.answer(req, &resp)
		}
		s.reply(w, 200, resp)
	case r.URL.Path == wire.PathReceipt && s.receipt != nil:
		var req wire.ReceiptRequest
		if err := json.NewDecoder(unpacked(r)).Decode(&req); err != nil {
			s.t.Error(err)
		}
		switch said := s.receipt(req).(type) {
		case wire.Error:
			s.reply(w, 404, said)
		default:
			s.reply(w, 200, said)
		}
	case r.Method == http.MethodPatch && s.patch != nil:
		s.patch(w, r)
	case r.Method == http.MethodPatch:
		have := s.held(r.URL.Path)
		if r.Header.Get("Upload-Offset") != strconv.Itoa(have.Len()) {
			s.reply(w, 409, wire.Error{Kind: fault.Conflict, Code: "blob.offset"})
			return
		}
		io.Copy(have, r.Body)
		s.offset(w, have.Len())
	case r.Method == http.MethodHead:
		s.offset(w, s.held(r.URL.Path).Len())
	}
}

func (s *told) held(path string) *bytes.Buffer {
	if s.bytes[path] == nil {
		s.bytes[path] = &bytes.Buffer{}
	}
	return s.bytes[path]
}

func (s *told) reply(w http.ResponseWriter, status int, v any) {
	b, err := wire.Encode(v)
	if err != nil {
		s.t.Error(err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	w.Write(b)
}

func (s *told) offset(w http.ResponseWriter, n int) {
	w.Header().Set("Tus-Resumable", "1.0.0")
	w.Header().Set("Upload-Offset", strconv.Itoa(n))
	w.WriteHeader(http.StatusNoContent)
}

// asked returns how many requests of a method came.
func (s *told) asked(method string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.requests {
		if strings.HasPrefix(r, method+" ") {
			n++
		}
	}
	return n
}

// newPhone returns a phone that is signed in at the server and has a store to visit.
func newPhone(t testing.TB, s *told) (*Syncer, *store.Store) {
	t.Helper()
	st, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	sy := New(st, "test", slog.New(slog.DiscardHandler))
	if err := sy.Enrol(t.Context(), s.URL, "ma", "x", "phone"); err != nil {
		t.Fatal(err)
	}
	<-sy.wake // signing in asks for a round
	return sy, st
}

// put is a record as a server sends it.
func put(t testing.TB, id uuid.UUID, typ, name string, value any) json.RawMessage {
	t.Helper()
	v, err := record.Value(value)
	if err != nil {
		t.Fatal(err)
	}
	r := record.Record{ID: id, Type: typ, Territory: north, Place: record.Place{N: 1}}.Set(name,
		record.Entry{Dot: record.Dot{Replica: record.Replica{9}, N: 1}, Lam: 1, Value: v}, nil)
	return r.Encode()
}

var corner = uuid.MustParse("9b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c02")

// withStore lets the server's first answer bring a store, and a phone make it its own.
func withStore(t testing.TB, s *told, sy *Syncer) {
	t.Helper()
	s.answer = func(req wire.SyncRequest, resp *wire.SyncResponse) {
		resp.Feeds = []wire.Feed{{Territory: north, Epoch: record.Replica{5}, Seq: 1, Puts: []json.RawMessage{put(t, corner, "store", "name", "店")}}}
	}
	if err := sy.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.answer = nil
}

// edit changes the store's note to text.
func edit(t testing.TB, st *store.Store, text string) {
	t.Helper()
	page, err := st.StorePage(t.Context(), corner)
	if err != nil {
		t.Fatal(err)
	}
	if err := st.SetStoreText(t.Context(), corner, "note", text, page.Note.Seen); err != nil {
		t.Fatal(err)
	}
}

func waiting(t testing.TB, st *store.Store) wire.Waiting {
	t.Helper()
	w, err := st.Waiting(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func randomPhoto(t testing.TB, st *store.Store, seed byte, size int) blob.Ref {
	t.Helper()
	b := make([]byte, size)
	rand.NewChaCha8([32]byte{seed}).Read(b)
	ref, _, err := st.Blobs.Add(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func TestAnAnswerThatCanNotBeOneConfirmsNothing(t *testing.T) {
	t.Parallel()
	s := newTold(t)
	sy, st := newPhone(t, s)
	withStore(t, s, sy)
	edit(t, st, "x")
	for name, answer := range map[string]func(wire.SyncRequest, *wire.SyncResponse){
		"no time":    func(_ wire.SyncRequest, r *wire.SyncResponse) { r.ServerMS = 0 },
		"no receipt": func(_ wire.SyncRequest, r *wire.SyncResponse) { r.Receipts = nil },
		"one receipt more": func(_ wire.SyncRequest, r *wire.SyncResponse) {
			r.Receipts = append(r.Receipts, wire.Receipt{Status: wire.Same})
		},
		"empty receipt":   func(_ wire.SyncRequest, r *wire.SyncResponse) { r.Receipts[0].Status = "" },
		"unknown receipt": func(_ wire.SyncRequest, r *wire.SyncResponse) { r.Receipts[0].Status = "maybe" },
		"photo not asked": func(_ wire.SyncRequest, r *wire.SyncResponse) { r.Blobs = []wire.BlobHeld{{Ref: blob.Ref{1}}} },
	} {
		s.answer = answer
		if err := sy.Round(t.Context()); !fault.Is(err, "network.not_storewalk") {
			t.Errorf("%s: %v", name, err)
		}
		if w := waiting(t, st); w.Records != 1 {
			t.Errorf("%s: %+v", name, w)
		}
		if page, err := st.SyncPage(t.Context()); err != nil || page.Code != "network.not_storewalk" {
			t.Errorf("%s: the page says %q", name, page.Code)
		}
	}
	s.answer = nil
	if err := sy.Round(t.Context()); err != nil || waiting(t, st).Records != 0 {
		t.Fatal(err)
	}
}

func TestAServerThatAlwaysHasMoreIsNotAskedForEver(t *testing.T) {
	t.Parallel()
	s := newTold(t)
	sy, st := newPhone(t, s)
	withStore(t, s, sy)
	s.answer = func(_ wire.SyncRequest, r *wire.SyncResponse) {
		r.Feeds = []wire.Feed{{Territory: north, Epoch: record.Replica{5}, Seq: 1, More: true}, {Territory: corner, More: true}}
	}
	before := s.asked(http.MethodPost)
	edit(t, st, "x")
	if err := sy.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := s.asked(http.MethodPost) - before; n > 3 {
		t.Fatal(n, "requests")
	}
}

func TestADamagedRecordFromTheServerStopsNoOther(t *testing.T) {
	t.Parallel()
	s := newTold(t)
	sy, st := newPhone(t, s)
	s.answer = func(_ wire.SyncRequest, r *wire.SyncResponse) {
		r.Feeds = []wire.Feed{{Territory: north, Epoch: record.Replica{5}, Seq: 3, Puts: []json.RawMessage{
			json.RawMessage(`{"id":7}`), json.RawMessage(`null`), put(t, corner, "store", "name", "店")}}}
	}
	if err := sy.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	if stores, err := st.Stores(t.Context(), ""); err != nil || len(stores) != 1 {
		t.Fatal(stores, err)
	}
}

func TestSigningInBelievesNoHalfAnswer(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"no token": `{"user":"` + north.String() + `"}`, "no user": `{"token":"x"}`, "null": `null`, "empty": `{}`,
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, body)
		}))
		st, err := store.Open(t.Context(), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		sy := New(st, "test", slog.New(slog.DiscardHandler))
		if err := sy.Enrol(t.Context(), srv.URL, "ma", "x", "phone"); !fault.Is(err, "network.not_storewalk") {
			t.Errorf("%s: %v", name, err)
		}
		if _, ok, err := st.Account(t.Context()); ok || err != nil {
			t.Error(name, "was signed in", err)
		}
		srv.Close()
		st.Close()
	}
}

func TestARoundWithoutAnAccountTalksToNobody(t *testing.T) {
	t.Parallel()
	st, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	err = New(st, "test", slog.New(slog.DiscardHandler)).Round(t.Context())
	if kind, code := fault.Of(err); kind != fault.Unauthorized || code != "auth.signed_out" || errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
}
