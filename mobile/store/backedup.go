package store

import (
	"context"
	"database/sql"
	"fmt"

	"storewalk/shared/field"
	"storewalk/shared/wire"
)

// inFeed is the feed_seq of a record whose receipt has just come: where its territory's feed ends, if the answer
// went on to the end, for then the record is in what was read.
const inFeed = `COALESCE((SELECT c.seq * c.whole FROM cursor c WHERE c.territory = record.territory), 0)`

// moveCursor notes how far a feed has been read and backed up, and by which number the feed had what was confirmed
// before: all of it, when the feed was read to its end.
func moveCursor(ctx context.Context, tx *sql.Tx, f wire.Feed) error {
	territory := f.Territory.String()
	_, err := tx.ExecContext(ctx, `INSERT INTO cursor (territory, epoch, seq, whole, backed_up) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (territory) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, whole = excluded.whole, backed_up = excluded.backed_up`,
		territory, f.Epoch.String(), f.Seq, !f.More, f.BackedUp)
	if err != nil || f.More {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE record SET feed_seq = $1 WHERE territory = $2 AND feed_seq = 0 AND acked IS NOT NULL`, f.Seq, territory); err != nil {
		return fmt.Errorf("place in the feed: %w", err)
	}
	_, err = tx.ExecContext(ctx, `UPDATE upload SET feed_seq = $1, territory = $2 WHERE feed_seq = 0 AND done_ms > 0 AND EXISTS (
		SELECT 1 FROM photo p JOIN record r ON r.id = p.id WHERE p.sha256 = upload.sha256 AND r.territory = $2)`, f.Seq, territory)
	return err
}

// inBackup says of an upload u that a backup of the server holds its bytes: one that goes beyond where the feed stood
// when they were there, for one that ends just there may have been made before.
const inBackup = `EXISTS (SELECT 1 FROM cursor c WHERE c.territory = u.territory AND u.feed_seq > 0 AND u.feed_seq < c.backed_up)`

// confirmedKinds counts, of each type, what was written on this phone and the server has confirmed, and how much of
// that a backup of the server holds. It leaps from type to type in the index, and counts in it alone; photos are left out,
// which count by their bytes.
func confirmedKinds(ctx context.Context, tx *sql.Tx) ([]Kind, error) {
	const own = `FROM record r WHERE r.own_n > 0 AND r.version IS r.acked AND r.refused = ''`
	rows, err := tx.QueryContext(ctx, `WITH RECURSIVE k(type) AS (
		  SELECT min(r.type) `+own+` UNION ALL SELECT (SELECT min(r.type) `+own+` AND r.type > k.type) FROM k WHERE k.type IS NOT NULL)
		SELECT k.type, (SELECT count(*) `+own+` AND r.type = k.type), (SELECT coalesce(sum((SELECT count(*) `+own+` AND r.type = k.type
		    AND r.territory = c.territory AND r.feed_seq BETWEEN 1 AND c.backed_up)), 0) FROM cursor c)
		FROM k WHERE k.type NOT IN ($1, $2)`, field.TypePhoto, field.TypeThumbnail)
	if err != nil {
		return nil, fmt.Errorf("confirmed: %w", err)
	}
	defer rows.Close()
	var out []Kind
	for rows.Next() {
		var k Kind
		if err := rows.Scan(&k.Type, &k.Confirmed, &k.BackedUp); err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, rows.Err()
}

// confirmedPhotos is the same of photos, by their bytes.
func confirmedPhotos(ctx context.Context, tx *sql.Tx) (k Kind, err error) {
	k.Type = field.TypePhoto
	err = tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM upload WHERE done_ms > 0),
		(SELECT count(*) FROM cursor c CROSS JOIN upload u ON u.territory = c.territory AND u.feed_seq > 0 AND u.feed_seq < c.backed_up
		   WHERE u.done_ms > 0)`).Scan(&k.Confirmed, &k.BackedUp)
	if err != nil {
		return k, fmt.Errorf("photos: %w", err)
	}
	return k, nil
}
