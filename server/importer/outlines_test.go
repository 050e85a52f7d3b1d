package importer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"storewalk/demo/guyuan"
	"storewalk/shared/field"
	"storewalk/shared/pack"
)

// collection is a file with townships, one line each.
func collection(features ...string) string {
	return "{\"type\":\"FeatureCollection\",\"features\":[\n" + strings.Join(features, ",\n") + "\n]}"
}

func feature(properties, typ, coordinates string) string {
	return fmt.Sprintf(`{"type":"Feature","properties":%s,"geometry":{"type":%q,"coordinates":%s}}`, properties, typ, coordinates)
}

const (
	west = `[[[106,36],[106.1,36],[106.1,36.1],[106,36.1],[106,36]]]`
	east = `[[[106.1,36],[106.2,36],[106.2,36.1],[106.1,36.1],[106.1,36]]]`
)

func TestOutlinesAreReadUnderTheNamesThatPeopleGiveTheirColumns(t *testing.T) {
	t.Parallel()
	for _, properties := range []string{
		`{"township_code":"640402100","township":"三营镇"}`,
		`{"code":640402100,"name":" 三营镇 "}`,
		`{"区划代码":"640402100000","乡镇名称":"三营镇","area":[1,2]}`,
		`{"XZQDM":640402100000,"XZQMC":"三营镇","code":null}`,
		`{"乡镇代码":"６４０４０２１００","名称":"三营镇"}`,
	} {
		file := "\ufeff" + collection(feature(properties, "MultiPolygon", "["+west+","+`[[[107,36,1500],[107.1,36,1500],[107.1,36.1,1500],[107,36,1500]]]]`),
			feature(`{"code":"640402001"}`, "Polygon", east))
		towns, problems := Outlines(strings.NewReader(file), Tolerance)
		if len(problems) > 0 || len(towns) != 2 {
			t.Fatal(properties, towns, problems)
		}
		if got := towns[1]; got.Code != "640402100" || got.Name != "三营镇" || len(got.Rings) != 2 || len(got.Rings[0]) != 4 || len(got.Rings[1]) != 3 {
			t.Errorf("%s: %+v", properties, got)
		}
		if got := towns[0]; got.Code != "640402001" || got.Name != "" || got.Rings[0][0] != [2]float64{106.1, 36} {
			t.Errorf("%+v", got)
		}
	}
}

func TestEveryMistakeOfAFileOfOutlinesIsToldWithItsFeature(t *testing.T) {
	t.Parallel()
	good := `{"code":"640402100"}`
	for file, want := range map[string]string{
		``:                                 "1 0 outline.json",
		`{"type":"FeatureCollection",`:     "1 0 outline.json",
		"{\n\"type\":\n7}":                 "3 0 outline.json",
		`[]`:                               "1 0 outline.collection",
		`{"type":"Feature","features":[]}`: "1 0 outline.collection",
		`{"type":"FeatureCollection"}`:     "1 0 outline.collection",
		`{"features":{}}`:                  "1 0 outline.collection",
		collection():                       "0 0 file.empty",
		collection(`{"properties":7}`):     "2 1 outline.json",
		collection(feature(good, "Polygon", west)) + "x":                                                                        "3 0 outline.json",
		collection(feature(good, "Polygon", strings.Replace(west, "36.1]", "36.1", 1))):                                         "2 0 outline.json",
		collection(feature(good, "Point", `[106,36]`)):                                                                          "2 1 outline.geometry",
		collection(feature(good, "Polygon", `[106,36]`)):                                                                        "2 1 outline.geometry",
		collection(feature(good, "Polygon", `[]`)):                                                                              "2 1 outline.geometry",
		collection(`{"properties":{"code":"640402100"},"geometry":null}`):                                                       "2 1 outline.geometry",
		collection(feature(`{}`, "Polygon", west)):                                                                              "2 1 outline.code",
		collection(feature(`{"code":" "}`, "Polygon", west)):                                                                    "2 1 outline.code",
		collection(feature(`{"code":"640402"}`, "Polygon", west)):                                                               "2 1 township.invalid",
		collection(feature(`{"code":"640402100201"}`, "Polygon", west)):                                                         "2 1 township.invalid",
		collection(feature(good, "Polygon", west), feature(good, "Polygon", east)):                                              "3 2 outline.twice",
		collection(feature(good, "Polygon", west), feature(`{"code":"640402101"}`, "Polygon", `[[[1,2],[3,4]]]`)):               "3 2 outline.ring",
		collection(feature(good, "Polygon", `[[[1],[2],[3],[1]]]`)):                                                             "2 1 outline.ring",
		collection(feature(good, "Polygon", `[[[106,36],[106.00001,36],[106,36.00001],[106,36]]]`)):                             "2 1 outline.ring",
		collection(feature(good, "Polygon", `[[[106,36],[106.1,36],[106.1,36.1],[106,36.1]]]`)):                                 "2 1 outline.open",
		collection(feature(good, "Polygon", `[[[36,106],[36,106.1],[36.1,106.1],[36,106]]]`)):                                   "2 1 outline.degrees",
		collection(feature(good, "Polygon", `[[[18400000,4000000],[18400000,4010000],[18410000,4000000],[18400000,4000000]]]`)): "2 1 outline.degrees",
		collection(feature(`{"code":"640402100","name":"`+strings.Repeat("营", 201)+`"}`, "Polygon", west)):                      "2 1 text.too_long",
	} {
		towns, problems := Outlines(strings.NewReader(file), Tolerance)
		if len(problems) != 1 || towns != nil {
			t.Errorf("%.120s: %v", file, problems)
			continue
		}
		p := problems[0]
		if got := fmt.Sprint(p.Line, p.Feature, " "+p.Code); got != want {
			t.Errorf("%.120s: %s, want %s", file, got, want)
		}
	}
	// All mistakes are told at once.
	_, problems := Outlines(strings.NewReader(collection(feature(`{}`, "Polygon", west), feature(good, "Line", `[]`), feature(`{"code":"1"}`, "Polygon", east))), Tolerance)
	if len(problems) != 3 {
		t.Error(problems)
	}
}

