package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"storewalk/shared/field"

	"github.com/google/uuid"
)

// A Shot is one kind of photo that may be taken in a visit.
type Shot struct {
	Kind    string
	Item    string // code of the first service item that still asks for it; "" when none does
	Import  bool   // a picture from the gallery will do
	Missing int    // how many are still asked for

	// Last is the small JPEG of the photo to stand in the place of: the one of this kind from the visit before, and for
	// the state after a change the last one of the state before. It is nil when there is none.
	Last   []byte
	LastMS int64 // when that was taken

	LastPhoto, LastVisit uuid.UUID // of Last
}

// Shots returns the kinds of photo of a visit: those of field.PhotoKinds in that order, then what its template asks for
// beside them.
func (s *Store) Shots(ctx context.Context, visit uuid.UUID) (out []Shot, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		v, err := readVisited(ctx, tx, visit)
		if err != nil {
			return err
		}
		for _, kind := range field.PhotoKinds {
			out = append(out, Shot{Kind: kind})
		}
		for _, item := range v.template.Items {
			for _, need := range item.Photos {
				i := slices.IndexFunc(out, func(s Shot) bool { return s.Kind == need.Kind })
				if i < 0 {
					i = len(out)
					out = append(out, Shot{Kind: need.Kind})
				}
				missing := max(0, need.Least-v.haul.Of(item.Code, need.Kind))
				if missing > 0 && out[i].Item == "" {
					out[i].Item = item.Code
				}
				out[i].Missing += missing
				out[i].Import = out[i].Import || need.Import
			}
		}
		return lastShots(ctx, tx, visit, v.Store, out)
	})
	if err != nil {
		return nil, fmt.Errorf("store: shots: %w", err)
	}
	return out, nil
}

// lastShots fills in where to stand.
func lastShots(ctx context.Context, tx *sql.Tx, visit, store uuid.UUID, shots []Shot) error {
	type last struct {
		photo, visit uuid.UUID
		jpeg         []byte
		ms           int64
	}
	earlier := map[string]last{}
	var before last // of any visit, this one too
	if err := eachRow(ctx, tx, func(rows *sql.Rows) error {
		var kind string
		var here bool
		var l last
		if err := rows.Scan(&l.photo, &l.visit, &kind, &here, &l.ms, &l.jpeg); err != nil {
			return err
		}
		if !here {
			earlier[kind] = l
		}
		if kind == "before" && l.ms >= before.ms {
			before = l
		}
		return nil
	}, `WITH l AS MATERIALIZED (SELECT p.kind, v.id = $1 AS here, max(p.taken_ms) AS ms, p.id, p.visit
		    FROM visit v JOIN photo p ON p.visit = v.id WHERE v.store = $2 AND p.gone = 0 GROUP BY p.kind, v.id = $1)
		SELECT l.id, l.visit, l.kind, l.here, l.ms, t.jpeg FROM l JOIN thumbnail t ON t.photo = l.id`, visit.String(), store.String()); err != nil {
		return err
	}
	for i := range shots {
		l := earlier[shots[i].Kind]
		if shots[i].Kind == "after" {
			l = before
		}
		shots[i].Last, shots[i].LastMS, shots[i].LastPhoto, shots[i].LastVisit = l.jpeg, l.ms, l.photo, l.visit
	}
	return nil
}

// A ShotPlan is what taking one photo needs to know.
type ShotPlan struct {
	Store   string // name
	Manager string // name of the person signed in
	Detail  bool   // the template wants it large
}

// ShotPlan returns how to take a photo of a kind in a visit. item is the service item it is for; "" takes any.
func (s *Store) ShotPlan(ctx context.Context, visit uuid.UUID, kind, item string) (p ShotPlan, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		v, err := readVisited(ctx, tx, visit)
		if err != nil {
			return err
		}
		var a Account
		if _, err := getMeta(ctx, tx, metaAccount, &a); err != nil {
			return err
		}
		p.Manager = a.Name
		for _, i := range v.template.Items {
			for _, need := range i.Photos {
				p.Detail = p.Detail || need.Detail && need.Kind == kind && (item == "" || item == i.Code)
			}
		}
		err = tx.QueryRowContext(ctx, `SELECT name FROM store WHERE id = $1`, v.Store.String()).Scan(&p.Store)
		if errors.Is(err, sql.ErrNoRows) { // it left the territory while the visit is open
			err = nil
		}
		return err
	})
	if err != nil {
		return ShotPlan{}, fmt.Errorf("store: shot plan: %w", err)
	}
	return p, nil
}

// A Pair is the state before a change and after it, or at the visit before and now.
type Pair struct{ Before, After PhotoRow }

// PhotoPair returns the photo of the state before or after a change together with its counterpart: for a photo after, the
// last one before at that store, of the same service item if there is one; for a photo before, the first one after that.
// The counterpart of any other photo is the last one of its kind from a visit before. ok is false when there is none.
func (s *Store) PhotoPair(ctx context.Context, photo uuid.UUID) (pair Pair, ok bool, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		rows, err := s.photosWhere(ctx, tx, `p.id = $1`, photo.String())
		if err != nil || len(rows) == 0 {
			return err
		}
		const counterpart = `p.id = (SELECT o.id FROM photo m JOIN visit w ON w.store = m.store JOIN photo o ON o.visit = w.id
			WHERE m.id = $1 AND o.gone = 0 AND o.kind = `
		one, other := rows[0], []PhotoRow(nil)
		switch one.Kind {
		case "after":
			other, err = s.photosWhere(ctx, tx, counterpart+`'before' AND o.taken_ms <= m.taken_ms ORDER BY o.item = m.item DESC, o.taken_ms DESC LIMIT 1)`, photo.String())
		case "before":
			other, err = s.photosWhere(ctx, tx, counterpart+`'after' AND o.taken_ms >= m.taken_ms ORDER BY o.item = m.item DESC, o.taken_ms LIMIT 1)`, photo.String())
		default:
			other, err = s.photosWhere(ctx, tx, counterpart+`m.kind AND w.lam < (SELECT lam FROM visit WHERE id = m.visit)
				ORDER BY w.lam DESC, o.item = m.item DESC, o.taken_ms DESC LIMIT 1)`, photo.String())
		}
		if err != nil || len(other) == 0 {
			return err
		}
		ok = true
		if pair = (Pair{other[0], one}); one.Kind == "before" {
			pair = Pair{one, other[0]}
		}
		return nil
	})
	if err != nil {
		return Pair{}, false, fmt.Errorf("store: pair of photo %s: %w", photo, err)
	}
	return pair, ok, nil
}
