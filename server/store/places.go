package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// nextSeq takes the next number of a territory's feed.
func nextSeq(ctx context.Context, tx *sql.Tx, territory uuid.UUID) (seq int64, err error) {
	err = tx.QueryRowContext(ctx, `INSERT INTO head (territory, seq) VALUES ($1, 1)
		ON CONFLICT (territory) DO UPDATE SET seq = head.seq + 1 RETURNING seq`, territory.String()).Scan(&seq)
	if err != nil {
		return 0, fmt.Errorf("head of %s: %w", territory, err)
	}
	return seq, nil
}

// leave notes under a number of a territory's feed that a record has left it, and since when.
func leave(ctx context.Context, tx *sql.Tx, territory, id uuid.UUID, since record.Place, seq int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO feed_out (territory, record, seq, place_epoch, place_n) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (territory, record) DO UPDATE SET seq = excluded.seq, place_epoch = excluded.place_epoch,
		  place_n = excluded.place_n`, territory.String(), id.String(), seq, since.Epoch, since.N)
	if err != nil {
		return fmt.Errorf("feed of %s: %w", territory, err)
	}
	return nil
}

// wasHere reports whether a phone may still write to a record that lies in a territory it may not hold: the
// territory was its own before, or the record has left one that is or was. What it wrote before it heard of that is
// field work like any other.
func wasHere(ctx context.Context, tx *sql.Tx, account, id, territory uuid.UUID) (was bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM territory_grant WHERE account = $1 AND territory = $2)
		OR EXISTS (SELECT 1 FROM territory_grant g JOIN feed_out o ON o.territory = g.territory
		  WHERE g.account = $1 AND o.record = $3)`, account.String(), territory.String(), id.String()).Scan(&was)
	if err != nil {
		return false, fmt.Errorf("former territories: %w", err)
	}
	return was, nil
}

// storeWasHere is wasHere of the store that a record is about: where ids follow from others, a phone that has not heard of the
// store's move begins, in the territory that it left, what another phone began in the new one.
func (u *push) storeWasHere(ctx context.Context, r record.Record) (was bool, err error) {
	store, err := storeOf(ctx, u.tx, r)
	if err != nil || store == uuid.Nil {
		return false, err
	}
	return wasHere(ctx, u.tx, u.phone.Account, store, r.Territory)
}

// wrote reports whether a record holds something that the account's person entered.
func wrote(ctx context.Context, tx *sql.Tx, account, id uuid.UUID) (yes bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM write_log WHERE record = $1 AND author = $2)`,
		id.String(), account.String()).Scan(&yes)
	return yes, err
}

// MoveStore puts a store and everything recorded there into another territory. Phones that hold only the old
// one let go of it when what they entered is sent. It is a fault "store.not_found" or "territory.not_found".
func (s *Store) MoveStore(ctx context.Context, id, territory uuid.UUID) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		if err := territoryExists(ctx, tx, territory); err != nil {
			return err
		}
		r, ok, err := ledger.Load(ctx, tx, id)
		if err != nil {
			return err
		}
		if !ok || r.Type != field.TypeStore {
			return notFound("store")
		}
		ids, err := aboutStore(ctx, tx, id)
		if err != nil {
			return err
		}
		now := time.Now().UnixMilli()
		for _, each := range append([]uuid.UUID{id}, ids...) {
			if err := move(ctx, tx, each, territory, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// HasTerritory returns a fault "territory.not_found" for a territory that nobody has made.
func (s *Store) HasTerritory(ctx context.Context, territory uuid.UUID) error {
	return s.db.View(ctx, func(tx *sql.Tx) error { return territoryExists(ctx, tx, territory) })
}

// HasStore returns a fault "store.not_found" for a store that nobody has imported.
func (s *Store) HasStore(ctx context.Context, id uuid.UUID) error {
	return s.db.View(ctx, func(tx *sql.Tx) error {
		r, ok, err := ledger.Load(ctx, tx, id)
		if err == nil && (!ok || r.Type != field.TypeStore) {
			err = notFound("store")
		}
		return err
	})
}

// aboutStore lists the records of the visits to a store.
func aboutStore(ctx context.Context, tx *sql.Tx, store uuid.UUID) ([]uuid.UUID, error) {
	return query(ctx, tx, func(rows *sql.Rows) (one uuid.UUID, err error) {
		err = rows.Scan(&one)
		return one, err
	}, `
		SELECT id FROM visit WHERE store = $1
		UNION SELECT record FROM count_line WHERE store = $1
		UNION SELECT id FROM note WHERE store = $1
		UNION SELECT record FROM about WHERE store = $1
		UNION SELECT id FROM photo WHERE store = $1
		UNION SELECT t.record FROM thumbnail t JOIN photo p ON p.id = t.photo WHERE p.store = $1`, store.String())
}

// move gives one record a later place. The two territories' heads are taken in the order of their ids, so that
// two moves between the same territories cannot wait for each other.
func move(ctx context.Context, tx *sql.Tx, id, territory uuid.UUID, nowMS int64) error {
	r, ok, err := ledger.Load(ctx, tx, id)
	if err != nil || !ok || r.Territory == territory {
		return err
	}
	generation, err := generation(ctx, tx)
	if err != nil {
		return err
	}
	since := nextPlace(r.Place, generation)
	before, after, err := ledger.Move(ctx, tx, id, territory, since)
	if err != nil {
		return err
	}
	sides := []uuid.UUID{before.Territory, after.Territory}
	slices.SortFunc(sides, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	for _, side := range sides {
		seq, err := nextSeq(ctx, tx, side)
		if err != nil {
			return err
		}
		if side == before.Territory {
			err = leave(ctx, tx, side, id, after.Place, seq)
		} else {
			_, err = tx.ExecContext(ctx, `UPDATE record SET changed_ms = $1, seq = $2 WHERE id = $3`, nowMS, seq, id.String())
		}
		if err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM feed_out WHERE territory = $1 AND record = $2`, territory.String(), id.String())
	return err
}

// outrank gives every record's place the epoch of a new history: what phones know of places from the history
// that was lost is older than what is here.
func outrank(ctx context.Context, tx *sql.Tx, epoch uint64) error {
	const page = 500
	for last := ""; ; {
		type row struct {
			id   string
			body []byte
		}
		rows, err := query(ctx, tx, func(rows *sql.Rows) (r row, err error) {
			err = rows.Scan(&r.id, &r.body)
			return r, err
		}, `SELECT id, body FROM record WHERE id > $1 ORDER BY id LIMIT $2`, last, page)
		if err != nil {
			return fmt.Errorf("outrank: %w", err)
		}
		for _, row := range rows {
			last = row.id
			r, err := record.Decode(row.body)
			if err != nil {
				continue // damaged: it is passed over wherever it is met
			}
			r.Place.Epoch = epoch
			body := r.Encode()
			version := record.VersionOf(body)
			if _, err := tx.ExecContext(ctx, `UPDATE record SET body = $1, version = $2 WHERE id = $3`, string(body), version[:], row.id); err != nil {
				return fmt.Errorf("outrank: %w", err)
			}
		}
		if len(rows) < page {
			_, err := tx.ExecContext(ctx, `UPDATE feed_out SET place_epoch = $1`, epoch)
			return err
		}
	}
}

// whereNew says where a record lies that is new here. A phone makes records at the first place of the territory
// in which it believes their store to be; when the store has moved meanwhile, they follow it. Any other place is
// from a history of this server that was lost, and begins again in this one. damaged says that only the copy here is.
func (u *push) whereNew(ctx context.Context, in record.Record, damaged bool) (uuid.UUID, record.Place, error) {
	place := record.Place{N: 1}
	if in.Place != place || damaged {
		territory, lay, ok, err := whereLay(ctx, u.tx, in)
		if err != nil || ok {
			return territory, lay, err
		}
		if in.Place == place {
			return in.Territory, place, nil
		}
		generation, err := generation(ctx, u.tx)
		if err != nil {
			return uuid.Nil, place, err
		}
		place.Epoch = generation - 1
	}
	if in.Type == field.TypeThumbnail { // its photo may have come just now
		if err := u.batch.Flush(ctx); err != nil {
			return uuid.Nil, place, err
		}
	}
	id, err := storeOf(ctx, u.tx, in)
	if err != nil || id == uuid.Nil {
		return in.Territory, place, err
	}
	about, err := u.batch.Get(ctx, id)
	if errors.Is(err, record.ErrMalformed) {
		return in.Territory, place, nil // a damaged store stops no visit to it
	}
	if store, ok := about.Record(); err == nil && ok && store.Territory != in.Territory {
		place.N++
		return store.Territory, place, nil
	}
	return in.Territory, place, err
}

// nextPlace follows a place of a record in the history that has this number.
func nextPlace(p record.Place, generation uint64) record.Place {
	return record.Place{Epoch: max(generation-1, p.Epoch), N: p.N + 1}
}

// whereHeld returns the place of a record that is here already. A phone that knows a later one has it from a history
// that was lost; in this one the record is where it is since now.
func (u *push) whereHeld(ctx context.Context, in, have record.Record) (record.Place, error) {
	order := in.Place.Compare(have.Place)
	if order < 0 || order == 0 && in.Territory == have.Territory {
		return have.Place, nil
	}
	generation, err := generation(ctx, u.tx)
	if err != nil {
		return have.Place, err
	}
	if order == 0 {
		return u.whereBoth(ctx, in, have, nextPlace(have.Place, generation))
	}
	if in.Place.Epoch >= generation-1 {
		return have.Place, nil // no history of this server gave that place
	}
	return record.Place{Epoch: generation - 1, N: have.Place.N}, nil
}

// whereBoth returns the place of a record that two phones began at the same place of two territories, since one had not heard
// that its store had moved. It stays where it is here, at the next place: otherwise the other phone's copy would never leave.
func (u *push) whereBoth(ctx context.Context, in, have record.Record, next record.Place) (record.Place, error) {
	had, err := wasGranted(ctx, u.tx, u.phone.Account, in.Territory)
	if err != nil || !had {
		return have.Place, err
	}
	have.Place = next
	return next, u.leave(ctx, in.Territory, have)
}

// storeOf returns the store that a record is about, or nil.
func storeOf(ctx context.Context, tx *sql.Tx, r record.Record) (uuid.UUID, error) {
	switch r.Type {
	case field.TypeVisit:
		return field.VisitOf(r).Store, nil
	case field.TypeCount:
		return field.CountOf(r).Store, nil
	case field.TypeNote:
		return field.NoteOf(r).Store, nil
	case field.TypePhoto:
		return field.PhotoOf(r).Store, nil
	case field.TypeChecklist:
		return field.ChecklistOf(r).Store, nil
	case field.TypeRequest:
		return field.RequestOf(r).Store, nil
	case field.TypeApplication:
		return field.ApplicationOf(r).Store, nil
	case field.TypeWalk:
		return field.WalkOf(r).Store, nil
	case field.TypeThumbnail:
		var store uuid.UUID
		err := tx.QueryRowContext(ctx, `SELECT store FROM photo WHERE id = $1`, field.ThumbnailOf(r).Photo.String()).Scan(&store)
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		return store, err
	}
	return uuid.Nil, nil
}

func generation(ctx context.Context, tx *sql.Tx) (n uint64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT generation FROM replica WHERE one = 1`).Scan(&n)
	return n, err
}
