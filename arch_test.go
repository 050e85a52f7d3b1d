// Package storewalk_test keeps the shape of the module: which package may import which, where
// a library may appear, and that each package says what it is.
package storewalk_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	module = "storewalk/"
	tags   = "ci,mobile,migrated_fynedo"
	all    = "*" // may import every package of the module
)

// arrows says, for every package, which others its code imports. To add a package, add a line. To add an arrow, say why
// in the commit, or in docs/adr where it joins two layers that did not know each other.
var arrows = map[string]string{
	"migrations": "",

	"shared/fault":    "",
	"shared/record":   "",
	"shared/blob":     "",
	"shared/sqldb":    "shared/fault",
	"shared/words":    "shared/fault shared/field shared/record",
	"shared/pulse":    "",
	"shared/durable":  "",
	"shared/pack":     "",
	"shared/field":    "shared/record shared/fault shared/blob",
	"shared/ledger":   "migrations shared/record shared/field shared/fault shared/sqldb",
	"shared/digest":   "shared/record",
	"shared/password": "",
	"shared/receipt":  "shared/blob shared/digest shared/fault shared/field shared/record",
	"shared/wire":     "shared/digest shared/record shared/blob shared/fault",

	"mobile/store":           "shared/durable shared/password shared/receipt mobile/identity shared/digest shared/record shared/field shared/ledger shared/wire shared/blob shared/fault shared/pulse shared/sqldb migrations",
	"mobile/identity":        "shared/durable shared/record shared/fault",
	"mobile/photo":           "mobile/photo/exif mobile/photo/smalljpeg mobile/ui/fonts shared/blob shared/fault",
	"mobile/photo/exif":      "",
	"mobile/photo/smalljpeg": "",
	"mobile/photo/jpegtest":  "",
	"mobile/barcode":         "mobile/photo",
	"mobile/ui/uitest":       "mobile/ui",
	"mobile/ui/fonts":        "",
	"mobile/ui/textarea":     "",
	"mobile/device":          "shared/fault shared/field",
	"mobile/capture":         "mobile/photo mobile/photo/exif mobile/store shared/field shared/fault shared/words",
	"mobile/syncer":          "shared/password mobile/store shared/digest shared/pack shared/wire shared/blob shared/fault shared/pulse",
	"mobile/ui":              "shared/receipt mobile/ui/fonts mobile/ui/textarea mobile/store shared/record shared/field shared/blob shared/fault shared/words",
	"mobile":                 "mobile/barcode mobile/capture mobile/device mobile/store mobile/syncer mobile/ui",

	"server/store":    "shared/receipt shared/durable shared/digest server/auth shared/record shared/field shared/ledger shared/wire shared/blob shared/fault shared/pulse shared/sqldb migrations",
	"server/auth":     "shared/fault shared/password",
	"server/api":      "shared/field server/auth server/store shared/pack shared/wire shared/blob shared/fault",
	"server/web":      "shared/receipt shared/record server/auth server/store shared/field shared/blob shared/fault shared/words",
	"server/importer": "shared/field shared/fault shared/words",
	"server":          "demo/guyuan server/store server/auth server/api server/web server/importer shared/field shared/fault shared/words",

	"demo":        all,
	"demo/guyuan": "shared/field",      // its counties are territories
	"demo/shelf":  "mobile/photo/exif", // its pictures say when and where, as a camera's do

	"sim":             all,
	"sim/drive":       "shared/fault",
	"sim/phone":       all, // its tests need a server
	"sim/bench":       all,
	"sim/bench/phone": all,
	"sim/county":      all,
	"sim/figures":     "",
	"sim/crash":       all,

	"e2e":         all,
	"e2e/browser": "",
	"e2e/window":  "",
}

// homes says which packages may import a library. Anywhere else it is a mistake.
var homes = map[string]string{
	"fyne.io/":               "mobile mobile/device mobile/ui mobile/ui/textarea mobile/ui/uitest sim/bench/phone",
	"github.com/gin-gonic/":  "server server/api server/web server/auth",
	"modernc.org/":           "shared/sqldb",
	"github.com/chromedp/":   "e2e/browser",
	"github.com/nicksnyder/": "shared/words",
	"github.com/alecthomas/": "server demo",
	"github.com/makiuchi-d/": "mobile/barcode",
}

// platforms are the builds whose files are looked at: the machine that tests, and the phone.
var platforms = [][]string{
	{"CGO_ENABLED=0"},
	{"CGO_ENABLED=1", "GOOS=android", "GOARCH=arm64"},
}

// listed is what 'go list -json' says of a package.
type listed struct {
	ImportPath, Doc                    string
	GoFiles, CgoFiles                  []string
	Imports, TestImports, XTestImports []string
}

func TestPackagesImportOnlyWhatTheirArrowsAllow(t *testing.T) {
	t.Parallel()
	for _, env := range platforms {
		for _, p := range list(t, env...) {
			pkg := strings.TrimPrefix(p.ImportPath, module)
			may, known := arrows[pkg]
			if !known {
				t.Errorf("%s: add it to arrows", pkg)
			}
			for _, imp := range p.Imports {
				if ours, ok := strings.CutPrefix(imp, module); ok && may != all && !slices.Contains(strings.Fields(may), ours) {
					t.Errorf("%s may not import %s", pkg, ours)
				}
				for library, home := range homes {
					if strings.HasPrefix(imp, library) && !slices.Contains(strings.Fields(home), pkg) {
						t.Errorf("%s may not import %s; its home is %s", pkg, imp, home)
					}
				}
			}
		}
	}
}

