package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// An Application is what the office was, or is to be, asked for. It is a record from its first letter on, so that nothing
// typed is lost; the office sees it as asked when MadeMS is set.
type Application struct {
	ID        uuid.UUID
	StoreName string // the wanted name of a new store
	Was       field.Store
	Author    string
	Mine      bool
	Evidence  []PhotoRow
	Others    []PhotoRow // photos of the visit it was begun in that are no evidence yet
	Awaited   []Awaited  // photos that the camera has not brought yet
	Sent      bool       // the server holds it as it is here
	DecidedBy string
	// Of what was approved, the fields that the server did not write, as an older one does not, and those whose new value has
	// not arrived here yet.
	Undone, Coming []string
	// Townships are the names of those of its territory, by division code; in lists only where it wants another one.
	Townships map[string]string
	// Differ says of its fields that hold several values how many: two phones wrote it apart.
	Differ []Differing
	wished string // the day on which its change was written last
	field.Application
}

// Submitted reports whether the office has been asked.
func (a Application) Submitted() bool { return a.MadeMS != 0 }

// blank reports that nothing was written into it yet: somebody only looked. The day of a closure is there from the start: the
// day on which it was begun.
func (a Application) blank() bool {
	return !a.Submitted() && (len(a.Change) == 0 || a.Kind == field.ApplyClosure && a.Change["closed"] == a.wished) && a.Reason == "" && len(a.Photos) == 0
}

// BeginApplication starts an application of a kind about a store, nil for a new one, or returns the one that the person
// signed in has begun and not submitted.
func (s *Store) BeginApplication(ctx context.Context, store uuid.UUID, kind string) (id uuid.UUID, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		w, err := s.writer(ctx, tx)
		if err != nil {
			return err
		}
		err = tx.QueryRowContext(ctx, `SELECT id FROM application WHERE store = $1 AND kind = $2 AND author = $3 AND made_ms = 0 ORDER BY id LIMIT 1`,
			store.String(), kind, w.Author.String()).Scan(&id)
		if err == nil {
			return closesToday(ctx, tx, w, id)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		territory, err := applicationTerritory(ctx, tx, store)
		if err != nil {
			return err
		}
		var visit uuid.UUID
		err = tx.QueryRowContext(ctx, `SELECT id FROM visit WHERE store = $1 AND manager = $2 ORDER BY check_out_ms = 0 DESC, lam DESC LIMIT 1`,
			store.String(), w.Author.String()).Scan(&visit)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		change := map[string]string{}
		if kind == field.ApplyClosure {
			change["closed"] = field.DayOf(time.UnixMilli(w.WallMS))
		}
		id = uuid.New()
		e := ledger.Edit{ID: id, Type: field.TypeApplication, Territory: territory}
		_, err = ledger.Write(ctx, tx, w, with(e, "kind", kind), with(e, "store", store), with(e, "visit", visit), with(e, "change", change))
		return err
	})
	return id, err
}

// closesToday puts today into the application for a closure that somebody only looked at on another day.
func closesToday(ctx context.Context, tx *sql.Tx, w ledger.Writer, id uuid.UUID) error {
	all, err := applications(ctx, tx, people{}, `SELECT id FROM application WHERE id = $1`, id.String())
	if err != nil || len(all) == 0 {
		return err
	}
	today := field.DayOf(time.UnixMilli(w.WallMS))
	if a := all[0]; a.Kind != field.ApplyClosure || !a.blank() || a.wished == today {
		return nil
	}
	_, err = ledger.Write(ctx, tx, w, with(ledger.Edit{ID: id}, "change", map[string]string{"closed": today}))
	return err
}

// applicationTerritory is that of the store; of a new one it is the one with most stores here.
func applicationTerritory(ctx context.Context, tx *sql.Tx, store uuid.UUID) (t uuid.UUID, err error) {
	query, args := `SELECT territory FROM store WHERE id = $1`, []any{store.String()}
	if store == uuid.Nil {
		query, args = `SELECT territory FROM store GROUP BY territory ORDER BY count(*) DESC, territory LIMIT 1`, nil
	}
	err = tx.QueryRowContext(ctx, query, args...).Scan(&t)
	if errors.Is(err, sql.ErrNoRows) {
		return t, fault.New(fault.NotFound, "store.not_found", nil)
	}
	return t, err
}

// SetApplicationText keeps what is wanted of a field of the store. The value that the store has, or none for a new one,
// is no change. The faults are those of field.ValidateApplied and field.ValidateAppliedDay, and "application.submitted".
func (s *Store) SetApplicationText(ctx context.Context, id uuid.UUID, name, value string) error {
	if err := errors.Join(field.ValidateApplied(name, value), field.ValidateAppliedDay(name, value, s.wall())); err != nil {
		return err
	}
	return s.changeApplication(ctx, id, func(tx *sql.Tx, a field.Application) (ledger.Edit, error) {
		was, _, err := ledger.Load(ctx, tx, a.Store)
		if err != nil {
			return ledger.Edit{}, err
		}
		wanted := &value
		if value == field.StoreOf(was).Text(name) {
			wanted = nil
		}
		return with(ledger.Edit{ID: id}, "change", a.With(name, wanted)), nil
	})
}

