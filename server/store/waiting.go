package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"storewalk/server/auth"
	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// heard notes that a phone has called, and how much work is now on that phone alone. The phone counted that before its push,
// and does not call again after its last receipt: so what this exchange took is subtracted.
func (s *Store) heard(ctx context.Context, tx *sql.Tx, p auth.Principal, req wire.SyncRequest, pushed []exact, nowMS int64) error {
	left := wire.Waiting{Records: believable(req.Waiting.Records), Photos: believable(req.Waiting.Photos)}
	whole := map[blob.Ref]bool{} // photos that do not wait any more
	for _, r := range pushed {
		switch {
		case r.typ != field.TypePhoto && r.typ != field.TypeThumbnail:
			left.Records--
		case req.Waiting.Photos > 0:
			ref, err := s.complete(ctx, tx, r.id)
			if err != nil {
				return err
			}
			if !ref.IsZero() {
				whole[ref] = true
			}
		}
	}
	for _, ask := range req.Blobs {
		if _, here := s.Blobs.Has(ask.Ref); here { // the answer says so
			whole[ask.Ref] = true
		}
	}
	left.Photos -= len(whole)
	_, err := tx.ExecContext(ctx, `UPDATE device SET seen_ms = $1, app = $2, offset_ms = $3, waiting_records = $4, waiting_photos = $5
		WHERE id = $6`, nowMS, oneLine(req.App, 100), clockOffset(req.ClockMS, nowMS), max(left.Records, 0), max(left.Photos, 0), p.Device.String())
	if err != nil || req.Storage == nil {
		return err
	}
	within := func(n int64) int64 { return min(max(n, 0), maxStorage) }
	_, err = tx.ExecContext(ctx, `UPDATE device SET storage_free = $1, storage_used = $2, storage_ms = $3 WHERE id = $4`,
		within(req.Storage.Free), within(req.Storage.Used), nowMS, p.Device.String())
	return err
}

// maxOffsetMS is farther off in ms than a clock that somebody has set wrong, or that begins at 1970.
const maxOffsetMS = 100 * 365 * 24 * 60 * 60 * 1000

// clockOffset is how far a phone's clock is ahead, in ms. What it says may be any number: the difference must not wrap.
func clockOffset(clockMS, nowMS int64) int64 {
	return min(max(clockMS, nowMS-maxOffsetMS), nowMS+maxOffsetMS) - nowMS
}

// oneLine is what a phone calls itself or its app, in n bytes at most, as the office can show it: without control
// characters, and without those that turn the direction of what follows.
func oneLine(s string, n int) string {
	return limitText(strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return -1
		}
		return r
	}, s), n)
}

// maxRecords is more records, or photos, than any phone holds.
const maxRecords = 1_000_000

// believable is a number of records or photos that a phone told.
func believable(n int) int { return min(max(n, 0), maxRecords) }

// maxStorage is more bytes than any phone has.
const maxStorage = 1 << 50

// complete returns what a photo is named by when its record, its thumbnail and its bytes are here. id is the
// record's or the thumbnail's.
func (s *Store) complete(ctx context.Context, tx *sql.Tx, id uuid.UUID) (blob.Ref, error) {
	var text string
	err := tx.QueryRowContext(ctx, `SELECT p.sha256 FROM thumbnail t JOIN photo p ON p.id = t.photo WHERE t.record = $1
		UNION ALL SELECT p.sha256 FROM photo p JOIN thumbnail t ON t.photo = p.id WHERE p.id = $1`, id.String()).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return blob.Ref{}, nil
	}
	if err != nil {
		return blob.Ref{}, fmt.Errorf("photo of %s: %w", id, err)
	}
	ref, err := blob.ParseRef(text)
	if _, here := s.Blobs.Has(ref); err != nil || !here {
		return blob.Ref{}, nil
	}
	return ref, nil
}

// PhotoArrived notes that the last byte of a photo came from a phone, and tells the watchers. Usually no
// exchange follows in which the phone would say that it holds one less.
func (s *Store) PhotoArrived(ctx context.Context, device uuid.UUID) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE device SET waiting_photos = waiting_photos - 1 WHERE id = $1 AND waiting_photos > 0`, device.String())
		if err != nil {
			return fmt.Errorf("photo arrived: %w", err)
		}
		return nil
	})
}

// checkPhoto refuses a photo whose bytes are known here with another size: it would let nobody's upload of
// them ever be whole.
func (s *Store) checkPhoto(ctx context.Context, tx *sql.Tx, in record.Record) error {
	for _, e := range in.Entries("photo") {
		p, err := field.DecodePhoto(e.Value)
		if err != nil {
			continue // field.Validate says so
		}
		size, known := s.Blobs.Has(p.Ref)
		if !known {
			size = p.Size
			err := tx.QueryRowContext(ctx, `SELECT size FROM photo WHERE sha256 = $1 AND size <> $2 LIMIT 1`, p.Ref.String(), p.Size).Scan(&size)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("size of %s: %w", p.Ref, err)
			}
		}
		if size != p.Size {
			return fault.New(fault.Invalid, "record.bad_value", fmt.Errorf("photo of %d bytes, known with %d", p.Size, size))
		}
	}
	return nil
}
