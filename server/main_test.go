package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"storewalk/demo/guyuan"
	"storewalk/server/store"
	"storewalk/shared/field"

	"github.com/gin-gonic/gin"
)

// asServer makes the test binary behave as the server's, for tests that need a process.
const asServer = "STOREWALK_TEST_AS_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(asServer) != "" {
		main()
		return
	}
	gin.SetMode(gin.TestMode)
	os.Exit(m.Run())
}

func process(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe, args...)
	cmd.Env = append(os.Environ(), asServer+"=1", "LC_ALL=C.UTF-8")
	return cmd
}

// said runs a command line inside the test and returns its exit code and output.
func said(t *testing.T, stdin string, args ...string) (code int, out, err string) {
	t.Helper()
	var o, e bytes.Buffer
	code = command(t.Context(), args, &console{strings.NewReader(stdin), &o, &e})
	return code, o.String(), e.String()
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func query(t *testing.T, dir, count string) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "storewalk.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(count).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheProcessServesAndEndsCleanlyOnATermSignal(t *testing.T) {
	t.Parallel()
	cmd, base := serving(t, t.TempDir())
	resp, err := http.Get(base + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var health struct {
		OK      bool
		Version string
	}
	if err := json.NewDecoder(resp.Body).Decode(&health); err != nil || resp.StatusCode != 200 || !health.OK || health.Version == "" {
		t.Fatal(resp.Status, health, err)
	}
	for path, want := range map[string]int{"/": http.StatusOK, "/signin": http.StatusOK, "/nowhere": http.StatusNotFound, "/events": http.StatusUnauthorized} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", map[bool]string{true: "text/event-stream", false: "text/html"}[path == "/events"])
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
	second := &http.Transport{Protocols: new(http.Protocols)} // its connection stays open until the server ends
	second.Protocols.SetUnencryptedHTTP2(true)
	if resp, err := (&http.Client{Transport: second}).Get(base + "/healthz"); err != nil || resp.ProtoMajor != 2 {
		t.Fatal("HTTP/2 without TLS:", err)
	} else {
		resp.Body.Close()
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err, cmd.Stderr)
	}
	if log := fmt.Sprint(cmd.Stderr); !strings.Contains(log, `"msg":"Stopping"`) {
		t.Fatal(log)
	}
}

func TestTheProcessDoesNotWaitForPagesThatListen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if code, _, errs := said(t, "", "demo", "seed", "--data", dir); code != 0 {
		t.Fatal(errs)
	}
	cmd, base := serving(t, dir)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	resp, err := browser.PostForm(base+"/signin", url.Values{"login": {"zhao"}, "password": {"liupanshan-zhao"}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	stream, err := browser.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	if line, err := bufio.NewReader(stream.Body).ReadString('\n'); err != nil || stream.StatusCode != http.StatusOK {
		t.Fatal(stream.Status, line, err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil { // it says so when it waited until its grace was over
		t.Fatal(err, cmd.Stderr)
	}
}

// serving starts a server process and returns its address.
func serving(t *testing.T, dir string) (cmd *exec.Cmd, base string) {
	t.Helper()
	cmd = process(t, "serve", "--listen", "127.0.0.1:0", "--data", dir)
	cmd.Stderr = &bytes.Buffer{}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	base, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if err != nil || !ok {
		t.Fatal(line, err, cmd.Stderr)
	}
	return cmd, base
}

func TestExitCodesTellAFailureFromAMisspelledCommand(t *testing.T) {
	t.Parallel()
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"--version"}, 0}, {[]string{"--help"}, 0}, {[]string{"sevre"}, 2}, {nil, 2},
		{[]string{"serve", "--listen", busy.Addr().String(), "--data", t.TempDir()}, 1},
		{[]string{"serve", "--data", "/dev/null/x"}, 1},
	} {
		cmd := process(t, c.args...)
		out, _ := cmd.CombinedOutput()
		if got := cmd.ProcessState.ExitCode(); got != c.code || len(out) == 0 {
			t.Errorf("%v: exit code %d\n%s", c.args, got, out)
		}
	}
}

func TestStreamsEndWithTheServerAndOtherRequestsFinish(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	entered := make(chan struct{}, 2)
	leave := make(chan struct{})
	engine := gin.New()
	engine.Use(streamsEndWith(ctx))
	engine.GET("/", func(c *gin.Context) {
		entered <- struct{}{}
		select {
		case <-c.Request.Context().Done():
			c.String(http.StatusOK, "ended")
		case <-leave:
			c.String(http.StatusOK, "finished")
		}
	})
	answers := map[string]chan string{"text/event-stream": make(chan string, 1), "text/html": make(chan string, 1)}
	for accept, answer := range answers {
		w, r := httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Header.Set("Accept", accept)
		go func() {
			engine.ServeHTTP(w, r)
			answer <- w.Body.String()
		}()
		<-entered
	}
	stop()
	if got := <-answers["text/event-stream"]; got != "ended" {
		t.Error(got)
	}
	close(leave)
	if got := <-answers["text/html"]; got != "finished" {
		t.Error(got)
	}
}

func TestHealthIs503WhenTheDatabaseDoesNotAnswer(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	st, err := store.Open(t.Context(), t.TempDir(), log)
	if err != nil {
		t.Fatal(err)
	}
	h, err := handler(t.Context(), st, log, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/healthz", nil))
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), `"ok":false`) {
		t.Fatal(w.Code, w.Body)
	}
}

func TestTheDemonstrationIsSeededOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	code, out, errs := said(t, "", "demo", "seed", "--data", dir)
	if code != 0 || !strings.Contains(out, "sign in: li liupanshan-li") || !strings.Contains(out, "stores: 250 added") {
		t.Fatal(code, out, errs)
	}
	const all = `SELECT count(*) FROM write_log`
	before := query(t, dir, all)
	if code, out, errs = said(t, "", "demo", "seed", "--data", dir); code != 0 || query(t, dir, all) != before {
		t.Fatal(code, out, errs, query(t, dir, all)-before)
	}
	for count, least := range map[string]int{
		`SELECT count(DISTINCT store) FROM visit`: pastStores, `SELECT count(*) FROM count_line`: 500, `SELECT count(*) FROM note`: 30,
		`SELECT count(DISTINCT manager) FROM visit`: 2,
	} {
		if n := query(t, dir, count); n < least {
			t.Errorf("%s: %d", count, n)
		}
	}
	const wrong = `SELECT count(*) FROM visit WHERE check_out_ms <= check_in_ms OR check_out_ms > strftime('%s', 'now') * 1000`
	if n := query(t, dir, wrong); n != 0 {
		t.Error("visits that end before they begin, or in the future: ", n)
	}
}

func TestAListWithAMistakeChangesNothingAndSaysWhere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good := string(guyuan.StoresCSV())
	bad := strings.Replace(good, "640402", "6404x2", 1)
	code, out, errs := said(t, "", "import", "stores", file(t, "bad.csv", bad), "--data", dir, "--territory", "west", "--territory-name", "西片区")
	if code != 1 || out != "" || !strings.Contains(errs, "line 2, column licence_no: ") || !strings.Contains(errs, "nothing was imported") {
		t.Fatal(code, out, errs)
	}
	if code, out, errs = said(t, good, "import", "stores", "-", "--data", dir, "--territory", "west"); code != 1 || !strings.Contains(errs, "territory.not_found") {
		t.Fatal(code, out, errs)
	}
	if code, out, errs = said(t, good, "import", "stores", "-", "--data", dir, "--territory", "west", "--territory-name", "西片区"); code != 0 || out != "stores: 250 added, 0 changed, 0 the same\n" {
		t.Fatal(code, out, errs)
	}
	if code, out, errs = said(t, "", "import", "products", file(t, "p.csv", string(guyuan.ProductsCSV())), "--data", dir); code != 0 || out != "products: 60 added, 0 changed, 0 the same\n" {
		t.Fatal(code, out, errs)
	}
	if code, _, errs = said(t, "", "import", "products", "nowhere.csv", "--data", dir); code != 1 || !strings.Contains(errs, "nowhere.csv") {
		t.Fatal(code, errs)
	}
}

func TestAPersonIsAddedWithAPasswordFromTheStandardInput(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	add := []string{"user", "add", "--data", dir, "--login", "ma", "--name", "马兰", "--role", "manager", "--territory", "west"}
	if code, _, errs := said(t, "correct horse\n", add...); code != 1 || !strings.Contains(errs, "west") {
		t.Fatal("a territory that does not exist: ", code, errs)
	}
	st, err := store.Open(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := st.EnsureTerritory(t.Context(), "west", "西片区", ""); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := said(t, "correct horse\n", add...); code != 0 { // while a server has it open
		t.Fatal(code, errs)
	}
	a, err := st.Authenticate(t.Context(), "ma", "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := st.Territories(t.Context(), a.ID); err != nil || len(got) != 1 || got[0] != field.TerritoryID("west") {
		t.Fatal(got, err)
	}
	if code, _, errs := said(t, "correct horse\n", add...); code != 1 || !strings.Contains(errs, "account.login_taken") {
		t.Fatal(code, errs)
	}
	if code, _, errs := said(t, "", "user", "password", "--data", dir, "--login", "ma", "--password", "battery staple"); code != 0 {
		t.Fatal(code, errs)
	}
	if _, err := st.Authenticate(t.Context(), "ma", "battery staple"); err != nil {
		t.Fatal(err)
	}
	_, phone, err := st.EnrolDevice(t.Context(), a.ID, "key", "Ma's phone")
	if err != nil {
		t.Fatal(err)
	}
	if code, _, errs := said(t, "", "device", "revoke", "--data", dir, phone.String()); code != 0 {
		t.Fatal(code, errs)
	}
	if code, out, errs := said(t, "", "device", "list", "--data", dir); code != 0 || !strings.Contains(out, "Ma's phone") || !strings.Contains(out, "revoked") {
		t.Fatal(code, out, errs)
	}
}

func TestOnlyAPhoneOverHTTP1IsOfferedHTTP2(t *testing.T) {
	t.Parallel()
	engine := gin.New()
	engine.Use(offersHTTP2)
	engine.GET("/*path", func(c *gin.Context) { c.Status(http.StatusOK) })
	for _, c := range []struct {
		path  string
		major int
		want  string
	}{{"/v1/sync", 1, "h2c"}, {"/v1/sync", 2, ""}, {"/visits", 1, ""}} {
		w, r := httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, c.path, nil)
		r.ProtoMajor = c.major
		if engine.ServeHTTP(w, r); w.Header().Get("Upgrade") != c.want {
			t.Errorf("%s over HTTP/%d: %q", c.path, c.major, w.Header().Get("Upgrade"))
		}
	}
}
