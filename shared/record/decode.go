package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/google/uuid"
)

// Decode reads what Encode writes. It accepts any order and spacing and passes over what it does not know
// beside the record's parts, but a record that breaks a rule (a live entry its context does not cover, a
// number of zero, a name twice, a limit) is ErrMalformed.
//
// The form is known and short and every exchange decodes thousands, so it is read by hand once
// valid has said that it is JSON: many times as fast as Unmarshal on it.
func Decode(b []byte) (Record, error) {
	r, err := decode(b)
	if err != nil {
		return Record{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return r, nil
}

func decode(b []byte) (r Record, err error) {
	if len(b) > MaxBytes {
		return r, fmt.Errorf("%d bytes", len(b))
	}
	if !valid(b) {
		return r, errors.New("not JSON")
	}
	p := parser{b: b}
	var replicas []Replica
	var ns []uint64
	var body json.RawMessage
	err = p.object(func(name string) error {
		var err error
		switch name {
		case "id":
			r.ID, err = p.uuid()
		case "type":
			r.Type, err = p.text()
		case "terr":
			r.Territory, err = p.uuid()
		case "place":
			r.Place, err = p.place()
		case "rids":
			replicas, err = p.replicas(replicas)
		case "ctx":
			ns, err = p.uints()
		case "f":
			body = p.raw()
		default:
			p.raw()
		}
		return err
	})
	if err != nil {
		return r, err
	}
	switch {
	case r.ID == uuid.Nil || r.Type == "" || len(r.Type) > maxName:
		return r, errors.New("no id or type")
	case len(replicas) != len(ns) || len(replicas) > MaxReplicas:
		return r, errors.New("context and replicas differ or are too many")
	case r.Place.Epoch > MaxLamport || r.Place.N > MaxLamport:
		return r, errors.New("place out of range")
	}
	if r.ctx, err = context(replicas, ns); err != nil {
		return r, err
	}
	if body == nil {
		return r, nil
	}
	err = r.decodeFields(bytes.Clone(body), replicas) // the values stay in it
	return r, err
}

func (r *Record) decodeFields(b []byte, replicas []Replica) error {
	p := parser{b: b}
	err := p.object(func(name string) error {
		es, err := p.entries(replicas, r.ctx)
		if err != nil {
			return fmt.Errorf("field %.40q: %w", name, err)
		}
		if len(name) > maxName || len(r.fields) >= MaxFields {
			return fmt.Errorf("field %.40q: too long or too many", name)
		}
		r.fields = append(r.fields, fieldEntries{name, es})
		return nil
	})
	if err == nil && !r.fields.sorted() {
		err = errors.New("a field twice")
	}
	return err
}

func context(replicas []Replica, ns []uint64) (Vector, error) {
	dots := make([]Dot, len(replicas))
	for i, rid := range replicas {
		if ns[i] == 0 || ns[i] > MaxLamport || rid == (Replica{}) {
			return Vector{}, fmt.Errorf("context of %s", rid)
		}
		dots[i] = Dot{rid, ns[i]}
	}
	slices.SortFunc(dots, Dot.Compare)
	for i := 1; i < len(dots); i++ {
		if dots[i].Replica == dots[i-1].Replica {
			return Vector{}, fmt.Errorf("context of %s twice", dots[i].Replica)
		}
	}
	return Vector{dots}, nil
}

// A parser walks through bytes that are known to be valid JSON; it only finds out what kind each value is.
type parser struct {
	b    []byte
	i    int
	last string // author
}

var errShape = errors.New("a value of another kind")

// next passes over space and returns the first byte of the next value or sign.
func (p *parser) next() byte {
	for p.i < len(p.b) {
		switch c := p.b[p.i]; c {
		case ' ', '\t', '\n', '\r', ',', ':':
			p.i++
		default:
			return c
		}
	}
	return 0
}

func (p *parser) object(member func(name string) error) error {
	if p.next() != '{' {
		return errShape
	}
	p.i++
	for p.next() != '}' {
		name, err := p.text()
		if err != nil {
			return err
		}
		if err := member(name); err != nil {
			return err
		}
	}
	p.i++
	return nil
}

func (p *parser) array(element func() error) error {
	if p.next() != '[' {
		return errShape
	}
	p.i++
	for p.next() != ']' {
		if err := element(); err != nil {
			return err
		}
	}
	p.i++
	return nil
}

// raw passes over the next value and returns its bytes.
func (p *parser) raw() json.RawMessage {
	p.next()
	start, depth := p.i, 0
	for p.i < len(p.b) {
		switch p.b[p.i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return p.b[start:p.i] // the end of a number or word in its container
			}
			depth--
			if depth == 0 {
				p.i++
				return p.b[start:p.i]
			}
		case '"':
			p.skipString()
			if depth == 0 {
				return p.b[start:p.i]
			}
			continue
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return p.b[start:p.i]
			}
		}
		p.i++
	}
	return p.b[start:]
}

