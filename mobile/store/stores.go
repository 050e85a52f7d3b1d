package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// A StoreRow is a store in the list.
type StoreRow struct {
	ID             uuid.UUID
	Name           string
	Owner          string
	LicenceNo      string
	Township       string // division code
	Address        string
	LastVisitMS    int64     // check-in of the last visit known here, 0 for none
	OpenVisit      uuid.UUID // the visit in progress here by the person signed in, or nil
	WaitingRecords int       // records about this store not yet on the server
	WaitingPhotos  int       // photos taken here whose bytes are not all on the server
	Refused        int       // records about this store that the server put aside
	Conflicts      int       // fields with two or more values
}

// Stores returns the stores whose name, owner, licence number, phone, pinyin or initials contain what was
// typed; all for "". Those with a visit in progress come first, then by township and name.
func (s *Store) Stores(ctx context.Context, typed string) ([]StoreRow, error) {
	where, args := `s.search LIKE $1 ESCAPE '\'`, []any{like(field.Fold(typed))}
	if field.Fold(typed) == "" {
		where, args = `1`, nil
	}
	rows, err := s.db.Read.QueryContext(ctx, `
		WITH me AS (SELECT value AS id FROM meta WHERE key = 'user'),
		open AS MATERIALIZED (SELECT v.store, v.id, max(v.lam) FROM visit v, me
		  WHERE v.manager = me.id AND v.check_out_ms = 0 GROUP BY v.store),
		removed AS MATERIALIZED (SELECT store, count(*) AS n FROM (`+unwanted+`) GROUP BY store),
		aside AS MATERIALIZED (`+refusedByStore+`),
		unsettled AS MATERIALIZED (SELECT store, count(*) AS n FROM conflict GROUP BY store)
		SELECT s.id, s.name, s.owner, s.licence_no, s.township, s.address,
		  coalesce((SELECT v.check_in_ms FROM visit v WHERE v.store = s.id ORDER BY v.lam DESC LIMIT 1), 0),
		  coalesce(open.id, ''), coalesce(w.records, 0), coalesce(w.photos, 0) - coalesce(d.n, 0), coalesce(a.n, 0), coalesce(c.n, 0)
		FROM store s LEFT JOIN open ON open.store = s.id LEFT JOIN store_waits w ON w.store = s.id LEFT JOIN removed d ON d.store = s.id LEFT JOIN aside a ON a.store = s.id
		LEFT JOIN unsettled c ON c.store = s.id
		WHERE `+where+` ORDER BY s.township, s.name`, args...)
	if err != nil {
		return nil, fmt.Errorf("store: stores: %w", err)
	}
	defer rows.Close()
	var out []StoreRow
	for rows.Next() {
		var r StoreRow
		var open string
		if err := rows.Scan(&r.ID, &r.Name, &r.Owner, &r.LicenceNo, &r.Township, &r.Address, &r.LastVisitMS, &open,
			&r.WaitingRecords, &r.WaitingPhotos, &r.Refused, &r.Conflicts); err != nil {
			return nil, fmt.Errorf("store: stores: %w", err)
		}
		r.OpenVisit, _ = uuid.Parse(open) // "" is no visit
		out = append(out, r)
	}
	// Not in SQL, where it would cost the sorting of all stores, which an index has sorted already.
	slices.SortStableFunc(out, func(a, b StoreRow) int { return openFirst(a) - openFirst(b) })
	return out, rows.Err()
}

func openFirst(r StoreRow) int {
	if r.OpenVisit != uuid.Nil {
		return 0
	}
	return 1
}

// storeOf finds the store of a record r. That of a count comes from its body, where all who wrote it put the same: an
// index of lines by their record would cost every count that is written or pulled more than it saves the few that wait.
const storeOf = `coalesce(CASE r.type
	WHEN 'store' THEN r.id
	WHEN 'visit' THEN (SELECT store FROM visit WHERE id = r.id)
	WHEN 'count' THEN json_extract(r.body, '$.f.store[0][5]')
	WHEN 'note' THEN (SELECT store FROM note WHERE id = r.id)
	WHEN 'photo' THEN (SELECT store FROM photo WHERE id = r.id)
	WHEN 'thumbnail' THEN (SELECT p.store FROM thumbnail t JOIN photo p ON p.id = t.photo WHERE t.record = r.id)
	ELSE (SELECT store FROM about WHERE record = r.id) END, '')`

