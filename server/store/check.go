package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"storewalk/shared/blob"
	"storewalk/shared/ledger"
)

// A Check is what looking at every byte of this server found.
type Check struct {
	Records, Photos int      // looked at
	Damaged         []string // ids of records whose bytes are not those that were written
	BadPhotos       []blob.Ref
	Database        string // what SQLite says is wrong with the file; "" when nothing is
}

// Good reports whether nothing was found.
func (c Check) Good() bool { return len(c.Damaged)+len(c.BadPhotos) == 0 && c.Database == "" }

// Check reads every record, and every photo when photos is set, and compares them with their hashes. Damaged records are
// kept and told as when a phone meets them, damaged photos are set aside. It may run beside a server.
func (s *Store) Check(ctx context.Context, photos bool) (c Check, err error) {
	var refs []blob.Ref
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		var said string
		if err := tx.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&said); err != nil {
			return err
		}
		if said != "ok" {
			c.Database = said
		}
		rows, err := tx.QueryContext(ctx, `SELECT id, type, territory, version, body FROM record`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var r ledger.Stored
			if err := rows.Scan(&r.ID, &r.Type, &r.Territory, &r.Version, &r.Body); err != nil {
				return err
			}
			if c.Records++; !r.Sound() {
				c.Damaged = append(c.Damaged, r.ID)
			}
		}
		if err := rows.Err(); err != nil || !photos {
			return err
		}
		refs, err = query(ctx, tx, func(rows *sql.Rows) (ref blob.Ref, err error) {
			var text string
			if err = rows.Scan(&text); err == nil {
				ref, err = blob.ParseRef(text)
			}
			return ref, err
		}, `SELECT DISTINCT sha256 FROM photo`)
		return err
	})
	for _, ref := range refs {
		if err == nil {
			err = s.checkBytes(&c, ref)
		}
	}
	if err != nil {
		return c, fmt.Errorf("store: check: %w", err)
	}
	s.foundDamaged(ctx, c.Damaged)
	return c, nil
}

// checkBytes reads the bytes of a photo, if they are here.
func (s *Store) checkBytes(c *Check, ref blob.Ref) error {
	f, err := s.Blobs.Open(ref)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // still on its phone
	}
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := f.WriteTo(h); err != nil {
		return err
	}
	if c.Photos++; blob.Ref(h.Sum(nil)) != ref {
		c.BadPhotos = append(c.BadPhotos, ref)
		return s.Blobs.SetAside(ref) // its phone can only send it again when it is not here
	}
	return nil
}
