package store

import (
	"context"
	"database/sql"
	"fmt"

	"storewalk/shared/blob"
)

// SomeUploaded returns up to limit photos, chosen anew each time, whose bytes the server has confirmed and this phone still holds.
func (s *Store) SomeUploaded(ctx context.Context, limit int) ([]Upload, error) {
	rows, err := s.db.Read.QueryContext(ctx, `SELECT u.sha256, u.size, u.sent FROM upload u WHERE u.done_ms > 0 AND EXISTS (
		SELECT 1 FROM photo p JOIN record r ON r.id = p.id WHERE p.sha256 = u.sha256 AND p.gone = 0 AND r.version IS r.acked)
		ORDER BY random() LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("store: uploaded: %w", err)
	}
	out, err := readUploads(rows)
	if err != nil {
		return nil, fmt.Errorf("store: uploaded: %w", err)
	}
	var here []Upload
	for _, u := range out {
		if size, ok := s.Blobs.Has(u.Ref); ok && size == u.Size {
			here = append(here, u)
		}
	}
	return here, nil
}

// LostUpload puts a photo back into the queue whose bytes the server had confirmed and does not hold any more. offset is how
// many of them it holds now.
func (s *Store) LostUpload(ctx context.Context, ref blob.Ref, offset int64) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE upload SET sent = $1, done_ms = 0, feed_seq = 0, refused = '' WHERE sha256 = $2 AND size > $1`,
			offset, ref.String())
		return err
	})
}

// readUploads reads rows of a hash, a size and what was sent, and closes them.
func readUploads(rows *sql.Rows) (out []Upload, err error) {
	defer rows.Close()
	for rows.Next() {
		var u Upload
		var ref string
		if err := rows.Scan(&ref, &u.Size, &u.Sent); err != nil {
			return nil, err
		}
		if u.Ref, err = blob.ParseRef(ref); err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	return out, rows.Err()
}
