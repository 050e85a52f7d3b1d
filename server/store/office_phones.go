package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"storewalk/shared/field"

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
	WaitingRecords int   // what it said was not on the server yet
	WaitingPhotos  int   // the same
	FreeBytes      int64 // left on the phone when it last said so
	UsedBytes      int64 // taken by everything on the phone
	StorageMS      int64 // when it said so; 0: never
	Conflicts      int   // open in the territories it holds
	Alarms         int   // raised about it that nobody has seen
}

// Holds reports whether the phone said that something on it was not on the server yet.
func (p Phone) Holds() bool { return p.WaitingRecords+p.WaitingPhotos > 0 }

// What makes somebody look at a phone.
const (
	silentHolding = 24 * time.Hour      // with work on it that is nowhere else
	silentLong    = 3 * 24 * time.Hour  // the same, and more than a weekend's absence explains
	silentEmpty   = 14 * 24 * time.Hour // with nothing on it
	lowShare      = 20                  // free is less than one part in so many
	lowBytes      = 1 << 30             // and less than this
)

// Silent is how long the phone has not called.
func (p Phone) Silent(now time.Time) time.Duration { return now.Sub(time.UnixMilli(p.SeenMS)) }

// Overdue reports whether the phone has been silent for longer than is usual in the field; what it holds is on nothing
// else, so it may be silent less long with work on it than without.
func (p Phone) Overdue(now time.Time) bool {
	return p.Silent(now) >= silentEmpty || p.Holds() && p.Silent(now) >= silentHolding
}

// Full reports whether the phone will soon have no room for photos.
func (p Phone) Full() bool {
	return p.StorageMS > 0 && p.FreeBytes < lowBytes && p.FreeBytes < (p.FreeBytes+p.UsedBytes)/lowShare
}

// A Need says how soon somebody should look at a phone.
type Need int

// The needs. A blocked phone has none.
const (
	NeedNothing Need = iota
	NeedLook         // today: it is overdue, nearly full, or its clock is wrong
	NeedHelp         // now: an alarm that nobody has seen, or work that has been on it alone for days
)

// Need returns how soon somebody should look at the phone.
func (p Phone) Need(now time.Time) Need {
	switch {
	case p.RevokedMS > 0:
		return NeedNothing
	case p.Alarms > 0 || p.Holds() && p.Silent(now) >= silentLong:
		return NeedHelp
	case p.Overdue(now) || p.Full() || p.OffsetMS > clockTolerance || p.OffsetMS < -clockTolerance:
		return NeedLook
	}
	return NeedNothing
}

// Phones lists all phones: the one most in need first, then the one silent longest among those that hold something,
// then the one heard from last. Blocked ones come at the end.
func (s *Store) Phones(ctx context.Context) ([]Phone, error) {
	out, err := query(ctx, s.db.Read, func(rows *sql.Rows) (p Phone, err error) {
		err = rows.Scan(id(&p.ID), &p.Name, id(&p.Owner.ID), &p.Owner.Name, &p.EnrolledMS, &p.SeenMS, &p.RevokedMS, &p.OffsetMS,
			&p.App, &p.WaitingRecords, &p.WaitingPhotos, &p.FreeBytes, &p.UsedBytes, &p.StorageMS, &p.Conflicts, &p.Alarms)
		return p, err
	}, `SELECT d.id, d.name, d.account, COALESCE(p.name, ''), d.enrolled_ms, d.seen_ms, d.revoked_ms, d.offset_ms, d.app,
		d.waiting_records, d.waiting_photos, d.storage_free, d.storage_used, d.storage_ms, COALESCE(c.n, 0),
		(SELECT count(*) FROM alarm a WHERE a.device = d.id AND `+alarmOpen+`)
		FROM device d LEFT JOIN person p ON p.id = d.account
		LEFT JOIN (SELECT g.account, count(*) AS n FROM conflict f JOIN record r ON r.id = f.record
		  JOIN territory_grant g ON g.territory = r.territory WHERE g.revoked_ms = 0 AND r.territory <> $1 GROUP BY g.account) c ON c.account = d.account`,
		field.Common.String())
	now := time.Now()
	slices.SortFunc(out, func(a, b Phone) int {
		return cmp.Or(cmp.Compare(min(a.RevokedMS, 1), min(b.RevokedMS, 1)), cmp.Compare(b.Need(now), a.Need(now)),
			silentFirst(a, b), cmp.Compare(b.SeenMS, a.SeenMS), cmp.Compare(a.ID.String(), b.ID.String()))
	})
	return out, err
}

// silentFirst puts what holds something before what does not, and of those the one silent longest first.
func silentFirst(a, b Phone) int {
	switch {
	case a.Holds() && b.Holds():
		return cmp.Compare(a.SeenMS, b.SeenMS)
	case a.Holds():
		return -1
	case b.Holds():
		return 1
	}
	return 0
}
