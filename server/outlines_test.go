package main

import (
	"strings"
	"testing"

	"storewalk/demo/guyuan"
)

func TestOutlinesAreImportedOnceAndWhatIsMissingIsSaid(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	outlines := file(t, "outlines.geojson", string(guyuan.OutlinesJSON(guyuan.TerritoryCounty)))
	if code, _, errs := said(t, "", "import", "outlines", outlines, "--data", dir); code != 1 || !strings.Contains(errs, "import its stores first") {
		t.Fatal(code, errs)
	}
	stores := string(guyuan.StoresCSV())
	if code, _, errs := said(t, stores, "import", "stores", "-", "--data", dir, "--territory", "west", "--territory-name", "西片区"); code != 0 {
		t.Fatal(errs)
	}
	code, out, errs := said(t, "", "import", "outlines", outlines, "--data", dir)
	if code != 0 || !strings.Contains(out, "outlines of 西片区: 11 added, 0 changed, 0 the same; ") || strings.Contains(out, "none yet") ||
		!strings.Contains(out, "left out, since no territory has a store there: 640402001 南关街道, 640402002 古雁街道, 640402003 北塬街道\n") {
		t.Fatal(code, out, errs)
	}
	const all = `SELECT count(*) FROM write_log`
	before := query(t, dir, all)
	if code, out, errs = said(t, "", "import", "outlines", outlines, "--data", dir); code != 0 || !strings.Contains(out, "0 added, 0 changed, 11 the same; ") || query(t, dir, all) != before {
		t.Fatal(code, out, errs)
	}
	if code, out, errs = said(t, "", "import", "outlines", outlines, "--data", dir, "--tolerance", "500"); code != 0 || !strings.Contains(out, "0 added, 11 changed, 0 the same; ") {
		t.Fatal(code, out, errs)
	}
	few := `{"type":"FeatureCollection","features":[{"properties":{"code":"640402100","name":"三营镇"},"geometry":{"type":"Polygon","coordinates":[[[106,36],[106.1,36],[106.1,36.1],[106,36]]]}}]}`
	dir = t.TempDir()
	if code, _, errs := said(t, stores, "import", "stores", "-", "--data", dir, "--territory", "west", "--territory-name", "西片区"); code != 0 {
		t.Fatal(errs)
	}
	if code, out, errs = said(t, few, "import", "outlines", "-", "--data", dir); code != 0 || !strings.Contains(out, "none yet for 640402103, 640402104, ") {
		t.Fatal(code, out, errs)
	}
	before = query(t, dir, all)
	code, out, errs = said(t, strings.Replace(few, "640402100", "6404", 1), "import", "outlines", "-", "--data", dir)
	if code != 1 || out != "" || !strings.Contains(errs, "line 1, feature 1: 6404 is not a township code of 9 digits [township.invalid]") || !strings.Contains(errs, "nothing was imported") {
		t.Fatal(code, out, errs)
	}
	if code, _, errs = said(t, few, "import", "outlines", "-", "--data", dir, "--tolerance=-1"); code != 2 || !strings.Contains(errs, "0 to 5000 metres") {
		t.Fatal(code, errs)
	}
	if query(t, dir, all) != before {
		t.Error("a command that failed wrote something")
	}
}
