package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"storewalk/shared/blob"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// photo makes the record of a photo known and returns its bytes and its address.
func (d *desk) photo(size int) (b []byte, path string) {
	d.t.Helper()
	b = make([]byte, size)
	d.n++
	rand.NewChaCha8([32]byte{byte(d.n), byte(size)}).Read(b)
	ref := blob.Ref(sha256.Sum256(b))
	value, err := record.Value(map[string]any{"sha256": ref, "size": size, "kind": "shelf"})
	if err != nil {
		d.t.Fatal(err)
	}
	r := record.Record{ID: uuid.New(), Type: "photo", Territory: north, Place: record.Place{N: 1}}.Set("photo",
		record.Entry{Dot: record.Dot{Replica: record.Replica{7}, N: d.n}, Lam: 1, Value: value}, nil)
	status, body := d.call(http.MethodPost, wire.PathSync, request(d.t, func(req *wire.SyncRequest) { req.Push = []json.RawMessage{r.Encode()} }), nil)
	if status != 200 || !strings.Contains(body, `"applied"`) {
		d.t.Fatal(status, body)
	}
	return b, wire.PathBlobs + ref.String()
}

// patch sends bytes as a tus client does; more headers replace those.
func (d *desk) patch(path string, offset int, b []byte, more ...string) (status int, code string, header http.Header) {
	d.t.Helper()
	header = http.Header{"Tus-Resumable": {"1.0.0"}, "Content-Type": {"application/offset+octet-stream"}, "Upload-Offset": {strconv.Itoa(offset)}}
	for i := 0; i < len(more); i += 2 {
		header.Set(more[i], more[i+1])
	}
	resp := d.do(http.MethodPatch, path, bytes.NewReader(b), header)
	defer resp.Body.Close()
	var e wire.Error
	json.NewDecoder(resp.Body).Decode(&e)
	if resp.Header.Get("Tus-Resumable") != "1.0.0" {
		d.t.Error("an answer without its version: ", resp.Status)
	}
	return resp.StatusCode, e.Code, resp.Header
}

// head asks where to go on; -1 when the server does not say.
func (d *desk) head(path string) (status, offset int) {
	d.t.Helper()
	resp := d.do(http.MethodHead, path, nil, http.Header{"Tus-Resumable": {"1.0.0"}})
	resp.Body.Close()
	offset, err := strconv.Atoi(resp.Header.Get("Upload-Offset"))
	if err != nil {
		offset = -1
	}
	if resp.Header.Get("Tus-Resumable") != "1.0.0" || status == 200 && resp.Header.Get("Cache-Control") != "no-store" {
		d.t.Error(resp.Header)
	}
	return resp.StatusCode, offset
}

func TestAPhotoArrivesInPiecesAndTheStatedOffsetIsTrue(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b, path := d.photo(1000)
	if status, at := d.head(path); status != 200 || at != 0 {
		t.Fatal(status, at)
	}
	for at := 0; at < 1000; at += 300 {
		end := min(at+300, 1000)
		if status, code, h := d.patch(path, at, b[at:end]); status != 204 || h.Get("Upload-Offset") != strconv.Itoa(end) {
			t.Fatal(status, code, h)
		}
		if status, got := d.head(path); status != 200 || got != end {
			t.Fatal(status, got)
		}
	}
	// The answer to the last piece was lost: it comes again, or the phone asks.
	if status, code, _ := d.patch(path, 700, b[700:]); status != 409 || code != "blob.offset" {
		t.Fatal(status, code)
	}
	if status, _, h := d.patch(path, 1000, nil); status != 204 || h.Get("Upload-Offset") != "1000" {
		t.Fatal(status, h)
	}
}

func TestTusRefusalsSayWhyAndChangeNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b, path := d.photo(100)
	if status, _, _ := d.patch(path, 0, b[:40]); status != 204 {
		t.Fatal(status)
	}
	unknown := wire.PathBlobs + strings.Repeat("ab", 32)
	for _, c := range []struct {
		name, path string
		offset     int
		more       []string
		status     int
		code       string
	}{
		{"offset before", path, 39, nil, 409, "blob.offset"},
		{"offset after", path, 41, nil, 409, "blob.offset"},
		{"offset beyond the end", path, 1 << 40, nil, 409, "blob.offset"},
		{"offset below zero", path, -1, nil, 400, "request.malformed"},
		{"no offset", path, 0, []string{"Upload-Offset", ""}, 400, "request.malformed"},
		{"content type", path, 40, []string{"Content-Type", "image/jpeg"}, 415, "request.malformed"},
		{"no version", path, 40, []string{"Tus-Resumable", ""}, 412, "proto.unsupported"},
		{"other version", path, 40, []string{"Tus-Resumable", "0.2.2"}, 412, "proto.unsupported"},
		{"unknown photo", unknown, 0, nil, 404, "blob.unknown"},
		{"no hash", wire.PathBlobs + "x", 0, nil, 404, "blob.unknown"},
		{"upper case", wire.PathBlobs + strings.ToUpper(strings.TrimPrefix(path, wire.PathBlobs)), 40, nil, 404, "blob.unknown"},
		{"nobody", path, 40, []string{"Authorization", "Bearer x"}, 401, "auth.signed_out"},
	} {
		status, code, h := d.patch(c.path, c.offset, b[40:], c.more...)
		if status != c.status || code != c.code {
			t.Errorf("%s: %d %s", c.name, status, code)
		}
		if c.status == 412 && h.Get("Tus-Version") != "1.0.0" {
			t.Errorf("%s: %v", c.name, h)
		}
	}
	if status, at := d.head(path); status != 200 || at != 40 {
		t.Fatal(status, at)
	}
	if status, at := d.head(unknown); status != 404 || at != -1 {
		t.Fatal(status, at)
	}
	resp := d.do(http.MethodOptions, path, nil, http.Header{"Authorization": {""}})
	resp.Body.Close()
	if resp.StatusCode != 204 || resp.Header.Get("Tus-Version") != "1.0.0" || resp.Header.Get("Tus-Max-Size") != strconv.Itoa(32<<20) {
		t.Fatal(resp.Status, resp.Header)
	}
}

