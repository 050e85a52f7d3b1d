package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// A VisitDetail is all there is about one visit.
type VisitDetail struct {
	VisitRow
	OwnerName string
	Address   string
	AllPhotos []PhotoRow
	Counts    []CountRow
	// NotCounted is why nothing could be counted, one of field.NotCountedReasons, or "".
	NotCounted string
	Notes      []NoteRow
	News       []NewsRow // oldest first
	List       VisitList
	Removed    []Removed // photos, notes and requests; what of it is not Gone is among them above too
	Open       []Conflict
	History    []Change // oldest first
}

// A PhotoRow is one photo of a visit.
type PhotoRow struct {
	Thumb
	Visit         uuid.UUID
	StoreName     string
	Ref           blob.Ref
	Size          int64 // bytes
	Width, Height int   // pixels
	Taken         Stamp
	Position      field.Position
	Whole         bool // the bytes are on the server; otherwise they are still on the phone
	Proof         Proof
}

// A CountRow is one product in a count, beside what the store had before.
type CountRow struct {
	field.CountLine
	Product    uuid.UUID
	Name, Code string
	Status     string
	Basis      field.Basis
	Before     *field.CountLine // the last count of the product in an earlier visit; nil when there is none
	BeforeAt   Stamp
	Conflict   bool // two people counted it differently
	AtMS       int64
}

// A NoteRow is one note. A correction stands for the note it names, which stays readable.
type NoteRow struct {
	ID        uuid.UUID
	Text      string
	Author    Person
	Written   Stamp
	Corrects  uuid.UUID
	Corrected bool // a later note stands for it
}

// VisitByID returns a visit, or a fault "visit.not_found".
func (s *Store) VisitByID(ctx context.Context, visit uuid.UUID) (VisitDetail, error) {
	var d VisitDetail
	err := s.db.View(ctx, func(tx *sql.Tx) error {
		rows, err := query(ctx, tx, scanVisit, selectVisit+` WHERE v.id = $1`, visit.String())
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return notFound("visit")
		}
		if err := s.addThumbnails(ctx, tx, rows); err != nil {
			return err
		}
		d.VisitRow = rows[0]
		return s.visitParts(ctx, tx, &d)
	})
	return d, err
}

func (s *Store) visitParts(ctx context.Context, tx *sql.Tx, d *VisitDetail) (err error) {
	err = tx.QueryRowContext(ctx, `SELECT owner, address FROM store WHERE id = $1`, d.Store.String()).Scan(&d.OwnerName, &d.Address)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("store: visit's store: %w", err)
	}
	if d.AllPhotos, err = s.photos(ctx, tx, `f.visit = $1 AND f.gone = 0`, d.ID.String()); err != nil {
		return err
	}
	if d.Counts, err = counts(ctx, tx, d.ID, d.Store); err != nil {
		return err
	}
	sheet, _, err := ledger.Load(ctx, tx, field.CountID(d.ID))
	if err != nil {
		return err
	}
	d.NotCounted = field.CountOf(sheet).NotCounted
	if d.Notes, err = notes(ctx, tx, d.ID); err != nil {
		return err
	}
	if d.News, err = newsOf(ctx, tx, d.ID); err != nil {
		return err
	}
	if d.List, err = visitList(ctx, tx, d.ID); err != nil {
		return err
	}
	if d.Removed, err = s.removed(ctx, tx, `m.visit = $1`, d.ID); err != nil {
		return err
	}
	if d.Open, err = conflicts(ctx, tx, `c.visit = $1`, d.ID.String()); err != nil {
		return err
	}
	ids := []uuid.UUID{d.ID, field.CountID(d.ID)}
	for _, n := range d.Notes {
		ids = append(ids, n.ID)
	}
	for _, n := range d.News {
		ids = append(ids, n.ID)
	}
	for _, p := range d.AllPhotos {
		ids = append(ids, p.Photo)
	}
	for _, r := range d.Removed {
		if r.Gone {
			ids = append(ids, r.Record)
		}
	}
	d.History, err = history(ctx, tx, ids)
	return err
}

// photos lists photos f that fit a condition, in the order they were taken.
func (s *Store) photos(ctx context.Context, tx *sql.Tx, condition string, arg any) ([]PhotoRow, error) {
	found, err := proofs(ctx, tx, condition, arg)
	if err != nil {
		return nil, err
	}
	return query(ctx, tx, func(rows *sql.Rows) (p PhotoRow, err error) {
		var taken, offset, arrived int64
		var ref string
		err = rows.Scan(id(&p.Photo), id(&p.Visit), &p.StoreName, &p.Kind, &ref, &p.Size, &p.Width, &p.Height, &taken, &offset, &arrived,
			&p.Position.Lat, &p.Position.Lon, &p.Here)
		p.Taken, p.Proof = stamp(taken, offset, arrived), found[p.Photo]
		if p.Ref, _ = blob.ParseRef(ref); !p.Ref.IsZero() {
			_, p.Whole = s.Blobs.Has(p.Ref)
		}
		return p, err
	}, `SELECT f.id, f.visit, COALESCE(s.name, ''), f.kind, f.sha256, f.size, f.width, f.height, f.taken_ms, r.offset_ms, r.received_ms,
		f.lat, f.lon, t.photo IS NOT NULL
		FROM photo f JOIN record r ON r.id = f.id LEFT JOIN store s ON s.id = f.store LEFT JOIN thumbnail t ON t.photo = f.id
		WHERE `+condition+` ORDER BY f.taken_ms, f.id`, arg)
}

