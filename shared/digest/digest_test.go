package digest

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"

	"storewalk/shared/record"

	"github.com/google/uuid"
)

func someItem(rnd *rand.Rand) (i Item) {
	for n := range 16 {
		i.ID[n], i.Version[n] = byte(rnd.Uint32()), byte(rnd.Uint32())
	}
	return i
}

func TestTheOrderOfTheRecordsDoesNotChangeASum(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	items := make([]Item, 1000)
	for i := range items {
		items[i] = someItem(rnd)
	}
	want := NewSet(slices.Clone(items)).Sum("")
	for range 10 {
		rnd.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		var sum Sum
		for _, i := range items {
			sum = sum.Add(i.Version)
		}
		if sum != want {
			t.Fatal(sum, want)
		}
	}
	max := record.Version{}
	for i := range max {
		max[i] = 0xff
	}
	if got := (Sum{15: 2}).Add(max); got != (Sum{15: 1}) {
		t.Error("the sum is not modulo 2^128:", got)
	}
}

// find walks until all is known, and returns what it found and how often it asked.
func find(t *testing.T, mine, theirs Set, most int) (found []Difference, trips, bytes int) {
	t.Helper()
	w := mine.Walk()
	for ask := w.Ask(most); len(ask) > 0; ask = w.Ask(most) {
		up, err := json.Marshal(ask)
		if err != nil {
			t.Fatal(err)
		}
		var asked []Range
		if err := json.Unmarshal(up, &asked); err != nil {
			t.Fatal(err)
		}
		down, err := json.Marshal(theirs.Answer(asked))
		if err != nil {
			t.Fatal(err)
		}
		var parts []Part
		if err := json.Unmarshal(down, &parts); err != nil {
			t.Fatal(err)
		}
		if err := w.Take(parts); err != nil {
			t.Fatal(err)
		}
		trips, bytes = trips+1, bytes+len(up)+len(down)
	}
	return w.Found(), trips, bytes
}

func TestEveryDifferenceIsFoundInFewRoundTrips(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		items := make([]Item, rnd.IntN(1<<rnd.IntN(14)+1))
		for i := range items {
			items[i] = someItem(rnd)
			if rnd.IntN(4) == 0 { // ids that begin alike
				copy(items[i].ID[:], []byte{1, 2, 3, 4, 5}[:rnd.IntN(6)])
			}
		}
		mine, theirs := slices.Clone(items), slices.Clone(items)
		want := map[uuid.UUID]Difference{}
		for range rnd.IntN(1 << rnd.IntN(8)) {
			switch rnd.IntN(3) {
			case 0:
				i := someItem(rnd)
				mine = append(mine, i)
				want[i.ID] = Difference{ID: i.ID, Mine: i.Version}
			case 1:
				i := someItem(rnd)
				theirs = append(theirs, i)
				want[i.ID] = Difference{ID: i.ID, Theirs: i.Version}
			case 2:
				if len(items) > 0 {
					i := rnd.IntN(len(items)) // the appended ones come after these
					theirs[i].Version[rnd.IntN(16)] ^= 1 << rnd.IntN(8)
					want[items[i].ID] = Difference{items[i].ID, items[i].Version, theirs[i].Version}
					if theirs[i].Version == items[i].Version { // flipped back
						delete(want, items[i].ID)
					}
				}
			}
		}
		a, b := NewSet(mine), NewSet(theirs)
		if (a.Sum("") == b.Sum("")) != (len(want) == 0) {
			t.Fatalf("seed %d: the sums do not say that %d records differ", seed, len(want))
		}
		found, trips, _ := find(t, a, b, 256)
		if len(found) != len(want) {
			t.Fatalf("seed %d: %d found of %d", seed, len(found), len(want))
		}
		for _, d := range found {
			if want[d.ID] != d {
				t.Fatalf("seed %d: %+v, want %+v", seed, d, want[d.ID])
			}
		}
		if most := 14 + len(want)/16; trips > most { // ids that begin alike for 5 bytes need more
			t.Errorf("seed %d: %d trips for %d differences in %d records", seed, trips, len(want), len(items))
		}
	}
}

func TestOneRecordOfTenThousandIsFoundInTwoSmallRoundTrips(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 5))
	items := make([]Item, 10_000)
	for i := range items {
		items[i] = someItem(rnd)
	}
	theirs := slices.Clone(items)
	theirs[4711].Version[3] ^= 4
	found, trips, bytes := find(t, NewSet(items), NewSet(theirs), 256)
	t.Logf("%d trips, %d bytes of JSON", trips, bytes)
	if len(found) != 1 || trips > 2 || bytes > 5_000 {
		t.Error(found, trips, bytes)
	}
}

func TestWhatChangedMeanwhileIsNoDifference(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(6, 6))
	a, b := someItem(rnd), someItem(rnd)
	found, _, _ := find(t, NewSet([]Item{a}), NewSet([]Item{{ID: a.ID}, {ID: b.ID}}), 256)
	if len(found) != 0 {
		t.Error(found)
	}
}

func TestAnAnswerThatCanNotBeOneIsRefused(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(8, 8))
	items := make([]Item, 100)
	for i := range items {
		items[i] = someItem(rnd)
	}
	x, y := Item{ID: uuid.UUID{0x10}}, Item{ID: uuid.UUID{0x11}}
	for name, parts := range map[string][]Part{
		"another range":     {{Prefix: "ab"}},
		"twice":             {{Prefix: "1"}, {Prefix: "1"}},
		"fifteen sums":      {{Prefix: "1", Sums: make([]Sum, 15)}},
		"sums and items":    {{Prefix: "1", Sums: make([]Sum, 16), Items: []Item{x}}},
		"out of its range":  {{Prefix: "2", Items: []Item{x}}},
		"out of order":      {{Prefix: "1", Items: []Item{y, x}}},
		"a record twice":    {{Prefix: "1", Items: []Item{x, x}}},
		"not asked about":   {{Prefix: ""}},
		"no prefix of ids":  {{Prefix: "G"}},
		"longer than an id": {{Prefix: "000000000000000000000000000000000", Sums: make([]Sum, 16)}},
	} {
		w := NewSet(slices.Clone(items)).Walk()
		w.Ask(256)
		if err := w.Take(parts); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func FuzzParts(f *testing.F) {
	f.Add([]byte(`[{"p":"1","s":["AAAAAAAAAAAAAAAAAAAAAA"]},{"p":"2","l":["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]}]`))
	f.Add([]byte(`[{"p":"","l":null}]`))
	rnd := rand.New(rand.NewPCG(9, 9))
	items := make([]Item, 100)
	for i := range items {
		items[i] = someItem(rnd)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var parts []Part
		if json.Unmarshal(b, &parts) != nil {
			return
		}
		w := NewSet(slices.Clone(items)).Walk()
		if w.Ask(256); w.Take(parts) != nil {
			return
		}
		for _, r := range w.Ask(1000) {
			if !r.Prefix.Valid() {
				t.Fatalf("asks about %q", r.Prefix)
			}
		}
		again, err := json.Marshal(parts)
		var back []Part
		if err != nil || json.Unmarshal(again, &back) != nil {
			t.Fatalf("%s does not come back: %v", again, err)
		}
	})
}
