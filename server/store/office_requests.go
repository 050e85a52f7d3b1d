package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A RequestRow is what a list shows of a request (诉求).
type RequestRow struct {
	ID         uuid.UUID
	Store      uuid.UUID
	StoreName  string
	Township   string // division code
	Visit      uuid.UUID
	Kind       string
	Urgent     bool
	Text       string
	Owner      Person // who was asked first
	State      string
	Spoke      Stamp
	Next       string // the event that is due, see field.Request; "" when it is closed
	DueMS      int64  // when it is, by the server's clock as far as it is known; 0 when no clock runs
	EndedMS    int64
	Rating     int
	ReceivedMS int64

	otherClocks bool // its times are by clocks that were off
}

// Late reports whether its clock has run out.
func (q RequestRow) Late(nowMS int64) bool { return q.DueMS != 0 && q.DueMS < nowMS }

var selectRequest = `SELECT q.id, q.store, COALESCE(s.name, ''), COALESCE(s.township, ''), q.visit, q.kind, q.urgent, q.text, q.owner, COALESCE(p.name, ''),
	q.state, q.spoke_ms, q.due_ms, q.ended_ms, q.rating, r.received_ms, ` + byOtherClocks + `
	FROM request q JOIN record r ON r.id = q.id LEFT JOIN store s ON s.id = q.store LEFT JOIN person p ON p.id = q.owner `

func scanRequest(rows *sql.Rows) (q RequestRow, err error) {
	var urgent int
	err = rows.Scan(id(&q.ID), id(&q.Store), &q.StoreName, &q.Township, id(&q.Visit), &q.Kind, &urgent, &q.Text, id(&q.Owner.ID), &q.Owner.Name,
		&q.State, &q.Spoke.AtMS, &q.DueMS, &q.EndedMS, &q.Rating, &q.ReceivedMS, &q.otherClocks)
	q.Urgent = urgent != 0
	q.Spoke = stamp(q.Spoke.AtMS, 0, q.ReceivedMS)
	q.Next, _ = field.Request{Kind: q.Kind, State: q.State}.Due()
	return q, err
}

// readRequests reads requests with their times by the server's clock.
func readRequests(ctx context.Context, tx *sql.Tx, rest string, args ...any) ([]RequestRow, error) {
	out, err := query(ctx, tx, scanRequest, selectRequest+rest, args...)
	for i := range out {
		if err == nil && out[i].otherClocks {
			_, err = out[i].correct(ctx, tx)
		}
	}
	return out, err
}

// A RequestDetail is all there is about one request.
type RequestDetail struct {
	RequestRow
	Request  field.Request
	Clocks   []field.Clock // by the server's clock as far as it is known
	Story    []RequestStep
	Photos   []PhotoRow // that prove it
	Visits   []RequestVisit
	Products []string // names
	Open     []Conflict
	Removed  []Removed // one at most: who removed it
}

// Gone reports whether it is hidden from lists.
func (d RequestDetail) Gone() bool { return len(d.Removed) > 0 && d.Removed[0].Gone }

// A RequestStep is one event of a request.
type RequestStep struct {
	field.RequestEvent
	Who, FoundBy Person // FoundBy had led it to the state that this event found
}

// A RequestVisit is a visit, or the count made in it, that proves a request.
type RequestVisit struct {
	Visit   uuid.UUID
	Kind    string // field.LinkVisit or field.LinkCount
	CheckIn Stamp
	Manager Person
	Lines   int
}

// OfficeEvents are the events that the office adds to a request; the others are for who goes there.
var OfficeEvents = []string{field.EventStart, field.EventComment, field.EventReopen}

// May reports whether the office may add an event now.
func (d RequestDetail) May(kind string) bool {
	return slices.Contains(OfficeEvents, kind) && (kind == field.EventComment || slices.Contains(field.Next(d.Request.State), kind))
}

// RequestByID returns a request, removed or not, or a fault "request.not_found".
func (s *Store) RequestByID(ctx context.Context, request uuid.UUID) (d RequestDetail, err error) {
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		r, ok, err := ledger.Load(ctx, tx, request)
		if err != nil {
			return err
		}
		if !ok || r.Type != field.TypeRequest || field.RequestOf(r).Empty() {
			return notFound("request")
		}
		return s.requestDetail(ctx, tx, r, &d)
	})
	return d, err
}

