package wire

import (
	"encoding/json"

	"storewalk/shared/digest"

	"github.com/google/uuid"
)

// A RangesRequest compares one territory further, after its sums differed, or asks for the records that were found. It
// changes nothing on the server.
type RangesRequest struct {
	Proto  int            `json:"proto"`
	Cursor Cursor         `json:"cursor"` // without a sum
	Except []uuid.UUID    `json:"except,omitempty"`
	Ranges []digest.Range `json:"ranges,omitempty"`
	Want   []uuid.UUID    `json:"want,omitempty"`
	Budget int            `json:"budget"` // bytes of records wanted back
}

// A RangesResponse answers it.
type RangesResponse struct {
	ServerMS int64 `json:"server_ms"`
	// The cursor is of another history, or so much has changed since that the feed must be read first.
	Again bool              `json:"again,omitempty"`
	Parts []digest.Part     `json:"parts,omitempty"` // of the ranges whose sums differ
	Puts  []json.RawMessage `json:"puts,omitempty"`  // whole records
	Done  int               `json:"done,omitempty"`  // so many of the wanted are answered: by a put, or by none
}