// A county of fine borders: each edge of the invented townships is broken into steps of some 60 m.
func fine(t *testing.T, county string) (towns []Township, points int) {
	t.Helper()
	var split func(rnd *rand.Rand, a, b point) []point
	split = func(rnd *rand.Rand, a, b point) []point {
		if metres(a, b) < 80 {
			return nil
		}
		aside := (rnd.Float64()*2 - 1) * 0.18
		m := point{field.OnGrid((a[0]+b[0])/2 - aside*(b[1]-a[1])), field.OnGrid((a[1]+b[1])/2 + aside*(b[0]-a[0]))}
		return append(append(split(rnd, a, m), m), split(rnd, m, b)...)
	}
	all, problems := Outlines(bytes.NewReader(guyuan.OutlinesJSON(county)), 0)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, town := range all {
		for i, ring := range town.Rings {
			var line field.Ring
			for j, a := range ring {
				b := ring[(j+1)%len(ring)]
				from, to := a, b
				back := b[0] < a[0] || b[0] == a[0] && b[1] < a[1]
				if back {
					from, to = b, a
				}
				seed := uint64(from[0]*1e4)<<32 + uint64(from[1]*1e4)
				steps := split(rand.New(rand.NewPCG(seed, uint64(to[0]*1e4+to[1]*1e8))), from, to)
				if back {
					steps = reversed(steps)
				}
				line = append(append(line, a), steps...)
			}
			town.Rings[i] = line
			points += len(line)
		}
		towns = append(towns, town)
	}
	return towns, points
}

// edges says how many rings have each edge.
func edges(towns []Township) map[[2]point]int {
	uses := map[[2]point]int{}
	for _, t := range towns {
		for _, ring := range t.Rings {
			for i, p := range ring {
				q := ring[(i+1)%len(ring)]
				if q[0] < p[0] || q[0] == p[0] && q[1] < p[1] {
					p, q = q, p
				}
				uses[[2]point{p, q}]++
			}
		}
	}
	return uses
}

func area(towns []Township) (sum float64) {
	for _, t := range towns {
		for _, ring := range t.Rings {
			twice := 0.0
			for i, p := range ring {
				q := ring[(i+1)%len(ring)]
				twice += p[0]*q[1] - q[0]*p[1]
			}
			sum += math.Abs(twice) / 2
		}
	}
	return sum
}

