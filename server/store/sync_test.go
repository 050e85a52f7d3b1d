package store

import (
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"storewalk/server/auth"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

var north, south = field.TerritoryID("north"), field.TerritoryID("south")

// A caller is a phone as the server sees it: a principal, and a replica that writes.
type caller struct {
	link string // token of the last request
	auth.Principal
	rid     record.Replica
	n       uint64
	cursors []wire.Cursor
}

func newCaller(t *testing.T, s *Store, login string) *caller {
	t.Helper()
	account := addAccount(t, s, login, field.RoleManager)
	token, _, err := s.EnrolDevice(t.Context(), account, "key", login)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.DeviceByToken(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return &caller{Principal: p, rid: record.Replica{login[0], login[1]}}
}

// set writes a field of r as the caller's replica would.
func (c *caller) set(t *testing.T, r record.Record, name string, value any) record.Record {
	t.Helper()
	v, err := record.Value(value)
	if err != nil {
		t.Fatal(err)
	}
	c.n++
	return r.Set(name, record.Entry{Dot: record.Dot{Replica: c.rid, N: c.n}, Lam: r.MaxLam() + 1, Author: c.Account.String(), Value: v}, r.Seen(name))
}

func (c *caller) note(t *testing.T, text string) record.Record {
	t.Helper()
	return c.set(t, record.Record{ID: uuid.New(), Type: field.TypeNote, Territory: north, Place: record.Place{N: 1}}, "text", text)
}

// push exchanges raw records and moves the caller's cursors on.
func (c *caller) push(t *testing.T, s *Store, raws ...[]byte) wire.SyncResponse {
	t.Helper()
	req := wire.SyncRequest{Proto: wire.Proto, Replica: c.rid, Cur: c.link, Next: rand.Text(), ClockMS: time.Now().UnixMilli(), Cursors: c.cursors, Budget: wire.MaxBudget}
	c.link = req.Next
	for _, raw := range raws {
		req.Push = append(req.Push, raw)
	}
	resp, err := s.Sync(t.Context(), c.Principal, req)
	if err != nil || len(resp.Receipts) != len(raws) {
		t.Fatal(len(resp.Receipts), err)
	}
	c.cursors = nil
	for _, f := range resp.Feeds {
		c.cursors = append(c.cursors, wire.Cursor{Territory: f.Territory, Epoch: f.Epoch, Seq: f.Seq})
	}
	return resp
}

func count(t *testing.T, s *Store, query string, args ...any) (n int) {
	t.Helper()
	if err := s.db.Read.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestWhatCanNotBeARecordIsPutAsideAndTheOthersGoOn pushes each bad record between two good ones.
func TestWhatCanNotBeARecordIsPutAsideAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	in := func(typ string, territory uuid.UUID) record.Record {
		return record.Record{ID: uuid.New(), Type: typ, Territory: territory, Place: record.Place{N: 1}}
	}
	wide := in("later", north)
	for i := range 10_000 {
		wide = wide.Set("x", record.Entry{Dot: record.Dot{Replica: record.Replica{byte(i), byte(i >> 8), 9}, N: 1}, Lam: 1, Value: []byte("1")}, wide.Seen("x"))
	}
	ahead := in(field.TypeNote, north).Set("text", record.Entry{Dot: record.Dot{Replica: ma.rid, N: 900}, Lam: 1 << 40, Value: []byte(`"x"`)}, nil)
	good := ma.note(t, "good").Encode()
	bad := map[string][]byte{
		"record.malformed nothing":     []byte(`null`),
		"record.malformed number":      []byte(`7`),
		"record.malformed text":        []byte(`"record"`),
		"record.malformed list":        []byte(`[]`),
		"record.malformed empty":       []byte(`{}`),
		"record.malformed uncovered":   []byte(strings.Replace(string(good), `"ctx":[`, `"ctx":[0`, 1)),
		"record.malformed big":         ma.set(t, in("later", north), "x", strings.Repeat("x", record.MaxBytes)).Encode(),
		"record.malformed vector":      wide.Encode(),
		"record.malformed deep":        ma.set(t, in("later", north), "x", json.RawMessage(strings.Repeat("[", 5000)+strings.Repeat("]", 5000))).Encode(),
		"record.malformed deep object": ma.set(t, in("later", north), "x", json.RawMessage(strings.Repeat(`{"\"[":`, 200)+"1"+strings.Repeat("}", 200))).Encode(),
		"record.malformed grows": []byte(strings.Replace(string(ma.set(t, in("later", north), "x", strings.Repeat("x", 100_000)).Encode()), `"f":{`,
			`"f":{`+manyBadNames(t), 1)),
		"record.out_of_scope unknown":       ma.set(t, in(field.TypeNote, uuid.New()), "text", "x").Encode(),
		"record.out_of_scope other":         ma.set(t, in(field.TypeNote, south), "text", "x").Encode(),
		"record.out_of_scope everybody":     ma.set(t, in("later", field.Common), "x", "x").Encode(),
		"record.office_owned product":       ma.set(t, in(field.TypeProduct, north), "name", "x").Encode(),
		"record.office_owned user":          ma.set(t, in(field.TypeUser, field.Common), "role", "supervisor").Encode(),
		"record.office_owned territory":     ma.set(t, in(field.TypeTerritory, north), "name", "x").Encode(),
		"record.bad_value lamport":          ahead.Encode(),
		"record.bad_value line":             ma.set(t, in(field.TypeCount, north), field.LineField(uuid.New()), "many").Encode(),
		"record.bad_value photo":            ma.set(t, in(field.TypePhoto, north), "photo", map[string]int{"size": 1}).Encode(),
		"record.bad_value thumbnail":        ma.set(t, in(field.TypeThumbnail, north), "thumbnail", field.Thumbnail{JPEG: make([]byte, field.MaxThumbnail+1)}).Encode(),
		"count.out_of_range negative":       ma.set(t, in(field.TypeCount, north), field.LineField(uuid.New()), field.CountLine{Packs: -1}).Encode(),
		"count.out_of_range over the limit": ma.set(t, in(field.TypeCount, north), field.LineField(uuid.New()), field.CountLine{Cartons: 10_000}).Encode(),
		"note.too_long":                     ma.note(t, strings.Repeat("长", field.MaxNoteRunes+1)).Encode(),
	}
	before := count(t, s, `SELECT count(*) FROM record`)
	for name, raw := range bad {
		code, _, _ := strings.Cut(name, " ")
		for range 2 { // the answer was lost, it comes again
			resp := ma.push(t, s, ma.note(t, "before").Encode(), raw, ma.note(t, "after").Encode())
			if resp.Receipts[0].Status != wire.Applied || resp.Receipts[2].Status != wire.Applied {
				t.Errorf("%s: others were not taken: %v", name, resp.Receipts)
			}
			if got := resp.Receipts[1]; got.Status != wire.Quarantined || got.Code != code {
				t.Errorf("%s: %v", name, got)
			}
		}
		if n := count(t, s, `SELECT count(*) FROM quarantine WHERE code = $1 AND raw = $2 AND device = $3`, code, raw, ma.Device.String()); n != 1 {
			t.Errorf("%s: kept %d times", name, n)
		}
	}
	if n := count(t, s, `SELECT count(*) FROM record`) - before; n != 4*len(bad) {
		t.Errorf("%d records, want %d", n, 4*len(bad))
	}
}

// manyBadNames returns fields whose names are bytes that are no text, and grow when they become text.
func manyBadNames(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, `"%s%04d":[[0,1,1,"",0,1]],`, strings.Repeat("\xff", 60), i)
	}
	return b.String()
}

