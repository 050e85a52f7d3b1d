package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"storewalk/migrations"
	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"

	"github.com/google/uuid"
)

// A verdict is how what was captured compares with what the server holds. The numbers are of what was found.
type verdict struct {
	phones, visits, photos, values int
	conflicts                      int // fields that hold what two people entered against each other
	lost                           []string
}

// String is the story's last line.
func (v verdict) String() string {
	return fmt.Sprintf("demo: %d phones, %d visits, %d photos, %d conflicts kept, %d lost", v.phones, v.visits, v.photos, v.conflicts, len(v.lost))
}

// audit looks for everything in the book in the server's folder: the records as they lie in its database,
// and the photos byte by byte. It asks neither the server nor its code.
func audit(ctx context.Context, b *book, data string) (v verdict, err error) {
	db, err := sqldb.Open(ctx, filepath.Join(data, "storewalk.db"), migrations.Server())
	if err != nil {
		return v, fmt.Errorf("audit: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	blobs, err := blob.OpenDir(filepath.Join(data, "photos"))
	if err != nil {
		return v, fmt.Errorf("audit: %w", err)
	}
	defer func() { err = errors.Join(err, blobs.Close()) }()
	err = db.View(ctx, func(tx *sql.Tx) error {
		a := auditor{ctx: ctx, tx: tx, blobs: blobs, v: &v}
		a.all(b)
		return a.err
	})
	return v, err
}

// An auditor keeps the first error of its look-ups; what is merely missing is no error.
type auditor struct {
	ctx   context.Context
	tx    *sql.Tx
	blobs *blob.Dir
	v     *verdict
	err   error
}

func (a *auditor) all(b *book) {
	for user := range b.phones {
		if a.number(`SELECT count(*) FROM device WHERE account = $1`, user.String()) == 1 {
			a.v.phones++
		} else {
			a.lose("the phone of %s", user)
		}
	}
	for _, v := range b.visits {
		if a.visit(v) {
			a.v.visits++
		}
	}
	for _, p := range b.photos {
		if a.photo(p) {
			a.v.photos++
		}
	}
	type place struct {
		record, note uuid.UUID
		field        string
	}
	entered := map[place][]bookValue{}
	for _, v := range b.values {
		if a.value(v) {
			a.v.values++
		}
		at := place{v.record, v.note, v.field}
		entered[at] = append(entered[at], v)
	}
	for at, values := range entered {
		if at.note == uuid.Nil && len(values) > 1 && len(a.load(at.record).Siblings(at.field)) == len(values) {
			a.v.conflicts++
		}
	}
}

func (a *auditor) lose(format string, args ...any) bool {
	a.v.lost = append(a.v.lost, fmt.Sprintf(format, args...))
	return false
}

func (a *auditor) number(query string, args ...any) (n int) {
	if err := a.tx.QueryRowContext(a.ctx, query, args...).Scan(&n); err != nil {
		a.err = errors.Join(a.err, err)
	}
	return n
}

// load returns a record as it lies there; the zero Record when it does not.
func (a *auditor) load(id uuid.UUID) (r record.Record) {
	var body []byte
	err := a.tx.QueryRowContext(a.ctx, `SELECT body FROM record WHERE id = $1`, id.String()).Scan(&body)
	if err == nil {
		r, err = record.Decode(body)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		a.err = errors.Join(a.err, err)
	}
	return r
}

func (a *auditor) visit(v bookVisit) bool {
	r := a.load(v.id)
	switch got := field.VisitOf(r); {
	case r.ID != v.id || r.Type != field.TypeVisit:
		return a.lose("visit of %s at %s", v.player, v.storeName)
	case got.Store != v.store || got.Manager != v.user:
		return a.lose("visit of %s at %s: it is somebody else's or elsewhere", v.player, v.storeName)
	case got.CheckIn.AtMS != v.inMS || got.CheckOut.AtMS != v.outMS:
		return a.lose("visit of %s at %s: its times", v.player, v.storeName)
	}
	return true
}

func (a *auditor) photo(p bookPhoto) bool {
	got := field.PhotoOf(a.load(p.id))
	if got.Ref != p.ref || got.Visit != p.visit {
		return a.lose("the record of photo %s", p.id)
	}
	if thumb := field.ThumbnailOf(a.load(field.ThumbnailID(p.id))); len(thumb.JPEG) == 0 {
		return a.lose("the thumbnail of photo %s", p.id)
	}
	f, err := a.blobs.Open(p.ref)
	if err != nil {
		return a.lose("the bytes of photo %s", p.id)
	}
	defer f.Close()
	hash := sha256.New()
	if n, err := io.Copy(hash, f); err != nil || n != got.Size || blob.Ref(hash.Sum(nil)) != p.ref {
		return a.lose("bytes of photo %s: %d of %d are there and right", p.id, n, got.Size)
	}
	return true
}

// value looks for what a person entered among all that the field holds: it must not have been replaced.
func (a *auditor) value(v bookValue) bool {
	want, err := record.Value(v.value)
	if err != nil {
		a.err = errors.Join(a.err, err)
		return false
	}
	id := v.record
	if v.note != uuid.Nil {
		id = a.noteOf(v.note, v.user)
	}
	if !slices.ContainsFunc(a.load(id).Entries(v.field), func(e record.Entry) bool {
		return bytes.Equal(e.Value, want) && e.Author == v.user.String()
	}) {
		return a.lose("%s: %s", v.what, want)
	}
	return true
}

func (a *auditor) noteOf(visit, author uuid.UUID) (id uuid.UUID) {
	var text string
	err := a.tx.QueryRowContext(a.ctx, `SELECT id FROM note WHERE visit = $1 AND author = $2 AND kind = ''`, visit.String(), author.String()).Scan(&text)
	if err == nil {
		id, err = uuid.Parse(text)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		a.err = errors.Join(a.err, err)
	}
	return id
}
