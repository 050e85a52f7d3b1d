package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// What measures or pictures every page finds them by name: a page without one would be left out in silence.
func TestEveryRouteIsAPageWithAName(t *testing.T) {
	var named []string
	for name, to := range routes {
		r := reflect.TypeOf(to(Target{})).Name()
		if slices.Contains(named, r) {
			t.Errorf("%s is named twice, also %q", r, name)
		}
		named = append(named, r)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "open" {
				continue
			}
			r, ok := f.Recv.List[0].Type.(*ast.Ident)
			if !ok || !strings.HasSuffix(r.Name, "Route") {
				continue
			}
			found++
			if !slices.Contains(named, r.Name) {
				t.Errorf("%s has no name in routes, see open.go, and a sample in sim/bench/phone", r.Name)
			}
		}
	}
	if found == 0 || found != len(routes) {
		t.Errorf("%d routes in the code, %d with a name", found, len(routes))
	}
}
