package blob

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestARefIsHexInJSONAndNothingWhenZero(t *testing.T) {
	t.Parallel()
	ref := Ref{0xab, 31: 1}
	for want, r := range map[string]Ref{`{"Photo":""}`: {}, `{"Photo":"` + ref.String() + `"}`: ref} {
		b, err := json.Marshal(struct{ Photo Ref }{r})
		if err != nil || string(b) != want {
			t.Fatalf("%s, %v; want %s", b, err, want)
		}
		back := struct{ Photo Ref }{Ref{9}}
		if err := json.Unmarshal(b, &back); err != nil || back.Photo != r {
			t.Fatal(back.Photo, err)
		}
	}
}

func TestParseRefTakesOnlyWhatStringWrites(t *testing.T) {
	t.Parallel()
	good := Ref{0xab}.String()
	if r, err := ParseRef(good); err != nil || r != (Ref{0xab}) {
		t.Fatal(r, err)
	}
	for _, bad := range []string{"", "ab", good + "00", strings.ToUpper(good), "../" + good[3:], strings.Repeat("x", 64)} {
		if _, err := ParseRef(bad); err == nil {
			t.Errorf("%q was taken for a ref", bad)
		}
	}
}
