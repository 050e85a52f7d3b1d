package pack

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const limit = 2 << 20

// texts are compact JSON of every kind, and some that only look like what packs well.
func texts(t testing.TB) (out []string) {
	t.Helper()
	for _, pattern := range []string{"testdata/samples/*.json", "../wire/testdata/v1/messages/*.json", "../wire/testdata/v1/records/*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, strings.TrimSpace(string(b)))
		}
	}
	const id = "d1a4c7e2-0b58-4f93-8c6d-1e2f3a4b5c55"
	return append(out, `null`, `0`, `-0`, `-1`, `01`, `1.0`, `1e3`, `-0.5E+7`, `999999999999999999`, `-999999999999999999`, `1000000000000000000`,
		`18446744073709551615`, `""`, `"\""`, `"\\"`, `"\u4e2d中"`, `{}`, `[]`, `[[]]`, `[[],[[]],{}]`, `[1,[2],{"a":3},"x",null,true,false]`,
		`{"a":1,"a":2}`, `{"":{"":{"":0}}}`, `[{"a":1},{"b":2,"a":3},{"a":4,"b":5},{}]`, `[[1,2,3,4,5,6,7,8,9,10,11],[1,2,[3],4],["x",1]]`,
		`[0,5,9,"a",1,2,{"b":[[3,1,2],[3,2,3],[-1,7,9]]}]`,
		`"`+id+`"`, `"`+strings.ToUpper(id)+`"`, `["`+id+`","`+id+`","aaedeb36-7a3f-5090-8d34-5280d8a63d87"]`,
		`{"line:`+id+`":"`+id+`","line:`+id+`":1,"`+id+`":2,"line:x":3}`,
		`["iy2pyIau_RJqNhfIqJ-21Q","iy2pyIau_RJqNhfIqJ-21R","iy2pyIau+RJqNhfIqJ/21Q"]`,
		`["00112233445566778899aabbccddeeff","00112233445566778899AABBCCDDEEFF","`+strings.Repeat("ab", 32)+`","`+strings.Repeat("gh", 16)+`"]`,
		`["`+strings.Repeat("QUJD", 9)+`","`+strings.Repeat("QUJD", 9)+`QQ==","`+strings.Repeat("QUJD", 9)+`QR==","`+strings.Repeat("QUJD", 6)+`\nAB"]`)
}

func TestWhatIsUnpackedIsWhatWasPackedByteForByte(t *testing.T) {
	t.Parallel()
	for _, text := range texts(t) {
		packed, err := Pack([]byte(text))
		if err != nil {
			t.Errorf("%.80s: %v", text, err)
			continue
		}
		if got, _, err := Open(packed, limit); err != nil || string(got) != text {
			t.Errorf("%.80s came back as\n%.80s %v", text, got, err)
		}
		if got, _, err := Open(packed, len(text)); err != nil || string(got) != text {
			t.Errorf("%.80s is not read within its own length: %v", text, err)
		}
		if _, _, err := Open(packed, len(text)-1); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%.80s is read beyond the limit: %v", text, err)
		}
	}
}

