package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"storewalk/mobile/ui"
)

func TestEveryPageOfTheAppIsMeasured(t *testing.T) {
	t.Parallel()
	pages := ui.Pages()
	if len(pages) == 0 {
		t.Fatal("no pages")
	}
	for _, page := range pages {
		if samples[page] == nil {
			t.Errorf("no sample of the page %q", page)
		}
	}
	for page := range samples {
		if !slices.Contains(pages, page) {
			t.Errorf("a sample of %q, which is no page", page)
		}
	}
}

func TestTheTableSaysWhatIsMissedAndByHowMuch(t *testing.T) {
	t.Parallel()
	s := series{}
	for i := range 100 {
		s.add("waiting.sync", cost{wall: time.Duration(i) * time.Millisecond})
		s.add("settled.sync", cost{wall: time.Millisecond})
		s.add("step.disk", cost{wall: time.Duration(i) * time.Microsecond})
	}
	text := tables(s, day{Actions: 7, Peak: 200 << 20, Resident: 90 << 20})
	for _, want := range []string{
		"| sync | 1.0 ms | 1.0 ms | 50.0 ms | 95.0 ms | 0.0 ms | missed by 217 % |",
		"| and then on the disk | 0.1 ms | 0.1 ms | 0.0 ms | ≤ 20.0 ms | met |",
		"| memory after 7 actions of a day: the most | 200 MB |  |  | ≤ 180 MB | missed by 11 % |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