func TestNeighboursKeepOneBorderAndNoBorderMovesFar(t *testing.T) {
	t.Parallel()
	for _, county := range []string{"640402", "640422"} {
		before, points := fine(t, county)
		after, _ := fine(t, county)
		simplify(after, Tolerance)
		left, bytes := 0, 0
		outlines := field.Outlines{}
		for i, town := range after {
			outlines[town.Code] = town.Rings
			for j, ring := range town.Rings {
				left += len(ring)
				for _, p := range before[i].Rings[j] {
					d := math.Inf(1)
					for k, a := range ring {
						d = min(d, strays(p, a, ring[(k+1)%len(ring)]))
					}
					if d > Tolerance*1.01 {
						t.Fatalf("%s: the border is %.0f m from where it was", town.Code, d)
					}
				}
			}
		}
		inner, outer := 0, 0
		for e, n := range edges(after) {
			switch n {
			case 1:
				outer++
			case 2:
				inner++
			default:
				t.Error("an edge of", n, "townships:", e)
			}
		}
		if inner*2 < outer {
			t.Errorf("%s: only %d edges are shared, %d are not: gaps between neighbours", county, inner, outer)
		}
		if got, want := area(after), area(before); math.Abs(got/want-1) > 0.003 {
			t.Errorf("%s: %g square degrees became %g", county, want, got)
		}
		value, err := json.Marshal(outlines)
		if err != nil {
			t.Fatal(err)
		}
		packed, err := pack.Pack(value)
		if err != nil {
			t.Fatal(err)
		}
		bytes = len(packed)
		t.Logf("%s: %d townships, %d points became %d; %d bytes in the record, %d on the way", county, len(after), points, left, len(value), bytes)
		if perTown := bytes / len(after); left > points/3 || perTown > 400 {
			t.Errorf("%s: %d points of %d are left, %d bytes a township", county, left, points, perTown)
		}
		if err := outlines.Validate(); err != nil {
			t.Error(err)
		}
	}
}

func TestATownshipWithinAnotherAndAnIslandKeepTheirForm(t *testing.T) {
	t.Parallel()
	round := func(lon, lat, r float64, turn int) (out field.Ring) { // from another point on, the other way round
		const n = 200
		for i := range n {
			a := 2 * math.Pi * float64((i*turn+n*3+turn*7)%n) / n
			out = append(out, [2]float64{field.OnGrid(lon + r*math.Cos(a)), field.OnGrid(lat + r*math.Sin(a))})
		}
		return out
	}
	towns := []Township{
		{Code: "1", Rings: []field.Ring{round(106, 36, 0.2, 1), round(106, 36, 0.1, 1)}},
		{Code: "2", Rings: []field.Ring{round(106, 36, 0.1, -1), {{107, 36}, {107.0002, 36}, {107.0002, 36.0002}}}}, // its island is smaller than the tolerance
		{Code: "3", Rings: []field.Ring{{{108, 36}, {108.0001, 36}, {108.0001, 36.0001}}}},
	}
	simplify(towns, Tolerance)
	if len(towns[0].Rings) != 2 || len(towns[1].Rings) != 1 || len(towns[2].Rings) != 1 || len(towns[2].Rings[0]) != 3 {
		t.Fatal(len(towns[0].Rings), len(towns[1].Rings), towns[2].Rings)
	}
	hole, within := edges([]Township{{Rings: towns[0].Rings[1:]}}), edges(towns[1:2])
	if len(hole) < 20 || len(hole) > 100 || len(hole) != len(within) {
		t.Fatal(len(hole), len(within))
	}
	for e := range hole {
		if within[e] != 1 {
			t.Error("only one side has", e)
		}
	}
}

func TestTheDemonstrationsStoresStandInTheOutlinesThatAreImported(t *testing.T) {
	t.Parallel()
	towns, problems := Outlines(bytes.NewReader(guyuan.OutlinesJSON(guyuan.TerritoryCounty)), Tolerance)
	if len(problems) > 0 || len(towns) != 14 {
		t.Fatal(len(towns), problems)
	}
	for _, s := range guyuan.Stores() {
		for _, town := range towns {
			c := guyuan.County{}
			for _, ring := range town.Rings {
				var line []guyuan.Point
				for _, p := range ring {
					line = append(line, guyuan.Point{Lat: p[1], Lon: p[0]})
				}
				c.Rings = append(c.Rings, line)
			}
			if c.Contains(guyuan.Point{Lat: s.Lat, Lon: s.Lon}) != (town.Code == s.TownshipCode) {
				t.Errorf("%s of %s: in %s?", s.Name, s.TownshipCode, town.Code)
			}
		}
	}
}
