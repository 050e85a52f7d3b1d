package store

import (
	"context"
	"database/sql"
	"slices"

	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Removed is a photo, a note or a request that somebody removed. Nothing of it is lost.
type Removed struct {
	Record uuid.UUID
	Type   string // field.TypePhoto, field.TypeNote or field.TypeRequest
	Thumb         // of the photo
	Ref    blob.Ref
	Whole  bool   // the photo's bytes are on the server
	Text   string // of the note or the request
	News   string // kind of news that the note is; "" for the note of a visit
	Gone   bool   // hidden; otherwise it is shown, because Other wrote something that By had not seen
	By     Person
	At     Stamp
	Other  Person
	Kept   bool         // what Other wrote is an undo: they want to keep it
	Seen   []record.Dot // what Restore must be given
}

// removed lists the removals m that fit a condition, photos first.
func (s *Store) removed(ctx context.Context, tx *sql.Tx, condition string, of uuid.UUID) ([]Removed, error) {
	out, err := query(ctx, tx, func(rows *sql.Rows) (r Removed, err error) {
		var at, offset, changed int64
		var ref string
		err = rows.Scan(id(&r.Record), &r.Type, &r.Kind, &r.Here, &ref, &r.Text, &r.News, &r.Gone, id(&r.By.ID), &r.By.Name, &at, &offset, &changed,
			id(&r.Other.ID), &r.Other.Name, &r.Kept)
		r.Photo, r.At = r.Record, stamp(at, offset, changed)
		if r.Ref, _ = blob.ParseRef(ref); !r.Ref.IsZero() {
			_, r.Whole = s.Blobs.Has(r.Ref)
		}
		return r, err
	}, `SELECT m.record, m.type, COALESCE(f.kind, ''), t.photo IS NOT NULL, COALESCE(f.sha256, ''), COALESCE(n.text, ''), COALESCE(n.kind, ''), m.gone,
		m.author, COALESCE(p.name, ''), m.removed_ms, `+offsetOf(record.Deleted, wroteAt("m.removed_ms"))+`, r.changed_ms, m.other, COALESCE(o.name, ''), m.kept
		FROM removal m JOIN record r ON r.id = m.record LEFT JOIN photo f ON f.id = m.record LEFT JOIN thumbnail t ON t.photo = m.record
		LEFT JOIN note n ON n.id = m.record LEFT JOIN person p ON p.id = m.author LEFT JOIN person o ON o.id = m.other
		WHERE `+condition+` ORDER BY m.type DESC, f.taken_ms, n.written_ms, m.record`, of.String())
	if err != nil {
		return nil, err
	}
	for i := range out {
		rec, _, err := ledger.Load(ctx, tx, out[i].Record)
		if err != nil {
			return nil, err
		}
		if out[i].Seen = rec.Seen(record.Deleted); rec.Type == field.TypeRequest {
			out[i].Text = field.RequestOf(rec).Text
		}
	}
	return out, nil
}

// Restore takes back the removal of a photo, a note or a request. seen is what the page showed: when somebody removed it once more
// since, nothing is written and the answer is a fault "conflict.changed". Another is "record.not_found". Restoring
// what nobody removes changes nothing.
func (s *Store) Restore(ctx context.Context, by, id uuid.UUID, seen []record.Dot) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		rec, ok, err := ledger.Load(ctx, tx, id)
		if err != nil {
			return err
		}
		if !ok || !field.Deletable(rec.Type) {
			return notFound("record")
		}
		if rec.Judge().Fate == record.Live {
			return nil
		}
		for _, d := range rec.Seen(record.Deleted) {
			if !slices.Contains(seen, d) {
				return fault.New(fault.Conflict, "conflict.changed", nil)
			}
		}
		_, err = s.write(ctx, tx, by, ledger.Edit{ID: id, Type: rec.Type, Territory: rec.Territory, Field: record.Deleted,
			Value: record.UndeleteValue, Seen: seen})
		return err
	})
}
