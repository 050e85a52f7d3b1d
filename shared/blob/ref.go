package blob

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// A Ref names a blob by the SHA-256 of its content. It is comparable: use == and map keys.
// The zero Ref names nothing.
type Ref [sha256.Size]byte

// String returns the 64 lower-case hex digits of r.
func (r Ref) String() string { return hex.EncodeToString(r[:]) }

// IsZero reports whether r names nothing.
func (r Ref) IsZero() bool { return r == Ref{} }

// ParseRef reads what String writes, and nothing else.
func ParseRef(s string) (Ref, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != sha256.Size || hex.EncodeToString(b) != s {
		return Ref{}, fmt.Errorf("blob: bad ref %q", s)
	}
	return Ref(b), nil
}

// MarshalText writes r as hex, and the zero Ref as nothing, so that "no photo" is "" in JSON.
func (r Ref) MarshalText() ([]byte, error) {
	if r.IsZero() {
		return []byte{}, nil
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (r *Ref) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = Ref{}
		return nil
	}
	ref, err := ParseRef(string(text))
	if err != nil {
		return err
	}
	*r = ref
	return nil
}
