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
	Address        string
	LastVisitMS    int64     // check-in of the last visit known here, or of the later group visit elsewhere to which it came; 0 for none
	OpenVisit      uuid.UUID // the visit in progress here by the person signed in, or nil
	WaitingRecords int       // records about this store not yet on the server
	WaitingPhotos  int       // photos taken here whose bytes are not all on the server
	Refused        int       // records about this store that the server put aside
	Conflicts      int       // fields with two or more values
}

// Stores returns the stores whose name, owner, licence number, phone, pinyin or initials contain what was
// typed; all for "". Those with a visit in progress come first, then by township and name.
func (s *Store) Stores(ctx context.Context, typed string) (out []StoreRow, err error) {
	where, args := `search LIKE $1 ESCAPE '\'`, []any{like(field.Fold(typed))}
	if field.Fold(typed) == "" {
		where, args = `1`, nil
	}
	err = s.view(ctx, func(tx *sql.Tx) error {
		rows, err := readColumns(ctx, tx, `id, name, owner, address`, `SELECT id, name, owner, address FROM store WHERE `+where+` ORDER BY township, name`, args...)
		if err != nil {
			return err
		}
		out = make([]StoreRow, 0, rows.n)
		for rows.next() {
			out = append(out, StoreRow{ID: rows.id(), Name: rows.text(), Owner: rows.text(), Address: rows.text()})
		}
		if rows.err != nil {
			return rows.err
		}
		return standings(ctx, tx, out)
	})
	if err != nil {
		return nil, fmt.Errorf("store: stores: %w", err)
	}
	// Not in SQL, where it would cost the sorting of all stores, which an index has sorted already.
	slices.SortStableFunc(out, func(a, b StoreRow) int { return openFirst(a) - openFirst(b) })
	return out, nil
}

// standings fills in what is known of stores beside their profiles. Every table is read once from end to end: to look into
// each of them for every store would cost three times as much.
func standings(ctx context.Context, tx *sql.Tx, stores []StoreRow) error {
	at := make(map[uuid.UUID]int32, len(stores)) // without pointers, which a collection of garbage would follow
	for i := range stores {
		at[stores[i].ID] = int32(i)
	}
	of := func(id uuid.UUID) *StoreRow {
		if i, ok := at[id]; ok {
			return &stores[i]
		}
		return nil
	}
	for _, part := range []struct {
		query string // its columns are the store, n and m; of several rows of a store the last counts
		set   func(r *StoreRow, n, m int)
	}{
		{`SELECT store, check_in_ms AS n, 0 AS m FROM visit ORDER BY store, lam, check_in_ms`, func(r *StoreRow, n, _ int) { r.LastVisitMS = int64(n) }},
		{`SELECT store, records AS n, photos AS m FROM store_waits WHERE records > 0 OR photos > 0`, func(r *StoreRow, n, m int) { r.WaitingRecords, r.WaitingPhotos = n, m }},
		{`SELECT store, count(*) AS n, 0 AS m FROM (` + unwanted + `) GROUP BY store`, func(r *StoreRow, n, _ int) { r.WaitingPhotos -= n }},
		{`SELECT store, n, 0 AS m FROM (` + refusedByStore + `)`, func(r *StoreRow, n, _ int) { r.Refused = n }},
		{`SELECT store, count(*) AS n, 0 AS m FROM conflict GROUP BY store`, func(r *StoreRow, n, _ int) { r.Conflicts = n }},
	} {
		rows, err := readColumns(ctx, tx, `store, n, m`, part.query)
		if err != nil {
			return err
		}
		for rows.next() {
			id, _ := uuid.Parse(rows.text()) // "" is none
			n, m := rows.number(), rows.number()
			if r := of(id); r != nil {
				part.set(r, int(n), int(m))
			}
		}
		if rows.err != nil {
			return rows.err
		}
	}
	came, err := lastCame(ctx, tx)
	if err != nil {
		return err
	}
	for store, last := range came {
		if r := of(store); r != nil {
			r.LastVisitMS = last.atMS
		}
	}
	return eachRow(ctx, tx, func(rows *sql.Rows) error {
		var store, visit uuid.UUID
		var lam int
		err := rows.Scan(&store, &visit, &lam)
		if r := of(store); r != nil {
			r.OpenVisit = visit
		}
		return err
	}, `SELECT v.store, v.id, max(v.lam) FROM visit v INDEXED BY visit_open JOIN meta me ON me.key = 'user' AND me.value = v.manager
		WHERE v.check_out_ms = 0 GROUP BY v.store`)
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
	WHEN 'count' THEN CASE WHEN json_valid(r.body) THEN json_extract(r.body, '$.f.store[0][5]') END
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
	Moved       *Move      // what the last SetPlace here changed, while RestorePlace can take it back; else nil
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
	err := s.view(ctx, func(tx *sql.Tx) error {
		r, ok, err := ledger.Load(ctx, tx, id)
		if err != nil {
			return err
		}
		if !ok || r.Type != field.TypeStore {
			return fault.New(fault.NotFound, "store.not_found", nil)
		}
		who, err := s.loadPeople(ctx, tx)
		if err != nil {
			return err
		}
		p.Profile = field.StoreOf(r)
		if p.Moved, err = lastMove(ctx, tx, r); err != nil {
			return err
		}
		for name, t := range map[string]*Text{"phone": &p.Phone, "backup_phone": &p.BackupPhone, "note": &p.Note,
			"window_from": &p.WindowFrom, "window_to": &p.WindowTo, "care": &p.Care, "market_type": &p.Market, "district_type": &p.District, "position": &p.Place} {
			if *t, err = text(ctx, tx, r, id, name, who); err != nil {
				return err
			}
		}
		var own []VisitRow
		if p.Visits, own, p.OpenVisit, err = lastVisits(ctx, tx, who, id); err != nil {
			return err
		}
		err = tx.QueryRowContext(ctx, `SELECT coalesce(sum(w.records), 0), coalesce(sum(w.photos), 0) - (SELECT count(*) FROM (`+unwanted+`) WHERE store = $1),
			coalesce((SELECT n FROM (`+refusedByStore+`) WHERE store = $1), 0)
			FROM store_waits w WHERE w.store = $1`, id.String()).Scan(&p.Waiting, &p.WaitingPhotos, &p.Refused)
		if err != nil {
			return err
		}
		p.Waiting += p.WaitingPhotos
		if p.Rating, err = lastRating(ctx, tx, own); err != nil {
			return err
		}
		p.Background, err = s.background(ctx, tx, r, who)
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
