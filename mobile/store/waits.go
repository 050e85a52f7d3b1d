package store

import (
	"context"
	"database/sql"
	"fmt"

	"storewalk/shared/wire"
)

// A photo is on the server when its bytes, its record and its thumbnail are. Usually the bytes are last; not
// so when the same picture was sent before, from another visit. It counts once, by its bytes. The bytes of a
// photo that was removed are not to be sent: it waits only until the server knows of that.
const (
	// waitingPhotos lists the photos that are not, by hash and store. It reads what waits.
	waitingPhotos = `SELECT key AS sha256, store FROM photo_waits WHERE (key, store) NOT IN (` + unwanted + `)`

	// photosWaiting counts them by their hash. While the bytes of each have to be sent, each is one upload: to tell thousands of hashes
	// apart takes ten times as long as counting those in an index. Photos that nobody wants at any of their stores are few, and taken
	// off: looking for each of thousands among them would cost more than all else.
	photosWaiting = `CASE WHEN EXISTS (SELECT 1 FROM photo_waits WHERE bytes = 0) THEN (SELECT count(DISTINCT key) FROM photo_waits)
		ELSE (SELECT count(*) FROM upload INDEXED BY upload_left WHERE done_ms = 0 AND kept = 0) END
		- (SELECT count(*) FROM (SELECT key, count(*) AS n FROM (` + unwanted + `) GROUP BY key) x
		WHERE x.n = (SELECT count(*) FROM photo_waits p WHERE p.key = x.key))`

	// unwanted lists those in photo_waits of which only the bytes wait, and nobody wants them: every photo of these bytes
	// at this store was removed. It reads only what was removed.
	unwanted = `SELECT w.key, w.store FROM (SELECT DISTINCT sha256, store FROM photo WHERE gone = 1) g
		CROSS JOIN photo_waits w ON w.key = g.sha256 AND w.store = g.store
		WHERE NOT EXISTS (SELECT 1 FROM photo l WHERE l.sha256 = g.sha256 AND l.store = g.store AND l.gone = 0)
		AND NOT EXISTS (SELECT 1 FROM waits p WHERE p.key = g.sha256 AND p.part IN (1, 2) AND p.store = g.store)`

	// photoWaits says whether one photo p waits.
	photoWaits = `(p.gone = 0 AND EXISTS (SELECT 1 FROM upload u WHERE u.sha256 = p.sha256 AND u.done_ms = 0) OR ` + photoRecordWaits + `)`

	// photoRecordWaits says whether its record or its thumbnail does. What waits is looked up in table waits: in table record the column
	// that says so stands behind the body, which for a thumbnail is a whole picture. Usually nothing waits, and no thumbnail is looked for.
	photoRecordWaits = `(EXISTS (SELECT 1 FROM waits) AND (EXISTS (SELECT 1 FROM waits w WHERE w.id = p.id)
		OR EXISTS (SELECT 1 FROM thumbnail t JOIN waits w ON w.id = t.record WHERE t.photo = p.id)))`

	// visitWaits counts the records of a visit v that wait, without its photos.
	visitWaits = `(SELECT count(*) FROM waits w WHERE w.id IN ` + ofVisit + `)`
)

// waiting counts what is not on the server yet.
func waiting(ctx context.Context, q querier) (w wire.Waiting, err error) {
	err = q.QueryRowContext(ctx, `SELECT (SELECT coalesce(sum(n), 0) FROM type_waits), `+photosWaiting).Scan(&w.Records, &w.Photos)
	return w, err
}

// checkWaits fills the tables of what waits anew when their sums are not those of the records and uploads: after the
// update that brought these tables, or if anything ever writes past their triggers. It is done while somebody waits who starts
// the app, so all is counted from the smallest indexes: what waits itself only as a whole.
func checkWaits(ctx context.Context, tx *sql.Tx) error {
	var same bool
	err := tx.QueryRowContext(ctx, `WITH record_type AS MATERIALIZED (SELECT coalesce(sum(n), 0) AS n FROM type_waits),
		photo AS MATERIALIZED (SELECT coalesce(sum(n), 0) AS n, coalesce(sum(bytes), 0) AS bytes, count(*) AS all_n FROM photo_waits),
		store AS MATERIALIZED (SELECT coalesce(sum(records), 0) AS records, coalesce(sum(photos), 0) AS photos FROM store_waits)
		SELECT (SELECT count(*) FROM record WHERE version IS NOT acked AND `+pushOrder+` = 0) = record_type.n
		AND (SELECT count(*) FROM record WHERE version IS NOT acked AND `+pushOrder+` > 0) = photo.n - photo.bytes
		AND (SELECT count(*) FROM upload INDEXED BY upload_left WHERE done_ms = 0 AND kept = 0) = (SELECT count(DISTINCT key) FROM photo_waits WHERE bytes > 0)
		AND (SELECT count(*) FROM waits) = record_type.n + photo.n
		AND record_type.n = store.records AND photo.all_n = store.photos FROM record_type, photo, store`).Scan(&same)
	if err == nil && !same {
		err = fillWaits(ctx, tx)
	}
	if err != nil {
		return fmt.Errorf("what waits: %w", err)
	}
	return nil
}

// fillWaits makes them from the records and uploads alone.
func fillWaits(ctx context.Context, tx *sql.Tx) error {
	for _, statement := range []string{
		`DELETE FROM waits`, `DELETE FROM photo_waits`, `DELETE FROM store_waits`, `DELETE FROM type_waits`,
		`INSERT INTO waits SELECT id, part, key, store, type FROM waiting_record WHERE id IN (SELECT id FROM record WHERE version IS NOT acked)`,
		`INSERT INTO waits SELECT DISTINCT u.sha256 || ' ' || coalesce(p.store, ''), 3, u.sha256, coalesce(p.store, ''), 'photo'
		 FROM upload u LEFT JOIN photo p ON p.sha256 = u.sha256 WHERE u.done_ms = 0 AND u.kept = 0`,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