func (s *Store) requestDetail(ctx context.Context, tx *sql.Tx, r record.Record, d *RequestDetail) error {
	q := field.RequestOf(r)
	rows, err := query(ctx, tx, scanRequest, selectRequest+`WHERE q.id = $1`, r.ID.String())
	if err != nil {
		return err
	}
	if len(rows) == 0 { // removed: no list has it
		d.RequestRow = RequestRow{ID: r.ID, Store: q.Store, Visit: q.Visit, Kind: q.Kind, Urgent: q.Urgent, Text: q.Text,
			State: q.State, Owner: Person{ID: q.Owner}}
		shop, _, err := ledger.Load(ctx, tx, q.Store)
		if err != nil {
			return err
		}
		d.StoreName = field.StoreOf(shop).Name
	} else {
		d.RequestRow = rows[0]
	}
	if q, err = d.correct(ctx, tx); err != nil {
		return err
	}
	d.Request, d.Clocks = q, q.Clocks()
	names := map[string]string{}
	people, err := query(ctx, tx, func(rows *sql.Rows) (p Person, err error) {
		err = rows.Scan(id(&p.ID), &p.Name)
		return p, err
	}, `SELECT id, name FROM person`)
	if err != nil {
		return err
	}
	for _, p := range people {
		names[p.ID.String()] = p.Name
	}
	person := func(author string) (p Person) {
		p.ID, _ = uuid.Parse(author)
		p.Name = names[author]
		return p
	}
	d.Owner = person(q.Owner.String())
	for _, ev := range q.Events {
		d.Story = append(d.Story, RequestStep{ev, person(ev.Author), person(ev.FoundBy)})
	}
	if err := s.requestLinks(ctx, tx, q, d, person); err != nil {
		return err
	}
	if d.Open, err = conflicts(ctx, tx, `c.record = $1`, r.ID.String()); err != nil {
		return err
	}
	d.Removed, err = s.removed(ctx, tx, `m.record = $1`, r.ID)
	return err
}

func (s *Store) requestLinks(ctx context.Context, tx *sql.Tx, q field.Request, d *RequestDetail, person func(string) Person) error {
	for _, l := range q.Links {
		switch l.Kind {
		case field.LinkPhoto:
			found, err := s.photos(ctx, tx, `f.id = $1`, l.To.String())
			if err != nil {
				return err
			}
			d.Photos = append(d.Photos, found...)
		case field.LinkProduct:
			r, _, err := ledger.Load(ctx, tx, l.To)
			if err != nil {
				return err
			}
			if name := field.ProductOf(r).Name; name != "" {
				d.Products = append(d.Products, name)
			}
		case field.LinkVisit, field.LinkCount:
			found, err := query(ctx, tx, func(rows *sql.Rows) (v RequestVisit, err error) {
				var at, offset, arrived int64
				var manager string
				err = rows.Scan(id(&v.Visit), &at, &offset, &arrived, &manager, &v.Lines)
				v.Kind, v.CheckIn, v.Manager = l.Kind, stamp(at, offset, arrived), person(manager)
				return v, err
			}, `SELECT v.id, v.check_in_ms, r.offset_ms, r.received_ms, v.manager, (SELECT count(*) FROM count_line l WHERE l.visit = v.id AND l.skipped = 0)
				FROM visit v JOIN record r ON r.id = v.id WHERE v.id = $1`, l.To.String())
			if err != nil {
				return err
			}
			d.Visits = append(d.Visits, found...)
		}
	}
	return nil
}

// AddRequestEvent adds what the office did, one of OfficeEvents, to the story of a request. It is a fault "request.not_now"
// when the state does not allow it (any more), "request.no_words" for an empty comment, and else those of field.ValidateNote.
func (s *Store) AddRequestEvent(ctx context.Context, by, request uuid.UUID, kind, text string) error {
	if err := field.ValidateNote(text); err != nil {
		return err
	}
	ev := field.RequestEvent{Kind: kind, AtMS: time.Now().UnixMilli(), Text: strings.TrimSpace(text)}
	if kind == field.EventComment && ev.Text == "" {
		return fault.New(fault.Invalid, "request.no_words", nil)
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		r, ok, err := ledger.Load(ctx, tx, request)
		if err != nil {
			return err
		}
		if !ok || r.Type != field.TypeRequest {
			return notFound("request")
		}
		if !(RequestDetail{Request: field.RequestOf(r)}).May(kind) {
			return fault.New(fault.Conflict, "request.not_now", nil)
		}
		_, err = s.write(ctx, tx, by, ledger.Edit{ID: request, Type: r.Type, Territory: r.Territory, Field: field.EventPrefix + uuid.NewString(), Value: ev})
		return err
	})
}
