package exif

import (
	"encoding/binary"
	"errors"
	"math"
)

// errNotJPEG reports that Insert was given something else.
var errNotJPEG = errors.New("exif: not a JPEG")

// Kinds of values, as TIFF numbers them.
const (
	kindText     = 2
	kindShort    = 3
	kindLong     = 4
	kindRational = 5
)

// A value is one line of a TIFF directory.
type value struct {
	tag, kind uint16
	count     uint32
	data      []byte
}

// Insert returns jpeg, which must have no EXIF yet, with t written into it.
func Insert(jpeg []byte, t Tags) ([]byte, error) {
	if len(jpeg) < 4 || jpeg[0] != 0xff || jpeg[1] != 0xd8 {
		return nil, errNotJPEG
	}
	block := append([]byte("Exif\x00\x00"), tiff(t)...)
	out := make([]byte, 0, len(jpeg)+len(block)+4)
	out = append(out, 0xff, 0xd8, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(block)+2))
	out = append(out, block...)
	return append(out, jpeg[2:]...), nil
}

// tiff lays out the main directory and behind it one for the capture and one for the position.
func tiff(t Tags) []byte {
	var capture, position []value
	if !t.Taken.IsZero() {
		capture = []value{
			text(0x9003, t.Taken.Format(clockLayout)),
			text(0x9011, t.Taken.Format("-07:00")),
		}
	}
	if t.HasPosition {
		ns, ew := "N", "E"
		if t.Lat < 0 {
			ns = "S"
		}
		if t.Lon < 0 {
			ew = "W"
		}
		position = []value{text(1, ns), angle(2, t.Lat), text(3, ew), angle(4, t.Lon)}
	}
	main := []value{{0x0112, kindShort, 1, []byte{0, byte(max(t.Orientation, 1))}}}
	pointers := 0
	for _, sub := range [][]value{capture, position} {
		if sub != nil {
			pointers++
		}
	}
	at := uint32(8) + directorySize(len(main)+pointers)
	var subs []byte
	for i, sub := range [][]value{capture, position} {
		if sub == nil {
			continue
		}
		tag := [...]uint16{0x8769, 0x8825}[i]
		main = append(main, value{tag, kindLong, 1, binary.BigEndian.AppendUint32(nil, at)})
		b := directory(sub, at)
		subs, at = append(subs, b...), at+uint32(len(b))
	}
	b := append([]byte("MM\x00\x2a"), 0, 0, 0, 8)
	return append(append(b, directory(main, 8)...), subs...)
}

func directorySize(values int) uint32 { return uint32(2 + 12*values + 4) }

// directory encodes values, sorted by tag, as they stand at the offset at: what does not fit a line follows the lines.
func directory(values []value, at uint32) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(len(values)))
	var tail []byte
	for _, v := range values {
		b = binary.BigEndian.AppendUint16(b, v.tag)
		b = binary.BigEndian.AppendUint16(b, v.kind)
		b = binary.BigEndian.AppendUint32(b, v.count)
		if len(v.data) <= 4 {
			b = append(b, append(v.data[:len(v.data):len(v.data)], 0, 0, 0, 0)[:4]...)
			continue
		}
		b = binary.BigEndian.AppendUint32(b, at+directorySize(len(values))+uint32(len(tail)))
		tail = append(tail, v.data...)
		if len(tail)%2 == 1 {
			tail = append(tail, 0)
		}
	}
	return append(append(b, 0, 0, 0, 0), tail...)
}

func text(tag uint16, s string) value {
	return value{tag, kindText, uint32(len(s) + 1), append([]byte(s), 0)}
}

// angle writes degrees, minutes and seconds to a ten-thousandth of a second, some 3 mm.
func angle(tag uint16, deg float64) value {
	const unit = 10_000
	n := uint64(math.Round(math.Abs(deg) * 3600 * unit))
	var b []byte
	for _, r := range [3][2]uint64{{n / (3600 * unit), 1}, {n / (60 * unit) % 60, 1}, {n % (60 * unit), unit}} {
		b = binary.BigEndian.AppendUint32(b, uint32(r[0]))
		b = binary.BigEndian.AppendUint32(b, uint32(r[1]))
	}
	return value{tag, kindRational, 3, b}
}