// TestAPackedGoldenMessageIsRead: flate may pack other bytes one day, but must read these for ever.
func TestAPackedGoldenMessageIsRead(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../wire/testdata/v1/columns/*")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		packed, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join("../wire/testdata/v1/messages", filepath.Base(f)+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := Open(packed, limit); err != nil || string(got) != strings.TrimSpace(string(want)) {
			t.Errorf("%s: %v\n%s", f, err, got)
		}
	}
}

func TestWhatIsNotCompactJSONIsNotPacked(t *testing.T) {
	t.Parallel()
	names := make([]string, 5_000)
	for i := range names {
		names[i] = `"` + strings.Repeat("x", i%50) + string(rune('a'+i%26)) + string(rune(0x4e00+i)) + `":0`
	}
	for _, text := range []string{``, ` 1`, `1 `, `[1, 2]`, `{"a" :1}`, `{"a":1`, `{"a"}`, `{a:1}`, `[1`, `[1,]`, `[{},]`, `{"a":1,}`, `tru`, `nul`, `"`, `"\`, `]`, `+`,
		strings.Repeat("[", 200) + strings.Repeat("]", 200), `{` + strings.Join(names, ",") + `}`} {
		packed, err := Pack([]byte(text))
		if err == nil { // it may be taken as something, but then it must come back
			got, _, err := Open(packed, limit)
			if err != nil || string(got) != text {
				t.Errorf("%.40q came back as %.40q %v", text, got, err)
			}
		} else if !errors.Is(err, ErrUnfit) {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

// wrap makes a body of columns that need not fit anything.
func wrap(t testing.TB, columns, raw []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, _ := writers.Get().(*flate.Writer)
	defer writers.Put(w)
	w.Reset(&out)
	if _, err := w.Write(columns); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return append(out.Bytes(), raw...)
}

// TestABombIsRefusedWithLittleMemory: a few bytes that claim to be millions of values, names, places or ids.
func TestABombIsRefusedWithLittleMemory(t *testing.T) {
	huge := binary.AppendUvarint(nil, 1<<40)
	million := binary.AppendUvarint(nil, 1<<21)
	list := func(depth int) (b []byte) { // lists of lists, each of a hundred
		for range depth {
			b = append(b, 1, kindList)
		}
		b = append(b, 1, kindNull)
		for range depth {
			b = append(b, 100)
		}
		return b
	}
	wide := append([]byte{1, kindObject}, binary.AppendUvarint(nil, 60_000)...) // one member again and again
	wide = append(wide, 0, 2, 'a')
	wide = append(wide, make([]byte, 59_999)...)
	long := append([]byte{2, kindString, kindList, 1, kindString, 1}, 0)
	for name, columns := range map[string][]byte{
		"nothing":             {},
		"no form":             {0},
		"unknown kind":        {1, kinds},
		"many forms":          append([]byte{}, huge...),
		"many nulls":          make([]byte, 200<<20),
		"many places":         append([]byte{1, kindTuple, 8}, bytes.Repeat([]byte{1, kindTuple, 8}, 600_000)...),
		"deep places":         bytes.Repeat([]byte{1, kindList}, 500_000),
		"long tuple":          append(append([]byte{1, kindTuple}, million...), 1, kindNull),
		"huge tuple":          append(append([]byte{1, kindTuple}, huge...), 1, kindNull),
		"long list":           append([]byte{1, kindList, 1, kindNull}, million...),
		"lists of lists":      list(12),
		"list of wide":        append(append([]byte{1, kindList}, append(wide, 1, kindNull)...), million...),
		"long name":           append([]byte{1, kindObject, 1, 0}, huge...),
		"long text":           append([]byte{1, kindString, 0}, huge...),
		"text beyond":         {1, kindString, 1},
		"same id as none":     {1, kindUUID, codeSame},
		"id beyond":           {1, kindUUID, codeOther, 2},
		"own id beyond":       {1, kindUUID, codeOwn},
		"id not there":        {1, kindUUID, codeOther, 0},
		"bytes not there":     append([]byte{1, kindBytes}, million...),
		"three ids in hex":    {1, kindHex, 3, 1, 1, 1, 1, 1, 1},
		"no id in hex":        {1, kindHex, 0},
		"symbol beyond":       {2, kindNull, kindTrue, 2},
		"more than one value": {1, kindNull, 0},
		"member beyond":       {1, kindObject, 1, 1, 2, 'a', 1, kindNull},
		"cut number":          {1, kindInt, intsPlain, 0x80},
		"another mode":        {1, kindInt, 2, 1},
		"text again":          append(long, million...),
	} {
		body := wrap(t, columns, nil)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got, _, err := Open(body, limit)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 24*limit {
			t.Errorf("%s: %d bytes of memory for a body of %d", name, used, len(body))
		}
	}
}

func TestEveryCutAndEveryByteTooManyIsSeen(t *testing.T) {
	t.Parallel()
	for _, text := range texts(t) {
		packed, err := Pack([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		for n := range packed {
			if _, _, err := Open(packed[:n], limit); !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrTooLarge) {
				t.Fatalf("%.60s cut after %d of %d: %v", text, n, len(packed), err)
			}
		}
		if _, _, err := Open(append(packed, 0), limit); !errors.Is(err, ErrMalformed) {
			t.Fatalf("%.60s and one byte: %v", text, err)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	for _, text := range texts(f) {
		columns, raw, err := split([]byte(text))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(columns, raw)
	}
	f.Fuzz(func(t *testing.T, columns, raw []byte) {
		got, _, err := Open(wrap(t, columns, raw), 1<<16)
		switch {
		case err != nil && !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrTooLarge):
			t.Fatal(err)
		case len(got) > 1<<16:
			t.Fatal("longer than allowed")
		}
		_, _, _ = Open(columns, 1<<16)
	})
}

func FuzzPack(f *testing.F) {
	for _, text := range texts(f) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		packed, err := Pack(text)
		if err != nil {
			var compact bytes.Buffer
			if json.Compact(&compact, text) == nil && bytes.Equal(compact.Bytes(), text) && len(text) < 100 {
				t.Fatalf("compact JSON is not packed: %s", text)
			}
			return
		}
		if got, _, err := Open(packed, max(len(text), 1)); err != nil || !bytes.Equal(got, text) {
			t.Fatalf("%q came back as %q %v", text, got, err)
		}
		if _, _, err := Open(packed, max(len(text), 1), "push", "feeds.puts"); err != nil && json.Valid(text) {
			t.Fatalf("%q is not read in parts: %v", text, err)
		}
	})
}
