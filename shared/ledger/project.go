package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"storewalk/migrations"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"

	"github.com/google/uuid"
)

const projectionKey = "projection"

// Prepare makes the typed tables fit this version: when their SQL changed they are made anew and filled
// from the records. Call it once after opening a database.
func Prepare(ctx context.Context, tx *sql.Tx) error {
	sum := sha256.Sum256([]byte(migrations.Projection))
	want := hex.EncodeToString(sum[:8])
	var have string
	err := tx.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = $1`, projectionKey).Scan(&have)
	if err == nil && have == want {
		return nil
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("ledger: projection version: %w", err)
	}
	if err := Rebuild(ctx, tx); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES ($1, $2)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`, projectionKey, want)
	return err
}

// Rebuild makes the typed tables anew from the records. A record that cannot be read has no rows; it stays
// where it is and stops nobody from opening the database.
func Rebuild(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, migrations.Projection); err != nil {
		return fmt.Errorf("ledger: projection: %w", err)
	}
	times, err := LoadTimes(ctx, tx)
	if err != nil {
		return err
	}
	const page = 500
	for last := ""; ; {
		bodies, end, err := readPage(ctx, tx, last, page)
		if err != nil {
			return fmt.Errorf("ledger: rebuild: %w", err)
		}
		var rows sqldb.Rows
		for _, body := range bodies {
			if r, err := record.Decode(body); err == nil {
				projectNew(&rows, r, times)
			}
		}
		if err := rows.Write(ctx, tx); err != nil {
			return fmt.Errorf("ledger: rebuild: %w", err)
		}
		if len(bodies) < page {
			return nil
		}
		last = end
	}
}