// SetApplicationReason keeps why it is wanted: "text.too_long", "application.submitted".
func (s *Store) SetApplicationReason(ctx context.Context, id uuid.UUID, reason string) error {
	if utf8.RuneCountInString(reason) > field.MaxTextRunes {
		return fault.New(fault.Invalid, "text.too_long", nil)
	}
	return s.changeApplication(ctx, id, func(*sql.Tx, field.Application) (ledger.Edit, error) {
		return with(ledger.Edit{ID: id}, "reason", reason), nil
	})
}

// SetEvidence makes a photo evidence of an application, or takes it away from it: "application.submitted".
func (s *Store) SetEvidence(ctx context.Context, id, photo uuid.UUID, on bool) error {
	return s.changeApplication(ctx, id, func(_ *sql.Tx, a field.Application) (ledger.Edit, error) {
		return evidence(id, a, photo, on), nil
	})
}

func evidence(id uuid.UUID, a field.Application, photo uuid.UUID, on bool) ledger.Edit {
	photos := slices.DeleteFunc(slices.Clone(a.Photos), func(p uuid.UUID) bool { return p == photo })
	if on {
		photos = append(photos, photo)
	}
	return with(ledger.Edit{ID: id}, "photos", photos)
}

// SubmitApplication asks the office. It is a fault "application.empty" when nothing is wanted and
// "application.incomplete" when a new store has no name or licence. Submitting again changes nothing.
func (s *Store) SubmitApplication(ctx context.Context, id uuid.UUID) error {
	err := s.changeApplication(ctx, id, func(_ *sql.Tx, a field.Application) (ledger.Edit, error) {
		switch {
		case len(a.Change) == 0:
			return ledger.Edit{}, fault.New(fault.Invalid, "application.empty", nil)
		case a.Kind == field.ApplyNewStore && (a.Change["name"] == "" || a.Change["licence_no"] == ""):
			return ledger.Edit{}, fault.New(fault.Invalid, "application.incomplete", nil)
		}
		return with(ledger.Edit{ID: id}, "made", s.wall().UnixMilli()), nil
	})
	if fault.Is(err, "application.submitted") {
		return nil
	}
	return err
}

func loadApplication(ctx context.Context, tx *sql.Tx, id uuid.UUID) (a field.Application, territory uuid.UUID, err error) {
	r, ok, err := ledger.Load(ctx, tx, id)
	if err == nil && (!ok || r.Type != field.TypeApplication) {
		err = fault.New(fault.NotFound, "application.not_found", nil)
	}
	return field.ApplicationOf(r), r.Territory, err
}

// changeApplication writes an edit of an application that is not submitted.
func (s *Store) changeApplication(ctx context.Context, id uuid.UUID, edit func(*sql.Tx, field.Application) (ledger.Edit, error)) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		a, _, err := loadApplication(ctx, tx, id)
		if err != nil {
			return err
		}
		if a.MadeMS != 0 {
			return fault.New(fault.Conflict, "application.submitted", nil)
		}
		e, err := edit(tx, a)
		if err != nil {
			return err
		}
		return s.write(ctx, tx, e)
	})
}

// AddEvidence keeps a photo taken for an application, as AddPhoto does for a visit. It fills in Visit, Store and Proof.
func (s *Store) AddEvidence(ctx context.Context, id uuid.UUID, p field.Photo, thumb []byte, then Sequel) (photo uuid.UUID, err error) {
	photo = uuid.New()
	return photo, s.change(ctx, func(tx *sql.Tx) error { return s.addEvidence(ctx, tx, photo, id, p, thumb, then) })
}

// addEvidence is AddEvidence with the id of the photo to be. The one that it replaces is no evidence any more, and stays a photo.
func (s *Store) addEvidence(ctx context.Context, tx *sql.Tx, photo, id uuid.UUID, p field.Photo, thumb []byte, then Sequel) error {
	a, territory, err := loadApplication(ctx, tx, id)
	if err != nil {
		return err
	}
	p.Visit, p.Store = a.Visit, a.Store
	a.Photos = slices.DeleteFunc(slices.Clone(a.Photos), func(p uuid.UUID) bool { return p == then.Replaces })
	if err := s.writePhoto(ctx, tx, photo, territory, p, thumb, evidence(id, a, photo, true)); err != nil {
		return err
	}
	return s.link(ctx, tx, photo, then.Asking)
}

// EvidencePlan returns how to take a photo for an application.
func (s *Store) EvidencePlan(ctx context.Context, id uuid.UUID) (ShotPlan, error) {
	a, err := s.Application(ctx, id)
	if err != nil {
		return ShotPlan{}, err
	}
	me, _, err := s.Account(ctx)
	return ShotPlan{Store: a.StoreName, Manager: me.Name, Detail: true}, err
}

