package api

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"storewalk/shared/fault"
	"storewalk/shared/pack"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/gin-gonic/gin"
)

// seeds are requests with records of every kind, and some that are none.
func seeds(t testing.TB) (bodies [][]byte) {
	t.Helper()
	rec := func(id, typ, fields string) string {
		return `{"id":"9b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c` + id + `","type":"` + typ + `","terr":"` + north.String() +
			`","place":[0,1],"rids":["AQAAAAAAAAAAAAAAAAAAAA","AgAAAAAAAAAAAAAAAAAAAA"],"ctx":[9,9],"f":{` + fields + `}}`
	}
	for _, push := range []string{`null`, `{}`,
		rec("10", "note", `"text":[[0,1,1,"",0,"x"],[1,1,1,"",0,"y"]],"visit":[[0,2,1,"",0,null]]`),
		rec("11", "store", `"name":[[0,2,2,"",0,"重庆银行<&>"]],"position":[[0,1,1,"",0,{"lat":1e308}]],"grade":[[0,3,1,"",-1,9e99]]`),
		rec("12", "thumbnail", `"thumbnail":[[0,3,1,"",0,{"photo":"9b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c13","jpeg":null}]]`),
		rec("13", "photo", `"photo":[[0,4,1,"",0,{"sha256":"`+strings.Repeat("ab", 32)+`","size":9,"kind":7}]]`),
		rec("14", "count", `"line:9b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c15":[[0,5,1,"",0,{"cartons":9999}]],"line:x":[]`),
		rec("15", "visit", `"check_in":[[1,5,1,"",0,{"at":-1}]],"store":[[1,6,1,"",0,""]]`),
		rec("16", "later", `"":[[1,7,9007199254740992,"\u0000",-9007199254740992,[[{}]]]]`),
	} {
		bodies = append(bodies, []byte(request(t, func(r *wire.SyncRequest) { r.Push = []json.RawMessage{json.RawMessage(push)} })))
	}
	return append(bodies, []byte(request(t, func(r *wire.SyncRequest) {
		r.Blobs = []wire.BlobAsk{{Size: -1}}
		r.Cursors = []wire.Cursor{{Territory: north, Seq: -9}}
	})))
}

// FuzzDecode looks for a body that is read as a request whose records change on their way through the server.
func FuzzDecode(f *testing.F) {
	for _, body := range seeds(f) {
		f.Add(body, "")
	}
	f.Add([]byte(packed(f, seeds(f)[2])), "gzip")
	f.Add([]byte(inColumns(f, string(seeds(f)[2]))), pack.Encoding)
	f.Fuzz(func(t *testing.T, body []byte, encoding string) {
		c, _ := gin.CreateTestContext(httptest.NewRecorder())
		c.Request = httptest.NewRequestWithContext(t.Context(), http.MethodPost, wire.PathSync, bytes.NewReader(body))
		c.Request.Header.Set("Content-Encoding", encoding)
		var req wire.SyncRequest
		if err := decode(c, &req); err != nil {
			if kind, _ := fault.Of(err); kind != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		for _, raw := range req.Push {
			r, err := record.Decode(raw)
			if err != nil {
				continue
			}
			again, err := record.Decode(r.Encode())
			if len(r.Encode()) <= record.MaxBytes && (err != nil || again.Version() != r.Version()) {
				t.Fatalf("%s is not what is stored of it: %v", raw, err)
			}
			if both := record.Join(r, again); both.Version() != r.Version() {
				t.Fatalf("%s joined with itself is another record", raw)
			}
			answer, err := wire.Encode(wire.SyncResponse{Feeds: []wire.Feed{{Puts: []json.RawMessage{r.Encode()}}}})
			var got wire.SyncResponse
			if err != nil || json.Unmarshal(answer, &got) != nil || !bytes.Equal(got.Feeds[0].Puts[0], r.Encode()) {
				t.Fatalf("%s does not arrive as it left: %v", raw, err)
			}
		}
	})
}

func TestDamagedRequestsNeverMakeTheServerFailOrItsAnswersUnreadable(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	engine := gin.New()
	New(d.store, slog.New(slog.DiscardHandler)).Register(engine)
	post := func(body []byte) (int, []byte) {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, wire.PathSync, bytes.NewReader(body))
		req.Header.Set("Authorization", "Bearer "+d.token)
		w := httptest.NewRecorder()
		engine.ServeHTTP(w, req)
		return w.Code, w.Body.Bytes()
	}
	const damage = "00112233456789abcdefxyz-[]{}\",:\\\xff\x00"
	rnd := rand.New(rand.NewPCG(3, 4))
	bodies := seeds(t)
	taken := 0
	for i := range 600 {
		body := bytes.Clone(bodies[i%len(bodies)])
		for range rnd.IntN(4) { // most damage spoils the JSON: prefer digits and letters for each other
			at := rnd.IntN(len(body))
			body[at] = damage[rnd.IntN(len(damage))]
		}
		status, answer := post(body)
		if status != 200 {
			if status/100 != 4 || code(t, string(answer)) == "" {
				t.Fatalf("%s\n%d %s", body, status, answer)
			}
			continue
		}
		taken++
		var sent wire.SyncRequest
		var got wire.SyncResponse
		if json.Unmarshal(body, &sent) != nil || json.Unmarshal(answer, &got) != nil || !got.Reincarnate && len(got.Receipts) != len(sent.Push) {
			t.Fatalf("%s\n%s", body, answer)
		}
	}
	status, answer := post([]byte(request(t, nil)))
	var got wire.SyncResponse
	if status != 200 || json.Unmarshal(answer, &got) != nil || taken < 100 {
		t.Fatal(status, taken)
	}
	records := 0
	for _, feed := range got.Feeds {
		for _, put := range feed.Puts {
			if _, err := record.Decode(put); err != nil {
				t.Fatalf("%v: %s", err, put)
			}
			records++
		}
	}
	t.Logf("%d of 600 requests were readable, %d records are here", taken, records)
}
