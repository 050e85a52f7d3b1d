package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// clockTolerance is how far a phone's clock may be off, in milliseconds, before pages correct its times.
const clockTolerance = 2 * 60 * 1000

// longWait is how long after it was done something may arrive, in milliseconds, before its time is doubted:
// no phone is out of reach for a month of work.
const longWait = 30 * 24 * 60 * 60 * 1000

// A Stamp is when something was done.
type Stamp struct {
	AtMS      int64 // Unix milliseconds, corrected when the phone's clock was off; 0: not done
	Corrected bool  // AtMS is not what the phone's clock showed
	// The clock must have been wrong in a way that nobody knows, as when it was put right before the phone
	// called. AtMS is then never after the arrival.
	Doubtful bool
}

// stamp corrects a phone's time by how far its clock was ahead of the server's when it called. arrivedMS is
// when the server got it, 0 when that is not known.
func stamp(ms, offsetMS, arrivedMS int64) Stamp {
	if ms == 0 {
		return Stamp{}
	}
	s := Stamp{AtMS: ms}
	if offsetMS < -clockTolerance || offsetMS > clockTolerance {
		s = Stamp{AtMS: ms - offsetMS, Corrected: true}
	}
	switch {
	case arrivedMS == 0:
	case s.AtMS > arrivedMS+clockTolerance:
		s = Stamp{AtMS: arrivedMS, Corrected: true, Doubtful: true}
	case s.AtMS < arrivedMS-longWait:
		s.Doubtful = true
	}
	return s
}

// corrected is stamp in SQL, for a column of a record r that was written when the record was made.
func corrected(column string) string {
	at := fmt.Sprintf(`(%s - CASE WHEN r.offset_ms BETWEEN -%d AND %[2]d THEN 0 ELSE r.offset_ms END)`, column, clockTolerance)
	return fmt.Sprintf(`(CASE WHEN %s > r.received_ms + %d THEN r.received_ms ELSE %[1]s END)`, at, clockTolerance)
}

// offsetOf is SQL for how far ahead the clock was that wrote a field of record r. which is a condition that picks the write e.
// Most records were written by one clock; then no write is read.
func offsetOf(name, which string) string {
	return `COALESCE((SELECT a.offset_ms FROM arrival a, json_each(a.entries) e WHERE a.record = r.no AND abs(a.offset_ms - r.offset_ms) > 1000 AND e.value ->> 0 = '` + name + `'
		AND ` + which + ` LIMIT 1), r.offset_ms)`
}

// wroteAt is for offsetOf: the write whose clock showed a time.
func wroteAt(column string) string { return `e.value ->> 4 = ` + column }

// A Person is somebody whose work a page shows.
type Person struct {
	ID   uuid.UUID
	Name string
}

// Managers lists the customer managers by name.
func (s *Store) Managers(ctx context.Context) ([]Person, error) {
	return query(ctx, s.db.Read, func(rows *sql.Rows) (p Person, err error) {
		err = rows.Scan(id(&p.ID), &p.Name)
		return p, err
	}, `SELECT id, name FROM person WHERE role = $1 ORDER BY name`, field.RoleManager)
}

// Townships lists the townships that have stores, by division code.
func (s *Store) Townships(ctx context.Context) ([]string, error) {
	return query(ctx, s.db.Read, func(rows *sql.Rows) (code string, err error) {
		err = rows.Scan(&code)
		return code, err
	}, `SELECT DISTINCT township FROM store WHERE township <> '' ORDER BY township`)
}

// A NamedTerritory is one as people call it.
type NamedTerritory struct {
	ID   uuid.UUID
	Name string
}

// TerritoryNames lists all territories by name.
func (s *Store) TerritoryNames(ctx context.Context) ([]NamedTerritory, error) {
	return query(ctx, s.db.Read, func(rows *sql.Rows) (t NamedTerritory, err error) {
		err = rows.Scan(id(&t.ID), &t.Name)
		return t, err
	}, `SELECT id, name FROM territory ORDER BY name, id`)
}

// A Summary says how much reached the server since an instant, and how much waits for a person.
type Summary struct {
	Visits, Photos, OutOfStock int // arrived since
	Conflicts, Quarantined     int // waiting now
	Applications               int // nobody has decided
	Alarms                     int // nobody has seen
}

// Arrived sums up what reached the server since an instant in Unix milliseconds.
func (s *Store) Arrived(ctx context.Context, sinceMS int64) (Summary, error) {
	var out Summary
	err := s.db.Read.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM record WHERE type = $1 AND received_ms >= $4),
		(SELECT count(*) FROM record WHERE type = $2 AND received_ms >= $4 AND id NOT IN (SELECT record FROM removal WHERE gone = 1)),
		(SELECT count(*) FROM record r JOIN count_line l ON l.record = r.id
		   WHERE r.type = $3 AND r.received_ms >= $4 AND l.out_of_stock = 1),
		(SELECT count(*) FROM conflict),
		(SELECT count(*) FROM quarantine),
		(SELECT count(*) FROM application WHERE `+applicationOpen+`),
		(SELECT count(*) FROM alarm a WHERE `+alarmOpen+`)`, field.TypeVisit, field.TypePhoto, field.TypeCount, sinceMS).
		Scan(&out.Visits, &out.Photos, &out.OutOfStock, &out.Conflicts, &out.Quarantined, &out.Applications, &out.Alarms)
	if err != nil {
		return Summary{}, fmt.Errorf("store: summary: %w", err)
	}
	return out, nil
}

// A queryer is a database, or a transaction in it.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// query reads all rows of a statement.
func query[T any](ctx context.Context, q queryer, scan func(*sql.Rows) (T, error), text string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("store: %w", err)
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return out, nil
}

// id scans the text form of an id; what is no id, as "" of an absent author, is the zero id.
func id(to *uuid.UUID) sql.Scanner { return idScanner{to} }

type idScanner struct{ to *uuid.UUID }

// Scan implements sql.Scanner.
func (s idScanner) Scan(from any) error {
	*s.to = uuid.Nil
	switch v := from.(type) {
	case string:
		*s.to, _ = uuid.Parse(v)
	case []byte:
		*s.to, _ = uuid.ParseBytes(v)
	}
	return nil
}

// marks returns n placeholders from $first on, for IN (…).
func marks(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(first+i))
	}
	return b.String()
}

// contains is the LIKE pattern for search columns that hold text, whatever signs it has.
func contains(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(field.Fold(text)) + "%"
}

// FormatSeen writes the dots a page showed, for a hidden field of its form.
func FormatSeen(dots []record.Dot) string {
	parts := make([]string, len(dots))
	for i, d := range dots {
		parts[i] = d.Replica.String() + "." + strconv.FormatUint(d.N, 10)
	}
	return strings.Join(parts, " ")
}

// ParseSeen reads what FormatSeen writes; anything else is a fault "request.malformed".
func ParseSeen(text string) ([]record.Dot, error) {
	var out []record.Dot
	for part := range strings.FieldsSeq(text) {
		rid, n, _ := strings.Cut(part, ".")
		replica, err := record.ParseReplica(rid)
		if err != nil {
			return nil, fault.New(fault.Invalid, "request.malformed", err)
		}
		number, err := strconv.ParseUint(n, 10, 64)
		if err != nil {
			return nil, fault.New(fault.Invalid, "request.malformed", err)
		}
		out = append(out, record.Dot{Replica: replica, N: number})
	}
	return out, nil
}
