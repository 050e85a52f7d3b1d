package sim

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"time"

	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// maxSweeps is how many rounds of every phone may pass, once the faults have stopped, until all is at rest.
const maxSweeps = 10

// rest ends the faults, lets everyone finish and checks what must hold then.
func (w *world) rest() {
	w.note("-- rest")
	w.calm = true
	defer func() { w.calm = false }()
	for len(w.line.late) > 0 {
		w.lateMessage()
	}
	for _, p := range w.phones { // people finish their visits: what is open stays on their phone wherever it lies
		w.checkOut(p)
	}
	for n := 0; ; n++ {
		if n == maxSweeps {
			w.fail("18 not at rest after %d rounds of every phone: %s", n, w.unrest())
		}
		before := w.position()
		for _, p := range w.phones {
			time.Sleep(time.Second)
			if err := p.sync.Round(w.ctx); err != nil {
				w.fail("18 %s: a round on a good line: %v", p.name, err)
			}
			w.noticed(p)
			w.afterRound(p)
		}
		if w.position() == before && w.unrest() == "" {
			break
		}
	}
	w.checkRest()
	if w.rule == nil {
		w.checkDigests()
	}
}

// noticed is called after a round that ended well: by then the server has told two lives of one name apart.
func (w *world) noticed(p *phone) {
	p.unnoticed = false
	rid, _ := w.replica(p)
	delete(w.ghost.back, rid)
}

// position tells whether anything moves: what waits, how far the feeds are and were read.
func (w *world) position() string {
	out := fmt.Sprint(w.number(&w.server.database, `SELECT coalesce(sum(seq), 0) FROM head`))
	for _, p := range w.phones {
		out += fmt.Sprint(" ", w.number(&p.database, `SELECT coalesce(sum(seq), 0) + count(*) FROM cursor`))
	}
	return out
}

func (w *world) unrest() (out string) {
	for _, p := range w.phones {
		waiting, err := p.st.Waiting(w.ctx)
		w.must(err)
		if waiting != (wire.Waiting{}) {
			out += fmt.Sprintf("%s still holds %+v; ", p.name, waiting)
		}
	}
	return out
}

func (w *world) checkRest() {
	s := w.serverState()
	w.ghost.check(s)
	w.checkLaws(s)
	w.checkDots()
	w.checkDeletes("the server", &w.server.database, s)
	if n := w.number(&w.server.database, `SELECT count(*) FROM alarm WHERE code IN ('alarm.digest', 'alarm.damaged')`); n > 0 && !w.doubled &&
		w.kinds[decayed] == 0 {
		w.fail("14 %d times a comparison had to mend what nothing had broken", n)
	}
	if n := w.number(&w.server.database, `SELECT count(*) FROM alarm WHERE code = 'alarm.clone'`); n > 0 &&
		w.kinds[rolledBack]+w.kinds[cloned] == 0 {
		w.fail("15 people were told %d times of a double that nobody made", n)
	}
	w.checkAside()
	w.checkClocks()
	for _, p := range w.phones {
		w.checkReceipts(p)
		w.checkScope(p, s)
		w.checkViews(p)
		w.checkDeletes(p.name, &p.database, w.phoneState(p))
		w.checkPhotos(p)
		if n := w.number(&p.database, `SELECT (SELECT count(*) FROM unread) + (SELECT count(*) FROM leaving JOIN record ON id = record WHERE refused = '') + (SELECT count(*) FROM upload WHERE refused <> '')`); n != 0 {
			w.fail("%s: %d rows of unread, leaving or refused photos at rest", p.name, n)
		}
	}
}

// checkAside: only what nobody may enter was put aside.
func (w *world) checkAside() {
	db, err := w.server.db()
	w.must(err)
	rows, err := db.QueryContext(w.ctx, `SELECT d.name, q.code, q.raw FROM quarantine q JOIN device d ON d.id = q.device`)
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		var device, code string
		var raw []byte
		w.must(rows.Scan(&device, &code, &raw))
		if r, err := record.Decode(raw); err != nil || !w.bad[r.ID] {
			w.fail("a record of %s was put aside as %s: %s", device, code, raw)
		}
	}
	w.must(rows.Err())
}

// checkClocks: the server knows of each write by which clock it was made, whatever that phone's clock showed when it was sent. A
// phone does not tell what it sends for another, or once more when that was lost, and a clone knows only its own clock.
func (w *world) checkClocks() {
	if w.kinds[restored]+w.kinds[failedOver]+w.kinds[serverBack]+w.kinds[cloned]+w.kinds[decayed]+w.kinds[laterSchema]+w.kinds[badValue] > 0 {
		return
	}
	begin, slack := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Minute // of each bubble
	if n := w.number(&w.server.database, fmt.Sprintf(`SELECT count(*) FROM write_log
		WHERE wall_ms - offset_ms NOT BETWEEN %d AND received_ms + %d`, begin.Add(-slack).UnixMilli(), slack.Milliseconds())); n > 0 {
		w.fail("20 the times of %d writes are not known", n)
	}
}

// checkDots: a dot names one content for ever.
func (w *world) checkDots() {
	said := map[record.Dot]map[string]uuid.UUID{} // by content, the record
	for id, es := range w.everCame() {
		for _, e := range es {
			if said[e.Entry.Dot] == nil {
				said[e.Entry.Dot] = map[string]uuid.UUID{}
			}
			said[e.Entry.Dot][contentOf(id, e).hash] = id
		}
	}
	var twice []string
	for dot, known := range said {
		for hash, id := range known {
			if wr := w.ghost.writes[content{id, hash}]; wr != nil && len(known) > 1 {
				twice = append(twice, fmt.Sprintf("%.4s:%d w%d of %s on %s.%s", dot.Replica, dot.N, wr.number, wr.who, w.name(id), wr.field))
			}
		}
	}
	if len(twice) > 0 {
		slices.Sort(twice)
		w.fail("7 dots came with two contents: %v", twice)
	}
}

// everCame is every write that ever came to the server, by its record.
func (w *world) everCame() map[uuid.UUID][]ledger.NewEntry {
	db, err := w.server.db()
	w.must(err)
	rows, err := db.QueryContext(w.ctx, `SELECT record, rid, n, field, lam, author, wall_ms, value FROM write_log`)
	w.must(err)
	defer rows.Close()
	out := map[uuid.UUID][]ledger.NewEntry{}
	for rows.Next() {
		var id uuid.UUID
		var rid string
		var e ledger.NewEntry
		w.must(rows.Scan(&id, &rid, &e.Entry.Dot.N, &e.Field, &e.Entry.Lam, &e.Entry.Author, &e.Entry.Wall, (*[]byte)(&e.Entry.Value)))
		e.Entry.Dot.Replica, err = record.ParseReplica(rid)
		w.must(err)
		out[id] = append(out[id], e)
	}
	w.must(rows.Err())
	return out
}

// checkScope: a phone holds exactly what lies in its territories, as the server has it.
func (w *world) checkScope(p *phone, s state) {
	granted, err := w.server.st.Territories(w.ctx, p.account)
	w.must(err)
	scope := append(granted, field.Common)
	has := w.phoneState(p)
	for _, id := range w.sorted(s) {
		h, here := has[id]
		switch in := slices.Contains(scope, s[id].rec.Territory); {
		case in && !here:
			w.fail("13 %s lacks %s %s%s", p.name, s[id].rec.Type, w.name(id), w.copies(id))
		case !in && here:
			w.fail("13 %s holds %s %s, which is not its own%s", p.name, s[id].rec.Type, w.name(id), w.copies(id))
		case here && !bytes.Equal(h.version, s[id].version):
			w.fail("1 %s has another %s %s%s", p.name, h.rec.Type, w.name(id), w.copies(id))
		case here && h.refused != "":
			w.fail("%s: %s is refused: %s", p.name, w.name(id), h.refused)
		}
	}
	for id := range has {
		if _, ok := s[id]; !ok && !w.bad[id] {
			w.fail("12 %s holds %s %s, the server does not%s", p.name, has[id].rec.Type, w.name(id), w.copies(id))
		}
	}
}

// checkViews: phone and server show the same values of the same stores, and the same conflicts.
func (w *world) checkViews(p *phone) {
	stores, err := p.st.Stores(w.ctx, "")
	w.must(err)
	for _, row := range stores {
		page, err := p.st.StorePage(w.ctx, row.ID)
		w.must(err)
		detail, err := w.server.st.StoreByID(w.ctx, row.ID)
		w.must(err)
		if got, want := page.Profile.Phone+"|"+page.Profile.BackupPhone+"|"+page.Profile.Note, detail.Phone+"|"+detail.BackupPhone+"|"+detail.Note; got != want {
			w.fail("9 %s shows %s of %s, the office %s", p.name, got, w.name(row.ID), want)
		}
		if row.Conflicts != len(detail.Open) {
			w.fail("9 %s shows %d conflicts at %s, the office %d", p.name, row.Conflicts, w.name(row.ID), len(detail.Open))
		}
	}
}

