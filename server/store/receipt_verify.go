package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"storewalk/shared/fault"
	"storewalk/shared/ledger"
	"storewalk/shared/receipt"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Verified is a receipt that this server signed, and what it holds now of what the receipt says.
type Verified struct {
	receipt.Receipt
	Code, Short  string
	Person       Person
	Phone        string       // name; "" when this server does not know it any more
	Restored     bool         // this server was restored from a backup since
	Records      int          // of those the receipt counts that are here now
	Changed      int          // more that may be among them: after a restore only what was written to them later has come back
	Damaged      int          // records whose bytes are not those that were written
	Photos       int          // of the phone's photos, whole here now
	LostPhotos   []LostPhoto  // not removed, and not whole here; of these the receipt need not have counted all
	MissingDays  []MissingDay // days of which less is here now, of this phone or another, and not because people took it back
	SameWrites   bool         // the records are exactly those
	RemovedSince int          // photos that people removed, before or since, whole here too
}

// A LostPhoto is a photo whose record is here and whose bytes are not.
type LostPhoto struct{ Photo, Visit uuid.UUID }

// A MissingDay is what the receipt says of a day, and what is here now.
type MissingDay struct{ Was, Now receipt.Day }

// Whole reports whether all is here that the receipt says.
func (v Verified) Whole() bool {
	return v.SameWrites && v.Damaged == 0 && len(v.LostPhotos) == 0 && v.MissingPhotos() == 0 && len(v.MissingDays) == 0
}

// MissingRecords is how many of the receipt's records are not here for certain.
func (v Verified) MissingRecords() int { return max(0, v.Receipt.Records-v.Records-v.Changed) }

// MissingPhotos is how many of the receipt's photos are not here for certain.
func (v Verified) MissingPhotos() int { return max(0, v.Receipt.Photos-v.Photos-v.RemovedSince) }

// Unsure reports whether it can not be told whether all is here: records that were written to after the receipt came back
// to a restored server as they are now, or photos are not here that the receipt may not have counted, as one that was
// removed then.
func (v Verified) Unsure() bool {
	return !v.Whole() && v.MissingRecords()+v.MissingPhotos()+v.Damaged+len(v.MissingDays) == 0
}

// VerifyReceipt reads a receipt from its code, its address, or its short code, and looks at what is here now. Faults: those
// of receipt.Parse and Check; "receipt.unknown" for a short code under which nothing is known.
func (s *Store) VerifyReceipt(ctx context.Context, text string) (v Verified, err error) {
	signed, short, err := receipt.Parse(text)
	if err != nil {
		return v, err
	}
	if short != "" {
		err := s.db.Read.QueryRowContext(ctx, `SELECT signed FROM receipt WHERE short = $1`, short).Scan((*[]byte)(&signed))
		if errors.Is(err, sql.ErrNoRows) {
			return v, fault.New(fault.Invalid, "receipt.unknown", nil)
		}
		if err != nil {
			return v, fmt.Errorf("store: receipt: %w", err)
		}
	}
	if err := signed.Check(s.id, s.ReceiptKey()); err != nil {
		return v, err
	}
	if v.Receipt, err = signed.Read(); err != nil {
		return v, err
	}
	v.Code, v.Short = signed.Code(), receipt.Group(signed.Short())
	err = s.db.View(ctx, func(tx *sql.Tx) error { return s.holdsNow(ctx, tx, &v) })
	if err != nil {
		return v, fmt.Errorf("store: verify: %w", err)
	}
	return v, nil
}

// holdsNow fills in what is here now.
func (s *Store) holdsNow(ctx context.Context, tx *sql.Tx, v *Verified) error {
	var epoch string
	if err := tx.QueryRowContext(ctx, `SELECT epoch, COALESCE((SELECT name FROM person WHERE id = $1), ''), COALESCE((SELECT name FROM device WHERE id = $2), '')
		FROM replica WHERE one = 1`, v.Receipt.Person.String(), v.Device.String()).Scan(&epoch, &v.Person.Name, &v.Phone); err != nil {
		return err
	}
	v.Person.ID = v.Receipt.Person
	v.Restored = epoch != v.Epoch.String()
	h, err := s.holdingOf(ctx, tx, v.Replica, v.Counter, func(uuid.UUID) bool { return true })
	if err != nil {
		return err
	}
	v.Records, v.Changed, v.Damaged, v.RemovedSince = h.records, h.later, len(h.damaged), h.removed
	v.SameWrites = h.records == v.Receipt.Records && h.writes == v.Writes
	if v.Restored && !v.SameWrites { // a write that was replaced since did not come back, though the record that has seen it did
		replaced := 0
		err := tx.QueryRowContext(ctx, `SELECT count(*) FROM record WHERE no NOT IN `+ofReplica+` AND instr(body, $2) > 0`, v.Replica.String(), `"`+v.Replica.String()+`"`).Scan(&replaced)
		if err != nil {
			return err
		}
		v.Changed += replaced
	}
	for _, p := range h.lost() {
		v.LostPhotos = append(v.LostPhotos, LostPhoto{p.Photo, p.Visit})
	}
	v.Photos = len(h.photos) - len(v.LostPhotos)
	var dates []string
	for _, d := range v.Days {
		dates = append(dates, d.Date)
	}
	now, err := s.days(ctx, tx, v.Receipt.Person, dates, nil, leftOut)
	if err != nil {
		return err
	}
	all, err := s.days(ctx, tx, v.Receipt.Person, dates, nil, takenBack)
	if err != nil {
		return err
	}
	for _, was := range v.Days {
		for i, d := range all {
			if d.Date == was.Date && (d.Visits < was.Visits || d.Lines < was.Lines || d.Photos < was.Photos) {
				v.MissingDays = append(v.MissingDays, MissingDay{was, now[i]})
			}
		}
	}
	return nil
}

// A storedRecord is a record as it lies here, with its ids read.
type storedRecord struct {
	ledger.Stored
	id, territory uuid.UUID
}

// eachStored calls fn with each record that a query of no, seq, id, type, territory, version and body finds. Its bytes are
// gone when fn returns.
func eachStored(ctx context.Context, tx *sql.Tx, fn func(no, seq int64, r storedRecord) error, text string, args ...any) error {
	rows, err := tx.QueryContext(ctx, text, args...)
	if err != nil {
		return fmt.Errorf("records: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var no, seq int64
		var r storedRecord
		var version, body sql.RawBytes
		if err := rows.Scan(&no, &seq, &r.ID, &r.Type, &r.Territory, &version, &body); err != nil {
			return fmt.Errorf("records: %w", err)
		}
		r.Version, r.Body = version, body
		r.id, _ = uuid.Parse(r.ID) // what does not parse is not sound
		r.territory, _ = uuid.Parse(r.Territory)
		if len(r.Version) != len(record.Version{}) {
			r.Version = make([]byte, len(record.Version{}))
		}
		if err := fn(no, seq, r); err != nil {
			return err
		}
	}
	return rows.Err()
}