// HasPhoto reports whether a photo record names the bytes.
func (s *Store) HasPhoto(ctx context.Context, ref blob.Ref) (bool, error) {
	var n int
	err := s.db.Read.QueryRowContext(ctx, `SELECT count(*) FROM photo WHERE sha256 = $1`, ref.String()).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("store: photo %s: %w", ref, err)
	}
	return n > 0, nil
}

// Thumbnail returns the small JPEG of a photo, or a fault "photo.not_found".
func (s *Store) Thumbnail(ctx context.Context, photo uuid.UUID) ([]byte, error) {
	var jpeg []byte
	err := s.db.Read.QueryRowContext(ctx, `SELECT jpeg FROM thumbnail WHERE photo = $1`, photo.String()).Scan(&jpeg)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, notFound("photo")
	}
	if err != nil {
		return nil, fmt.Errorf("store: thumbnail of %s: %w", photo, err)
	}
	return jpeg, nil
}

// counts lists a visit's count: what is out of stock first, then as counted. Before is the last count of
// the product in a visit of the store that came before, by Lamport time: clocks may be wrong.
func counts(ctx context.Context, tx *sql.Tx, visit, store uuid.UUID) ([]CountRow, error) {
	lines, err := query(ctx, tx, func(rows *sql.Rows) (l CountRow, err error) {
		err = rows.Scan(id(&l.Product), &l.Name, &l.Code, &l.Status, &l.Cartons, &l.Packs, &l.OnDisplay, &l.OutOfStock,
			&l.Facings, &l.PriceFen, &l.Delivered, &l.Why, &l.Basis.GuideFen, &l.AtMS, &l.Conflict)
		return l, err
	}, `SELECT l.product, COALESCE(p.name, ''), COALESCE(p.code, ''), COALESCE(p.status, ''),
		l.cartons, l.packs, l.on_display <> 0, l.out_of_stock <> 0, l.facings, l.price_fen, l.delivered, l.why,
		COALESCE(p.guide_price_fen, 0), l.counted_ms, c.record IS NOT NULL
		FROM count_line l LEFT JOIN product p ON p.id = l.product
		LEFT JOIN conflict c ON c.record = l.record AND c.field = $2 || l.product
		WHERE l.visit = $1 ORDER BY l.out_of_stock DESC, l.counted_ms, l.product`, visit.String(), linePrefix)
	if err != nil || len(lines) == 0 {
		return lines, err
	}
	before, err := query(ctx, tx, scanCounted, selectCounted+`
		WHERE l.store = $1 AND l.visit <> $2 AND v.lam < (SELECT lam FROM visit WHERE id = $2) ORDER BY v.lam, v.id`,
		store.String(), visit.String())
	if err != nil {
		return nil, err
	}
	last := map[uuid.UUID]Counted{}
	packs, times := map[uuid.UUID]int{}, map[uuid.UUID]int{}
	for _, c := range before {
		last[c.Product] = c
		packs[c.Product] += c.Total()
		times[c.Product]++
	}
	for i := range lines {
		if c, ok := last[lines[i].Product]; ok {
			lines[i].Before, lines[i].BeforeAt = &c.CountLine, c.CheckIn
			lines[i].Basis.Last, lines[i].Basis.Usual = &c.CountLine, packs[c.Product]/times[c.Product]
		}
	}
	return lines, nil
}

// linePrefix is how field.LineField begins.
var linePrefix = field.LineField(uuid.Nil)[:len(field.LineField(uuid.Nil))-len(uuid.Nil.String())]

// Counted is what one visit found of one product.
type Counted struct {
	field.CountLine
	Product    uuid.UUID
	Name, Code string
	Visit      uuid.UUID
	CheckIn    Stamp // of the visit
}

const selectCounted = `SELECT l.product, COALESCE(p.name, ''), COALESCE(p.code, ''), l.visit, l.cartons, l.packs,
	l.on_display <> 0, l.out_of_stock <> 0, v.check_in_ms, r.offset_ms, r.received_ms
	FROM count_line l JOIN visit v ON v.id = l.visit AND l.skipped = 0 JOIN record r ON r.id = v.id LEFT JOIN product p ON p.id = l.product`

func scanCounted(rows *sql.Rows) (c Counted, err error) {
	var at, offset, arrived int64
	err = rows.Scan(id(&c.Product), &c.Name, &c.Code, id(&c.Visit), &c.Cartons, &c.Packs, &c.OnDisplay, &c.OutOfStock, &at, &offset, &arrived)
	c.CheckIn = stamp(at, offset, arrived)
	return c, err
}

func notes(ctx context.Context, tx *sql.Tx, visit uuid.UUID) ([]NoteRow, error) {
	out, err := query(ctx, tx, func(rows *sql.Rows) (n NoteRow, err error) {
		var at, offset, changed int64
		err = rows.Scan(id(&n.ID), &n.Text, id(&n.Author.ID), &n.Author.Name, &at, &offset, &changed, id(&n.Corrects))
		n.Written = stamp(at, offset, changed)
		return n, err
	}, `SELECT n.id, n.text, n.author, COALESCE(p.name, ''), n.written_ms, `+offsetOf("text", wroteAt("n.written_ms"))+`, r.changed_ms, n.corrects
		FROM note n JOIN record r ON r.id = n.id LEFT JOIN person p ON p.id = n.author
		WHERE n.visit = $1 AND n.text <> '' AND n.gone = 0 AND n.kind = '' ORDER BY n.lam, n.id`, visit.String())
	if err != nil {
		return nil, err
	}
	replaced := map[uuid.UUID]bool{}
	for _, n := range out {
		replaced[n.Corrects] = n.Corrects != uuid.Nil
	}
	for i := range out {
		out[i].Corrected = replaced[out[i].ID]
	}
	return out, nil
}
