// Package password keeps a password as something from which it can be checked and not read: the server's accounts, and the
// lock of a phone that has no network.
package password

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The cost of one password (OWASP's minimum for argon2id): about 20 ms and 19 MiB on a server, and less than a second on
// any phone.
const (
	argonTime   = 2
	argonMemory = 19 << 10 // KiB
	argonLanes  = 1
	saltBytes   = 16
	keyBytes    = 32
)

// Hash returns the argon2id string to store, in the PHC form $argon2id$v=19$m=19456,t=2,p=1$salt$key.
func Hash(password string) string {
	var salt [saltBytes]byte
	rand.Read(salt[:]) // never fails, see crypto/rand
	p := params{memory: argonMemory, time: argonTime, lanes: argonLanes, salt: salt[:]}
	p.key = p.derive(password, keyBytes)
	return p.String()
}

// Check reports whether password is the one that encoded was made from. An empty encoded, for whom there is none, takes as
// long as a wrong password and is false.
func Check(encoded, password string) bool {
	p, err := parse(encoded)
	if err != nil {
		p = params{memory: argonMemory, time: argonTime, lanes: argonLanes, salt: make([]byte, saltBytes), key: make([]byte, keyBytes)}
	}
	same := subtle.ConstantTimeCompare(p.key, p.derive(password, uint32(len(p.key)))) == 1
	return same && err == nil
}

// params is one argon2id string taken apart.
type params struct {
	memory, time uint32
	lanes        uint8
	salt, key    []byte
}

func (p params) derive(password string, n uint32) []byte {
	return argon2.IDKey([]byte(password), p.salt, p.time, p.memory, p.lanes, n)
}

// String is the PHC form.
func (p params) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.time, p.lanes,
		base64.RawStdEncoding.EncodeToString(p.salt), base64.RawStdEncoding.EncodeToString(p.key))
}

var errPHC = errors.New("password: not an argon2id string")

func parse(encoded string) (p params, err error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, errPHC
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.lanes); err != nil {
		return p, errPHC
	}
	if p.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return p, errPHC
	}
	if p.key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return p, errPHC
	}
	if p.time == 0 || p.lanes == 0 || len(p.key) < saltBytes {
		return p, errPHC
	}
	return p, nil
}
