package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"storewalk/server/auth"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// maxLamportJump bounds how far a phone's Lamport time may run ahead of the server's: no honest phone makes
// this many writes between two exchanges, and time that reached record.MaxLamport would stop everyone.
const maxLamportJump = 1 << 32

// A push is what a phone sent, being taken in one transaction. What each of its records would ask for is read once,
// and the feeds' heads are written once, by close.
type push struct {
	store *Store
	tx    *sql.Tx
	phone auth.Principal
	scope []uuid.UUID
	at    arrival
	batch *ledger.Batch
	heads map[uuid.UUID]int64 // of the feeds it moves on
	last  int64               // number of the newest record in this database
	seq   int64               // number in its feed of the record that was kept last
	forks forks

	rid     record.Replica          // of the phone's database
	foreign map[record.Replica]bool // whether it is of another person's phone, for the replicas that were looked up
}

// A pushed is one of its records, as it came and as it reads.
type pushed struct {
	raw json.RawMessage
	rec record.Record
	err error // why it can not be one here
}

func readAll(raws []json.RawMessage) []pushed {
	out := make([]pushed, len(raws))
	for i, raw := range raws {
		out[i].raw = raw
		out[i].rec, out[i].err = readPushed(raw)
	}
	return out
}

func (s *Store) newPush(ctx context.Context, tx *sql.Tx, p auth.Principal, scope []uuid.UUID, rid record.Replica, at arrival, all []pushed) (*push, error) {
	ids := make([]uuid.UUID, 0, len(all))
	for _, one := range all {
		if one.err == nil {
			ids = append(ids, one.rec.ID)
		}
	}
	batch, err := ledger.NewBatch(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	u := &push{store: s, tx: tx, phone: p, scope: scope, at: at, batch: batch, heads: map[uuid.UUID]int64{}, rid: rid, foreign: map[record.Replica]bool{},
		forks: forks{known: map[record.Replica]uint64{}, suspects: map[record.Replica]map[uint64][]suspect{}}}
	batch.Add, batch.Keep = u.add, u.keep
	return u, nil
}

// prepare reads what a record of a territory needs to be kept.
func (u *push) prepare(ctx context.Context, territory uuid.UUID) error {
	if u.last == 0 { // of a record that the disk lost the log may still be here
		if err := u.tx.QueryRowContext(ctx, `SELECT MAX(COALESCE((SELECT MAX(no) FROM record), 0), COALESCE((SELECT MAX(record) FROM arrival), 0))`).
			Scan(&u.last); err != nil {
			return fmt.Errorf("last record: %w", err)
		}
	}
	if _, known := u.heads[territory]; known {
		return nil
	}
	var seq int64
	err := u.tx.QueryRowContext(ctx, `SELECT seq FROM head WHERE territory = $1`, territory.String()).Scan(&seq)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("head of %s: %w", territory, err)
	}
	u.heads[territory] = seq
	return nil
}

// next takes the next number of a territory's feed.
func (u *push) next(territory uuid.UUID) int64 {
	u.heads[territory]++
	return u.heads[territory]
}

// leave notes that a record has left a territory, or never lay where its phone believes.
func (u *push) leave(ctx context.Context, territory uuid.UUID, r record.Record) error {
	if err := u.prepare(ctx, territory); err != nil {
		return err
	}
	return leave(ctx, u.tx, territory, r.ID, r.Place, u.next(territory))
}

