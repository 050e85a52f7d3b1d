package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"storewalk/demo/shelf"
	"storewalk/server/api"
	"storewalk/server/store"
	"storewalk/shared/field"
	"storewalk/sim/drive"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
)

// TestMain lets the tests run this program itself.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "phone" {
		main()
		return
	}
	gin.SetMode(gin.TestMode)
	os.Exit(m.Run())
}

const password = "six small shops"

// serve starts a real server; li and wang hold the same territory, ma another.
func serve(t *testing.T) (url string) {
	t.Helper()
	st, err := store.Open(t.Context(), t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for _, slug := range []string{"west", "east"} {
		if err := st.EnsureTerritory(t.Context(), slug, slug, "640402"); err != nil {
			t.Fatal(err)
		}
	}
	for login, slug := range map[string]string{"li": "west", "wang": "west", "ma": "east"} {
		if _, err := st.AddAccount(t.Context(), store.NewAccount{Login: login, Name: login, Role: field.RoleManager, Password: password,
			Territories: []uuid.UUID{field.TerritoryID(slug)}}); err != nil {
			t.Fatal(err)
		}
	}
	engine := gin.New()
	api.New(st, slog.New(slog.DiscardHandler)).Register(engine)
	srv := httptest.NewServer(engine)
	t.Cleanup(func() {
		srv.Close()
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return srv.URL
}

// A desk is a process that hosts phones.
type desk struct {
	t *testing.T
	p *drive.Process
}

func newDesk(t *testing.T) desk {
	t.Helper()
	p, err := drive.Start(t.Context(), os.Args[0], "phone")
	if err != nil {
		t.Fatal(err)
	}
	return desk{t, p}
}

// do runs a command that must work.
func (d desk) do(c drive.Command) drive.Reply {
	d.t.Helper()
	r, err := d.p.Do(c)
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

func (d desk) end() {
	d.t.Helper()
	if err := d.p.End(); err != nil {
		d.t.Fatal(err)
	}
}

// counts writes a file of n counts and one record of every other kind, and returns its path.
func counts(t *testing.T, n int) string {
	t.Helper()
	var text strings.Builder
	line := func(v map[string]any) {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&text, "%s\n", b)
	}
	visit, shop := uuid.New(), uuid.New()
	line(map[string]any{"type": "visit", "id": visit, "store": shop, "check_in": map[string]any{"at": 1_760_000_000_000}})
	line(map[string]any{"type": "note", "id": uuid.New(), "visit": visit, "store": shop, "text": "老板不在，价签缺三个", "mood": 3})
	line(map[string]any{"type": "photo", "id": uuid.New(), "visit": visit, "store": shop, "kind": "shelf", "sha256": strings.Repeat("ab", 32), "size": 90_000})
	for i := range n {
		line(map[string]any{"type": "count", "id": uuid.New(), "visit": visit, "store": shop, "product": uuid.New(), "quantity": i % 10, "cartons": 1})
	}
	path := filepath.Join(t.TempDir(), "records.jsonl")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestASessionFromTheFirstRecordToTheLastConflict(t *testing.T) {
	t.Parallel()
	url, dir, file := serve(t), t.TempDir(), counts(t, 250)
	d := newDesk(t)
	for dev, user := range map[string]string{"a": "li", "b": "wang"} {
		d.do(drive.Command{Cmd: "open", Dev: dev, Dir: filepath.Join(dir, dev), URL: url, User: user, Password: password})
	}
	if r := d.do(drive.Command{Cmd: "load", Dev: "a", File: file}); r.N != 253 {
		t.Fatal(r.N)
	}
	if r := d.do(drive.Command{Cmd: "stats", Dev: "a"}); r.Waiting == 0 {
		t.Fatal("nothing waits after writing offline")
	}
	d.do(drive.Command{Cmd: "push", Dev: "a"})
	stats := d.do(drive.Command{Cmd: "stats", Dev: "a"})
	if stats.Waiting != 0 || stats.Up < 253*16 || stats.Down == 0 || stats.Requests < 2 || stats.Headers == 0 || stats.Headers > stats.Up+stats.Down {
		t.Fatalf("%+v", stats)
	}
	d.do(drive.Command{Cmd: "pull", Dev: "b"})
	same := func() drive.Reply {
		t.Helper()
		a, b := d.do(drive.Command{Cmd: "digest", Dev: "a"}), d.do(drive.Command{Cmd: "digest", Dev: "b"})
		if a.N != 253 || a.N != b.N || a.Sha != b.Sha || a.Values != b.Values || a.Conflicts != b.Conflicts {
			t.Fatalf("%+v\n%+v", a, b)
		}
		return a
	}
	before := same()
	if n := d.do(drive.Command{Cmd: "count", Dev: "b"}).N; n != 253 || before.Conflicts != 0 {
		t.Fatal(n, before)
	}
	for dev, tag := range map[string]string{"a": "Li", "b": "Wang"} {
		if r := d.do(drive.Command{Cmd: "edit", Dev: dev, N: 120, Tag: tag}); r.N != 120 {
			t.Fatal(r.N)
		}
	}
	for _, dev := range []string{"a", "b", "a"} {
		d.do(drive.Command{Cmd: "sync", Dev: dev})
	}
	// Both added the same pack, which is no conflict; their tags are.
	after := same()
	if after.Conflicts != 120 || after.Values != before.Values+2*120 || after.Sha == before.Sha {
		t.Fatalf("%+v then %+v", before, after)
	}
	d.do(drive.Command{Cmd: "close", Dev: "a"})
	d.do(drive.Command{Cmd: "open", Dev: "a", Dir: filepath.Join(dir, "a")}) // signed in already, and offline
	same()
	d.end()
}

func TestEveryFailureHasACodeAndThePhoneGoesOn(t *testing.T) {
	t.Parallel()
	url, dir, file := serve(t), t.TempDir(), counts(t, 1)
	bad := filepath.Join(dir, "bad.jsonl")
	if err := os.WriteFile(bad, []byte("{\"id\":1}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := newDesk(t)
	opened := drive.Command{Cmd: "open", Dev: "a", Dir: filepath.Join(dir, "a"), URL: url, User: "li", Password: password}
	with := func(change func(*drive.Command)) drive.Command {
		c := opened
		change(&c)
		return c
	}
	for _, step := range []struct {
		c    drive.Command
		code string
	}{
		{drive.Command{Cmd: "fly", Dev: "a"}, "command.unknown"},
		{drive.Command{Cmd: "push", Dev: "a"}, "phone.not_open"},
		{drive.Command{Cmd: "open", Dev: "a"}, "command.malformed"},
		{with(func(c *drive.Command) { c.Password = "wrong" }), "auth.wrong_password"},
		{with(func(c *drive.Command) { c.URL = "http://127.0.0.1:1" }), "network.unreachable"},
		{opened, ""},
		{opened, "phone.open"},
		{with(func(c *drive.Command) { c.Dev = "twin" }), "db.in_use"},
		{drive.Command{Cmd: "load", Dev: "a", File: filepath.Join(dir, "none")}, "file.unreadable"},
		{drive.Command{Cmd: "load", Dev: "a", File: bad}, "file.malformed"},
		{drive.Command{Cmd: "photos", Dev: "a", Dir: filepath.Join(dir, "none")}, "file.unreadable"},
		{drive.Command{Cmd: "load", Dev: "a", File: file}, ""},
		{drive.Command{Cmd: "push", Dev: "a"}, ""},
		{drive.Command{Cmd: "close", Dev: "a"}, ""},
		{with(func(c *drive.Command) { c.URL = "http://127.0.0.1:1" }), ""}, // it is signed in: nothing is asked yet
		{drive.Command{Cmd: "push", Dev: "a"}, "network.unreachable"},
	} {
		r, err := d.p.Do(step.c)
		if r.Err != step.code || r.OK != (step.code == "") || (err != nil) != (step.code != "") {
			t.Errorf("%s: %q %v, want %q", step.c.Cmd, r.Err, err, step.code)
		}
	}
	d.end()
}

func TestALineBecomesTheFieldsTheAppHasAndTheRestIsKept(t *testing.T) {
	t.Parallel()
	west, east := field.TerritoryID("west"), field.TerritoryID("east")
	product, hash := uuid.NewString(), strings.Repeat("ab", 32)
	for line, want := range map[string]string{
		`{"id":"7","type":"count","visit":"v","product":"` + product + `","quantity":3,"cartons":2,"at":5,"by":"me"}`: `visit="v" line:` + product +
			`={"cartons":2,"packs":3,"display":false,"out":false}`,
		`{"id":"7","kind":"count","product":"` + product + `","quantity":"many"}`: `line:` + product +
			`={"cartons":0,"packs":0,"display":false,"out":false} more={"quantity":"many"}`,
		`{"id":"7","type":"note","text":"x","mood":3}`:                              `text="x" more={"mood":3}`,
		`{"id":"7","type":"photo","kind":"shelf","sha256":"` + hash + `","size":9}`: `photo={"kind":"shelf","sha256":"` + hash + `","size":9}`,
		`{"id":"7","type":"photo","size":9}`:                                        `more={"size":9}`,
		`{"id":"7","type":"hologram","z":[1]}`:                                      `more={"z":[1]}`,
		`{"id":"7","type":"hologram"}`:                                              `more={}`,
		`{"type":"note"}`:                                                           `no id or type`,
		`{"id":"7"}`:                                                                `no id or type`,
	} {
		edits, err := editsOf([]byte(line), []uuid.UUID{west, east})
		var got []string
		if err != nil {
			got = append(got, err.Error())
		}
		for _, e := range edits {
			value, err := json.Marshal(e.Value)
			if err != nil || e.Territory != west || e.ID != edits[0].ID {
				t.Error(line, e, err)
			}
			got = append(got, e.Field+"="+string(value))
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%s\n%s, want\n%s", line, text, want)
		}
	}
	for territory, want := range map[string]uuid.UUID{east.String(): east, uuid.NewString(): west} {
		edits, err := editsOf([]byte(`{"id":"7","type":"note","text":"x","territory":"`+territory+`"}`), []uuid.UUID{west, east})
		if err != nil || edits[0].Territory != want {
			t.Error(territory, edits, err)
		}
	}
}

func TestOneProcessHostsManyPhonesAtOnce(t *testing.T) {
	t.Parallel()
	const phones, each = 6, 40
	url, dir := serve(t), t.TempDir()
	d := newDesk(t)
	var all sync.WaitGroup
	for i := range phones {
		dev, file := fmt.Sprint("p", i), counts(t, each-3)
		all.Go(func() {
			for _, c := range []drive.Command{
				{Cmd: "open", Dir: filepath.Join(dir, dev), URL: url, User: "ma", Password: password},
				{Cmd: "load", File: file}, {Cmd: "sync"},
			} {
				c.Dev = dev
				if _, err := d.p.Do(c); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	shas := map[string]bool{}
	for i := range phones {
		d.do(drive.Command{Cmd: "pull", Dev: fmt.Sprint("p", i)})
		r := d.do(drive.Command{Cmd: "digest", Dev: fmt.Sprint("p", i)})
		if r.N != phones*each {
			t.Fatalf("phone %d holds %d records", i, r.N)
		}
		shas[r.Sha] = true
	}
	if len(shas) != 1 {
		t.Fatal("the phones differ")
	}
	d.end()
}

func TestWhatWasAcknowledgedIsThereAfterAKill(t *testing.T) {
	t.Parallel()
	url, dir, file := serve(t), filepath.Join(t.TempDir(), "a"), counts(t, 497)
	open := drive.Command{Cmd: "open", Dev: "a", Dir: dir, URL: url, User: "li", Password: password}
	d := newDesk(t)
	d.do(open)
	d.do(drive.Command{Cmd: "load", Dev: "a", File: file, N: 200})
	go func() { _, _ = d.p.Do(drive.Command{Cmd: "load", Dev: "a", File: file, From: 200}) }() // ends with the process
	if err := d.p.Kill(); err != nil {
		t.Fatal(err)
	}
	d = newDesk(t)
	d.do(open)
	if n := d.do(drive.Command{Cmd: "count", Dev: "a"}).N; n < 200 || n%perTx != 0 {
		t.Fatalf("%d records are here: a transaction is whole or nothing", n)
	}
	d.do(drive.Command{Cmd: "load", Dev: "a", File: file}) // again, all of it: the same ids
	d.do(drive.Command{Cmd: "push", Dev: "a", Wait: 20})
	if r := d.do(drive.Command{Cmd: "stats", Dev: "a"}); r.Waiting != 0 {
		t.Fatalf("%+v", r)
	}
	if n := d.do(drive.Command{Cmd: "count", Dev: "a"}).N; n != 500 {
		t.Fatal(n)
	}
	d.end()
}

func TestPicturesAreKeptAndSent(t *testing.T) {
	t.Parallel()
	url, dir := serve(t), t.TempDir()
	pictures := filepath.Join(dir, "pictures")
	if err := os.Mkdir(pictures, 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		jpeg, err := shelf.Draw(shelf.Options{Kind: shelf.Tags, Seed: uint64(i), Width: 320, Height: 240})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(pictures, fmt.Sprint(i, ".jpg")), jpeg, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d := newDesk(t)
	d.do(drive.Command{Cmd: "open", Dev: "a", Dir: filepath.Join(dir, "a"), URL: url, User: "li", Password: password})
	if r := d.do(drive.Command{Cmd: "photos", Dev: "a", Dir: pictures, N: 2}); r.N != 2 || r.Bytes == 0 {
		t.Fatalf("%+v", r)
	}
	if r := d.do(drive.Command{Cmd: "count", Dev: "a"}); r.N != 5 { // a visit, two photos and their thumbnails
		t.Fatalf("%+v", r)
	}
	if r := d.do(drive.Command{Cmd: "stats", Dev: "a"}); r.Waiting+r.WaitingPhotos != 0 {
		t.Fatalf("%+v", r)
	}
	d.end()
}