// Applications lists all applications here, those not submitted first, then the newest.
func (s *Store) Applications(ctx context.Context) (out []Application, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		who, err := s.loadPeople(ctx, tx)
		if err != nil {
			return err
		}
		out, err = applications(ctx, tx, who, `SELECT id FROM application ORDER BY made_ms > 0, made_ms DESC, id LIMIT 200`)
		out = slices.DeleteFunc(out, Application.blank)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: applications: %w", err)
	}
	return out, nil
}

// Application returns one with its photos, or a fault "application.not_found".
func (s *Store) Application(ctx context.Context, id uuid.UUID) (a Application, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		who, err := s.loadPeople(ctx, tx)
		if err != nil {
			return err
		}
		all, err := applications(ctx, tx, who, `SELECT id FROM application WHERE id = $1`, id.String())
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return fault.New(fault.NotFound, "application.not_found", nil)
		}
		a = all[0]
		r, _, err := ledger.Load(ctx, tx, id)
		if err != nil {
			return err
		}
		if a.Townships, err = townships(ctx, tx)(r.Territory); err != nil {
			return err
		}
		if a.Awaited, err = awaited(ctx, tx, stillAwaited+` AND application = $1`, id.String()); err != nil {
			return err
		}
		for _, photo := range a.Photos {
			row, err := s.evidenceRow(ctx, tx, photo)
			if err != nil {
				return err
			}
			a.Evidence = append(a.Evidence, row)
		}
		if a.Visit == uuid.Nil || a.Submitted() {
			return nil
		}
		a.Others, err = s.photos(ctx, tx, a.Visit)
		a.Others = slices.DeleteFunc(a.Others, func(p PhotoRow) bool { return slices.Contains(a.Photos, p.ID) })
		return err
	})
	if err != nil {
		return Application{}, fmt.Errorf("store: application %s: %w", id, err)
	}
	return a, nil
}

// evidenceRow is a photo by its id: of a new store's there is no visit to find them by.
func (s *Store) evidenceRow(ctx context.Context, tx *sql.Tx, photo uuid.UUID) (PhotoRow, error) {
	row := PhotoRow{ID: photo}
	r, _, err := ledger.Load(ctx, tx, photo)
	if err != nil {
		return row, err
	}
	p := field.PhotoOf(r)
	row.Kind, row.Ref, row.TakenMS = p.Kind, p.Ref, p.TakenMS
	thumb, _, err := ledger.Load(ctx, tx, field.ThumbnailID(photo))
	row.Thumb = field.ThumbnailOf(thumb).JPEG
	return row, err
}

// townships reads the names of those of a territory, once: a territory is a large record, because of its outline.
func townships(ctx context.Context, tx *sql.Tx) func(territory uuid.UUID) (map[string]string, error) {
	known := map[uuid.UUID]map[string]string{}
	return func(territory uuid.UUID) (map[string]string, error) {
		if names, read := known[territory]; read {
			return names, nil
		}
		r, _, err := ledger.Load(ctx, tx, territory)
		known[territory] = field.TerritoryOf(r).Townships
		return known[territory], err
	}
}

func applications(ctx context.Context, tx *sql.Tx, who people, query string, args ...any) ([]Application, error) {
	ids, err := queryIDs(ctx, tx, query, args...)
	if err != nil {
		return nil, err
	}
	var out []Application
	names := townships(ctx, tx)
	for _, id := range ids {
		r, _, err := ledger.Load(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		a := Application{ID: id, Application: field.ApplicationOf(r)}
		if _, named := a.Change["township"]; named {
			if a.Townships, err = names(r.Territory); err != nil {
				return nil, err
			}
		}
		for _, name := range []string{"change", "reason", "photos"} {
			if n := len(r.Siblings(name)); n > 1 {
				a.Differ = append(a.Differ, Differing{Field: name, Values: n})
			}
		}
		if change, ok := r.Winner("change"); ok {
			a.wished = field.DayOf(time.UnixMilli(change.Wall))
		}
		if kind, ok := r.Winner("kind"); ok {
			a.Author, a.Mine = who.names[kind.Author], kind.Author == who.me.String()
		}
		if e, ok := r.Winner("decision"); ok {
			a.DecidedBy = who.names[e.Author]
		}
		if err := tx.QueryRowContext(ctx, `SELECT version IS acked FROM record WHERE id = $1`, id.String()).Scan(&a.Sent); err != nil {
			return nil, err
		}
		if err := a.carried(ctx, tx, r); err != nil {
			return nil, err
		}
		was, _, err := ledger.Load(ctx, tx, a.Store)
		if err != nil {
			return nil, err
		}
		if a.Was = field.StoreOf(was); a.Store == uuid.Nil {
			a.StoreName = a.Change["name"]
		} else {
			a.StoreName = a.Was.Name
		}
		out = append(out, a)
	}
	return out, nil
}
