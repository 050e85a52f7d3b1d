package wire_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"storewalk/shared/blob"
	"storewalk/shared/digest"
	"storewalk/shared/fault"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// golden is the folder of this version's files; see the README in it.
const golden = "testdata/v1"

var (
	goldenWest   = uuid.MustParse("8f8a5ab0-7b2e-5b9c-a1de-6b1c2f0e9d11")
	goldenEast   = uuid.MustParse("0c5f6a3e-91d4-5f0a-8e57-3d2b7c4a6e22")
	goldenUser   = uuid.MustParse("3b1f0c9a-5d7e-5a42-9c68-e0f1a2b3c433")
	goldenDevice = uuid.MustParse("6d2e4f80-a1b3-4c5d-8e7f-90a1b2c3d444")
	goldenEpoch  = record.Replica{0xe0, 15: 0x01}
	goldenPhoto  = blob.Ref{0xfe, 0xed, 31: 0x01}
)

// goldenMessages are the messages of the protocol, one for each file: every field is set in one of them, and every
// field that may be missing is missing in one.
func goldenMessages(t *testing.T) map[string]any {
	t.Helper()
	visit, thumbnail := goldenRecord(t, "visit"), goldenRecord(t, "thumbnail")
	return map[string]any{
		"enrol_request": wire.EnrolRequest{Login: "ma", Password: "correct horse", PublicKey: bytes.Repeat([]byte{0xfb}, 32), Device: "马强 <的> 手机"},
		"enrol_response": wire.EnrolResponse{Server: goldenDevice, Device: goldenDevice, Token: "c3RvcmV3YWxrIHN0b3Jld2FsayBzdG9yZXdhbGsgc3Q", User: goldenUser,
			Name: "马强", ServerMS: 1789084800123},
		"enrol_response_key": wire.EnrolResponse{Server: goldenDevice, Device: goldenDevice, Token: "c3RvcmV3YWxrIHN0b3Jld2FsayBzdG9yZXdhbGsgc3Q", User: goldenUser,
			Name: "马强", ServerMS: 1789084800123, ReceiptKey: bytes.Repeat([]byte{0xfb}, 32)},
		"receipt_request":        wire.ReceiptRequest{Proto: wire.Proto, Replica: goldenOwn, Days: []string{"2026-11-30", "2026-11-29"}},
		"receipt_response":       wire.ReceiptResponse{ServerMS: 1789084800789, Receipt: bytes.Repeat([]byte{0xfe}, 40), Key: bytes.Repeat([]byte{0xfb}, 32)},
		"receipt_response_lacks": wire.ReceiptResponse{ServerMS: 1789084800789, Key: bytes.Repeat([]byte{0xfb}, 32), Lacks: []blob.Ref{goldenPhoto}},
		"sync_request_first": wire.SyncRequest{Proto: wire.Proto, App: "storewalk 1.0", Replica: goldenOwn, Next: "FIRST",
			ClockMS: 1789084800456, Cursors: []wire.Cursor{}, Budget: 32768},
		"sync_request": wire.SyncRequest{Proto: wire.Proto, App: "storewalk 1.0", Replica: goldenOwn, Cur: "FIRST", Next: "SECOND", Confirmed: 17,
			ClockMS: -1, Waiting: wire.Waiting{Records: 2, Photos: 1},
			Cursors: []wire.Cursor{{Territory: goldenWest, Epoch: goldenEpoch, Seq: 9007199254740991}},
			Push:    []json.RawMessage{visit, thumbnail},
			Blobs:   []wire.BlobAsk{{Ref: goldenPhoto, Size: 412345}}, Budget: 262144},
		"sync_request_was": wire.SyncRequest{Proto: wire.Proto, App: "storewalk 1.1", Replica: goldenOwn, Cur: "SECOND", Was: []string{"THIRD", "FOURTH"},
			Next: "FIFTH", Confirmed: 17, ClockMS: 1789084800456, Cursors: []wire.Cursor{}, Budget: 1 << 20},
		"sync_request_storage": wire.SyncRequest{Proto: wire.Proto, App: "storewalk 1.2", Replica: goldenOwn, Cur: "FIFTH", Next: "SIXTH", Confirmed: 17,
			ClockMS: 1789084800456, Storage: &wire.Storage{Free: 3221225472, Used: 60817408000}, Cursors: []wire.Cursor{}, Budget: 1 << 15},
		"sync_request_clocks": wire.SyncRequest{Proto: wire.Proto, App: "storewalk 1.3", Replica: goldenOwn, Cur: "SIXTH", Next: "SEVENTH", Confirmed: 17,
			ClockMS: 1789084800456, Clocks: []wire.Clock{{Replica: goldenOther, Lam: 1, AheadMS: ms(-7200000)}, {Replica: goldenOwn, Lam: 1, ClockMS: ms(1577836800456)},
				{Replica: goldenOwn, Lam: 4}}, Cursors: []wire.Cursor{}, Push: []json.RawMessage{visit}, Budget: 32768},
		"sync_response": wire.SyncResponse{ServerMS: 1789084800789,
			Receipts: []wire.Receipt{{Status: wire.Applied}, {Status: wire.Same}, {Status: wire.Merged},
				{Status: wire.Quarantined, Code: "record.bad_value"}, {Status: wire.Elsewhere, Place: wire.Place{1, 3}}},
			Feeds: []wire.Feed{
				{Territory: goldenWest, Epoch: goldenEpoch, Seq: 41, Puts: []json.RawMessage{visit},
					Outs: []wire.Out{{ID: goldenVisit, Place: wire.Place{0, 2}}}, More: true, BackedUp: 40},
				{Territory: goldenEast, Epoch: goldenEpoch}},
			Revoked: []uuid.UUID{goldenEast},
			Blobs:   []wire.BlobHeld{{Ref: goldenPhoto, Offset: 131072}}},
		"sync_response_reincarnate": wire.SyncResponse{ServerMS: 1789084800789, Reincarnate: true,
			Known: []wire.KnownDot{{N: 18, Hash: "00112233445566778899aabbccddeeff"}}, Receipts: []wire.Receipt{}},
		"sync_response_reincarnate_since": wire.SyncResponse{ServerMS: 1789084800789, Reincarnate: true, Since: 17,
			Known: []wire.KnownDot{{N: 18, Hash: "00112233445566778899aabbccddeeff"}}, Receipts: []wire.Receipt{}},
		"sync_request_compare": wire.SyncRequest{Proto: wire.Proto, App: "storewalk 1.2", Replica: goldenOwn, Cur: "SECOND", Next: "THIRD", Confirmed: 17,
			ClockMS: 1789084800456, Cursors: []wire.Cursor{{Territory: goldenWest, Epoch: goldenEpoch, Seq: 41, Sum: &digest.Sum{0xfe, 15: 0x07}},
				{Territory: goldenEast, Epoch: goldenEpoch, Seq: 7}}, Except: []uuid.UUID{goldenVisit},
			Found: []wire.Found{{Territory: goldenWest, Here: 3, There: 1, Differ: 2, Damaged: 1}}, Budget: 32768},
		"sync_response_compare": wire.SyncResponse{ServerMS: 1789084800789, Receipts: []wire.Receipt{},
			Feeds: []wire.Feed{{Territory: goldenWest, Epoch: goldenEpoch, Seq: 41, Compared: wire.OtherSum},
				{Territory: goldenEast, Epoch: goldenEpoch, Seq: 7, Compared: wire.SameSum}}},
		"sync_request_lacks": wire.SyncRequest{Proto: wire.Proto, App: "storewalk 1.3", Replica: goldenOwn, Cur: "SIXTH", Next: "SEVENTH", Confirmed: 17,
			ClockMS: 1789084800456, Cursors: []wire.Cursor{}, Push: []json.RawMessage{visit}, Budget: 32768, Lacks: []wire.Lack{{ID: goldenVisit, N: 9}}},
		"ranges_request": wire.RangesRequest{Proto: wire.Proto, Cursor: wire.Cursor{Territory: goldenWest, Epoch: goldenEpoch, Seq: 41},
			Except: []uuid.UUID{goldenVisit}, Ranges: []digest.Range{{Prefix: "0a"}, {Prefix: "f", Sum: digest.Sum{0xfe, 15: 0x07}}}, Budget: 1024},
		"ranges_response": wire.RangesResponse{ServerMS: 1789084800789,
			Parts: []digest.Part{{Prefix: "0a", Items: []digest.Item{{ID: uuid.UUID{0x0a, 15: 1}, Version: record.Version{0xfb, 15: 2}}, {ID: uuid.UUID{0x0a, 15: 3}}}},
				{Prefix: "f", Sums: []digest.Sum{{1}, {2}, 15: {}}}}},
		"ranges_request_want": wire.RangesRequest{Proto: wire.Proto, Cursor: wire.Cursor{Territory: goldenWest, Epoch: goldenEpoch, Seq: 41},
			Want: []uuid.UUID{goldenVisit, goldenUser}, Budget: 32768},
		"ranges_response_want":  wire.RangesResponse{ServerMS: 1789084800789, Puts: []json.RawMessage{visit}, Done: 2},
		"ranges_response_again": wire.RangesResponse{ServerMS: 1789084800789, Again: true},
		"error":                 wire.Error{Kind: fault.Unauthorized, Code: "auth.signed_out"},
	}
}

