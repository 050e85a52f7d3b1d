package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"storewalk/server/auth"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// An Account is a person who may sign in. Its id is that of the person's user record.
type Account struct {
	ID         uuid.UUID
	Login      string
	Name       string
	Role       string
	DisabledMS int64 // when it was blocked, Unix milliseconds; 0: it is not
}

// A NewAccount is what AddAccount needs.
type NewAccount struct {
	Login       string // compared without regard to case and outer spaces
	Name        string
	Role        string // field.RoleManager or field.RoleSupervisor
	Password    string // at least auth.MinPassword characters
	Territories []uuid.UUID
}

// loginForm is what a login looks like once it is folded. It is simple because it is typed on a phone, in the sun.
var loginForm = regexp.MustCompile(`^[a-z0-9._-]{1,64}$`)

// AddAccount makes an account and its user record, which every phone gets, and returns their id. Faults:
// "account.login_taken", "account.login_invalid", "account.name_missing", "account.role_unknown",
// "account.password_short".
func (s *Store) AddAccount(ctx context.Context, a NewAccount) (uuid.UUID, error) {
	a.Login, a.Name = foldLogin(a.Login), strings.TrimSpace(a.Name)
	switch {
	case !loginForm.MatchString(a.Login):
		return uuid.Nil, fault.New(fault.Invalid, "account.login_invalid", nil)
	case a.Name == "":
		return uuid.Nil, fault.New(fault.Invalid, "account.name_missing", nil)
	case a.Role != field.RoleManager && a.Role != field.RoleSupervisor:
		return uuid.Nil, fault.New(fault.Invalid, "account.role_unknown", fmt.Errorf("%q", a.Role))
	}
	hash, err := auth.HashPassword(a.Password)
	if err != nil {
		return uuid.Nil, err
	}
	id := field.UserID(a.Login)
	return id, s.change(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `INSERT INTO account (id, login, password, role) VALUES ($1, $2, $3, $4)
			ON CONFLICT (login) DO NOTHING`, id.String(), a.Login, hash, a.Role)
		if err != nil {
			return fmt.Errorf("add account: %w", err)
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, fault.New(fault.Conflict, "account.login_taken", nil))
		}
		if err := grant(ctx, tx, id, a.Territories); err != nil {
			return err
		}
		_, err = s.write(ctx, tx, uuid.Nil, userEdits(id, field.User{Login: a.Login, Name: a.Name, Role: a.Role})...)
		return err
	})
}

func userEdits(id uuid.UUID, u field.User) (edits []ledger.Edit) {
	for _, v := range u.Fields() {
		edits = append(edits, ledger.Edit{ID: id, Type: field.TypeUser, Territory: field.Common, Field: v.Field, Value: v.Value, SeenAll: true})
	}
	return edits
}

func foldLogin(login string) string { return strings.ToLower(strings.TrimSpace(login)) }

