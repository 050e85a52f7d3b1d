package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"storewalk/shared/field"
	"storewalk/shared/receipt"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// A DayEnd is what there is to know when a person closes the day.
type DayEnd struct {
	receipt.Day // of the person, today, with whatever phone
	Clock       Clock
	Waiting     wire.Waiting // of these, what is not on the server yet
	Left        Left         // of these visits, those of stores that have left the person's territories
	Gone        Left         // besides, those of them that are no longer on this phone
	Elsewhere   int          // of the photos, those of other phones of which nothing says here that their bytes have arrived
	Receipt     *Receipt     // the last one; nil before the first
	Covers      bool         // it says that all that was written here is on the server
	Code        string       // why the last try brought none
}

// A Left is visits of stores that have left the territories of this phone, and what of them is not on the server yet.
type Left struct {
	Visits  int
	Waiting wire.Waiting
	Aside   int // records that the server put aside
}

// DayEnd counts today.
func (s *Store) DayEnd(ctx context.Context) (d DayEnd, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		h, err := s.here(ctx, tx)
		if err != nil {
			return err
		}
		d.Clock = s.clock(ctx, tx)
		me := h.account.User
		begun, err := visitsOn(ctx, tx, me.String(), d.Clock.Day(), d.Clock)
		if err != nil {
			return err
		}
		today, err := countDay(ctx, tx, d.Clock.Day(), ofBegun, begun.list())
		if err != nil {
			return err
		}
		d.Day = today.Day
		err = tx.QueryRowContext(ctx, `SELECT coalesce(sum(`+visitWaits+`), 0),
			coalesce(sum((SELECT count(DISTINCT p.sha256) FROM photo p WHERE p.visit = v.id AND `+photoWaits+`)), 0)
			FROM visit v WHERE `+ofBegun, begun.list()).Scan(&d.Waiting.Records, &d.Waiting.Photos)
		if err != nil {
			return err
		}
		if err := d.countLeft(ctx, tx, me, begun); err != nil {
			return err
		}
		var try receiptTry
		if _, err := getMeta(ctx, tx, metaReceipt, &try); err != nil {
			return err
		}
		d.Code = try.Code
		all, err := keptReceipts(ctx, tx, me, `ORDER BY at_ms DESC, day DESC LIMIT 1`)
		if len(all) > 0 {
			d.Receipt = &all[0]
			d.Covers = !h.unsettled && h.covered(all[0].Receipt)
		}
		if err != nil {
			return err
		}
		settled := today // what a receipt may tell of
		from, to, _ := field.DaySpan(d.Date)
		clocked, err := queryIDs(ctx, tx, `SELECT v.id FROM visit v WHERE `+clockedOn, me.String(), from, to)
		if err != nil {
			return err
		}
		otherwise := len(clocked) != len(begun) || slices.ContainsFunc(clocked, func(id uuid.UUID) bool { return !begun.has(id) })
		if d.Left.Visits > 0 || otherwise {
			if settled, err = countForReceipt(ctx, tx, me, d.Date); err != nil {
				return err
			}
		}
		d.Elsewhere = today.elsewhere
		if slices.Contains(told(all), settled.Day) {
			d.Elsewhere -= settled.elsewhere
		}
		return nil
	})
	if err != nil {
		return DayEnd{}, fmt.Errorf("store: end of the day: %w", err)
	}
	return d, nil
}

// told lists the days that receipts tell of.
func told(all []Receipt) (days []receipt.Day) {
	for _, r := range all {
		days = append(days, r.Days...)
	}
	return days
}

// Receipts returns the receipts of the person signed in, one for each day, the latest first.
func (s *Store) Receipts(ctx context.Context) (out []Receipt, err error) {
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		var a Account
		if _, err := getMeta(ctx, tx, metaAccount, &a); err != nil {
			return err
		}
		out, err = keptReceipts(ctx, tx, a.User, `ORDER BY day DESC LIMIT 400`)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: receipts: %w", err)
	}
	return out, nil
}

// ReceiptOf returns the receipt of a day of the person signed in; ok is false when there is none.
func (s *Store) ReceiptOf(ctx context.Context, day string) (r Receipt, ok bool, err error) {
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		var a Account
		if _, err := getMeta(ctx, tx, metaAccount, &a); err != nil {
			return err
		}
		all, err := keptReceipts(ctx, tx, a.User, `AND day = $2`, day)
		if len(all) > 0 {
			r, ok = all[0], true
		}
		return err
	})
	if err != nil {
		return r, false, fmt.Errorf("store: receipt: %w", err)
	}
	return r, ok, nil
}

func keptReceipts(ctx context.Context, tx *sql.Tx, person uuid.UUID, which string, args ...any) (out []Receipt, err error) {
	err = eachRow(ctx, tx, func(rows *sql.Rows) error {
		var r Receipt
		var day string
		err := rows.Scan(&day, (*[]byte)(&r.Signed))
		if err == nil {
			r.Receipt, err = r.Signed.Read()
		}
		for _, d := range r.Days {
			if d.Date == day {
				r.Day = d
			}
		}
		out = append(out, r)
		return err
	}, `SELECT day, signed FROM receipt WHERE person = $1 `+which, append([]any{person.String()}, args...)...)
	return out, err
}
