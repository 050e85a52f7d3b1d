package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strconv"

	"storewalk/shared/pack"
	"storewalk/shared/wire"
)

var errLine = errors.New("the line was cut")

// A line is the network: what is under way, and what may still arrive.
type line struct {
	late []message // lost for the phone, not for the server
	past []message // delivered once: may come again

	cutRequest, cutAnswer int // an exchange that is longer is cut before this byte; 0 for none
}

// A message is a request as it crossed the line.
type message struct {
	phone  string
	method string
	path   string
	header http.Header
	body   []byte
}

// A trip is a phone's way to the server.
type trip struct {
	w *world
	p *phone
}

// RoundTrip carries one request and its answer over the line. It is called on the goroutine of the round, so
// nothing in a run happens at the same time as anything else.
func (t trip) RoundTrip(req *http.Request) (*http.Response, error) {
	w, p := t.w, t.p
	m := message{phone: p.name, method: req.Method, path: req.URL.Path, header: req.Header.Clone()}
	if req.Body != nil {
		var err error
		if m.body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		req.Body.Close()
	}
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	if p.killed != "" { // a process that is gone sends no more
		return nil, errLine
	}
	sync := m.path == wire.PathSync
	if sync && w.ghost != nil {
		rid, counter := w.replica(p)
		w.ghost.sent[rid] = max(w.ghost.sent[rid], counter)
	}
	if sync && (w.rule != nil && w.rule.request != nil || w.smallBudget) {
		m = w.rewrite(p, m)
	}
	w.meanwhile(p)
	if w.calm {
		return w.answer(req, p, w.deliver(m))
	}
	switch k := w.line.cutRequest - 1; {
	case sync && k >= 0 && k < len(m.body):
		w.fault(cut, "%s: %s cut after %d bytes", p.name, m.method, k)
		w.deliverCut(m, k)
		return nil, errLine
	case w.chance(w.lose):
		w.fault(lost, "%s: request lost", p.name)
		if w.chance(0.5) {
			w.line.late = append(w.line.late, m)
		}
		return nil, errLine
	case w.chance(w.cut) && len(m.body) > 0:
		k := w.rnd.IntN(len(m.body))
		w.fault(cut, "%s: %s cut after %d%%", p.name, m.method, 100*k/len(m.body))
		w.deliverCut(m, k)
		return nil, errLine
	case w.chance(w.killPhone):
		w.fault(killed, "%s: killed while it sends", p.name)
		w.snapshotKilled(p)
		if w.chance(0.5) {
			w.deliver(m)
		}
		return nil, errLine
	}
	if m.method == http.MethodPatch && len(m.body) > 0 && !w.flipped[m.path] && w.chance(w.flip) {
		w.flipped[m.path] = true
		w.fault(flipped, "%s: a bit of a photo flips", p.name)
		m.body = slices.Clone(m.body)
		m.body[w.rnd.IntN(len(m.body))] ^= 1
	}
	answer := w.deliver(m)
	switch {
	case answer == nil: // the server was killed in the middle
		return nil, errLine
	case w.chance(w.duplicate):
		w.fault(doubled, "%s: request came twice", p.name)
		if second := w.deliver(m); second == nil {
			return nil, errLine
		} else if w.sameReceipts(p, answer, second); w.chance(0.5) {
			answer = second
		}
	case w.chance(w.killServer):
		w.fault(serverKilled, "server: killed before it answers %s", p.name)
		w.killServerNow()
		return nil, errLine
	case w.chance(w.killPhone):
		w.fault(killed, "%s: killed before the answer comes", p.name)
		w.snapshotKilled(p)
		return nil, errLine
	}
	w.meanwhile(p)
	resp, err := w.answer(req, p, answer)
	switch k := w.line.cutAnswer - 1; {
	case err != nil:
		return nil, err
	case sync && k >= 0 && k < answer.Body.Len():
		w.fault(cut, "%s: answer cut after %d bytes", p.name, k)
		resp.Body = io.NopCloser(io.MultiReader(io.LimitReader(resp.Body, int64(k)), failing{}))
	case w.chance(w.lose):
		w.fault(lost, "%s: answer lost", p.name)
		return nil, errLine
	case w.chance(w.cut):
		w.fault(cut, "%s: answer cut", p.name)
		resp.Body = io.NopCloser(io.MultiReader(io.LimitReader(resp.Body, int64(w.rnd.IntN(answer.Body.Len()+1))), failing{}))
	}
	return resp, nil
}

