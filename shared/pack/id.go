package pack

import (
	"encoding/base64"
	"encoding/hex"
)

// An id is 16 bytes that say nothing but what they name.
type id [16]byte

// common names the territory of all phones. It is in most messages, so its number is 0 in all of them.
var common = id{0xaa, 0xed, 0xeb, 0x36, 0x7a, 0x3f, 0x50, 0x90, 0x8d, 0x34, 0x52, 0x80, 0xd8, 0xa6, 0x3d, 0x87}

// Codes of an id column. From codeOwn on they count the ids that codeOther brought into the column.
const (
	codeSame  = 0 // the one before
	codeOther = 1 // the number of an id follows, plus 1, or 0 for the next of the raw bytes
	codeOwn   = 2
)

const uuidLen = 36

func parseUUID(s []byte) (out id, ok bool) {
	if len(s) != uuidLen || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return out, false
	}
	at := 0
	for i := range out {
		if at == 8 || at == 13 || at == 18 || at == 23 {
			at++
		}
		high, low := digit(s[at]), digit(s[at+1])
		if high > 15 || low > 15 {
			return out, false
		}
		out[i] = high<<4 | low
		at += 2
	}
	return out, true
}

func appendUUID(b []byte, v id) []byte {
	b = hex.AppendEncode(b, v[:4])
	for _, part := range [][]byte{v[4:6], v[6:8], v[8:10], v[10:]} {
		b = hex.AppendEncode(append(b, '-'), part)
	}
	return b
}

// digit returns the value of a lower-case hex digit, or 255.
func digit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}

// parseHex fills ids from 32 digits each.
func parseHex(s []byte, ids []id) bool {
	for _, c := range s {
		if digit(c) > 15 {
			return false
		}
	}
	for i := range ids {
		_, _ = hex.Decode(ids[i][:], s[32*i:32*i+32]) // digits only
	}
	return true
}

// Only the one spelling that is written is taken: any other must come back as it was.
var (
	strictReplica = base64.RawURLEncoding.Strict()
	strictBytes   = base64.StdEncoding.Strict()
)

func parseReplica(s []byte) (out id, ok bool) {
	n, err := strictReplica.Decode(out[:], s)
	return out, err == nil && n == len(out)
}

func appendReplica(b []byte, v id) []byte { return base64.RawURLEncoding.AppendEncode(b, v[:]) }
