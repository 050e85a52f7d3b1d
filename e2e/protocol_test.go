package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	serverstore "storewalk/server/store"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// What a real server makes up anew in every run, as docs/protocol-example.md shows it.
const (
	protocolClock = "1789084800000" // the server's clock
	protocolLate  = 10 * time.Minute
)

var protocolSamples = []string{
	"x1Wm5b0s3nQ8vK2yT7dJ4hR9cL6fA0gE1uZ5pO8iN3w",  // token
	"c4e1a7d2-93b5-4f08-a6d1-5e2f7b8c9d30",         // server
	"0b9f3f6e-52c1-4d7a-8a3e-7d1c2b4e5f60",         // device
	"h3Jk9sQ2TzWmYb0LxV5cNA",                       // epoch
	"V7pR1mXa6uC4eT0bKjW9qg",                       // the server's replica
	"8WfQm2oKz0c5y7JtVb1sXe3uRk9aLd6gHp4nTiYwZBE=", // the server's key for receipts
}

// A protocolBlock is one request or answer of the document.
type protocolBlock struct {
	first  string
	header http.Header
	body   []byte
}

// protocolBlocks reads the worked example.
func protocolBlocks(t *testing.T, doc string) (blocks []protocolBlock) {
	t.Helper()
	for _, part := range strings.Split(doc, "```http\n")[1:] {
		text, _, _ := strings.Cut(part, "\n```")
		head, body, _ := strings.Cut(text, "\n\n")
		lines := strings.Split(head, "\n")
		b := protocolBlock{first: lines[0], header: http.Header{}, body: []byte(strings.TrimSpace(body))}
		for _, line := range lines[1:] {
			name, value, _ := strings.Cut(line, ": ")
			b.header.Set(name, value)
		}
		if json.Valid(b.body) {
			var compact bytes.Buffer
			if err := json.Compact(&compact, b.body); err != nil {
				t.Fatal(err)
			}
			b.body = compact.Bytes()
		}
		blocks = append(blocks, b)
	}
	return blocks
}

// A protocolPlay is the document's example against a real server.
type protocolPlay struct {
	t      *testing.T
	server *httptest.Server
	bound  map[string]string // what this run has for each of protocolSamples
}

