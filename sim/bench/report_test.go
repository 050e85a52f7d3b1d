package main

import (
	"slices"
	"strings"
	"testing"
)

func TestTheTableSaysWhatIsMissedAndByHowMuch(t *testing.T) {
	t.Parallel()
	ours, floor := series{}, series{}
	for _, v := range []float64{9, 1, 2} { // the median is 2
		ours.add(sample{"push.seconds": v, "W1.bytes": 99e3, "W5.lost": 0, "W5.conflicts": 999, "photos.line": 90})
		floor.add(sample{"push.seconds": 1})
	}
	var text strings.Builder
	missed := table(&text, ours, floor)
	want := []string{"W1 a field day pushed, 1,400 records: bytes both ways: missed by 10 %", "W5 conflicts listed, of 1,000: missed by 1"}
	if !slices.Equal(missed, want) {
		t.Fatalf("%q\n%s", missed, text.String())
	}
	if line := "| W2 10,000 counts pushed: wall | 2.00 s | 1.00 s | 2.00 | ≤ 2.2 × floor | met |"; !strings.Contains(text.String(), line) {
		t.Fatal(text.String())
	}
	ours.add(sample{"push.seconds": 3})
	ours.add(sample{"push.seconds": 3})
	if missed := table(&text, ours, floor); len(missed) != 3 || !strings.HasSuffix(missed[1], "missed by 36 %") {
		t.Fatalf("%q", missed)
	}
}
