package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"
)

// A Phone is an enrolled device as the office sees it.
type Phone struct {
	ID             uuid.UUID
	Name           string
	Owner          Person
	EnrolledMS     int64
	SeenMS         int64 // its last contact
	RevokedMS      int64 // 0: it is not
	OffsetMS       int64 // how far its clock was ahead at the last contact
	App            string
	WaitingRecords int // what it said was not on the server yet
	WaitingPhotos  int
}

// Phones lists all phones, the one heard from last first.
func (s *Store) Phones(ctx context.Context) ([]Phone, error) {
	return query(ctx, s.db.Read, func(rows *sql.Rows) (p Phone, err error) {
		err = rows.Scan(id(&p.ID), &p.Name, id(&p.Owner.ID), &p.Owner.Name, &p.EnrolledMS, &p.SeenMS, &p.RevokedMS, &p.OffsetMS,
			&p.App, &p.WaitingRecords, &p.WaitingPhotos)
		return p, err
	}, `SELECT d.id, d.name, d.account, COALESCE(p.name, ''), d.enrolled_ms, d.seen_ms, d.revoked_ms, d.offset_ms, d.app,
		d.waiting_records, d.waiting_photos
		FROM device d LEFT JOIN person p ON p.id = d.account ORDER BY d.revoked_ms > 0, d.seen_ms DESC, d.id`)
}

// An Aside is something a phone sent that can not be a record here.
type Aside struct {
	ID         string
	ReceivedMS int64
	Code       string // the fault that put it aside
	Owner      Person // whose phone sent it
	Phone      string // its name
	Size       int    // bytes
	Raw        string // how it begins
}

const (
	maxAside    = 200   // of one page
	asidePrefix = 2_000 // bytes shown
)

// Quarantined lists what was put aside, the latest first.
func (s *Store) Quarantined(ctx context.Context) ([]Aside, error) {
	out, err := query(ctx, s.db.Read, func(rows *sql.Rows) (a Aside, err error) {
		var raw []byte
		err = rows.Scan(&a.ID, &a.ReceivedMS, &a.Code, id(&a.Owner.ID), &a.Owner.Name, &a.Phone, &a.Size, &raw)
		a.Raw = string(raw)
		return a, err
	}, fmt.Sprintf(`SELECT q.id, q.received_ms, q.code, COALESCE(d.account, ''), COALESCE(p.name, ''), COALESCE(d.name, ''),
		length(q.raw), substr(q.raw, 1, %d)
		FROM quarantine q LEFT JOIN device d ON d.id = q.device LEFT JOIN person p ON p.id = d.account
		ORDER BY q.received_ms DESC, q.id LIMIT %d`, asidePrefix, maxAside))
	return out, err
}
