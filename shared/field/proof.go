package field

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// A Proof says when a photo was taken without trust in the phone's clock: its links form a chain that the device
// key signs, so that a photo can neither be dated back later nor taken out unnoticed.
type Proof struct {
	Device   uuid.UUID `json:"device"`              // whose key signed
	Day      string    `json:"day"`                 // by the device's clock, as 2026-11-22 in China; never before that of the link before
	N        int       `json:"n"`                   // place in the day, from 1
	Prev     string    `json:"prev,omitempty"`      // Link of the photo before, of this day or an earlier one; "" for a device's first
	AtMS     int64     `json:"at"`                  // the device's clock when it signed
	BootID   string    `json:"boot,omitempty"`      // names one start of the phone; "" where the system has no such name
	BootMS   int64     `json:"boot_ms,omitempty"`   // since that start, asleep or not
	ServerMS int64     `json:"server_ms,omitempty"` // the server's clock as last heard
	HeardMS  int64     `json:"heard_ms,omitempty"`  // by the boot clock when that was; 0 when the phone was started since
	Sig      []byte    `json:"sig"`                 // Ed25519
}

// statement is what the device signs: everything that must not change later, a line each.
func (p Photo) statement() []byte {
	f := p.Proof
	return fmt.Appendf(nil, "storewalk photo 1\n%s %q %d %q\n%s %s %s %q %q\n%d %d %q %d %d %d\n%.7f %.7f %.1f %t %t\n",
		f.Device, f.Day, f.N, f.Prev,
		p.Ref, p.Visit, p.Store, p.Kind, p.Item,
		p.TakenMS, f.AtMS, f.BootID, f.BootMS, f.ServerMS, f.HeardMS,
		p.Position.Lat, p.Position.Lon, p.Position.Acc, p.Mocked, p.Imported)
}

// Sign signs the photo and its Proof, which must be there, with the device's key.
func (p *Photo) Sign(key ed25519.PrivateKey) { p.Proof.Sig = ed25519.Sign(key, p.statement()) }

// SignedBy reports whether the photo is as the owner of the key signed it.
func (p Photo) SignedBy(key ed25519.PublicKey) bool {
	return p.Proof != nil && len(key) == ed25519.PublicKeySize && ed25519.Verify(key, p.statement(), p.Proof.Sig)
}

// Link names the photo in the Prev of the next one: the SHA-256, in hex, of what was signed. The photo must have a Proof.
func (p Photo) Link() string {
	sum := sha256.Sum256(p.statement())
	return hex.EncodeToString(sum[:])
}

// Follows reports whether a link may stand behind the link before in a chain, by its day and its number.
func (p Proof) Follows(before Proof) bool {
	if p.Day == before.Day {
		return p.N == before.N+1
	}
	return p.Day > before.Day && p.N == 1
}

func (p *Proof) validate() error {
	if p == nil {
		return nil
	}
	for _, text := range []string{p.Day, p.Prev, p.BootID, string(p.Sig)} {
		if len(text) > MaxTextRunes {
			return errors.New("no proof is that long")
		}
	}
	for _, ms := range []int64{p.AtMS, p.BootMS, p.ServerMS, p.HeardMS} {
		if !saneTime(ms) {
			return errors.New("no time that a clock shows")
		}
	}
	return nil
}
