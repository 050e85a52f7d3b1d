package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"storewalk/server/auth"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// A link is what the chain of a replica's exchanges says of one request.
type link int

const (
	linkNext   link = iota // it follows the last one, or is the first heard of this replica
	linkAgain              // it is the last one once more, with the same push: its receipts are known
	linkForked             // it comes from another life of the phone's database
	linkLate               // it was passed by a later one, or comes from another life that has written nothing since
	linkFormer             // it knows a history that ended
)

// maxPassed is how many of a replica's former tokens are kept. A request that is later than that looks like one of a double:
// nothing is lost, but an alarm is raised without a cause.
const maxPassed = 50

// follow finds out how a request stands to the last one of its replica. A repeated request that pushes
// something else is the next one, and so is one that names the last one as unanswered: the phone never had the
// answer, and pushes less at a time or has written on.
//
// A request that knows another history of this server has no place in a chain, because the chains of that one are lost:
// it may have been under way since then, and the phone have gone on. Nothing of it is taken; what the phone still holds
// comes with its next one.
func follow(ctx context.Context, tx *sql.Tx, req wire.SyncRequest, push []pushed) (link, []wire.Receipt, error) {
	epoch, err := epochOf(ctx, tx)
	if err != nil {
		return 0, nil, err
	}
	if slices.ContainsFunc(req.Cursors, func(c wire.Cursor) bool { return c.Territory == field.Common && c.Epoch != epoch }) {
		return linkFormer, slices.Repeat([]wire.Receipt{{Status: wire.Later}}, len(req.Push)), nil
	}
	var token, pushed, receipts, passed string
	err = tx.QueryRowContext(ctx, `SELECT token, pushed, receipts, passed FROM chain WHERE rid = $1`, req.Replica.String()).
		Scan(&token, &pushed, &receipts, &passed)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, nil, fmt.Errorf("chain: %w", err)
	}
	switch {
	case token == "":
		if older, err := fromOlderCopy(ctx, tx, req, push); err != nil || older {
			return linkForked, nil, err
		}
		return linkNext, nil, nil
	case token == req.Next && pushed == pushHash(req):
		var known []wire.Receipt
		err := json.Unmarshal([]byte(receipts), &known)
		return linkAgain, known, err
	case token == req.Next || token == req.Cur || slices.Contains(req.Was, token):
		return linkNext, nil, nil
	case slices.Contains(strings.Fields(passed), req.Next):
		return linkLate, nil, nil
	}
	return linkForked, nil, nil
}

