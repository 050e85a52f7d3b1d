// Package wire is what phone and server say to each other: the messages of /v1/enrol, /v1/sync, /v1/ranges and
// /v1/receipt, and their limits. Only codes cross the wire; words are made where a person reads them.
package wire

import (
	"encoding/json"

	"storewalk/shared/blob"
	"storewalk/shared/digest"
	"storewalk/shared/fault"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// Proto is the version of the protocol. A server answers an unknown one with "proto.unsupported".
const Proto = 1

// Limits of one exchange.
const (
	MaxRequestBytes = 2 << 20 // body of a request, before and after decompression
	MaxPush         = 2_000   // records in one request
	MaxBlobAsks     = 200     // photos asked about in one request
	MinBudget       = 1 << 10 // least bytes of records in one direction
	MaxBudget       = 1 << 20 // most
	MaxToken        = 64      // characters of a token
	MaxWas          = 20      // unanswered tokens in one request
	MaxKnown        = 20_000  // writes named in one answer
	MaxExcept       = 500     // records left out of a comparison
	MaxRanges       = 256     // ranges in one request
	MaxWant         = 500     // records asked for by their ids in one request
	MaxClocks       = 100     // clocks that wrote what one request pushes
)

// The paths of the protocol.
const (
	PathEnrol   = "/v1/enrol"
	PathSync    = "/v1/sync"
	PathRanges  = "/v1/ranges"
	PathReceipt = "/v1/receipt"
	PathBlobs   = "/v1/blobs/" // + SHA-256 in hex, tus 1.0
)

// An EnrolRequest asks for a token for a phone.
type EnrolRequest struct {
	Login     string `json:"login"`
	Password  string `json:"password"`
	PublicKey []byte `json:"public_key"` // Ed25519
	Device    string `json:"device"`     // a name a person recognises
}

// An EnrolResponse makes the phone the user's.
type EnrolResponse struct {
	// Which server this is, for ever and also after a restore. A phone that holds another server's data must not
	// send it here.
	Server   uuid.UUID `json:"server"`
	Device   uuid.UUID `json:"device"`
	Token    string    `json:"token"` // sent as "Authorization: Bearer …" from now on
	User     uuid.UUID `json:"user"`
	Name     string    `json:"name"`
	ServerMS int64     `json:"server_ms"`
	// With this Ed25519 key the server signs receipts, for ever and also after a restore.
	ReceiptKey []byte `json:"receipt_key,omitempty"`
}

// A SyncRequest is one phone's half of an exchange.
type SyncRequest struct {
	Proto     int               `json:"proto"`
	App       string            `json:"app"`
	Replica   record.Replica    `json:"rid"`
	Cur       string            `json:"cur,omitempty"`    // token of this replica's last answered request
	Was       []string          `json:"was,omitempty"`    // of requests since Cur without an answer, before the replica wrote on
	Next      string            `json:"next"`             // of this one; the same when it is sent again with nothing written since
	Confirmed uint64            `json:"confirmed"`        // all writes of the replica up to this number have receipts
	ClockMS   int64             `json:"clock_ms"`         // the phone's clock when it sent this
	Clocks    []Clock           `json:"clocks,omitempty"` // by which others something was written that Push holds
	Waiting   Waiting           `json:"waiting"`
	Storage   *Storage          `json:"storage,omitempty"` // now and then; nil says nothing
	Cursors   []Cursor          `json:"cursors"`
	Push      []json.RawMessage `json:"push"` // whole records; raw, so that one bad record spoils no other
	Blobs     []BlobAsk         `json:"blobs,omitempty"`
	Budget    int               `json:"budget"` // bytes of records wanted back
	// Records that are left out of the sums of Cursors on both sides: this phone knows why they differ.
	Except []uuid.UUID `json:"except,omitempty"`
	Found  []Found     `json:"found,omitempty"` // what comparisons found since the last answer
	Lacks  []Lack      `json:"lacks,omitempty"` // records of Push without a write of the replica that it knows it made
}

// A Lack is a record that the phone gave away, or lost to its disk, and has back from a server that was restored to before the
// phone's last write to it.
type Lack struct {
	ID uuid.UUID `json:"id"`
	N  uint64    `json:"n"` // number of that write
}

// A Clock is one by which a phone wrote, from a Lamport time on: that one until it was set, or the phone was started anew.
// Neither time is there when the phone does not know how far the clock was off; it is then taken for the one of the request.
type Clock struct {
	Replica record.Replica `json:"rid"`                // of the writes
	Lam     uint64         `json:"lam"`                // up to that of the next clock of the replica
	ClockMS *int64         `json:"clock_ms,omitempty"` // what it would show now if nobody had set it
	AheadMS *int64         `json:"ahead_ms,omitempty"` // how far it was ahead of the server's
}

// Waiting is what the phone still holds, before this exchange.
type Waiting struct {
	Records int `json:"records"`
	Photos  int `json:"photos"`
}

// Storage is how full the phone is, in bytes.
type Storage struct {
	Free int64 `json:"free"` // for the app
	Used int64 `json:"used"` // by everything that is on the phone
}

// A Cursor says how far a territory's feed was read, in which history of the server.
type Cursor struct {
	Territory uuid.UUID      `json:"terr"`
	Epoch     record.Replica `json:"epoch"`
	Seq       int64          `json:"seq"`
	// The sum over what this phone holds of the territory, when it is to be compared; nil else.
	Sum *digest.Sum `json:"sum,omitempty"`
}

// A Found is what a comparison of one territory found and mended: numbers of records.
type Found struct {
	Territory uuid.UUID `json:"terr"`
	Here      int       `json:"here,omitempty"`    // missing on the phone
	There     int       `json:"there,omitempty"`   // missing on the server
	Differ    int       `json:"differ,omitempty"`  // on both, and not the same
	Damaged   int       `json:"damaged,omitempty"` // of those missing on the phone: their bytes were damaged there
}

// A SyncResponse is the server's half.
type SyncResponse struct {
	ServerMS int64 `json:"server_ms"`
	// Another life of the phone's database has used this replica id: nothing was taken. The phone takes a new
	// id, renames its own writes from the first that Known contradicts, and asks again.
	Reincarnate bool       `json:"reincarnate,omitempty"`
	Known       []KnownDot `json:"known,omitempty"`
	Since       uint64     `json:"since,omitempty"` // Known are all above this: Confirmed, unless a restored server lost what it confirmed
	Receipts    []Receipt  `json:"receipts"`        // one for each record pushed, in that order
	Feeds       []Feed     `json:"feeds"`           // one for each territory the phone may hold
	// Territories of the phone's cursors that it may hold no longer.
	Revoked []uuid.UUID `json:"revoked,omitempty"`
	Blobs   []BlobHeld  `json:"blobs,omitempty"`
}

// A KnownDot is a write of the asking replica that the server holds, above SyncResponse.Since.
type KnownDot struct {
	N    uint64 `json:"n"`
	Hash string `json:"hash"` // ledger.ContentHash
}

// A Status says what the server did with a pushed record. In every case but Later it is on the server's disk.
type Status string

// The statuses.
const (
	Applied     Status = "applied"     // the server now holds exactly what was pushed
	Same        Status = "same"        // it did already
	Merged      Status = "merged"      // it holds that and more; the feed brings the result
	Quarantined Status = "quarantined" // kept aside for a person, see Code
	Elsewhere   Status = "elsewhere"   // taken, but the record lies in a territory that is not the phone's, see Place
	Later       Status = "later"       // not taken: the request knows another history of the server than the one the feeds tell
)

// A Receipt answers one pushed record.
type Receipt struct {
	Status Status `json:"s"`
	Code   string `json:"code,omitempty"`
	Place  Place  `json:"place,omitzero"`
}

// A Place is record.Place: [epoch, n].
type Place [2]uint64

// PlaceOf returns p as it crosses the wire.
func PlaceOf(p record.Place) Place { return Place{p.Epoch, p.N} }

// Record returns the place of a record.
func (p Place) Record() record.Place { return record.Place{Epoch: p[0], N: p[1]} }

// A Feed is the changes of one territory after the cursor, oldest first. The receiver's next cursor is
// (Epoch, Seq), also when Puts is empty: what the phone pushed itself is not sent back.
type Feed struct {
	Territory uuid.UUID         `json:"terr"`
	Epoch     record.Replica    `json:"epoch"`
	Seq       int64             `json:"seq"`
	Puts      []json.RawMessage `json:"puts,omitempty"`      // whole records
	Outs      []Out             `json:"outs,omitempty"`      // records that have left the territory
	More      bool              `json:"more,omitempty"`      // the budget ended before the feed did
	BackedUp  int64             `json:"backed_up,omitempty"` // a good backup of the server holds the feed up to this number
	Compared  Comparison        `json:"compared,omitempty"`  // what came of the cursor's sum
}

// A Comparison says whether phone and server hold the same of a territory.
type Comparison string

// The comparisons; "" when there was nothing to compare, or not at this number of the feed.
const (
	SameSum  Comparison = "same"
	OtherSum Comparison = "differs"
)

// An Out says that a record has left a territory, and its place since.
type Out struct {
	ID    uuid.UUID `json:"id"`
	Place Place     `json:"place"`
}

// A BlobAsk asks how much of a photo the server holds.
type BlobAsk struct {
	Ref  blob.Ref `json:"sha256"`
	Size int64    `json:"size"`
}

// A BlobHeld answers a BlobAsk: Offset bytes are durable; at Size, with the right hash.
type BlobHeld struct {
	Ref    blob.Ref `json:"sha256"`
	Offset int64    `json:"offset"`
}

// An Error is the body of every answer that is not a success.
type Error struct {
	Kind fault.Kind `json:"kind"`
	Code string     `json:"code"`
}
