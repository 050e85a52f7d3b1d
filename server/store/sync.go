package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"storewalk/server/auth"
	"storewalk/shared/digest"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// Sync is the server's half of an exchange. What the phone pushed is on the disk when it returns; doing the
// same request again changes nothing more. A record that can not be one here is put aside whole and the
// others go on. The answer is read from one snapshot after that commit.
func (s *Store) Sync(ctx context.Context, p auth.Principal, req wire.SyncRequest) (wire.SyncResponse, error) {
	if err := checkChain(req); err != nil {
		return wire.SyncResponse{}, err
	}
	now := time.Now().UnixMilli()
	resp := wire.SyncResponse{ServerMS: now, Receipts: []wire.Receipt{}}
	sent := map[uuid.UUID]record.Version{} // what the phone is known to hold exactly
	var scope []uuid.UUID
	own := map[uuid.UUID]map[int64]bool{} // numbers of feeds under which it does
	var taken []exact
	news := false
	err := s.db.Tx(ctx, func(tx *sql.Tx) (err error) {
		if scope, err = scopeOf(ctx, tx, p.Account); err != nil {
			return err
		}
		at := arrival{atMS: now, offsetMS: req.ClockMS - now}
		push := readAll(req.Push) // here, so that one of all that wait at a time is in memory twice
		place, known, err := follow(ctx, tx, req, push)
		switch {
		case err != nil:
			return err
		case place == linkForked || place == linkLate: // who still listens to the answer to a late one is a double too
			resp.Reincarnate = true
			if resp.Since, err = surely(ctx, tx, req); err == nil {
				resp.Known, err = reincarnate(ctx, tx, req, resp.Since)
			}
			if err != nil || place == linkLate {
				return err
			}
			s.log.WarnContext(ctx, "A phone's database lives twice", "device", p.Device, "replica", req.Replica, "writes", len(resp.Known))
			return alarm(ctx, tx, p.Device, "alarm.clone", req.Replica.String(), now)
		case place == linkFormer:
			resp.Receipts = known
			if resp.Feeds, err = beginnings(ctx, tx, scope); err != nil {
				return err
			}
			return s.heard(ctx, tx, p, req, nil, now)
		case place == linkAgain:
			resp.Receipts = known
			return nil
		}
		u, err := s.newPush(ctx, tx, p, scope, req.Replica, at, push)
		if err != nil {
			return err
		}
		for _, in := range push {
			receipt, got, err := u.receive(ctx, in)
			if err != nil {
				return err
			}
			if receipt.Status == wire.Applied || receipt.Status == wire.Same {
				sent[got.id] = got.version
			}
			if receipt.Status == wire.Applied {
				hold(own, got)
			}
			news = news || receipt.Status != wire.Same
			taken = append(taken, got)
			resp.Receipts = append(resp.Receipts, receipt)
		}
		if err := u.close(ctx); err != nil {
			return err
		}
		if err := keepLink(ctx, tx, p, req, resp.Receipts); err != nil {
			return err
		}
		if err := tell(ctx, tx, p, req, now); err != nil {
			return err
		}
		return s.heard(ctx, tx, p, req, taken, now)
	})
	if err != nil {
		return wire.SyncResponse{}, fmt.Errorf("store: sync: %w", err)
	}
	if news {
		s.pulse.Beat()
	}
	s.noteProgress(ctx)
	if resp.Reincarnate || resp.Feeds != nil {
		return resp, nil
	}
	var damaged []string
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		if damaged, err = answerFeeds(ctx, tx, &resp, req, p.Account, scope, sent, own); err != nil {
			return err
		}
		for _, ask := range req.Blobs {
			full, err := photoSize(ctx, tx, p.Account, scope, ask)
			if err != nil {
				continue // its record is not here, or not this phone's: nothing to say
			}
			// Whoever asks is not sending: what a dead connection still has in hand is written first.
			s.Blobs.Interrupt(ask.Ref)
			offset, err := s.Blobs.Partial(ask.Ref, full)
			if err != nil {
				return err
			}
			resp.Blobs = append(resp.Blobs, wire.BlobHeld{Ref: ask.Ref, Offset: offset})
		}
		return nil
	})
	if err != nil {
		return wire.SyncResponse{}, fmt.Errorf("store: sync answer: %w", err)
	}
	s.foundDamaged(ctx, damaged)
	return resp, nil
}

// beginnings are the feeds of a new history, for a phone that does not know it. They bring nothing yet: first it must be
// known for the only life of its database, lest a record that its double sent takes the place of one of its own.
func beginnings(ctx context.Context, tx *sql.Tx, scope []uuid.UUID) (out []wire.Feed, err error) {
	var epoch record.Replica
	var text string
	if err = tx.QueryRowContext(ctx, `SELECT epoch FROM replica WHERE one = 1`).Scan(&text); err == nil {
		epoch, err = record.ParseReplica(text)
	}
	for _, territory := range scope {
		out = append(out, wire.Feed{Territory: territory, Epoch: epoch, More: true})
	}
	return out, err
}

