package store

import (
	"context"
	"database/sql"
	"fmt"

	"storewalk/shared/blob"

	"github.com/google/uuid"
)

// A Stage is how far a photo has come on its way off this phone.
type Stage int

// The stages. A photo is in the first of those after StageElsewhere that fits.
const (
	StageElsewhere Stage = iota // taken on another phone: where its bytes are is not known here
	StageAside                  // a person must look at it; PhotoState.Code says why
	StageRecord                 // its record or its thumbnail waits to be sent
	StageBytes                  // its bytes do; PhotoState.Sent of them are on the server
	StageServer                 // the server has all of it
	StageBackup                 // and a backup of the server too
)

// A PhotoState is where a photo is.
type PhotoState struct {
	Stage  Stage
	Code   string // why it was put aside
	Size   int64  // bytes
	Sent   int64  // of these, on the server's disk
	DoneMS int64  // when the server confirmed the last byte; 0: not yet
}

// photoState are the columns of a PhotoState, for a photo p with its upload u, its record r and its thumbnail's record tr,
// any of which may be missing. stateScan puts them together.
const (
	photoState = `coalesce(p.size, u.size, 0), coalesce(u.sent, 0), coalesce(u.done_ms, 0), u.sha256 IS NOT NULL,
		coalesce(CASE WHEN u.done_ms = 0 THEN nullif(u.refused, '') END, CASE WHEN r.version IS r.acked THEN nullif(r.refused, '') END,
		  CASE WHEN tr.version IS tr.acked THEN nullif(tr.refused, '') END, ''),
		r.version IS NOT r.acked OR tr.version IS NOT tr.acked, ` + inBackup
	joinState = `LEFT JOIN thumbnail t ON t.photo = p.id LEFT JOIN record r ON r.id = p.id LEFT JOIN record tr ON tr.id = t.record`
)

// A stateScan receives the columns of photoState.
type stateScan struct {
	state              PhotoState
	own, waits, backup bool
}

func (s *stateScan) into() []any {
	return []any{&s.state.Size, &s.state.Sent, &s.state.DoneMS, &s.own, &s.state.Code, &s.waits, &s.backup}
}

// result returns the state that the columns make together.
func (s *stateScan) result() PhotoState {
	p := s.state
	switch {
	case p.Code != "":
		p.Stage = StageAside
	case s.waits:
		p.Stage = StageRecord
	case !s.own:
		p.Stage = StageElsewhere
	case p.DoneMS == 0:
		p.Stage = StageBytes
	case s.backup:
		p.Stage = StageBackup
	default:
		p.Stage = StageServer
	}
	return p
}

// A SentPhoto is a photo in the list of those taken on this phone. It stands for its bytes: the same picture in two
// visits is one.
type SentPhoto struct {
	PhotoState
	ID        uuid.UUID // nil when its record is not here any more
	Visit     uuid.UUID
	StoreName string
	Kind      string
	TakenMS   int64
	Thumb     []byte // JPEG; nil when there is none
	Gone      bool   // removed; listed until the server knows that
}

// asidePhotos lists the photos of which the server put a record aside. It reads only those.
const asidePhotos = `
	SELECT p.sha256 FROM record r INDEXED BY record_refused CROSS JOIN photo p ON p.id = r.id
	WHERE r.refused <> '' AND r.version IS r.acked AND r.type = 'photo'
	UNION
	SELECT p.sha256 FROM record r INDEXED BY record_refused CROSS JOIN thumbnail t ON t.record = r.id CROSS JOIN photo p ON p.id = t.photo
	WHERE r.refused <> '' AND r.version IS r.acked AND r.type = 'thumbnail'`

// unsafePhotos counts the photos that the server does not have, and those of the others that it did not take in.
const unsafePhotos = photosWaiting + ` + (SELECT count(*) FROM (` + asidePhotos + `) a WHERE a.sha256 NOT IN (SELECT sha256 FROM (` + waitingPhotos + `)))`

// unsafeOrder lists them, those first that a person must look at, then as they will be sent: records before any bytes.
// Each part is read only as far as it is asked for.
const unsafeOrder = `
	SELECT sha256 FROM (SELECT sha256 FROM (SELECT u.sha256, u.sent, u.rowid AS n FROM upload u INDEXED BY upload_refused WHERE u.refused <> '' AND u.done_ms = 0 AND ` + wanted + `
	  UNION SELECT a.sha256, coalesce(u.sent, 0), u.rowid FROM (` + asidePhotos + `) a LEFT JOIN upload u ON u.sha256 = a.sha256) ORDER BY sent = 0, n LIMIT $1 + $2)
	UNION ALL
	SELECT sha256 FROM (SELECT sha256 FROM (
	    SELECT key AS sha256 FROM photo_waits w WHERE bytes = 0 AND NOT EXISTS (SELECT 1 FROM photo_waits o WHERE o.key = w.key AND o.bytes > 0)
	    UNION SELECT g.sha256 FROM photo g CROSS JOIN waits w ON w.key = g.sha256 WHERE g.gone = 1 AND w.part IN (1, 2)
	      AND NOT EXISTS (SELECT 1 FROM photo l WHERE l.sha256 = g.sha256 AND l.gone = 0))
	  WHERE sha256 NOT IN (` + asidePhotos + `) LIMIT $1 + $2)
	UNION ALL
	SELECT sha256 FROM (SELECT u.sha256 FROM upload u INDEXED BY upload_order WHERE u.done_ms = 0 AND u.refused = '' AND ` + wanted + `
	  AND u.sha256 NOT IN (` + asidePhotos + `) ORDER BY u.sent = 0, u.rowid LIMIT $1 + $2)`