func ms(n int64) *int64 { return &n }

func TestEveryMessageIsWrittenAndReadAsInItsGoldenFile(t *testing.T) {
	t.Parallel()
	messages := goldenMessages(t)
	for name, message := range messages {
		want := goldenFile(t, "messages", name)
		got, err := wire.Encode(message)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is now %v\n%s", name, err, got)
		}
		back := reflect.New(reflect.TypeOf(message))
		if err := json.Unmarshal(want, back.Interface()); err != nil || !reflect.DeepEqual(back.Elem().Interface(), message) {
			t.Errorf("%s is read as %v\n%+v", name, err, back.Elem())
		}
	}
	goldenNone(t, "messages", messages)
}

func TestAMessageFromANewerVersionIsReadWithoutWhatIsNew(t *testing.T) {
	t.Parallel()
	for name, message := range goldenMessages(t) {
		newer := append([]byte(`{"later":{"a":[1]},`), goldenFile(t, "messages", name)[1:]...)
		back := reflect.New(reflect.TypeOf(message))
		if err := json.Unmarshal(newer, back.Interface()); err != nil || !reflect.DeepEqual(back.Elem().Interface(), message) {
			t.Errorf("%s is read as %v\n%+v", name, err, back.Elem())
		}
	}
}

// TestEveryFieldIsInAGoldenFile fails when a field is added that no file shows.
func TestEveryFieldIsInAGoldenFile(t *testing.T) {
	t.Parallel()
	var all []byte
	for name := range goldenMessages(t) {
		all = append(all, goldenFile(t, "messages", name)...)
	}
	for _, message := range []any{wire.EnrolRequest{}, wire.EnrolResponse{}, wire.SyncRequest{}, wire.Waiting{}, wire.Storage{}, wire.Clock{}, wire.Cursor{}, wire.SyncResponse{},
		wire.KnownDot{}, wire.Receipt{}, wire.Feed{}, wire.Out{}, wire.BlobAsk{}, wire.BlobHeld{}, wire.Error{}, wire.Found{}, wire.RangesRequest{}, wire.RangesResponse{}, wire.ReceiptRequest{}, wire.ReceiptResponse{}, digest.Range{}, digest.Part{}} {
		for f := range reflect.TypeOf(message).Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" || !bytes.Contains(all, []byte(`"`+name+`":`)) {
				t.Errorf("%T.%s is in no golden file", message, f.Name)
			}
		}
	}
}

func goldenFile(t *testing.T, folder, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(golden, folder, name+".json"))
	if err != nil {
		t.Error(err)
		return []byte("{}")
	}
	return bytes.TrimSuffix(b, []byte("\n"))
}

// goldenNone fails when a folder holds a file that no test reads.
func goldenNone[T any](t *testing.T, folder string, read map[string]T) {
	t.Helper()
	files, err := os.ReadDir(filepath.Join(golden, folder))
	if err != nil {
		t.Fatal(err)
	}
	var have, want []string
	for _, f := range files {
		have = append(have, strings.TrimSuffix(f.Name(), ".json"))
	}
	for name := range read {
		want = append(want, name)
	}
	slices.Sort(want)
	if !slices.Equal(have, want) {
		t.Errorf("%s holds %q, tested are %q", folder, have, want)
	}
}
