package main

import (
	"strings"
	"testing"
)

func TestAPersonIsBlockedAndLetInAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := func(args ...string) string {
		t.Helper()
		code, out, errs := said(t, "", append(args, "--data", dir)...)
		if code != 0 {
			t.Fatal(args, code, errs)
		}
		return out
	}
	state := func() string {
		for line := range strings.Lines(run("user", "list")) {
			if words := strings.Fields(line); words[0] == "ma" {
				return strings.Join(words[3:], " ")
			}
		}
		t.Fatal("ma is not listed")
		return ""
	}
	run("import", "stores", file(t, "stores.csv", "licence_no,name\n640402100001,街角店\n"), "--territory", "west", "--territory-name", "西片区")
	run("user", "add", "--login", "ma", "--name", "马兰", "--role", "manager", "--password", "correct horse", "--territory", "west")
	if got := state(); got != "in use 西片区" {
		t.Error(got)
	}
	run("user", "block", "--login", "Ma ")
	if got := state(); got != "blocked 西片区" {
		t.Error(got)
	}
	if n := query(t, dir, `SELECT count(*) FROM account WHERE disabled_ms > 0`); n != 1 {
		t.Error(n, "blocked")
	}
	run("user", "unblock", "--login", "ma")
	if got := state(); got != "in use 西片区" {
		t.Error(got)
	}
	if code, _, errs := said(t, "", "user", "block", "--login", "nobody", "--data", dir); code != 1 || !strings.Contains(errs, "account.not_found") {
		t.Error(code, errs)
	}
}
