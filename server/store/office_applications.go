package store

import (
	"context"
	"database/sql"
	"time"

	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// An Application is what a manager asked the office for.
type Application struct {
	ID        uuid.UUID
	StoreName string // the wanted name of a new store
	Was       field.Store
	Author    Person
	DecidedBy Person
	Evidence  []Evidence
	field.Application
}

// Wanted is one field that an application would change.
type Wanted struct{ Field, From, To string }

// Evidence is a photo of an application by its record and its bytes; Ref is zero when its record has not arrived.
type Evidence struct {
	Photo uuid.UUID
	Ref   blob.Ref
}

// Changes lists what the application would change, in the order of field.ApplicationFields.
func (a Application) Changes() (out []Wanted) {
	for _, name := range field.ApplicationFields(a.Kind) {
		if to, ok := a.Change[name]; ok {
			out = append(out, Wanted{name, a.Was.Text(name), to})
		}
	}
	return out
}

const maxApplications = 200 // of one page

// Applications lists what was submitted: what waits for a decision with the oldest first, or what was decided with the
// newest first.
func (s *Store) Applications(ctx context.Context, decided bool) (out []Application, err error) {
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		where := `state = '' AND made_ms > 0 ORDER BY made_ms, id`
		if decided {
			where = `state <> '' ORDER BY made_ms DESC, id`
		}
		ids, err := query(ctx, tx, func(rows *sql.Rows) (a uuid.UUID, err error) {
			err = rows.Scan(id(&a))
			return a, err
		}, `SELECT id FROM application WHERE `+where+` LIMIT $1`, maxApplications)
		if err != nil {
			return err
		}
		for _, a := range ids {
			one, _, err := application(ctx, tx, a)
			if err != nil {
				return err
			}
			out = append(out, one)
		}
		return nil
	})
	return out, err
}

// ApplicationByID returns one that was submitted, or a fault "application.not_found".
func (s *Store) ApplicationByID(ctx context.Context, id uuid.UUID) (a Application, err error) {
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		a, _, err = application(ctx, tx, id)
		return err
	})
	return a, err
}

func application(ctx context.Context, tx *sql.Tx, id uuid.UUID) (a Application, territory uuid.UUID, err error) {
	r, ok, err := ledger.Load(ctx, tx, id)
	if err != nil {
		return a, territory, err
	}
	a = Application{ID: id, Application: field.ApplicationOf(r)}
	if !ok || r.Type != field.TypeApplication || a.MadeMS == 0 {
		return a, territory, notFound("application")
	}
	kind, _ := r.Winner("kind")
	decision, _ := r.Winner("decision")
	for author, p := range map[string]*Person{kind.Author: &a.Author, decision.Author: &a.DecidedBy} {
		if p.ID, _ = uuid.Parse(author); author == "" {
			continue
		}
		if err := tx.QueryRowContext(ctx, `SELECT COALESCE((SELECT name FROM person WHERE id = $1), '')`, author).Scan(&p.Name); err != nil {
			return a, territory, err
		}
	}
	for _, photo := range a.Photos {
		p, _, err := ledger.Load(ctx, tx, photo)
		if err != nil {
			return a, territory, err
		}
		a.Evidence = append(a.Evidence, Evidence{photo, field.PhotoOf(p).Ref})
	}
	was, _, err := ledger.Load(ctx, tx, a.Store)
	if err != nil {
		return a, territory, err
	}
	if a.Was = field.StoreOf(was); a.Store == uuid.Nil {
		a.StoreName = a.Change["name"]
	} else {
		a.StoreName = a.Was.Name
	}
	return a, r.Territory, nil
}

// Decide approves or rejects an application. Approval writes what was wanted into the store, or makes the new store with
// the id that its licence gives it, in the same transaction. It is a fault "application.decided" when somebody was
// faster, "application.reason" when a rejection says nothing, and "application.newer" when something is wanted that this
// version could not write; what is no value of its field is a fault of field.ValidateApplied.
func (s *Store) Decide(ctx context.Context, by, id uuid.UUID, approve bool, text string) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		a, territory, err := application(ctx, tx, id)
		if err != nil {
			return err
		}
		switch {
		case a.Decision.State != "":
			return fault.New(fault.Conflict, "application.decided", nil)
		case !approve && text == "":
			return fault.New(fault.Invalid, "application.reason", nil)
		case approve && len(a.Unknown()) > 0:
			return fault.New(fault.Invalid, "application.newer", nil)
		}
		d := field.Decision{State: field.DecisionRejected, Text: text, AtMS: time.Now().UnixMilli()}
		var edits []ledger.Edit
		if approve {
			d.State = field.DecisionApproved
			e := ledger.Edit{ID: a.Store, Type: field.TypeStore, Territory: territory, SeenAll: true}
			if a.Kind == field.ApplyNewStore {
				e.ID = field.StoreID(a.Change["licence_no"])
			}
			for _, c := range a.Changes() {
				e.Field = c.Field
				if e.Value, err = field.AppliedValue(c.Field, c.To); err != nil {
					return err
				}
				edits = append(edits, e)
			}
		}
		edits = append(edits, ledger.Edit{ID: id, Type: field.TypeApplication, Territory: territory, Field: "decision", Value: d, SeenAll: true})
		_, err = s.write(ctx, tx, by, edits...)
		return err
	})
}
