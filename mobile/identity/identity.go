// Package identity keeps who this phone is: its key, and the file beside the database that notices when
// the database has been restored from a backup, cloned, or lost its last writes.
package identity

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"storewalk/shared/durable"
	"storewalk/shared/record"
)

// A State is the identity file's content. The file must not be in any backup of the database.
type State struct {
	Replica     record.Replica `json:"rid"`
	Fingerprint string         `json:"fingerprint"` // of the device key
	Opens       uint64         `json:"opens"`       // how often the database was opened
	High        uint64         `json:"high"`        // the counter when something was last sent, or when it was opened
}

// A Database is what the database says of itself.
type Database struct {
	Replica record.Replica
	Opens   uint64
	Counter uint64 // writes made under Replica
}

// InDoubt reports whether db may be another life than the one that f describes, in which case it must take
// a new replica id before it writes: dots would otherwise name two contents.
func (f State) InDoubt(db Database, fingerprint string) bool {
	return f.Replica != db.Replica ||
		f.Fingerprint != fingerprint ||
		db.Opens+1 < f.Opens || // an older copy: this one missed an opening
		db.Counter < f.High // it lost writes that were here at an opening, or have been sent
}

// Read returns the identity file's content; the zero State, which puts every database in doubt, when the
// file is missing or unreadable as such.
func Read(path string) (State, error) {
	var f State
	if err := durable.ReadJSON(path, &f); err != nil {
		return State{}, fmt.Errorf("identity: %w", err)
	}
	return f, nil
}

// Write makes f the file's content, durably and in one step.
func (f State) Write(path string) error {
	if err := durable.WriteJSON(path, f); err != nil {
		return fmt.Errorf("identity: %w", err)
	}
	return nil
}

// Key returns the device key in the file at path, making it on first use.
func Key(path string) (ed25519.PrivateKey, error) {
	seed, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		seed = make([]byte, ed25519.SeedSize)
		rand.Read(seed) // never fails, see crypto/rand
		if err := durable.Write(path, seed); err != nil {
			return nil, fmt.Errorf("identity: %w", err)
		}
	case err != nil:
		return nil, fmt.Errorf("identity: %w", err)
	case len(seed) != ed25519.SeedSize:
		return nil, fmt.Errorf("identity: %s is not a key", path)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// Fingerprint returns the name of a device key: the first 16 bytes of its SHA-256 in hex.
func Fingerprint(key ed25519.PrivateKey) string {
	sum := sha256.Sum256(key.Public().(ed25519.PublicKey))
	return hex.EncodeToString(sum[:16])
}
