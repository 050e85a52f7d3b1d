package field

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// of makes a record of a type with one value in one field.
func of(t *testing.T, typ, name string, value any) record.Record {
	t.Helper()
	v, err := record.Value(value)
	if err != nil {
		t.Fatal(err)
	}
	e := record.Entry{Dot: record.Dot{Replica: record.Replica{1}, N: 1}, Lam: 1, Value: v}
	return record.Record{ID: uuid.New(), Type: typ}.Set(name, e, nil)
}

func TestValidateNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	line := LineField(ProductID("2000000000015"))
	for name, tt := range map[string]struct {
		r    record.Record
		want string
	}{
		"a good line":          {of(t, TypeCount, line, CountLine{Cartons: MaxCount}), ""},
		"ten thousand cartons": {of(t, TypeCount, line, CountLine{Cartons: MaxCount + 1}), "count.out_of_range"},
		"minus one pack":       {of(t, TypeCount, line, CountLine{Packs: -1}), "count.out_of_range"},
		"a line of words":      {of(t, TypeCount, line, "twelve"), "record.bad_value"},
		"a line of no product": {of(t, TypeCount, "line:x", CountLine{}), "record.bad_value"},
		"a long note":          {of(t, TypeNote, "text", strings.Repeat("走", MaxNoteRunes+1)), "note.too_long"},
		"the longest note":     {of(t, TypeNote, "text", strings.Repeat("走", MaxNoteRunes)), ""},
		"a photo of nothing":   {of(t, TypePhoto, "photo", Photo{}), "record.bad_value"},
		"a photo":              {of(t, TypePhoto, "photo", Photo{Ref: blob.Ref{1}, Size: 5}), ""},
		"a huge thumbnail":     {of(t, TypeThumbnail, "thumbnail", Thumbnail{JPEG: make([]byte, MaxThumbnail+1)}), "record.bad_value"},
		"an unknown type":      {of(t, "hologram", "text", 1), ""},
		"an unknown field":     {of(t, TypeNote, "mood", 1), ""},
	} {
		err := Validate(tt.r, record.Record{})
		if tt.want == "" && err != nil || tt.want != "" && !fault.Is(err, tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

func TestStoreTextIsChecked(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ field, text, want string }{
		{"phone", "0954-2030 123", ""}, {"phone", "", ""}, {"phone", "call me", "phone.invalid"},
		{"backup_phone", "电话", "phone.invalid"}, {"note", "关门早", ""}, {"note", strings.Repeat("长", MaxTextRunes+1), "text.too_long"},
	} {
		err := ValidateStoreText(tt.field, tt.text)
		if tt.want == "" && err != nil || tt.want != "" && !fault.Is(err, tt.want) {
			t.Errorf("%s %.20q: %v, want %q", tt.field, tt.text, err, tt.want)
		}
	}
}

func TestAStoreReadsBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	want := Store{LicenceNo: "640402100001", Name: "老王", Owner: "王堃", Phone: "1", BackupPhone: "2", BusinessType: "grocery",
		MarketType: "rural", Grade: 12, TerminalLevel: "modern", IntegrityGrade: "A", DistrictType: "school", Township: "640402100",
		Address: "街", Position: Position{Lat: 36.1, Lon: 106.2}}
	r := record.Record{ID: uuid.New(), Type: TypeStore}
	for i, v := range want.Fields() {
		raw, err := record.Value(v.Value)
		if err != nil {
			t.Fatal(err)
		}
		r = r.Set(v.Field, record.Entry{Dot: record.Dot{Replica: record.Replica{1}, N: uint64(i + 1)}, Lam: 1, Value: raw}, nil)
	}
	if got := StoreOf(r); !reflect.DeepEqual(got, want) {
		t.Fatalf("%+v", got)
	}
}

func TestDerivedIDsAreFixedForEver(t *testing.T) {
	t.Parallel()
	for got, want := range map[uuid.UUID]string{
		StoreID("640402100001"):    "65de5239-6338-5767-95c9-a21b2f9c1908",
		ProductID("2000000000015"): "56f7b2cb-e474-5cd2-a18d-2f0ea5ab7df0",
		Common:                     "aaedeb36-7a3f-5090-8d34-5280d8a63d87",
	} {
		if got.String() != want {
			t.Errorf("%s, want %s: every database in use holds the old one", got, want)
		}
	}
}

// What is read by hand reads as encoding/json would read it.
func FuzzReadByHand(f *testing.F) {
	for _, s := range []string{`{"cartons":0,"packs":12,"display":true,"out":false}`, `{"cartons":01,"packs":1,"display":true,"out":false}`,
		`{"cartons":-1,"packs":1,"display":true,"out":false}`, `{"cartons":1234567890,"packs":1,"display":true,"out":true}`,
		`{"cartons":1,"packs":1,"display":true,"out":true} `, `{"packs":1}`, `null`, `"9b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c01"`,
		`"9B2F6A52-7A0E-4F6E-9A63-0D3D3F1B2C01"`, `"{b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c012}"`, `"urn:uuid:9b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c01"`,
		`"9b2f6a527a0e4f6e9a630d3d3f1b2c01"`, `"\u0039b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		var want CountLine
		err := json.Unmarshal(value, &want)
		if got, ok := plainLine(value); ok && (err != nil || got != want) {
			t.Fatalf("%s: %+v, not %+v %v", value, got, want, err)
		}
		var id, wantID uuid.UUID
		err = json.Unmarshal(value, &wantID)
		if decodeID(value, &id) && (err != nil || id != wantID) {
			t.Fatalf("%s: %v, not %v %v", value, id, wantID, err)
		}
	})
}
