package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"storewalk/demo/guyuan"
)

func TestAPlanIsImportedOnceAndItsMistakesAreTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if code, _, errs := said(t, "", "demo", "seed", "--data", dir); code != 0 {
		t.Fatal(errs)
	}
	file := filepath.Join(t.TempDir(), "plan.json")
	if err := os.WriteFile(file, guyuan.PlanJSON(), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := said(t, "", "import", "plan", "--data", dir, file); code != 0 || !strings.Contains(out, "0 added, 0 changed, 7 the same") {
		t.Fatal(code, out, errs)
	}
	wrong := `{"tasks":[{"kind":"route","territory":"yuanzhou","manager":"nobody","day":"2026-11-23","stores":["000000000000"]}]}`
	code, _, errs := said(t, wrong, "import", "plan", "--data", dir, "-")
	if code == 0 || !strings.Contains(errs, "nobody") || !strings.Contains(errs, "000000000000") {
		t.Fatal(code, errs)
	}
	if code, _, errs = said(t, `{"tasks":[{}]}`, "import", "plan", "--data", dir, "-"); code == 0 || !strings.Contains(errs, "plan.missing") {
		t.Fatal(code, errs)
	}
}
