package main

import (
	"bytes"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckFindsWhatADiskDamaged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	shelf(t, dir)(2)
	run := func() (code int, out string) {
		var o, e bytes.Buffer
		code = command(t.Context(), []string{"check", "--photos", "--data", dir}, &console{nil, &o, &e})
		return code, o.String() + e.String()
	}
	if code, out := run(); code != 0 || !strings.Contains(out, "check: ") {
		t.Fatal(code, out)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "storewalk.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `UPDATE record SET body = replace(body, 'west', 'wesu') WHERE type = 'territory'`); err != nil {
		t.Fatal(err)
	}
	if code, out := run(); code != 1 || !strings.Contains(out, "damaged records") {
		t.Error(code, out)
	}
	var alarms int
	if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM alarm WHERE code = 'alarm.damaged'`).Scan(&alarms); err != nil || alarms != 1 {
		t.Error(alarms, err)
	}
}
