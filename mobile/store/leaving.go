package store

import (
	"context"
	"database/sql"
	"fmt"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// leave notes that a record has left a territory and its place since; territory is nil for wherever this phone
// believes it to lie. A later place known here outdates it.
func leave(ctx context.Context, tx *sql.Tx, id, territory uuid.UUID, since record.Place) error {
	have, err := ledger.Get(ctx, tx, id)
	if err != nil {
		return err
	}
	r, sound := have.Record()
	if !sound || ledger.IsHusk(r) {
		return drop(ctx, tx, id, since)
	}
	if territory == uuid.Nil {
		territory = r.Territory
	}
	if r.Territory != territory || r.Place.Compare(since) > 0 {
		return nil
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO leaving (record, territory, place_epoch, place_n) VALUES ($1, $2, $3, $4)
		ON CONFLICT (record) DO UPDATE SET territory = excluded.territory, place_epoch = excluded.place_epoch, place_n = excluded.place_n`,
		id.String(), territory.String(), since.Epoch, since.N)
	if err != nil {
		return fmt.Errorf("leave %s: %w", id, err)
	}
	return nil
}

// leaveTerritory marks everything in a territory that was taken from this phone as about to leave, and forgets how far its
// feed was read: if it is granted again, all of it comes again.
func leaveTerritory(ctx context.Context, tx *sql.Tx, territory uuid.UUID) error {
	ids, err := queryIDs(ctx, tx, `SELECT id FROM record WHERE territory = $1`, territory.String())
	if err != nil {
		return err
	}
	for _, id := range ids {
		have, err := ledger.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		r, _ := have.Record()
		if err := leave(ctx, tx, id, territory, r.Place); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM cursor WHERE territory = $1`, territory.String())
	return err
}

// stay takes the mark off records that were about to leave and have come back: their territory was given back, or they moved back.
func stay(ctx context.Context, tx *sql.Tx, here map[uuid.UUID]bool) error {
	about, err := leavings(ctx, tx, `SELECT record, territory, place_epoch, place_n FROM leaving`)
	if err != nil {
		return err
	}
	for _, l := range about {
		if !here[l.id] {
			continue
		}
		r, _, err := ledger.Load(ctx, tx, l.id)
		if err == nil && r.Place.Compare(l.since) >= 0 {
			_, err = tx.ExecContext(ctx, `DELETE FROM leaving WHERE record = $1`, l.id.String())
		}
		if err != nil {
			return fmt.Errorf("stay %s: %w", l.id, err)
		}
	}
	return nil
}

// dropLeft removes those of the records about to leave that nothing holds back. What holds one back: a write on it that the server
// has not taken, bytes of a photo that are still to be sent, a draft, a visit there that is in progress. A record that
// has come back to a territory of this phone stays.
func dropLeft(ctx context.Context, tx *sql.Tx) error {
	all, err := leavings(ctx, tx, `SELECT l.record, l.territory, l.place_epoch, l.place_n FROM leaving l
		CROSS JOIN record r ON r.id = l.record WHERE r.version IS r.acked AND r.refused IN ('', $1) AND NOT (`+inOpenVisit+`)
		AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.record = r.id OR d.visit = r.id)
		AND NOT EXISTS (SELECT 1 FROM photo p JOIN upload u ON u.sha256 = p.sha256 WHERE p.id = r.id AND p.gone = 0 AND u.done_ms = 0)`, codeDamaged)
	if err != nil {
		return err
	}
	times, err := ledger.LoadTimes(ctx, tx)
	if err != nil {
		return err
	}
	var gone []goneVisit
	for _, l := range all {
		have, err := ledger.Get(ctx, tx, l.id)
		if err != nil {
			return err
		}
		if r, sound := have.Record(); !sound || r.Territory == l.territory && r.Place.Compare(l.since) <= 0 {
			if v := field.VisitOf(r); sound && r.Type == field.TypeVisit {
				gone = append(gone, goneVisit{l.id, v.Manager, beganMS(times, r)})
			}
			if err := drop(ctx, tx, l.id, l.since); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM leaving WHERE record = $1`, l.id.String()); err != nil {
			return err
		}
	}
	return noteGone(ctx, tx, gone)
}

// A leaving is one row of the table of that name.
type leaving struct {
	id, territory uuid.UUID
	since         record.Place
}

func leavings(ctx context.Context, tx *sql.Tx, query string, args ...any) (out []leaving, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("leaving: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var l leaving
		if err := rows.Scan(&l.id, &l.territory, &l.since.Epoch, &l.since.N); err != nil {
			return nil, fmt.Errorf("leaving: %w", err)
		}
		out = append(out, l)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("leaving: %w", err)
	}
	return out, nil
}

// drop replaces a record by its husk, which is never sent. Bytes of a removed photo that were never sent stay on this phone, and do
// not count as waiting.
func drop(ctx context.Context, tx *sql.Tx, id uuid.UUID, since record.Place) error {
	_, err := tx.ExecContext(ctx, `UPDATE upload SET kept = 1 WHERE done_ms = 0
		AND sha256 IN (SELECT sha256 FROM photo WHERE id = $1 AND gone = 1)
		AND NOT EXISTS (SELECT 1 FROM photo o WHERE o.sha256 = upload.sha256 AND o.id <> $1)`, id.String())
	if err != nil {
		return fmt.Errorf("bytes of %s: %w", id, err)
	}
	if err := ledger.Drop(ctx, tx, id, since); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE record SET acked = version, refused = '' WHERE id = $1`, id.String())
	return err
}

// inOpenVisit says of a record r whether it is a visit in progress on this phone, or what belongs to one.
const inOpenVisit = `EXISTS (SELECT 1 FROM visit v JOIN meta me ON me.key = 'user' AND me.value = v.manager
	WHERE v.check_out_ms = 0 AND (v.id = r.id OR v.store = r.id
	  OR EXISTS (SELECT 1 FROM count_line l WHERE l.visit = v.id AND l.record = r.id)
	  OR EXISTS (SELECT 1 FROM note n WHERE n.visit = v.id AND n.id = r.id)
	  OR EXISTS (SELECT 1 FROM about a WHERE a.visit = v.id AND a.record = r.id)
	  OR EXISTS (SELECT 1 FROM photo p WHERE p.visit = v.id AND p.id = r.id)
	  OR EXISTS (SELECT 1 FROM photo p JOIN thumbnail t ON t.photo = p.id WHERE p.visit = v.id AND t.record = r.id)))`

func queryIDs(ctx context.Context, tx *sql.Tx, query string, args ...any) ([]uuid.UUID, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []uuid.UUID
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}
