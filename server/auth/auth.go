// Package auth says who is calling: passwords and tokens, the browser's session cookie, and the brake on
// guessing. It stores nothing itself.
package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"storewalk/shared/fault"

	"github.com/google/uuid"
)

// A Principal is a caller whose token was good. The zero Principal is nobody.
type Principal struct {
	Account uuid.UUID // also the id of the person's user record, the author of what they write
	Device  uuid.UUID // the phone that calls; zero in a browser
	Login   string
	Name    string
	Role    string // one of field's roles
}

// tokenBytes is the length of a token before encoding.
const tokenBytes = 32

// NewToken returns an opaque token of 32 random bytes, as text that fits a header or a cookie.
func NewToken() string {
	var b [tokenBytes]byte
	rand.Read(b[:]) // never fails, see crypto/rand
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// HashToken returns what is stored of a token: the hex SHA-256. A token is random, so it needs no salt.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// ErrSignedOut is the answer to a missing, unknown or expired token: fault "auth.signed_out".
var ErrSignedOut = fault.New(fault.Unauthorized, "auth.signed_out", nil)

// ErrRevoked is the answer to a device or an account that was blocked: fault "auth.revoked".
var ErrRevoked = fault.New(fault.Unauthorized, "auth.revoked", nil)

// ErrWrongPassword is the answer to a login that does not exist and to a password that is not its:
// fault "auth.wrong_password".
var ErrWrongPassword = fault.New(fault.Unauthorized, "auth.wrong_password", nil)
