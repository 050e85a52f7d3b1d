package ui_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"storewalk/mobile/ui/uitest"
	"storewalk/shared/words"
)

// A view is one way in which a person may see the app.
type view struct {
	lang  words.Lang
	size  fyne.Size
	night bool
	text  string // size of the texts, as in the setting
	long  bool   // names are too long, rather than as in Guyuan
}

var (
	usualPhone = fyne.NewSize(390, 844)
	smallPhone = fyne.NewSize(360, 640)
)

func (v view) String() string {
	s := string(v.lang) + " " + map[fyne.Size]string{usualPhone: "390", smallPhone: "360"}[v.size] + " " + v.text
	if v.night {
		s += " night"
	}
	if v.long {
		s += " long names"
	}
	return s
}

// views are those in which every screen is checked; for the pictures they are all.
func views() (out []view) {
	for _, lang := range words.Langs() {
		out = append(out,
			view{lang, usualPhone, false, "standard", true},
			view{lang, smallPhone, true, "standard", false},
			view{lang, smallPhone, false, "largest", true})
		if os.Getenv("SCREENS") != "" {
			out = append(out,
				view{lang, usualPhone, false, "standard", false},
				view{lang, usualPhone, true, "standard", false},
				view{lang, smallPhone, false, "standard", false})
		}
	}
	return out
}

// fill gives the phone a territory whose names are as the view wants them.
func (v view) fill(w *world) {
	if v.long {
		w.fill()
	} else {
		w.furnish()
	}
}

// everyView takes a walk through the app in each view. The walk calls snap on each screen it comes to, which checks the
// rules of every screen and, if SCREENS names a folder, puts its picture on the screen's sheet there.
func everyView(t *testing.T, walk func(t *testing.T, v view, snap func(p *uitest.Phone, screen string))) {
	t.Helper()
	size, prefer := uitest.Size, maps.Clone(uitest.Prefer)
	defer func() { uitest.Size, uitest.Prefer = size, prefer }()
	pictures := sheets{}
	for _, v := range views() {
		t.Run(v.String(), func(t *testing.T) {
			uitest.Size = v.size
			uitest.Prefer = map[string]string{"lang": string(v.lang), "look": map[bool]string{false: "day", true: "night"}[v.night], "text_size": v.text}
			walk(t, v, func(p *uitest.Phone, screen string) {
				t.Helper()
				p.Check(screen)
				if os.Getenv("SCREENS") != "" && slices.Contains(onSheets, v.String()) {
					pictures.add(screen, v, p)
				}
			})
		})
	}
	pictures.write(t, os.Getenv("SCREENS"))
}

// A screen that no walk comes to is checked by nobody: after all tests, each must have been.
func TestMain(m *testing.M) {
	code := m.Run()
	if run := flag.Lookup("test.run").Value.String(); code == 0 && (run == "" || run == "Fits") {
		for _, screen := range screens() {
			if !uitest.Walked(screen) {
				fmt.Printf("FAIL: no walk comes to %s; let one call snap there\n", screen)
				code = 1
			}
		}
	}
	os.Exit(code)
}

// screens are the routes in the source.
func screens() (out []string) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		panic(err)
	}
	opens := regexp.MustCompile(`(?m)^func \((?:\w+ )?\*?(\w+)\) open\(\w* ?\*App\) page`)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			panic(err)
		}
		for _, m := range opens.FindAllSubmatch(text, -1) {
			out = append(out, string(m[1]))
		}
	}
	if len(out) < 15 {
		panic(fmt.Sprintf("only %v are routes: the pattern no longer fits the source", out))
	}
	return out
}
