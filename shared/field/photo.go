package field

import (
	"encoding/json"

	"storewalk/shared/blob"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// The kinds of photo.
var PhotoKinds = []string{"storefront", "display", "shelf", "price_tag", "stock", "before", "after", "evidence"}

// A Photo (照片) says what was photographed, where and when; its bytes are a blob. It never changes.
type Photo struct {
	Visit    uuid.UUID `json:"visit"`
	Store    uuid.UUID `json:"store"`
	Kind     string    `json:"kind"`
	Ref      blob.Ref  `json:"sha256"`
	Size     int64     `json:"size"` // bytes
	Width    int       `json:"w"`
	Height   int       `json:"h"`
	TakenMS  int64     `json:"taken"` // when the picture was taken, Unix milliseconds
	Position Position  `json:"pos,omitzero"`

	Item     string `json:"item,omitempty"`     // code of the service item it shows
	Imported bool   `json:"imported,omitempty"` // from the gallery: not taken in the app
	Mocked   bool   `json:"mock,omitempty"`     // the system says that the position is made up
	Proof    *Proof `json:"proof,omitempty"`    // nil for photos of older apps
}

// A Proof says when a photo was taken without trust in the phone's clock: its links form a chain that the device
// key signs, so that a photo can neither be dated back later nor taken out unnoticed.
type Proof struct {
	Device   uuid.UUID `json:"device"`              // whose key signed
	Day      string    `json:"day"`                 // of the chain, by the device's clock
	N        int       `json:"n"`                   // place in the chain, from 1
	Prev     string    `json:"prev,omitempty"`      // hash of the link before, hex; "" for the first of a day
	BootID   string    `json:"boot,omitempty"`      // names one start of the phone
	BootMS   int64     `json:"boot_ms,omitempty"`   // since that start
	ServerMS int64     `json:"server_ms,omitempty"` // the server's clock as last heard
	HeardMS  int64     `json:"heard_ms,omitempty"`  // by the boot clock when that was; 0 when the phone was started since
	Sig      []byte    `json:"sig"`                 // Ed25519
}

// PhotoOf reads a photo record.
func PhotoOf(r record.Record) Photo { return get[Photo](r, "photo") }

// DecodePhoto reads the value of a photo's entry.
func DecodePhoto(value json.RawMessage) (Photo, error) {
	var p Photo
	err := json.Unmarshal(value, &p)
	return p, err
}

// A Thumbnail is the small JPEG of a photo. It never changes.
type Thumbnail struct {
	Photo uuid.UUID `json:"photo"`
	JPEG  []byte    `json:"jpeg"`
}

// ThumbnailOf reads a thumbnail record.
func ThumbnailOf(r record.Record) Thumbnail { return get[Thumbnail](r, "thumbnail") }

// MaxPhotoBytes is the largest photo that is kept, in bytes, after the phone has made it smaller.
const MaxPhotoBytes = 32 << 20
