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
