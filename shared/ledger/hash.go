package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// ContentHash names what one dot says: the field and everything of the entry but its dot. Two contents under
// one dot, which only a cloned or restored phone can make, have two.
func (n NewEntry) ContentHash() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %d %q %d %s", n.Field, n.Entry.Lam, n.Entry.Author, n.Entry.Wall, n.Entry.Value)
	return hex.EncodeToString(h.Sum(nil)[:16])
}
