package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/sim/drive"

	"github.com/google/uuid"
)

// perTx is how many records load writes in one transaction.
const perTx = 100

func (p *phone) load(ctx context.Context, c drive.Command) (drive.Answer, error) {
	f, err := os.Open(c.File)
	if err != nil {
		return nil, drive.Wrong("file.unreadable", err.Error())
	}
	defer f.Close()
	territory, err := p.territory(ctx)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	var batch []ledger.Edit
	n := 0
	for at := 0; (c.N <= 0 || n < c.N) && lines.Scan(); at++ {
		if at < c.From || len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		edits, err := editsOf(lines.Bytes(), territory)
		if err != nil {
			return nil, drive.Wrong("file.malformed", fmt.Sprintf("line %d: %v", at+1, err))
		}
		batch = append(batch, edits...)
		if n++; n%perTx == 0 {
			if err := p.st.Load(ctx, batch); err != nil {
				return nil, err
			}
			batch = batch[:0]
		}
	}
	if err := lines.Err(); err != nil {
		return nil, drive.Wrong("file.unreadable", err.Error())
	}
	if len(batch) > 0 {
		err = p.st.Load(ctx, batch)
	}
	return drive.Answer{"n": n}, err
}

// territory is where new records lie. A phone that never met its server asks it first.
func (p *phone) territory(ctx context.Context) (uuid.UUID, error) {
	for asked := false; ; asked = true {
		cursors, err := p.st.Cursors(ctx)
		if err != nil {
			return uuid.Nil, err
		}
		for _, c := range cursors {
			if c.Territory != field.Common {
				return c.Territory, nil
			}
		}
		if asked {
			return uuid.Nil, drive.Wrong("territory.none", "the person holds no territory")
		}
		if err := p.sync.Round(ctx); err != nil {
			return uuid.Nil, err
		}
	}
}

// own names the fields that the app has for a type. What a line has besides is kept together in the field
// "more".
var own = map[string][]string{
	field.TypeVisit: {"store", "manager", "check_in", "check_out"},
	field.TypeNote:  {"visit", "store", "text", "corrects"},
	field.TypeCount: {"visit", "store"},
}

// editsOf reads one line: an object with "id" and "type", and the record's fields by the names of the package
// shared/field. A count is one line of a sheet with "visit", "store", "product" and "cartons", "packs",
// "display", "out"; "quantity" is another word for packs. "territory" is a UUID; "by" and "at" are dropped,
// since the phone signs with its own person and clock. An id that is no UUID names one.
func editsOf(line []byte, territory uuid.UUID) ([]ledger.Edit, error) {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(line, &m); err != nil {
		return nil, err
	}
	var typ string
	if json.Unmarshal(m["type"], &typ) != nil || typ == "" || m["id"] == nil {
		return nil, fmt.Errorf("no id or type")
	}
	e := ledger.Edit{ID: idOf(m["id"]), Type: typ, Territory: territory, SeenAll: true}
	if m["territory"] != nil {
		e.Territory = idOf(m["territory"])
	}
	for _, name := range []string{"id", "type", "territory", "by", "at"} {
		delete(m, name)
	}
	var edits []ledger.Edit
	set := func(name string, value any) {
		e.Field, e.Value = name, value
		edits = append(edits, e)
	}
	if typ == field.TypePhoto {
		set("photo", m)
		return edits, nil
	}
	for _, name := range own[typ] {
		if m[name] != nil {
			set(name, m[name])
			delete(m, name)
		}
	}
	if typ == field.TypeCount {
		name, value, err := countLine(e.ID, m)
		if err != nil {
			return nil, err
		}
		set(name, value)
	}
	if len(m) > 0 {
		set("more", m)
	}
	return edits, nil
}

// countLine takes a count line's members out of m.
func countLine(id uuid.UUID, m map[string]json.RawMessage) (name string, line field.CountLine, err error) {
	product := uuid.NewSHA1(id, []byte(field.TypeProduct))
	if m["product"] != nil {
		product = idOf(m["product"])
	}
	for member, into := range map[string]any{"cartons": &line.Cartons, "packs": &line.Packs, "quantity": &line.Packs,
		"display": &line.OnDisplay, "out": &line.OutOfStock} {
		if raw := m[member]; raw != nil {
			if err := json.Unmarshal(raw, into); err != nil {
				return "", line, fmt.Errorf("%s: %w", member, err)
			}
		}
		delete(m, member)
	}
	delete(m, "product")
	return field.LineField(product), line, nil
}

// idOf reads a UUID, or makes one from whatever else the value is.
func idOf(raw json.RawMessage) uuid.UUID {
	if id, err := uuid.ParseBytes(bytes.Trim(raw, `"`)); err == nil {
		return id
	}
	return uuid.NewSHA1(uuid.NameSpaceOID, raw)
}

func (p *phone) edit(ctx context.Context, c drive.Command) (drive.Answer, error) {
	r, err := p.reader(ctx)
	if err != nil {
		return nil, err
	}
	defer r.close()
	ids, err := r.ids(ctx, field.TypeCount, c.N)
	if err != nil {
		return nil, err
	}
	for batch := range slices.Chunk(ids, perTx) {
		var edits []ledger.Edit
		for _, id := range batch {
			rec, err := r.record(ctx, id)
			if err != nil {
				return nil, err
			}
			e := ledger.Edit{ID: id, Type: rec.Type}
			for _, name := range rec.Names() {
				if _, isLine := field.LineProduct(name); !isLine {
					continue
				}
				shown, _ := rec.Winner(name)
				line, err := field.DecodeLine(shown.Value)
				if err != nil {
					continue // a shape from another version
				}
				line.Packs++
				e.Field, e.Value, e.Seen = name, line, rec.Seen(name)
				edits = append(edits, e)
			}
			e.Field, e.Value, e.Seen = "tag", c.Tag, rec.Seen("tag")
			edits = append(edits, e)
		}
		if err := p.st.Load(ctx, edits); err != nil {
			return nil, err
		}
	}
	return drive.Answer{"n": len(ids)}, nil
}
