package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// forgetLost notices a server that was restored from a backup: a feed has gone back, or is another. What it confirmed
// since the backup it no longer has, so everything this phone holds of the territory waits again, until the feed brings
// it or it has been sent. That goes for what lies in no feed of this phone too (its territory was taken away, and a
// visit to it is still in progress): what goes must be on this server, not on the one it was before.
func forgetLost(ctx context.Context, tx *sql.Tx, r wire.SyncResponse) error {
	anyLost := false
	for _, f := range r.Feeds {
		lost, another, err := lostSince(ctx, tx, f)
		if err == nil && lost {
			anyLost = true
			err = forgetReceipts(ctx, tx, f.Territory, another)
		}
		if err != nil {
			return err
		}
	}
	if !anyLost {
		return nil
	}
	others, err := queryIDs(ctx, tx, `SELECT DISTINCT territory FROM record WHERE territory <> $1`, uuid.Nil.String()) // husks have none
	if err != nil {
		return fmt.Errorf("territories: %w", err)
	}
	for _, territory := range others {
		fed := false
		for _, f := range r.Feeds {
			fed = fed || f.Territory == territory
		}
		if fed {
			continue
		}
		if err := forgetReceipts(ctx, tx, territory, true); err != nil {
			return err
		}
	}
	return nil
}

// lostSince reports whether the server has lost some of a feed that this phone had read, and whether it tells another
// history now.
func lostSince(ctx context.Context, tx *sql.Tx, f wire.Feed) (lost, another bool, err error) {
	var epoch string
	var seq int64
	err = tx.QueryRowContext(ctx, `SELECT epoch, seq FROM cursor WHERE territory = $1`, f.Territory.String()).Scan(&epoch, &seq)
	if errors.Is(err, sql.ErrNoRows) {
		return false, false, nil
	}
	if err != nil {
		return false, false, fmt.Errorf("cursor: %w", err)
	}
	was, err := record.ParseReplica(epoch)
	return was != f.Epoch || seq > f.Seq, was != f.Epoch, err
}

// forgetReceipts lets everything of a territory wait again.
func forgetReceipts(ctx context.Context, tx *sql.Tx, territory uuid.UUID, another bool) error {
	if _, err := tx.ExecContext(ctx, `UPDATE upload SET sent = 0, done_ms = 0, feed_seq = 0 WHERE sha256 IN (
		SELECT p.sha256 FROM photo p JOIN record r ON r.id = p.id WHERE r.territory = $1)`, territory.String()); err != nil {
		return err
	}
	// What the office alone decides is for a phone to bring back only when the server knows that it lost some.
	_, err := tx.ExecContext(ctx, `UPDATE record SET acked = NULL, feed_seq = 0 WHERE territory = $1 AND ($2 OR type NOT IN ($3, $4, $5))`,
		territory.String(), another, field.TypeTerritory, field.TypeUser, field.TypeProduct)
	return err
}
