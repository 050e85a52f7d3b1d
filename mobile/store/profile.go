package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Background is what there is to know about a store beyond its own fields.
type Background struct {
	TerritoryName string
	TownshipName  string // the division code when the territory has no name for it
	Storefront    *Storefront
	Trends        []Trend       // of the products that were counted here of late: out of stock first, then the rest of the last count
	Requests      []RequestRow  // not closed; the one that is due first on top
	Closed        int           // requests that are
	Announcements []Telling     // what to tell this store, what it has not heard first
	Pending       []Application // what the office was or is to be asked for here, newest first
	// Asked is the last application for each field of the store that was asked for: by the person signed in if it is not
	// submitted. What was approved since is not among them, unless it does not stand in the store: its Undone and Coming name
	// that field alone.
	Asked  map[string]Application
	Differ []Differing // fields of the store that hold several values
}

// A Storefront is the latest photo of a store from outside.
type Storefront struct {
	Photo, Visit uuid.UUID
	Ref          blob.Ref
	TakenMS      int64
	Thumb        []byte // JPEG, nil when it has not come yet
}

// A Trend is what the last counts of a store found of one product.
type Trend struct {
	Product uuid.UUID
	Name    string
	Points  []TrendPoint // oldest first, trendCounts at most
	// AreaOn of AreaOf stores of the territory that were counted within displayDays had the product on display.
	AreaOn, AreaOf int
}

// A TrendPoint is one count of one product.
type TrendPoint struct {
	AtMS int64 // check-in of the visit
	Line field.CountLine
}

// On returns how many of the points found the product on display.
func (t Trend) On() (n int) {
	for _, p := range t.Points {
		if p.Line.OnDisplay {
			n++
		}
	}
	return n
}

// Last returns the latest count.
func (t Trend) Last() TrendPoint { return t.Points[len(t.Points)-1] }

// urgency puts what was out of stock at the last count of the store first, and what was not counted then last.
func (t Trend) urgency(lastMS int64) int {
	switch p := t.Last(); {
	case p.AtMS != lastMS:
		return 2
	case p.Line.OutOfStock:
		return 0
	}
	return 1
}

// trendCounts is how many counts a trend goes back; displayDays how many days the rate of the territory does.
const (
	trendCounts = 8
	displayDays = 7
)

// A Telling is an announcement as one store is told it.
type Telling struct {
	ID          uuid.UUID
	Title, Text field.Text
	ToldMS      int64 // when this store was told it last; 0: not yet
}

// background reads all but the fields of a store's record r.
func (s *Store) background(ctx context.Context, tx *sql.Tx, r record.Record, who people) (b Background, err error) {
	township := field.StoreOf(r).Township
	area, _, err := ledger.Load(ctx, tx, r.Territory)
	if err != nil {
		return b, err
	}
	t := field.TerritoryOf(area)
	b.TerritoryName, b.TownshipName = t.Name, t.Townships[township]
	if b.TownshipName == "" {
		b.TownshipName = township
	}
	if b.Storefront, err = storefront(ctx, tx, r.ID); err != nil {
		return b, err
	}
	now := s.wall()
	if b.Trends, err = trends(ctx, tx, r.ID, r.Territory, now); err != nil {
		return b, err
	}
	if b.Requests, err = requestRows(ctx, tx, who, `WHERE q.store = $1 AND q.state <> 'closed' `+workFirst(now), r.ID.String()); err != nil {
		return b, err
	}
	if err = tx.QueryRowContext(ctx, `SELECT count(*) FROM request WHERE store = $1 AND state = 'closed'`, r.ID.String()).Scan(&b.Closed); err != nil {
		return b, err
	}
	if b.Announcements, err = tellings(ctx, tx, r.ID, r.Territory, now); err != nil {
		return b, err
	}
	if err := b.asked(ctx, tx, r.ID, who); err != nil {
		return b, err
	}
	b.Differ, err = differingStore(ctx, tx, r.ID)
	return b, err
}

// storefront finds the latest photo through the visits, whose photos have an index.
func storefront(ctx context.Context, tx *sql.Tx, store uuid.UUID) (*Storefront, error) {
	var f Storefront
	var sha string
	err := tx.QueryRowContext(ctx, `
		SELECT p.id, p.visit, p.sha256, p.taken_ms, t.jpeg
		FROM visit v JOIN photo p ON p.visit = v.id LEFT JOIN thumbnail t ON t.photo = p.id
		WHERE v.store = $1 AND p.kind = 'storefront' AND p.gone = 0
		ORDER BY v.lam DESC, p.taken_ms DESC LIMIT 1`, store.String()).Scan(&f.Photo, &f.Visit, &sha, &f.TakenMS, &f.Thumb)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err == nil {
		f.Ref, err = blob.ParseRef(sha)
	}
	return &f, err
}

