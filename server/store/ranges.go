package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"storewalk/server/auth"
	"storewalk/shared/digest"
	"storewalk/shared/fault"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// maxNews is how many records of a territory may have changed since a phone last read its feed for the territory to be
// compared: the feed is the shorter way then.
const maxNews = 1_000

// Ranges compares a territory with what a phone holds of it, range by range, and gives the records that were found to
// differ. Faults: "territory.not_found" when the territory is not the phone's, "request.too_large", "request.malformed".
func (s *Store) Ranges(ctx context.Context, p auth.Principal, req wire.RangesRequest) (wire.RangesResponse, error) {
	if err := checkRanges(req); err != nil {
		return wire.RangesResponse{}, err
	}
	resp := wire.RangesResponse{ServerMS: time.Now().UnixMilli()}
	var damaged []string
	err := s.db.View(ctx, func(tx *sql.Tx) error {
		scope, err := scopeOf(ctx, tx, p.Account)
		if err != nil {
			return err
		}
		territory := req.Cursor.Territory
		if !slices.Contains(scope, territory) {
			return notFound("territory")
		}
		news, err := changedSince(ctx, tx, req.Cursor)
		if err != nil || news == nil {
			resp.Again = true
			return err
		}
		if len(req.Ranges) > 0 {
			set, bad, err := inventory(ctx, tx, territory, req.Except, news)
			if err != nil {
				return err
			}
			damaged, resp.Parts = bad, set.Answer(req.Ranges)
		}
		resp.Puts, resp.Done, err = wanted(ctx, tx, territory, req)
		return err
	})
	if err != nil {
		return wire.RangesResponse{}, fmt.Errorf("store: ranges: %w", err)
	}
	s.foundDamaged(ctx, damaged)
	return resp, nil
}

// compare notes whether a phone's sum over a territory is the server's, and returns the ids of damaged records.
func compare(ctx context.Context, tx *sql.Tx, f *wire.Feed, theirs digest.Sum, except []uuid.UUID) ([]string, error) {
	sum, damaged, err := sumOf(ctx, tx, f.Territory, except)
	f.Compared = wire.OtherSum
	if sum == theirs {
		f.Compared = wire.SameSum
	}
	return damaged, err
}

// changedSince returns the records of a territory that changed, came or left after a cursor; nil when the cursor is of
// another history or too much did.
func changedSince(ctx context.Context, tx *sql.Tx, c wire.Cursor) (map[uuid.UUID]bool, error) {
	var epoch string
	var head int64
	err := tx.QueryRowContext(ctx, `SELECT epoch, COALESCE((SELECT seq FROM head WHERE territory = $1), 0) FROM replica WHERE one = 1`,
		c.Territory.String()).Scan(&epoch, &head)
	if err != nil {
		return nil, fmt.Errorf("head of %s: %w", c.Territory, err)
	}
	if c.Epoch.String() != epoch || c.Seq > head || c.Seq < head-maxNews {
		return nil, nil
	}
	ids, err := query(ctx, tx, func(rows *sql.Rows) (one uuid.UUID, err error) {
		err = rows.Scan(&one)
		return one, err
	}, `SELECT id FROM record WHERE territory = $1 AND seq > $2 UNION ALL SELECT record FROM feed_out WHERE territory = $1 AND seq > $2`, c.Territory.String(), c.Seq)
	out := map[uuid.UUID]bool{}
	for _, one := range ids {
		out[one] = true
	}
	return out, err
}

// eachSound calls fn with every sound record of a territory and returns the ids, as text, of the damaged ones. version is
// that of the bytes on the disk.
func eachSound(ctx context.Context, tx *sql.Tx, territory uuid.UUID, fn func(id string, version record.Version) error) (damaged []string, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, type, territory, version, body FROM record WHERE territory = $1`, territory.String())
	if err != nil {
		return nil, fmt.Errorf("records of %s: %w", territory, err)
	}
	defer rows.Close()
	for rows.Next() {
		var r ledger.Stored
		var version, body sql.RawBytes
		if err := rows.Scan(&r.ID, &r.Type, &r.Territory, &version, &body); err != nil {
			return nil, fmt.Errorf("records of %s: %w", territory, err)
		}
		if r.Version, r.Body = version, body; !r.Sound() {
			damaged = append(damaged, r.ID)
			continue
		}
		if err := fn(r.ID, record.Version(version)); err != nil {
			return nil, err
		}
	}
	return damaged, rows.Err()
}

// sumOf returns the sum over a territory, but for some records.
func sumOf(ctx context.Context, tx *sql.Tx, territory uuid.UUID, except []uuid.UUID) (sum digest.Sum, damaged []string, err error) {
	skip := map[string]bool{}
	for _, one := range except {
		skip[one.String()] = true
	}
	damaged, err = eachSound(ctx, tx, territory, func(id string, version record.Version) error {
		if !skip[id] {
			sum = sum.Add(version)
		}
		return nil
	})
	return sum, damaged, err
}

// inventory lists the records of a territory but for some. Those of news, which may lie elsewhere by now, are in it
// without a version.
func inventory(ctx context.Context, tx *sql.Tx, territory uuid.UUID, except []uuid.UUID, news map[uuid.UUID]bool) (set digest.Set, damaged []string, err error) {
	skip := map[uuid.UUID]bool{}
	for _, one := range except {
		skip[one] = true
	}
	var items []digest.Item
	damaged, err = eachSound(ctx, tx, territory, func(text string, version record.Version) error {
		id, err := uuid.Parse(text)
		if err == nil && !skip[id] && !news[id] {
			items = append(items, digest.Item{ID: id, Version: version})
		}
		return err
	})
	for id := range news {
		if !skip[id] {
			items = append(items, digest.Item{ID: id})
		}
	}
	return digest.NewSet(items), damaged, err
}

// wanted reads the records that a phone asks for, as far as they lie in the territory and are sound, until its budget ends.
func wanted(ctx context.Context, tx *sql.Tx, territory uuid.UUID, req wire.RangesRequest) (puts []json.RawMessage, done int, err error) {
	left := min(max(req.Budget, wire.MinBudget), wire.MaxBudget)
	for _, one := range req.Want {
		r := ledger.Stored{ID: one.String(), Territory: territory.String()}
		err := tx.QueryRowContext(ctx, `SELECT type, version, body FROM record WHERE id = $1 AND territory = $2`, r.ID, r.Territory).
			Scan(&r.Type, &r.Version, &r.Body)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, 0, fmt.Errorf("record %s: %w", one, err)
		}
		if err == nil && r.Sound() {
			if left <= 0 {
				break
			}
			left -= len(r.Body)
			puts = append(puts, r.Body)
		}
		done++
	}
	return puts, done, nil
}

// checkRanges returns a fault when a request asks for what nobody may.
func checkRanges(req wire.RangesRequest) error {
	switch {
	case req.Proto != wire.Proto:
		return fault.New(fault.Invalid, "proto.unsupported", nil)
	case len(req.Ranges) > wire.MaxRanges || len(req.Want) > wire.MaxWant || len(req.Except) > wire.MaxExcept:
		return fault.New(fault.Invalid, "request.too_large", nil)
	}
	for _, r := range req.Ranges {
		if !r.Prefix.Valid() {
			return fault.New(fault.Invalid, "request.malformed", fmt.Errorf("prefix %.40q", r.Prefix))
		}
	}
	return nil
}
