package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"storewalk/shared/digest"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// codeDamaged says why a record is not sent: its bytes are not those that were written.
const codeDamaged = "record.damaged"

// markDamaged keeps the bytes of damaged records and takes these out of what waits: they are never sent. What is sound
// takes their place when it comes. The server is told how many there were.
func (s *Store) markDamaged(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	return s.compared(ctx, func(tx *sql.Tx, c *comparison) error {
		for _, id := range ids {
			news, err := ledger.KeepDamaged(ctx, tx, id)
			if err != nil {
				return err
			}
			var text string
			err = tx.QueryRowContext(ctx, `UPDATE record SET acked = version, refused = $1 WHERE id = $2 RETURNING territory`, codeDamaged, id).Scan(&text)
			if err != nil {
				return fmt.Errorf("damaged %s: %w", id, err)
			}
			if news {
				territory, _ := uuid.Parse(text) // nil when that is what is damaged
				c.in(territory).Damaged++
			}
		}
		return nil
	})
}

// eachSound calls fn with every sound record, husks aside, and returns the ids of the damaged ones. version is that of
// the bytes on the disk.
func eachSound(ctx context.Context, tx *sql.Tx, where string, args []any, fn func(id, territory string, version record.Version, waits bool) error) (damaged []string, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, type, territory, version, body, version IS NOT acked, refused FROM record WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("records: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r ledger.Stored
		var version, body sql.RawBytes
		var waits bool
		var refused string
		if err := rows.Scan(&r.ID, &r.Type, &r.Territory, &version, &body, &waits, &refused); err != nil {
			return nil, fmt.Errorf("records: %w", err)
		}
		if r.Version, r.Body = version, body; !r.Sound() {
			if refused != codeDamaged || waits {
				damaged = append(damaged, r.ID)
			}
			continue
		}
		if err := fn(r.ID, r.Territory, record.Version(version), waits); err != nil {
			return nil, err
		}
	}
	return damaged, rows.Err()
}

// Sums returns the cursors, each with the sum over what this phone holds of its territory, and the records that are left
// out because they differ from the server's for a known reason. None has a sum while something waits to be sent, or
// where a feed was not read to its end.
func (s *Store) Sums(ctx context.Context) (cursors []wire.Cursor, except []uuid.UUID, err error) {
	var damaged []string
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		if cursors, err = readCursors(ctx, tx); err != nil {
			return err
		}
		var known bool
		if except, known, err = excepted(ctx, tx); err != nil || !known {
			return err
		}
		skip := map[string]bool{}
		for _, id := range except {
			skip[id.String()] = true
		}
		sums, atRest := map[string]*digest.Sum{}, true
		for _, c := range cursors {
			sums[c.Territory.String()] = &digest.Sum{}
		}
		damaged, err = eachSound(ctx, tx, `territory <> $1`, []any{uuid.Nil.String()}, func(id, territory string, version record.Version, waits bool) error {
			atRest = atRest && !waits
			if sum := sums[territory]; sum != nil && !skip[id] {
				*sum = sum.Add(version)
			}
			return nil
		})
		if err != nil || !atRest {
			return err
		}
		for i, c := range cursors {
			if whole, err := readWhole(ctx, tx, c.Territory); err != nil {
				return err
			} else if whole {
				cursors[i].Sum = sums[c.Territory.String()]
			}
		}
		return nil
	})
	if err == nil {
		err = s.markDamaged(ctx, damaged)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("store: sums: %w", err)
	}
	return cursors, except, nil
}

