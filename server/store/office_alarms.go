package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// An Alarm is something about a phone that a person should look at. It is never deleted; once it has been seen it
// says by whom.
type Alarm struct {
	ID     uuid.UUID
	Code   string
	Detail string     // what it is about: a record's id, a replica's name
	Found  wire.Found // of alarm.digest: how many records differed
	AtMS   int64      // when it was last raised
	Phone  string
	Owner  Person
	Seen   Person // who looked at it since
	SeenMS int64  // 0: nobody has
}

// alarmOpen says of an alarm a that nobody has seen it since it was last raised.
const alarmOpen = `NOT EXISTS (SELECT 1 FROM alarm_seen s WHERE s.alarm = a.id AND s.raised_ms >= a.at_ms)`

const maxAlarms = 100 // of one page

// Alarms lists what was noticed about phones: what nobody has seen first, then the latest.
func (s *Store) Alarms(ctx context.Context) ([]Alarm, error) {
	return query(ctx, s.db.Read, func(rows *sql.Rows) (a Alarm, err error) {
		err = rows.Scan(id(&a.ID), &a.Code, &a.Detail, &a.AtMS, &a.Phone, id(&a.Owner.ID), &a.Owner.Name, id(&a.Seen.ID), &a.Seen.Name, &a.SeenMS)
		if err == nil && a.Code == alarmDigest {
			err = json.Unmarshal([]byte(a.Detail), &a.Found)
		}
		return a, err
	}, `SELECT a.id, a.code, a.detail, a.at_ms, COALESCE(d.name, ''), COALESCE(d.account, ''), COALESCE(p.name, ''),
		COALESCE(s.by, ''), COALESCE(q.name, ''), COALESCE(s.at_ms, 0)
		FROM alarm a LEFT JOIN device d ON d.id = a.device LEFT JOIN person p ON p.id = d.account
		LEFT JOIN alarm_seen s ON s.alarm = a.id AND s.raised_ms = a.at_ms LEFT JOIN person q ON q.id = s.by
		ORDER BY s.at_ms IS NOT NULL, a.at_ms DESC, a.id LIMIT $1`, maxAlarms)
}

// SeeAlarm notes that a person has seen an alarm as it was raised at raisedMS; the first who did stays. One that was
// raised again since stays open. It returns a fault "alarm.not_found" when there is no such alarm.
func (s *Store) SeeAlarm(ctx context.Context, alarm, by uuid.UUID, raisedMS int64) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		var at int64
		err := tx.QueryRowContext(ctx, `SELECT at_ms FROM alarm WHERE id = $1`, alarm.String()).Scan(&at)
		if errors.Is(err, sql.ErrNoRows) {
			return notFound("alarm")
		}
		if err != nil {
			return fmt.Errorf("alarm: %w", err)
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO alarm_seen (alarm, raised_ms, by, at_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
			alarm.String(), min(raisedMS, at), by.String(), time.Now().UnixMilli())
		return err
	})
}
