package record

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/google/uuid"
)

// Limits of one record. What exceeds them is kept aside by the server for a person, never stored as a record.
const (
	MaxBytes    = 256 << 10 // canonical encoding
	MaxFields   = 2_000
	MaxReplicas = 1_000
	MaxSiblings = 200
	maxName     = 200
	MaxLamport  = 1 << 53 // Lamport times and counters stay exact in JSON numbers
)

// ErrMalformed reports bytes that are not a record in canonical shape and within the limits.
var ErrMalformed = errors.New("record: malformed")

// The encoded form. Replicas are named once, in rids, and by index elsewhere.
type encoded struct {
	ID        uuid.UUID                    `json:"id"`
	Type      string                       `json:"type"`
	Territory uuid.UUID                    `json:"terr"`
	Place     [2]uint64                    `json:"place"`
	Replicas  []Replica                    `json:"rids"`
	Context   []uint64                     `json:"ctx"`
	Fields    map[string][]json.RawMessage `json:"f"`
}

// Encode returns the canonical JSON form: equal records have equal bytes. It is what both databases
// store and what crosses the wire.
//
//	{"id":…,"type":…,"terr":…,"place":[epoch,n],"rids":[…],"ctx":[n of each rid],
//	 "f":{name:[[rid index,n,lam,author,wall ms,value],…]}}
func (r Record) Encode() []byte {
	b := make([]byte, 0, 512)
	b = append(b, `{"id":"`...)
	b = append(b, r.ID.String()...)
	b = append(b, `","type":`...)
	b = appendString(b, r.Type)
	b = append(b, `,"terr":"`...)
	b = append(b, r.Territory.String()...)
	b = append(b, `","place":[`...)
	b = strconv.AppendUint(b, r.Place.Epoch, 10)
	b = append(b, ',')
	b = strconv.AppendUint(b, r.Place.N, 10)
	b = append(b, `],"rids":[`...)
	for i, d := range r.ctx.dots {
		b = comma(b, i)
		b = append(b, '"')
		b = base64.RawURLEncoding.AppendEncode(b, d.Replica[:])
		b = append(b, '"')
	}
	b = append(b, `],"ctx":[`...)
	for i, d := range r.ctx.dots {
		b = comma(b, i)
		b = strconv.AppendUint(b, d.N, 10)
	}
	b = append(b, `],"f":{`...)
	for i, name := range r.Names() {
		b = comma(b, i)
		b = appendString(b, name)
		b = append(b, ":["...)
		for j, e := range r.fields[name] {
			b = comma(b, j)
			at, _ := r.ctx.find(e.Dot.Replica)
			b = append(b, '[')
			b = strconv.AppendInt(b, int64(at), 10)
			b = append(b, ',')
			b = strconv.AppendUint(b, e.Dot.N, 10)
			b = append(b, ',')
			b = strconv.AppendUint(b, e.Lam, 10)
			b = append(b, ',')
			b = appendString(b, e.Author)
			b = append(b, ',')
			b = strconv.AppendInt(b, e.Wall, 10)
			b = append(b, ',')
			b = append(b, e.Value...)
			b = append(b, ']')
		}
		b = append(b, ']')
	}
	return append(b, "}}"...)
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		return append(b, ',')
	}
	return b
}

func appendString(b []byte, s string) []byte {
	quoted, _ := marshal(s) // a string always encodes
	return append(b, quoted...)
}

// marshal is json.Marshal without the escapes meant for HTML, which would make Chinese punctuation,
// '<' and '&' longer for nothing.
func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// Value encodes v as an entry's value.
func Value(v any) (json.RawMessage, error) { return marshal(v) }

// Decode reads what Encode writes. It accepts any order and spacing, but a record that breaks a rule
// (a live entry its context does not cover, a number of zero, a limit) is ErrMalformed.
func Decode(b []byte) (Record, error) {
	r, err := decode(b)
	if err != nil {
		return Record{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return r, nil
}

func decode(b []byte) (Record, error) {
	var in encoded
	if len(b) > MaxBytes {
		return Record{}, fmt.Errorf("%d bytes", len(b))
	}
	if err := json.Unmarshal(b, &in); err != nil {
		return Record{}, err
	}
	switch {
	case in.ID == uuid.Nil || in.Type == "" || len(in.Type) > maxName:
		return Record{}, errors.New("no id or type")
	case len(in.Replicas) != len(in.Context) || len(in.Replicas) > MaxReplicas:
		return Record{}, errors.New("context and replicas differ or are too many")
	case len(in.Fields) > MaxFields:
		return Record{}, errors.New("too many fields")
	case in.Place[0] > MaxLamport || in.Place[1] > MaxLamport:
		return Record{}, errors.New("place out of range")
	}
	r := Record{ID: in.ID, Type: in.Type, Territory: in.Territory, Place: Place{in.Place[0], in.Place[1]}}
	for i, rid := range in.Replicas {
		n := in.Context[i]
		if n == 0 || n > MaxLamport || r.ctx.N(rid) != 0 || rid == (Replica{}) {
			return Record{}, fmt.Errorf("context of %s", rid)
		}
		r.ctx = r.ctx.With(Dot{rid, n})
	}
	r.fields = make(map[string][]Entry, len(in.Fields))
	for name, raws := range in.Fields {
		if len(name) > maxName || len(raws) == 0 || len(raws) > MaxSiblings {
			return Record{}, fmt.Errorf("field %.40q", name)
		}
		es := make([]Entry, 0, len(raws))
		for _, raw := range raws {
			e, err := decodeEntry(raw, in.Replicas)
			if err != nil {
				return Record{}, fmt.Errorf("field %.40q: %w", name, err)
			}
			if !r.ctx.Has(e.Dot) || slices.ContainsFunc(es, e.same) {
				return Record{}, fmt.Errorf("field %.40q: entry not covered or twice", name)
			}
			es = append(es, e)
		}
		sortByDot(es)
		r.fields[name] = es
	}
	return r, nil
}

func decodeEntry(raw json.RawMessage, replicas []Replica) (Entry, error) {
	var e Entry
	var at int
	parts := []any{&at, &e.Dot.N, &e.Lam, &e.Author, &e.Wall, &e.Value}
	want := len(parts)
	if err := json.Unmarshal(raw, &parts); err != nil {
		return e, err
	}
	if len(parts) == want && parts[want-1] == nil {
		e.Value = json.RawMessage("null") // a null in the array empties the pointer, not the value
	}
	if len(parts) != want || at < 0 || at >= len(replicas) || e.Dot.N == 0 || e.Dot.N > MaxLamport ||
		e.Lam > MaxLamport || len(e.Author) > maxName || len(e.Value) == 0 {
		return e, errors.New("bad entry")
	}
	e.Dot.Replica = replicas[at]
	var compact bytes.Buffer
	if err := json.Compact(&compact, e.Value); err != nil {
		return e, err
	}
	e.Value = compact.Bytes()
	return e, nil
}
