package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"storewalk/server/auth"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// maxLamportJump bounds how far a phone's Lamport time may run ahead of the server's: no honest phone makes
// this many writes between two exchanges, and time that reached record.MaxLamport would stop everyone.
const maxLamportJump = 1 << 32

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
	var pushed []exact
	news := false
	err := s.db.Tx(ctx, func(tx *sql.Tx) error {
		territories, err := granted(ctx, tx, p.Account)
		if err != nil {
			return err
		}
		scope = append([]uuid.UUID{field.Common}, territories...)
		at := arrival{atMS: now, offsetMS: req.ClockMS - now}
		place, known, err := follow(ctx, tx, req)
		switch {
		case err != nil:
			return err
		case place == linkForked:
			resp.Reincarnate = true
			if resp.Since, err = surely(ctx, tx, req); err == nil {
				resp.Known, err = reincarnate(ctx, tx, p, req, resp.Since, now)
			}
			return err
		case place == linkFormer:
			resp.Receipts = known
			return s.heard(ctx, tx, p, req, nil, now)
		case place == linkAgain:
			resp.Receipts = known
			return nil
		}
		for _, raw := range req.Push {
			receipt, got, err := s.receive(ctx, tx, p, scope, raw, at)
			if err != nil {
				return err
			}
			if receipt.Status == wire.Applied || receipt.Status == wire.Same {
				sent[got.id] = got.version
			}
			news = news || receipt.Status != wire.Same
			pushed = append(pushed, got)
			resp.Receipts = append(resp.Receipts, receipt)
		}
		if err := keepLink(ctx, tx, p, req, resp.Receipts); err != nil {
			return err
		}
		return s.heard(ctx, tx, p, req, pushed, now)
	})
	if err != nil {
		return wire.SyncResponse{}, fmt.Errorf("store: sync: %w", err)
	}
	if news {
		s.pulse.Beat()
		s.noteProgress(ctx)
	}
	if resp.Reincarnate {
		s.log.WarnContext(ctx, "A phone's database lives twice", "device", p.Device, "replica", req.Replica, "writes", len(resp.Known))
		return resp, nil
	}
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		if err := answerFeeds(ctx, tx, &resp, req, p.Account, scope, sent); err != nil {
			return err
		}
		for _, ask := range req.Blobs {
			if _, err := photoSize(ctx, tx, p.Account, scope, ask); err != nil {
				continue // its record is not here, or not this phone's: nothing to say
			}
			// Whoever asks is not sending: what a dead connection still has in hand is written first.
			s.Blobs.Interrupt(ask.Ref)
			offset, err := s.Blobs.Partial(ask.Ref)
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
	return resp, nil
}

// limitText cuts s after n bytes at most, never inside a character.
func limitText(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }

// receive joins one pushed record, or puts it aside.
func (s *Store) receive(ctx context.Context, tx *sql.Tx, p auth.Principal, scope []uuid.UUID, raw json.RawMessage, at arrival) (wire.Receipt, exact, error) {
	in, err := readPushed(raw)
	if err != nil {
		return s.quarantine(ctx, tx, p, in, raw, at, malformed(err))
	}
	mine, err := ledger.Get(ctx, tx, in.ID)
	if errors.Is(err, record.ErrMalformed) { // the copy here is damaged: that must not stop the phone
		return s.quarantine(ctx, tx, p, in, raw, at, malformed(err))
	}
	if err != nil {
		return wire.Receipt{}, exact{}, err
	}
	have, held := mine.Record()
	if err := s.admit(ctx, tx, p, in, have, held, scope); err != nil {
		if kind, _ := fault.Of(err); kind == fault.Internal {
			return wire.Receipt{}, exact{}, err
		}
		return s.quarantine(ctx, tx, p, in, raw, at, err)
	}
	pushed, sentTo := in.Version(), in.Territory
	if held { // where a record lies is decided here
		in.Territory = have.Territory
		if in.Place, err = whereHeld(ctx, tx, in, have); err != nil {
			return wire.Receipt{}, exact{}, err
		}
	} else if in.Territory, in.Place, err = whereNew(ctx, tx, in); err != nil {
		return wire.Receipt{}, exact{}, err
	}
	if sentTo != in.Territory && !held { // its phone may write to it, and send its bytes, until it hears of that
		if err := enter(ctx, tx, sentTo, in, true); err != nil {
			return wire.Receipt{}, exact{}, err
		}
	}
	j, err := ledger.JoinTo(ctx, tx, mine, in)
	if errors.Is(err, record.ErrMalformed) { // together with what is here it breaks a limit
		return s.quarantine(ctx, tx, p, in, raw, at, malformed(err))
	}
	if err != nil {
		return wire.Receipt{}, exact{}, err
	}
	receipt := wire.Receipt{Status: wire.Same}
	if j.Changed {
		receipt.Status = wire.Applied
		if err := s.publish(ctx, tx, j.Before, j.After, at); err != nil {
			return wire.Receipt{}, exact{}, err
		}
	}
	if j.Version != pushed {
		receipt.Status = wire.Merged
	}
	if !slices.Contains(scope, j.After.Territory) {
		receipt.Status, receipt.Place = wire.Elsewhere, wire.PlaceOf(j.After.Place)
	}
	return receipt, exact{in.ID, in.Type, pushed}, nil
}

