package store

import (
	"context"
	"database/sql"
	"fmt"

	"storewalk/shared/wire"
)

// inFeed is the feed_seq of a record whose receipt has just come: where its territory's feed ends, if the answer
// went on to the end, for then the record is in what was read; $5 says that it is in another feed.
const inFeed = `CASE WHEN $5 THEN -1 ELSE COALESCE((SELECT c.seq * c.whole FROM cursor c WHERE c.territory = record.territory), 0) END`

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
	_, err = tx.ExecContext(ctx, `UPDATE upload SET feed_seq = $1 WHERE feed_seq = 0 AND done_ms > 0 AND EXISTS (
		SELECT 1 FROM photo p JOIN record r ON r.id = p.id WHERE p.sha256 = upload.sha256 AND r.territory = $2)`, f.Seq, territory)
	return err
}

// backedUp counts what this phone wrote and a backup of the server holds. The bytes of a photo are in a backup that
// goes beyond where the feed stood when they were there: one that ends just there may have been made before.
func backedUp(ctx context.Context, tx *sql.Tx) (w wire.Waiting, err error) {
	err = tx.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM record r JOIN cursor c ON c.territory = r.territory
		   WHERE r.own_n > 0 AND r.version IS r.acked AND r.refused = '' AND r.type NOT IN ('photo', 'thumbnail')
		   AND r.feed_seq BETWEEN 1 AND c.backed_up),
		(SELECT count(*) FROM upload u WHERE u.done_ms > 0 AND u.feed_seq > 0 AND EXISTS (
		   SELECT 1 FROM photo p JOIN record r ON r.id = p.id JOIN cursor c ON c.territory = r.territory
		   WHERE p.sha256 = u.sha256 AND c.backed_up > u.feed_seq))`).Scan(&w.Records, &w.Photos)
	return w, err
}
