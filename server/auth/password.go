package auth

import (
	"fmt"
	"unicode/utf8"

	"storewalk/shared/fault"
	"storewalk/shared/password"
)

// MinPassword is how many characters a password has at least.
const MinPassword = 8

// HashPassword returns the argon2id string to store. A password with fewer than MinPassword characters is a fault
// "account.password_short".
func HashPassword(text string) (string, error) {
	if n := utf8.RuneCountInString(text); n < MinPassword {
		return "", fault.New(fault.Invalid, "account.password_short", fmt.Errorf("%d characters", n))
	}
	return password.Hash(text), nil
}

// CheckPassword reports whether text is the password that encoded was made from. An empty encoded, for a login that does
// not exist, takes as long as a wrong password and is false.
func CheckPassword(encoded, text string) bool { return password.Check(encoded, text) }
