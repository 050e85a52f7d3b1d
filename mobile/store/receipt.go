package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"storewalk/shared/blob"
	"storewalk/shared/digest"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/receipt"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// A Receipt is the server's word about a day, which this phone has compared with what is on it.
type Receipt struct {
	receipt.Receipt
	Signed receipt.Signed
	Day    receipt.Day // the day under which it is kept
}

// A receiptTry is how the last try to get a receipt ended.
type receiptTry struct {
	AtMS int64  `json:"at_ms"`
	Code string `json:"code"` // "" when a receipt was kept
}

// ReceiptDue reports whether the server is to be asked for a receipt, and for what: when everything that was written here
// is there, and the last receipt does not say so or was given before a backup.
func (s *Store) ReceiptDue(ctx context.Context) (ask wire.ReceiptRequest, due bool, err error) {
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		h, err := s.here(ctx, tx)
		if err != nil || h.unsettled {
			return err
		}
		last, ok, err := lastReceipt(ctx, tx, h.account.User)
		if err != nil {
			return err
		}
		if due = !ok || !h.covered(last); !due && !last.BackedUp {
			if due, err = allBackedUp(ctx, tx); err != nil {
				return err
			}
		}
		if !due {
			return nil
		}
		ask = wire.ReceiptRequest{Proto: wire.Proto, Replica: h.rid, Damaged: h.damaged}
		ask.Days, err = daysSince(ctx, tx, h.account.User, last, s.wall())
		return err
	})
	if err != nil {
		return ask, false, fmt.Errorf("store: receipt due: %w", err)
	}
	return ask, due, nil
}

// KeepReceipt takes an answer to ask. It keeps the receipt only if this server signed it and it says exactly what is on this
// phone now: a write since, or anything that differs, and there is none. Photos that the server lacks wait again. It
// returns why it kept none: a fault "receipt.…".
func (s *Store) KeepReceipt(ctx context.Context, ask wire.ReceiptRequest, got wire.ReceiptResponse) error {
	var why error
	err := s.change(ctx, func(tx *sql.Tx) error {
		why = nil
		for _, ref := range got.Lacks {
			if _, here := s.Blobs.Has(ref); !here {
				continue
			}
			if _, err := tx.ExecContext(ctx, `UPDATE upload SET sent = 0, done_ms = 0, feed_seq = 0, refused = '' WHERE sha256 = $1 AND done_ms > 0`, ref.String()); err != nil {
				return err
			}
		}
		why = s.keepReceipt(ctx, tx, ask, got)
		if kind, _ := fault.Of(why); why != nil && kind != fault.Invalid {
			return why
		}
		try := receiptTry{AtMS: s.wall().UnixMilli()}
		if why != nil {
			_, try.Code = fault.Of(why)
		}
		return setMetaJSON(ctx, tx, metaReceipt, try)
	})
	if err != nil {
		return err
	}
	return why
}

func (s *Store) keepReceipt(ctx context.Context, tx *sql.Tx, ask wire.ReceiptRequest, got wire.ReceiptResponse) error {
	if got.Receipt == nil {
		return fault.New(fault.Invalid, "receipt.lacks", nil)
	}
	h, err := s.here(ctx, tx)
	if err != nil {
		return err
	}
	if h.account.ReceiptKey == "" { // enrolled when servers told no key: the first that is heard is the one
		h.account.ReceiptKey = base64.StdEncoding.EncodeToString(got.Key)
		if err := setMetaJSON(ctx, tx, metaAccount, h.account); err != nil {
			return err
		}
	}
	key, err := base64.StdEncoding.DecodeString(h.account.ReceiptKey)
	if err != nil {
		return fault.New(fault.Invalid, "receipt.forged", err)
	}
	signed := receipt.Signed(got.Receipt)
	if err := signed.Check(h.account.ServerID, key); err != nil {
		return err
	}
	r, err := signed.Read()
	if err != nil {
		return err
	}
	same, err := h.says(ctx, tx, r, ask.Days)
	if err != nil {
		return err
	}
	if !same {
		return fault.New(fault.Invalid, "receipt.differs", errors.New("the server and this phone count otherwise"))
	}
	for _, d := range r.Days {
		_, err := tx.ExecContext(ctx, `INSERT INTO receipt (person, day, at_ms, signed) VALUES ($1, $2, $3, $4)
			ON CONFLICT (person, day) DO UPDATE SET at_ms = excluded.at_ms, signed = excluded.signed`, r.Person.String(), d.Date, r.AtMS, []byte(signed))
		if err != nil {
			return err
		}
	}
	return nil
}

// here is what a receipt must say.
type here struct {
	account   Account
	rid       record.Replica
	counter   uint64
	epoch     record.Replica
	unsettled bool                 // something is not on the server, or was not read from it
	damaged   int                  // records that were damaged before they were sent, and that the person has looked at
	lost      map[uuid.UUID]uint64 // see lostWrites
}

