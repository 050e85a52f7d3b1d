package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"storewalk/shared/ledger"
)

// contentHash names what one dot says: the field and everything of the entry but its dot.
func contentHash(n ledger.NewEntry) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %d %q %d %s", n.Field, n.Entry.Lam, n.Entry.Author, n.Entry.Wall, n.Entry.Value)
	return hex.EncodeToString(h.Sum(nil)[:16])
}
