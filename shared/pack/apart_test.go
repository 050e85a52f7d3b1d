package pack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// rejoined puts what came beside a message where its numbers stand: at the outermost arrays with the last name of a place.
func rejoined(t *testing.T, message []byte, beside [][]byte, name string) string {
	t.Helper()
	text, at := string(message), 0
	for head := `"` + name + `":[`; ; {
		before, rest, found := strings.Cut(text[at:], head)
		if !found {
			return text
		}
		numbers, _, _ := strings.Cut(rest, "]")
		list := ""
		if numbers != "" {
			for i, n := range strings.Split(numbers, ",") {
				var k int
				if _, err := fmt.Sscan(n, &k); err != nil {
					t.Fatal(n, err)
				}
				list += strings.Repeat(",", min(i, 1)) + string(beside[k])
			}
		}
		text = text[:at] + before + head + list + rest[len(numbers):]
		at += len(before) + len(head) + len(list)
	}
}

func TestRecordsComeBesideTheirMessageByteForByte(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, place string
		beside      int
	}{
		{`{"proto":1,"push":[{"id":"a","f":{"x":[[0,1,2,"","\u00e9"]]}},{"push":[1,2],"n":-1.5e3},[],7,null,"a\"b",true],"budget":5}`, "push", 7},
		{`{"feeds":[{"seq":1,"puts":[{"a":1},{"a":"x"}]},{"seq":2},{"seq":3,"puts":[{"a":1}]}]}`, "feeds.puts", 3},
		{`{"push":[7,8,[1]]}`, "push", 3},
		{`{"push":[]}`, "push", 0},
		{`{"push":null}`, "push", 0},
		{`{"push":{"push":[1]}}`, "push", 0},
		{`{"feeds":{"puts":[1]}}`, "feeds.puts", 0},
		{`[{"push":[1]}]`, "push", 0},
	} {
		packed, err := Pack([]byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		name := c.place[strings.LastIndex(c.place, ".")+1:]
		message, beside, err := Open(packed, len(c.text), "other", c.place)
		if err != nil || len(beside) != c.beside || !json.Valid(message) {
			t.Errorf("%s: %s %q %v", c.text, message, beside, err)
		} else if got := string(message); beside != nil {
			if got = rejoined(t, message, beside, name); got != c.text {
				t.Errorf("%s came back as\n%s", c.text, got)
			}
		} else if got != c.text {
			t.Errorf("%s came back as\n%s", c.text, got)
		}
		if _, _, err := Open(packed, len(c.text)-1, c.place); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s is read beyond the limit: %v", c.text, err)
		}
	}
}

// TestAMemberThatMayBeTakenForAnotherLeavesAllInItsPlace: encoding/json reads both.
func TestAMemberThatMayBeTakenForAnotherLeavesAllInItsPlace(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"push":[{"a":1}],"Push":[5]}`, `{"push":[{"a":1}],"pu\u0073h":[5]}`, `{"PUSH":[5]}`} {
		packed, err := Pack([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if message, beside, err := Open(packed, limit, "push"); err != nil || beside != nil || string(message) != text {
			t.Errorf("%s: %s %q %v", text, message, beside, err)
		}
	}
}

func TestWhatComesBesideAMessageIsJSON(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"push":[{"a":"\q"}]}`, `{"push":[{"a":1e}]}`, `{"push":[{"a\q":1}]}`, `{"push":[{"a":01}]}`, "{\"push\":[{\"a\":\"\x01\"}]}",
		`{"push":[{"a":"\u12"}]}`, `{"push":[1],"x":+1}`} {
		packed, err := Pack([]byte(text))
		if err != nil {
			t.Fatal(text, err)
		}
		if message, beside, err := Open(packed, limit, "push"); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %s %q %v", text, message, beside, err)
		}
	}
	// A text that came as a string is not let through when it comes again as a number, nor the other way round.
	for _, kinds := range [][2]byte{{kindString, kindNumber}, {kindNumber, kindString}} {
		u := &unpacker{b: []byte("\x00\x03a-b\x01"), apart: true}
		if kinds[0] == kindNumber {
			u.b = []byte("\x00\x021\"\x01")
		}
		var c column
		_, _ = u.text(&c, kinds[0]), u.text(&c, kinds[1])
		if !errors.Is(u.err, ErrMalformed) {
			t.Errorf("%v: %v", kinds, u.err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	for _, text := range append(texts(f), `{"push":[{"a":"x"},{"a":1.5}]}`) {
		columns, raw, err := split([]byte(text))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(columns, raw)
	}
	f.Fuzz(func(t *testing.T, columns, raw []byte) {
		packed := wrap(t, columns, raw)
		whole, _, failed := Open(packed, 1<<16)
		message, beside, err := Open(packed, 1<<16, "push", "feeds.puts")
		switch {
		case failed != nil && err == nil:
			t.Fatal("only in parts it is read", failed)
		case err != nil:
			return
		case beside == nil:
			if !bytes.Equal(whole, message) {
				t.Fatalf("%q and %q", whole, message)
			}
			return
		}
		if json.Valid(whole) != json.Valid(message) {
			t.Fatalf("%q is JSON, or %q", whole, message)
		}
		for _, b := range beside {
			if !json.Valid(b) || !bytes.Contains(whole, b) {
				t.Fatalf("%q of %q", b, whole)
			}
		}
	})
}
