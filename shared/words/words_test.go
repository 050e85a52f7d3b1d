package words_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/words"
)

func load(t *testing.T, fsys ...fs.FS) *words.Book {
	t.Helper()
	b, err := words.Load(fsys...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBothLanguagesHaveTheSameKeys(t *testing.T) {
	t.Parallel()
	b := load(t)
	zh, en := b.Keys(words.ZH), b.Keys(words.EN)
	if len(zh) < 100 {
		t.Fatalf("only %d keys", len(zh))
	}
	for _, k := range zh {
		if !slices.Contains(en, k) {
			t.Errorf("%s has no English words", k)
		}
	}
	for _, k := range en {
		if !slices.Contains(zh, k) {
			t.Errorf("%s has no Chinese words", k)
		}
	}
}

// codes finds fault codes as they are written in Go: a kind and then the code, or Code… = "code".
var codes = regexp.MustCompile(`\b(?:Internal|Invalid|Unauthorized|Forbidden|NotFound|Conflict|Unavailable),\s*"([a-z][a-z0-9_.]*)"|\bCode\w*\s*(?:\w+\s*)?=\s*"([a-z][a-z0-9_.]*)"`)

func TestEveryFaultCodeInTheSourceHasWords(t *testing.T) {
	t.Parallel()
	b := load(t)
	found := 0
	for _, m := range codes.FindAllStringSubmatch(source(t, filepath.Join("..", "..")), -1) {
		found++
		for _, lang := range words.Langs() {
			if code := m[1] + m[2]; !b.In(lang).Has("fault." + code) {
				t.Errorf("fault code %q has no words in %s", code, lang)
			}
		}
	}
	if found == 0 {
		t.Error("no fault codes found: the pattern no longer fits the source")
	}
}

// TestEveryCodeOfTheProtocolHasWords: whatever a server may say, phone and office can say in words.
func TestEveryCodeOfTheProtocolHasWords(t *testing.T) {
	t.Parallel()
	b := load(t)
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "protocol.md"))
	if err != nil {
		t.Fatal(err)
	}
	said := regexp.MustCompile("`((?:request|proto|auth|blob|disk|record|count|note|network|server)\\.[a-z_]+|timeout|internal)`").FindAllStringSubmatch(string(text), -1)
	if len(said) < 30 {
		t.Fatalf("only %d codes found: the pattern no longer fits the protocol", len(said))
	}
	for _, m := range said {
		for _, lang := range words.Langs() {
			if !b.In(lang).Has("fault." + m[1]) {
				t.Errorf("code %q has no words in %s", m[1], lang)
			}
		}
	}
}

// Shared words are said by the app, the office's pages or the demo. Terms name fields, and some texts are chosen by a value
// that follows the name of their group.
func TestNoWordsAreLeftBehind(t *testing.T) {
	t.Parallel()
	b := load(t)
	code := source(t, filepath.Join("..", ".."))
	protocol, err := os.ReadFile(filepath.Join("..", "..", "docs", "protocol.md"))
	if err != nil {
		t.Fatal(err)
	}
	chosen := map[string]bool{} // groups of which the code chooses a text by a value
	for _, m := range regexp.MustCompile(`(?i)\benum\(?[^)]*?"([a-z_]+)"|"([a-z_]+)\."`).FindAllStringSubmatch(code, -1) {
		chosen[m[1]+m[2]] = true
	}
	for _, key := range b.Keys(words.ZH) {
		group, name, _ := strings.Cut(key, ".")
		said := strings.Contains(code, `"`+key+`"`)
		switch group {
		case "fault":
			said = strings.Contains(code, `"`+name+`"`) || strings.Contains(string(protocol), "`"+name+"`")
		case "term":
			said = said || strings.Contains(code, `json:"`+name) || strings.Contains(code, `"`+name+`"`)
		default:
			said = said || chosen[group]
		}
		if !said {
			t.Errorf("%s is said nowhere", key)
		}
	}
}

// source is all code and all templates of the module, without tests.
func source(t *testing.T, root string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		case d.IsDir() || strings.HasSuffix(path, "_test.go") || !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".html"):
			return nil
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func TestAKeyInTwoFilesIsRefused(t *testing.T) {
	t.Parallel()
	twice := &fstest.MapFile{Data: []byte(`"app.name" = "x"`)}
	if _, err := words.Load(fstest.MapFS{"zh.toml": twice, "en.toml": twice}); err == nil {
		t.Fatal("accepted")
	}
	if _, err := words.Load(fstest.MapFS{"zh.toml": &fstest.MapFile{}}); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("an edge without English words: %v", err)
	}
}

func TestWordsAreFilledInAndCounted(t *testing.T) {
	t.Parallel()
	edge := fstest.MapFS{
		"zh.toml": {Data: []byte(`"hello" = "你好，{{.Name}}"`)},
		"en.toml": {Data: []byte(`"hello" = "Hello, {{.Name}}"`)},
	}
	b := load(t, edge)
	zh, en := b.In(words.ZH), b.In(words.EN)
	for _, c := range []struct{ got, want string }{
		{zh.T("hello", "Name", "李娜"), "你好，李娜"},
		{en.T("hello", "Name", "Li"), "Hello, Li"},
		{zh.N("unit.photos", 1), "1 张照片"},
		{en.N("unit.photos", 1), "1 photo"},
		{en.N("unit.photos", 3), "3 photos"},
		{en.T("no.such.key"), "no.such.key"},
		{zh.Enum("business_type", "grocery"), "食杂店"},
		{en.Enum("business_type", "kiosk"), "kiosk"},
		{en.Enum("business_type", ""), ""},
		{string(b.In("fr").Lang()), "zh"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestAFaultIsSaidInWordsAndAnUnknownOneNamesItsCode(t *testing.T) {
	t.Parallel()
	b := load(t)
	full := fmt.Errorf("store: save: %w", fault.New(fault.Invalid, "disk.full", errors.New("ENOSPC")))
	if got := b.In(words.EN).Fault(full); !strings.HasPrefix(got, "The phone's storage is full") {
		t.Error(got)
	}
	if got := b.In(words.ZH).FaultCode("moon.eclipse"); !strings.Contains(got, "moon.eclipse") {
		t.Error(got)
	}
	if got := b.In(words.ZH).Fault(nil); got != "" {
		t.Error(got)
	}
}

func TestTimesAreShownInShanghaiWhateverThePhoneSays(t *testing.T) {
	t.Parallel()
	b := load(t)
	zh, en := b.In(words.ZH), b.In(words.EN)
	now := time.Date(2026, 11, 21, 1, 30, 0, 0, time.UTC) // 09:30 in Shanghai
	back := func(d time.Duration) int64 { return now.Add(-d).UnixMilli() }
	for _, c := range []struct{ got, want string }{
		{zh.DateTime(now.UnixMilli()), "2026年11月21日 09:30"},
		{en.Date(now.UnixMilli()), "21 Nov 2026"},
		{zh.ShortDateTime(now.UnixMilli()), "11月21日 09:30"},
		{zh.DateTime(0), ""},
		{zh.Ago(now, back(10*time.Second)), "刚刚"},
		{en.Ago(now, back(time.Minute)), "1 minute ago"},
		{zh.Ago(now, back(3*time.Hour)), "3 小时前"},
		{zh.Ago(now, back(10*time.Hour)), "昨天 23:30"},
		{en.Ago(now, back(5*24*time.Hour)), "5 days ago"},
		{en.Ago(now, back(60*24*time.Hour)), "22 Sep 2026"},
		{en.Ago(now, back(-2*time.Hour)), "21 Nov 2026, 11:30"},
		{en.Ago(now, 0), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
