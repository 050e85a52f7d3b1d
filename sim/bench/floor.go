package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing/fstest"
	"time"

	"storewalk/shared/sqldb"
	"storewalk/sim/drive"
)

// The floor is the least that can carry the same records: one table on either end, a record is a line of JSON,
// what is dirty goes in one compressed POST, what is new comes by a number. The last writer wins.

//go:embed floor.sql
var floorSchema []byte

func openFloor(ctx context.Context, dir string) (*sqldb.DB, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return sqldb.Open(ctx, filepath.Join(dir, "floor.db"), fstest.MapFS{"001.sql": {Data: floorSchema}})
}

// put writes lines of JSON into a table rec, each under the next number.
func put(ctx context.Context, db *sqldb.DB, territory string, dirty bool, lines [][]byte) (last int64, err error) {
	err = db.Tx(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM rec`).Scan(&last); err != nil {
			return err
		}
		insert, err := tx.PrepareContext(ctx, `INSERT INTO rec (id, type, territory, seq, dirty, body) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, dirty = excluded.dirty, body = excluded.body`)
		if err != nil {
			return err
		}
		defer func() { _ = insert.Close() }() // the transaction says whether it worked
		for _, line := range lines {
			var r struct{ ID, Type string }
			if err := json.Unmarshal(line, &r); err != nil {
				return err
			}
			last++
			if _, err := insert.ExecContext(ctx, r.ID, r.Type, territory, last, dirty, line); err != nil {
				return err
			}
		}
		return nil
	})
	return last, err
}

// after returns the lines of a territory with numbers above seq, and the highest number.
func after(ctx context.Context, db *sqldb.DB, where string, args ...any) (body []byte, n int, last int64, err error) {
	rows, err := db.Read.QueryContext(ctx, `SELECT seq, body FROM rec WHERE `+where+` ORDER BY seq`, args...)
	if err != nil {
		return nil, 0, 0, err
	}
	defer rows.Close()
	var out bytes.Buffer
	var line sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&last, &line); err != nil {
			return nil, 0, 0, err
		}
		out.Write(line)
		out.WriteByte('\n')
		n++
	}
	return out.Bytes(), n, last, rows.Err()
}

func pack(b []byte) ([]byte, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(b)
	err = errors.Join(err, z.Close())
	return out.Bytes(), err
}

func unpack(r io.Reader) ([][]byte, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(z)
	return bytes.Split(bytes.TrimSuffix(b, []byte("\n")), []byte("\n")), err
}

// serveFloor is the floor's server. It serves until ctx ends.
func serveFloor(ctx context.Context, dir string) error {
	db, err := openFloor(ctx, dir)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	handle := func(pattern string, h func(w http.ResponseWriter, r *http.Request) error) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := h(w, r); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		})
	}
	handle("POST /push/{territory}", func(w http.ResponseWriter, r *http.Request) error {
		lines, err := unpack(r.Body)
		if err != nil {
			return err
		}
		last, err := put(r.Context(), db, r.PathValue("territory"), false, lines)
		w.Header().Set("Seq", strconv.FormatInt(last, 10))
		return err
	})
	handle("GET /pull/{territory}/{seq}", func(w http.ResponseWriter, r *http.Request) error {
		body, n, last, err := after(r.Context(), db, `territory = $1 AND seq > $2`, r.PathValue("territory"), r.PathValue("seq"))
		if err != nil || n == 0 {
			return err
		}
		w.Header().Set("Seq", strconv.FormatInt(last, 10))
		packed, err := pack(body)
		if err == nil {
			_, err = w.Write(packed)
		}
		return err
	})
	return errors.Join(announceAndServe(ctx, mux), db.Close())
}

// A floorPhone is the floor's phone, driven as the real one is.
type floorPhone struct {
	db   *sqldb.DB
	url  string
	user string // its territory, too
	m    wireCount
	http *http.Client
	seq  int64
}

// Do runs one command. The floor has no accounts, no receipts and no photos.
func (f *floorPhone) Do(ctx context.Context, c drive.Command) (drive.Answer, error) {
	switch c.Cmd {
	case "open":
		var err error
		f.url, f.user, f.http = c.URL, c.User, f.m.client()
		f.db, err = openFloor(ctx, c.Dir)
		return nil, err
	case "load":
		return f.load(ctx, c)
	case "push", "pull", "sync":
		return nil, errors.Join(f.push(ctx), f.pull(ctx, c.Cmd))
	case "edit":
		return f.edit(ctx, c)
	case "count":
		var n int
		err := f.db.Read.QueryRowContext(ctx, `SELECT count(*) FROM rec`).Scan(&n)
		return drive.Answer{"n": n}, err
	case "stats":
		return drive.Answer{"up": f.m.up.Load(), "down": f.m.down.Load(), "requests": f.m.requests.Load()}, nil
	case "close":
		return nil, f.Close()
	}
	return nil, drive.Wrong("command.unknown", c.Cmd)
}

// Close closes the database if it is open.
func (f *floorPhone) Close() error {
	if f.db == nil {
		return nil
	}
	err := f.db.Close()
	f.db = nil
	return err
}

func (f *floorPhone) load(ctx context.Context, c drive.Command) (drive.Answer, error) {
	in, err := os.Open(c.File)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	const perTx = 100
	lines := bufio.NewScanner(in)
	var batch [][]byte
	n := 0
	for at := 0; (c.N <= 0 || n < c.N) && lines.Scan(); at++ {
		if at < c.From {
			continue
		}
		batch = append(batch, bytes.Clone(lines.Bytes()))
		if n++; n%perTx == 0 {
			if _, err := put(ctx, f.db, f.user, true, batch); err != nil {
				return nil, err
			}
			batch = batch[:0]
		}
	}
	_, err = put(ctx, f.db, f.user, true, batch)
	return drive.Answer{"n": n}, errors.Join(err, lines.Err())
}

func (f *floorPhone) push(ctx context.Context) error {
	body, n, _, err := after(ctx, f.db, `dirty`)
	if err != nil || n == 0 {
		return err
	}
	packed, err := pack(body)
	if err != nil {
		return err
	}
	if _, err := f.call(ctx, http.MethodPost, "/push/"+f.user, packed); err != nil {
		return err
	}
	return f.db.Tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE rec SET dirty = 0 WHERE dirty`)
		return err
	})
}