// taken are the uploads of photos that were taken on this phone and not all removed.
const taken = `FROM upload WHERE kept = 0 AND sha256 NOT IN (` + removedBytes + `)`

// A PhotoCount is how many photos there are to list.
type PhotoCount struct {
	All    int // taken on this phone
	Unsafe int // not, or not all, on the server
}

// CountPhotos counts what Photos lists.
func (s *Store) CountPhotos(ctx context.Context) (n PhotoCount, err error) {
	err = s.db.Read.QueryRowContext(ctx, `SELECT (SELECT count(*) `+taken+`), `+unsafePhotos).Scan(&n.All, &n.Unsafe)
	if err != nil {
		return n, fmt.Errorf("store: count photos: %w", err)
	}
	return n, nil
}

// Photos lists a part of the photos taken on this phone: all, the newest first, or only those that are not safe, in the
// order in which they will be sent, after those that a person must look at.
func (s *Store) Photos(ctx context.Context, unsafe bool, offset, limit int) (out []SentPhoto, err error) {
	part := `SELECT sha256, row_number() OVER () AS n FROM (SELECT sha256 ` + taken + ` ORDER BY rowid DESC LIMIT $1 OFFSET $2)`
	if unsafe {
		part = `SELECT sha256, row_number() OVER () AS n FROM (` + unsafeOrder + ` LIMIT $1 OFFSET $2)`
	}
	err = s.view(ctx, func(tx *sql.Tx) error {
		return eachRow(ctx, tx, func(rows *sql.Rows) error {
			var p SentPhoto
			var state stateScan
			var id, visit string
			err := rows.Scan(append([]any{&id, &visit, &p.StoreName, &p.Kind, &p.TakenMS, &p.Gone, &p.Thumb}, state.into()...)...)
			p.ID, _ = uuid.Parse(id) // "" is none
			p.Visit, _ = uuid.Parse(visit)
			p.PhotoState = state.result()
			out = append(out, p)
			return err
		}, `WITH w AS MATERIALIZED (`+part+`)
			SELECT coalesce(p.id, ''), coalesce(p.visit, ''), coalesce(s.name, ''), coalesce(p.kind, ''), coalesce(p.taken_ms, 0), coalesce(p.gone, 0), t.jpeg, `+photoState+`
			FROM w LEFT JOIN upload u ON u.sha256 = w.sha256
			LEFT JOIN photo p ON p.id = (SELECT q.id FROM photo q JOIN record o ON o.id = q.id WHERE q.sha256 = w.sha256
			  ORDER BY o.version IS NOT o.acked DESC, q.gone, q.taken_ms DESC LIMIT 1)
			LEFT JOIN store s ON s.id = p.store `+joinState+` ORDER BY w.n`, limit, offset)
	})
	if err != nil {
		return nil, fmt.Errorf("store: photos: %w", err)
	}
	return out, nil
}

// photos lists those of a visit, in the order taken.
func (s *Store) photos(ctx context.Context, tx *sql.Tx, visit uuid.UUID) ([]PhotoRow, error) {
	return s.photosWhere(ctx, tx, `p.visit = $1 AND p.gone = 0`, visit.String())
}

// photosWhere lists the photos p that fit a condition, in the order taken.
func (s *Store) photosWhere(ctx context.Context, tx *sql.Tx, condition string, arg any) (out []PhotoRow, err error) {
	err = eachRow(ctx, tx, func(rows *sql.Rows) error {
		var p PhotoRow
		var state stateScan
		var ref string
		err := rows.Scan(append([]any{&p.ID, &p.Kind, &ref, &p.TakenMS, &p.Thumb}, state.into()...)...)
		p.PhotoState = state.result()
		if p.Ref, _ = blob.ParseRef(ref); !p.Ref.IsZero() {
			_, p.Here = s.Blobs.Has(p.Ref)
		}
		out = append(out, p)
		return err
	}, `SELECT p.id, p.kind, p.sha256, p.taken_ms, t.jpeg, `+photoState+`
		FROM photo p LEFT JOIN upload u ON u.sha256 = p.sha256 `+joinState+` WHERE `+condition+` ORDER BY p.taken_ms, p.id`, arg)
	return out, err
}
