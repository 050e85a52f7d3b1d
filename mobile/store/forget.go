package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// forgetLost notices a server that was restored from a backup: a feed has gone back, or is another. What it confirmed
// since the backup it no longer has, so everything this phone holds of the territory waits again, until the feed brings
// it or it has been sent. That goes for territories too whose feed this phone does not read, or not yet again (theirs was
// taken away, and a visit is still in progress): what goes must be on this server, not on the one it was before. And the
// places to which records had gone from here are those of the lost history.
func forgetLost(ctx context.Context, tx *sql.Tx, r wire.SyncResponse) error {
	anyLost := false
	read := map[uuid.UUID]bool{}
	for _, f := range r.Feeds {
		c, known, err := cursorOf(ctx, tx, f.Territory)
		if err != nil {
			return err
		}
		read[f.Territory] = known
		if !known { // given, or given back
			if err := retry(ctx, tx, f.Territory); err != nil {
				return err
			}
		}
		if another := c.Epoch != f.Epoch; known && (another || c.Seq > f.Seq) {
			anyLost = true
			if err := forgetReceipts(ctx, tx, f.Territory, another); err != nil {
				return err
			}
		}
	}
	if !anyLost {
		return nil
	}
	held, err := queryIDs(ctx, tx, `SELECT DISTINCT territory FROM record WHERE territory <> $1`, uuid.Nil.String()) // husks have none
	if err != nil {
		return fmt.Errorf("territories: %w", err)
	}
	for _, territory := range held {
		if read[territory] {
			continue
		}
		if err := forgetReceipts(ctx, tx, territory, true); err != nil {
			return err
		}
	}
	if err := forgetBytes(ctx, tx); err != nil {
		return err
	}
	return forgetPlaces(ctx, tx)
}

// forgetBytes forgets what the lost server had confirmed of photos whose records have left this phone. Without a record their
// bytes cannot be sent, so they are kept without counting as waiting, and are sent when the record comes back.
func forgetBytes(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `UPDATE upload SET kept = 1, sent = 0, done_ms = 0, feed_seq = 0
		WHERE done_ms > 0 AND NOT EXISTS (SELECT 1 FROM photo p WHERE p.sha256 = upload.sha256)`)
	if err != nil {
		return fmt.Errorf("bytes without a record: %w", err)
	}
	return nil
}

// retry takes back the refusals of what lies in a territory, now that it is this phone's: it will be sent again.
func retry(ctx context.Context, tx *sql.Tx, territory uuid.UUID) error {
	_, err := tx.ExecContext(ctx, `UPDATE upload SET refused = '' WHERE refused <> '' AND sha256 IN (
		SELECT p.sha256 FROM photo p JOIN record r ON r.id = p.id WHERE r.territory = $1)`, territory.String())
	if err == nil {
		_, err = tx.ExecContext(ctx, `UPDATE record SET acked = NULL, refused = '' WHERE refused <> '' AND territory = $1`, territory.String())
	}
	if err != nil {
		return fmt.Errorf("retry: %w", err)
	}
	return nil
}

// forgetPlaces forgets to which places records have gone from here, or are about to go.
func forgetPlaces(ctx context.Context, tx *sql.Tx) error {
	husks, err := queryIDs(ctx, tx, `SELECT id FROM record WHERE territory = $1`, uuid.Nil.String())
	for _, id := range husks {
		if err == nil {
			err = ledger.ForgetPlace(ctx, tx, id)
		}
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, `UPDATE record SET acked = version WHERE territory = $1`, uuid.Nil.String())
	}
	if err != nil {
		return fmt.Errorf("former places: %w", err)
	}
	about, err := leavings(ctx, tx, `SELECT record, territory, place_epoch, place_n FROM leaving`)
	if err != nil {
		return err
	}
	for _, l := range about {
		have, err := ledger.Get(ctx, tx, l.id)
		if r, _ := have.Record(); err == nil && r.Place.Compare(l.since) < 0 { // else it is the territory that was taken away
			_, err = tx.ExecContext(ctx, `DELETE FROM leaving WHERE record = $1`, l.id.String())
		}
		if err != nil {
			return fmt.Errorf("leaving: %w", err)
		}
	}
	return nil
}

// cursorOf returns how far a territory's feed was read; known is false when it was not.
func cursorOf(ctx context.Context, tx *sql.Tx, territory uuid.UUID) (c wire.Cursor, known bool, err error) {
	var epoch string
	err = tx.QueryRowContext(ctx, `SELECT epoch, seq FROM cursor WHERE territory = $1`, territory.String()).Scan(&epoch, &c.Seq)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	if err == nil {
		c.Epoch, err = record.ParseReplica(epoch)
	}
	if err != nil {
		return c, false, fmt.Errorf("cursor of %s: %w", territory, err)
	}
	return c, true, nil
}

// forgetReceipts forgets what the server confirmed of a territory, so that everything in it waits to be sent again.
func forgetReceipts(ctx context.Context, tx *sql.Tx, territory uuid.UUID, another bool) error {
	if _, err := tx.ExecContext(ctx, `UPDATE upload SET sent = 0, done_ms = 0, feed_seq = 0, refused = '' WHERE sha256 IN (
		SELECT p.sha256 FROM photo p JOIN record r ON r.id = p.id WHERE r.territory = $1)`, territory.String()); err != nil {
		return err
	}
	// What the office alone decides is for a phone to bring back only when the server knows that it lost some.
	_, err := tx.ExecContext(ctx, `UPDATE record SET acked = NULL, feed_seq = 0 WHERE territory = $1 AND ($2 OR type NOT IN ($3, $4, $5))`,
		territory.String(), another, field.TypeTerritory, field.TypeUser, field.TypeProduct)
	return err
}
