package ui

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/test"

	"storewalk/mobile/store"
	"storewalk/shared/words"
)

// sources are the files of the code in a folder, without the tests, by their paths.
func sources(t *testing.T, dir string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all[f] = string(text)
	}
	return all
}

func TestEveryKeyInTheCodeHasWordsAndEveryWordIsInBothLanguages(t *testing.T) {
	book, err := loadBook()
	if err != nil {
		t.Fatal(err)
	}
	zh, en := book.Keys(words.ZH), book.Keys(words.EN)
	if !slices.Equal(zh, en) {
		for _, k := range append(zh, en...) {
			if slices.Contains(zh, k) != slices.Contains(en, k) {
				t.Errorf("%s is in one language only", k)
			}
		}
	}
	key := regexp.MustCompile(`\b[TN]\("([a-z_.0-9]+[a-z0-9])"`)
	used := 0
	for f, text := range sources(t, ".") {
		for _, m := range key.FindAllStringSubmatch(text, -1) {
			used++
			if !slices.Contains(zh, m[1]) {
				t.Errorf("%s: %q has no words", f, m[1])
			}
		}
	}
	if used < 50 {
		t.Errorf("only %d keys found: the pattern no longer fits the source", used)
	}
}

func TestHowLongAgoSomethingWasIsSaidWhereThePageIsReadAgainWhenThatChanges(t *testing.T) {
	var say []string
	for f, text := range sources(t, ".") {
		if strings.Contains(text, ".Ago(") {
			say = append(say, filepath.Base(f))
		}
	}
	slices.Sort(say)
	if timed := []string{"passing.go", "storerow.go", "stores.go"}; !slices.Equal(say, timed) { // stores.go through App.timed, storerow.go to measure
		t.Errorf("%v say how long ago something was, not %v alone: App.ago does it for the others", say, timed)
	}
}

func TestEveryTypeOfRecordHasWords(t *testing.T) {
	book, err := loadBook()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, text := range sources(t, "../../shared/field") {
		for _, m := range regexp.MustCompile(`(?m)^\tType[A-Z]\w+\s*=\s*"(\w+)"`).FindAllStringSubmatch(text, -1) {
			found++
			for _, lang := range words.Langs() {
				if !book.In(lang).Has("record_type." + m[1]) {
					t.Errorf("a %s has no words in %s", m[1], lang)
				}
			}
		}
	}
	if found < 9 {
		t.Errorf("only %d types found: the pattern no longer fits the source", found)
	}
}

func TestWordsOfTheAppAreNotLeftBehind(t *testing.T) {
	own, err := Words()
	if err != nil {
		t.Fatal(err)
	}
	text, err := fs.ReadFile(own, "zh.toml")
	if err != nil {
		t.Fatal(err)
	}
	source := strings.Join(slices.Collect(maps.Values(sources(t, "."))), "")
	for _, m := range regexp.MustCompile(`(?m)^"([a-z_.0-9]+)" =`).FindAllStringSubmatch(string(text), -1) {
		group, _, _ := strings.Cut(m[1], ".")
		if slices.Contains([]string{"tab", "record_type", "kind", "ask_phrase", "request_step"}, group) || strings.HasPrefix(m[1], "note.phrase.") || strings.HasPrefix(m[1], "me.look_") || strings.HasPrefix(m[1], "me.size_") {
			continue // these are composed
		}
		if !strings.Contains(source, `"`+m[1]+`"`) {
			t.Errorf("%s is said nowhere", m[1])
		}
	}
}

func TestTextBreaksBetweenChineseCharactersAndAtSpaces(t *testing.T) {
	test.NewTempApp(t)
	l := newLook(lookDay, sizeStandard)
	fyne.CurrentApp().Settings().SetTheme(l)
	face := typeface{}.or()
	for _, c := range []struct {
		text  string
		width float32
		want  []string
	}{
		{"固原市原州区", 49, []string{"固原市", "原州区"}},
		{"固原市，原州区", 49, []string{"固原", "市，原", "州区"}},
		{"团结路14号", 66, []string{"团结路", "14号"}},
		{"Family Mart", 60, []string{"Family", "Mart"}},
		{"一\n二", 200, []string{"一", "二"}},
		{"", 100, []string{""}},
	} {
		if got := face.wrap(c.text, c.width); !slices.Equal(got, c.want) {
			t.Errorf("%q in %v: %q, want %q", c.text, c.width, got, c.want)
		}
	}
	for _, line := range face.wrap("Donaudampfschifffahrtsgesellschaft", 80) {
		if face.width(line) > 80 {
			t.Errorf("%q is too wide", line)
		}
	}
}

