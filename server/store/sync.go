package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"storewalk/server/auth"
	"storewalk/shared/fault"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// An exchange is one phone's request on its way to an answer.
type exchange struct {
	store *Store
	phone auth.Principal
	req   wire.SyncRequest
	resp  wire.SyncResponse
	nowMS int64
	scope []uuid.UUID // the territories whose records the phone may hold

	// What the phone is known to hold exactly as it is here: the records, and the numbers of their changes in the feeds.
	sent map[uuid.UUID]record.Version
	own  map[uuid.UUID]map[int64]bool

	news bool // the push changed something
	done bool // resp is the whole answer: no feed is read
}

// Sync is the server's half of an exchange. What the phone pushed is on the disk when it returns; doing the
// same request again changes nothing more. A record that can not be one here is put aside whole and the
// others go on. The answer is read from one snapshot after that commit.
func (s *Store) Sync(ctx context.Context, p auth.Principal, req wire.SyncRequest) (wire.SyncResponse, error) {
	if err := checkChain(req); err != nil {
		return wire.SyncResponse{}, err
	}
	now := time.Now().UnixMilli()
	x := &exchange{store: s, phone: p, req: req, nowMS: now, resp: wire.SyncResponse{ServerMS: now, Receipts: []wire.Receipt{}},
		sent: map[uuid.UUID]record.Version{}, own: map[uuid.UUID]map[int64]bool{}}
	if err := s.db.Tx(ctx, func(tx *sql.Tx) error { return x.take(ctx, tx) }); err != nil {
		return wire.SyncResponse{}, fmt.Errorf("store: sync: %w", err)
	}
	if x.news {
		s.pulse.Beat()
	}
	s.noteProgress(ctx)
	if x.done {
		return x.resp, nil
	}
	var damaged []string
	err := s.db.View(ctx, func(tx *sql.Tx) (err error) {
		if damaged, err = x.answerFeeds(ctx, tx); err != nil {
			return err
		}
		return x.answerBlobs(ctx, tx)
	})
	if err != nil {
		return wire.SyncResponse{}, fmt.Errorf("store: sync answer: %w", err)
	}
	s.foundDamaged(ctx, damaged)
	return x.resp, nil
}

// take finds out whether the request follows the last one of its phone, and takes its push if so.
func (x *exchange) take(ctx context.Context, tx *sql.Tx) (err error) {
	if x.scope, err = scopeOf(ctx, tx, x.phone.Account); err != nil {
		return err
	}
	// Decoded inside the transaction: of all the requests that wait for it only one at a time has its records in memory twice.
	push := readAll(x.req.Push)
	place, receipts, err := follow(ctx, tx, x.req, push)
	if err != nil {
		return err
	}
	switch place {
	case linkForked, linkLate: // whoever still listens to the answer to a late request is a double too
		return x.reincarnate(ctx, tx, place == linkForked)
	case linkFormer:
		x.resp.Receipts, x.done = receipts, true
		if x.resp.Feeds, err = beginnings(ctx, tx, x.scope); err != nil {
			return err
		}
		return x.store.heard(ctx, tx, x.phone, x.req, nil, x.nowMS)
	case linkAgain:
		x.resp.Receipts = receipts
		return nil
	}
	return x.takePush(ctx, tx, push)
}

// takePush takes the records of the push, each for itself, and writes down that it did.
func (x *exchange) takePush(ctx context.Context, tx *sql.Tx, push []pushed) error {
	u, err := x.store.newPush(ctx, tx, x.phone, x.scope, x.req.Replica, arrivalOf(x.req, x.nowMS), push)
	if err != nil {
		return err
	}
	var taken []exact
	for _, in := range push {
		receipt, got, err := u.receive(ctx, in)
		if err != nil {
			return err
		}
		if receipt.Status == wire.Applied || receipt.Status == wire.Same {
			x.sent[got.id] = got.version
		}
		if receipt.Status == wire.Applied {
			x.hold(got)
		}
		x.news = x.news || receipt.Status != wire.Same
		taken = append(taken, got)
		x.resp.Receipts = append(x.resp.Receipts, receipt)
	}
	if err := u.close(ctx); err != nil {
		return err
	}
	if err := keepLink(ctx, tx, x.phone, x.req, x.resp.Receipts); err != nil {
		return err
	}
	if err := tell(ctx, tx, x.phone, x.req, x.nowMS); err != nil {
		return err
	}
	return x.store.heard(ctx, tx, x.phone, x.req, taken, x.nowMS)
}

// reincarnate takes nothing and asks the phone to go on under a new replica id. With warn people are told.
func (x *exchange) reincarnate(ctx context.Context, tx *sql.Tx, warn bool) (err error) {
	x.resp.Reincarnate, x.done = true, true
	if x.resp.Since, err = surely(ctx, tx, x.req); err != nil {
		return err
	}
	if x.resp.Known, err = knownAbove(ctx, tx, x.req.Replica, x.resp.Since); err != nil || !warn {
		return err
	}
	x.store.log.WarnContext(ctx, "A phone's database lives twice", "device", x.phone.Device, "replica", x.req.Replica, "writes", len(x.resp.Known))
	return alarm(ctx, tx, x.phone.Device, "alarm.clone", x.req.Replica.String(), x.nowMS)
}

// hold notes under which number of its feed the phone holds a record exactly.
func (x *exchange) hold(got exact) {
	if x.own[got.territory] == nil {
		x.own[got.territory] = map[int64]bool{}
	}
	x.own[got.territory][got.seq] = true
}

// answerBlobs says how much of each photo that the phone asked about is on the disk.
func (x *exchange) answerBlobs(ctx context.Context, tx *sql.Tx) error {
	for _, ask := range x.req.Blobs {
		full, err := photoSize(ctx, tx, x.phone.Account, x.scope, ask)
		if fault.Is(err, "blob.unknown") {
			continue // its record is not here, or not this phone's: nothing to say
		}
		if err != nil {
			return err
		}
		// Whoever asks is not sending: what a dead connection still has in hand is written first.
		x.store.Blobs.Interrupt(ask.Ref)
		offset, err := x.store.Blobs.Partial(ask.Ref, full)
		if err != nil {
			return err
		}
		x.resp.Blobs = append(x.resp.Blobs, wire.BlobHeld{Ref: ask.Ref, Offset: offset})
	}
	return nil
}

// limitText cuts s after n bytes at most, never inside a character.
func limitText(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }
