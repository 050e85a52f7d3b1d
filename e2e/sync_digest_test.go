package e2e

import (
	"bytes"
	"database/sql"
	"path/filepath"
	"testing"

	"storewalk/shared/field"

	"github.com/google/uuid"
)

// syncHarm changes a database behind the back of who works on it, as a disk may.
func syncHarm(t testing.TB, dir, query string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "storewalk.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	done, err := db.ExecContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(query, err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		t.Fatal(query, n, err)
	}
}

// syncFlip turns one bit in the stored bytes of a record, where text stands.
func syncFlip(t testing.TB, dir string, id uuid.UUID, text string) {
	t.Helper()
	body := syncRecord(t, dir, id).Encode()
	at := bytes.Index(body, []byte(text))
	if at < 0 {
		t.Fatalf("no %q in %s", text, body)
	}
	body[at] ^= 1
	syncHarm(t, dir, `UPDATE record SET body = $1 WHERE id = $2`, string(body), id.String())
}

func (p *syncPhone) compare() {
	p.t.Helper()
	p.Compare()
	p.round()
}

// alarms counts those about phones and the server that speak of differences.
func (w *syncWorld) alarms() int {
	return syncCount(w.t, w.dir, `SELECT count(*) FROM alarm WHERE code IN ('alarm.digest', 'alarm.damaged', 'alarm.fork')`)
}

func TestSyncWhateverGoesWrongOnADiskIsFoundAndMendedAndNothingIsWiped(t *testing.T) {
	t.Parallel()
	counted := func(visit uuid.UUID) uuid.UUID { return field.CountID(visit) }
	for name, c := range map[string]struct {
		harm  func(w *syncWorld, a, b *syncPhone, visit uuid.UUID)
		kept  int // damaged bytes, on a and the server together
		found string
	}{
		"a bit in a phone's record": {func(w *syncWorld, a, _ *syncPhone, visit uuid.UUID) {
			syncFlip(w.t, a.dir, counted(visit), `"cartons":3`)
		}, 1, `"here":1,"damaged":1`},
		"a bit in the structure of a phone's record": {func(w *syncWorld, a, _ *syncPhone, visit uuid.UUID) {
			syncFlip(w.t, a.dir, syncCorner, `"rids"`)
		}, 1, `"here":1,"damaged":1`},
		"a bit in the version that a phone noted": {func(w *syncWorld, a, _ *syncPhone, visit uuid.UUID) {
			syncHarm(w.t, a.dir, `UPDATE record SET version = zeroblob(16), acked = zeroblob(16) WHERE id = $1`, counted(visit).String())
		}, 1, `"here":1,"damaged":1`},
		"a bit in the version that is to be sent": {func(w *syncWorld, a, _ *syncPhone, visit uuid.UUID) {
			syncHarm(w.t, a.dir, `UPDATE record SET version = zeroblob(16) WHERE id = $1`, counted(visit).String())
		}, 1, `"here":1,"damaged":1`},
		"the territory of a phone's record": {func(w *syncWorld, a, _ *syncPhone, visit uuid.UUID) {
			syncHarm(w.t, a.dir, `UPDATE record SET territory = 'x' || territory WHERE id = $1`, counted(visit).String())
		}, 1, `"here":1`}, // the damaged one is of no territory
		"a record of the office on a phone": {func(w *syncWorld, a, _ *syncPhone, _ uuid.UUID) {
			syncFlip(w.t, a.dir, syncProduct, `"code"`)
		}, 1, `"here":1,"damaged":1`},
		"a row that a phone lost": {func(w *syncWorld, a, _ *syncPhone, visit uuid.UUID) {
			syncHarm(w.t, a.dir, `DELETE FROM record WHERE id = $1`, counted(visit).String())
		}, 0, `"here":1`},
		"a bit in the server's record": {func(w *syncWorld, _, _ *syncPhone, visit uuid.UUID) {
			syncFlip(w.t, w.dir, counted(visit), `"cartons":3`)
		}, 1, `"there":1`},
		"a bit in the structure of the server's record": {func(w *syncWorld, _, _ *syncPhone, visit uuid.UUID) {
			syncFlip(w.t, w.dir, visit, `"ctx"`)
		}, 1, `"there":1`},
		"a bit in a version on the server": {func(w *syncWorld, _, _ *syncPhone, visit uuid.UUID) {
			syncHarm(w.t, w.dir, `UPDATE record SET version = zeroblob(16) WHERE id = $1`, visit.String())
		}, 1, `"there":1`},
		"a bit in what only the office writes, on the server": {func(w *syncWorld, _, _ *syncPhone, _ uuid.UUID) {
			syncFlip(w.t, w.dir, syncProduct, `烟`)
		}, 1, `"there":1`},
		"a row that the server lost": {func(w *syncWorld, _, _ *syncPhone, visit uuid.UUID) {
			syncHarm(w.t, w.dir, `DELETE FROM record WHERE id = $1`, counted(visit).String())
		}, 0, `"there":1`},
		"a product that the server lost": {func(w *syncWorld, _, _ *syncPhone, _ uuid.UUID) {
			syncHarm(w.t, w.dir, `DELETE FROM record WHERE id = $1`, syncProduct.String())
		}, 0, `"there":1`},
		"a line that the feed lost before a phone read it": {func(w *syncWorld, a, b *syncPhone, _ uuid.UUID) {
			visit := b.visit(500)
			b.round()
			syncHarm(w.t, w.dir, `UPDATE record SET seq = 0 WHERE id = $1`, visit.String())
			a.round()
		}, 0, `"here":1`},
		"a cursor that went too far": {func(w *syncWorld, a, b *syncPhone, _ uuid.UUID) {
			a.try(b.SetStoreText(w.t.Context(), syncCorner, "note", "新", nil))
			b.round()
			syncHarm(w.t, a.dir, `UPDATE cursor SET seq = seq + 1 WHERE territory = $1`, syncWest.String())
		}, 0, `"differ":1`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newSyncWorld(t)
			w.t = t
			a, b := w.phone("ma"), w.phone("li")
			visit := a.visit(1000)
			a.round()
			b.round()
			a.compare()
			b.compare()
			if n := w.alarms(); n != 0 {
				t.Fatalf("%d alarms, and nothing is wrong", n)
			}
			edited := a.visit(700) // not sent when the harm is found
			c.harm(w, a, b, visit)
			a.compare()
			b.round()
			a.round()
			w.settled(a, b)
			for _, id := range []uuid.UUID{visit, edited} {
				if p, err := a.VisitPage(t.Context(), id); err != nil || p.MyNote.Text.Value != "缺货 <两条> & 补货" || len(p.Photos) != 1 {
					t.Error(id, err, p.MyNote)
				}
				sheet, err := a.CountSheet(t.Context(), id)
				if err != nil || len(sheet) != 4 || sheet[0].Line.Cartons != 3 {
					t.Error(err, sheet)
				}
			}
			if n := syncCount(t, a.dir, `SELECT count(*) FROM damaged`) + syncCount(t, w.dir, `SELECT count(*) FROM damaged`); n != c.kept {
				t.Errorf("%d damaged records are kept, want %d", n, c.kept)
			}
			if n := syncCount(t, w.dir, `SELECT count(*) FROM alarm WHERE code = 'alarm.digest' AND instr(detail, $1) > 0`, c.found); n != 1 {
				t.Errorf("the office is not told %s", c.found)
			}
			told := w.alarms()
			a.compare()
			b.compare()
			if n := w.alarms(); n != told {
				t.Errorf("%d alarms more when all is mended", n-told)
			}
		})
	}
}
