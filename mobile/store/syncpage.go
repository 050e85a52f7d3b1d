package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"storewalk/shared/field"
	"storewalk/shared/wire"

	"github.com/google/uuid"
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
	err = s.view(ctx, func(tx *sql.Tx) error {
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
	AllBackedUp  bool         // a backup of the server holds all that was ever written here
	Kinds        []Kind       // of what there is any, in the order of kinds
	Visits       []VisitRow   // the latest forty, newest first: a day
	Refused      []Refused
	Damaged      int       // records that were damaged before they were sent, and that the person has looked at
	Drafts       []Draft   // by store
	Typed        []Typing  // texts that could not be saved
	Awaited      []Awaited // photos that the camera has not brought yet, or that could not be kept
}

// A Kind is one type of what was written on this phone. Photos count by their bytes, with their thumbnails.
type Kind struct {
	Type      string
	Waiting   int // not on the server yet; of photos, also those whose bytes could not be taken
	Aside     int // that a person must look at, see SyncPage.Refused
	Confirmed int // on the server
	BackedUp  int // of these, in a backup of the server
}

// kinds is the order in which a day makes them; others follow.
var kinds = []string{field.TypeVisit, field.TypeCount, field.TypeNote, field.TypeStore, field.TypePhoto}

// SyncPage reads the sync page.
func (s *Store) SyncPage(ctx context.Context) (p SyncPage, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		if _, err := getMeta(ctx, tx, metaSync, &p.Exchange); err != nil {
			return err
		}
		if p.Waiting, err = waiting(ctx, tx); err != nil {
			return err
		}
		err := tx.QueryRowContext(ctx, `SELECT coalesce((SELECT sum(size - sent) FROM upload INDEXED BY upload_left WHERE done_ms = 0 AND kept = 0), 0)
			- coalesce((SELECT sum(u.size - u.sent) FROM (SELECT DISTINCT sha256 FROM (`+removedBytes+`)) g CROSS JOIN upload u ON u.sha256 = g.sha256
			    WHERE u.done_ms = 0 AND u.kept = 0), 0)`).Scan(&p.WaitingBytes)
		if err != nil {
			return err
		}
		if p.Refused, err = refused(ctx, tx); err != nil {
			return err
		}
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM damaged WHERE unsent = $1`, lostSeen).Scan(&p.Damaged); err != nil {
			return err
		}
		if err := p.count(ctx, tx); err != nil {
			return err
		}
		who, err := s.loadPeople(ctx, tx)
		if err != nil {
			return err
		}
		if p.Visits, err = visits(ctx, tx, who, `WHERE v.manager = $1 ORDER BY v.lam DESC LIMIT 40`, who.me.String()); err != nil {
			return err
		}
		if p.Drafts, err = drafts(ctx, tx); err != nil {
			return err
		}
		p.Awaited, err = awaited(ctx, tx, stillAwaited+` AND (visit <> $1 OR application <> $1)`, uuid.Nil.String())
		return err
	})
	if err != nil {
		return SyncPage{}, fmt.Errorf("store: sync page: %w", err)
	}
	p.Typed = s.typed()
	return p, nil
}

// count fills in Kinds and the sums over them.
func (p *SyncPage) count(ctx context.Context, tx *sql.Tx) error {
	all, err := confirmedKinds(ctx, tx)
	if err != nil {
		return err
	}
	for _, k := range all {
		p.Confirmed.Records += k.Confirmed
		p.BackedUp.Records += k.BackedUp
	}
	photos, err := confirmedPhotos(ctx, tx)
	if err != nil {
		return err
	}
	p.Confirmed.Photos, p.BackedUp.Photos, photos.Waiting = photos.Confirmed, photos.BackedUp, p.Waiting.Photos
	all = append(all, photos)
	if p.AllBackedUp, err = nothingLater(ctx, tx, all); err != nil {
		return err
	}
	of := func(typ string) *Kind {
		if typ == field.TypeThumbnail {
			typ = field.TypePhoto
		}
		i := slices.IndexFunc(all, func(k Kind) bool { return k.Type == typ })
		if i < 0 {
			all, i = append(all, Kind{Type: typ}), len(all)
		}
		return &all[i]
	}
	err = eachRow(ctx, tx, func(rows *sql.Rows) error {
		var typ string
		var n int
		err := rows.Scan(&typ, &n)
		of(typ).Waiting += n
		return err
	}, `SELECT type, n FROM type_waits WHERE n > 0`)
	if err != nil {
		return err
	}
	for _, r := range p.Refused {
		of(r.Type).Aside += r.N
	}
	order := func(k Kind) int {
		if i := slices.Index(kinds, k.Type); i >= 0 {
			return i
		}
		return len(kinds)
	}
	slices.SortFunc(all, func(a, b Kind) int { return cmp.Or(order(a)-order(b), cmp.Compare(a.Type, b.Type)) })
	p.Kinds = slices.DeleteFunc(all, func(k Kind) bool { return k.Waiting+k.Aside+k.Confirmed == 0 })
	return nil
}

// A Refused is what the server put aside, or could not take, for one reason.
type Refused struct {
	Type  string // of the record; field.TypePhoto for bytes
	Code  string
	N     int
	Spots []Spot // where to look, of some of them
}

// A Spot is a visit, or a store when Visit is nil.
type Spot struct {
	Store     uuid.UUID
	StoreName string
	Visit     uuid.UUID
}

const maxSpots = 5 // of one reason

func refused(ctx context.Context, tx *sql.Tx) (out []Refused, err error) {
	err = eachRow(ctx, tx, func(rows *sql.Rows) error {
		var r Refused
		var store, visit string
		var at Spot
		if err := rows.Scan(&r.Type, &r.Code, &store, &visit, &at.StoreName); err != nil {
			return err
		}
		if n := len(out); n == 0 || out[n-1].Type != r.Type || out[n-1].Code != r.Code {
			out = append(out, r)
		}
		last := &out[len(out)-1]
		last.N++
		at.Store, _ = uuid.Parse(store) // "" is none
		at.Visit, _ = uuid.Parse(visit)
		if len(last.Spots) < maxSpots && at.Store != uuid.Nil && !slices.Contains(last.Spots, at) {
			last.Spots = append(last.Spots, at)
		}
		return nil
	}, `SELECT x.type, x.code, x.store, x.visit, coalesce(s.name, '') FROM (
		  SELECT r.type AS type, r.refused AS code, `+storeOf+` AS store, `+visitOf+` AS visit FROM record r WHERE r.refused <> '' AND r.version IS r.acked
		    AND NOT (`+isDamaged+` AND EXISTS (SELECT 1 FROM damaged d WHERE d.record = r.id AND d.unsent = $3))
		  UNION ALL
		  SELECT $1, u.refused, coalesce(p.store, ''), coalesce(p.visit, '') FROM upload u INDEXED BY upload_refused
		    LEFT JOIN photo p ON p.id = (SELECT id FROM photo WHERE sha256 = u.sha256 LIMIT 1) WHERE u.refused <> '' AND u.done_ms = 0 AND `+wanted+`
		  UNION ALL
		  SELECT d.type, $2, '', '' FROM damaged d WHERE d.unsent = 1 AND NOT EXISTS (SELECT 1 FROM record r WHERE r.id = d.record AND r.refused <> '')) x
		LEFT JOIN store s ON s.id = x.store ORDER BY x.type, x.code, s.name, x.visit`, field.TypePhoto, codeDamaged, lostSeen)
	return out, err
}

// visitOf finds the visit of a record r.
const visitOf = `coalesce(CASE r.type
	WHEN 'visit' THEN r.id
	WHEN 'count' THEN (SELECT visit FROM count_line WHERE record = r.id LIMIT 1)
	WHEN 'note' THEN (SELECT visit FROM note WHERE id = r.id)
	WHEN 'photo' THEN (SELECT visit FROM photo WHERE id = r.id)
	WHEN 'thumbnail' THEN (SELECT p.visit FROM thumbnail t JOIN photo p ON p.id = t.photo WHERE t.record = r.id)
	END, '')`

// eachRow reads all rows of a statement.
func eachRow(ctx context.Context, tx *sql.Tx, read func(*sql.Rows) error, text string, args ...any) error {
	rows, err := tx.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := read(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
