package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"storewalk/server/auth"
	"storewalk/shared/fault"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// An Aside is something a phone sent that can not be a record here.
type Aside struct {
	ID         string
	ReceivedMS int64
	Code       string // the fault that put it aside, or kept it there when it was last looked at
	Owner      Person // whose phone sent it
	Device     uuid.UUID
	Phone      string // its name
	Size       int64  // bytes
	Raw        string // how it begins
}

// An AsidePhone is a phone of which something was put aside.
type AsidePhone struct {
	Device uuid.UUID
	Name   string
	Owner  Person
	N      int // things put aside
}

const (
	maxAside    = 200   // of one page
	asidePrefix = 2_000 // bytes shown
)

// Quarantined lists what was put aside, the latest first.
func (s *Store) Quarantined(ctx context.Context) ([]Aside, error) {
	return query(ctx, s.db.Read, func(rows *sql.Rows) (a Aside, err error) {
		var raw []byte
		err = rows.Scan(&a.ID, &a.ReceivedMS, &a.Code, id(&a.Device), id(&a.Owner.ID), &a.Owner.Name, &a.Phone, &a.Size, &raw)
		a.Raw = string(raw)
		return a, err
	}, fmt.Sprintf(`SELECT q.id, q.received_ms, q.code, q.device, COALESCE(d.account, ''), COALESCE(p.name, ''), COALESCE(d.name, ''),
		length(q.raw), substr(q.raw, 1, %d)
		FROM quarantine q LEFT JOIN device d ON d.id = q.device LEFT JOIN person p ON p.id = d.account
		ORDER BY q.received_ms DESC, q.id LIMIT %d`, asidePrefix, maxAside))
}

// QuarantinedPhones lists the phones of which something was put aside, the one with the most first.
func (s *Store) QuarantinedPhones(ctx context.Context) ([]AsidePhone, error) {
	return query(ctx, s.db.Read, func(rows *sql.Rows) (a AsidePhone, err error) {
		err = rows.Scan(id(&a.Device), &a.Name, id(&a.Owner.ID), &a.Owner.Name, &a.N)
		return a, err
	}, `SELECT q.device, COALESCE(d.name, ''), COALESCE(d.account, ''), COALESCE(p.name, ''), q.n
		FROM (SELECT device, count(*) AS n FROM quarantine GROUP BY device) q
		LEFT JOIN device d ON d.id = q.device LEFT JOIN person p ON p.id = d.account ORDER BY q.n DESC, q.device`)
}

// QuarantinedRaw returns all of what was put aside, byte for byte, or a fault "aside.not_found".
func (s *Store) QuarantinedRaw(ctx context.Context, aside string) ([]byte, error) {
	var raw []byte
	err := s.db.Read.QueryRowContext(ctx, `SELECT raw FROM quarantine WHERE id = $1`, aside).Scan(&raw)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, notFound("aside")
	}
	if err != nil {
		return nil, fmt.Errorf("store: put aside: %w", err)
	}
	return raw, nil
}

// TakeAgain looks at something that was put aside once more, as if its phone sent it now: the phone's user may
// hold the territory meanwhile, or this version may know more. What is taken is not aside any more, and counts
// as having arrived when it did. Faults: "aside.not_found", "aside.still" when it can still not be a record.
func (s *Store) TakeAgain(ctx context.Context, aside string) error {
	taken := false
	err := s.change(ctx, func(tx *sql.Tx) (err error) {
		taken, err = s.takeAgain(ctx, tx, aside)
		return err
	})
	if err == nil && !taken {
		err = fault.New(fault.Conflict, "aside.still", nil)
	}
	return err
}

// TakeAllAgain is TakeAgain for all that came from one phone, in the order it came. It returns how many were
// taken and how many are still aside.
func (s *Store) TakeAllAgain(ctx context.Context, device uuid.UUID) (taken, still int, err error) {
	all, err := query(ctx, s.db.Read, func(rows *sql.Rows) (aside string, err error) {
		err = rows.Scan(&aside)
		return aside, err
	}, `SELECT id FROM quarantine WHERE device = $1 ORDER BY received_ms, id`, device.String())
	if err != nil {
		return 0, 0, err
	}
	for _, aside := range all { // each for itself: phones must not wait for all of them
		switch err := s.TakeAgain(ctx, aside); {
		case fault.Is(err, "aside.still"):
			still++
		case err == nil:
			taken++
		case !fault.Is(err, "aside.not_found"): // somebody else took it
			return taken, still, err
		}
	}
	return taken, still, nil
}

func (s *Store) takeAgain(ctx context.Context, tx *sql.Tx, aside string) (taken bool, err error) {
	var p auth.Principal
	var raw []byte
	var at arrival
	err = tx.QueryRowContext(ctx, `SELECT q.raw, q.received_ms, q.offset_ms, q.device, COALESCE(d.account, '')
		FROM quarantine q LEFT JOIN device d ON d.id = q.device WHERE q.id = $1`, aside).
		Scan(&raw, &at.atMS, &at.offsetMS, id(&p.Device), id(&p.Account))
	if errors.Is(err, sql.ErrNoRows) {
		return false, notFound("aside")
	}
	if err != nil {
		return false, fmt.Errorf("put aside: %w", err)
	}
	scope, err := scopeOf(ctx, tx, p.Account)
	if err != nil {
		return false, err
	}
	push := readAll([]json.RawMessage{raw})
	u, err := s.newPush(ctx, tx, p, scope, record.Replica{}, at, push)
	if err != nil {
		return false, err
	}
	receipt, _, err := u.receive(ctx, push[0])
	if err == nil {
		err = u.close(ctx)
	}
	if err != nil {
		return false, err
	}
	if receipt.Status == wire.Quarantined {
		_, err = tx.ExecContext(ctx, `UPDATE quarantine SET code = $1 WHERE id = $2`, receipt.Code, aside)
		return false, err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM quarantine WHERE id = $1`, aside)
	return true, err
}