// fromOlderCopy reports whether a push can only come from an older copy of the asking phone: a record lacks writes of the
// phone's own that are known here, or a write comes under a number that is known for another one. A server that was
// restored has lost its chains, so that only this tells the first who calls; all others are known by the chain.
//
// A phone that says itself which of its writes a record lacks is no older copy: that could not know of them.
func fromOlderCopy(ctx context.Context, tx *sql.Tx, req wire.SyncRequest, push []pushed) (bool, error) {
	var restored bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM former)`).Scan(&restored); err != nil || !restored {
		return false, err
	}
	lacks := map[uuid.UUID]uint64{}
	for _, l := range req.Lacks {
		lacks[l.ID] = l.N
	}
	for _, in := range push {
		if in.err != nil {
			continue // it is put aside
		}
		have, err := ledger.Get(ctx, tx, in.rec.ID)
		if err != nil {
			return false, err
		}
		if r, sound := have.Record(); sound && max(in.rec.Context().N(req.Replica), lacks[in.rec.ID]) < r.Context().N(req.Replica) {
			return true, nil
		}
	}
	own := map[uint64][]string{} // what comes, by number
	least := uint64(0)
	for _, in := range push {
		if in.err != nil {
			continue // it is put aside
		}
		for _, n := range ledger.News(record.Record{}, in.rec) {
			if d := n.Entry.Dot; d.Replica == req.Replica {
				if own[d.N] = append(own[d.N], n.ContentHash()); least == 0 || d.N < least {
					least = d.N
				}
			}
		}
	}
	if len(own) == 0 {
		return false, nil
	}
	here := map[uint64][]string{}
	err := knownWrites(ctx, tx, req.Replica, least-1, func(n ledger.NewEntry) {
		if _, comes := own[n.Entry.Dot.N]; comes {
			here[n.Entry.Dot.N] = append(here[n.Entry.Dot.N], n.ContentHash())
		}
	})
	for n, known := range here {
		for _, hash := range own[n] {
			if !slices.Contains(known, hash) {
				return true, err
			}
		}
	}
	return false, err
}

// keepLink keeps a request's place in the chain, with its receipts, in the transaction that took its push.
func keepLink(ctx context.Context, tx *sql.Tx, p auth.Principal, req wire.SyncRequest, receipts []wire.Receipt) error {
	text, err := json.Marshal(receipts)
	if err != nil {
		return err
	}
	var token, former string
	err = tx.QueryRowContext(ctx, `SELECT token, passed FROM chain WHERE rid = $1`, req.Replica.String()).Scan(&token, &former)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("chain: %w", err)
	}
	passed := strings.Fields(former)
	for _, t := range append([]string{token}, req.Was...) {
		if t != "" && t != req.Next && !slices.Contains(passed, t) {
			passed = append(passed, t)
		}
	}
	passed = passed[max(0, len(passed)-maxPassed):]
	_, err = tx.ExecContext(ctx, `INSERT INTO chain (rid, device, token, pushed, receipts, passed) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (rid) DO UPDATE SET device = excluded.device, token = excluded.token, pushed = excluded.pushed,
		  receipts = excluded.receipts, passed = excluded.passed`,
		req.Replica.String(), p.Device.String(), req.Next, pushHash(req), string(text), strings.Join(passed, " "))
	if err == nil {
		_, err = tx.ExecContext(ctx, `UPDATE replica SET exchanges = exchanges + 1 WHERE one = 1`)
	}
	if err != nil {
		return fmt.Errorf("chain: %w", err)
	}
	return nil
}

func pushHash(req wire.SyncRequest) string {
	h := sha256.New()
	for _, raw := range req.Push {
		fmt.Fprintf(h, "%d:", len(raw))
		h.Write(raw)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// surely returns the number up to which the asking replica's writes have receipts that still hold: none of them when
// another history of this server gave them.
func surely(ctx context.Context, tx *sql.Tx, req wire.SyncRequest) (uint64, error) {
	epoch, err := epochOf(ctx, tx)
	if err != nil || slices.ContainsFunc(req.Cursors, func(c wire.Cursor) bool { return c.Epoch != epoch }) {
		return 0, err
	}
	return req.Confirmed, nil
}

// knownAbove lists what is known of a replica's writes numbered above since, for a phone whose database has another life.
func knownAbove(ctx context.Context, tx *sql.Tx, rid record.Replica, since uint64) ([]wire.KnownDot, error) {
	var out []wire.KnownDot
	first := func() { // those that fit into an answer, in order and each once
		slices.SortFunc(out, func(a, b wire.KnownDot) int { return cmp.Or(cmp.Compare(a.N, b.N), cmp.Compare(a.Hash, b.Hash)) })
		out = slices.Compact(out)
		out = out[:min(len(out), wire.MaxKnown)]
	}
	err := knownWrites(ctx, tx, rid, since, func(n ledger.NewEntry) {
		if out = append(out, wire.KnownDot{N: n.Entry.Dot.N, Hash: n.ContentHash()}); len(out) >= 2*wire.MaxKnown {
			first()
		}
	})
	if err != nil {
		return nil, err
	}
	first()
	return out, nil
}

// alarm keeps something a person should look at, once for each detail.
func alarm(ctx context.Context, tx *sql.Tx, device uuid.UUID, code, detail string, nowMS int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO alarm (id, device, code, detail, at_ms) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET at_ms = excluded.at_ms`,
		uuid.NewSHA1(device, []byte(code+detail)).String(), device.String(), code, detail, nowMS)
	if err != nil {
		return fmt.Errorf("alarm: %w", err)
	}
	return nil
}

// checkChain refuses a request that cannot have a place in a chain.
func checkChain(req wire.SyncRequest) error {
	long := func(token string) bool { return len(token) > wire.MaxToken }
	if req.Next == "" || long(req.Next) || long(req.Cur) || len(req.Was) > wire.MaxWas || slices.ContainsFunc(req.Was, long) ||
		req.Replica == (record.Replica{}) || req.Confirmed > record.MaxLamport {
		return fault.New(fault.Invalid, "request.malformed", errors.New("no token, no replica, or more writes than there can be"))
	}
	return nil
}