func readWhole(ctx context.Context, tx *sql.Tx, territory uuid.UUID) (whole bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT whole FROM cursor WHERE territory = $1`, territory.String()).Scan(&whole)
	return whole, err
}

// excepted lists the records in which this phone and the server may differ for long: what the server put aside, what
// is about to leave this phone, and what this version can not read. ok is false when that can not be told, or is too much.
func excepted(ctx context.Context, tx *sql.Tx) (out []uuid.UUID, ok bool, err error) {
	out, err = queryIDs(ctx, tx, `SELECT id FROM record WHERE refused NOT IN ('', $1) UNION SELECT record FROM leaving`, codeDamaged)
	if err != nil {
		return nil, false, fmt.Errorf("left out: %w", err)
	}
	rows, err := tx.QueryContext(ctx, `SELECT raw FROM unread`)
	if err != nil {
		return nil, false, fmt.Errorf("unread: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var raw []byte
		if err := rows.Scan(&raw); err != nil {
			return nil, false, fmt.Errorf("unread: %w", err)
		}
		var one struct {
			ID uuid.UUID `json:"id"`
		}
		if json.Unmarshal(raw, &one) != nil || one.ID == uuid.Nil {
			return nil, false, rows.Err()
		}
		out = append(out, one.ID)
	}
	return out, len(out) <= wire.MaxExcept, rows.Err()
}

// An Inventory is what this phone held of one territory at one moment.
type Inventory struct {
	Cursor wire.Cursor
	Except []uuid.UUID // left out on both sides
	Set    digest.Set
}

// Inventory lists what this phone holds of a territory, to be compared with the server record by record. What waits is not
// compared: it is in Except. ok is false when the territory can not be compared now.
func (s *Store) Inventory(ctx context.Context, territory uuid.UUID) (inv Inventory, ok bool, err error) {
	var damaged []string
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		if inv.Cursor, ok, err = cursorOf(ctx, tx, territory); err != nil || !ok {
			return err
		}
		inv.Cursor.Territory = territory
		if inv.Except, ok, err = excepted(ctx, tx); err != nil || !ok {
			return err
		}
		skip := map[uuid.UUID]bool{}
		for _, id := range inv.Except {
			skip[id] = true
		}
		var items []digest.Item
		damaged, err = eachSound(ctx, tx, `territory = $1`, []any{territory.String()}, func(text, _ string, version record.Version, waits bool) error {
			id, err := uuid.Parse(text)
			switch {
			case err != nil || skip[id]:
			case waits:
				inv.Except = append(inv.Except, id)
			default:
				items = append(items, digest.Item{ID: id, Version: version})
			}
			return err
		})
		if err != nil {
			return err
		}
		inv.Set, ok = digest.NewSet(items), len(inv.Except) <= wire.MaxExcept
		return nil
	})
	if err == nil {
		err = s.markDamaged(ctx, damaged)
	}
	if err != nil {
		return Inventory{}, false, fmt.Errorf("store: inventory of %s: %w", territory, err)
	}
	return inv, ok, nil
}

// Mend takes records that a comparison of a territory asked for, in one transaction. What this phone holds beyond them
// waits to be sent.
func (s *Store) Mend(ctx context.Context, at wire.Cursor, puts []json.RawMessage) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		here := map[uuid.UUID]bool{}
		if err := s.take(ctx, tx, puts, at.Seq, s.wall().UnixMilli(), here); err != nil {
			return err
		}
		for _, raw := range puts {
			in, err := record.Decode(raw)
			if err != nil || !here[in.ID] {
				continue // kept as unread
			}
			version := in.Version()
			if _, err := tx.ExecContext(ctx, `UPDATE record SET acked = NULL WHERE id = $1 AND version IS acked AND version <> $2 AND refused = ''
				AND territory = $3`, in.ID.String(), version[:], at.Territory.String()); err != nil {
				return fmt.Errorf("mend %s: %w", in.ID, err)
			}
		}
		return nil
	})
}

// Lacking notes that the server does not have records which it confirmed: they wait to be sent again, unless they have
// changed since they were compared.
func (s *Store) Lacking(ctx context.Context, territory uuid.UUID, items []digest.Item) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		for _, i := range items {
			_, err := tx.ExecContext(ctx, `UPDATE record SET acked = NULL, feed_seq = 0 WHERE id = $1 AND version = $2 AND version IS acked AND refused = ''
				AND territory = $3`, i.ID.String(), i.Version[:], territory.String())
			if err != nil {
				return fmt.Errorf("lacking %s: %w", i.ID, err)
			}
		}
		return nil
	})
}

// A comparison is what the phone remembers of comparing.
type comparison struct {
	AtMS  int64        `json:"at_ms"` // when all territories were last compared
	Found []wire.Found `json:"found"` // not told the server yet
}

// in returns what was found in a territory.
func (c *comparison) in(territory uuid.UUID) *wire.Found {
	for i := range c.Found {
		if c.Found[i].Territory == territory {
			return &c.Found[i]
		}
	}
	c.Found = append(c.Found, wire.Found{Territory: territory})
	return &c.Found[len(c.Found)-1]
}

// ComparedMS returns when this phone was last compared with the server, by its own clock.
func (s *Store) ComparedMS(ctx context.Context) (int64, error) {
	var c comparison
	_, err := getMeta(ctx, s.db.Read, metaCompared, &c)
	return c.AtMS, err
}

// Compared notes that all territories are compared, at nowMS.
func (s *Store) Compared(ctx context.Context, nowMS int64) error {
	return s.compared(ctx, func(_ *sql.Tx, c *comparison) error {
		c.AtMS = nowMS
		return nil
	})
}

// NoteFound keeps what a comparison found until the server has been told.
func (s *Store) NoteFound(ctx context.Context, f wire.Found) error {
	return s.compared(ctx, func(_ *sql.Tx, c *comparison) error {
		was := c.in(f.Territory)
		f.Damaged += was.Damaged
		*was = f
		return nil
	})
}

// Found returns what comparisons found and the server was not told yet.
func (s *Store) Found(ctx context.Context) ([]wire.Found, error) {
	var c comparison
	_, err := getMeta(ctx, s.db.Read, metaCompared, &c)
	return c.Found, err
}

func (s *Store) compared(ctx context.Context, change func(*sql.Tx, *comparison) error) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		var c comparison
		if _, err := getMeta(ctx, tx, metaCompared, &c); err != nil {
			return err
		}
		if err := change(tx, &c); err != nil {
			return err
		}
		return setMetaJSON(ctx, tx, metaCompared, c)
	})
}

// ToldFound notes that the server has been told all that Found returned.
func (s *Store) ToldFound(ctx context.Context) error {
	return s.compared(ctx, func(_ *sql.Tx, c *comparison) error {
		c.Found = nil
		return nil
	})
}

// beginComparing lets a new database count as compared: there is nothing to compare yet.
func (s *Store) beginComparing(ctx context.Context, tx *sql.Tx) error {
	known, err := getMeta(ctx, tx, metaCompared, &comparison{})
	if err != nil || known {
		return err
	}
	return setMetaJSON(ctx, tx, metaCompared, comparison{AtMS: s.wall().UnixMilli()})
}
