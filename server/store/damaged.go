package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"storewalk/server/auth"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// The alarms of comparisons.
const (
	alarmFork    = "alarm.fork"    // a write came with another content than it has here; both are kept
	alarmDigest  = "alarm.digest"  // a phone and the server did not hold the same; detail is a wire.Found
	alarmDamaged = "alarm.damaged" // the bytes of a record here are not those that were written; detail is its id
)

// noteDamaged keeps the bytes of a damaged record and raises an alarm, once for each content.
func noteDamaged(ctx context.Context, tx *sql.Tx, id string, nowMS int64) error {
	news, err := ledger.KeepDamaged(ctx, tx, id)
	if err != nil || !news {
		return err
	}
	return alarm(ctx, tx, uuid.Nil, alarmDamaged, id, nowMS)
}

// foundDamaged notes damaged records that a reader came across. A failure is only logged: the next reader finds them again.
func (s *Store) foundDamaged(ctx context.Context, ids []string) {
	if len(ids) == 0 {
		return
	}
	err := s.change(context.WithoutCancel(ctx), func(tx *sql.Tx) error {
		now := time.Now().UnixMilli()
		for _, id := range ids {
			if err := noteDamaged(ctx, tx, id, now); err != nil {
				return err
			}
		}
		return nil
	})
	s.log.ErrorContext(ctx, "Records on the disk are damaged", "records", len(ids), "first", ids[0], "error", err)
}

// maxMoves bounds the place that a phone may tell of a record of which nothing is left here.
const maxMoves = 1 << 20

// whereLay returns where a record lies whose copy here is lost or damaged: where the columns say, if there is such a
// territory, since the last time it left one. What nobody here knows the phone says, if its place is of this history. ok
// is false when it is not.
func whereLay(ctx context.Context, tx *sql.Tx, in record.Record) (territory uuid.UUID, place record.Place, ok bool, err error) {
	generation, err := generation(ctx, tx)
	if err != nil {
		return uuid.Nil, place, false, err
	}
	territory, place = in.Territory, in.Place
	if first := (record.Place{N: 1}); place != first && place.Epoch != generation-1 || place.N >= maxMoves {
		return uuid.Nil, place, false, nil
	}
	var column string
	err = tx.QueryRowContext(ctx, `SELECT r.territory FROM record r JOIN head h ON h.territory = r.territory WHERE r.id = $1`, in.ID.String()).Scan(&column)
	if err == nil {
		territory, err = uuid.Parse(column)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return uuid.Nil, place, false, fmt.Errorf("territory of %s: %w", in.ID, err)
	}
	var left record.Place
	err = tx.QueryRowContext(ctx, `SELECT place_epoch, place_n FROM feed_out WHERE record = $1 ORDER BY place_epoch DESC, place_n DESC LIMIT 1`,
		in.ID.String()).Scan(&left.Epoch, &left.N)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return uuid.Nil, place, false, fmt.Errorf("former places of %s: %w", in.ID, err)
	}
	if left.Compare(place) > 0 {
		place = left
	}
	return territory, place, true, nil
}

// admitLogged admits a record that only the office writes when this server has lost its copy, or holds it damaged, and
// the log of writes knows every value of it.
func admitLogged(ctx context.Context, tx *sql.Tx, in record.Record) (bool, error) {
	for _, n := range ledger.News(record.Record{}, in) {
		logged, err := loggedOnce(ctx, tx, in.ID, n)
		if err != nil || !logged {
			return false, err
		}
	}
	return in.Context().Len() > 0, nil
}

// loggedOnce reports whether a write came to a record before. The log of a record whose row is lost knows only its number.
func loggedOnce(ctx context.Context, tx *sql.Tx, id uuid.UUID, n ledger.NewEntry) (bool, error) {
	texts, err := query(ctx, tx, func(rows *sql.Rows) (text []byte, err error) {
		err = rows.Scan(&text)
		return text, err
	}, `SELECT a.entries FROM arrival a LEFT JOIN record r ON r.no = a.record
		WHERE a.rid = $1 AND a.last >= $2 AND (r.id = $3 OR r.id IS NULL) ORDER BY a.last LIMIT 20`,
		n.Entry.Dot.Replica.String(), n.Entry.Dot.N, id.String())
	for _, text := range texts {
		entries, err := unpackEntries(n.Entry.Dot.Replica, text)
		if err != nil {
			return false, err
		}
		for _, e := range entries {
			if e.Field == n.Field && e.Entry.Compare(n.Entry) == 0 {
				return true, nil
			}
		}
	}
	return false, err
}

// maxFound is how many territories' findings one request may tell.
const maxFound = 100

// tell raises an alarm for each territory in which a phone found that it did not hold what the server does.
func tell(ctx context.Context, tx *sql.Tx, p auth.Principal, req wire.SyncRequest, nowMS int64) error {
	for _, f := range req.Found[:min(len(req.Found), maxFound)] {
		f.Here, f.There, f.Differ, f.Damaged = believable(f.Here), believable(f.There), believable(f.Differ), believable(f.Damaged)
		detail, err := json.Marshal(f)
		if err != nil {
			return err
		}
		if err := alarm(ctx, tx, p.Device, alarmDigest, string(detail), nowMS); err != nil {
			return err
		}
	}
	return nil
}
