package crash

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/sim/drive"

	"github.com/google/uuid"
)

// maxSweeps is how often all phones may have to sync until nothing moves.
const maxSweeps = 10

// rest lets all phones sync until they hold the same and nothing waits, and then ends every process in order.
func (w *world) rest() {
	w.t.Helper()
	for p := range w.phones() {
		if !p.opened {
			p.reopen()
		}
	}
	for n := 0; ; n++ {
		if n == maxSweeps {
			w.t.Fatalf("not at rest after every phone synced %d times", n)
		}
		digests, moved := map[string]drive.Reply{}, false
		for p := range w.phones() {
			_, err := p.do(drive.Command{Cmd: "sync"})
			w.try(err)
			stats, err := p.do(drive.Command{Cmd: "stats"})
			w.try(err)
			now, err := p.do(drive.Command{Cmd: "digest"})
			w.try(err)
			other, known := digests[p.territory]
			moved = moved || stats.Waiting+stats.WaitingPhotos > 0 || known && (other.N != now.N || other.Sha != now.Sha ||
				other.Values != now.Values || other.Conflicts != now.Conflicts)
			digests[p.territory] = now
		}
		if !moved && n > 0 {
			break
		}
	}
	for _, d := range w.desks {
		w.try(d.last.End())
	}
	w.server.end()
}

// check compares what every phone acknowledged with what the server holds in the end.
func (w *world) check() {
	w.t.Helper()
	checkDatabase(w.t, w.server.dir)
	db := w.open(w.server.dir)
	for what, query := range map[string]string{
		"records were put aside":         `SELECT count(*) FROM quarantine`,
		"alarms":                         `SELECT count(*) FROM alarm`,
		"writes came with two contents":  `SELECT count(*) FROM (SELECT 1 FROM write_log GROUP BY rid, n HAVING count(*) > 1)`,
		"histories were begun":           `SELECT count(*) FROM former`,
		"phones enrolled more than once": `SELECT count(*) FROM (SELECT 1 FROM device GROUP BY account HAVING count(*) > 1)`,
		"replicas more than phones":      `SELECT max(0, (SELECT count(*) FROM chain) - (SELECT count(*) FROM device))`,
	} {
		if n := w.number(db, query); n != 0 {
			w.t.Errorf("%s %d: %d %s", w.fault, w.at.Load(), n, what)
		}
	}
	log := w.history(db)
	for p := range w.phones() {
		w.checkPhone(p, db)
		p.checkRecords(log)
		p.checkEdits(log)
		if n := w.number(db, `SELECT count(*) FROM write_log WHERE author = $1 AND field = 'photo'`, p.user.String()); n < p.acked.photos {
			p.fail("%d photos, and %d acknowledged", n, p.acked.photos)
		}
	}
	w.checkShown(db, log)
	w.checkPhotos(db)
}

func (w *world) open(dir string) *sql.DB {
	w.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "storewalk.db")+"?mode=ro")
	w.try(err)
	w.t.Cleanup(func() { db.Close() })
	return db
}

func (w *world) number(db *sql.DB, query string, args ...any) (n int) {
	w.t.Helper()
	w.try(db.QueryRowContext(w.t.Context(), query, args...).Scan(&n))
	return n
}

// A written is one row of the server's history.
type written struct {
	rec    string
	field  string
	value  string
	author string
	lam    int64
}

// history reads every write that ever arrived, by record.
func (w *world) history(db *sql.DB) map[string][]written {
	w.t.Helper()
	rows, err := db.QueryContext(w.t.Context(), `SELECT record, field, value, author, lam FROM write_log`)
	w.try(err)
	defer rows.Close()
	out := map[string][]written{}
	for rows.Next() {
		var x written
		w.try(rows.Scan(&x.rec, &x.field, &x.value, &x.author, &x.lam))
		out[x.rec] = append(out[x.rec], x)
	}
	w.try(rows.Err())
	return out
}

// checkPhone looks whether a phone is who it was, is whole, and holds what the server holds.
func (w *world) checkPhone(p *phone, server *sql.DB) {
	w.t.Helper()
	checkDatabase(w.t, p.dir)
	if now := p.identity().Replica; now != p.replica {
		p.fail("it was %s and is %s now", p.replica, now)
	}
	db := w.open(p.dir)
	if n := w.number(db, `SELECT (SELECT count(*) FROM record WHERE refused <> '' OR version IS NOT acked) + (SELECT count(*) FROM unread)
		+ (SELECT count(*) FROM upload WHERE refused <> '' OR done_ms = 0) + (SELECT count(*) FROM replica WHERE rid <> $1)`, p.replica.String()); n != 0 {
		p.fail("%d rows are unread, refused, or not confirmed", n)
	}
	territory := field.TerritoryID(p.territory)
	want, got := w.versions(server, territory), w.versions(db, territory)
	if !maps.Equal(want, got) {
		p.fail("it holds %d records and the server %d, or others", len(got), len(want))
	}
}