// trends reads the last counts of a store, and of each product in them how many stores have it on display.
func trends(ctx context.Context, tx *sql.Tx, store, territory uuid.UUID, now time.Time) ([]Trend, error) {
	rows, err := tx.QueryContext(ctx, `
		WITH last AS MATERIALIZED (SELECT v.id, v.check_in_ms, v.lam FROM visit v
		  WHERE v.store = $1 AND EXISTS (SELECT 1 FROM count_line l WHERE l.visit = v.id AND l.skipped = 0) ORDER BY v.lam DESC LIMIT $2)
		SELECT l.product, p.name, last.check_in_ms, l.cartons, l.packs, l.on_display, l.out_of_stock, l.facings, l.price_fen, l.why
		FROM last JOIN count_line l ON l.visit = last.id JOIN product p ON p.id = l.product WHERE l.skipped = 0
		ORDER BY last.lam DESC, p.price_class, p.name`, store.String(), trendCounts)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Trend
	at := map[uuid.UUID]int{}
	for rows.Next() {
		var t Trend
		var p TrendPoint
		l := &p.Line
		if err := rows.Scan(&t.Product, &t.Name, &p.AtMS, &l.Cartons, &l.Packs, &l.OnDisplay, &l.OutOfStock, &l.Facings, &l.PriceFen, &l.Why); err != nil {
			return nil, err
		}
		i, known := at[t.Product]
		if !known {
			i = len(out)
			at[t.Product], out = i, append(out, t)
		}
		out[i].Points = append(out[i].Points, p)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for _, t := range out {
		slices.Reverse(t.Points)
	}
	if err := displayRates(ctx, tx, territory, now, out, at); err != nil {
		return nil, err
	}
	last := int64(0)
	for _, t := range out {
		last = max(last, t.Last().AtMS)
	}
	slices.SortStableFunc(out, func(a, b Trend) int { return a.urgency(last) - b.urgency(last) })
	return out, nil
}

// displayRates adds the on-display rate (上柜率) of the territory: of the stores that were counted lately, the share that
// had a product on display. at finds a product's trend.
func displayRates(ctx context.Context, tx *sql.Tx, territory uuid.UUID, now time.Time, out []Trend, at map[uuid.UUID]int) error {
	if len(out) == 0 {
		return nil
	}
	rows, err := tx.QueryContext(ctx, `
		SELECT l.product, count(DISTINCT l.store), count(DISTINCT CASE WHEN l.on_display = 1 THEN l.store END)
		FROM visit v JOIN count_line l ON l.visit = v.id
		WHERE v.territory = $1 AND v.check_in_ms >= $2 AND l.skipped = 0 GROUP BY l.product`, territory.String(), now.AddDate(0, 0, -displayDays).UnixMilli())
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var product uuid.UUID
		var of, on int
		if err := rows.Scan(&product, &of, &on); err != nil {
			return err
		}
		if i, wanted := at[product]; wanted {
			out[i].AreaOn, out[i].AreaOf = on, of
		}
	}
	return rows.Err()
}

// tellings lists what is announced now to a store of a territory.
func tellings(ctx context.Context, tx *sql.Tx, store, territory uuid.UUID, now time.Time) ([]Telling, error) {
	ids, err := queryIDs(ctx, tx, `SELECT id FROM announcement
		WHERE closed = 0 AND territory IN ($1, $2) AND from_ms <= $3 AND (until_ms = 0 OR until_ms > $3) ORDER BY from_ms DESC, id`,
		territory.String(), field.Common.String(), now.UnixMilli())
	if err != nil {
		return nil, err
	}
	var out []Telling
	for _, id := range ids {
		r, _, err := ledger.Load(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		a := field.AnnouncementOf(r)
		if len(a.Stores) > 0 && !slices.Contains(a.Stores, store) {
			continue
		}
		t := Telling{ID: id, Title: a.Title, Text: a.Text}
		err = tx.QueryRowContext(ctx, `SELECT coalesce(max(told_ms), 0) FROM told WHERE store = $1 AND announcement = $2`,
			store.String(), id.String()).Scan(&t.ToldMS)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(a, b Telling) int { return heard(a) - heard(b) })
	return out, nil
}

func heard(t Telling) int {
	if t.ToldMS > 0 {
		return 1
	}
	return 0
}

// differingStore lists the fields of a store itself that hold several values.
func differingStore(ctx context.Context, tx *sql.Tx, store uuid.UUID) (out []Differing, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT record, field, values_n FROM conflict WHERE record = $1 ORDER BY field`, store.String())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d Differing
		if err := rows.Scan(&d.Record, &d.Field, &d.Values); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// SetWindow keeps when the owner wants to be visited (约定拜访时段), as "15:00" or "" for any time, or returns a fault
// "window.invalid".
func (s *Store) SetWindow(ctx context.Context, id uuid.UUID, from, to string, seenFrom, seenTo Seen) error {
	if err := field.ValidateWindow(from, to); err != nil {
		return err
	}
	e := ledger.Edit{ID: id, Type: field.TypeStore}
	begin, end := e, e
	begin.Field, begin.Value, begin.Seen = "window_from", from, seenFrom
	end.Field, end.Value, end.Seen = "window_to", to, seenTo
	return s.edit(ctx, begin, end)
}

// SetCare keeps what to have in mind with the owner (关怀标记): codes as in field.CareFlagCodes, and those of later versions.
func (s *Store) SetCare(ctx context.Context, id uuid.UUID, flags []string, seen Seen) error {
	return s.edit(ctx, ledger.Edit{ID: id, Type: field.TypeStore, Field: "care", Value: flags, Seen: seen})
}
