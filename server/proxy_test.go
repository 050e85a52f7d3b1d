package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"storewalk/server/store"
	"storewalk/shared/field"
)

// A door is everything the server answers, with one supervisor who may sign in.
type door struct {
	t       *testing.T
	handler http.Handler
}

func openDoor(t *testing.T, proxies ...netip.Prefix) door {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	st, err := store.Open(t.Context(), t.TempDir(), log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	if _, err := st.AddAccount(t.Context(), store.NewAccount{Login: "zhao", Name: "赵敏", Role: field.RoleSupervisor, Password: "correct horse"}); err != nil {
		t.Fatal(err)
	}
	h, err := handler(t.Context(), st, log, proxies)
	if err != nil {
		t.Fatal(err)
	}
	return door{t, h}
}

// signIn tries a password from an address through whoever connects.
func (d door) signIn(connects, from, password string) *http.Response {
	form := url.Values{"login": {"zhao"}, "password": {password}}
	r := httptest.NewRequestWithContext(d.t.Context(), http.MethodPost, "/signin", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Forwarded-For", from)
	r.Header.Set("X-Forwarded-Proto", "https")
	r.RemoteAddr = connects + ":4711"
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w.Result()
}

func TestBehindATrustedProxyEachPersonHasTheirOwnBrake(t *testing.T) {
	t.Parallel()
	d := openDoor(t, netip.MustParsePrefix("10.0.0.0/24"), netip.MustParsePrefix("::1/128"))
	for range 6 {
		d.signIn("10.0.0.7", "203.0.113.5", "a guess")
	}
	if got := d.signIn("10.0.0.7", "203.0.113.5", "correct horse"); got.StatusCode != http.StatusTooManyRequests {
		t.Fatal("who guesses goes on:", got.Status)
	}
	got := d.signIn("10.0.0.7", "203.0.113.6", "correct horse")
	if got.StatusCode != http.StatusSeeOther || !strings.Contains(got.Header.Get("Set-Cookie"), "; Secure") {
		t.Fatal("a colleague pays for it, or a cookie may go without TLS:", got.Status, got.Header)
	}
}

func TestNobodyElseIsBelievedAboutWhoCallsAndHow(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]door{"no proxy": openDoor(t), "another proxy": openDoor(t, netip.MustParsePrefix("10.0.0.0/24"))} {
		got := d.signIn("192.0.2.1", "203.0.113.1", "correct horse")
		if got.StatusCode != http.StatusSeeOther || strings.Contains(got.Header.Get("Set-Cookie"), "Secure") {
			t.Errorf("%s: %s %v", name, got.Status, got.Header)
		}
		last := 0
		for i := range 7 { // a new address each time
			last = d.signIn("192.0.2.1", fmt.Sprintf("203.0.113.%d", i), "a guess").StatusCode
		}
		if last != http.StatusTooManyRequests {
			t.Errorf("%s: the brake was led astray: %d", name, last)
		}
	}
}

func TestTheProxyIsGivenAsARange(t *testing.T) {
	t.Parallel()
	if code, _, errs := said(t, "", "serve", "--data", t.TempDir(), "--trusted-proxy", "nginx"); code != 2 || !strings.Contains(errs, "trusted-proxy") {
		t.Fatal(code, errs)
	}
}

func TestWhatIsNotThereIsSaidInWords(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for want, args := range map[string][]string{
		"There is no such phone.":            {"device", "revoke", "--data", dir, "5d1c0c6e-3c27-4b8e-9d0a-8f1f6f0b7a11"},
		"There is no user with this login.":  {"user", "password", "--data", dir, "--login", "nobody", "--password", "battery staple"},
		"There is no user with this login":   {"user", "territories", "--data", dir, "--login", "nobody"},
		"lower-case letters, digits, dots, ": {"user", "add", "--data", dir, "--login", "<script>", "--name", "x", "--role", "manager", "--password", "correct horse"},
	} {
		if code, _, errs := said(t, "", args...); code != 1 || !strings.Contains(errs, want) {
			t.Errorf("%v: %d %s", args, code, errs)
		}
	}
}