// An exact is a pushed record as both sides now hold it; one that was put aside has no version.
type exact struct {
	id      uuid.UUID
	typ     string
	version record.Version
}

func malformed(err error) error { return fault.New(fault.Invalid, "record.malformed", err) }

// maxDepth bounds how deep the JSON of a record nests. A value that is just within what a JSON reader takes
// would be beyond it inside an answer, and no phone of the territory could read one again.
const maxDepth = 100

// readPushed decodes a record that can be stored, read again and passed on.
func readPushed(raw json.RawMessage) (record.Record, error) {
	if !utf8.Valid(raw) { // a reader that mends it would make another content under the same dot
		return record.Record{}, errors.New("not UTF-8")
	}
	depth, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return record.Record{}, errors.New("nested too deep")
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	in, err := record.Decode(raw)
	if n := len(in.Encode()); err == nil && n > record.MaxBytes { // bytes that are no text grow
		err = fmt.Errorf("%d bytes when encoded", n)
	}
	return in, err
}

// admit says whether a phone may push the record: nil, or a fault whose code goes into its receipt.
func (s *Store) admit(ctx context.Context, tx *sql.Tx, p auth.Principal, in, have record.Record, held bool, scope []uuid.UUID) error {
	territory, typ := in.Territory, in.Type
	if held {
		territory, typ = have.Territory, have.Type
	}
	switch {
	case in.Type != typ:
		return fault.New(fault.Forbidden, "record.office_owned", nil)
	case field.OfficeOwned(typ):
		if err := admitLost(ctx, tx, in, have); err != nil {
			return err
		}
	case territory == field.Common:
		return fault.New(fault.Forbidden, "record.out_of_scope", nil)
	case !slices.Contains(scope, territory):
		was, err := wasHere(ctx, tx, p.Account, in.ID, territory)
		if err == nil && !was {
			was, err = hadMoved(ctx, tx, p.Account, in, have)
		}
		if err != nil {
			return err
		}
		if !was {
			return fault.New(fault.Forbidden, "record.out_of_scope", nil)
		}
	}
	var lam uint64
	if err := tx.QueryRowContext(ctx, `SELECT lam FROM replica WHERE one = 1`).Scan(&lam); err != nil {
		return err
	}
	if in.MaxLam() > lam+maxLamportJump {
		return fault.New(fault.Invalid, "record.bad_value", errors.New("lamport time far ahead"))
	}
	if err := field.Validate(in, have); err != nil || in.Type != field.TypePhoto {
		return err
	}
	return s.checkPhoto(ctx, tx, in)
}

