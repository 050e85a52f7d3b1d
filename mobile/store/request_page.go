package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A RequestPage is all that the page of one request shows, also while it is being written down.
type RequestPage struct {
	Asking
	Exists     bool // something has been written
	VisitOpen  bool // the person signed in is still there
	StoreName  string
	StorePhone string
	Owner      string // name of who is to see it through
	Mine       bool   // that is the person signed in
	Request    field.Request
	Sent       bool // the server holds it as it is here
	Story      []StoryRow
	Parts      map[string]Part // of the fields that a person edits
	Differ     []Differing     // which of the request's fields hold several values
	Photos     []RequestPhoto  // that prove it; then the others of its visit
	Awaited    []Awaited       // photos that are to prove it and that the camera has not brought yet
	Counts     []RequestCount  // counts and visits that prove it; then that of its visit
	Products   []RequestProduct
	Draft      RequestDraft // of the next step
	Removal    Removal      // who removed it; its Type is "" when nobody did
	Removable
}

// A StoryRow is one event of a request.
type StoryRow struct {
	field.RequestEvent
	Who     string // name
	FoundBy string // name of who had brought it to the state that this event found
	MayUndo bool
	// OffClock says that AtMS, which the clock of the writer's phone showed, is not when it was. How far that clock was off only
	// the server knows.
	OffClock bool
}

// A RequestPhoto is a photo that proves a request, or may be made to.
type RequestPhoto struct {
	PhotoRow
	Visit  uuid.UUID
	Linked bool
}

// A RequestCount is a visit, or what was counted in it, that proves a request.
type RequestCount struct {
	Visit     uuid.UUID
	CheckInMS int64
	Lines     int
	Kind      string // field.LinkCount or field.LinkVisit
	Linked    bool
}

// A RequestProduct is a product that a request is about, or may be.
type RequestProduct struct {
	ID     uuid.UUID
	Name   string
	Linked bool
}

// RequestPage reads a request, or what there is to begin one with when nothing of it has been written and at names its
// store; otherwise it is a fault "request.not_found".
func (s *Store) RequestPage(ctx context.Context, at Asking) (p RequestPage, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		who, err := s.loadPeople(ctx, tx)
		if err != nil {
			return err
		}
		r, ok, err := ledger.Load(ctx, tx, at.ID)
		if err != nil {
			return err
		}
		switch {
		case ok && r.Type == field.TypeRequest:
			q := field.RequestOf(r)
			at = Asking{at.ID, q.Store, q.Visit, q.Kind, q.SpokeMS}
		case ok || at.Store == uuid.Nil:
			return requestNotFound()
		}
		p = RequestPage{Asking: at, Exists: ok, Request: who.times.Request(r), Parts: map[string]Part{}}
		if !ok {
			p.Request = field.Request{Store: at.Store, Visit: at.Visit, Kind: at.Kind, SpokeMS: at.SpokeMS, Owner: who.me, State: field.RequestOpen}
		}
		p.Owner, p.Mine = who.names[p.Request.Owner.String()], p.Request.Owner == who.me
		return s.fillRequest(ctx, tx, &p, r, who)
	})
	if err != nil {
		return RequestPage{}, fmt.Errorf("store: request %s: %w", at.ID, err)
	}
	return p, nil
}

func (s *Store) fillRequest(ctx context.Context, tx *sql.Tx, p *RequestPage, r record.Record, who people) error {
	shop, _, err := ledger.Load(ctx, tx, p.Store)
	if err != nil {
		return err
	}
	p.StoreName, p.StorePhone = field.StoreOf(shop).Name, cmp.Or(field.StoreOf(shop).Phone, field.StoreOf(shop).BackupPhone)
	visit, _, err := ledger.Load(ctx, tx, p.Visit)
	if err != nil {
		return err
	}
	v := field.VisitOf(visit)
	p.VisitOpen = v.Manager == who.me && v.CheckIn.AtMS != 0 && v.CheckOut.AtMS == 0
	for _, name := range []string{"kind", "urgent", "text", "promise", "spoke"} {
		p.Parts[name] = Part{Record: p.ID, Field: name, Seen: r.Seen(name), Siblings: siblings(r, name, who)}
	}
	var last Exchange
	if _, err := getMeta(ctx, tx, metaSync, &last); err != nil {
		return err
	}
	off := p.Request.ByAWrongClock(s.wall().UnixMilli() - last.OffsetMS)
	for i, ev := range p.Request.Events {
		p.Story = append(p.Story, StoryRow{ev, who.names[ev.Author], who.names[ev.FoundBy], mayUndo(p.Request.Events, i, who.me, s.wall()), off[i]})
	}
	if p.Exists {
		if err := tx.QueryRowContext(ctx, `SELECT version IS acked FROM record WHERE id = $1`, p.ID.String()).Scan(&p.Sent); err != nil {
			return err
		}
		if p.Differ, err = differingStore(ctx, tx, p.ID); err != nil {
			return err
		}
		p.Removable = removable(r, VisitRow{}, who)
		if r.Judge().Fate != record.Live {
			if p.Removal, err = removedRequest(ctx, tx, p.ID, who); err != nil {
				return err
			}
		}
	}
	if p.Draft, err = requestDraft(ctx, tx, p.ID); err != nil {
		return err
	}
	if err := s.requestPhotos(ctx, tx, p); err != nil {
		return err
	}
	if err := requestCounts(ctx, tx, p); err != nil {
		return err
	}
	return requestProducts(ctx, tx, p)
}

