package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"
)

// logWrites makes the rows of what came to a record at once. no is the record's number here, part that of the first row.
func logWrites(rows *sqldb.Rows, no, part int64, news []ledger.NewEntry, at arrival) {
	slices.SortStableFunc(news, func(a, b ledger.NewEntry) int {
		return cmp.Or(a.Entry.Dot.Replica.Compare(b.Entry.Dot.Replica), cmp.Compare(at.offset(a.Entry), at.offset(b.Entry)))
	})
	for ; len(news) > 0; part++ {
		rid, offset, n := news[0].Entry.Dot.Replica, at.offset(news[0].Entry), 1
		for n < len(news) && news[n].Entry.Dot.Replica == rid && at.offset(news[n].Entry) == offset {
			n++
		}
		entries, last := packEntries(news[:n])
		rows.Add(`INSERT INTO arrival (record, part, rid, last, received_ms, offset_ms, entries) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			no, part, rid.String(), last, at.atMS, offset, entries)
		news = news[n:]
	}
}

// logMore keeps what came at once to a record that was here.
func logMore(ctx context.Context, tx *sql.Tx, no int64, news []ledger.NewEntry, at arrival) error {
	var part int64
	err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(part) + 1, 0) FROM arrival WHERE record = $1`, no).Scan(&part)
	if err == nil {
		var rows sqldb.Rows
		logWrites(&rows, no, part, news, at)
		err = rows.Write(ctx, tx)
	}
	if err != nil {
		return fmt.Errorf("log writes: %w", err)
	}
	return nil
}

// unlogged leaves out of news what the log has of the record already.
func unlogged(ctx context.Context, tx *sql.Tx, no int64, news []ledger.NewEntry) ([]ledger.NewEntry, error) {
	rows, err := tx.QueryContext(ctx, `SELECT rid, entries FROM arrival WHERE record = $1`, no)
	if err != nil {
		return nil, fmt.Errorf("logged writes: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		var entries []byte
		if err := rows.Scan(&text, &entries); err != nil {
			return nil, fmt.Errorf("logged writes: %w", err)
		}
		rid, err := record.ParseReplica(text)
		if err != nil {
			return nil, fmt.Errorf("logged writes: %w", err)
		}
		logged, err := unpackEntries(rid, entries)
		if err != nil {
			return nil, err
		}
		for _, l := range logged {
			news = slices.DeleteFunc(news, func(n ledger.NewEntry) bool { return n.Field == l.Field && n.Entry.Compare(l.Entry) == 0 })
		}
	}
	return news, rows.Err()
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
