package pack

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("pack.dictionary", false, "write the dictionary anew, for a new encoding")

func TestTheDictionaryIsWhatTheSamplesBecome(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/samples/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var want []byte
	for _, f := range files {
		message, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		columns, _, err := split(bytes.TrimSpace(message))
		if err != nil {
			t.Fatal(f, err)
		}
		want = append(want, columns...)
	}
	if *update {
		if err := os.WriteFile("dictionary", want, 0o600); err != nil {
			t.Fatal(err)
		}
	} else if !bytes.Equal(dictionary, want) {
		t.Error("the samples are now other bytes: no reader could read what is packed with them")
	}
}
