package wire

import (
	"encoding/json"
	"testing"

	"storewalk/shared/record"

	"github.com/google/uuid"
)

func TestARecordCrossesByteForByte(t *testing.T) {
	t.Parallel()
	value, err := record.Value("a<b> & \u2028\u2029 \"x\" \\ \x01 中文 😀")
	if err != nil {
		t.Fatal(err)
	}
	r := record.Record{ID: uuid.New(), Type: "store & <more>"}.Set("note<1>",
		record.Entry{Dot: record.Dot{Replica: record.Replica{1}, N: 1}, Lam: 1, Author: "<a&b>", Value: value}, nil)
	b, err := Encode(SyncRequest{Push: []json.RawMessage{r.Encode()}})
	if err != nil {
		t.Fatal(err)
	}
	var got SyncRequest
	if err := json.Unmarshal(b, &got); err != nil || string(got.Push[0]) != string(r.Encode()) {
		t.Fatalf("%v\n%s\n%s", err, got.Push, r.Encode())
	}
	if back, err := record.Decode(got.Push[0]); err != nil || back.Version() != r.Version() {
		t.Fatal("another version arrived", err)
	}
}

func TestAMessageIsWrittenAsJSONWritesIt(t *testing.T) {
	t.Parallel()
	one, two := json.RawMessage(`{"id":"1","push":[0],"puts":[0]}`), json.RawMessage(`{"id":"2"}`)
	const trap = `"push":[0],"puts":[0]`
	type request SyncRequest // for encoding/json alone
	type response SyncResponse
	type ranges RangesResponse
	for _, c := range []struct{ ours, theirs any }{
		{SyncRequest{App: trap, Push: []json.RawMessage{one, two}}, request{App: trap, Push: []json.RawMessage{one, two}}},
		{SyncRequest{App: trap, Push: []json.RawMessage{}}, request{App: trap, Push: []json.RawMessage{}}},
		{SyncRequest{}, request{}},
		{SyncResponse{Feeds: []Feed{{Puts: []json.RawMessage{one}}, {}, {Puts: []json.RawMessage{two, one}}}, Known: []KnownDot{{Hash: trap}}},
			response{Feeds: []Feed{{Puts: []json.RawMessage{one}}, {}, {Puts: []json.RawMessage{two, one}}}, Known: []KnownDot{{Hash: trap}}}},
		{RangesResponse{Puts: []json.RawMessage{one, two}}, ranges{Puts: []json.RawMessage{one, two}}},
	} {
		want, err := json.Marshal(c.theirs)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // what was encoded is as before
			if got, err := Encode(c.ours); err != nil || string(got) != string(want) {
				t.Fatalf("%v\n%s\n%s", err, got, want)
			}
		}
	}
}

func TestRecordsBesideAMessageTakeTheirPlaces(t *testing.T) {
	t.Parallel()
	beside := [][]byte{[]byte(`{"a":1}`), []byte(`{"b":2}`), []byte(`5`)}
	var req SyncRequest
	if err := Decode([]byte(`{"app":"x","push":[1,0,2]}`), beside, &req); err != nil || string(req.Push[0])+string(req.Push[1])+string(req.Push[2]) != `{"b":2}{"a":1}5` {
		t.Fatalf("%s %v", req.Push, err)
	}
	var resp SyncResponse
	if err := Decode([]byte(`{"feeds":[{"puts":[0]},{},{"puts":[2,1]}]}`), beside, &resp); err != nil || string(resp.Feeds[0].Puts[0])+string(resp.Feeds[2].Puts[1]) != `{"a":1}{"b":2}` {
		t.Fatalf("%+v %v", resp, err)
	}
	var ranges RangesResponse
	if err := Decode([]byte(`{"puts":[1]}`), beside, &ranges); err != nil || string(ranges.Puts[0]) != `{"b":2}` {
		t.Fatalf("%+v %v", ranges, err)
	}
	for _, wrong := range []string{`{"push":[3]}`, `{"push":[-1]}`, `{"push":["0"]}`, `{"push":[{}]}`, `{"push":[0}`} {
		if err := Decode([]byte(wrong), beside, &req); err == nil {
			t.Error(wrong)
		}
	}
}
