package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

// A VisitFilter narrows the list of visits; the zero filter shows the newest of all.
type VisitFilter struct {
	Manager    uuid.UUID
	Store      uuid.UUID // where it was, or whose it was to attend
	Text       string    // part of a store's name, owner, licence number, phone or their pinyin
	Township   string    // division code
	Day        time.Time // the day of the check-in, in the time's zone
	Conflicts  bool      // only with an unsettled conflict
	OutOfStock bool      // only with something out of stock
	Before     string    // VisitPage.Older of the page before
	Limit      int       // rows of one page; 0 is 30
}

// A VisitPage is one page of visits, the one that reached the server last first.
type VisitPage struct {
	Rows  []VisitRow
	Older string // what to ask for next; "" at the end
}

// A VisitRow is what the list shows of a visit.
type VisitRow struct {
	ID          uuid.UUID
	Store       uuid.UUID
	StoreName   string
	Township    string // division code
	Manager     Person
	CheckIn     Stamp
	CheckOut    Stamp // zero while the visit goes on
	ArrivedMS   int64 // when the server got it
	Photos      int
	PhotosWhole int     // photos whose bytes are on the server
	Thumbnails  []Thumb // of the first photos
	Lines       int
	OutOfStock  int
	Note        string // the latest
	Conflicts   int
}

// A Thumb names the small picture of a photo.
type Thumb struct {
	Photo uuid.UUID
	Kind  string
	Here  bool // the picture has arrived
}

const (
	defaultPage  = 30
	rowThumbnail = 4 // small pictures in a row
)

// Visits lists visits, the one that reached the server last first.
func (s *Store) Visits(ctx context.Context, f VisitFilter) (VisitPage, error) {
	if f.Limit <= 0 {
		f.Limit = defaultPage
	}
	where, args, err := f.where()
	if err != nil {
		return VisitPage{}, err
	}
	var page VisitPage
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		args = append(args, f.Limit+1)
		rows, err := query(ctx, tx, scanVisit, selectVisit+where+
			` ORDER BY r.received_ms DESC, r.id DESC LIMIT $`+strconv.Itoa(len(args)), args...)
		if err != nil {
			return err
		}
		if len(rows) > f.Limit {
			rows = rows[:f.Limit]
			last := rows[f.Limit-1]
			page.Older = fmt.Sprintf("%d_%s", last.ArrivedMS, last.ID)
		}
		page.Rows = rows
		return s.addThumbnails(ctx, tx, rows)
	})
	return page, err
}

// where returns the conditions of the filter after selectVisit, and their arguments.
func (f VisitFilter) where() (string, []any, error) {
	args := []any{field.TypeVisit}
	text := ` WHERE r.type = $1`
	add := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		text += " AND " + condition
	}
	if f.Manager != uuid.Nil {
		add(`v.manager = ?`, f.Manager.String())
	}
	if f.Store != uuid.Nil {
		add(`(v.store = ? OR EXISTS (SELECT 1 FROM attendance a WHERE a.store = ? AND a.visit = v.id))`, f.Store.String(), f.Store.String())
	}
	if f.Text != "" {
		add(`s.search LIKE ? ESCAPE '\'`, contains(f.Text))
	}
	if f.Township != "" {
		add(`s.township = ?`, f.Township)
	}
	if !f.Day.IsZero() {
		y, m, d := f.Day.Date()
		from, to := time.Date(y, m, d, 0, 0, 0, 0, f.Day.Location()), time.Date(y, m, d+1, 0, 0, 0, 0, f.Day.Location())
		add(corrected("v.check_in_ms")+` >= ?`, from.UnixMilli())
		add(corrected("v.check_in_ms")+` < ?`, to.UnixMilli())
	}
	if f.Conflicts {
		add(`EXISTS (SELECT 1 FROM conflict c WHERE c.visit = v.id)`)
	}
	if f.OutOfStock {
		add(`EXISTS (SELECT 1 FROM count_line l WHERE l.visit = v.id AND l.out_of_stock = 1)`)
	}
	if f.Before != "" {
		ms, last, _ := strings.Cut(f.Before, "_")
		at, err := strconv.ParseInt(ms, 10, 64)
		if err != nil {
			return "", nil, fault.New(fault.Invalid, "request.malformed", err)
		}
		add(`(r.received_ms < ? OR r.received_ms = ? AND r.id < ?)`, at, at, last)
	}
	return text, args, nil
}

var selectVisit = `SELECT v.id, v.store, COALESCE(s.name, ''), COALESCE(s.township, ''), v.manager, COALESCE(p.name, ''),
	v.check_in_ms, v.check_out_ms, r.offset_ms, CASE v.check_out_ms WHEN 0 THEN 0 ELSE ` + offsetOf("check_out", `e.value -> 5 ->> 'at' = v.check_out_ms`) + ` END,
	r.received_ms, r.changed_ms,
	(SELECT count(*) FROM count_line l WHERE l.visit = v.id AND l.skipped = 0),
	(SELECT count(*) FROM count_line l WHERE l.visit = v.id AND l.out_of_stock = 1),
	(SELECT count(*) FROM conflict c WHERE c.visit = v.id),
	COALESCE((SELECT n.text FROM note n WHERE n.visit = v.id AND n.text <> '' AND n.gone = 0 AND n.kind = '' ORDER BY n.lam DESC, n.id LIMIT 1), '')
	FROM record r JOIN visit v ON v.id = r.id LEFT JOIN store s ON s.id = v.store LEFT JOIN person p ON p.id = v.manager`

func scanVisit(rows *sql.Rows) (v VisitRow, err error) {
	var in, out, offset, outOffset, changed int64
	err = rows.Scan(id(&v.ID), id(&v.Store), &v.StoreName, &v.Township, id(&v.Manager.ID), &v.Manager.Name,
		&in, &out, &offset, &outOffset, &v.ArrivedMS, &changed, &v.Lines, &v.OutOfStock, &v.Conflicts, &v.Note)
	v.CheckIn, v.CheckOut = stamp(in, offset, v.ArrivedMS), stamp(out, outOffset, changed)
	return v, err
}

// addThumbnails fills in what the rows show of their photos, with one statement for all rows.
func (s *Store) addThumbnails(ctx context.Context, tx *sql.Tx, visits []VisitRow) error {
	if len(visits) == 0 {
		return nil
	}
	at := make(map[uuid.UUID]*VisitRow, len(visits))
	args := make([]any, len(visits))
	for i := range visits {
		at[visits[i].ID] = &visits[i]
		args[i] = visits[i].ID.String()
	}
	type row struct {
		visit uuid.UUID
		ref   string
		thumb Thumb
	}
	photos, err := query(ctx, tx, func(rows *sql.Rows) (p row, err error) {
		err = rows.Scan(id(&p.visit), id(&p.thumb.Photo), &p.thumb.Kind, &p.ref, &p.thumb.Here)
		return p, err
	}, `SELECT f.visit, f.id, f.kind, f.sha256, t.photo IS NOT NULL FROM photo f LEFT JOIN thumbnail t ON t.photo = f.id
		WHERE f.gone = 0 AND f.visit IN (`+marks(1, len(args))+`) ORDER BY f.taken_ms, f.id`, args...)
	if err != nil {
		return err
	}
	for _, p := range photos {
		v := at[p.visit]
		v.Photos++
		if ref, err := blob.ParseRef(p.ref); err == nil {
			if _, whole := s.Blobs.Has(ref); whole {
				v.PhotosWhole++
			}
		}
		if len(v.Thumbnails) < rowThumbnail {
			v.Thumbnails = append(v.Thumbnails, p.thumb)
		}
	}
	return nil
}