// here reads who this phone is and whether everything is on the server.
func (s *Store) here(ctx context.Context, tx *sql.Tx) (h here, err error) {
	if _, err := getMeta(ctx, tx, metaAccount, &h.account); err != nil {
		return h, err
	}
	if h.rid, h.counter, err = ledger.Self(ctx, tx); err != nil {
		return h, err
	}
	u, err := unfinished(ctx, tx)
	if err != nil {
		return h, err
	}
	var epoch string
	var open bool
	err = tx.QueryRowContext(ctx, `SELECT coalesce((SELECT epoch FROM cursor WHERE territory = $1), ''),
		EXISTS (SELECT 1 FROM cursor c WHERE c.whole = 0 OR c.epoch <> (SELECT epoch FROM cursor WHERE territory = $1))
		OR EXISTS (SELECT 1 FROM record r WHERE r.refused <> '' AND r.version IS r.acked
			AND NOT (`+isDamaged+` AND EXISTS (SELECT 1 FROM damaged d WHERE d.record = r.id AND d.unsent = $2))),
		(SELECT count(*) FROM damaged WHERE unsent = $2)`,
		field.Common.String(), lostSeen).Scan(&epoch, &open, &h.damaged)
	if err != nil {
		return h, fmt.Errorf("settled: %w", err)
	}
	if epoch != "" {
		if h.epoch, err = record.ParseReplica(epoch); err != nil {
			return h, err
		}
	}
	if h.damaged > 0 { // what was lost may be the last that was written
		if h.lost, err = lostWrites(ctx, tx, h.rid); err != nil {
			return h, err
		}
		if h.counter, err = reach(ctx, tx, h.lost); err != nil {
			return h, err
		}
	}
	h.unsettled = u.Any() || open || epoch == "" || h.counter == 0
	return h, nil
}

// covered reports whether a receipt was given for all that was written here.
func (h here) covered(r receipt.Receipt) bool {
	return r.Replica == h.rid && r.Counter == h.counter && r.Uncovered == h.damaged && r.Epoch == h.epoch && r.Device == h.account.Device && r.Person == h.account.User
}

// says reports whether a receipt says what is on this phone.
func (h here) says(ctx context.Context, tx *sql.Tx, r receipt.Receipt, days []string) (bool, error) {
	if h.unsettled || !h.covered(r) || len(r.Days) != len(days) {
		return false, nil
	}
	var records int
	var content, writes digest.Sum
	err := eachRow(ctx, tx, func(rows *sql.Rows) error {
		var id uuid.UUID
		var version []byte
		var n uint64
		var lies bool
		if err := rows.Scan(&id, &version, &n, &lies); err != nil {
			return err
		}
		if now, ok := h.lost[id]; ok {
			if n = now; n == 0 { // the server never had it, or it comes back from there first
				return nil
			}
		}
		records++
		writes = receipt.AddWrite(writes, id, n)
		if lies && len(version) == len(record.Version{}) {
			content = receipt.AddRecord(content, record.Version(version))
		}
		return nil
	}, `SELECT id, version, own_n, territory <> $1 AND NOT EXISTS (SELECT 1 FROM leaving l WHERE l.record = record.id)
		FROM record INDEXED BY record_confirmed WHERE own_n > 0 AND version IS acked`, uuid.Nil.String())
	if err != nil {
		return false, err
	}
	photos := 0
	err = eachRow(ctx, tx, func(rows *sql.Rows) error {
		var sha string
		if err := rows.Scan(&sha); err != nil {
			return err
		}
		ref, err := blob.ParseRef(sha)
		photos++
		content = receipt.AddPhoto(content, ref)
		return err
	}, `SELECT DISTINCT p.sha256 FROM record r INDEXED BY record_confirmed CROSS JOIN photo p ON p.id = r.id
		WHERE r.own_n > 0 AND r.version IS r.acked AND r.type = 'photo' AND p.gone = 0 AND NOT `+isDamaged+` AND NOT EXISTS (SELECT 1 FROM leaving l WHERE l.record = r.id)`)
	if err != nil {
		return false, err
	}
	if records != r.Records || photos != r.Photos || content != r.Content || writes != r.Writes {
		return false, nil
	}
	for _, d := range r.Days {
		own, err := countForReceipt(ctx, tx, h.account.User, d.Date)
		if err != nil {
			return false, err
		}
		if !slices.Contains(days, d.Date) || d.Visits != own.Visits || d.Lines != own.Lines || d.Photos < own.Photos-own.elsewhere || d.Photos > own.Photos {
			return false, nil
		}
	}
	return true, nil
}

// A dayCount is a person's work in one day, as it is known here. What is damaged is not counted: nobody can vouch for it.
type dayCount struct {
	receipt.Day
	elsewhere int // photos taken on other phones: whether their bytes have arrived is not known here
}

// countForReceipt counts a day as a receipt tells of it: the visits of the day on which they began by what the clock showed, which
// is all that the server goes by, and only those in a territory of this phone. The server counts what it would give this phone, and
// of the others the phone keeps only what still has to be sent, so that they could not agree.
func countForReceipt(ctx context.Context, tx *sql.Tx, person uuid.UUID, date string) (dayCount, error) {
	from, to, _ := field.DaySpan(date)
	return countDay(ctx, tx, date, clockedOn+` AND NOT EXISTS (SELECT 1 FROM leaving l WHERE l.record = v.id)`, person.String(), from, to)
}