func TestAPhotoOfAnotherTerritoryIsNotThere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b, path := d.photo(100)
	d.account("wang", uuid.New())
	d.token = d.enrolled("wang")
	if status, code, _ := d.patch(path, 0, b); status != 404 || code != "blob.unknown" {
		t.Fatal(status, code)
	}
	if status, at := d.head(path); status != 404 || at != -1 {
		t.Fatal(status, at)
	}
}

func TestBytesThatAreNotThePhotoAreDroppedAndItBeginsAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b, path := d.photo(1000)
	bad := bytes.Clone(b)
	bad[10] ^= 1
	if status, _, _ := d.patch(path, 0, bad[:600]); status != 204 {
		t.Fatal(status)
	}
	if status, code, _ := d.patch(path, 600, bad[600:]); status != 400 || code != "blob.corrupt" {
		t.Fatal(status, code)
	}
	if status, at := d.head(path); status != 200 || at != 0 {
		t.Fatal(status, at)
	}
	if status, _, h := d.patch(path, 0, append(bytes.Clone(b), "more than was said"...)); status != 204 || h.Get("Upload-Offset") != "1000" {
		t.Fatal(status, h)
	}
}

// TestANewerUploadTakesOverFromOneWhoseLineIsDead leaves a request hanging in the middle of its body.
func TestANewerUploadTakesOverFromOneWhoseLineIsDead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b, path := d.photo(200_000)
	body, line := io.Pipe()
	defer line.Close()
	type result struct {
		status int
		err    error
	}
	older := make(chan result, 1)
	go func() {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, d.url+path, body)
		if err != nil {
			older <- result{0, err}
			return
		}
		req.ContentLength = 200_000
		req.Header = http.Header{"Tus-Resumable": {"1.0.0"}, "Content-Type": {"application/offset+octet-stream"}, "Upload-Offset": {"0"},
			"Authorization": {"Bearer " + d.token}}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			older <- result{0, err}
			return
		}
		resp.Body.Close()
		older <- result{resp.StatusCode, nil}
	}()
	if _, err := line.Write(b[:50_000]); err != nil {
		t.Fatal(err)
	}
	// Before the server has begun with it, the dead line would be the newer one.
	part := filepath.Join(d.dir, "photos", "part", path[strings.LastIndex(path, "/")+1:])
	for deadline := time.Now().Add(time.Minute); ; runtime.Gosched() {
		if info, err := os.Stat(part); err == nil && info.Size() > 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("none of it arrived")
		}
	}
	status, at := d.head(path) // some of it may still be on its way, and is then sent again
	if status != 200 || at > 50_000 {
		t.Fatal(status, at)
	}
	if status, code, h := d.patch(path, at, b[at:]); status != 204 || h.Get("Upload-Offset") != "200000" {
		t.Fatal(status, code)
	}
	line.CloseWithError(io.ErrClosedPipe)
	if got := <-older; got.status == 204 {
		t.Fatal("the dead line was told that its photo arrived")
	}
}

func TestTheLastByteOfAPhotoIsOneLessThatThePhoneHolds(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b, path := d.photo(100)
	d.call(http.MethodPost, wire.PathSync, request(t, func(req *wire.SyncRequest) { req.Waiting.Photos = 2 }), nil)
	for _, step := range []struct{ from, to, left int }{{0, 60, 2}, {60, 100, 1}, {100, 100, 1}} {
		if status, code, _ := d.patch(path, step.from, b[step.from:step.to]); status != 204 {
			t.Fatal(status, code)
		}
		if phones, err := d.store.Phones(t.Context()); err != nil || phones[0].WaitingPhotos != step.left {
			t.Fatalf("at %d: %+v %v", step.to, phones, err)
		}
	}
}