// sameReceipts checks that a request which came twice at once was answered twice with the same receipts.
func (w *world) sameReceipts(p *phone, a, b *httptest.ResponseRecorder) {
	var answers [2]wire.SyncResponse
	for i, rec := range []*httptest.ResponseRecorder{a, b} {
		if rec.Code != http.StatusOK || rec.Body.Len() == 0 {
			return
		}
		w.must(json.Unmarshal(unpacked(rec.Header(), rec.Body.Bytes()), &answers[i]))
	}
	if answers[0].Reincarnate == answers[1].Reincarnate && !slices.Equal(answers[0].Receipts, answers[1].Receipts) {
		w.fail("11 %s: one request was answered with %v and %v", p.name, answers[0].Receipts, answers[1].Receipts)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// deliver lets the server handle a request. It returns nil when the server was killed while it did.
func (w *world) deliver(m message) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	safe := w.endangerServer()
	w.server.handler.ServeHTTP(rec, w.request(m, bytes.NewReader(m.body)))
	safe()
	if w.server.killed != "" {
		w.reviveServer()
		return nil
	}
	if offset, err := strconv.ParseInt(rec.Header().Get("Upload-Offset"), 10, 64); err == nil && w.server.disk != nil {
		if size, known := w.server.disk.durable(path.Base(m.path)); known && offset > size {
			w.fail("17 the server told %s of %d bytes of a photo, %d are durable", m.phone, offset, size)
		}
	}
	if rec.Code/100 == 2 {
		w.line.past = append(w.line.past, m)
	}
	return rec
}

func (w *world) deliverCut(m message, k int) {
	w.server.handler.ServeHTTP(httptest.NewRecorder(), w.request(m, io.MultiReader(bytes.NewReader(m.body[:k]), failing{})))
}

func (w *world) request(m message, body io.Reader) *http.Request {
	req := httptest.NewRequestWithContext(w.ctx, m.method, m.path, body)
	req.Header, req.ContentLength = m.header.Clone(), int64(len(m.body))
	return req
}

// answer is what arrives at the phone.
func (w *world) answer(req *http.Request, p *phone, rec *httptest.ResponseRecorder) (*http.Response, error) {
	resp := rec.Result()
	resp.Request = req
	if w.rule != nil && w.rule.answer != nil && req.URL.Path == wire.PathSync && resp.StatusCode == http.StatusOK {
		var r wire.SyncResponse
		w.must(json.Unmarshal(unpacked(resp.Header, rec.Body.Bytes()), &r))
		resp.Header.Del("Content-Encoding")
		w.rule.answer(w, p, &r)
		b, err := wire.Encode(r)
		w.must(err)
		resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(b)), int64(len(b))
	}
	return resp, nil
}

// rewrite changes a request on its way, as the profile or a rule that is switched off wants.
func (w *world) rewrite(p *phone, m message) message {
	req := m.sync()
	if w.smallBudget {
		req.Budget = wire.MinBudget
	}
	if w.rule != nil && w.rule.request != nil {
		w.rule.request(w, p, &req)
	}
	b, err := wire.Encode(req)
	w.must(err)
	m.header.Del("Content-Encoding")
	m.body = b
	return m
}

// sync reads the exchange that a message is.
func (m message) sync() (req wire.SyncRequest) {
	if err := json.Unmarshal(unpacked(m.header, m.body), &req); err != nil {
		panic(violation{err.Error()})
	}
	return req
}

// unpacked is a body without its packing.
func unpacked(header http.Header, body []byte) []byte {
	if header.Get("Content-Encoding") == "" {
		return body
	}
	b, _, err := pack.Open(body, 8<<20)
	if err != nil {
		panic(violation{err.Error()})
	}
	return b
}
