package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"slices"
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
	Apart     []map[string]string // the changes that are wanted, where two phones wrote the application apart; else nil
	Differs   bool                // it holds several values of what it is about or wants: the phones are to settle that first
	field.Application
}

// Wanted is one field that an application would change. Also is what the phones want instead that wrote it apart; "" is that
// nothing is to change.
type Wanted struct {
	Field, From, To string
	Also            []string
}

// Evidence is a photo of an application by its record and its bytes; Ref is zero when its record has not arrived.
type Evidence struct {
	Photo uuid.UUID
	Ref   blob.Ref
}

// Changes lists what the application would change, in the order of field.ApplicationFields.
func (a Application) Changes() (out []Wanted) {
	unknown := a.Unknown()
	for _, name := range field.ApplicationFields(a.Kind) {
		w := Wanted{Field: name, From: a.Was.Text(name), To: a.Change[name]}
		_, wanted := a.Change[name]
		for _, change := range a.Apart {
			to, ok := change[name]
			if wanted = wanted || ok; to != w.To {
				w.Also = append(w.Also, to)
			}
		}
		if wanted && !slices.Contains(unknown, name) {
			out = append(out, w)
		}
	}
	return out
}

// Seen is a mark of all that decides about the application: what is wanted, in place of what, why, by what evidence. Who
// approves gives it back, so that nothing is approved that changed meanwhile.
func (a Application) Seen() string {
	h := sha256.New()
	err := json.NewEncoder(h).Encode([]any{a.Kind, a.Store, a.Change, a.Changes(), a.Reason, a.Photos, a.Differs})
	if err != nil {
		panic(err) // texts and ids
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Far reports that what is wanted of a field is a day on which nobody opens or closes a shop, as when a phone's clock was years
// off. It is shown to whoever decides, and may be approved: only a person knows.
func (a Application) Far(name, wanted string) bool {
	at := time.Now()
	if a.Decision.AtMS != 0 {
		at = time.UnixMilli(a.Decision.AtMS)
	}
	return field.ValidateAppliedDay(name, wanted, at) != nil
}

const maxApplications = 200 // of one page

// applicationOpen is which applications wait for a decision.
const applicationOpen = `state = '' AND made_ms > 0`

// Applications lists what was submitted: what waits for a decision with the oldest first, or what was decided with the
// newest first.
func (s *Store) Applications(ctx context.Context, decided bool) (out []Application, err error) {
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		where := applicationOpen + ` ORDER BY made_ms, id`
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
	if apart := field.ChangesOf(r); len(apart) > 1 {
		a.Apart = apart
	}
	for _, name := range []string{"kind", "store", "change"} {
		a.Differs = a.Differs || len(r.Siblings(name)) > 1
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
// faster, "application.changed" when it is no longer what the decider saw, "application.reason" when a rejection says
// nothing. What can not be approved is "application.newer" when something is wanted that this version could not write,
// "application.differs" when two phones wrote it apart, "application.incomplete" and "application.licence_taken" by its
// licence; what is no value of its field is a fault of field.ValidateApplied.
func (s *Store) Decide(ctx context.Context, by, id uuid.UUID, approve bool, text, seen string) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		a, territory, err := application(ctx, tx, id)
		if err != nil {
			return err
		}
		switch {
		case a.Decision.State != "":
			return fault.New(fault.Conflict, "application.decided", nil)
		case a.Seen() != seen:
			return fault.New(fault.Conflict, "application.changed", nil)
		case !approve && text == "":
			return fault.New(fault.Invalid, "application.reason", nil)
		case approve:
			if err := approvable(ctx, tx, a); err != nil {
				return err
			}
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
				edits, d.Wrote = append(edits, e), append(d.Wrote, c.Field)
			}
		}
		edits = append(edits, ledger.Edit{ID: id, Type: field.TypeApplication, Territory: territory, Field: "decision", Value: d, SeenAll: true})
		_, err = s.write(ctx, tx, by, edits...)
		return err
	})
}

// approvable returns the fault for which an application can not be approved, whoever wants to.
func approvable(ctx context.Context, tx *sql.Tx, a Application) error {
	licence, wanted := a.Change["licence_no"]
	isNew := a.Kind == field.ApplyNewStore
	switch {
	case a.Differs:
		return fault.New(fault.Conflict, "application.differs", nil)
	case len(a.Unknown()) > 0, len(a.Change) == 0:
		return fault.New(fault.Invalid, "application.newer", nil)
	case isNew && (licence == "" || a.Change["name"] == ""):
		return fault.New(fault.Invalid, "application.incomplete", nil)
	case !wanted || licence == "":
		return nil
	}
	var taken bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM store WHERE licence_no = $1 AND id <> $2) OR $3 AND EXISTS (SELECT 1 FROM record WHERE id = $4)`,
		licence, a.Store.String(), isNew, field.StoreID(licence).String()).Scan(&taken)
	if err == nil && taken {
		err = fault.New(fault.Conflict, "application.licence_taken", nil)
	}
	return err
}
