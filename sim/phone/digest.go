package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"hash"
	"path/filepath"

	"storewalk/migrations"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"
	"storewalk/sim/drive"

	"github.com/google/uuid"
)

// A reader looks at a phone's database beside the store that has it open: what it reads is no screen's.
type reader struct{ db *sqldb.DB }

func (p *phone) reader(ctx context.Context) (*reader, error) {
	db, err := sqldb.Open(ctx, filepath.Join(p.dir, "storewalk.db"), migrations.Device())
	if err != nil {
		return nil, err
	}
	return &reader{db}, nil
}

func (r *reader) close() { _ = r.db.Close() } // it wrote nothing

// ids returns the first n ids of a type in order, or those of all types for "", without what every phone
// holds; n 0 is all.
func (r *reader) ids(ctx context.Context, typ string, n int) ([]uuid.UUID, error) {
	if n <= 0 {
		n = -1
	}
	rows, err := r.db.Read.QueryContext(ctx, `SELECT id FROM record WHERE territory <> $1 AND ($2 = '' OR type = $2) ORDER BY id LIMIT $3`,
		field.Common.String(), typ, n)
	if err != nil {
		return nil, fmt.Errorf("ids: %w", err)
	}
	defer rows.Close()
	var out []uuid.UUID
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("ids: %w", err)
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

func (r *reader) record(ctx context.Context, id uuid.UUID) (rec record.Record, err error) {
	err = r.db.View(ctx, func(tx *sql.Tx) error {
		rec, _, err = ledger.Load(ctx, tx, id)
		return err
	})
	return rec, err
}

func (p *phone) count(ctx context.Context, _ drive.Command) (drive.Answer, error) {
	r, err := p.reader(ctx)
	if err != nil {
		return nil, err
	}
	defer r.close()
	rows, err := r.db.Read.QueryContext(ctx, `SELECT type, count(*) FROM record WHERE territory <> $1 GROUP BY type`, field.Common.String())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	total, types := 0, map[string]int{}
	for rows.Next() {
		var typ string
		var n int
		if err := rows.Scan(&typ, &n); err != nil {
			return nil, err
		}
		total, types[typ] = total+n, n
	}
	return drive.Answer{"n": total, "types": types}, rows.Err()
}

// digest sums up what a person would see. Phones that hold the same territory and have nothing more to
// exchange answer the same.
func (p *phone) digest(ctx context.Context, _ drive.Command) (drive.Answer, error) {
	r, err := p.reader(ctx)
	if err != nil {
		return nil, err
	}
	defer r.close()
	ids, err := r.ids(ctx, "", 0)
	if err != nil {
		return nil, err
	}
	d := digest{sum: sha256.New()}
	err = r.db.View(ctx, func(tx *sql.Tx) error {
		for _, id := range ids {
			rec, _, err := ledger.Load(ctx, tx, id)
			if err != nil {
				return err
			}
			d.add(rec)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	listed, err := p.st.Conflicts(ctx)
	return drive.Answer{"n": len(ids), "sha": hex.EncodeToString(d.sum.Sum(nil)), "values": d.values, "conflicts": len(listed)}, err
}

type digest struct {
	sum    hash.Hash
	values int // distinct values held, shown or beside the shown one
}

func (d *digest) add(r record.Record) {
	fmt.Fprintf(d.sum, "%s %q\n", r.ID, r.Type)
	for _, name := range r.Names() {
		all := r.Siblings(name)
		d.values += len(all)
		fmt.Fprintf(d.sum, "%q %s\n", name, all[0].Value)
	}
}