// hold notes under which number of its feed the phone holds a record exactly.
func hold(own map[uuid.UUID]map[int64]bool, got exact) {
	if own[got.territory] == nil {
		own[got.territory] = map[int64]bool{}
	}
	own[got.territory][got.seq] = true
}

// limitText cuts s after n bytes at most, never inside a character.
func limitText(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }

// answerFeeds fills in what changed in each territory after the phone's cursors, within its budget, and what came of
// their sums. It returns the ids of records that it met damaged.
func answerFeeds(ctx context.Context, tx *sql.Tx, resp *wire.SyncResponse, req wire.SyncRequest, account uuid.UUID, scope []uuid.UUID, sent map[uuid.UUID]record.Version, own map[uuid.UUID]map[int64]bool) (damaged []string, err error) {
	var text string
	if err := tx.QueryRowContext(ctx, `SELECT epoch FROM replica WHERE one = 1`).Scan(&text); err != nil {
		return nil, err
	}
	epoch, err := record.ParseReplica(text)
	if err != nil {
		return nil, err
	}
	left := min(max(req.Budget, wire.MinBudget), wire.MaxBudget)
	for _, territory := range scope {
		f := wire.Feed{Territory: territory, Epoch: epoch}
		var head int64
		err := tx.QueryRowContext(ctx, `SELECT seq FROM head WHERE territory = $1`, territory.String()).Scan(&head)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, fmt.Errorf("head of %s: %w", territory, err)
		}
		fresh := !slices.ContainsFunc(req.Cursors, func(c wire.Cursor) bool { return c.Territory == territory })
		if fresh && err != nil && territory == field.Personal(account) {
			continue // most people have nothing of their own: their phones need not ask for it each time
		}
		var sum *digest.Sum
		for _, c := range req.Cursors {
			// A cursor beyond the head is from before this database was restored: what it counted is not here.
			if c.Territory == territory && c.Epoch == epoch && c.Seq <= head {
				f.Seq, sum = c.Seq, c.Sum
			}
		}
		if f.BackedUp, err = backedUp(ctx, tx, territory); err != nil {
			return nil, err
		}
		if sum != nil && f.Seq == head {
			bad, err := compare(ctx, tx, &f, *sum, req.Except)
			if err != nil {
				return nil, err
			}
			damaged = append(damaged, bad...)
		}
		for own[territory][f.Seq+1] {
			f.Seq++ // the phone holds exactly this: it need not be read
		}
		bad, err := readFeed(ctx, tx, &f, &left, sent, fresh)
		if err != nil {
			return nil, fmt.Errorf("feed of %s: %w", territory, err)
		}
		damaged = append(damaged, bad...)
		resp.Feeds = append(resp.Feeds, f)
	}
	for _, c := range req.Cursors {
		if slices.Contains(scope, c.Territory) {
			continue
		}
		// No grant at all may be one that a restored server lost: the phone keeps what only it may still have.
		taken, err := takenAway(ctx, tx, account, c.Territory)
		if err != nil {
			return nil, err
		}
		if taken {
			resp.Revoked = append(resp.Revoked, c.Territory)
		}
	}
	return damaged, nil
}

// outBytes is about what one Out costs in an answer.
const outBytes = 70

// readFeed reads on from f.Seq until the feed or the budget ends. One record always fits. fresh says that the phone
// has never read this feed. Damaged records are passed over and returned: they come when they are whole again.
func readFeed(ctx context.Context, tx *sql.Tx, f *wire.Feed, left *int, sent map[uuid.UUID]record.Version, fresh bool) (damaged []string, err error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT seq, id, type, version, body, 0 AS out, 0, 0 FROM record WHERE territory = $1 AND seq > $2
		UNION ALL SELECT seq, record, '', '', '', 1, place_epoch, place_n FROM feed_out WHERE territory = $1 AND seq > $2
		ORDER BY seq`, f.Territory.String(), f.Seq)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		r := ledger.Stored{Territory: f.Territory.String()}
		var out bool
		var place wire.Place
		if err := rows.Scan(&seq, &r.ID, &r.Type, &r.Version, &r.Body, &out, &place[0], &place[1]); err != nil {
			return nil, err
		}
		id, err := uuid.Parse(r.ID)
		if err != nil {
			return nil, fmt.Errorf("record %.40q: %w", r.ID, err)
		}
		if out && fresh {
			f.Seq = seq // who holds nothing has nothing to let go of
			continue
		}
		if out && *left > 0 {
			*left -= outBytes
			f.Outs, f.Seq = append(f.Outs, wire.Out{ID: id, Place: place}), seq
			continue
		}
		if !out && !r.Sound() {
			damaged, f.Seq = append(damaged, r.ID), seq
			continue
		}
		if v, ok := sent[id]; ok && !out && v == record.Version(r.Version) {
			f.Seq = seq // the phone holds exactly this
			continue
		}
		if *left <= 0 { // for an out as for a record
			f.More = true
			return damaged, nil
		}
		*left -= len(r.Body)
		f.Puts, f.Seq = append(f.Puts, r.Body), seq
	}
	return damaged, rows.Err()
}
