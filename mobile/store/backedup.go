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
// that a backup of the server holds. It leaps from type to type and territory to territory in the index, and counts in it
// alone, once: what is in no backup is usually little, and taken off. Photos are left out, which count by their bytes.
func confirmedKinds(ctx context.Context, tx *sql.Tx) (out []Kind, err error) {
	const (
		own  = `FROM record r INDEXED BY record_confirmed WHERE r.own_n > 0 AND r.version IS r.acked AND r.refused = ''`
		some = own + ` AND r.type = k.type AND r.territory = k.territory` // of a type and a territory
	)
	err = eachRow(ctx, tx, func(rows *sql.Rows) error {
		var k Kind
		err := rows.Scan(&k.Type, &k.Confirmed, &k.BackedUp)
		out = append(out, k)
		return err
	}, `WITH RECURSIVE t(type) AS (
		  SELECT min(r.type) `+own+` UNION ALL SELECT (SELECT min(r.type) `+own+` AND r.type > t.type) FROM t WHERE t.type IS NOT NULL),
		k(type, territory) AS (
		  SELECT t.type, (SELECT min(r.territory) `+own+` AND r.type = t.type) FROM t WHERE t.type NOT IN ($1, $2) UNION ALL
		  SELECT k.type, (SELECT min(r.territory) `+own+` AND r.type = k.type AND r.territory > k.territory) FROM k WHERE k.territory IS NOT NULL),
		n AS (SELECT k.type, CASE WHEN c.territory IS NULL THEN (SELECT count(*) `+some+`)
		    ELSE (SELECT count(*) `+some+` AND r.feed_seq < 1) + (SELECT count(*) `+some+` AND r.feed_seq > max(c.backed_up, 0)) END AS later
		  FROM k LEFT JOIN cursor c ON c.territory = k.territory WHERE k.territory IS NOT NULL),
		l AS (SELECT type, sum(later) AS later FROM n GROUP BY type),
		a AS (SELECT l.type, l.later, (SELECT count(*) `+own+` AND r.type = l.type) AS confirmed FROM l)
		SELECT type, confirmed, confirmed - later FROM a`,
		field.TypePhoto, field.TypeThumbnail)
	if err != nil {
		return nil, fmt.Errorf("confirmed: %w", err)
	}
	return out, nil
}

// confirmedPhotos is the same of photos, by their bytes.
func confirmedPhotos(ctx context.Context, tx *sql.Tx) (k Kind, err error) {
	const some = `FROM upload u INDEXED BY upload_done WHERE u.done_ms > 0 AND u.territory = k.territory`
	k.Type = field.TypePhoto
	err = tx.QueryRowContext(ctx, `WITH RECURSIVE k(territory) AS (
		  SELECT min(territory) FROM upload WHERE done_ms > 0 UNION ALL
		  SELECT (SELECT min(u.territory) FROM upload u WHERE u.done_ms > 0 AND u.territory > k.territory) FROM k WHERE k.territory IS NOT NULL),
		n AS (SELECT CASE WHEN c.territory IS NULL THEN (SELECT count(*) `+some+`)
		    ELSE (SELECT count(*) `+some+` AND u.feed_seq < 1) + (SELECT count(*) `+some+` AND u.feed_seq >= max(c.backed_up, 1)) END AS later
		  FROM k LEFT JOIN cursor c ON c.territory = k.territory WHERE k.territory IS NOT NULL),
		a AS (SELECT (SELECT count(*) FROM upload WHERE done_ms > 0) AS confirmed)
		SELECT confirmed, confirmed - coalesce((SELECT sum(later) FROM n), 0) FROM a`).Scan(&k.Confirmed, &k.BackedUp)
	if err != nil {
		return k, fmt.Errorf("photos: %w", err)
	}
	return k, nil
}
