package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"

	"storewalk/shared/record"
)

// A Stored is a record as it lies in table record.
type Stored struct {
	ID, Type, Territory string // as stored: these may be what is damaged
	Version             []byte
	Body                []byte
}

// Sound reports whether the bytes are those that were written: they hash to the version, and say the id, type and
// territory that the columns do.
func (r Stored) Sound() bool {
	version := record.VersionOf(r.Body)
	return bytes.Equal(version[:], r.Version) && bytes.HasPrefix(r.Body, record.Head(r.ID, r.Type, r.Territory))
}

// KeepDamaged keeps the bytes of a record that are not those that were written, for a person to look at. The record stays
// as it is: what is sound takes its place by Join. It returns whether these bytes were not known yet.
func KeepDamaged(ctx context.Context, tx *sql.Tx, id string) (news bool, err error) {
	var body []byte
	if err := tx.QueryRowContext(ctx, `SELECT body FROM record WHERE id = $1`, id).Scan(&body); err != nil {
		return false, fmt.Errorf("ledger: damaged %s: %w", id, err)
	}
	hash := record.VersionOf(body)
	done, err := tx.ExecContext(ctx, `INSERT INTO damaged (record, type, version, hash, own_n, raw)
		SELECT id, type, version, $1, own_n, $2 FROM record WHERE id = $3 ON CONFLICT (record, hash) DO NOTHING`,
		hash[:], body, id)
	if err != nil {
		return false, fmt.Errorf("ledger: damaged %s: %w", id, err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}