// readPage reads n bodies in the order of their ids, and the last of those ids.
func readPage(ctx context.Context, tx *sql.Tx, after string, n int) (out [][]byte, last string, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, body FROM record WHERE id > $1 ORDER BY id LIMIT $2`, after, n)
	if err != nil {
		return nil, "", err
	}
	defer rows.Close()
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&last, &body); err != nil {
			return nil, "", err
		}
		out = append(out, body)
	}
	return out, last, rows.Err()
}

// project writes a record's rows in the typed tables in place of those of before, which is zero when the record is
// new here.
func project(ctx context.Context, tx *sql.Tx, before, r record.Record, times Times) error {
	if IsHusk(r) {
		return unproject(ctx, tx, before)
	}
	var rows sqldb.Rows
	p := projector{ctx: ctx, tx: tx, rows: &rows, before: before, times: times}
	p.project(r)
	if p.err == nil {
		p.err = rows.Write(ctx, tx)
	}
	if p.err != nil {
		return fmt.Errorf("ledger: project %s %s: %w", r.Type, r.ID, p.err)
	}
	return nil
}

// projectNew adds the rows in the typed tables of a record that has none.
func projectNew(rows *sqldb.Rows, r record.Record, times Times) {
	if !IsHusk(r) {
		p := projector{rows: rows, times: times}
		p.project(r)
	}
}

// project adds the rows of a record. A type this version does not know has none.
func (p *projector) project(r record.Record) {
	p.id = r.ID.String()
	id := p.id
	var store, visit uuid.UUID // where a person meets a conflict of this record
	var j record.Judgement
	if field.Deletable(r.Type) {
		j = r.Judge()
	}
	gone := bit(j.Fate == record.Gone)
	switch r.Type {
	case field.TypeTerritory:
		t := field.TerritoryOf(r)
		p.insert(`INSERT INTO territory (id, name, county) VALUES ($1, $2, $3)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, county = excluded.county`, id, t.Name, t.County)
	case field.TypeUser:
		u := field.UserOf(r)
		p.insert(`INSERT INTO person (id, login, name, role) VALUES ($1, $2, $3, $4)
			ON CONFLICT (id) DO UPDATE SET login = excluded.login, name = excluded.name, role = excluded.role`, id, u.Login, u.Name, u.Role)
	case field.TypeProduct:
		d := field.ProductOf(r)
		p.insert(`INSERT INTO product (id, code, name, price_class, guide_price_fen, status, search) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (id) DO UPDATE SET code = excluded.code, name = excluded.name, price_class = excluded.price_class,
			  guide_price_fen = excluded.guide_price_fen, status = excluded.status, search = excluded.search`,
			id, d.Code, d.Name, d.PriceClass, d.GuidePriceFen, d.Status, searchText(d.Name, d.Code))
	case field.TypeStore:
		store = r.ID
		p.store(r, field.StoreOf(r))
	case field.TypeVisit:
		v := field.VisitOf(r)
		store, visit = v.Store, r.ID
		checkIn, _ := r.Winner("check_in")
		checkOut, _ := r.Winner("check_out")
		p.insert(`INSERT INTO visit (id, territory, store, manager, check_in_ms, clock_ms, check_out_ms, lam, task, template)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			ON CONFLICT (id) DO UPDATE SET territory = excluded.territory, store = excluded.store, manager = excluded.manager,
			  check_in_ms = excluded.check_in_ms, clock_ms = excluded.clock_ms, check_out_ms = excluded.check_out_ms, lam = excluded.lam,
			  task = excluded.task, template = excluded.template`,
			id, r.Territory.String(), v.Store.String(), v.Manager.String(), p.times.CheckIn(r), v.CheckIn.AtMS,
			p.times.Right(checkOut, v.CheckOut.AtMS), checkIn.Lam,
			v.Task.String(), v.Template.String())
	case field.TypeCount:
		c := field.CountOf(r)
		store, visit = c.Store, c.Visit
		p.countLines(r, c)
	case field.TypeNote:
		n := field.NoteOf(r)
		store, visit = n.Store, n.Visit
		text, _ := r.Winner("text")
		p.insert(`INSERT INTO note (id, visit, store, text, author, written_ms, corrects, lam, gone, kind, brand, blank)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
			ON CONFLICT (id) DO UPDATE SET visit = excluded.visit, store = excluded.store, text = excluded.text,
			  author = excluded.author, written_ms = excluded.written_ms, corrects = excluded.corrects, lam = excluded.lam, gone = excluded.gone,
			  kind = excluded.kind, brand = excluded.brand, blank = excluded.blank`,
			id, n.Visit.String(), n.Store.String(), n.Text, text.Author, p.times.Right(text, text.Wall), n.Corrects.String(), text.Lam, gone, n.Kind, n.Brand, bit(n.Empty()))
	case field.TypePhoto:
		f := field.PhotoOf(r)
		store, visit = f.Store, f.Visit
		taken, _ := r.Winner("photo")
		p.insert(`INSERT INTO photo (id, visit, store, kind, sha256, size, width, height, taken_ms, lat, lon, gone, item)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
			ON CONFLICT (id) DO UPDATE SET visit = excluded.visit, store = excluded.store, kind = excluded.kind,
			  sha256 = excluded.sha256, size = excluded.size, width = excluded.width, height = excluded.height,
			  taken_ms = excluded.taken_ms, lat = excluded.lat, lon = excluded.lon, gone = excluded.gone, item = excluded.item`,
			id, f.Visit.String(), f.Store.String(), f.Kind, f.Ref.String(), f.Size, f.Width, f.Height, p.times.Right(taken, f.TakenMS),
			f.Position.Lat, f.Position.Lon, gone, f.Item)
	case field.TypeThumbnail:
		t := field.ThumbnailOf(r)
		if t.JPEG == nil {
			t.JPEG = []byte{} // the column is never NULL, whatever arrived
		}
		p.insert(`INSERT INTO thumbnail (photo, record, jpeg) VALUES ($1, $2, $3)
			ON CONFLICT (photo) DO UPDATE SET record = excluded.record, jpeg = excluded.jpeg`, t.Photo.String(), id, t.JPEG)
	}
	if s, v, known := p.work(r, j.Fate == record.Gone); known {
		store, visit = s, v
	}
	p.removal(r, j, store, visit)
	p.conflicts(r, j, store, visit)
}

// A projector makes the rows of one record, and removes those it has that are not simply replaced.
type projector struct {
	rows  *sqldb.Rows
	id    string // of the record
	times Times

	before record.Record // the copy whose rows are there; when it is zero there are none, and the following do not count
	ctx    context.Context
	tx     *sql.Tx
	err    error // of the first statement that failed
}

// insert adds one row, see sqldb.Rows.
func (p *projector) insert(query string, values ...any) { p.rows.Add(query, values...) }

// remove runs a DELETE of rows that the record, which is $1, may have, before those that were added are written.
func (p *projector) remove(query string) {
	if p.before.ID != uuid.Nil && p.err == nil {
		_, p.err = p.tx.ExecContext(p.ctx, query, p.id)
	}
}

func (p *projector) store(r record.Record, s field.Store) {
	p.insert(`INSERT INTO store (id, territory, licence_no, name, owner, phone, backup_phone, business_type, market_type,
		  grade, terminal_level, integrity_grade, district_type, township, address, lat, lon, note, opened, search)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
		ON CONFLICT (id) DO UPDATE SET territory = excluded.territory, licence_no = excluded.licence_no, name = excluded.name,
		  owner = excluded.owner, phone = excluded.phone, backup_phone = excluded.backup_phone,
		  business_type = excluded.business_type, market_type = excluded.market_type, grade = excluded.grade,
		  terminal_level = excluded.terminal_level, integrity_grade = excluded.integrity_grade,
		  district_type = excluded.district_type, township = excluded.township, address = excluded.address,
		  lat = excluded.lat, lon = excluded.lon, note = excluded.note, opened = excluded.opened, search = excluded.search`,
		r.ID.String(), r.Territory.String(), s.LicenceNo, s.Name, s.Owner, s.Phone, s.BackupPhone, s.BusinessType, s.MarketType,
		s.Grade, s.TerminalLevel, s.IntegrityGrade, s.DistrictType, s.Township, s.Address, s.Position.Lat, s.Position.Lon,
		s.Note, s.Opened, searchText(s.Name, s.Owner, s.LicenceNo, s.Phone))
}

func (p *projector) countLines(r record.Record, c field.Count) {
	p.removeLines()
	p.remove(`DELETE FROM about WHERE record = $1`)
	visit, shop, lines := c.Visit.String(), c.Store.String(), 0
	for _, name := range r.Names() {
		product, ok := field.LineProduct(name)
		if !ok {
			continue
		}
		e, _ := r.Winner(name)
		l, err := field.DecodeLine(e.Value)
		if err != nil {
			continue // a shape from a newer version: the record keeps it
		}
		lines++
		p.insert(`INSERT INTO count_line (visit, product, record, store, cartons, packs, on_display, out_of_stock, author, counted_ms,
			  facings, price_fen, delivered, why, skipped)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
			ON CONFLICT (visit, product) DO NOTHING`,
			visit, product.String(), p.id, shop, l.Cartons, l.Packs, bit(l.OnDisplay), bit(l.OutOfStock),
			e.Author, p.times.Right(e, e.Wall), l.Facings, l.PriceFen, l.Delivered, l.Why, bit(l.Skipped()))
	}
	if lines == 0 {
		p.about(r, c.Store, c.Visit)
	}
}

// removal writes who deleted a record, and who wrote what they did not see.
func (p *projector) removal(r record.Record, j record.Judgement, store, visit uuid.UUID) {
	if field.Deletable(r.Type) {
		p.remove(`DELETE FROM removal WHERE record = $1`)
	}
	if j.Fate == record.Live {
		return
	}
	var other record.FieldEntry
	if j.Fate == record.Disputed {
		other = j.Unseen[0]
	}
	by := j.Deletes[0]
	p.insert(`INSERT INTO removal (record, type, store, visit, gone, author, removed_ms, other, other_ms, kept) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		p.id, r.Type, store.String(), visit.String(), bit(j.Fate == record.Gone), by.Author, p.times.Right(by, by.Wall),
		other.Entry.Author, p.times.Right(other.Entry, other.Entry.Wall), bit(other.Field == record.Deleted))
}

