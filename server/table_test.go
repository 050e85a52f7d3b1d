package main

import (
	"strings"
	"testing"
)

func TestColumnsLineUpWhateverTheNames(t *testing.T) {
	var out strings.Builder
	list := table{out: &out}
	list.row("LOGIN", "NAME", "STATE")
	list.row("ma", "马兰", "in use")
	list.row("ouyang", "欧阳若兰（代）", "blocked")
	list.row("zoé", "Zoe\u0301 ﾏ", "in use") // a letter and its accent apart; a narrow letter of East Asia
	if err := list.print(); err != nil {
		t.Fatal(err)
	}
	const want = "LOGIN   NAME            STATE\n" +
		"ma      马兰            in use\n" +
		"ouyang  欧阳若兰（代）  blocked\n" +
		"zoé     Zoe\u0301 ﾏ           in use\n"
	if out.String() != want {
		t.Errorf("\n%s\nwant\n%s", out.String(), want)
	}
}

func TestPeopleAndPhonesAreListedInColumns(t *testing.T) {
	dir := t.TempDir()
	for login, name := range map[string]string{"ma": "马兰", "ouyang": "欧阳若兰", "wang": "Wang"} {
		if code, _, errs := said(t, "", "user", "add", "--login", login, "--name", name, "--role", "supervisor", "--password", "correct horse", "--data", dir); code != 0 {
			t.Fatal(errs)
		}
	}
	code, out, errs := said(t, "", "user", "list", "--data", dir)
	if code != 0 {
		t.Fatal(errs)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 4 {
		t.Fatal(out)
	}
	for column, word := range []string{"ROLE", "STATE"} {
		at := cellsOf(lines[0][:strings.Index(lines[0], word)])
		for _, line := range lines[1:] {
			value := []string{"supervisor", "in use"}[column]
			if before, _, ok := strings.Cut(line, value); !ok || cellsOf(before) != at {
				t.Errorf("%s is not below %s, in cell %d:\n%s", value, word, at, out)
			}
		}
	}
}