func newProtocolPlay(t *testing.T) *protocolPlay {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	st, err := serverstore.Open(t.Context(), t.TempDir(), log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	if err := st.EnsureTerritory(t.Context(), "west", "原州西片", "640402"); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := st.ImportProducts(t.Context(), []field.Product{
		{Code: "6901028000001", Name: "黄金叶(硬)", PriceClass: 2, GuidePriceFen: 2500, Status: "normal"}}); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := st.ImportStores(t.Context(), syncWest, []field.Store{
		{LicenceNo: "640402100001", Name: "文化街便民店", Phone: "0954-2030405", Grade: 5, Position: field.Position{Lat: 36.0046, Lon: 106.2852}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := st.AddAccount(t.Context(), serverstore.NewAccount{Login: "ma", Name: "马强", Role: field.RoleManager,
		Password: syncPassword, Territories: []uuid.UUID{syncWest}}); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(syncHandler(st, log))
	t.Cleanup(srv.Close)
	return &protocolPlay{t, srv, map[string]string{}}
}

// real returns a text of the document with what this run has.
func (p *protocolPlay) real(text string) string {
	for sample, value := range p.bound {
		text = strings.ReplaceAll(text, sample, value)
	}
	return text
}

func (p *protocolPlay) send(b protocolBlock) (*http.Response, []byte) {
	p.t.Helper()
	method, path, _ := strings.Cut(b.first, " ")
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.server.URL+path, strings.NewReader(p.real(string(b.body))))
	if err != nil {
		p.t.Fatal(err)
	}
	for name := range b.header {
		req.Header.Set(name, p.real(b.header.Get(name)))
	}
	resp, err := p.server.Client().Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return resp, body
}

// same reports whether an answer is what the document says, and binds samples seen for the first time.
func (p *protocolPlay) same(doc, real any) bool {
	switch doc := doc.(type) {
	case map[string]any:
		real, ok := real.(map[string]any)
		return ok && maps.EqualFunc(doc, real, p.same)
	case []any:
		real, ok := real.([]any)
		return ok && slices.EqualFunc(doc, real, p.same)
	case string:
		real, ok := real.(string)
		if _, bound := p.bound[doc]; ok && !bound && slices.Contains(protocolSamples, doc) {
			p.bound[doc] = real
		}
		return ok && p.real(doc) == real
	case json.Number:
		real, _ := real.(json.Number)
		if doc == protocolClock {
			ms, err := strconv.ParseInt(real.String(), 10, 64)
			return err == nil && time.Since(time.UnixMilli(ms)).Abs() < protocolLate
		}
		return doc == real
	}
	return doc == real
}

func protocolJSON(t *testing.T, b []byte) (v any) {
	t.Helper()
	if len(b) == 0 {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	return v
}

func protocolDoc(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("../docs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTheProtocolsExampleIsWhatAServerAnswers(t *testing.T) {
	t.Parallel()
	p := newProtocolPlay(t)
	blocks := protocolBlocks(t, protocolDoc(t, "protocol-example.md"))
	if len(blocks) < 14 || len(blocks)%2 != 0 {
		t.Fatal(len(blocks), "blocks")
	}
	for ; len(blocks) > 0; blocks = blocks[2:] {
		ask, want := blocks[0], blocks[1]
		for again := range 2 { // what was sent once more is answered alike
			resp, body := p.send(ask)
			status := resp.Proto + " " + resp.Status
			if again == 1 && (strings.HasSuffix(ask.first, wire.PathEnrol) || len(want.body) == 0) {
				break // a new token each time; a photo is known by now
			}
			doc, real := protocolJSON(t, want.body), protocolJSON(t, body)
			if again == 1 && bytes.Contains(want.body, []byte(`"receipts":[{`)) { // the records come back too
				doc, real = doc.(map[string]any)["receipts"], real.(map[string]any)["receipts"]
			}
			if status != want.first || !p.same(doc, real) {
				t.Fatalf("%s is answered %s\n%s", ask.first, status, body)
			}
			for name := range want.header {
				if resp.Header.Get(name) != want.header.Get(name) {
					t.Errorf("%s is answered with %s: %s", ask.first, name, resp.Header.Get(name))
				}
			}
		}
	}
	if len(p.bound) != len(protocolSamples) {
		t.Error("samples that the example does not show:", p.bound)
	}
}

// TestTheProtocolNamesEveryFieldLimitAndCode fails when the code has one that the document does not explain.
func TestTheProtocolNamesEveryFieldLimitAndCode(t *testing.T) {
	t.Parallel()
	doc := protocolDoc(t, "protocol.md")
	var names []string
	for _, message := range []any{wire.EnrolRequest{}, wire.EnrolResponse{}, wire.SyncRequest{}, wire.Waiting{}, wire.Cursor{}, wire.SyncResponse{},
		wire.KnownDot{}, wire.Receipt{}, wire.Feed{}, wire.Out{}, wire.BlobAsk{}, wire.BlobHeld{}, wire.Error{}, wire.ReceiptRequest{}, wire.ReceiptResponse{},
		field.CountLine{}, field.Photo{}, field.Thumbnail{}, field.Moment{}, field.Position{}} {
		for f := range reflect.TypeOf(message).Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	for _, values := range [][]field.Value{field.Store{}.Fields(), field.Product{}.Fields(), field.User{}.Fields(), field.Territory{}.Fields()} {
		for _, v := range values {
			names = append(names, v.Field)
		}
	}
	names = append(names, field.PhotoKinds...)
	for _, s := range []wire.Status{wire.Applied, wire.Same, wire.Merged, wire.Quarantined, wire.Elsewhere} {
		names = append(names, string(s))
	}
	for _, name := range append(names, protocolCodes(t)...) {
		if !strings.Contains(doc, "`"+name+"`") {
			t.Errorf("docs/protocol.md does not name `%s`", name)
		}
	}
	spaced := strings.ReplaceAll(doc, ",", "")
	for what, n := range map[string]int{"request": wire.MaxRequestBytes, "push": wire.MaxPush, "asks": wire.MaxBlobAsks, "least budget": wire.MinBudget,
		"most budget": wire.MaxBudget, "token": wire.MaxToken, "unanswered": wire.MaxWas, "known": wire.MaxKnown, "record": record.MaxBytes, "fields": record.MaxFields,
		"replicas": record.MaxReplicas, "siblings": record.MaxSiblings, "number": record.MaxLamport, "photo": field.MaxPhotoBytes,
		"thumbnail": field.MaxThumbnail, "note": field.MaxNoteRunes, "text": field.MaxTextRunes, "count": field.MaxCount} {
		if !regexp.MustCompile(fmt.Sprintf(`\b%d\b`, n)).MatchString(spaced) {
			t.Errorf("docs/protocol.md does not name the limit of %s, %d", what, n)
		}
	}
}

// protocolCodes finds the codes that the code of the exchange can answer with.
func protocolCodes(t *testing.T) (codes []string) {
	t.Helper()
	code := regexp.MustCompile(`fault\.New\(fault\.\w+, "([a-z_]+\.[a-z_]+)"`)
	for _, file := range []string{"server/api/api.go", "server/api/blobs.go", "server/store/sync.go", "server/store/chain.go", "server/store/backup_lost.go", "server/store/receipt.go", "shared/receipt/receipt.go", "shared/receipt/code.go",
		"server/auth/auth.go", "server/auth/limit.go", "shared/field/validate.go", "shared/field/count.go", "mobile/syncer/client.go"} {
		b, err := os.ReadFile("../" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range code.FindAllSubmatch(b, -1) {
			codes = append(codes, string(m[1]))
		}
	}
	if len(codes) < 20 {
		t.Error("only codes", codes)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}
