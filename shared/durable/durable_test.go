package durable

import (
	"os"
	"path/filepath"
	"testing"
)

type state struct{ N, M int }

func TestAFileIsReplacedWhole(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.json")
	var got state
	if err := ReadJSON(path, &got); err != nil || got.N != 0 {
		t.Fatal("a missing file:", got, err)
	}
	if err := os.WriteFile(path+".new", []byte("what a crash left"), 0o600); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 2; n++ {
		if err := WriteJSON(path, state{N: n}); err != nil {
			t.Fatal(err)
		}
		if err := ReadJSON(path, &got); err != nil || got.N != n {
			t.Fatal(got, err)
		}
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) != 0 {
		t.Fatal("left behind:", left)
	}
	for _, damaged := range []string{`{"N":"x`, `{"N":7,"M":"x"}`, `[7]`, ""} {
		if err := os.WriteFile(path, []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := ReadJSON(path, &got); err != nil || got != (state{N: 2}) {
			t.Fatalf("%q: %v, %v", damaged, got, err)
		}
	}
	if err := Write(filepath.Join(path, "below"), nil); err == nil {
		t.Fatal("a file below a file was written")
	}
}
