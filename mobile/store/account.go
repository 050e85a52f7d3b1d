package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"storewalk/shared/fault"

	"github.com/google/uuid"
)

// The keys of table meta.
const (
	metaUser    = "user"    // id of the person signed in
	metaAccount = "account" // Account as JSON
	metaSync    = "sync"    // Exchange as JSON
	metaLink    = "link"    // lastLink as JSON
	metaHeard   = "heard"   // heardTime as JSON
	metaGone    = "gone"    // []goneVisit as JSON

	metaCompared = "compared" // comparison as JSON
	metaReceipt  = "receipt"  // receiptTry as JSON
	metaSwept    = "swept"    // when photo files were last swept, Unix milliseconds
	metaLock     = "lock"     // lockState as JSON
)

// An Account is who signed in on this phone, and where.
type Account struct {
	Server   string    `json:"server"`    // base address, such as https://storewalk.example
	ServerID uuid.UUID `json:"server_id"` // which server that is, wherever it moves
	Login    string    `json:"login"`
	User     uuid.UUID `json:"user"`
	Name     string    `json:"name"`
	Device   uuid.UUID `json:"device"`
	Token    string    `json:"token"`   // empty when the server has revoked it: sign in again
	Revoked  string    `json:"revoked"` // why the token is empty: a fault code
	// The server's key for receipts, in base64; "" until it was told.
	ReceiptKey string `json:"receipt_key,omitempty"`
	// The password of the enrolment as password.Hash made it, so that the lock opens without a network.
	Verifier string `json:"verifier,omitempty"`
}

func signedOut(err error) error { return fault.New(fault.Unauthorized, "auth.signed_out", err) }

// Account returns who is signed in; ok is false when nobody ever was.
func (s *Store) Account(ctx context.Context) (a Account, ok bool, err error) {
	ok, err = getMeta(ctx, s.db.Read, metaAccount, &a)
	return a, ok, err
}

// SignIn keeps the account of an enrolment. A phone that still holds what another person entered refuses
// with "auth.other_user": that person's work must be sent first, and its texts be put right.
// A phone that holds another server's data refuses with "auth.other_server": it would end up here.
func (s *Store) SignIn(ctx context.Context, a Account) error {
	err := s.change(ctx, func(tx *sql.Tx) error {
		var old Account
		if _, err := getMeta(ctx, tx, metaAccount, &old); err != nil {
			return err
		}
		if old.ServerID != uuid.Nil && a.ServerID != uuid.Nil && old.ServerID != a.ServerID {
			return fault.New(fault.Conflict, "auth.other_server", nil)
		}
		if old.User != uuid.Nil && old.User != a.User {
			u, err := unfinished(ctx, tx)
			if err != nil {
				return err
			}
			if u.Typed = len(s.typed()); u.KeepsOthersOut() {
				return fault.New(fault.Conflict, "auth.other_user", nil)
			}
		}
		if err := setMeta(ctx, tx, metaUser, a.User.String()); err != nil {
			return err
		}
		if err := setMetaJSON(ctx, tx, metaLock, lockState{}); err != nil { // the server has taken the password
			return err
		}
		return setMetaJSON(ctx, tx, metaAccount, a)
	})
	if err != nil {
		return err
	}
	return s.tries.forget() // a lock that was written there
}

// Revoked notes that the server no longer takes this phone's token. Everything captured stays.
func (s *Store) Revoked(ctx context.Context, code string) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		var a Account
		if _, err := getMeta(ctx, tx, metaAccount, &a); err != nil {
			return err
		}
		a.Token, a.Revoked = "", code
		return setMetaJSON(ctx, tx, metaAccount, a)
	})
}

// querier is what reading needs: a transaction or the pool of readers.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func getMeta(ctx context.Context, q querier, key string, v any) (bool, error) {
	var text string
	err := q.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = $1`, key).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), v)
	}
	if err != nil {
		return false, fmt.Errorf("store: %s: %w", key, err)
	}
	return true, nil
}

func setMetaJSON(ctx context.Context, tx *sql.Tx, key string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return setMeta(ctx, tx, key, string(b))
}

func setMeta(ctx context.Context, tx *sql.Tx, key, value string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES ($1, $2)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
	return err
}