// linked are the ids to which links of a kind lead.
func (p *RequestPage) linked(kind string) (ids []uuid.UUID) {
	for _, l := range p.Request.Links {
		if l.Kind == kind {
			ids = append(ids, l.To)
		}
	}
	return ids
}

func (s *Store) requestPhotos(ctx context.Context, tx *sql.Tx, p *RequestPage) error {
	linked := p.linked(field.LinkPhoto)
	for _, id := range linked {
		row, err := s.evidenceRow(ctx, tx, id)
		if err != nil {
			return err
		}
		r, _, err := ledger.Load(ctx, tx, id)
		if err != nil {
			return err
		}
		p.Photos = append(p.Photos, RequestPhoto{row, field.PhotoOf(r).Visit, true})
	}
	if p.Visit == uuid.Nil {
		return nil
	}
	coming, err := awaited(ctx, tx, stillAwaited+` AND visit = $1`, p.Visit.String())
	if err != nil {
		return err
	}
	for _, a := range coming {
		if a.Asking != nil && a.Asking.ID == p.ID {
			p.Awaited = append(p.Awaited, a)
		}
	}
	others, err := s.photos(ctx, tx, p.Visit)
	for _, o := range others {
		if !slices.Contains(linked, o.ID) {
			p.Photos = append(p.Photos, RequestPhoto{o, p.Visit, false})
		}
	}
	return err
}

func requestCounts(ctx context.Context, tx *sql.Tx, p *RequestPage) error {
	add := func(visit uuid.UUID, kind string, linked bool) error {
		c := RequestCount{Visit: visit, Kind: kind, Linked: linked}
		rows, err := tx.QueryContext(ctx, `SELECT check_in_ms, (SELECT count(*) FROM count_line l WHERE l.visit = v.id AND l.skipped = 0) FROM visit v WHERE v.id = $1`, visit.String())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := rows.Scan(&c.CheckInMS, &c.Lines); err != nil {
				return err
			}
		}
		if linked || c.Lines > 0 {
			p.Counts = append(p.Counts, c)
		}
		return rows.Err()
	}
	counts := p.linked(field.LinkCount)
	for _, id := range counts {
		if err := add(id, field.LinkCount, true); err != nil {
			return err
		}
	}
	for _, id := range p.linked(field.LinkVisit) {
		if err := add(id, field.LinkVisit, true); err != nil {
			return err
		}
	}
	if p.Visit == uuid.Nil || slices.Contains(counts, p.Visit) {
		return nil
	}
	return add(p.Visit, field.LinkCount, false)
}

// suggestedProducts is how many products are offered beside those that a request is about.
const suggestedProducts = 4

// requestProducts names the products that a request is about, and offers what was out of stock at the last count there.
func requestProducts(ctx context.Context, tx *sql.Tx, p *RequestPage) error {
	linked := p.linked(field.LinkProduct)
	for _, id := range linked {
		r, _, err := ledger.Load(ctx, tx, id)
		if err != nil {
			return err
		}
		p.Products = append(p.Products, RequestProduct{id, cmp.Or(field.ProductOf(r).Name, id.String()[:8]), true})
	}
	rows, err := tx.QueryContext(ctx, `SELECT l.product, p.name FROM count_line l JOIN product p ON p.id = l.product
		WHERE l.out_of_stock = 1 AND l.visit = (SELECT v.id FROM visit v WHERE v.store = $1
		  AND EXISTS (SELECT 1 FROM count_line x WHERE x.visit = v.id AND x.skipped = 0) ORDER BY v.lam DESC LIMIT 1)
		ORDER BY p.price_class, p.name`, p.Store.String())
	if err != nil {
		return err
	}
	defer rows.Close()
	for n := 0; rows.Next(); {
		var o RequestProduct
		if err := rows.Scan(&o.ID, &o.Name); err != nil {
			return err
		}
		if n < suggestedProducts && !slices.Contains(linked, o.ID) {
			p.Products = append(p.Products, o)
			n++
		}
	}
	return rows.Err()
}

// foundProducts is how many products a search shows.
const foundProducts = 6

// FindProducts returns products by their name, pinyin or code.
func (s *Store) FindProducts(ctx context.Context, typed string) (out []RequestProduct, err error) {
	if strings.TrimSpace(typed) == "" {
		return nil, nil
	}
	rows, err := s.db.Read.QueryContext(ctx, `SELECT id, name FROM product WHERE search LIKE $1 ESCAPE '\' AND status <> 'retiring'
		ORDER BY price_class, name LIMIT $2`, like(field.Fold(typed)), foundProducts)
	if err != nil {
		return nil, fmt.Errorf("store: products: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var p RequestProduct
		if err := rows.Scan(&p.ID, &p.Name); err != nil {
			return nil, fmt.Errorf("store: products: %w", err)
		}
		out = append(out, p)
	}
	return out, rows.Err()
}
