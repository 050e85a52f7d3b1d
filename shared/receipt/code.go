package receipt

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"net/url"
	"strings"

	"storewalk/shared/fault"
)

// alphabet is Crockford's: no letter looks like a digit, all are among the 45 characters that a QR code packs well, and
// each is read out in one syllable.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var encoding = base32.NewEncoding(alphabet).WithPadding(base32.NoPadding)

// Code is the receipt as text.
func (s Signed) Code() string { return encoding.EncodeToString(s) }

// Path is where a server's office verifies a receipt: the code follows. Capitals, for the same reason as in alphabet.
const Path = "/R/"

// URL is the address that a camera opens: the page of the server's office on which the receipt is verified. base is the
// address under which the phone knows the server; "" when it has none, and then there is only the code.
func (s Signed) URL(base string) string {
	if base == "" {
		return s.Code()
	}
	if u, err := url.Parse(base); err == nil && (u.Path == "" || u.Path == "/") {
		base = strings.ToUpper(u.Scheme + "://" + u.Host) // means the same, and packs well
	}
	return strings.TrimSuffix(base, "/") + Path + s.Code()
}

// shortLength is the number of characters in a short code: 60 bits.
const shortLength = 12

// Short names the receipt in twelve characters, for people who read it to each other. It says nothing by itself: the
// server looks up what it signed under that name.
func (s Signed) Short() string {
	sum := sha256.Sum256(s)
	return encoding.EncodeToString(sum[:])[:shortLength]
}

// Group parts a short code for reading: 7K3M-Q9TX-2F4D.
func Group(short string) string {
	var out []string
	for ; len(short) > 4; short = short[4:] {
		out = append(out, short[:4])
	}
	return strings.Join(append(out, short), "-")
}

// Parse reads what a person pasted, typed or scanned: the address, the code, or the short code, in which case it returns
// only that. Faults: "receipt.cut", "receipt.malformed", "receipt.empty".
func Parse(text string) (s Signed, short string, err error) {
	code, bad := clean(text)
	switch {
	case code == "":
		return nil, "", fault.New(fault.Invalid, "receipt.empty", nil)
	case bad || len(text) > maxText:
		return nil, "", fault.New(fault.Invalid, "receipt.malformed", nil)
	case len(code) == shortLength:
		return nil, code, nil
	}
	raw, err := encoding.DecodeString(code)
	if err != nil || !bytes.Equal([]byte(encoding.EncodeToString(raw)), []byte(code)) { // ends inside a byte
		return nil, "", fault.New(fault.Invalid, "receipt.cut", err)
	}
	if _, err := Signed(raw).Read(); err != nil {
		return nil, "", err
	}
	return raw, "", nil
}

// maxText bounds what is looked at.
const maxText = 4_000

// clean returns the characters of a code as they are written, without the address before them, and whether there was one
// that no code has.
func clean(text string) (code string, bad bool) {
	text = strings.ToUpper(strings.TrimSpace(text))
	if i := strings.LastIndex(text, Path); i >= 0 {
		text = text[i+len(Path):]
	}
	var b strings.Builder
	for _, c := range text {
		switch {
		case strings.ContainsRune(" -\t\r\n\u00a0\u2013\uff0d", c):
		case c == 'I' || c == 'L':
			b.WriteByte('1')
		case c == 'O':
			b.WriteByte('0')
		default:
			bad = bad || !strings.ContainsRune(alphabet, c)
			b.WriteRune(c)
		}
	}
	return b.String(), bad
}
