package store

import (
	"fmt"
	"math"
	"testing"
	"time"

	"storewalk/demo/guyuan"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

func TestTheMapShowsWhatIsDoneDueAndAskedFor(t *testing.T) {
	t.Parallel()
	now := time.Now()
	o := plannedOffice(t, field.DayOf(now), village(1), village(2))
	o.write(t, wholly(town, field.TypeTerritory, field.Territory{Name: "原州一片", County: "640402",
		Outline:   [][][2]float64{{{106, 35}, {107, 35}, {107, 37}}},
		Townships: map[string]string{"640402200": "三营镇", "640402299": "没有零售户的乡"}}.Fields())...)
	o.write(t, wholly(uuid.NewSHA1(uuid.Nil, []byte("job")), field.TypeTask, field.Task{Kind: field.TaskInstant, Manager: li, Stores: []uuid.UUID{village(1), village(5)}}.Fields())...)
	o.write(t, wholly(uuid.NewSHA1(uuid.Nil, []byte("ask")), field.TypeRequest, []field.Value{{Field: "store", Value: village(3)}, {Field: "kind", Value: field.RequestSupply},
		{Field: "text", Value: "缺货"}})...)
	s := newPhone(t, o, li)
	must(t, s.CheckOut(t.Context(), checkIn(t, s, village(1)), nowhere))
	must(t, s.CheckOut(t.Context(), checkIn(t, s, village(2)), nowhere))

	m, err := s.Map(t.Context())
	must(t, err)
	states := map[uuid.UUID]DotState{}
	for _, d := range m.Dots {
		states[d.Store] = d.State
	}
	// The first village was visited for the route and is due for the instant task.
	equal(t, fmt.Sprint(states[village(0)], states[village(1)], states[village(2)], states[village(3)], states[village(5)]),
		fmt.Sprint(DotOther, DotDue, DotDone, DotRequest, DotDue))
	equal(t, len(m.Dots), 6)
	equal(t, m.Unplaced, 2)
	equal(t, len(m.Outlines), 1)
	equal(t, len(m.Towns), 1)
	equal(t, m.Towns[0].Name, "三营镇")
	equal(t, fmt.Sprintf("%.3f %.1f", m.Towns[0].Lat, m.Towns[0].Lon), "36.022 106.2")
}

// square is a township's ring of n tenths of a degree from a place on.
func square(lon, lat, east, north float64) field.Ring {
	return field.Ring{{lon, lat}, {lon + east, lat}, {lon + east, lat + north}, {lon, lat + north}}
}

func TestTheMapHasEachBorderOnceAndNotBesideTheCountysOutline(t *testing.T) {
	t.Parallel()
	county := [][2]float64{{106, 36}, {106.2, 36.0001}, {106.4, 36}, {106.4, 36.2}, {106, 36.2}} // drawn by other hands than the townships
	for _, c := range []struct {
		why     string
		t       field.Territory
		rings   int
		borders string
	}{
		{"two fill the county", field.Territory{Outline: [][][2]float64{county}, Outlines: field.Outlines{
			"640402200": {square(106, 36, 0.2, 0.2)}, "640402201": {square(106.2, 36, 0.2, 0.2)}}}, 1, "[[[106.2 36] [106.2 36.2]]]"},
		{"one has no outline", field.Territory{Outline: [][][2]float64{county}, Outlines: field.Outlines{
			"640402200": {square(106, 36, 0.2, 0.2)}}}, 1, "[[[106.2 36] [106.2 36.2]]]"},
		{"no county", field.Territory{Outlines: field.Outlines{
			"640402200": {square(106, 36, 0.2, 0.2)}, "640402201": {square(106.2, 36, 0.2, 0.2)}}}, 1, "[[[106.2 36] [106.2 36.2]]]"},
		{"no county, one in two parts", field.Territory{Outlines: field.Outlines{
			"640402200": {square(106, 36, 0.2, 0.2), square(106.3, 36.3, 0.1, 0.1)}}}, 2, "[]"},
		{"a township within another", field.Territory{Outlines: field.Outlines{
			"640402200": {square(106, 36, 0.4, 0.4), square(106.1, 36.1, 0.1, 0.1)}, "640402201": {square(106.1, 36.1, 0.1, 0.1)}}}, 1,
			"[[[106.1 36.1] [106.1 36.2] [106.2 36.2] [106.2 36.1] [106.1 36.1]]]"},
		{"no outlines", field.Territory{Outline: [][][2]float64{county}}, 1, "[]"},
	} {
		o := plannedOffice(t, "")
		c.t.Name, c.t.Townships = "原州一片", map[string]string{"640402200": "三营镇"}
		o.write(t, wholly(town, field.TypeTerritory, c.t.Fields())...)
		other := field.TerritoryID("not of this phone")
		o.write(t, wholly(other, field.TypeTerritory, field.Territory{Name: "别人的", Outlines: field.Outlines{"640425100": {square(107, 36, 0.1, 0.1)}}}.Fields())...)
		m, err := newPhone(t, o, li).Map(t.Context())
		must(t, err)
		equal(t, c.why+fmt.Sprint(len(m.Outlines)), c.why+fmt.Sprint(c.rings))
		equal(t, c.why+fmt.Sprint(m.Borders), c.why+c.borders)
		var named []string
		for _, town := range m.Towns {
			if town.Name != "" {
				named = append(named, fmt.Sprint(town.Name, len(town.Rings)))
			}
		}
		equal(t, c.why+fmt.Sprint(named), c.why+fmt.Sprint("[三营镇", len(c.t.Outlines["640402200"]), "]"))
		equal(t, len(m.Towns), max(1, len(c.t.Outlines)))
	}
}

func TestTheMapShowsOutlinesThatCameLater(t *testing.T) {
	t.Parallel()
	o := plannedOffice(t, "")
	place := field.Territory{Name: "原州一片", Townships: map[string]string{"640402200": "三营镇"}}
	o.write(t, wholly(town, field.TypeTerritory, place.Fields())...)
	s := newPhone(t, o, li)
	m, err := s.Map(t.Context())
	must(t, err)
	equal(t, len(m.Outlines), 0)
	place.Outlines = field.Outlines{"640402200": {square(106, 36, 0.2, 0.2)}}
	o.write(t, wholly(town, field.TypeTerritory, place.Fields())...)
	o.exchange(t, s)
	for range 2 {
		m, err = s.Map(t.Context())
		must(t, err)
		equal(t, []int{len(m.Outlines), len(m.Towns), len(m.Towns[0].Rings)}, []int{1, 1, 1})
	}
}

func TestBordersOfACountyAreLinesBetweenTheirMeetingPoints(t *testing.T) {
	t.Parallel()
	for _, c := range guyuan.Counties() {
		place := c.Territory()
		var rings []field.Ring
		for _, own := range place.Outlines {
			rings = append(rings, own...)
		}
		edges := bordersOf(rings)
		l := land{outlines: place.Outline}
		l.join(rings, nil)
		drawn := map[border]bool{}
		for _, line := range l.borders {
			for i, p := range line[1:] {
				b := borderOf(line[i], p)
				if drawn[b] || edges[b] == 0 {
					t.Errorf("%s: %v is drawn twice, or is none", c.Name, b)
				}
				drawn[b] = true
			}
		}
		shared := 0
		for _, rings := range edges {
			shared += rings / 2
		}
		if len(drawn) < shared || len(drawn) > shared+shared/20 || len(l.borders) > 4*len(place.Outlines) {
			t.Errorf("%s: %d edges in %d lines, of %d that two townships share", c.Name, len(drawn), len(l.borders), shared)
		}
		bare := land{}
		bare.join(rings, rings)
		if got, want := area(bare.outlines), area(place.Outline); math.Abs(got/want-1) > 1e-3 {
			t.Errorf("%s: what surrounds the townships has %g square degrees, the county %g", c.Name, got, want)
		}
	}
}

func area[R ~[][2]float64](rings []R) (sum float64) {
	for _, ring := range rings {
		twice := 0.0
		for i, p := range ring {
			q := ring[(i+1)%len(ring)]
			twice += p[0]*q[1] - q[0]*p[1]
		}
		sum += math.Abs(twice) / 2
	}
	return sum
}
