package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// An Awaited is a photo that was asked of a camera which is another app. It is written down before the camera opens: this
// app may be ended under it.
type Awaited struct {
	ID          uuid.UUID // and of the photo to be
	Visit       uuid.UUID // whose photo it will be
	Application uuid.UUID // or whose evidence; when both are nil the picture is only looked at, as that of a bar code
	Place       string    // where the camera puts it
	AskedMS     int64     // by the phone's clock
	Kept        bool      // it is a photo by now; only the camera's copy is left to delete
	Quiet       bool      // the person seems to have closed the camera without taking it
	Code        string    // why it could not be kept when it was last tried
	AwaitedShot
}

// An AwaitedShot is what an Awaited is a picture of.
type AwaitedShot struct {
	Kind     string         `json:"kind"`
	Item     string         `json:"item,omitempty"` // code of the service item it is for
	Position field.Position `json:"pos,omitzero"`   // where the camera was opened
	Mocked   bool           `json:"mock,omitempty"` // the system says that Position is made up
	Sequel
}

// A Sequel is what follows when a photo is kept, in the same transaction.
type Sequel struct {
	Replaces uuid.UUID `json:"replaces,omitzero"` // the photo that is removed
	Asking   *Asking   `json:"asking,omitempty"`  // the request that the photo proves; nil for none
}

// AwaitPhoto notes that a camera is about to be asked; it sets AskedMS.
func (s *Store) AwaitPhoto(ctx context.Context, a Awaited) error {
	shot, err := json.Marshal(a.AwaitedShot)
	if err != nil {
		return fmt.Errorf("store: await photo: %w", err)
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO awaited (id, visit, application, place, shot, asked_ms) VALUES ($1, $2, $3, $4, $5, $6)`,
			a.ID.String(), a.Visit.String(), a.Application.String(), a.Place, string(shot), s.wall().UnixMilli())
		return err
	})
}

// Awaited lists all that was asked of the camera, in that order.
func (s *Store) Awaited(ctx context.Context) ([]Awaited, error) {
	out, err := awaited(ctx, s.db.Read, `1 = 1`)
	if err != nil {
		return nil, fmt.Errorf("store: awaited: %w", err)
	}
	return out, nil
}

// stillAwaited are the rows that a person is told about: those of a visit or an application.
const stillAwaited = `kept = 0 AND quiet = 0`

func awaited(ctx context.Context, q querier, condition string, args ...any) (out []Awaited, err error) {
	rows, err := q.QueryContext(ctx, `SELECT id, visit, application, place, shot, asked_ms, kept, quiet, code FROM awaited
		WHERE `+condition+` ORDER BY rowid`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var a Awaited
		var shot []byte
		if err := rows.Scan(&a.ID, &a.Visit, &a.Application, &a.Place, &shot, &a.AskedMS, &a.Kept, &a.Quiet, &a.Code); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(shot, &a.AwaitedShot); err != nil {
			return nil, fmt.Errorf("awaited photo %s: %w", a.ID, err)
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

// KeepAwaited makes a photo of an awaited one whose bytes are in Blobs, as AddPhoto and AddEvidence do. Keeping it again, as
// after a crash, changes nothing.
func (s *Store) KeepAwaited(ctx context.Context, id uuid.UUID, p field.Photo, thumb []byte) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		rows, err := awaited(ctx, tx, `id = $1`, id.String())
		if err != nil {
			return err
		}
		if len(rows) == 0 { // the person does without it since
			return fault.New(fault.NotFound, "photo.not_found", nil)
		}
		a := rows[0]
		if a.Kept {
			return nil
		}
		if a.Application != uuid.Nil {
			err = s.addEvidence(ctx, tx, id, a.Application, p, thumb, a.Sequel)
		} else {
			err = s.addPhoto(ctx, tx, id, a.Visit, p, thumb, a.Sequel)
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE awaited SET kept = 1, code = '' WHERE id = $1`, id.String())
		return err
	})
}

// takeAway removes a photo as it is now, for another in its place. One that is gone, or may not be removed, stays as it is.
func (s *Store) takeAway(ctx context.Context, tx *sql.Tx, photo uuid.UUID) error {
	if photo == uuid.Nil {
		return nil
	}
	r, row, who, err := s.removalVisit(ctx, tx, photo)
	if fault.Is(err, "record.not_found") {
		return nil
	}
	if err != nil || r.Judge().Fate == record.Gone || !removable(r, row, who).May {
		return err
	}
	e, err := ledger.Deletion(ctx, tx, photo, r.Context())
	if err != nil {
		return err
	}
	return s.write(ctx, tx, e)
}

// QuietAwaited notes that the person seems to have closed the camera without taking a photo. It stays: a camera may be
// slow, and what it still brings is kept.
func (s *Store) QuietAwaited(ctx context.Context, id uuid.UUID) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE awaited SET quiet = 1 WHERE id = $1`, id.String())
		return err
	})
}

// FailAwaited notes why a picture could not be kept. It is awaited still.
func (s *Store) FailAwaited(ctx context.Context, id uuid.UUID, code string) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE awaited SET code = $2, quiet = 0 WHERE id = $1`, id.String(), code)
		return err
	})
}

// ForgetAwaited ends the waiting: nothing of the picture is left in the camera's place, or the person does without it.
func (s *Store) ForgetAwaited(ctx context.Context, id uuid.UUID) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM awaited WHERE id = $1`, id.String())
		return err
	})
}