func TestWritesKeepTheirOrderAndAFlushWaitsForAll(t *testing.T) {
	var group sync.WaitGroup
	ui := make(chan func(), 1000)
	idle := make(chan struct{}, 1000)
	w := newWrites(t.Context(), func(f func()) { group.Go(f) }, func(f func()) { ui <- f }, func() { idle <- struct{}{} })
	var got []int
	failed := errors.New("disk")
	for i := range 100 {
		w.push(func(context.Context) error {
			got = append(got, i) // one at a time, so without a lock
			return failed
		}, func(err error) {
			if !errors.Is(err, failed) {
				t.Error(err)
			}
		})
	}
	w.flush()
	if len(got) != 100 || !slices.IsSorted(got) {
		t.Fatalf("%v", got)
	}
	group.Wait()
	close(ui)
	for f := range ui {
		f()
	}
	if len(idle) == 0 || w.busy() {
		t.Error("nobody was told that the queue is empty")
	}
}

func TestAnOlderReadNeverReplacesANewerOne(t *testing.T) {
	var jobs, shows []func()
	a := &App{deps: Deps{Go: func(f func()) { jobs = append(jobs, f) }, Do: func(f func()) { shows = append(shows, f) }}}
	a.writes = newWrites(t.Context(), a.deps.Go, a.deps.Do, func() {})
	a.nav = newNav(a)
	n := 0
	var shown []string
	l := newLoad(a, func(context.Context) (string, error) { n++; return fmt.Sprint(n), nil }, func(s string, _ error) { shown = append(shown, s) })
	l.start(t.Context())
	l.start(t.Context())
	for _, f := range append(jobs, func() {}) {
		f()
	}
	for _, f := range shows {
		f()
	}
	if !slices.Equal(shown, []string{"2"}) {
		t.Errorf("shown %v", shown)
	}
	l.stop()
}

func TestOfFiveThousandStoresOnlyThoseInSightAreMade(t *testing.T) {
	test.NewTempApp(t)
	a := dressed(t, words.ZH, lookDay, sizeStandard)
	made, set := 0, 0
	var room markRoom
	room.fit(a.Words, 390)
	r := newRows(storeLine{StoreRow: &store.StoreRow{Name: "店", Owner: "人"}}, func() rowWidget[storeLine] {
		made++
		return countedRow{newStoreRow(a, &room, nil), &set}
	}, storeLine.plain)
	w := test.NewWindow(r.List)
	defer w.Close()
	w.Resize(fyne.NewSize(390, 700))
	lines := make([]storeLine, 5000)
	for i := range lines {
		lines[i] = storeLine{StoreRow: &store.StoreRow{Name: fmt.Sprintf("第 %d 号食杂店", i), Owner: "马建国", Address: "三营镇"}}
	}
	r.show(lines, 390)
	r.show(lines, 390)
	r.List.ScrollToBottom()
	// All wait to be sent, and nobody knows who they are: the rows are lower, and few texts say why.
	for i := range lines {
		lines[i].WaitingRecords, lines[i].Owner, lines[i].Address = i%7+1, "", ""
	}
	r.alike = storeLine.alike
	r.show(lines, 390)
	if h := r.measure(lines[4_000]); r.own(4_000) != h {
		t.Errorf("a row that is %v high has %v", h, r.own(4_000))
	}
	if at, end := r.List.GetScrollOffset(), r.top(len(lines)); at == 0 || at > end {
		t.Errorf("the list was at its end and is at %v of %v", at, end)
	}
	if most := 80; set == 0 || made > most || set > 4*most {
		t.Errorf("%d rows were made and %d filled to show some ten at a time", made, set)
	}
}

// A countedRow counts how often it is given something to show.
type countedRow struct {
	*storeRow
	times *int
}

func (r countedRow) set(l storeLine) {
	*r.times++
	r.storeRow.set(l)
}

func TestEveryEmbeddedChineseCharacterIsOneSquareWide(t *testing.T) {
	test.NewTempApp(t)
	l := newLook(lookDay, sizeStandard)
	fyne.CurrentApp().Settings().SetTheme(l)
	for _, bold := range []bool{false, true} {
		face := typeface{bold: bold}.or()
		for _, text := range []string{"国", "，", "堃祎", "（《"} {
			if got, want := face.width(text), face.widthOf(text); got < want-0.5 || got > want+0.5 {
				t.Errorf("%q is %v wide, not %v", text, got, want)
			}
		}
	}
}

// Fyne's driver for phones asks what is under the moving finger for Draggable or Touchable and takes the front one: a
// target that were Touchable would hold the list under it still, and open what one only wanted to scroll past.
func TestTargetsLetTheListTheyStandInScroll(t *testing.T) {
	test.NewTempApp(t)
	l := newLook(lookDay, sizeStandard)
	fyne.CurrentApp().Settings().SetTheme(l)
	for _, o := range []fyne.CanvasObject{newTap("", space(1), nil), newButton("", "", nil, loud, nil), newToggle("", "", iconSent, colAccent, colOnAccent)} {
		if _, ok := o.(mobile.Touchable); ok {
			t.Errorf("%T hears the finger come down", o)
		}
	}
}
