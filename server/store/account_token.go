package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"storewalk/server/auth"

	"github.com/google/uuid"
)

// EnrolDevice adds a phone to an account and returns its id and its token, of which only the hash is
// kept. publicKey is the phone's, as text; name is what a person calls the phone.
func (s *Store) EnrolDevice(ctx context.Context, account uuid.UUID, publicKey, name string) (token string, device uuid.UUID, err error) {
	token, device = auth.NewToken(), uuid.New()
	now := time.Now().UnixMilli()
	err = s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO device (id, account, public_key, token_hash, name, enrolled_ms, seen_ms)
			VALUES ($1, $2, $3, $4, $5, $6, $6)`, device.String(), account.String(), publicKey, auth.HashToken(token), oneLine(name, 200), now)
		return err
	})
	if err != nil {
		return "", uuid.Nil, fmt.Errorf("enrol device: %w", err)
	}
	return token, device, nil
}

// DeviceByToken returns the phone's user. An unknown token is auth.ErrSignedOut; a revoked phone or a
// blocked account is auth.ErrRevoked.
func (s *Store) DeviceByToken(ctx context.Context, token string) (auth.Principal, error) {
	var p auth.Principal
	var device, account string
	var revoked, disabled int64
	err := s.db.Read.QueryRowContext(ctx, `SELECT d.id, a.id, a.login, COALESCE(p.name, ''), a.role, d.revoked_ms, a.disabled_ms
		FROM device d JOIN account a ON a.id = d.account LEFT JOIN person p ON p.id = a.id WHERE d.token_hash = $1`,
		auth.HashToken(token)).Scan(&device, &account, &p.Login, &p.Name, &p.Role, &revoked, &disabled)
	if p, err = principal(p, account, err, disabled+revoked); err != nil {
		return auth.Principal{}, err
	}
	if p.Device, err = uuid.Parse(device); err != nil {
		return auth.Principal{}, fmt.Errorf("store: device: %w", err)
	}
	return p, nil
}

// RevokeDevice blocks a phone for ever; what it holds can still be enrolled again by its user. It is a
// fault "device.not_found" when there is no such phone.
func (s *Store) RevokeDevice(ctx context.Context, device uuid.UUID) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE device SET revoked_ms = $1 WHERE id = $2`, time.Now().UnixMilli(), device.String())
		if err != nil {
			return fmt.Errorf("revoke device: %w", err)
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, notFound("device"))
		}
		return nil
	})
}

// StartSession signs a browser in and returns its token, of which only the hash is kept.
func (s *Store) StartSession(ctx context.Context, account uuid.UUID) (token string, err error) {
	token = auth.NewToken()
	now := time.Now()
	err = s.db.Tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM session WHERE expires_ms < $1`, now.UnixMilli()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO session (token_hash, account, expires_ms) VALUES ($1, $2, $3)`,
			auth.HashToken(token), account.String(), now.Add(auth.SessionLife).UnixMilli())
		return err
	})
	if err != nil {
		return "", fmt.Errorf("store: start session: %w", err)
	}
	return token, nil
}

// SessionByToken returns the browser's user. An unknown or expired token is auth.ErrSignedOut, a blocked
// account auth.ErrRevoked. A session in use goes on: once a day its end moves to auth.SessionLife from now.
func (s *Store) SessionByToken(ctx context.Context, token string) (auth.Principal, error) {
	var p auth.Principal
	var account string
	var expires, disabled int64
	now := time.Now()
	err := s.db.Read.QueryRowContext(ctx, `SELECT a.id, a.login, COALESCE(p.name, ''), a.role, a.disabled_ms, s.expires_ms
		FROM session s JOIN account a ON a.id = s.account LEFT JOIN person p ON p.id = a.id
		WHERE s.token_hash = $1 AND s.expires_ms > $2`, auth.HashToken(token), now.UnixMilli()).
		Scan(&account, &p.Login, &p.Name, &p.Role, &disabled, &expires)
	if p, err = principal(p, account, err, disabled); err != nil {
		return auth.Principal{}, err
	}
	if full := now.Add(auth.SessionLife).UnixMilli(); full-expires > (24 * time.Hour).Milliseconds() {
		err := s.db.Tx(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE session SET expires_ms = $1 WHERE token_hash = $2`, full, auth.HashToken(token))
			return err
		})
		if err != nil {
			return auth.Principal{}, fmt.Errorf("store: extend session: %w", err)
		}
	}
	return p, nil
}

// EndSession signs a browser out. An unknown token is none already.
func (s *Store) EndSession(ctx context.Context, token string) error {
	err := s.db.Tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM session WHERE token_hash = $1`, auth.HashToken(token))
		return err
	})
	if err != nil {
		return fmt.Errorf("store: end session: %w", err)
	}
	return nil
}

// principal decides about a row that a token's hash found: blocked is when it was blocked, 0 for not.
func principal(p auth.Principal, account string, err error, blocked int64) (auth.Principal, error) {
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return auth.Principal{}, auth.ErrSignedOut
	case err != nil:
		return auth.Principal{}, fmt.Errorf("store: token: %w", err)
	case blocked != 0:
		return auth.Principal{}, auth.ErrRevoked
	}
	if p.Account, err = uuid.Parse(account); err != nil {
		return auth.Principal{}, fmt.Errorf("store: token: %w", err)
	}
	return p, nil
}
