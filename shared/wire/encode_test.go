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
