package durable

import (
	"os"
	"path/filepath"
	"testing"
)

type state struct{ N int }

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
		if err := WriteJSON(path, state{n}); err != nil {
			t.Fatal(err)
		}
		if err := ReadJSON(path, &got); err != nil || got.N != n {
			t.Fatal(got, err)
		}
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) != 0 {
		t.Fatal("left behind:", left)
	}
	if err := os.WriteFile(path, []byte(`{"N":"x`), 0o600); err != nil {
		t.Fatal(err)
	}
	got = state{}
	if err := ReadJSON(path, &got); err != nil || got.N != 0 {
		t.Fatal("a file that is no such file:", got, err)
	}
	if err := Write(filepath.Join(path, "below"), nil); err == nil {
		t.Fatal("a file below a file was written")
	}
}
