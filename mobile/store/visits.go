package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"

	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A VisitRow is a visit in a list.
type VisitRow struct {
	ID         uuid.UUID
	Store      uuid.UUID
	StoreName  string
	Manager    string // name
	Mine       bool   // by the person signed in
	CheckInMS  int64
	CheckOutMS int64 // 0 while in progress
	Photos     int
	Lines      int // products counted
	Requests   int // taken down in it
	Waiting    int // records and photos of this visit not yet on the server
	// WaitingPhotos is how many of Waiting are photos.
	WaitingPhotos int
	Refused       int   // records of this visit that the server put aside
	Draft         bool  // a note of this visit could not be saved yet
	Elsewhere     int   // photos taken on other phones: where their bytes are is not known here
	ConfirmedMS   int64 // when the last of it was confirmed by the server; 0 while that is not true of all of it
	// Attendance is what the visit was for the store whose page lists it, if it is a group visit that was made at another
	// store; nil otherwise.
	Attendance *field.Attendance
}

// Done reports whether the server holds all that this phone knows of the visit.
func (v VisitRow) Done() bool { return v.Waiting == 0 && v.Refused == 0 && !v.Draft }

// Visits returns the latest visits of the person signed in, newest first, those in progress on top.
func (s *Store) Visits(ctx context.Context, limit int) (out []VisitRow, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		who, err := s.loadPeople(ctx, tx)
		if err != nil {
			return err
		}
		// Chosen before they are read, from the two indexes: the rest of the row is worked out only for these.
		const latest = `ORDER BY v.check_out_ms = 0 DESC, v.lam DESC`
		out, err = visits(ctx, tx, who, `WHERE v.id IN (SELECT v.id FROM visit v WHERE v.id IN (
			  SELECT id FROM visit INDEXED BY visit_open WHERE manager = $1 AND check_out_ms = 0
			  UNION ALL SELECT * FROM (SELECT id FROM visit WHERE manager = $1 ORDER BY lam DESC LIMIT $2)) `+latest+` LIMIT $2) `+latest, who.me.String(), limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: visits: %w", err)
	}
	return out, nil
}

const (
	// ofVisit lists the records of a visit v, without its photos, which count by their bytes. All lines of its count are one record.
	ofVisit = `(` + wordsOfVisit + `)`
	// allOfVisit lists its photos too.
	allOfVisit = `(` + wordsOfVisit + `
		UNION ALL SELECT id FROM photo WHERE visit = v.id
		UNION ALL SELECT t.record FROM photo p JOIN thumbnail t ON t.photo = p.id WHERE p.visit = v.id)`
	wordsOfVisit = `SELECT v.id UNION ALL SELECT * FROM (SELECT record FROM count_line WHERE visit = v.id LIMIT 1)
		UNION ALL SELECT id FROM note WHERE visit = v.id UNION ALL SELECT record FROM about WHERE visit = v.id`
)

// photosOf is an array of what there is to say of a visit's photos: how many there are, how many wait, how many were taken on other
// phones, and when the server confirmed the last. To look at each photo once makes a list of visits twice as quick.
const photosOf = `(SELECT json_array(count(*) FILTER (WHERE p.gone = 0), count(DISTINCT CASE WHEN p.gone = 0 AND u.done_ms = 0 OR ` + photoRecordWaits + ` THEN p.sha256 END),
	count(DISTINCT CASE WHEN p.gone = 0 AND u.sha256 IS NULL THEN p.sha256 END), coalesce(max(u.done_ms), 0))
	FROM photo p LEFT JOIN upload u ON u.sha256 = p.sha256 WHERE p.visit = v.id)`

