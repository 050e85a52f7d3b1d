package store

import (
	"database/sql"
	"fmt"
	"math"
	"testing"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
)

func ring(lon, lat float64) []field.Ring {
	return []field.Ring{{{lon, lat}, {lon + 0.1, lat}, {lon + 0.1, lat + 0.1}, {lon, lat + 0.1}}}
}

func territoryOf(t *testing.T, s *Store, slug string) (area field.Territory) {
	t.Helper()
	err := s.db.View(t.Context(), func(tx *sql.Tx) error {
		r, _, err := ledger.Load(t.Context(), tx, field.TerritoryID(slug))
		area = field.TerritoryOf(r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return area
}

// outlined imports and returns what was said of each territory, and what is unknown.
func outlined(t *testing.T, s *Store, outlines field.Outlines, names map[string]string) string {
	t.Helper()
	done, unknown, err := s.ImportOutlines(t.Context(), outlines, names)
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, o := range done {
		text += fmt.Sprintf("%s +%d ~%d =%d renamed %d without %v, %d points; ", o.Name, o.Added, o.Changed, o.Same, o.Renamed, o.Without, o.Points)
	}
	return text + fmt.Sprint("unknown ", unknown)
}

func TestEachTerritoryGetsTheOutlinesOfItsTownships(t *testing.T) {
	t.Parallel()
	s := withTerritory(t)
	if err := s.SetTerritory(t.Context(), "east", field.Territory{Name: "东片区", Townships: map[string]string{"640402103": "官厅", "640402104": "开城镇"}}); err != nil {
		t.Fatal(err)
	}
	if err := s.EnsureTerritory(t.Context(), "new", "新片区", ""); err != nil { // has nothing yet
		t.Fatal(err)
	}
	imported(t, s, field.Store{LicenceNo: "640402100001", Name: "甲", Township: "640402100"}, field.Store{LicenceNo: "640402100002", Name: "乙", Township: "640402103"},
		field.Store{LicenceNo: "640402100003", Name: "丙"})
	names := map[string]string{"640402100": "三营镇", "640402103": "官厅镇", "640402999": "别处"}
	file := field.Outlines{"640402100": ring(106, 36), "640402103": ring(106.1, 36), "640402999": ring(107, 36)}
	const want = "东片区 +1 ~0 =0 renamed 1 without [640402104], 4 points; 西片区 +2 ~0 =0 renamed 0 without [], 8 points; unknown [640402999]"
	if got := outlined(t, s, file, names); got != want {
		t.Errorf("\n%s, want\n%s", got, want)
	}
	area := territoryOf(t, s, "west")
	if fmt.Sprint(area.Townships) != "map[640402100:三营镇 640402103:官厅镇]" || len(area.Outlines) != 2 || area.Name != "西片区" {
		t.Errorf("%+v", area)
	}
	if area := territoryOf(t, s, "east"); fmt.Sprint(area.Townships) != "map[640402103:官厅镇 640402104:开城镇]" || len(area.Outlines) != 1 {
		t.Errorf("%+v", area)
	}

	before := writes(t, s)
	const same = "东片区 +0 ~0 =1 renamed 0 without [640402104], 4 points; 西片区 +0 ~0 =2 renamed 0 without [], 8 points; unknown [640402999]"
	if got := outlined(t, s, file, names); got != same || writes(t, s) != before {
		t.Errorf("once more: %d writes\n%s, want\n%s", writes(t, s)-before, got, same)
	}

	// A file of one township changes that one; a name that it does not have stays.
	const change = "东片区 +0 ~0 =0 renamed 0 without [640402104], 4 points; 西片区 +0 ~1 =0 renamed 0 without [], 8 points; unknown []"
	if got := outlined(t, s, field.Outlines{"640402100": ring(105.9, 36)}, nil); got != change || writes(t, s) != before+1 {
		t.Errorf("%d writes\n%s, want\n%s", writes(t, s)-before, got, change)
	}
	if area = territoryOf(t, s, "west"); len(area.Outlines) != 2 || area.Outlines["640402100"][0][0] != [2]float64{105.9, 36} || area.Townships["640402100"] != "三营镇" {
		t.Errorf("%+v", area)
	}
}

func TestOutlinesThatNoPhoneHasRoomForChangeNothing(t *testing.T) {
	t.Parallel()
	s := withTerritory(t)
	imported(t, s, field.Store{LicenceNo: "640402100001", Name: "甲", Township: "640402100"})
	var long field.Ring
	for i := range field.MaxOutlinePoints + 1 {
		a := float64(i) / field.MaxOutlinePoints * 2 * math.Pi
		long = append(long, [2]float64{106 + math.Cos(a), 36 + math.Sin(a)})
	}
	before := writes(t, s)
	if _, _, err := s.ImportOutlines(t.Context(), field.Outlines{"640402100": {long}}, nil); !fault.Is(err, "outlines.too_large") {
		t.Error(err)
	}
	if _, _, err := s.ImportOutlines(t.Context(), field.Outlines{"640402100": {{{999, 36}, {106, 36}, {106, 37}}}}, nil); !fault.Is(err, "record.bad_value") {
		t.Error(err)
	}
	if writes(t, s) != before {
		t.Error(writes(t, s)-before, "writes")
	}
	if got := outlined(t, s, field.Outlines{"640402100": {long[:field.MaxOutlinePoints]}}, nil); got != "西片区 +1 ~0 =0 renamed 0 without [], 10000 points; unknown []" {
		t.Error(got)
	}
}
