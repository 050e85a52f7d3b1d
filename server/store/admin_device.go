package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// A Device is a phone that was enrolled.
type Device struct {
	ID        uuid.UUID
	Login     string // whose it is
	Name      string // what its user calls it
	Enrolled  time.Time
	Seen      time.Time // when it last called
	RevokedMS int64     // when it was blocked, Unix milliseconds; 0: it is not
}

// Devices lists all phones by login, the newest first.
func (s *Store) Devices(ctx context.Context) ([]Device, error) {
	rows, err := s.db.Read.QueryContext(ctx, `SELECT d.id, a.login, d.name, d.enrolled_ms, d.seen_ms, d.revoked_ms
		FROM device d JOIN account a ON a.id = d.account ORDER BY a.login, d.enrolled_ms DESC, d.id`)
	if err != nil {
		return nil, fmt.Errorf("store: devices: %w", err)
	}
	defer rows.Close()
	var out []Device
	for rows.Next() {
		var d Device
		var id string
		var enrolled, seen int64
		if err := rows.Scan(&id, &d.Login, &d.Name, &enrolled, &seen, &d.RevokedMS); err != nil {
			return nil, fmt.Errorf("store: devices: %w", err)
		}
		if d.ID, err = uuid.Parse(id); err != nil {
			return nil, fmt.Errorf("store: devices: %w", err)
		}
		d.Enrolled, d.Seen = time.UnixMilli(enrolled), time.UnixMilli(seen)
		out = append(out, d)
	}
	return out, rows.Err()
}