func (p *parser) skipString() {
	for p.i++; p.i < len(p.b); p.i++ {
		switch p.b[p.i] {
		case '\\':
			p.i++
		case '"':
			p.i++
			return
		}
	}
}

func (p *parser) text() (string, error) {
	if p.next() != '"' {
		return "", errShape
	}
	return unquote(p.raw())
}

func unquote(quoted json.RawMessage) (string, error) {
	inner := string(quoted[1 : len(quoted)-1])
	if plain(inner) {
		return inner, nil
	}
	var s string
	return s, json.Unmarshal(quoted, &s)
}

// author reads a text that is mostly the one before once more.
func (p *parser) author() (string, error) {
	if p.next() != '"' {
		return "", errShape
	}
	quoted := p.raw()
	if inner := quoted[1 : len(quoted)-1]; p.last != "" && string(inner) == p.last {
		return p.last, nil
	}
	text, err := unquote(quoted)
	if p.last = ""; err == nil && plain(text) {
		p.last = text
	}
	return text, err
}

func (p *parser) uuid() (uuid.UUID, error) {
	const size = len(`"00000000-0000-0000-0000-000000000000"`)
	if p.next() == '"' && p.i+size <= len(p.b) && p.b[p.i+size-1] == '"' { // the usual spelling makes no string
		if id, err := uuid.ParseBytes(p.b[p.i+1 : p.i+size-1]); err == nil {
			p.i += size
			return id, nil
		}
	}
	text, err := p.text()
	if err != nil {
		return uuid.Nil, err
	}
	return uuid.Parse(text)
}

func (p *parser) uint() (uint64, error) { return strconv.ParseUint(string(p.raw()), 10, 64) }

func (p *parser) uints() (out []uint64, err error) {
	err = p.array(func() error {
		n, err := p.uint()
		out = append(out, n)
		return err
	})
	return out, err
}

func (p *parser) place() (Place, error) {
	ns, err := p.uints()
	if err == nil && len(ns) != 2 {
		err = errors.New("place")
	}
	if err != nil {
		return Place{}, err
	}
	return Place{ns[0], ns[1]}, nil
}

// replicas reads on after those of all, since a name may stand twice in an object.
func (p *parser) replicas(all []Replica) ([]Replica, error) {
	err := p.array(func() error {
		var rid Replica
		text, err := p.text()
		if err == nil {
			err = rid.UnmarshalText([]byte(text))
		}
		all = append(all, rid)
		return err
	})
	return all, err
}

// entries reads the values of one field.
func (p *parser) entries(replicas []Replica, ctx Vector) (es []Entry, err error) {
	err = p.array(func() error {
		e, err := p.entry(replicas)
		if err != nil {
			return err
		}
		if len(es) >= MaxSiblings || !ctx.Has(e.Dot) || slices.ContainsFunc(es, e.same) {
			return errors.New("entry not covered, twice or one too many")
		}
		es = append(es, e)
		return nil
	})
	if err == nil && len(es) == 0 {
		err = errors.New("no entry")
	}
	sortByDot(es)
	return es, err
}

// entry reads [rid index, n, lam, author, wall ms, value].
func (p *parser) entry(replicas []Replica) (e Entry, err error) {
	if p.next() != '[' {
		return e, errShape
	}
	p.i++
	at, err := p.uint()
	if err == nil {
		e.Dot.N, err = p.uint()
	}
	if err == nil {
		e.Lam, err = p.uint()
	}
	if err == nil {
		e.Author, err = p.author()
	}
	if err == nil {
		e.Wall, err = strconv.ParseInt(string(p.raw()), 10, 64)
	}
	if err != nil {
		return e, err
	}
	value := p.raw()
	if p.next() != ']' || len(value) == 0 || at >= uint64(len(replicas)) || e.Dot.N == 0 || e.Dot.N > MaxLamport ||
		e.Lam > MaxLamport || len(e.Author) > maxName {
		return e, errors.New("bad entry")
	}
	p.i++
	e.Dot.Replica = replicas[at]
	e.Value, err = compact(value)
	return e, err
}

// compact returns a value without the spaces between its parts.
func compact(value json.RawMessage) (json.RawMessage, error) {
	if !bytes.ContainsAny(value, " \t\n\r") {
		return slices.Clip(value), nil
	}
	var out bytes.Buffer
	err := json.Compact(&out, value)
	return out.Bytes(), err
}
