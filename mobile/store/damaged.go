package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"storewalk/shared/fault"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// Values of damaged.unsent: what the person wrote in a record was damaged before it was sent, and they have looked at what is
// left of it, or not yet.
const (
	lostUnseen = 1
	lostSeen   = 2
)

// isDamaged says of a record r that its bytes are not those that were written, so that it is sent nowhere.
const isDamaged = `r.refused = '` + codeDamaged + `'`

// A Damaged is what is left of a record that the disk damaged before what the person wrote in it was sent. The bytes are kept
// whatever becomes of it.
type Damaged struct {
	Key       string // names the damage: the record, and what became of it
	Type      string
	Store     uuid.UUID // nil when that can not be told
	StoreName string
	Visit     uuid.UUID
	Left      []Conflict // the fields that can still be read, each with its values; what is said of them is not certain
	Raw       string     // where none can: the letters among the bytes
	Seen      bool       // the person has looked at it
}

// Damaged lists what was damaged before it was sent, what nobody has looked at first.
func (s *Store) Damaged(ctx context.Context) (out []Damaged, err error) {
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		type row struct {
			Damaged
			id  string
			raw []byte
		}
		var rows []row
		err := eachRow(ctx, tx, func(r *sql.Rows) error {
			var d row
			var hash []byte
			var store, visit string
			if err := r.Scan(&d.id, &hash, &d.Type, &d.raw, &d.Seen, &store, &visit, &d.StoreName); err != nil {
				return err
			}
			d.Key = d.id + "/" + hex.EncodeToString(hash)
			d.Store, _ = uuid.Parse(store) // "" is none
			d.Visit, _ = uuid.Parse(visit)
			rows = append(rows, d)
			return nil
		}, `SELECT x.record, x.hash, x.type, x.raw, x.unsent = $1, x.store, x.visit, coalesce(s.name, '') FROM (
			  SELECT d.record, d.hash, d.type, d.raw, d.unsent, d.rowid AS n, `+storeOf+` AS store, `+visitOf+` AS visit
			  FROM damaged d LEFT JOIN record r ON r.id = d.record WHERE d.unsent > 0) x
			LEFT JOIN store s ON s.id = x.store ORDER BY x.unsent, x.n`, lostSeen)
		for _, r := range rows {
			if err == nil {
				err = r.readLeft(ctx, tx, r.id, r.raw)
			}
			out = append(out, r.Damaged)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: damaged: %w", err)
	}
	return out, nil
}

// readLeft reads what it can of the bytes of a record.
func (d *Damaged) readLeft(ctx context.Context, tx *sql.Tx, text string, raw []byte) error {
	var body struct {
		F map[string][][]json.RawMessage `json:"f"`
	}
	if json.Unmarshal(raw, &body) != nil || len(body.F) == 0 {
		d.Raw = letters(raw)
		return nil
	}
	id, _ := uuid.Parse(text)
	r := record.Record{ID: id, Type: d.Type}
	for _, name := range slices.Sorted(maps.Keys(body.F)) {
		if slices.Contains(leadsBack, name) {
			continue
		}
		c := Conflict{Record: id, Type: d.Type, Field: name, Store: d.Store, StoreName: d.StoreName, Visit: d.Visit}
		for _, entry := range body.F[name] {
			if len(entry) > 0 && json.Valid(entry[len(entry)-1]) {
				c.Values = append(c.Values, Sibling{Value: entry[len(entry)-1]})
			}
		}
		if len(c.Values) == 0 {
			continue
		}
		var err error
		if c.Subject, err = ledger.Subject(ctx, tx, r, name, c.raw()...); err != nil && !fault.Is(err, codeDamaged) {
			return err
		}
		d.Left = append(d.Left, c)
	}
	if len(d.Left) == 0 {
		d.Raw = letters(raw)
	}
	return nil
}

// leadsBack are fields that say which record belongs to which: nothing that a person wrote.
var leadsBack = []string{"store", "visit", "manager", "owner", "template", "photo"}

// literal is a piece of text in the bytes of a record.
var literal = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// letters are the pieces of text among bytes: those that a person wrote, as far as one can tell, or else all.
func letters(raw []byte) string {
	const most = 2_000 // characters: more nobody reads on a phone
	var written []string
	for _, piece := range literal.FindAllString(string(raw), -1) {
		text, err := strconv.Unquote(piece)
		if err == nil && strings.ContainsFunc(text, func(r rune) bool { return r == ' ' || r > unicode.MaxASCII && r != utf8.RuneError }) {
			written = append(written, text)
		}
	}
	if len(written) > 0 {
		raw = []byte(strings.Join(written, " / "))
	}
	text := strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, string(raw))
	runes := []rune(strings.Join(strings.Fields(text), " "))
	return string(runes[:min(len(runes), most)])
}

// SeeDamaged notes that the person has looked at what is left of a record, or, to undo that, that they have not. The bytes stay.
// From then on receipts are asked for again: they say how many such records they do not cover.
func (s *Store) SeeDamaged(ctx context.Context, key string, seen bool) error {
	id, text, _ := strings.Cut(key, "/")
	hash, err := hex.DecodeString(text)
	if err != nil {
		return fault.New(fault.NotFound, "record.not_found", err)
	}
	to := lostUnseen
	if seen {
		to = lostSeen
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE damaged SET unsent = $1 WHERE record = $2 AND hash = $3 AND unsent > 0`, to, id, hash)
		return err
	})
}

// loadPart returns a record that is a part of a visit, as it is to be shown. One that can not be read is as none: the rest of
// the visit can be read, and this written again. The sync page says that there is one.
func loadPart(ctx context.Context, tx *sql.Tx, id uuid.UUID) (r record.Record, held bool, err error) {
	if r, held, err = ledger.Load(ctx, tx, id); fault.Is(err, codeDamaged) {
		return record.Record{}, false, nil
	}
	return r, held, err
}

// lostWrites says of each record that was damaged before it was sent which number this replica's last write has that is in it
// now: what was lost of it is in no server's sum. It is 0 while the record can not be read.
func lostWrites(ctx context.Context, tx *sql.Tx, rid record.Replica) (map[uuid.UUID]uint64, error) {
	ids, err := queryIDs(ctx, tx, `SELECT DISTINCT record FROM damaged WHERE unsent > 0`)
	if err != nil {
		return nil, fmt.Errorf("damaged: %w", err)
	}
	out := map[uuid.UUID]uint64{}
	for _, id := range ids {
		c, err := ledger.Get(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		out[id] = 0
		if r, held := c.Record(); held {
			out[id] = r.Context().N(rid)
		}
	}
	return out, nil
}

// reach is the number of the last write of this replica that is in a record which can be read.
func reach(ctx context.Context, tx *sql.Tx, lost map[uuid.UUID]uint64) (n uint64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT coalesce(max(own_n), 0) FROM record WHERE own_n > 0 AND id NOT IN (SELECT record FROM damaged WHERE unsent > 0)`).Scan(&n)
	for _, m := range lost {
		n = max(n, m)
	}
	return n, err
}