// checkPhotos: the bytes of every photo that any phone still has are whole on the server.
func (w *world) checkPhotos(p *phone) {
	for id, h := range w.phoneState(p) {
		if h.rec.Type != field.TypePhoto || h.rec.Judge().Fate == record.Gone {
			continue
		}
		photo := field.PhotoOf(h.rec)
		if _, here := p.st.Blobs.Has(photo.Ref); here {
			w.wholePhoto(id, photo.Ref)
		}
	}
}

func (w *world) wholePhoto(id uuid.UUID, ref blob.Ref) {
	f, err := w.server.st.Blobs.Open(ref)
	if err != nil {
		w.fail("17 the bytes of %s are not on the server: %v", w.name(id), err)
	}
	defer f.Close()
	h := sha256.New()
	_, err = f.WriteTo(h)
	w.must(err)
	if blob.Ref(h.Sum(nil)) != ref {
		w.fail("17 the server holds other bytes of %s", w.name(id))
	}
}

// afterRound checks what a round that ended well promises: what has a receipt is on the server's disk, and
// cursors only go on.
func (w *world) afterRound(p *phone) {
	s := w.serverState()
	for id, h := range w.phoneState(p) {
		if !bytes.Equal(h.acked, h.version) || h.refused != "" {
			continue
		}
		if !s[id].rec.Context().Covers(h.rec.Context()) {
			w.fail("12 %s has a receipt for %s %s, which the server does not have", p.name, h.rec.Type, w.name(id))
		}
	}
	cursors, err := p.st.Cursors(w.ctx)
	w.must(err)
	w.checkGaps(p, cursors)
	now := map[string]int64{}
	for _, c := range cursors {
		key := fmt.Sprint(c.Territory, c.Epoch)
		if now[key] = c.Seq; c.Seq < p.cursors[key] {
			w.fail("10 a cursor of %s went back from %d to %d", p.name, p.cursors[key], c.Seq)
		}
	}
	p.cursors = now
}

// replay sends a request that was answered before once more, and nothing may change.
func (w *world) replay() {
	if len(w.line.past) == 0 || w.server.st == nil {
		return
	}
	m := pick(w, w.line.past)
	w.fault(repeated, "%s: an old %s comes again", m.phone, m.method)
	before := w.fingerprint()
	w.deliver(m)
	if w.fingerprint() != before {
		w.fail("11 a request of %s that came again changed something", m.phone)
	}
}

// fingerprint is all that phones and people can see of the server.
func (w *world) fingerprint() string {
	h := sha256.New()
	s := w.serverState()
	for _, id := range w.sorted(s) {
		h.Write(s[id].version)
	}
	fmt.Fprint(h, w.number(&w.server.database, `SELECT coalesce(sum(seq), 0) FROM head`), w.number(&w.server.database, `SELECT count(*) FROM write_log`),
		w.number(&w.server.database, `SELECT count(*) FROM quarantine`))
	return fmt.Sprintf("%x", h.Sum(nil))
}

func (w *world) sorted(s state) []uuid.UUID { return slices.SortedFunc(maps.Keys(s), compareIDs) }

// checkReceipts: what the server signed for a phone is there when everybody rests.
func (w *world) checkReceipts(p *phone) {
	all, err := p.st.Receipts(w.ctx)
	w.must(err)
	for _, r := range all {
		v, err := w.server.st.VerifyReceipt(w.ctx, r.Signed.Code())
		if fault.Is(err, "receipt.other_server") || fault.Is(err, "receipt.forged") {
			w.fail("12 %s: a receipt that the server did not sign: %v", p.name, err)
			continue
		}
		w.must(err)
		// What left the phone for good after a receipt may be in nothing but the backups that a restore went behind.
		if !v.Restored && (!v.SameWrites || v.Damaged > 0 || v.MissingPhotos() > 0) {
			w.fail("12 %s: the server signed for %d records and %d photos, and lacks some: %+v", p.name, r.Records, r.Photos, v)
		}
	}
}
