package store

import (
	"database/sql"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"storewalk/server/auth"
	"storewalk/shared/fault"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

const password = "correct horse"

func openStore(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func addAccount(t *testing.T, s *Store, login, role string) uuid.UUID {
	t.Helper()
	id, err := s.AddAccount(t.Context(), NewAccount{Login: login, Name: "马" + login, Role: role, Password: password,
		Territories: []uuid.UUID{field.TerritoryID("north")}})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAnAccountSignsInWithItsLoginInAnyCase(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	id := addAccount(t, s, " Ma.Li ", field.RoleSupervisor)
	a, err := s.Authenticate(t.Context(), "MA.li", password)
	if err != nil || a.ID != id || a.Name == "" || a.Role != field.RoleSupervisor {
		t.Fatalf("%+v %v", a, err)
	}
	for _, try := range [][2]string{{"ma.li", "wrong horse"}, {"nobody", password}, {"", ""}} {
		if _, err := s.Authenticate(t.Context(), try[0], try[1]); !fault.Is(err, "auth.wrong_password") {
			t.Errorf("%v: %v", try, err)
		}
	}
}

func TestANewAccountsUserGoesToEveryPhone(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	id := addAccount(t, s, "ma", field.RoleManager)
	var seq int64
	err := s.db.Read.QueryRow(`SELECT seq FROM feed WHERE territory = $1 AND record = $2`, field.Common.String(), id.String()).Scan(&seq)
	if err != nil || seq == 0 {
		t.Fatal(seq, err)
	}
	if got, err := s.Territories(t.Context(), id); err != nil || !slices.Equal(got, []uuid.UUID{field.TerritoryID("north")}) {
		t.Fatal(got, err)
	}
}

func TestBadAccountsAreRefusedAndLeaveNothing(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	addAccount(t, s, "ma", field.RoleManager)
	for code, a := range map[string]NewAccount{
		"account.login_taken":    {Login: "MA", Name: "x", Role: field.RoleManager, Password: password},
		"account.login_invalid":  {Login: "m a", Name: "x", Role: field.RoleManager, Password: password},
		"account.name_missing":   {Login: "x", Name: " ", Role: field.RoleManager, Password: password},
		"account.role_unknown":   {Login: "x", Name: "x", Role: "king", Password: password},
		"account.password_short": {Login: "x", Name: "x", Role: field.RoleManager, Password: "1234567"},
	} {
		if _, err := s.AddAccount(t.Context(), a); !fault.Is(err, code) {
			t.Errorf("%s: %v", code, err)
		}
	}
	if all, err := s.Accounts(t.Context()); err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
}

func TestALoginIsWhatItsRuleSays(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	for _, good := range []string{"li", "li.na_2-b", "9", " LI2 "} {
		if _, err := s.AddAccount(t.Context(), NewAccount{Login: good, Name: "x", Role: field.RoleManager, Password: password}); err != nil {
			t.Error(good, err)
		}
	}
	for _, bad := range []string{"", "<script>", "李娜", "a b", "a@b", "a\x00", strings.Repeat("a", 65)} {
		if _, err := s.AddAccount(t.Context(), NewAccount{Login: bad, Name: "x", Role: field.RoleManager, Password: password}); !fault.Is(err, "account.login_invalid") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestAPhoneIsKnownByItsTokenUntilItIsRevoked(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	account := addAccount(t, s, "ma", field.RoleManager)
	token, device, err := s.EnrolDevice(t.Context(), account, "key", "Ma's phone")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.DeviceByToken(t.Context(), token)
	if err != nil || p.Account != account || p.Device != device || p.Name != "马ma" || p.Role != field.RoleManager {
		t.Fatalf("%+v %v", p, err)
	}
	if _, err := s.DeviceByToken(t.Context(), auth.NewToken()); !fault.Is(err, "auth.signed_out") {
		t.Fatal(err)
	}
	if err := s.RevokeDevice(t.Context(), device); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DeviceByToken(t.Context(), token); !fault.Is(err, "auth.revoked") {
		t.Fatal(err)
	}
	if err := s.RevokeDevice(t.Context(), uuid.New()); !fault.Is(err, "device.not_found") {
		t.Fatal(err)
	}
}

// signedIn returns the tokens of a phone and a browser.
func signedIn(t *testing.T, s *Store, account uuid.UUID) (phone, browser string) {
	t.Helper()
	phone, _, err := s.EnrolDevice(t.Context(), account, "key", "phone")
	if err != nil {
		t.Fatal(err)
	}
	if browser, err = s.StartSession(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	return phone, browser
}

func TestABlockedAccountIsShutOutEverywhereAndCanComeBack(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	account := addAccount(t, s, "ma", field.RoleSupervisor)
	phone, browser := signedIn(t, s, account)
	if err := s.SetDisabled(t.Context(), account, true); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DeviceByToken(t.Context(), phone); !fault.Is(err, "auth.revoked") {
		t.Error(err)
	}
	if _, err := s.SessionByToken(t.Context(), browser); !fault.Is(err, "auth.signed_out") {
		t.Error(err)
	}
	if _, err := s.Authenticate(t.Context(), "ma", password); !fault.Is(err, "auth.revoked") {
		t.Error(err)
	}
	if err := s.SetDisabled(t.Context(), account, false); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DeviceByToken(t.Context(), phone); err != nil {
		t.Error(err)
	}
}

func TestASessionGoesOnWhileUsedAndEndsAfterwards(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	account := addAccount(t, s, "ma", field.RoleSupervisor)
	token, err := s.StartSession(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	expires := func(in time.Duration) {
		t.Helper()
		if err := s.db.Tx(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.Exec(`UPDATE session SET expires_ms = $1`, time.Now().Add(in).UnixMilli())
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	expires(time.Hour)
	if p, err := s.SessionByToken(t.Context(), token); err != nil || p.Account != account {
		t.Fatal(p, err)
	}
	var left int64
	if err := s.db.Read.QueryRow(`SELECT expires_ms FROM session`).Scan(&left); err != nil || left < time.Now().Add(auth.SessionLife-time.Hour).UnixMilli() {
		t.Fatal(left, err)
	}
	expires(-time.Second)
	if _, err := s.SessionByToken(t.Context(), token); !fault.Is(err, "auth.signed_out") {
		t.Fatal(err)
	}
}

func TestANewPasswordSignsBrowsersOutAndKeepsPhones(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	account := addAccount(t, s, "ma", field.RoleSupervisor)
	phone, browser := signedIn(t, s, account)
	if err := s.SetPassword(t.Context(), account, "battery staple"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SessionByToken(t.Context(), browser); !fault.Is(err, "auth.signed_out") {
		t.Error(err)
	}
	if _, err := s.DeviceByToken(t.Context(), phone); err != nil {
		t.Error(err)
	}
	if _, err := s.Authenticate(t.Context(), "ma", "battery staple"); err != nil {
		t.Error(err)
	}
	if err := s.SetPassword(t.Context(), uuid.New(), password); !fault.Is(err, "account.not_found") {
		t.Error(err)
	}
}