// conflicts lists the fields that hold several values. Deletes are no such field: what they differ in is judged.
func (p *projector) conflicts(r record.Record, j record.Judgement, store, visit uuid.UUID) {
	p.remove(`DELETE FROM conflict WHERE record = $1`)
	if r.Type == field.TypeWalk || r.Type == field.TypePhrases {
		return // nothing to settle: whoever reads them merges what stands beside each other
	}
	if j.Fate == record.Gone {
		return
	}
	for _, name := range r.Contested() {
		if name != record.Deleted || !field.Deletable(r.Type) {
			p.insert(`INSERT INTO conflict (record, field, type, store, visit, values_n) VALUES ($1, $2, $3, $4, $5, $6)`,
				p.id, name, r.Type, store.String(), visit.String(), len(r.Siblings(name)))
		}
	}
}

// removeLines removes the lines of a count sheet. Their visit leads to them.
func (p *projector) removeLines() {
	if p.before.ID == uuid.Nil || p.err != nil {
		return
	}
	visit := field.CountOf(p.before).Visit
	if visit == uuid.Nil { // only its name is known
		p.remove(`DELETE FROM count_line WHERE record = $1`)
		return
	}
	_, p.err = p.tx.ExecContext(p.ctx, `DELETE FROM count_line WHERE record = $1 AND visit = $2`, p.id, visit.String())
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