// clockedOn says of a visit v that $1 began it between $2 and $3 by what the clock showed.
const clockedOn = `v.manager = $1 AND v.clock_ms >= $2 AND v.clock_ms < $3`

// countDay counts the visits v of a day for which a condition holds.
func countDay(ctx context.Context, tx *sql.Tx, date, which string, args ...any) (d dayCount, err error) {
	d.Date = date
	sound := func(id string) string {
		return ` AND NOT EXISTS (SELECT 1 FROM record r WHERE r.id = ` + id + ` AND ` + isDamaged + `)`
	}
	photos := `SELECT count(*) FROM photo p WHERE p.visit = v.id AND p.gone = 0` + sound("p.id")
	err = tx.QueryRowContext(ctx, `SELECT count(*), coalesce(sum((SELECT count(*) FROM count_line l WHERE l.visit = v.id AND l.skipped = 0`+sound("l.record")+`)), 0),
		coalesce(sum((`+photos+`)), 0),
		coalesce(sum((`+photos+` AND NOT EXISTS (SELECT 1 FROM upload u WHERE u.sha256 = p.sha256))), 0)
		FROM visit v WHERE `+which+sound("v.id"), args...).Scan(&d.Visits, &d.Lines, &d.Photos, &d.elsewhere)
	if err != nil {
		return d, fmt.Errorf("day %s: %w", date, err)
	}
	return d, nil
}

// daysSince lists the days of which a receipt is to tell, the latest first: those with visits since the last one's, or
// today.
func daysSince(ctx context.Context, tx *sql.Tx, person uuid.UUID, last receipt.Receipt, now time.Time) (out []string, err error) {
	var from int64
	if len(last.Days) > 0 {
		from, _, _ = field.DaySpan(last.Days[0].Date)
	}
	for before := int64(1 << 60); len(out) < receipt.MaxDays; {
		var latest sql.NullInt64
		err := tx.QueryRowContext(ctx, `SELECT max(clock_ms) FROM visit WHERE manager = $1 AND clock_ms >= $2 AND clock_ms < $3`,
			person.String(), max(from, 1), before).Scan(&latest)
		if err != nil {
			return nil, fmt.Errorf("days: %w", err)
		}
		if !latest.Valid {
			break
		}
		date := field.DayOf(time.UnixMilli(latest.Int64))
		if before, _, _ = field.DaySpan(date); before == 0 {
			break // by a clock that shows no date
		}
		out = append(out, date)
	}
	if len(out) == 0 {
		out = []string{field.DayOf(now)}
	}
	return out, nil
}

// allBackedUp reports whether a backup of the server holds all that was written here.
func allBackedUp(ctx context.Context, tx *sql.Tx) (bool, error) {
	all, err := confirmedKinds(ctx, tx)
	if err != nil {
		return false, err
	}
	photos, err := confirmedPhotos(ctx, tx)
	if err != nil {
		return false, err
	}
	return nothingLater(ctx, tx, append(all, photos))
}

// nothingLater is allBackedUp where what is confirmed has been counted.
func nothingLater(ctx context.Context, tx *sql.Tx, confirmed []Kind) (bool, error) {
	for _, k := range confirmed {
		if k.BackedUp < k.Confirmed {
			return false, nil
		}
	}
	var later bool // a photo counts by its bytes above: its record may have been written on since, as by who removed it
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM cursor c CROSS JOIN (SELECT $1 AS type UNION ALL SELECT $2) k
		WHERE EXISTS (SELECT 1 FROM record r INDEXED BY record_confirmed WHERE r.own_n > 0 AND r.version IS r.acked
		    AND r.type = k.type AND r.refused = '' AND r.territory = c.territory AND r.feed_seq > c.backed_up)
		  OR EXISTS (SELECT 1 FROM record r INDEXED BY record_confirmed WHERE r.own_n > 0 AND r.version IS r.acked
		    AND r.type = k.type AND r.refused = '' AND r.territory = c.territory AND r.feed_seq < 1))`, field.TypePhoto, field.TypeThumbnail).Scan(&later)
	if err != nil {
		return false, fmt.Errorf("backed up: %w", err)
	}
	return !later, nil
}

// lastReceipt returns the latest receipt of a person.
func lastReceipt(ctx context.Context, q querier, person uuid.UUID) (r receipt.Receipt, ok bool, err error) {
	var signed []byte
	err = q.QueryRowContext(ctx, `SELECT signed FROM receipt WHERE person = $1 ORDER BY at_ms DESC LIMIT 1`, person.String()).Scan(&signed)
	if errors.Is(err, sql.ErrNoRows) {
		return r, false, nil
	}
	if err == nil {
		r, err = receipt.Signed(signed).Read()
	}
	if err != nil {
		return r, false, fmt.Errorf("last receipt: %w", err)
	}
	return r, true, nil
}
