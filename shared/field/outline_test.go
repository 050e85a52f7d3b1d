package field_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/record"
)

// long is a ring of n points.
func long(n int) (r field.Ring) {
	for i := range n {
		a := float64(i) / float64(n) * 2 * math.Pi
		r = append(r, [2]float64{106 + math.Cos(a), 36 + math.Sin(a)})
	}
	return r
}

func TestARingIsWrittenAsStepsAndReadToElevenMetres(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(field.Ring{{106.28524, 36.0046}, {106.2999, 36.00455}, {-0.1, -2}})
	if want := `[1062852,360046,147,0,-1063999,-380046]`; err != nil || string(b) != want {
		t.Errorf("%s %v, want %s", b, err, want)
	}
	var back field.Ring
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, field.Ring{{106.2852, 36.0046}, {106.2999, 36.0046}, {-0.1, -2}}) {
		t.Error(back, err)
	}
	was := long(1000) // steps do not add up to an error
	b, err = json.Marshal(was)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	for i, p := range back {
		if math.Abs(p[0]-was[i][0]) > 0.51e-4 || math.Abs(p[1]-was[i][1]) > 0.51e-4 || p[0] != field.OnGrid(was[i][0]) {
			t.Fatal(i, p, was[i])
		}
	}
}

func TestAnOutlineThatIsNotUnderstoodHidesNoOther(t *testing.T) {
	t.Parallel()
	good := field.Outlines{"640402100": {long(9)}, "640402101": {long(3), long(4)}}
	b, err := json.Marshal(good)
	if err != nil {
		t.Fatal(err)
	}
	odd := strings.TrimSuffix(string(b), "}") + `,"640402102":{"arcs":[7]},"640402103":[[1,2]],"640402104":[[9999999,360000,1,1,1,2]]}`
	got := field.TerritoryOf(holding(t, field.TypeTerritory, "outlines", json.RawMessage(odd), 1)).Outlines
	if len(got) != 2 || len(got["640402100"]) != 1 || len(got["640402101"]) != 2 || got.Points() != 16 {
		t.Error(got)
	}
	for _, none := range []any{nil, "later", []int{1}} {
		if got := field.TerritoryOf(holding(t, field.TypeTerritory, "outlines", none, 1)).Outlines; len(got) != 0 {
			t.Error(none, got)
		}
	}
	if got := field.TerritoryOf(record.Record{}).Outlines; got != nil {
		t.Error(got)
	}
	if err := (field.Outlines{"640402100": {long(field.MaxOutlinePoints + 1)}}).Validate(); !fault.Is(err, "outlines.too_large") {
		t.Error(err)
	}
}
