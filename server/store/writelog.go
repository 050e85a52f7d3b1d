package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"storewalk/shared/ledger"
	"storewalk/shared/record"
)

// logWrites keeps what came to a record at once. no is the record's number here; fresh says that nothing came to it
// before.
func logWrites(ctx context.Context, tx *sql.Tx, no int64, fresh bool, news []ledger.NewEntry, atMS int64) error {
	if len(news) == 0 {
		return nil
	}
	part := 0
	if !fresh {
		err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(part) + 1, 0) FROM arrival WHERE record = $1`, no).Scan(&part)
		if err != nil {
			return fmt.Errorf("log writes: %w", err)
		}
	}
	byReplica := func(a, b ledger.NewEntry) int { return a.Entry.Dot.Replica.Compare(b.Entry.Dot.Replica) }
	slices.SortStableFunc(news, byReplica)
	for ; len(news) > 0; part++ {
		rid, n := news[0].Entry.Dot.Replica, 1
		for n < len(news) && news[n].Entry.Dot.Replica == rid {
			n++
		}
		entries, last := packEntries(news[:n])
		_, err := tx.ExecContext(ctx, `INSERT INTO arrival (record, part, rid, last, received_ms, entries) VALUES ($1, $2, $3, $4, $5, $6)`,
			no, part, rid.String(), last, atMS, entries)
		if err != nil {
			return fmt.Errorf("log writes: %w", err)
		}
		news = news[n:]
	}
	return nil
}

// packEntries writes entries of one replica as table arrival has them, and returns the highest of their numbers.
func packEntries(news []ledger.NewEntry) (text string, last uint64) {
	b := make([]byte, 0, 512)
	for i, n := range news {
		last = max(last, n.Entry.Dot.N)
		b = append(b, "[,"[min(i, 1)], '[')
		b = append(record.AppendString(b, n.Field), ',')
		b = append(strconv.AppendUint(b, n.Entry.Dot.N, 10), ',')
		b = append(strconv.AppendUint(b, n.Entry.Lam, 10), ',')
		b = append(record.AppendString(b, n.Entry.Author), ',')
		b = append(strconv.AppendInt(b, n.Entry.Wall, 10), ',')
		b = append(append(b, n.Entry.Value...), ']')
	}
	return string(append(b, ']')), last
}

// unpackEntries reads what packEntries wrote. The values come as they were written, byte for byte.
func unpackEntries(rid record.Replica, text []byte) ([]ledger.NewEntry, error) {
	var rows [][]json.RawMessage
	if err := json.Unmarshal(text, &rows); err != nil {
		return nil, fmt.Errorf("logged writes: %w", err)
	}
	out := make([]ledger.NewEntry, len(rows))
	for i, row := range rows {
		e := &out[i].Entry
		e.Dot.Replica = rid
		into := []any{&out[i].Field, &e.Dot.N, &e.Lam, &e.Author, &e.Wall, &e.Value}
		if len(row) != len(into) {
			return nil, fmt.Errorf("logged writes: %d members", len(row))
		}
		for k := range into {
			if err := json.Unmarshal(row[k], into[k]); err != nil {
				return nil, fmt.Errorf("logged writes: %w", err)
			}
		}
	}
	return out, nil
}

// knownWrites calls fn with each write of a replica, numbered above n, that ever came. A row may hold others below.
func knownWrites(ctx context.Context, tx *sql.Tx, rid record.Replica, n uint64, fn func(ledger.NewEntry)) error {
	rows, err := tx.QueryContext(ctx, `SELECT entries FROM arrival WHERE rid = $1 AND last > $2`, rid.String(), n)
	if err != nil {
		return fmt.Errorf("known writes: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var text []byte
		if err := rows.Scan(&text); err != nil {
			return fmt.Errorf("known writes: %w", err)
		}
		entries, err := unpackEntries(rid, text)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.Entry.Dot.N > n {
				fn(e)
			}
		}
	}
	return rows.Err()
}
