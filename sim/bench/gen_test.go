package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

func TestAFieldDayIsTheSameEveryTimeAndOfTheSizeItSays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var files [2][]byte
	for i, name := range []string{"a", "b"} {
		path := filepath.Join(dir, name)
		if err := generate(path, 1, fieldDay); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[i] = b
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Fatal("two field days of one seed differ")
	}
	types, ids := map[string]int{}, map[string]bool{}
	for line := range bytes.Lines(files[0]) {
		var r struct{ ID, Type string }
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		types[r.Type]++
		ids[r.ID] = true
	}
	if len(ids) != dayRecords || types["visit"] != 40 || types["note"] != 40 || types["count"] != 1_200 || types["photo"] != 120 {
		t.Fatal(len(ids), types)
	}
	if mean := len(files[0]) / dayRecords; mean < 300 || mean > 400 {
		t.Fatalf("a record has %d bytes as JSON", mean)
	}
}