// quarantine keeps what was pushed, byte for byte. The id is made from the content, so that pushing it
// again keeps it once.
func (s *Store) quarantine(ctx context.Context, tx *sql.Tx, p auth.Principal, in record.Record, raw []byte, at arrival, why error) (wire.Receipt, exact, error) {
	_, code := fault.Of(why)
	_, err := tx.ExecContext(ctx, `INSERT INTO quarantine (id, device, received_ms, offset_ms, code, raw) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO NOTHING`, uuid.NewSHA1(p.Device, raw).String(), p.Device.String(), at.atMS, at.offsetMS, code, raw)
	if err != nil {
		return wire.Receipt{}, exact{}, fmt.Errorf("quarantine: %w", err)
	}
	s.log.WarnContext(ctx, "Record put aside", "device", p.Device, "code", code, "error", why)
	return wire.Receipt{Status: wire.Quarantined, Code: code}, exact{id: in.ID, typ: in.Type}, nil
}

// answerFeeds fills in what changed in each territory after the phone's cursors, within its budget.
func answerFeeds(ctx context.Context, tx *sql.Tx, resp *wire.SyncResponse, req wire.SyncRequest, account uuid.UUID, scope []uuid.UUID, sent map[uuid.UUID]record.Version) error {
	var text string
	if err := tx.QueryRowContext(ctx, `SELECT epoch FROM replica WHERE one = 1`).Scan(&text); err != nil {
		return err
	}
	epoch, err := record.ParseReplica(text)
	if err != nil {
		return err
	}
	left := min(max(req.Budget, wire.MinBudget), wire.MaxBudget)
	for _, territory := range scope {
		f := wire.Feed{Territory: territory, Epoch: epoch}
		var head int64
		err := tx.QueryRowContext(ctx, `SELECT seq FROM head WHERE territory = $1`, territory.String()).Scan(&head)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("head of %s: %w", territory, err)
		}
		for _, c := range req.Cursors {
			// A cursor beyond the head is from before this database was restored: what it counted is not here.
			if c.Territory == territory && c.Epoch == epoch && c.Seq <= head {
				f.Seq = c.Seq
			}
		}
		if f.BackedUp, err = backedUp(ctx, tx, territory); err != nil {
			return err
		}
		fresh := !slices.ContainsFunc(req.Cursors, func(c wire.Cursor) bool { return c.Territory == territory })
		if err := readFeed(ctx, tx, &f, &left, sent, fresh); err != nil {
			return fmt.Errorf("feed of %s: %w", territory, err)
		}
		resp.Feeds = append(resp.Feeds, f)
	}
	for _, c := range req.Cursors {
		if slices.Contains(scope, c.Territory) {
			continue
		}
		// No grant at all may be one that a restored server lost: the phone keeps what only it may still have.
		taken, err := takenAway(ctx, tx, account, c.Territory)
		if err != nil {
			return err
		}
		if taken {
			resp.Revoked = append(resp.Revoked, c.Territory)
		}
	}
	return nil
}

// outBytes is about what one Out costs in an answer.
const outBytes = 70

// readFeed reads on from f.Seq until the feed or the budget ends. One record always fits. fresh says that the phone
// has never read this feed.
func readFeed(ctx context.Context, tx *sql.Tx, f *wire.Feed, left *int, sent map[uuid.UUID]record.Version, fresh bool) error {
	rows, err := tx.QueryContext(ctx, `SELECT f.seq, r.id, r.version, r.body, f.out, f.place_epoch, f.place_n
		FROM feed f JOIN record r ON r.id = f.record
		WHERE f.territory = $1 AND f.seq > $2 ORDER BY f.seq`, f.Territory.String(), f.Seq)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var id uuid.UUID
		var version []byte
		var body json.RawMessage
		var out bool
		var place wire.Place
		if err := rows.Scan(&seq, &id, &version, (*[]byte)(&body), &out, &place[0], &place[1]); err != nil {
			return err
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
		if v, ok := sent[id]; ok && v == record.Version(version) {
			f.Seq = seq // the phone holds exactly this
			continue
		}
		if *left <= 0 { // for an out as for a record
			f.More = true
			return nil
		}
		*left -= len(body)
		f.Puts, f.Seq = append(f.Puts, body), seq
	}
	return rows.Err()
}
