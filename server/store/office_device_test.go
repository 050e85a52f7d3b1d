package store

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"storewalk/migrations"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"

	"github.com/google/uuid"
)

// A field device: a database as phones have, whose writes arrive at the store when send is called.
type fieldDevice struct {
	t     *testing.T
	db    *sqldb.DB
	owner uuid.UUID
	terr  uuid.UUID
}

func newFieldDevice(t *testing.T, owner uuid.UUID) *fieldDevice {
	t.Helper()
	db, err := sqldb.Open(t.Context(), filepath.Join(t.TempDir(), "phone.db"), migrations.Device())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	d := &fieldDevice{t: t, db: db, owner: owner, terr: field.TerritoryID("north")}
	d.tx(func(tx *sql.Tx) error {
		if _, err := tx.Exec(`INSERT INTO replica (one, rid, counter, lam, opens) VALUES (1, $1, 0, 0, 1)`, ledger.NewReplica().String()); err != nil {
			return err
		}
		return ledger.Prepare(t.Context(), tx)
	})
	return d
}

func (d *fieldDevice) tx(fn func(*sql.Tx) error) {
	d.t.Helper()
	if err := d.db.Tx(d.t.Context(), fn); err != nil {
		d.t.Fatal(err)
	}
}

func (d *fieldDevice) set(id uuid.UUID, typ, name string, value any, wallMS int64) (out []record.Record) {
	d.t.Helper()
	d.tx(func(tx *sql.Tx) (err error) {
		out, err = ledger.Write(d.t.Context(), tx, ledger.Writer{Author: d.owner, WallMS: wallMS},
			ledger.Edit{ID: id, Type: typ, Territory: d.terr, Field: name, Value: value, SeenAll: true})
		return err
	})
	return out
}

// pull takes the server's copy of a record.
func (d *fieldDevice) pull(s *Store, id uuid.UUID) {
	d.t.Helper()
	var rec record.Record
	if err := s.db.View(d.t.Context(), func(tx *sql.Tx) (err error) {
		rec, _, err = ledger.Load(d.t.Context(), tx, id)
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	d.tx(func(tx *sql.Tx) error {
		_, err := ledger.Join(d.t.Context(), tx, rec)
		return err
	})
}

// send makes all records of the device arrive at the server at an instant.
func (d *fieldDevice) send(s *Store, atMS, offsetMS int64) {
	d.t.Helper()
	bodies, err := query(d.t.Context(), d.db.Read, func(rows *sql.Rows) (b []byte, err error) {
		err = rows.Scan(&b)
		return b, err
	}, `SELECT body FROM record ORDER BY id`)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := s.change(d.t.Context(), func(tx *sql.Tx) error {
		for _, b := range bodies {
			rec, err := record.Decode(b)
			if err != nil {
				return err
			}
			j, err := ledger.Join(d.t.Context(), tx, rec)
			if err != nil {
				return err
			}
			if j.Changed {
				if err := publish(d.t.Context(), tx, j.Before, j.After, arrival{atMS: atMS, offsetMS: offsetMS}); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		d.t.Fatal(err)
	}
}

// visit checks in at a store and returns the visit.
func (d *fieldDevice) visit(store uuid.UUID, atMS int64) uuid.UUID {
	d.t.Helper()
	v := uuid.New()
	d.set(v, field.TypeVisit, "store", store, atMS)
	d.set(v, field.TypeVisit, "manager", d.owner, atMS)
	d.set(v, field.TypeVisit, "check_in", field.Moment{AtMS: atMS}, atMS)
	return v
}

func (d *fieldDevice) count(visit, store uuid.UUID, code string, line field.CountLine, atMS int64) {
	d.t.Helper()
	sheet := field.CountID(visit)
	d.set(sheet, field.TypeCount, "visit", visit, atMS)
	d.set(sheet, field.TypeCount, "store", store, atMS)
	d.set(sheet, field.TypeCount, field.LineField(field.ProductID(code)), line, atMS)
}

func (d *fieldDevice) note(visit, store uuid.UUID, text string, corrects uuid.UUID, atMS int64) uuid.UUID {
	d.t.Helper()
	n := uuid.New()
	d.set(n, field.TypeNote, "visit", visit, atMS)
	d.set(n, field.TypeNote, "store", store, atMS)
	d.set(n, field.TypeNote, "corrects", corrects, atMS)
	d.set(n, field.TypeNote, "text", text, atMS)
	return n
}

// newStore makes a store record as an import does.
func newStore(t *testing.T, s *Store, licence, name, township string) uuid.UUID {
	t.Helper()
	id := field.StoreID(licence)
	var edits []ledger.Edit
	for _, v := range (field.Store{LicenceNo: licence, Name: name, Township: township, Phone: "19900001000"}).Fields() {
		edits = append(edits, ledger.Edit{ID: id, Type: field.TypeStore, Territory: field.TerritoryID("north"), Field: v.Field, Value: v.Value})
	}
	if err := s.change(t.Context(), func(tx *sql.Tx) error {
		_, err := s.write(t.Context(), tx, uuid.Nil, edits...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return id
}

var morning = time.Date(2026, 11, 21, 9, 0, 0, 0, time.FixedZone("CST", 8*3600))
