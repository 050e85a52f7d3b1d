package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

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

// Encode returns the canonical JSON form: equal records have equal bytes. It is what both databases
// store and what crosses the wire.
//
//	{"id":…,"type":…,"terr":…,"place":[epoch,n],"rids":[…],"ctx":[n of each rid],
//	 "f":{name:[[rid index,n,lam,author,wall ms,value],…]}}
func (r Record) Encode() []byte {
	b := make([]byte, 0, 704)
	b = append(b, `{"id":"`...)
	b = appendID(b, r.ID)
	b = append(b, `","type":`...)
	b = AppendString(b, r.Type)
	b = append(b, `,"terr":"`...)
	b = appendID(b, r.Territory)
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
	for i, f := range r.fields {
		b = comma(b, i)
		b = AppendString(b, f.name)
		b = append(b, ":["...)
		for j, e := range f.entries {
			b = comma(b, j)
			at, _ := r.ctx.find(e.Dot.Replica)
			b = append(b, '[')
			b = strconv.AppendInt(b, int64(at), 10)
			b = append(b, ',')
			b = strconv.AppendUint(b, e.Dot.N, 10)
			b = append(b, ',')
			b = strconv.AppendUint(b, e.Lam, 10)
			b = append(b, ',')
			b = AppendString(b, e.Author)
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

// appendID is id.String() without the string.
func appendID(b []byte, id uuid.UUID) []byte {
	var text [36]byte
	hex.Encode(text[:8], id[:4])
	hex.Encode(text[9:13], id[4:6])
	hex.Encode(text[14:18], id[6:8])
	hex.Encode(text[19:23], id[8:10])
	hex.Encode(text[24:], id[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return append(b, text[:]...)
}

// Head returns how the encoding of every record with this id, type and territory, as text, begins.
func Head(id, typ, territory string) []byte {
	b := append(make([]byte, 0, 128), `{"id":"`...)
	b = append(append(b, id...), `","type":`...)
	b = append(AppendString(b, typ), `,"terr":"`...)
	return append(append(b, territory...), '"')
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		return append(b, ',')
	}
	return b
}

// AppendString appends s to b as a JSON string, spelt as records spell it.
func AppendString(b []byte, s string) []byte {
	if plain(s) {
		b = append(b, '"')
		b = append(b, s...)
		return append(b, '"')
	}
	quoted, _ := marshal(s) // a string always encodes
	return append(b, quoted...)
}

// plain reports whether s stands for itself between quotes, as ids and names of fields do.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
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

// A Version is a fingerprint of a record's whole state: equal exactly when the copies are equal.
type Version [16]byte

// IsZero reports whether v is the version of no record.
func (v Version) IsZero() bool { return v == Version{} }

// VersionOf returns the version of the record with this canonical encoding: the first 16 bytes of its SHA-256.
func VersionOf(encoded []byte) Version {
	sum := sha256.Sum256(encoded)
	return Version(sum[:16])
}

// Version is VersionOf of the record's encoding.
func (r Record) Version() Version { return VersionOf(r.Encode()) }

// Check returns ErrMalformed when r, whose encoding is given, could be stored but never read again, because
// values from many sides together break a limit that none of them breaks alone.
func (r Record) Check(encoded []byte) error {
	switch {
	case len(encoded) > MaxBytes:
		return fmt.Errorf("%w: %d bytes", ErrMalformed, len(encoded))
	case len(r.fields) > MaxFields || r.ctx.Len() > MaxReplicas:
		return fmt.Errorf("%w: %d fields, %d replicas", ErrMalformed, len(r.fields), r.ctx.Len())
	}
	for _, f := range r.fields {
		if len(f.entries) > MaxSiblings {
			return fmt.Errorf("%w: %d values in %.40q", ErrMalformed, len(f.entries), f.name)
		}
	}
	return nil
}
