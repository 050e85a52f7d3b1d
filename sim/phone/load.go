package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
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
	held, err := p.territories(ctx)
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
		edits, err := editsOf(lines.Bytes(), held)
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

// territories are those where new records may lie. A phone that never met its server asks it first.
func (p *phone) territories(ctx context.Context) (held []uuid.UUID, err error) {
	for asked := false; ; asked = true {
		cursors, err := p.st.Cursors(ctx)
		if err != nil {
			return nil, err
		}
		for _, c := range cursors {
			if c.Territory != field.Common {
				held = append(held, c.Territory)
			}
		}
		switch {
		case len(held) > 0:
			return held, nil
		case asked:
			return nil, drive.Wrong("territory.none", "the person holds no territory")
		}
		if err := p.sync.Round(ctx); err != nil {
			return nil, err
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

// editsOf reads one line: an object with "id" and "type" (or "kind"), and the record's fields by the names of the
// package shared/field. A count is one line of a sheet with "visit", "store", "product" and "cartons", "packs",
// "display", "out"; "quantity" is another word for packs. The record lies in "territory" when that is one of held,
// and in the first of held otherwise. "by" and "at" are dropped, since the phone signs with its own person and
// clock. An id that is no UUID names one.
func editsOf(line []byte, held []uuid.UUID) ([]ledger.Edit, error) {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(line, &m); err != nil {
		return nil, err
	}
	typ, err := typeOf(m)
	if err != nil {
		return nil, err
	}
	e := ledger.Edit{ID: idOf(m["id"]), Type: typ, Territory: held[0], SeenAll: true}
	if t := idOf(m["territory"]); slices.Contains(held, t) {
		e.Territory = t
	}
	for _, name := range []string{"id", "type", "territory", "by", "at"} {
		delete(m, name)
	}
	var edits []ledger.Edit
	set := func(name string, value any) {
		e.Field, e.Value = name, value
		edits = append(edits, e)
	}
	if typ == field.TypePhoto && isPhoto(m) {
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
		set(countLine(e.ID, m))
	}
	if len(m) > 0 || len(edits) == 0 {
		set("more", m)
	}
	return edits, nil
}

// typeOf takes the record's type out of m.
func typeOf(m map[string]json.RawMessage) (typ string, err error) {
	for _, name := range []string{"type", "kind"} {
		if json.Unmarshal(m[name], &typ) == nil && typ != "" && m["id"] != nil {
			delete(m, name)
			return typ, nil
		}
	}
	return "", errors.New("no id or type")
}

// isPhoto reports whether the server would take m as the value of a photo.
func isPhoto(m map[string]json.RawMessage) bool {
	raw, err := json.Marshal(m)
	if err != nil {
		return false
	}
	var p field.Photo
	return json.Unmarshal(raw, &p) == nil && !p.Ref.IsZero() && p.Size > 0 && p.Size <= field.MaxPhotoBytes
}

// countLine takes a count line's members out of m. What is no number of packs stays there.
func countLine(id uuid.UUID, m map[string]json.RawMessage) (name string, value any) {
	product := uuid.NewSHA1(id, []byte(field.TypeProduct))
	if m["product"] != nil {
		product = idOf(m["product"])
		delete(m, "product")
	}
	var line field.CountLine
	for member, into := range map[string]any{"cartons": &line.Cartons, "packs": &line.Packs, "quantity": &line.Packs,
		"display": &line.OnDisplay, "out": &line.OutOfStock} {
		if raw := m[member]; raw != nil && json.Unmarshal(raw, into) == nil {
			delete(m, member)
		}
	}
	return field.LineField(product), line
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
