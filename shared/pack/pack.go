// Package pack makes the JSON of the protocol small: Content-Encoding "columns". It is reversible to the byte for
// every compact JSON text, whatever it says, so that nobody who reads or writes messages has to know of it.
//
// A message names the same things again and again: a few members, ids of visits and products, numbers that go up by
// one. So values are sorted by the place where they are, such as "the clock of an entry of the field text of a pushed
// record": what lies at one place looks alike. A packed message is
//
//	flate( schema of the root · columns of the root ) · raw bytes
//
// flate is RFC 1951 with the preset dictionary of the file dictionary; the raw bytes follow where it ends. They are what does
// not compress: each id when it comes first, and the bytes of base64. All numbers are the varints of protocol buffers,
// signed ones zigzag. docs/protocol.md says in its section on packing how a schema and a column are written.
package pack

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"sync"
)

// Encoding is the name in Content-Encoding and Accept-Encoding.
const Encoding = "columns"

// ErrMalformed reports bytes that Pack can not have made.
var ErrMalformed = errors.New("pack: malformed")

// ErrTooLarge reports a message that is longer than its reader wants.
var ErrTooLarge = errors.New("pack: too large")

// ErrUnfit reports a text that can not be packed: it is no compact JSON, or too deep or too manifold.
var ErrUnfit = errors.New("pack: not to be packed")

// slack is by how many bytes schema and columns may be longer than their message, as they are when it says little.
const slack = 1 << 10

// Pack returns a message packed. It fails with ErrUnfit, and only then.
func Pack(message []byte) ([]byte, error) {
	columns, raw, err := split(message)
	if err != nil {
		return nil, err
	}
	if len(columns) > len(message)+slack {
		return nil, ErrUnfit
	}
	var out bytes.Buffer
	w, _ := writers.Get().(*flate.Writer)
	defer writers.Put(w)
	w.Reset(&out)
	_, err = w.Write(columns)
	if err := errors.Join(err, w.Close()); err != nil { // a buffer takes everything
		return nil, err
	}
	out.Write(raw)
	return out.Bytes(), nil
}

// inflate returns schema and columns, and the raw bytes behind them.
func inflate(packed []byte, limit int) (columns, raw []byte, err error) {
	in := bytes.NewReader(packed) // as an io.ByteReader it is read no further than flate ends
	r, _ := readers.Get().(io.ReadCloser)
	defer readers.Put(r)
	if err := r.(flate.Resetter).Reset(in, dictionary); err != nil {
		return nil, nil, err
	}
	columns, err = io.ReadAll(io.LimitReader(r, int64(limit)+slack+1))
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	case len(columns) > limit+slack:
		return nil, nil, ErrTooLarge
	}
	return columns, packed[len(packed)-in.Len():], nil
}

// A flate.Writer is most of a megabyte.
var (
	writers = sync.Pool{New: func() any {
		w, _ := flate.NewWriterDict(nil, flate.DefaultCompression, dictionary) // the level is a good one
		return w
	}}
	readers = sync.Pool{New: func() any { return flate.NewReader(bytes.NewReader(nil)) }}
)
