// Package receipt is what a server signs about a phone that has sent everything: which records and photos of it the
// server holds. A receipt is a few hundred bytes, so that it fits into a code that a camera reads.
package receipt

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"

	"storewalk/shared/blob"
	"storewalk/shared/digest"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Receipt says what a server held when it signed. It counts what it holds itself; a phone compares that with what is
// on it, and keeps a receipt only if all of it is the same.
type Receipt struct {
	Server    [4]byte        // begins the server's id; all of the id is signed
	Epoch     record.Replica // the server's history at the time
	Device    uuid.UUID
	Person    uuid.UUID
	Replica   record.Replica // the phone's database
	Counter   uint64         // number of the last of its writes that the server holds
	AtMS      int64          // by the server's clock
	Records   int            // that hold a write of the replica, wherever they lie
	Photos    int            // taken there, not removed, and whole on the server
	Content   digest.Sum     // of AddRecord and AddPhoto, over what lies in the phone's territories
	Writes    digest.Sum     // of AddWrite, over all Records
	Days      []Day          // the latest first
	BackedUp  bool           // all of this is in a good backup too
	Uncovered int            // records that the phone's disk damaged before they were sent, as the phone said: not covered
}

// A Day is how much work of the person in a day's visits is on the server, with whatever phone it was done.
type Day struct {
	Date   string // 2026-11-22, in China
	Visits int
	Photos int // with all their bytes
	Lines  int // products counted
}

// MaxDays is how many days a receipt tells of at most.
const MaxDays = 7

// AddRecord adds a record as it is held to Content.
func AddRecord(s digest.Sum, v record.Version) digest.Sum { return s.Add(v) }

// AddPhoto adds the bytes of a photo to Content.
func AddPhoto(s digest.Sum, ref blob.Ref) digest.Sum { return s.Add(record.Version(ref[:16])) }

// AddWrite adds to Writes that a record holds the replica's write n, its last to that record.
func AddWrite(s digest.Sum, id uuid.UUID, n uint64) digest.Sum {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(id[:], n))
	return s.Add(record.Version(sum[:16]))
}

// Signed is a receipt with its signature, as it is kept and shown.
type Signed []byte

// version begins each receipt. It has five bits to spare, so that it may grow.
const version = 1

// The flags.
const (
	backedUp = 1
	damaged  = 2 // a number of records follows
)

// Sign returns the receipt signed by the server with the id.
func (r Receipt) Sign(server uuid.UUID, key ed25519.PrivateKey) Signed {
	r.Server = [4]byte(server[:4])
	b := append([]byte{version}, r.Server[:]...)
	for _, id := range [][16]byte{r.Epoch, r.Device, r.Person, r.Replica, r.Content, r.Writes} {
		b = append(b, id[:]...)
	}
	for _, n := range []uint64{r.Counter, uint64(r.AtMS), uint64(r.Records), uint64(r.Photos)} {
		b = binary.AppendUvarint(b, n)
	}
	var flags byte
	if r.BackedUp {
		flags |= backedUp
	}
	if r.Uncovered > 0 {
		b = binary.AppendUvarint(append(b, flags|damaged), uint64(r.Uncovered))
	} else {
		b = append(b, flags)
	}
	b = append(b, byte(len(r.Days)))
	for _, d := range r.Days {
		from, _, _ := field.DaySpan(d.Date)
		for _, n := range []int64{(from + zoneMS) / dayMS, int64(d.Visits), int64(d.Photos), int64(d.Lines)} {
			b = binary.AppendUvarint(b, uint64(n))
		}
	}
	return append(b, ed25519.Sign(key, statement(server, b))...)
}

const (
	dayMS  = 24 * 60 * 60 * 1000
	zoneMS = 8 * 60 * 60 * 1000
)

// statement is what is signed: what of the receipt is in its code, and which server says so.
func statement(server uuid.UUID, body []byte) []byte {
	return slices.Concat([]byte("storewalk receipt 1\n"), server[:], body)
}

// Check reports whether the server with the id signed this: nil, or a fault "receipt.other_server", "receipt.forged", or
// one of Read.
func (s Signed) Check(server uuid.UUID, key ed25519.PublicKey) error {
	r, err := s.Read()
	if err != nil {
		return err
	}
	if r.Server != [4]byte(server[:4]) {
		return fault.New(fault.Invalid, "receipt.other_server", nil)
	}
	body, sig := s[:len(s)-ed25519.SignatureSize], s[len(s)-ed25519.SignatureSize:]
	if len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, statement(server, body), sig) {
		return fault.New(fault.Invalid, "receipt.forged", nil)
	}
	return nil
}

// Read returns what a receipt says, which is worth nothing before Check. Faults: "receipt.cut" when its end is missing,
// "receipt.malformed" when it is no receipt.
func (s Signed) Read() (r Receipt, err error) {
	b := reader{b: s}
	if b.byte() != version {
		b.bad = true
	}
	copy(r.Server[:], b.take(4))
	for _, id := range []*[16]byte{(*[16]byte)(&r.Epoch), (*[16]byte)(&r.Device), (*[16]byte)(&r.Person), (*[16]byte)(&r.Replica),
		(*[16]byte)(&r.Content), (*[16]byte)(&r.Writes)} {
		copy(id[:], b.take(16))
	}
	r.Counter, r.AtMS = b.uint(record.MaxLamport), int64(b.uint(maxTime))
	r.Records, r.Photos = int(b.uint(maxCount)), int(b.uint(maxCount))
	flags := b.byte()
	if flags&damaged != 0 {
		r.Uncovered = int(b.uint(maxCount))
		b.bad = b.bad || r.Uncovered == 0 && !b.ended
	}
	days := b.byte()
	b.bad = b.bad || flags > backedUp|damaged || days > MaxDays
	r.BackedUp = flags&backedUp != 0
	for range days {
		d := Day{Date: field.DayOf(time.UnixMilli(int64(b.uint(maxTime/dayMS))*dayMS - zoneMS))}
		d.Visits, d.Photos, d.Lines = int(b.uint(maxCount)), int(b.uint(maxCount)), int(b.uint(maxCount))
		r.Days = append(r.Days, d)
	}
	switch {
	case b.bad || len(b.b) > ed25519.SignatureSize:
		return Receipt{}, fault.New(fault.Invalid, "receipt.malformed", nil)
	case b.ended || len(b.b) < ed25519.SignatureSize:
		return Receipt{}, fault.New(fault.Invalid, "receipt.cut", nil)
	}
	return r, nil
}

// What no honest receipt exceeds.
const (
	maxTime  = 7_258_118_400_000 // the year 2200
	maxCount = 1 << 40
)

// A reader takes bytes from the front of b.
type reader struct {
	b          []byte
	ended, bad bool // too few bytes; not such bytes
}

func (r *reader) take(n int) (out []byte) {
	if n > len(r.b) {
		r.ended, n = true, len(r.b)
	}
	out, r.b = r.b[:n], r.b[n:]
	return out
}

func (r *reader) byte() byte {
	if b := r.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

// uint reads a number in its shortest form.
func (r *reader) uint(most uint64) uint64 {
	n, size := binary.Uvarint(r.b)
	if size == 0 {
		r.ended, r.b = true, nil
		return 0
	}
	if size < 0 || n > most || !bytes.Equal(binary.AppendUvarint(nil, n), r.b[:size]) {
		r.bad = true
		return 0
	}
	r.b = r.b[size:]
	return n
}