// Accounts lists all accounts by login.
func (s *Store) Accounts(ctx context.Context) ([]Account, error) {
	rows, err := s.db.Read.QueryContext(ctx, selectAccount+` ORDER BY a.login`)
	if err != nil {
		return nil, fmt.Errorf("store: accounts: %w", err)
	}
	defer rows.Close()
	var out []Account
	for rows.Next() {
		var a Account
		var id string
		if err := rows.Scan(&id, &a.Login, &a.Name, &a.Role, &a.DisabledMS); err != nil {
			return nil, fmt.Errorf("store: accounts: %w", err)
		}
		if a.ID, err = uuid.Parse(id); err != nil {
			return nil, fmt.Errorf("store: accounts: %w", err)
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

const selectAccount = `SELECT a.id, a.login, COALESCE(p.name, ''), a.role, a.disabled_ms
	FROM account a LEFT JOIN person p ON p.id = a.id`

// AccountByLogin returns the account with a login, or a fault "account.not_found".
func (s *Store) AccountByLogin(ctx context.Context, login string) (Account, error) {
	var a Account
	var id string
	err := s.db.Read.QueryRowContext(ctx, selectAccount+` WHERE a.login = $1`, foldLogin(login)).
		Scan(&id, &a.Login, &a.Name, &a.Role, &a.DisabledMS)
	if errors.Is(err, sql.ErrNoRows) {
		return Account{}, notFound("account")
	}
	if err == nil {
		a.ID, err = uuid.Parse(id)
	}
	if err != nil {
		return Account{}, fmt.Errorf("store: account: %w", err)
	}
	return a, nil
}

// Authenticate returns the account whose login and password these are. Anything else is
// auth.ErrWrongPassword and takes as long; the right password of a blocked account is auth.ErrRevoked.
func (s *Store) Authenticate(ctx context.Context, login, password string) (Account, error) {
	var hash string
	err := s.db.Read.QueryRowContext(ctx, `SELECT password FROM account WHERE login = $1`, foldLogin(login)).Scan(&hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Account{}, fmt.Errorf("store: authenticate: %w", err)
	}
	if !auth.CheckPassword(hash, password) {
		return Account{}, auth.ErrWrongPassword
	}
	a, err := s.AccountByLogin(ctx, login)
	if err == nil && a.DisabledMS != 0 {
		return Account{}, auth.ErrRevoked
	}
	return a, err
}

// SetPassword gives an account a new password and signs its browsers out. Its phones stay: they hold work
// that must reach the server; RevokeDevice ends one.
func (s *Store) SetPassword(ctx context.Context, account uuid.UUID, password string) error {
	hash, err := auth.HashPassword(password)
	if err != nil {
		return err
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		if err := one(tx.ExecContext(ctx, `UPDATE account SET password = $1 WHERE id = $2`, hash, account.String())); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM session WHERE account = $1`, account.String())
		return err
	})
}

// SetDisabled blocks an account, its browsers and its phones, or lets them in again.
func (s *Store) SetDisabled(ctx context.Context, account uuid.UUID, disabled bool) error {
	var at int64
	if disabled {
		at = time.Now().UnixMilli()
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		if err := one(tx.ExecContext(ctx, `UPDATE account SET disabled_ms = $1 WHERE id = $2`, at, account.String())); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM session WHERE account = $1`, account.String())
		return err
	})
}

// one turns an update that met no account into a fault.
func one(done sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, notFound("account"))
	}
	return nil
}

// SetTerritories makes these, and no others, the territories an account's phones hold.
func (s *Store) SetTerritories(ctx context.Context, account uuid.UUID, territories []uuid.UUID) error {
	return s.change(ctx, func(tx *sql.Tx) error { return grant(ctx, tx, account, territories) })
}

func grant(ctx context.Context, tx *sql.Tx, account uuid.UUID, territories []uuid.UUID) error {
	_, err := tx.ExecContext(ctx, `UPDATE territory_grant SET revoked_ms = $1 WHERE account = $2 AND revoked_ms = 0`,
		time.Now().UnixMilli(), account.String())
	if err != nil {
		return fmt.Errorf("grant: %w", err)
	}
	for _, t := range territories {
		if _, err := tx.ExecContext(ctx, `INSERT INTO territory_grant (account, territory) VALUES ($1, $2)
			ON CONFLICT (account, territory) DO UPDATE SET revoked_ms = 0`, account.String(), t.String()); err != nil {
			return fmt.Errorf("grant: %w", err)
		}
	}
	return nil
}

// Territories lists the territories granted to an account, field.Common aside, in the order of their ids.
func (s *Store) Territories(ctx context.Context, account uuid.UUID) ([]uuid.UUID, error) {
	var out []uuid.UUID
	err := s.db.View(ctx, func(tx *sql.Tx) (err error) {
		out, err = granted(ctx, tx, account)
		return err
	})
	return out, err
}

// scopeOf lists all territories whose records the phones of an account hold: what everybody has, what was granted, and
// what is the person's own.
func scopeOf(ctx context.Context, tx *sql.Tx, account uuid.UUID) ([]uuid.UUID, error) {
	territories, err := granted(ctx, tx, account)
	return append(append([]uuid.UUID{field.Common}, territories...), field.Personal(account)), err
}

// granted is Territories inside the caller's transaction.
func granted(ctx context.Context, tx *sql.Tx, account uuid.UUID) ([]uuid.UUID, error) {
	rows, err := tx.QueryContext(ctx, `SELECT territory FROM territory_grant WHERE account = $1 AND revoked_ms = 0 ORDER BY territory`, account.String())
	if err != nil {
		return nil, fmt.Errorf("grants: %w", err)
	}
	defer rows.Close()
	var out []uuid.UUID
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("grants: %w", err)
		}
		id, err := uuid.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("grants: %w", err)
		}
		out = append(out, id)
	}
	return out, rows.Err()
}
