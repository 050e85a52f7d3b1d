package main

import (
	"strings"
	"testing"
)

func TestAStoreIsMovedAndTerritoriesAreGivenAndTaken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	stores := file(t, "stores.csv", "licence_no,name\n640402100001,街角店\n")
	for _, args := range [][]string{
		{"import", "stores", stores, "--territory", "west", "--territory-name", "西片区"},
		{"import", "stores", file(t, "none.csv", "licence_no,name\n640402200001,东店\n"), "--territory", "east", "--territory-name", "东片区"},
		{"user", "add", "--login", "ma", "--name", "马兰", "--role", "manager", "--password", "correct horse", "--territory", "west"},
		{"user", "territories", "--login", "ma", "--territory", "east"},
		{"store", "move", "640402100001", "--territory", "east"},
	} {
		if code, _, errs := said(t, "", append(args, "--data", dir)...); code != 0 {
			t.Fatal(args, code, errs)
		}
	}
	if n := query(t, dir, `SELECT count(*) FROM feed WHERE out = 1`); n != 1 {
		t.Error("the old territory does not say that the store has left:", n)
	}
	if n := query(t, dir, `SELECT count(*) FROM territory_grant WHERE revoked_ms = 0`); n != 1 {
		t.Error(n, "territories granted")
	}
	for _, tt := range []struct {
		code string
		args []string
	}{
		{"store.not_found", []string{"store", "move", "640402100009", "--territory", "east"}},
		{"territory.not_found", []string{"store", "move", "640402100001", "--territory", "nowhere"}},
		{"territory.not_found", []string{"user", "territories", "--login", "ma", "--territory", "nowhere"}},
	} {
		if code, _, errs := said(t, "", append(tt.args, "--data", dir)...); code != 1 || !strings.Contains(errs, tt.code) {
			t.Error(tt.args, code, errs)
		}
	}
}

func TestToAskForTheTerritoriesTakesNoneAway(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var errs, out string
	var code int
	for _, step := range []struct {
		args []string
		held string
	}{
		{[]string{"import", "stores", file(t, "stores.csv", "licence_no,name\n640402100001,街角店\n"), "--territory", "west", "--territory-name", "西片区"}, "stores: 1 added, 0 changed, 0 the same\n"},
		{[]string{"user", "add", "--login", "ma", "--name", "马兰", "--role", "manager", "--password", "correct horse", "--territory", "west"}, ""},
		{[]string{"user", "territories", "--login", "ma"}, "西片区\n"},
		{[]string{"user", "territories", "--login", "ma"}, "西片区\n"},
		{[]string{"user", "territories", "--login", "ma", "--none"}, ""},
		{[]string{"user", "territories", "--login", "ma", "--territory", "west"}, "西片区\n"},
	} {
		if code, out, errs = said(t, "", append(step.args, "--data", dir)...); code != 0 || out != step.held {
			t.Fatalf("%s: %d %q %s", step.args, code, out, errs)
		}
	}
	if code, _, _ = said(t, "", "user", "territories", "--login", "ma", "--none", "--territory", "west", "--data", dir); code != 2 {
		t.Error("none and one at once:", code)
	}
}