// pull asks for what is new. A push alone does not: the floor has no exchange that goes both ways.
func (f *floorPhone) pull(ctx context.Context, cmd string) error {
	if cmd == "push" {
		return nil
	}
	lines, err := f.call(ctx, http.MethodGet, fmt.Sprintf("/pull/%s/%d", f.user, f.seq), nil)
	if err != nil || len(lines) == 0 {
		return err
	}
	_, err = put(ctx, f.db, f.user, false, lines)
	return err
}

func (f *floorPhone) call(ctx context.Context, method, path string, body []byte) (lines [][]byte, err error) {
	r, err := http.NewRequestWithContext(ctx, method, f.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	resp, err := f.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(resp.Body)
		return nil, fmt.Errorf("%s: %s", resp.Status, why)
	}
	if seq := resp.Header.Get("Seq"); seq != "" {
		if f.seq, err = strconv.ParseInt(seq, 10, 64); err == nil && method == http.MethodGet {
			lines, err = unpack(resp.Body)
		}
	}
	return lines, err
}

func (f *floorPhone) edit(ctx context.Context, c drive.Command) (drive.Answer, error) {
	rows, err := f.db.Read.QueryContext(ctx, `SELECT body FROM rec WHERE type = 'count' ORDER BY id LIMIT $1`, c.N)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var lines [][]byte
	for rows.Next() {
		var line []byte
		var m map[string]any
		if err := rows.Scan(&line); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(line, &m); err != nil {
			return nil, err
		}
		packs, _ := m["packs"].(float64)
		m["packs"], m["tag"], m["at"] = packs+1, c.Tag, time.Now().UnixMilli()
		if line, err = json.Marshal(m); err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	_, err = put(ctx, f.db, f.user, true, lines)
	return drive.Answer{"n": len(lines)}, err
}