func visits(ctx context.Context, tx *sql.Tx, who people, where string, args ...any) ([]VisitRow, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT v.id, v.store, coalesce(s.name, ''), v.manager, v.check_in_ms, v.check_out_ms,
		  `+photosOf+`,
		  (SELECT count(*) FROM count_line l WHERE l.visit = v.id AND l.skipped = 0),
		  (SELECT count(*) FROM request q WHERE q.visit = v.id),
		  `+visitWaits+`,
		  CASE WHEN EXISTS (SELECT 1 FROM record WHERE refused <> '')
		    THEN (SELECT count(*) FROM record r WHERE r.refused <> '' AND r.version IS r.acked AND r.id IN `+allOfVisit+`) ELSE 0 END,
		  EXISTS (SELECT 1 FROM draft d WHERE d.visit = v.id),
		  coalesce((SELECT max(r.acked_ms) FROM record r WHERE r.id IN `+ofVisit+`), 0)
		FROM visit v LEFT JOIN store s ON s.id = v.store `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []VisitRow
	for rows.Next() {
		var v VisitRow
		var manager string
		var array []byte
		if err := rows.Scan(&v.ID, &v.Store, &v.StoreName, &manager, &v.CheckInMS, &v.CheckOutMS, &array, &v.Lines, &v.Requests,
			&v.Waiting, &v.Refused, &v.Draft, &v.ConfirmedMS); err != nil {
			return nil, err
		}
		var photos [4]int64
		if err := json.Unmarshal(array, &photos); err != nil {
			return nil, err
		}
		v.Photos, v.WaitingPhotos, v.Elsewhere = int(photos[0]), int(photos[1]), int(photos[2])
		v.Waiting += v.WaitingPhotos
		v.ConfirmedMS = max(v.ConfirmedMS, photos[3])
		if !v.Done() {
			v.ConfirmedMS = 0
		}
		v.Manager, v.Mine = who.names[manager], manager == who.me.String()
		out = append(out, v)
	}
	return out, rows.Err()
}

func with(e ledger.Edit, name string, value any) ledger.Edit {
	e.Field, e.Value, e.SeenAll = name, value, true
	return e
}

func loadVisit(ctx context.Context, tx *sql.Tx, id uuid.UUID) (v field.Visit, territory uuid.UUID, err error) {
	r, ok, err := ledger.Load(ctx, tx, id)
	if err == nil && (!ok || r.Type != field.TypeVisit) {
		err = fault.New(fault.NotFound, "visit.not_found", nil)
	}
	return field.VisitOf(r), r.Territory, err
}

// A PhotoRow is a photo of a visit.
type PhotoRow struct {
	ID      uuid.UUID
	Kind    string
	Ref     blob.Ref
	TakenMS int64
	Thumb   []byte // JPEG, nil when it has not come yet
	Here    bool   // the bytes are on this phone
	PhotoState
	Removable
}

// A VisitPage is all that the page of one visit shows but the count's lines.
type VisitPage struct {
	Row    VisitRow
	Store  field.Store
	Photos []PhotoRow
	// Awaited are the photos that the camera has not brought yet, or that could not be kept.
	Awaited []Awaited
	Notes   []NoteRow // of the visit, oldest first
	News    []NewsRow // of the market, oldest first
	// Requests are those taken down in the visit, the one due first on top.
	Requests []RequestRow
	// Removed is what somebody removed, photos first. Those that are not Gone are shown, so they are in Photos or Notes as well.
	Removed []Removal
	MyNote  NoteRow // the note of the person signed in, to be written while the visit is in progress
	Dropped bool    // a draft was thrown away that RestoreNoteDraft takes back
	// Correction is what the person signed in wrote after check-out and could not save yet; its id is nil when
	// there is no such thing.
	Correction NoteRow
	// Differ is what of the visit itself and of its notes holds several values; of the counts see CountSheet, of the
	// requests RequestPage.
	Differ  []Differing
	Counted int
	Total   int // products there are to count
	// NotCounted is why nothing could be counted, one of field.NotCountedReasons, or "".
	NotCounted string
	// Leaving says that the visit or its store has left the territories of this phone: it goes once all of it is sent.
	Leaving bool
}

// A Differing is a field that holds several values.
type Differing struct {
	Record uuid.UUID
	Type   string // of the record
	Field  string
	Values int
	field.Subject
}

// leavingVisit reports whether a visit or its store is about to go from this phone.
func leavingVisit(ctx context.Context, tx *sql.Tx, visit, store uuid.UUID) (leaving bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM leaving WHERE record IN ($1, $2))`, visit.String(), store.String()).Scan(&leaving)
	return leaving, err
}