// add makes the rows of a record that is new here, with the next number of its feed.
func (u *push) add(rows *sqldb.Rows, row ledger.Row) {
	r := row.After
	u.seq = u.next(r.Territory)
	u.last++
	news := ledger.News(row.Before, r)
	rows.Add(`INSERT INTO record (no, id, type, territory, version, own_n, body, received_ms, changed_ms, offset_ms, seq)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, u.last, r.ID.String(), r.Type, r.Territory.String(), row.Version[:],
		row.OwnN, string(row.Body), u.at.atMS, u.at.atMS, u.at.first(news), u.seq)
	u.forks.note(news)
	logWrites(rows, u.last, 0, news, u.at)
}

// keep writes a record that was here, with the next number of its feed.
func (u *push) keep(ctx context.Context, tx *sql.Tx, row ledger.Row) error {
	r := row.After
	u.seq = u.next(r.Territory)
	var no int64
	news := ledger.News(row.Before, r)
	err := tx.QueryRowContext(ctx, `UPDATE record SET type = $1, territory = $2, version = $3, own_n = $4, body = $5, seq = $6, changed_ms = $7,
		  offset_ms = CASE received_ms WHEN 0 THEN $8 ELSE offset_ms END,
		  received_ms = CASE received_ms WHEN 0 THEN $7 ELSE received_ms END
		WHERE id = $9 RETURNING no`, r.Type, r.Territory.String(), row.Version[:], row.OwnN, string(row.Body), u.seq, u.at.atMS,
		u.at.first(news), r.ID.String()).Scan(&no)
	if err != nil {
		return err
	}
	if row.Before.ID == uuid.Nil { // the copy here was damaged: what came to it before is logged
		if news, err = unlogged(ctx, tx, no, news); err != nil {
			return err
		}
	}
	u.forks.note(news)
	return logMore(ctx, tx, no, news, u.at)
}

// close writes what was put off until the last record.
func (u *push) close(ctx context.Context) error {
	if err := u.batch.Close(ctx); err != nil {
		return err
	}
	for territory, seq := range u.heads {
		_, err := u.tx.ExecContext(ctx, `INSERT INTO head (territory, seq) VALUES ($1, $2)
			ON CONFLICT (territory) DO UPDATE SET seq = excluded.seq`, territory.String(), seq)
		if err != nil {
			return fmt.Errorf("head of %s: %w", territory, err)
		}
	}
	return u.forks.raise(ctx, u)
}

// receive joins one pushed record, or puts it aside.
func (u *push) receive(ctx context.Context, one pushed) (wire.Receipt, exact, error) {
	if one.err != nil {
		return u.quarantine(ctx, one, malformed(one.err))
	}
	mine, err := u.batch.Get(ctx, one.rec.ID)
	if err == nil && mine.Damaged() { // what the phone holds takes its place
		err = noteDamaged(ctx, u.tx, one.rec.ID.String(), u.at.atMS)
	}
	if err != nil {
		return wire.Receipt{}, exact{}, err
	}
	if err := u.admit(ctx, one.rec, mine); err != nil {
		if kind, _ := fault.Of(err); kind == fault.Internal || kind == fault.Unavailable { // of this server, not of the record
			return wire.Receipt{}, exact{}, err
		}
		return u.quarantine(ctx, one, err)
	}
	in, err := u.locate(ctx, one.rec, mine)
	if err != nil {
		return wire.Receipt{}, exact{}, err
	}
	j, err := u.batch.Join(ctx, mine, in)
	if errors.Is(err, record.ErrMalformed) { // together with what is here it breaks a limit
		return u.quarantine(ctx, one, malformed(err))
	}
	if err != nil {
		return wire.Receipt{}, exact{}, err
	}
	if err := u.forks.noteCovered(ctx, u.tx, in, j); err != nil {
		return wire.Receipt{}, exact{}, err
	}
	if j.Changed && in.Type == field.TypePhoto {
		if err := noteProof(ctx, u.tx, j.After, u.at.atMS); err != nil {
			return wire.Receipt{}, exact{}, err
		}
	}
	if _, held := mine.Record(); !held && one.rec.Territory != in.Territory { // its phone may write to it, and send its bytes, until it hears of that
		if err := u.leave(ctx, one.rec.Territory, in); err != nil {
			return wire.Receipt{}, exact{}, err
		}
	}
	receipt, got := u.answer(one, j)
	return receipt, got, nil
}

// locate gives a pushed record the territory and place that this server decides for it, and prepares the push to keep it
// there.
func (u *push) locate(ctx context.Context, in record.Record, mine ledger.Copy) (_ record.Record, err error) {
	if have, held := mine.Record(); held {
		in.Place, err = u.whereHeld(ctx, in, have)
		in.Territory = have.Territory
	} else {
		in.Territory, in.Place, err = u.whereNew(ctx, in, mine.Damaged())
	}
	if err == nil {
		err = u.prepare(ctx, in.Territory)
	}
	if err == nil {
		err = u.forks.prepare(ctx, u, in)
	}
	return in, err
}

// answer says what became of a pushed record, and what both sides now hold of it.
func (u *push) answer(one pushed, j ledger.Joined) (wire.Receipt, exact) {
	receipt := wire.Receipt{Status: wire.Same}
	if j.Changed {
		receipt.Status = wire.Applied
	}
	version := j.Version
	if !bytes.Equal(one.raw, j.Body) { // it was spelt in another way, or the join made something else of it
		version = one.rec.Version()
	}
	if j.Version != version {
		receipt.Status = wire.Merged
	}
	if !slices.Contains(u.scope, j.After.Territory) {
		receipt.Status, receipt.Place = wire.Elsewhere, wire.PlaceOf(j.After.Place)
	}
	return receipt, exact{j.After.ID, one.rec.Type, version, j.After.Territory, u.seq}
}

// An exact is a pushed record as both sides now hold it; one that was put aside has no version.
type exact struct {
	id        uuid.UUID
	typ       string
	version   record.Version
	territory uuid.UUID
	seq       int64 // of the territory's feed, when the push changed the record
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
	if err == nil && len(raw) > record.MaxBytes/4 { // escapes make the canonical form longer, but not four times as long
		if n := len(in.Encode()); n > record.MaxBytes {
			err = fmt.Errorf("%d bytes when encoded", n)
		}
	}
	return in, err
}

// admit says whether a phone may push the record: nil, or a fault whose code goes into its receipt.
func (u *push) admit(ctx context.Context, in record.Record, mine ledger.Copy) error {
	have, held := mine.Record()
	territory, typ := in.Territory, in.Type
	if held {
		territory, typ = have.Territory, have.Type
	}
	switch {
	case in.Type != typ:
		return fault.New(fault.Forbidden, "record.office_owned", nil)
	case field.OfficeOwned(typ):
		if err := admitLost(ctx, u.tx, in, have); err != nil {
			return err
		}
	case territory == field.Common:
		return fault.New(fault.Forbidden, "record.out_of_scope", nil)
	case !slices.Contains(u.scope, territory):
		was, err := wasHere(ctx, u.tx, u.phone.Account, in.ID, territory)
		if err == nil && !was {
			was, err = u.storeWasHere(ctx, have)
		}
		if err == nil && !was {
			was, err = u.hadMoved(ctx, in, have)
		}
		if err != nil {
			return err
		}
		if !was {
			return fault.New(fault.Forbidden, "record.out_of_scope", nil)
		}
	}
	if in.MaxLam() > u.batch.Lam()+maxLamportJump {
		return fault.New(fault.Invalid, "record.bad_value", errors.New("lamport time far ahead"))
	}
	if err := field.Validate(in, have); err != nil {
		return err
	}
	if !mine.Damaged() {
		if over, err := u.overclaims(ctx, in, have, held); err != nil {
			return err
		} else if over {
			return fault.New(fault.Invalid, "record.bad_value", errors.New("sees writes that never came"))
		}
	}
	if in.Type != field.TypePhoto {
		return nil
	}
	if err := u.batch.Flush(ctx); err != nil { // the photo that checkPhoto looks for may have come in this push
		return err
	}
	return u.store.checkPhoto(ctx, u.tx, in)
}

// quarantine keeps what was pushed, byte for byte. The id is made from the content, so that pushing it
// again keeps it once.
func (u *push) quarantine(ctx context.Context, one pushed, why error) (wire.Receipt, exact, error) {
	_, code := fault.Of(why)
	_, err := u.tx.ExecContext(ctx, `INSERT INTO quarantine (id, device, received_ms, offset_ms, code, raw) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO NOTHING`, uuid.NewSHA1(u.phone.Device, one.raw).String(), u.phone.Device.String(), u.at.atMS, u.at.first(ledger.News(record.Record{}, one.rec)), code, []byte(one.raw))
	if err != nil {
		return wire.Receipt{}, exact{}, fmt.Errorf("quarantine: %w", err)
	}
	u.store.log.WarnContext(ctx, "Record put aside", "device", u.phone.Device, "code", code, "error", why)
	return wire.Receipt{Status: wire.Quarantined, Code: code}, exact{id: one.rec.ID, typ: one.rec.Type}, nil
}
