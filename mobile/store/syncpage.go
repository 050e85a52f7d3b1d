package store

import (
	"context"
	"database/sql"
	"fmt"

	"storewalk/shared/field"
	"storewalk/shared/wire"
)

// An Exchange is what the phone remembers of its last talks with the server.
type Exchange struct {
	OKMS     int64  `json:"ok_ms"`     // end of the last round that brought everything up to date
	TriedMS  int64  `json:"tried_ms"`  // end of the last round
	Code     string `json:"code"`      // why that failed; "" when it did not
	OffsetMS int64  `json:"offset_ms"` // how far this phone's clock is ahead of the server's
	RoomMS   int64  `json:"room_ms"`   // when the server was last told how full the phone is
	RoomFree int64  `json:"room_free"` // bytes that were free then
}

// NoteExchange keeps e for the sync page.
func (s *Store) NoteExchange(ctx context.Context, e Exchange) error {
	return s.change(ctx, func(tx *sql.Tx) error { return setMetaJSON(ctx, tx, metaSync, e) })
}

// LastExchange returns what NoteExchange kept; zero before the first.
func (s *Store) LastExchange(ctx context.Context) (e Exchange, err error) {
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		_, err := getMeta(ctx, tx, metaSync, &e)
		return err
	})
	if err != nil {
		return Exchange{}, fmt.Errorf("store: last exchange: %w", err)
	}
	return e, nil
}

// A SyncPage is all that the sync page shows.
type SyncPage struct {
	Exchange
	Waiting      wire.Waiting
	WaitingBytes int64        // of photos, not yet sent
	Confirmed    wire.Waiting // written on this phone and confirmed by the server, ever
	BackedUp     wire.Waiting // of those, what a backup of the server is known to hold; photos by their bytes
	Visits       []VisitRow   // the latest, newest first
	Refused      []Refused
	Drafts       []Draft // by store
}

// A Refused is what the server put aside, or could not take.
type Refused struct {
	Type string // of the record; field.TypePhoto for bytes
	Code string
	N    int
}

// SyncPage reads the sync page.
func (s *Store) SyncPage(ctx context.Context) (p SyncPage, err error) {
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		if _, err := getMeta(ctx, tx, metaSync, &p.Exchange); err != nil {
			return err
		}
		if p.Waiting, err = waiting(ctx, tx); err != nil {
			return err
		}
		err := tx.QueryRowContext(ctx, `SELECT
			(SELECT coalesce(sum(size - sent), 0) FROM upload u WHERE done_ms = 0 AND `+wanted+`),
			(SELECT count(*) FROM record WHERE version IS acked AND refused = '' AND own_n > 0 AND type NOT IN ('photo', 'thumbnail')),
			(SELECT count(*) FROM upload WHERE done_ms > 0)`).Scan(&p.WaitingBytes, &p.Confirmed.Records, &p.Confirmed.Photos)
		if err != nil {
			return err
		}
		if p.BackedUp, err = backedUp(ctx, tx); err != nil {
			return err
		}
		who, err := loadPeople(ctx, tx)
		if err != nil {
			return err
		}
		if p.Visits, err = visits(ctx, tx, who, `WHERE v.manager = $1 ORDER BY v.lam DESC LIMIT 50`, who.me.String()); err != nil {
			return err
		}
		if p.Refused, err = refused(ctx, tx); err != nil {
			return err
		}
		p.Drafts, err = drafts(ctx, tx)
		return err
	})
	if err != nil {
		return SyncPage{}, fmt.Errorf("store: sync page: %w", err)
	}
	return p, nil
}

func refused(ctx context.Context, tx *sql.Tx) ([]Refused, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT type, refused, count(*) FROM record WHERE refused <> '' GROUP BY type, refused
		UNION ALL SELECT $1, refused, count(*) FROM upload u WHERE refused <> '' AND `+wanted+` GROUP BY refused ORDER BY 1, 2`, field.TypePhoto)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Refused
	for rows.Next() {
		var r Refused
		if err := rows.Scan(&r.Type, &r.Code, &r.N); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}
