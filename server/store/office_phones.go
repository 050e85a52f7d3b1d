package store

import (
	"context"
	"database/sql"

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

// An Alarm is something about a phone that a person should look at.
type Alarm struct {
	Code  string
	AtMS  int64 // when it was last seen
	Phone string
	Owner Person
}

const maxAlarms = 20 // of one page

// Alarms lists what was noticed about phones, the latest first.
func (s *Store) Alarms(ctx context.Context) ([]Alarm, error) {
	return query(ctx, s.db.Read, func(rows *sql.Rows) (a Alarm, err error) {
		err = rows.Scan(&a.Code, &a.AtMS, &a.Phone, id(&a.Owner.ID), &a.Owner.Name)
		return a, err
	}, `SELECT a.code, a.at_ms, COALESCE(d.name, ''), COALESCE(d.account, ''), COALESCE(p.name, '')
		FROM alarm a LEFT JOIN device d ON d.id = a.device LEFT JOIN person p ON p.id = d.account
		ORDER BY a.at_ms DESC, a.id LIMIT $1`, maxAlarms)
}