func (w *world) versions(db *sql.DB, territory uuid.UUID) map[string]string {
	w.t.Helper()
	rows, err := db.QueryContext(w.t.Context(), `SELECT id, hex(version) FROM record WHERE territory = $1`, territory.String())
	w.try(err)
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var id, version string
		w.try(rows.Scan(&id, &version))
		out[id] = version
	}
	w.try(rows.Err())
	return out
}

// checkRecords looks for every record that the phone acknowledged.
func (p *phone) checkRecords(log map[string][]written) {
	for _, l := range p.acked.records {
		has, packs := map[string]string{}, -1
		for _, x := range log[l.id.String()] {
			if has[x.field] = x.value; strings.HasPrefix(x.field, "line:") {
				var line field.CountLine
				if err := json.Unmarshal([]byte(x.value), &line); err == nil {
					packs = max(packs, line.Packs)
				}
			}
		}
		for name, want := range l.fields {
			if has[name] != want {
				p.fail("%s %s: %s is %s, want %s", l.typ, l.id, name, has[name], want)
			}
		}
		if l.typ == field.TypeCount && packs < l.packs {
			p.fail("count %s: %d packs of %d", l.id, packs, l.packs)
		}
	}
}

// checkEdits looks for every edit that the phone acknowledged: each is in the history as often as it was made.
func (p *phone) checkEdits(log map[string][]written) {
	found := map[string]int{}
	for _, all := range log {
		for _, x := range all {
			if x.field == "tag" {
				found[strings.Trim(x.value, `"`)]++
			}
		}
	}
	for tag, n := range p.acked.edits {
		if found[tag] != n {
			p.fail("edit %s is in %d records, want %d", tag, found[tag], n)
		}
	}
}

// checkShown looks whether each write of the history is shown, alone or as one side of a conflict, or was replaced by
// somebody who saw it, whose Lamport time is therefore higher.
func (w *world) checkShown(db *sql.DB, log map[string][]written) {
	w.t.Helper()
	rows, err := db.QueryContext(w.t.Context(), `SELECT body FROM record`)
	w.try(err)
	defer rows.Close()
	for rows.Next() {
		var body []byte
		w.try(rows.Scan(&body))
		r, err := record.Decode(body)
		w.try(err)
		last := map[string]int64{}
		for _, x := range log[r.ID.String()] {
			last[x.field] = max(last[x.field], x.lam)
		}
		for _, x := range log[r.ID.String()] {
			shown := slices.ContainsFunc(r.Siblings(x.field), func(e record.Entry) bool { return string(e.Value) == x.value })
			if !shown && x.lam >= last[x.field] {
				w.t.Errorf("%s %s: %s = %s was replaced by nobody, and is not shown", r.Type, r.ID, x.field, x.value)
			}
		}
	}
	w.try(rows.Err())
}

// checkPhotos reads the bytes of every photo that the server knows.
func (w *world) checkPhotos(db *sql.DB) {
	w.t.Helper()
	w.wholePhotos(db, `SELECT sha256 FROM photo`)
	if left, err := fs.Glob(os.DirFS(w.server.dir), "photos/part/*"); err != nil || len(left) > 0 {
		w.t.Errorf("%d photos never became whole, %v", len(left), err)
	}
}

// wholePhotos reads the server's bytes of the photos that a query names.
func (w *world) wholePhotos(db *sql.DB, query string) {
	w.t.Helper()
	rows, err := db.QueryContext(w.t.Context(), query)
	w.try(err)
	defer rows.Close()
	for rows.Next() {
		var ref string
		w.try(rows.Scan(&ref))
		b, err := os.ReadFile(filepath.Join(w.server.dir, "photos", ref[:2], ref))
		sum := sha256.Sum256(b)
		if err != nil || hex.EncodeToString(sum[:]) != ref {
			w.t.Errorf("%s %d: photo %s: %v, or other bytes", w.fault, w.at.Load(), ref, err)
		}
	}
	w.try(rows.Err())
}