// VisitPage reads the page of a visit, or returns a fault "visit.not_found".
func (s *Store) VisitPage(ctx context.Context, id uuid.UUID) (VisitPage, error) {
	var p VisitPage
	err := s.view(ctx, func(tx *sql.Tx) error {
		who, err := s.loadPeople(ctx, tx)
		if err != nil {
			return err
		}
		rows, err := visits(ctx, tx, who, `WHERE v.id = $1`, id.String())
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return fault.New(fault.NotFound, "visit.not_found", nil)
		}
		p.Row = rows[0]
		store, _, err := ledger.Load(ctx, tx, p.Row.Store)
		if err != nil {
			return err
		}
		p.Store = field.StoreOf(store)
		if p.Leaving, err = leavingVisit(ctx, tx, id, p.Row.Store); err != nil {
			return err
		}
		if p.Photos, err = s.photos(ctx, tx, id); err != nil {
			return err
		}
		if p.Awaited, err = awaited(ctx, tx, stillAwaited+` AND visit = $1`, id.String()); err != nil {
			return err
		}
		if p.Notes, err = notes(ctx, tx, id, who); err != nil {
			return err
		}
		if p.News, err = news(ctx, tx, id, p.Row, who); err != nil {
			return err
		}
		if p.Requests, err = requestRows(ctx, tx, who, `WHERE q.visit = $1 `+dueFirst, id.String()); err != nil {
			return err
		}
		if p.MyNote, err = myNote(ctx, tx, p.Row, who); err != nil {
			return err
		}
		if err := p.whatMay(ctx, tx, who); err != nil {
			return err
		}
		if p.Correction, err = correction(ctx, tx, id, p.MyNote.ID, who); err != nil {
			return err
		}
		dropped, err := droppedDraft(ctx, tx, id)
		if err != nil {
			return err
		}
		p.Dropped = dropped != 0
		if p.Differ, err = differing(ctx, tx, id); err != nil {
			return err
		}
		sheet, _, err := loadPart(ctx, tx, field.CountID(id))
		if err != nil {
			return err
		}
		p.Counted, p.NotCounted = p.Row.Lines, field.CountOf(sheet).NotCounted
		return tx.QueryRowContext(ctx, `SELECT count(*) FROM product WHERE status <> 'retiring'`).Scan(&p.Total)
	})
	if err != nil {
		return VisitPage{}, fmt.Errorf("store: visit %s: %w", id, err)
	}
	return p, nil
}

// myNote reads the note of the person signed in.
func myNote(ctx context.Context, tx *sql.Tx, visit VisitRow, who people) (n NoteRow, err error) {
	n.ID = noteID(visit.ID, who.me)
	r, _, err := loadPart(ctx, tx, n.ID)
	if err != nil {
		return n, err
	}
	if n.Text, err = text(ctx, tx, r, n.ID, "text", who); err != nil {
		return n, err
	}
	if r.Judge().Fate == record.Gone { // a new text takes its place
		n.Text.Value, n.Text.Siblings = "", nil
	} else {
		n.Removable = removable(r, visit, who)
	}
	return n, nil
}

func differing(ctx context.Context, tx *sql.Tx, visit uuid.UUID) ([]Differing, error) {
	rows, err := tx.QueryContext(ctx, `SELECT record, type, field, values_n FROM conflict WHERE visit = $1 AND type NOT IN ($2, $3) ORDER BY type, field, record`,
		visit.String(), field.TypeCount, field.TypeRequest)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Differing
	for rows.Next() {
		var d Differing
		if err := rows.Scan(&d.Record, &d.Type, &d.Field, &d.Values); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for i := range out {
		r, _, err := ledger.Load(ctx, tx, out[i].Record)
		if err != nil {
			return nil, err
		}
		if out[i].Subject, err = ledger.Subject(ctx, tx, r, out[i].Field); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// OpenPhoto opens the whole JPEG of a photo, or returns an error that is fs.ErrNotExist when its bytes are not
// on this phone. The caller closes it.
func (s *Store) OpenPhoto(ref blob.Ref) (io.ReadCloser, error) {
	f, err := s.Blobs.Open(ref)
	if err != nil {
		return nil, fmt.Errorf("store: photo %s: %w", ref, err)
	}
	return f, nil
}