// refusedByStore counts what the server put aside. It reads only that.
const refusedByStore = `SELECT store, count(*) AS n FROM (
	SELECT ` + storeOf + ` AS store FROM record r WHERE r.refused <> '' AND r.version IS r.acked) GROUP BY store`

// like makes a LIKE pattern that finds text anywhere.
func like(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
}

// A StorePage is all that the page of one store shows.
type StorePage struct {
	ID          uuid.UUID
	Profile     field.Store
	Phone       Text
	BackupPhone Text
	Note        Text
	WindowFrom  Text
	WindowTo    Text
	Care        Text       // its value is a list; see Profile.CareFlags
	Market      Text       // market type, a code
	District    Text       // district type, a code
	Place       Text       // its value is a position; see Profile.Position
	Visits      []VisitRow // the last ten, newest first, also group visits made elsewhere to which it came
	OpenVisit   uuid.UUID  // in progress by the person signed in, or nil
	Waiting     int        // records and photos of this store not yet on the server
	// WaitingPhotos is how many of Waiting are photos.
	WaitingPhotos int
	Refused       int // records of this store that the server put aside
	Rating        Rating
	Background
}

// StorePage reads the page of a store, or returns a fault "store.not_found".
func (s *Store) StorePage(ctx context.Context, id uuid.UUID) (StorePage, error) {
	p := StorePage{ID: id}
	err := s.db.View(ctx, func(tx *sql.Tx) error {
		r, ok, err := ledger.Load(ctx, tx, id)
		if err != nil {
			return err
		}
		if !ok || r.Type != field.TypeStore {
			return fault.New(fault.NotFound, "store.not_found", nil)
		}
		who, err := loadPeople(ctx, tx)
		if err != nil {
			return err
		}
		p.Profile = field.StoreOf(r)
		for name, t := range map[string]*Text{"phone": &p.Phone, "backup_phone": &p.BackupPhone, "note": &p.Note,
			"window_from": &p.WindowFrom, "window_to": &p.WindowTo, "care": &p.Care, "market_type": &p.Market, "district_type": &p.District, "position": &p.Place} {
			if *t, err = text(ctx, tx, r, id, name, who); err != nil {
				return err
			}
		}
		if p.Visits, p.OpenVisit, err = lastVisits(ctx, tx, who, id); err != nil {
			return err
		}
		err = tx.QueryRowContext(ctx, `SELECT coalesce(sum(w.records), 0), coalesce(sum(w.photos), 0) - (SELECT count(*) FROM (`+unwanted+`) WHERE store = $1),
			coalesce((SELECT n FROM (`+refusedByStore+`) WHERE store = $1), 0)
			FROM store_waits w WHERE w.store = $1`, id.String()).Scan(&p.Waiting, &p.WaitingPhotos, &p.Refused)
		if err != nil {
			return err
		}
		p.Waiting += p.WaitingPhotos
		if p.Rating, err = lastRating(ctx, tx, p.Visits); err != nil {
			return err
		}
		p.Background, err = background(ctx, tx, r, who)
		return err
	})
	if err != nil {
		return StorePage{}, fmt.Errorf("store: page of %s: %w", id, err)
	}
	return p, nil
}

// SetStoreText changes one of field.EditableStoreFields, or the code of a market or district type. An invalid text is kept as a draft and its fault returned.
func (s *Store) SetStoreText(ctx context.Context, id uuid.UUID, name, value string, seen Seen) error {
	return s.setText(ctx, field.ValidateStoreText(name, value), value, uuid.Nil, func(*sql.Tx) ([]ledger.Edit, error) {
		return []ledger.Edit{{ID: id, Type: field.TypeStore, Field: name, Value: value, Seen: seen}}, nil
	})
}
