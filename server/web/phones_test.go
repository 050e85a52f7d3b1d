package web

import (
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"storewalk/shared/wire"
	"storewalk/shared/words"
)

func TestThePhoneMostInNeedStandsOnTopAndSaysWhy(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	o.phone("li", "李建国").push("1") // just now, with nothing left
	// Yesterday, at whatever time of the day this runs, and longer ago than a phone with work on it may be silent.
	o.silent("ma", "马秀英", 24*time.Hour+time.Second, wire.Waiting{Records: 3}, wire.Storage{Free: 5 << 30, Used: 1 << 30})
	o.silent("wang", "王小虎", 5*24*time.Hour, wire.Waiting{Records: 14, Photos: 32}, wire.Storage{Free: 500 << 20, Used: 60 << 30})
	_, page := o.get(o.client(true), "/phones")
	rows := strings.Split(page, "<tr class=")[1:]
	if len(rows) != 3 {
		t.Fatal(page)
	}
	for i, want := range [][]string{
		{`"is-help"`, "王小虎", "请尽快联系", "5 天前", "14 条记录", "32 张照片", "剩 500 MB", "storewalk 0.9.2"},
		{`"is-look"`, "马秀英", "请留意", "昨天", "3 条记录", "剩 5.0 GB"},
		{`""`, "李建国", "刚刚", "已全部发完", "未报告"},
	} {
		for _, text := range want {
			if !strings.Contains(rows[i], text) {
				t.Errorf("row %d does not say %q\n%s", i, text, rows[i])
			}
		}
	}
	for _, text := range []string{`id="holding">2<`, `id="needing">2<`} {
		if !strings.Contains(page, text) {
			t.Errorf("the page does not say %q", text)
		}
	}
}

func TestAnAlarmThatASupervisorHasSeenSaysByWhomAndStays(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	o.trouble(ma, shops)
	desk := o.signIn()
	desk.Open(o.url + "/phones")
	desk.WaitFor("document.querySelector('#badge-phones').textContent === '1' && !document.querySelector('#seen')")
	desk.Click("#alarms .button")
	desk.WaitFor("document.readyState === 'complete' && document.querySelector('#seen') && !document.querySelector('#alarms') && document.querySelector('#badge-phones').hidden")
	desk.Click("#seen summary")
	desk.WaitFor("document.querySelector('#seen li').innerText.includes('周敏') && document.querySelector('#seen li').innerText.includes('出现了两份')")

	ma.push("3", elsewhere(7, "x")) // the double calls again
	ma.push("another copy")
	desk.Open(o.url + "/phones")
	desk.WaitFor("document.querySelector('#alarms li') && document.querySelector('#badge-phones').textContent === '1'")
}

func TestAnAlarmIsSeenOnceAndOnlyWhereItIs(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	o.trouble(o.phone("ma", "马秀英"), shops)
	c := o.client(true)
	open, err := o.store.Alarms(t.Context())
	o.check(err)
	see := func(path, raised string) int {
		resp, err := c.PostForm(o.url+path, url.Values{"raised": {raised}})
		o.check(err)
		resp.Body.Close()
		return resp.StatusCode
	}
	for path, want := range map[string]int{"/alarms/" + open[0].ID.String(): 200, "/alarms/x": 404, "/alarms/" + o.boss.String(): 404} {
		if got := see(path, "1"); got != want { // raised again since that was shown
			t.Errorf("%s: %d", path, got)
		}
	}
	if again, err := o.store.Alarms(t.Context()); err != nil || again[0].SeenMS != 0 {
		t.Fatal(again, err)
	}
}

// codesIn finds what a pattern catches in the files of the source that are not tests, and in the protocol.
func codesIn(t *testing.T, pattern *regexp.Regexp, dirs ...string) (found []string) {
	t.Helper()
	root := filepath.Join("..", "..")
	for _, dir := range dirs {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".md") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, m := range pattern.FindAllStringSubmatch(string(text), -1) {
				found = append(found, m[1])
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// TestTheOfficeHasWordsForEveryAlarmAndForEveryReasonToPutSomethingAside: the codes of the source and of the protocol.
func TestTheOfficeHasWordsForEveryAlarmAndForEveryReasonToPutSomethingAside(t *testing.T) {
	t.Parallel()
	book, err := words.Load(Words())
	if err != nil {
		t.Fatal(err)
	}
	alarms := codesIn(t, regexp.MustCompile("[\"`](alarm\\.[a-z_]+)[\"`]"), "server/store", "docs/protocol.md")
	aside := append(codesIn(t, regexp.MustCompile("`((?:record|count|note)\\.[a-z_]+)`"), "docs/protocol.md"),
		codesIn(t, regexp.MustCompile(`fault\.New\(fault\.(?:Invalid|Forbidden), "((?:record|count|note)\.[a-z_]+)"`), "shared/field", "server/store")...)
	if len(alarms) < 2 || len(aside) < 6 {
		t.Fatalf("only %q and %q: the patterns no longer fit the source", alarms, aside)
	}
	for _, lang := range words.Langs() {
		for _, code := range alarms {
			if code != "alarm.not_found" && !book.In(lang).Has(code) { // that one is a fault
				t.Errorf("%s has no words for the office in %s", code, lang)
			}
		}
		for _, code := range aside {
			if !book.In(lang).Has("aside.why." + code) {
				t.Errorf("%s has no words for the office in %s", code, lang)
			}
		}
	}
}