// What is allowed is read as what is: an arrow that nobody uses any more would mislead.
func TestEveryArrowAndEveryHomeIsUsed(t *testing.T) {
	t.Parallel()
	imports := map[string][]string{}
	for _, env := range platforms {
		for _, p := range list(t, env...) {
			pkg := strings.TrimPrefix(p.ImportPath, module)
			imports[pkg] = append(imports[pkg], p.Imports...)
		}
	}
	for pkg, may := range arrows {
		for _, to := range strings.Fields(may) {
			if to != all && !slices.Contains(imports[pkg], module+to) {
				t.Errorf("%s does not import %s", pkg, to)
			}
		}
	}
	for library, home := range homes {
		for _, pkg := range strings.Fields(home) {
			if !slices.ContainsFunc(imports[pkg], func(imp string) bool { return strings.HasPrefix(imp, library) }) {
				t.Errorf("%s is no home of %s", pkg, library)
			}
		}
	}
}

func TestPhoneAndServerNeverMeetEvenInTests(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, platforms[0]...) {
		pkg := strings.TrimPrefix(p.ImportPath, module)
		if arrows[pkg] == all {
			continue
		}
		sides := map[string]bool{}
		for _, path := range slices.Concat([]string{p.ImportPath}, p.Imports, p.TestImports, p.XTestImports) {
			top, _, _ := strings.Cut(strings.TrimPrefix(path, module), "/")
			sides[top] = strings.HasPrefix(path, module)
		}
		if sides["mobile"] && sides["server"] {
			t.Errorf("%s or its tests bring the phone and the server together; that is for e2e", pkg)
		}
	}
}

func TestOnlyTheAppAsksForAWindow(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, platforms[0]...) {
		uses := slices.Concat(p.Imports, p.TestImports, p.XTestImports)
		if p.ImportPath != module+"mobile" && slices.Contains(uses, "fyne.io/fyne/v2/app") {
			t.Errorf("%s imports fyne/app, which needs cgo and a display; only mobile may", p.ImportPath)
		}
	}
}

// Only the build that a test touches has an ear for it.
func TestTheAppAsPeopleGetItHasNothingOfTheTests(t *testing.T) {
	t.Parallel()
	for build, want := range map[string]bool{"mobile,migrated_fynedo": false, "mobile,migrated_fynedo,e2e": true} {
		for _, test := range []string{module + "mobile/ui/uitest", "fyne.io/fyne/v2/test"} {
			deps := strings.Fields(output(t, "go", "list", "-e", "-deps", "-tags", build, "./mobile"))
			if slices.Contains(deps, test) != want {
				t.Errorf("built with %s: %s is in the app: %v", build, test, !want)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, platforms[0]...) {
		if len(p.GoFiles)+len(p.CgoFiles) > 0 && p.Doc == "" {
			t.Errorf("%s: no package comment", p.ImportPath)
		}
	}
}

func TestContributingNamesEveryPackage(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list(t, platforms[0]...) {
		if pkg := strings.TrimPrefix(p.ImportPath, module); !strings.Contains(string(text), "`"+pkg+"`") {
			t.Errorf("CONTRIBUTING.md does not say what %s is", pkg)
		}
	}
}

func TestEveryDecisionIsListed(t *testing.T) {
	t.Parallel()
	list, err := os.ReadFile("docs/adr/README.md")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob("docs/adr/0*.md")
	if err != nil || len(pages) < 20 {
		t.Fatal(pages, err)
	}
	for _, page := range pages {
		if !strings.Contains(string(list), "("+filepath.Base(page)+")") {
			t.Errorf("docs/adr/README.md does not list %s", page)
		}
	}
}

// SQLite is compiled to Go against one exact libc. Another one builds, and then fails at run time
// where no other test would say why.
func TestSQLiteGetsTheLibcItWasMadeFor(t *testing.T) {
	t.Parallel()
	mod, err := os.ReadFile(strings.TrimSpace(output(t, "go", "list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite")))
	if err != nil {
		t.Fatal(err)
	}
	var wants string
	for line := range strings.Lines(string(mod)) {
		if words := strings.Fields(line); len(words) >= 2 && words[0] == "modernc.org/libc" {
			wants = words[1]
		}
	}
	has := strings.TrimSpace(output(t, "go", "list", "-m", "-f", "{{.Version}}", "modernc.org/libc"))
	if has != wants {
		t.Errorf("modernc.org/sqlite wants modernc.org/libc %s, go.mod has %s", wants, has)
	}
}

// list describes the module's packages as a build with the environment would see them.
func list(t *testing.T, env ...string) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-tags", tags, "-json=ImportPath,Doc,GoFiles,CgoFiles,Imports,TestImports,XTestImports", "./...")
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(p.ImportPath, module) { // this package of tests has no code
			packages = append(packages, p)
		}
	}
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
