package e2e

import (
	"bytes"
	"testing"

	"storewalk/demo/guyuan"
	"storewalk/server/importer"
	"storewalk/shared/field"
)

// From the office's file to the lines on the map of who works there, and of nobody else.
func TestSyncTownshipOutlinesReachTheMapOfWhoHoldsTheTerritory(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	ma, wang := w.phone("ma"), w.phone("wang")
	_, _, _, err := w.store.ImportStores(t.Context(), field.TerritoryID("west"), []field.Store{
		{LicenceNo: "640402100001", Name: "甲", Township: "640402100", Position: field.Position{Lat: 36.275, Lon: 106.165}},
		{LicenceNo: "640402100002", Name: "乙", Township: "640402107"}})
	if err != nil {
		t.Fatal(err)
	}
	towns, problems := importer.Outlines(bytes.NewReader(guyuan.OutlinesJSON(guyuan.TerritoryCounty)), importer.Tolerance)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	outlines, names := field.Outlines{}, map[string]string{}
	for _, town := range towns {
		outlines[town.Code], names[town.Code] = town.Rings, town.Name
	}
	if _, _, err := w.store.ImportOutlines(t.Context(), outlines, names); err != nil {
		t.Fatal(err)
	}
	for _, p := range []*syncPhone{ma, wang} {
		p.round()
	}
	m, err := ma.Map(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Towns) != 2 || m.Towns[0].Name != "三营镇" || m.Towns[1].Name != "头营镇" || len(m.Towns[0].Rings) == 0 {
		t.Errorf("%+v", m.Towns)
	}
	if len(m.Borders) != 1 || len(m.Outlines) == 0 { // the two are neighbours
		t.Errorf("%d borders, %d outlines", len(m.Borders), len(m.Outlines))
	}
	if m, err = wang.Map(t.Context()); err != nil || len(m.Towns)+len(m.Borders)+len(m.Outlines) != 0 {
		t.Errorf("a phone of another territory draws %+v (%v)", m, err)
	}

	// All of the county's, over 2G: as many bytes as one thumbnail or two.
	if err := w.store.SetTerritory(t.Context(), "west", field.Territory{Townships: names}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.store.ImportOutlines(t.Context(), outlines, names); err != nil {
		t.Fatal(err)
	}
	wang.round()
	_, before := w.line.carried()
	ma.round()
	_, after := w.line.carried()
	if m, err = ma.Map(t.Context()); err != nil || len(m.Towns) != len(outlines) {
		t.Error(len(m.Towns), err)
	}
	t.Logf("%d townships with %d points came in %d bytes", len(outlines), outlines.Points(), after-before)
	if after-before > field.MaxThumbnail {
		t.Errorf("%d bytes", after-before)
	}
}