// forgetGrants makes what was taken away as if it had never been given.
func forgetGrants(t *testing.T, s *Store) {
	t.Helper()
	err := s.change(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), `DELETE FROM territory_grant WHERE revoked_ms > 0`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestARecordOfAnotherTerritoryCanNotBeTakenOver(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	li := newCaller(t, s, "li")
	if err := s.SetTerritories(t.Context(), li.Account, []uuid.UUID{south}); err != nil {
		t.Fatal(err)
	}
	forgetGrants(t, s)
	r := ma.note(t, "mine")
	ma.push(t, s, r.Encode())
	stolen := li.set(t, r, "text", "stolen")
	stolen.Territory, stolen.Place = south, record.Place{Epoch: 9, N: 9}
	resp := li.push(t, s, stolen.Encode())
	if resp.Receipts[0] != (wire.Receipt{Status: wire.Quarantined, Code: "record.out_of_scope"}) {
		t.Fatal(resp.Receipts)
	}
	for _, f := range resp.Feeds {
		if f.Territory == north {
			t.Fatal("was given the territory")
		}
	}
	// Who may write the record may still not move it.
	moved := ma.set(t, r, "text", "changed")
	moved.Territory, moved.Place = south, record.Place{Epoch: 9, N: 9}
	if resp = ma.push(t, s, moved.Encode()); resp.Receipts[0].Code != "" {
		t.Fatal(resp.Receipts)
	}
	if n := count(t, s, `SELECT count(*) FROM record WHERE id = $1 AND territory = $2`, r.ID.String(), north.String()); n != 1 {
		t.Fatal("the record was moved")
	}
	retyped := ma.set(t, r, "text", "y")
	retyped.Type = "zzz"
	if resp = ma.push(t, s, retyped.Encode()); resp.Receipts[0].Status != wire.Quarantined {
		t.Fatal(resp.Receipts)
	}
}

// TestRecordsThatAreGoodApartAndTooBigTogetherBlockNobody: each half is within the limits, the join is not.
func TestRecordsThatAreGoodApartAndTooBigTogetherBlockNobody(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma, li := newCaller(t, s, "ma"), newCaller(t, s, "li")
	base := record.Record{ID: uuid.New(), Type: "later", Territory: north, Place: record.Place{N: 1}}
	half := strings.Repeat("x", record.MaxBytes*2/3)
	if resp := ma.push(t, s, ma.set(t, base, "a", half).Encode()); resp.Receipts[0].Status != wire.Applied {
		t.Fatal(resp.Receipts)
	}
	second := li.set(t, base, "b", half).Encode()
	for range 2 {
		resp := li.push(t, s, second, li.note(t, "after").Encode())
		if resp.Receipts[0].Status != wire.Quarantined || resp.Receipts[1].Status != wire.Applied {
			t.Fatal(resp.Receipts)
		}
	}
	if resp := ma.push(t, s, ma.set(t, base, "a", "small").Encode()); resp.Receipts[0].Status == wire.Quarantined && resp.Receipts[0].Code == "" {
		t.Fatal(resp.Receipts)
	}
}

func TestADamagedCopyOnTheServerGivesWayToThePhonesAndItsBytesAreKept(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	r := ma.note(t, "x")
	ma.push(t, s, r.Encode())
	if err := s.db.Tx(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE record SET body = 'broken' WHERE id = $1`, r.ID.String())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	resp := ma.push(t, s, ma.set(t, r, "text", "y").Encode(), ma.note(t, "after").Encode())
	if resp.Receipts[0].Status != wire.Applied || resp.Receipts[1].Status != wire.Applied {
		t.Fatal(resp.Receipts)
	}
	if n := count(t, s, `SELECT count(*) FROM damaged d JOIN alarm a ON a.detail = d.record WHERE d.raw = CAST('broken' AS BLOB) AND a.code = 'alarm.damaged'`); n != 1 {
		t.Error("the bytes are not kept, or nobody is told")
	}
}

func TestAPushRepeatedAnyNumberOfTimesChangesNothingMore(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	first := ma.note(t, "1")
	ma.push(t, s, first.Encode())
	second := ma.set(t, first, "text", "2")
	for i, want := range []wire.Status{wire.Applied, wire.Same, wire.Same} {
		if resp := ma.push(t, s, second.Encode()); resp.Receipts[0].Status != want {
			t.Fatal(i, resp.Receipts)
		}
	}
	// The older request arrives once more, last.
	resp := ma.push(t, s, first.Encode())
	if resp.Receipts[0].Status != wire.Merged {
		t.Fatal(resp.Receipts)
	}
	if n := count(t, s, `SELECT count(*) FROM write_log WHERE record = $1`, second.ID.String()); n != 2 {
		t.Fatal(n)
	}
	if n := count(t, s, `SELECT (SELECT count(*) FROM note WHERE text = '2') - (SELECT count(*) FROM conflict)`); n != 1 {
		t.Fatal("the older request won, or made a conflict")
	}
}

func TestAnUnknownTypeIsKeptAndPassedOnAsItIs(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma, li := newCaller(t, s, "ma"), newCaller(t, s, "li")
	li.push(t, s)
	r := record.Record{ID: uuid.New(), Type: "price_tag_audit", Territory: north, Place: record.Place{N: 1}}
	r = ma.set(t, r, "<new & odd>", json.RawMessage(`{"deep":[1.50,{"x":null}],"<":"&"}`))
	if resp := ma.push(t, s, r.Encode()); resp.Receipts[0].Status != wire.Applied {
		t.Fatal(resp.Receipts)
	}
	var got []json.RawMessage
	for _, f := range li.push(t, s).Feeds {
		got = append(got, f.Puts...)
	}
	if len(got) != 1 || string(got[0]) != string(r.Encode()) {
		t.Fatalf("%s", got)
	}
}

func TestACursorFromBeforeARestoreIsReadFromTheStart(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	ma.push(t, s, ma.note(t, "x").Encode())
	for i := range ma.cursors {
		ma.cursors[i].Seq += 1000
	}
	puts := 0
	for _, f := range ma.push(t, s).Feeds {
		puts += len(f.Puts)
		if f.Seq >= 1000 {
			t.Error("a cursor that no feed has: ", f.Seq)
		}
	}
	if puts == 0 {
		t.Fatal("nothing came")
	}
}

func TestASmallBudgetBringsEverythingPieceByPieceWithoutAGap(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma, li := newCaller(t, s, "ma"), newCaller(t, s, "li")
	want := map[uuid.UUID]bool{}
	var raws [][]byte
	for range 40 {
		r := ma.note(t, strings.Repeat("x", 300))
		want[r.ID] = true
		raws = append(raws, r.Encode())
	}
	ma.push(t, s, raws...)
	for range 200 {
		req := wire.SyncRequest{Proto: wire.Proto, Replica: li.rid, Next: "same", Cursors: li.cursors, Budget: -7}
		resp, err := s.Sync(t.Context(), li.Principal, req)
		if err != nil {
			t.Fatal(err)
		}
		more := false
		li.cursors = nil
		for _, f := range resp.Feeds {
			li.cursors = append(li.cursors, wire.Cursor{Territory: f.Territory, Epoch: f.Epoch, Seq: f.Seq})
			more = more || f.More
			for _, raw := range f.Puts {
				r, err := record.Decode(raw)
				if err != nil {
					t.Fatal(err)
				}
				delete(want, r.ID)
			}
		}
		if !more {
			break
		}
	}
	if len(want) != 0 {
		t.Fatal(len(want), "never came")
	}
}
