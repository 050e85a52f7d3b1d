package record

import (
	"encoding/json"
	"strings"
	"testing"
)

// FuzzValid: what is JSON is for encoding/json to say.
func FuzzValid(f *testing.F) {
	for _, s := range []string{`{}`, `[]`, ` {"a" : [1, -0.5e+3 ,true,false,null,"\u00e9\n"] } `, `{"a":1,}`, `[1,]`, `01`, `-`, `1.`, `1e`, `.5`, `"\x"`,
		`"\u12"`, "\"\n\"", `{"a"}`, `{a:1}`, `[`, `]`, `tru`, `nul`, `truex`, ``, ` `, `"`, `[}`, `{"a":1]`, "\xff", `"` + "\xff" + `"`, "\ufeff1", `1 2`,
		strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001),
		strings.Repeat(`{"a":`, 10_001) + "1" + strings.Repeat("}", 10_001)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if valid(b) != json.Valid(b) {
			t.Fatalf("%q: %v", b, valid(b))
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	r := Record{ID: visitID, Type: "count", Territory: territory, Place: Place{0, 1}}
	for i, v := range []string{`"9b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c03"`, `"9b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c04"`, `{"cartons":3,"packs":4,"display":true,"out":false}`} {
		r = r.Set([]string{"visit", "store", "line:9b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c05"}[i],
			Entry{Dot: Dot{Replica{1}, uint64(i + 1)}, Lam: 9, Author: visitID.String(), Wall: 1_760_000_000_000, Value: json.RawMessage(v)}, nil)
	}
	body := r.Encode()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	r := Record{ID: visitID, Type: "count", Territory: territory, Place: Place{0, 1}}
	for i, name := range []string{"visit", "store", "line"} {
		r = r.Set(name, Entry{Dot: Dot{Replica{1}, uint64(i + 1)}, Lam: 9, Author: visitID.String(), Value: json.RawMessage(`"9b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c03"`)}, nil)
	}
	b.ReportAllocs()
	for b.Loop() {
		VersionOf(r.Encode())
	}
}
